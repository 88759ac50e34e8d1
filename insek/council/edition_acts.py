"""Filing an edition, adopting it, and saying why its items read otherwise: each asks twice before anything irrevocable."""

from __future__ import annotations

from typing import Any

import rules
from django import forms
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import ValidationError
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods

from insek import clock
from insek.concept.models import Edition
from insek.package import table_named
from insek.people.actors import actor_of, require
from insek.people.requests import posted
from insek.release.bundle_clashes import BundleUndecided
from insek.release.bundles import BundleFails
from insek.release.models import Proposal
from insek.web.choices import offer_rows
from insek.web.display import date_words

from .comparing import PartChange
from .deviations import explain_deviation
from .edition_items import Deviation, EditionItem
from .edition_queries import EditionCounts, changes_of, changes_since, days_of_change
from .edition_sentences import deviations_of
from .edition_words import labels_of, rows_between
from .models import Resolution
from .prospect import Prospect, leaving, prospect
from .services import (
    DECIDED_ON,
    EditionIncomplete,
    NumbersChanged,
    SuccessionMissing,
    VotedAmendment,
    adopt_edition,
    file_edition,
    withdraw_edition,
)  # fmt: skip
from .taking_over import voted_by
from .views import edition_breadcrumb, edition_of, table_label

SHOWN_CHANGES = 300
"""Changes since the filing that the page of the resolution offers at most."""
SHOWN_MISSING = 8
"""Items without a Verbleib that a message names."""
REFUSED = (EditionIncomplete, BundleUndecided, BundleFails, SuccessionMissing, NumbersChanged, ValidationError)  # fmt: skip


class AdoptionForm(forms.Form):
    """Which resolution adopts the edition."""

    resolution: forms.ModelChoiceField[Resolution] = forms.ModelChoiceField(
        queryset=None,
        empty_label=gettext_lazy("Bitte wählen"),
        label=gettext_lazy("Beschluss"),
        help_text=gettext_lazy(
            "Nur Beschlüsse, die etwas angenommen haben und noch keine Ausgabe betreffen."
        ),
    )
    wordless = forms.BooleanField(
        required=False,
        label=gettext_lazy("Die Änderungen des Beschlusses betreffen keinen Wortlaut dieser Fassung."),
    )

    def __init__(self, *args: Any, edition: Edition, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        fitting = Resolution.objects.filter(
            item__concept=edition.concept,
            item__kind="resolution",
            edition=None,
            outcome__in=["adopted", "adopted_with_changes"],
            date__lte=clock.today(),
        ).select_related("item")
        if edition.is_example:
            fitting = fitting.filter(item__standing="example")
        else:
            fitting = fitting.exclude(item__standing="example")
        if edition.filed_on is not None:
            fitting = fitting.filter(date__gte=edition.filed_on)
            self.fields["resolution"].help_text = _(
                "Nur Beschlüsse seit dem Einreichen, die etwas angenommen haben und noch keine Ausgabe betreffen."
            )
        else:
            del self.fields["wordless"]
        offer_rows(self, "resolution", fitting.order_by("-date", "pk"))


class WithdrawalForm(forms.Form):
    """Why a filed edition was not adopted."""

    reason = forms.CharField(
        max_length=500,
        label=gettext_lazy("Warum?"),
        help_text=gettext_lazy(
            "Ein Satz. Er steht öffentlich bei der Fassung, etwa: Die Vorlage wurde zurückgezogen."
        ),
        widget=forms.Textarea(attrs={"rows": 3}),
    )


class DeviationForm(forms.Form):
    """Since when, why and by what an adopted item reads otherwise."""

    day = forms.DateField(
        label=gettext_lazy("Geändert am"), widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
    )
    nature = forms.ChoiceField(
        choices=Deviation.Nature.choices,
        widget=forms.RadioSelect,
        label=gettext_lazy("Was für eine Änderung ist das?"),
    )
    reason = forms.CharField(
        max_length=500,
        label=gettext_lazy("Grund, in einem Satz"),
        help_text=gettext_lazy("Er steht öffentlich neben dem Unterschied."),
        widget=forms.Textarea(attrs={"rows": 3}),
    )
    resolution: forms.ModelChoiceField[Resolution] = forms.ModelChoiceField(
        queryset=None,
        required=False,
        empty_label=gettext_lazy("keiner"),
        label=gettext_lazy("Beschluss"),
        help_text=gettext_lazy("Nur, wenn ein Beschluss den Wortlaut geändert hat."),
    )

    def __init__(self, *args: Any, edition: Edition, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        rows = Resolution.objects.filter(
            item__concept=edition.concept, item__kind="resolution", item__visibility="public"
        ).select_related("item")
        same = (
            rows.filter(item__standing="example")
            if edition.is_example
            else rows.exclude(item__standing="example")
        )
        offer_rows(self, "resolution", same.order_by("-date", "pk"))


@login_required
@require_http_methods(["GET", "POST"])
def edition_file(request: HttpRequest, key: str) -> HttpResponse:
    """Show the numbers, ask again with them, then freeze the draft as what the council has before it."""
    actor = actor_of(request)
    require(actor, "council.file_edition")
    edition = edition_of(request, key)
    if edition.status != Edition.Status.DRAFT:
        return redirect("edition", key)
    problem = ""
    if request.POST.get("step") == "confirm":
        if not request.POST.get("understood"):
            problem = _("Bitte bestätigen Sie die Zahlen.")
        else:
            try:
                file_edition(edition, confirmed=request.POST.get("numbers", ""), actor=actor)
            except REFUSED as error:
                problem = _problem(error)
            else:
                messages.success(request, _("Die Beratungsfassung ist eingereicht und eingefroren."))
                return redirect("edition", key)
    context = {
        **_numbers_context(request, edition, problem),
        "page_title": _("Als Beratungsfassung einreichen"),
        "asks": request.method == "POST",
        "breadcrumb": edition_breadcrumb(edition, (_("Einreichen"), "")),
    }
    return render(request, "council/edition_file.html", context, status=400 if problem else 200)


@login_required
@require_http_methods(["GET", "POST"])
def edition_withdraw(request: HttpRequest, key: str) -> HttpResponse:
    """Say that a filed edition was not adopted, and why."""
    actor = actor_of(request)
    require(actor, "council.file_edition")
    edition = edition_of(request, key)
    if edition.status != Edition.Status.FILED:
        return redirect("edition", key)
    form = WithdrawalForm(posted(request))
    if request.method == "POST" and form.is_valid():
        try:
            withdraw_edition(edition, reason=form.cleaned_data["reason"], actor=actor)
        except ValidationError as error:
            form.add_error(None, error.messages)
        else:
            messages.success(request, _("Die Fassung gilt als nicht beschlossen. Sie bleibt lesbar."))
            return redirect("edition", key)
    context = {
        "form": form,
        "page_title": _("Nicht beschlossen"),
        "page_lead": _(
            "Die Beratungsfassung bleibt lesbar, wie sie ist, und kann nicht mehr beschlossen werden. Für einen neuen Anlauf legen Sie eine neue Ausgabe an."
        ),
        "submit_label": _("Als nicht beschlossen eintragen"),
        "cancel_url": reverse("edition", args=[key]),
        "active_nav": "edition",
        "breadcrumb": edition_breadcrumb(edition, (_("Nicht beschlossen"), "")),
        "noindex": True,
    }
    return render(request, "web/plain_form.html", context, status=400 if form.errors else 200)


@login_required
@require_http_methods(["GET", "POST"])
def edition_adopt(request: HttpRequest, key: str) -> HttpResponse:
    """Ask which resolution and which amendments, show what that makes in numbers, ask again, then enter it."""
    actor = actor_of(request)
    require(actor, "council.adopt_edition")
    edition = edition_of(request, key)
    if edition.status not in {Edition.Status.DRAFT, Edition.Status.FILED}:
        return redirect("edition", key)
    form = AdoptionForm(posted(request), edition=edition)
    ahead = prospect(edition)
    filed = edition.status == Edition.Status.FILED
    changes = changes_since(edition, ahead.parts) if filed else []
    voted = _voted(request, changes) if request.method == "POST" else voted_by(edition, changes, actor)
    problem, asks = "", False
    if request.method == "POST" and form.is_valid():
        asks = True
        problem = (
            "" if all(vote.text.strip() for vote in voted) else _("Zu jeder Maßgabe gehört ihr Wortlaut.")
        )
        if problem:
            asks = False
        elif request.POST.get("step") == "confirm" and not request.POST.get("understood"):
            problem = _("Bitte bestätigen Sie die Zahlen.")
        elif request.POST.get("step") == "confirm":
            try:
                adopt_edition(
                    edition,
                    resolution=form.cleaned_data["resolution"],
                    actor=actor,
                    voted=voted,
                    wordless=bool(form.cleaned_data.get("wordless")),
                    confirmed=request.POST.get("numbers", ""),
                )
            except REFUSED as error:
                problem, asks = _problem(error), isinstance(error, NumbersChanged)
            else:
                messages.success(
                    request, _("Der Beschluss ist eingetragen. Die beschlossene Fassung ist eingefroren.")
                )
                return redirect("edition", key)
    context = {
        **_numbers_context(request, edition, problem, ahead=ahead),
        "form": form,
        "asks": asks,
        "is_filed": filed,
        "lacks_resolution": not asks and len(form.fields["resolution"].choices) < 2,  # type: ignore[attr-defined]  # a choice field
        "resolution": form.cleaned_data.get("resolution") if asks else None,
        "resolution_day": date_words(form.cleaned_data["resolution"].date) if asks else "",
        "changes": _shown_changes(request, changes[:SHOWN_CHANGES], voted),
        "more_changes": max(0, len(changes) - SHOWN_CHANGES),
        "voted_count": len(voted),
        "not_voted_count": len(changes) - len([1 for change in changes if _is_whole(change, voted)]),
        "filed_count": EditionItem.objects.filter(edition=edition).exclude(table="fields").count(),
        "filed_day": date_words(edition.filed_on),
        "page_title": _("Beschluss eintragen") if filed else _("Früheren Beschluss nacherfassen"),
        "breadcrumb": edition_breadcrumb(edition, (_("Beschluss"), "")),
    }
    return render(
        request, "council/edition_adopt.html", context, status=400 if problem or form.errors else 200
    )


def _problem(error: Exception) -> str:
    if isinstance(error, BundleUndecided):
        return _("Zwei Änderungen, die für diese Ausgabe bereitliegen, widersprechen sich. Sagen Sie erst, welche gilt.")  # fmt: skip
    if isinstance(error, BundleFails):
        return _(
            "Änderungen, die für diese Ausgabe bereitliegen, passen nicht mehr zu dem, was öffentlich ist. Nichts ist geändert."
        )
    if isinstance(error, SuccessionMissing):
        names = ", ".join(map(str, error.rows[:SHOWN_MISSING])) + (
            " …" if len(error.rows) > SHOWN_MISSING else ""
        )
        return _("Erst muss gesagt sein, was aus diesen Inhalten der Ausgabe davor wird: %(names)s.") % {
            "names": names
        }
    if isinstance(error, EditionIncomplete):
        return _("Erst müssen die Lücken geschlossen sein, die einen Beschluss verhindern.")
    if isinstance(error, NumbersChanged):
        return _("Inzwischen hat sich geändert, was eingefroren würde. Bitte prüfen Sie die neuen Zahlen.")
    assert isinstance(error, ValidationError)
    return " ".join(error.messages)


def _numbers_context(
    request: HttpRequest, edition: Edition, problem: str, *, ahead: Prospect | None = None
) -> dict[str, Any]:
    """What a draft would freeze, counted, and what stands in the way."""
    ahead = ahead or prospect(edition)
    numbers: EditionCounts = ahead.counts
    is_draft = edition.status == Edition.Status.DRAFT
    rows = [
        {
            "label": table_label(request, row.table, plural=True),
            "row": row,
            "publish_url": _publish_url(request, row.table) if row.internal else "",
        }
        for row in numbers.rows
        if row.inside or row.internal or row.apart
    ]
    return {
        "edition": edition,
        "numbers": numbers,
        "number_rows": rows,
        "is_empty": not any(row.inside for row in numbers.rows if row.table in DECIDED_ON),
        "gaps": ahead.gaps if is_draft else [],
        "failed_changes": ahead.failed,
        "clash_count": len(ahead.clashes),
        "leaving_count": len(leaving(edition)),
        "bundle_count": Proposal.objects.bundle_of(edition).count(),
        "problem": problem,
        "page_lead": str(edition),
        "cancel_url": reverse("edition", args=[edition.key]),
        "active_nav": "edition",
        "noindex": True,
    }


def _publish_url(request: HttpRequest, table: str) -> str:
    """Where all that is internal of a table can be published at once; empty for who may not, and for tables without items."""
    actor, kind = actor_of(request), table_named(table).kind
    may = rules.test_rule("intake.change_many", actor) and rules.test_rule("thread.release_item", actor)
    return reverse(f"{kind}-bulk") if kind and may else ""


def _voted(request: HttpRequest, changes: list[PartChange]) -> list[VotedAmendment]:
    """The amendments that were marked, with their words."""
    marked: dict[tuple[str, str], set[str]] = {}
    for value in request.POST.getlist("voted"):
        table, _sign, rest = value.partition(":")
        key, _sign, name = rest.partition(":")
        marked.setdefault((table, key), set()).add(name)
    known = {(change.table, change.key) for change in changes}
    return [
        VotedAmendment(table, key, frozenset(names - {"*"}), request.POST.get(f"words:{table}:{key}", ""))
        for (table, key), names in marked.items()
        if (table, key) in known
    ]


def _is_whole(change: PartChange, voted: list[VotedAmendment]) -> bool:
    """Whether all of a change was voted."""
    return any(
        (vote.table, vote.key) == (change.table, change.key) and set(change.names) <= vote.names
        for vote in voted
    )


def _shown_changes(
    request: HttpRequest, changes: list[PartChange], voted: list[VotedAmendment]
) -> list[dict[str, Any]]:
    """What changed since the filing, word by word, with a box for each column that an amendment may have changed."""
    marked = {(vote.table, vote.key): vote for vote in voted}
    shown = []
    for change in changes:
        where = (change.table, change.key)
        vote = marked.get(where)
        whole = change.before is None or change.after is None
        rows = [
            {
                "value": f"{change.table}:{change.key}:{row.name}",
                "label": row.label,
                "words": row.words,
                "checked": vote is not None and row.name in vote.names,
            }
            for row in (
                [] if whole else rows_between(change.table, change.before, change.after, change.names)
            )
        ]
        if whole:
            label = _("kommt hinzu") if change.before is None else _("wird gestrichen")
            rows = [
                {
                    "value": f"{change.table}:{change.key}:*",
                    "label": label,
                    "words": [],
                    "checked": vote is not None,
                }
            ]
        shown.append(
            {
                "title": str(change),
                "kind": table_label(request, change.table),
                "anchor": f"{change.table}-{change.key}",
                "rows": rows,
                "is_whole": whole,
                "what": labels_of(change.table, change.names, change.before, change.after),
                "words_name": f"words:{change.table}:{change.key}",
                "words": vote.text if vote else "",
                "is_voted": vote is not None,
            }
        )
    return shown


@login_required
@require_http_methods(["GET", "POST"])
def deviation_edit(request: HttpRequest, key: str, part: str) -> HttpResponse:
    """Say why an adopted item reads otherwise since a day."""
    actor = actor_of(request)
    require(actor, "council.explain_deviation")
    edition = edition_of(request, key)
    row = get_object_or_404(EditionItem.objects.filter(edition=edition).exclude(content=None), key=part)
    row.edition = edition
    change = changes_of(edition, [row]).get(row.key)
    if change is None or change.after is None or not edition.is_adopted or not table_named(row.table).kind:
        raise Http404
    days = days_of_change(row, change)
    form = DeviationForm(posted(request), edition=edition, initial={"day": days[0] if days else None})
    if request.method == "POST" and form.is_valid():
        try:
            explain_deviation(row, actor=actor, **form.cleaned_data)
        except ValidationError as error:
            form.add_error(None, error)
        else:
            messages.success(request, _("Der Grund ist eingetragen."))
            return redirect("edition-item", key, part)
    context = {
        "form": form,
        "row": row,
        "change_rows": rows_between(row.table, change.before, change.after),
        "deviations": deviations_of(row, change, actor),
        "page_title": _("Abweichung vom beschlossenen Wortlaut"),
        "page_lead": str(row),
        "item": row,
        "submit_label": _("Grund eintragen"),
        "cancel_url": reverse("edition-item", args=[key, part]),
        "active_nav": "edition",
        "breadcrumb": edition_breadcrumb(
            edition,
            (row.number or row.title, reverse("edition-item", args=[key, part])),
            (_("Abweichung"), ""),
        ),
        "noindex": True,
    }
    return render(request, "council/deviation.html", context, status=400 if form.errors else 200)
