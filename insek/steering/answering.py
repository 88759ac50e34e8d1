"""The page behind the personal link of a unit without logins: its measures, those that lack a report first, and a report on each."""

from __future__ import annotations

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from insek.notices.links import Purpose, bearer_of, register_purpose
from insek.notices.models import AnswerLink
from insek.notices.persons import REPORTS
from insek.people.breadcrumbs import breadcrumb
from insek.people.models import Right
from insek.people.requests import posted
from insek.release.models import Proposal
from insek.release.row_proposals import waits
from insek.thread.models import Item

from .forms import ReportForm
from .models import StatusReport
from .queries import without_report
from .round_answering import answer_unit
from .round_queries import open_rounds
from .services import report_status

MOST = 200
"""Measures of one unit that the page shows."""


def answer_reports(request: HttpRequest, link: AnswerLink) -> HttpResponse:
    """Its open round of reports, else the measures of the unit; with ``?m=`` the form for one of them. Some eight queries."""
    actor = bearer_of(link)
    measures = Item.objects.visible_to(actor).filter(
        concept=link.concept, kind="measure", measure__responsible=link.unit
    )
    chosen = request.GET.get("m", "")
    context = {
        "page_title": _("Berichte von %(unit)s") % {"unit": link.unit},
        "page_lead": _("%(name)s, Sie antworten ohne Anmeldung. Drei Minuten je Maßnahme genügen.")
        % {"name": link.name},
        "breadcrumb": breadcrumb((_("Berichte"), "")),
        "noindex": True,
        "link": link,
    }
    rounds = open_rounds(link.concept).filter(units=link.unit)
    asked = rounds.filter(key=link.data.get("round", "")).first() or rounds.first()
    if not chosen and asked is not None and "liste" not in request.GET:
        frame = {"breadcrumb": context["breadcrumb"], "in_name_of_unit": False, "link": link}
        return answer_unit(request, asked, link.unit, actor, frame)
    if not chosen:
        lacking = set(
            without_report(link.concept).filter(measure__responsible=link.unit).values_list("pk", flat=True)
        )
        rows = list(measures.order_by("sort_key", "pk")[: MOST + 1])
        last: dict[str, StatusReport] = {}
        for report in (
            StatusReport.objects.visible_to(actor)
            .filter(measure__in=[row.pk for row in rows])
            .order_by("reported_on", "pk")
        ):
            last[report.measure_id] = report
        said = Proposal.objects.filter(
            item__in=[row.pk for row in rows], act="status_report_add", state=Proposal.State.WAITING
        )
        waiting = set(said.values_list("item_id", flat=True))
        entries = [
            {"item": row, "lacks": row.pk in lacking, "last": last.get(row.pk), "waits": row.pk in waiting}
            for row in rows[:MOST]
        ]
        entries.sort(key=lambda entry: (not entry["lacks"], bool(entry["waits"])))
        done = request.GET.get("getan", "")
        context |= {"entries": entries, "is_cut": len(rows) > MOST, "most": MOST, "done": done}
        return render(request, "steering/answer_list.html", context)
    item = measures.filter(pk=chosen).select_related("measure").first()
    if item is None:
        raise Http404
    form = ReportForm(posted(request), item=item, waits=waits(item, actor))
    del form.fields["is_internal"]
    if request.method == "POST" and form.is_valid():
        made = report_status(item.measure, {**form.cleaned_data, "is_internal": False}, actor=actor)
        return redirect(f"{request.path}?getan={'wartet' if isinstance(made, Proposal) else 'ja'}")
    context |= {"item": item, "form": form, "waits": waits(item, actor), "page_lead": str(item)}
    return render(request, "steering/answer_form.html", context, status=400 if form.errors else 200)


register_purpose(
    Purpose(
        name=REPORTS,
        label=gettext_lazy("Berichte zu Maßnahmen"),
        page=answer_reports,
        rights=frozenset({Right.SEE_INTERNAL, Right.EDIT_OWN_MEASURES}),
    )
)
