"""The appraisals in words: of a plan and of all, to read, to fetch as a workbook, to write anew; and the comment of a unit."""

from __future__ import annotations

from typing import Any

import rules
from django import forms
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import FileResponse, Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_safe

from insek import clock
from insek.items.forms import CleanText
from insek.items.views.items import item_breadcrumb, visible_item
from insek.people.actors import actor_of, require
from insek.people.addresses import address_of
from insek.people.locking import Conflict
from insek.people.requests import posted
from insek.release.models import Proposal
from insek.release.plain_values import model_from_plain
from insek.thread.models import Item
from insek.thread.setting_up import save_part
from insek.web.context import asker_of, concept_or_404
from insek.web.display import date_words
from insek.web.file_names import file_stem

from .appraising import computed_appraisal
from .commenting import answer, may_answer
from .models import OverviewText, PlanAppraisal, PlanComment
from .own_texts import shown_text, text_of_all, text_of_plan
from .pages import PAGES, shown_appraisal
from .rows import COMMENTS, TEXTS
from .rubric_values import rubric_of
from .services import current_appraisal
from .written import WrittenPart, as_markdown, numbered, parts_of
from .written_all import overview_key, parts_of_all
from .written_facts import facts_of
from .written_sheet import written_workbook

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
WRITE = "thread.release_item"
"""What is written of all plans together is public at once."""


def _plan(request: HttpRequest, item_id: str) -> Item:
    item, _pages = visible_item(request, item_id)
    if item.kind != "plan":
        raise Http404
    return item


@require_safe
def plan_written(request: HttpRequest, item_id: str) -> HttpResponse:
    """The appraisal of a plan in words, each sentence with its sources; a person's text stands over the draft."""
    item, actor = _plan(request, item_id), actor_of(request)
    facts = facts_of(item.concept, [item], actor, compute=actor.sees_internal)[0]
    text = text_of_plan(item)
    edits = rules.test_rule(TEXTS.rule, actor, item) and actor.user_id is not None
    context = {
        "item": item,
        **_shown(parts_of(facts)),
        "text": shown_text(text, item=item),
        "edit_url": "" if not edits else reverse("row-edit", args=[item.pk, TEXTS.address, text.key]) if text else reverse("row-create", args=[item.pk, TEXTS.address]),
        "takes_evidence": rules.test_rule("thread.link_items", actor) and actor.user_id is not None,
        "page_title": _("Bewertung in Worten"),
        "page_lead": str(item),
        "active_nav": "plan",
        "breadcrumb": item_breadcrumb(request, PAGES, (item.number or item.title, item.url), (_("Bewertung in Worten"), "")),
        "files": _files("plan-written", item.pk),
        "noindex": item.visibility != "public",
    }  # fmt: skip
    return render(request, "plans/written.html", context)


@require_safe
def plan_written_table(request: HttpRequest, item_id: str) -> FileResponse:
    """The same as a workbook."""
    item, actor = _plan(request, item_id), actor_of(request)
    facts = facts_of(item.concept, [item], actor, compute=actor.sees_internal)[0]
    text = shown_text(text_of_plan(item), item=item)
    file = written_workbook(
        str(item), parts_of(facts), text=text["text"] if text else "", text_note=text["note"] if text else ""
    )
    return _workbook(file, f"{item}")


def _shown(parts: list[WrittenPart]) -> dict[str, Any]:
    shown, sources = numbered(parts)
    return {"parts": parts, "shown": shown, "sources": sources}


def _files(name: str, *args: object) -> list[dict[str, str]]:
    """The appraisal as files; PDF and Word are made by the room of the reports."""
    return [
        {"label": "PDF", "url": address_of(f"{name}-pdf", *args)},
        {"label": "Word", "url": address_of(f"{name}-docx", *args)},
        {"label": "Excel", "url": reverse(f"{name}-table", args=args)},
    ]


def _workbook(file: Any, title: str) -> FileResponse:
    name = file_stem(f"{_('Bewertung')} {title}", otherwise="bewertung")
    response = FileResponse(file, as_attachment=True, filename=f"{name}.xlsx", content_type=XLSX)
    response["Cache-Control"] = "private, no-store"
    return response


@require_safe
def overview_written(request: HttpRequest) -> HttpResponse:
    """The appraisal of all plans in words, and of each that somebody sees the way to its own."""
    asker, concept = asker_of(request), concept_or_404(request)
    parts, facts = parts_of_all(asker)
    actor = asker.actor
    context = {
        **_shown(parts),
        "plans": [{"item": one.item, "url": reverse("plan-written", args=[one.item.pk]), "no_text": one.no_text, "is_judged": one.appraisal is not None} for one in facts],
        "text": shown_text(text_of_all(concept), concept=concept),
        "edit_url": reverse("overview-text") if rules.test_rule(WRITE, actor) and actor.user_id is not None else "",
        "page_title": _("Die Planwerke insgesamt, bewertet in Worten"),
        "page_lead": _("Aus den Angaben und Bewertungen zusammengestellt, jeder Satz mit dem, worauf er beruht."),
        "active_nav": "plan-overview",
        "breadcrumb": item_breadcrumb(request, PAGES, (_("Gesamtschau"), reverse("plan-overview")), (_("In Worten"), "")),
        "files": _files("overview-written"),
    }  # fmt: skip
    return render(request, "plans/written.html", context)


@require_safe
def overview_written_table(request: HttpRequest) -> FileResponse:
    """The same as a workbook, with the sentences of every plan."""
    asker, concept = asker_of(request), concept_or_404(request)
    parts, facts = parts_of_all(asker)
    text = shown_text(text_of_all(concept), concept=concept)
    plans = [(one.item.number or one.item.title, parts_of(one)) for one in facts]
    file = written_workbook(
        _("Bewertung der Planwerke"), parts, text=text["text"] if text else "", text_note=text["note"] if text else "", plans=plans
    )  # fmt: skip
    return _workbook(file, _("Planwerke"))


class OverviewTextForm(CleanText, forms.Form):
    """A text in the place of the draft of all plans; empty gives the draft back."""

    version = forms.IntegerField(widget=forms.HiddenInput, required=False, min_value=0)
    text = forms.CharField(
        required=False, label=gettext_lazy("Bewertung in Worten"), widget=forms.Textarea(attrs={"rows": 24}),
        help_text=gettext_lazy("Beginnt mit dem Entwurf des Programms. Leer: Es steht wieder der Entwurf da."),
    )  # fmt: skip
    written_by = forms.CharField(
        max_length=200, required=False, label=gettext_lazy("Geschrieben von"),
        help_text=gettext_lazy("Stelle oder Büro, keine Person; steht öffentlich auf der Seite"),
    )  # fmt: skip


@login_required
@require_http_methods(["GET", "POST"])
def overview_text(request: HttpRequest) -> HttpResponse:
    """Write the appraisal of all plans in one's own words."""
    actor, concept = actor_of(request), concept_or_404(request)
    require(actor, WRITE)
    row = text_of_all(concept, also_empty=True) or OverviewText(concept=concept)
    initial = {
        "version": row.version if row.pk else 0,
        "text": row.text or as_markdown(parts_of_all(asker_of(request))[0]),
        "written_by": row.written_by,
    }
    form, status = OverviewTextForm(posted(request), initial=initial), 200
    if request.method == "POST":
        status = 400
        if form.is_valid():
            values = {
                "text": form.cleaned_data["text"], "written_by": form.cleaned_data["written_by"], "written_on": clock.today(),
                "facts_key": overview_key(concept),
            }  # fmt: skip
            version = form.cleaned_data["version"] or 0
            try:
                if (row.version if row.pk else 0) != version and not (row.pk is None and version == 0):
                    raise Conflict(row)
                save_part(
                    row, values=values, expected_version=version if row.pk else None, actor=actor, right=WRITE
                )
            except Conflict:
                status = 409
                form.add_error(None, _("Inzwischen hat jemand anderes den Text geändert. Ihre Eingaben stehen noch hier; laden Sie die Seite neu, um vom neuen Stand aus weiterzuarbeiten."))  # fmt: skip
            else:
                messages.success(request, _("Ihr Text ist gespeichert."))
                return redirect("overview-written")
    context = {
        "form": form,
        "page_title": _("Die Planwerke insgesamt in eigenen Worten"),
        "page_lead": str(concept),
        "active_nav": "plan-overview",
        "intro": _("Ihr Text ist mit dem Speichern öffentlich. Ändern sich später die Angaben, sagt die Seite, dass er älter ist."),
        "submit_label": _("Veröffentlichen"),
        "cancel_url": reverse("overview-written"),
        "breadcrumb": item_breadcrumb(request, PAGES, (_("In Worten"), reverse("overview-written")), (_("Schreiben"), "")),
        "noindex": True,
    }  # fmt: skip
    return render(request, "items/row_form.html", context, status=status)


class CommentForm(CleanText, forms.Form):
    """What a unit says of an appraisal."""

    version = forms.IntegerField(widget=forms.HiddenInput, required=False, min_value=0)
    stance = forms.ChoiceField(
        choices=[choice for choice in PlanComment.Stance.choices if choice[0]], widget=forms.RadioSelect,
        label=gettext_lazy("Ihre Stelle"),
    )  # fmt: skip
    comment = forms.CharField(
        required=False, max_length=5000, label=gettext_lazy("Stellungnahme"), widget=forms.Textarea(attrs={"rows": 6}),
        help_text=gettext_lazy("Pflicht, wenn Sie etwas anmerken oder nicht zustimmen. Zu lesen für Angemeldete, die Internes sehen; öffentlich steht nur, ob Ihre Stelle zustimmt."),
    )  # fmt: skip


@login_required
@require_http_methods(["GET", "POST"])
def plan_comment(request: HttpRequest, item_id: str, key: str) -> HttpResponse:
    """The unit that was asked reads the appraisal that waits and says what it thinks of it."""
    item, actor = _plan(request, item_id), actor_of(request)
    row = COMMENTS.visible_to(COMMENTS.of_item(item), actor).filter(key=key).select_related("unit").first()
    if row is None:
        raise Http404
    row.plan = item.plan
    row.plan.item = item
    if not may_answer(row, actor):
        raise PermissionDenied("plans.comment")
    initial = {"version": row.version, "stance": row.stance, "comment": row.comment}
    form, status = CommentForm(posted(request), initial=initial), 200
    if request.method == "POST":
        status = 400
        if form.is_valid():
            sent = form.cleaned_data
            try:
                answer(row, stance=sent["stance"], comment=sent["comment"], expected_version=sent["version"] or 0, actor=actor)  # fmt: skip
            except ValidationError as error:
                form.add_error(None, error.messages)
            except Conflict:
                status = 409
                form.add_error(None, _("Inzwischen hat jemand anderes aus Ihrer Stelle geantwortet oder die Anfrage geändert. Bitte laden Sie die Seite neu."))  # fmt: skip
            else:
                messages.success(request, _("Die Stellungnahme Ihrer Stelle ist gespeichert."))
                return redirect(f"{item.url}#stellungnahmen")
    now, rubric = current_appraisal(item.plan), rubric_of(item.concept_id)
    context = {
        "form": form,
        "item": item,
        "row": row,
        "due": date_words(row.due),
        "is_over": not row.is_open and not row.stance,
        "proposed": [shown_appraisal(each, rubric) for each in _proposed(item, row)],
        "now": shown_appraisal(now, rubric) if now else None,
        "computed": computed_appraisal(item, rubric),
        "decided": now,
        "page_title": _("Stellungnahme zur Bewertung"),
        "page_lead": str(item),
        "active_nav": "plan",
        "submit_label": _("Stellungnahme abgeben"),
        "cancel_url": item.url,
        "breadcrumb": item_breadcrumb(request, PAGES, (item.number or item.title, item.url), (_("Stellungnahme"), "")),
        "noindex": True,
    }  # fmt: skip
    return render(request, "plans/comment.html", context, status=status)


def _proposed(item: Item, row: PlanComment) -> list[PlanAppraisal]:
    """The appraisals that wait and are those that the unit was asked about. One query."""
    waiting = Proposal.objects.waiting().filter(item=item.pk, act="appraisal").order_by("pk")
    return [
        PlanAppraisal(plan=item.plan, version=row.about_version, **model_from_plain(PlanAppraisal, each.payload["values"]))
        for each in waiting
        if each.payload["version"] + 1 == row.about_version
    ]  # fmt: skip
