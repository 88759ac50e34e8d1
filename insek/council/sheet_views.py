"""The page of the whole check, beginning one from its paper, and the answer of the unit that leads the matter."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import rules
from django import forms
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import ValidationError
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_POST

from insek import clock
from insek.items.views.items import visible_item
from insek.people.actors import actor_of, require
from insek.people.locking import Conflict
from insek.people.requests import posted
from insek.suggestions.models import Suggestion, SuggestionRun
from insek.suggestions.quality import quality_of
from insek.suggestions.runs import begin_run
from insek.suggestions.services import AlreadyDecided
from insek.suggestions.wording import confidence_words
from insek.thread.kinds import kind_names
from insek.web.context import asker_of
from insek.web.display import date_words, shown_items
from insek.web.richtext import plain_text

from . import answering
from .check_sheet import CheckSheet, CheckSheetForm, problem_of, save_sheet, sheet_of
from .check_views import a_draft, check_page
from .checking import what_is_missing
from .models import Check
from .suggested_kinds import GOAL, MEASURE, NOTHING, PLACE, WEIGHT, begun_check
from .suggesting import NAME, TOUCHES
from .touching import plain_paragraphs

LONGEST_SHOWN = 20_000


@login_required
@require_POST
def check_begin(request: HttpRequest, item_id: str) -> HttpResponse:
    """Begin the check of a paper, or go on with its draft."""
    item, _pages = visible_item(request, item_id)
    actor = actor_of(request)
    if item.kind != "paper":
        raise Http404
    require(actor, "thread.create_item", "concept_check")
    try:
        check = begun_check(item, actor)
    except ValidationError as error:
        messages.warning(request, problem_of(error))
        return redirect(item.url)
    if not Suggestion.objects.filter(item=item.pk, suggester=NAME).exists():
        begin_run(TOUCHES, item.concept, about=item)
    return redirect("check-sheet", item_id=check.pk)


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def check_sheet(request: HttpRequest, item_id: str) -> HttpResponse:
    """Everything that a check says, in one form beside the passages that speak of it."""
    check = a_draft(request, item_id)
    sheet = sheet_of(check)
    form = CheckSheetForm(posted(request), sheet=sheet)
    if request.method == "POST" and form.is_valid():
        try:
            saved = save_sheet(sheet, form.cleaned_data, actor=actor_of(request))
        except (Conflict, AlreadyDecided):
            check = a_draft(request, item_id)
            sheet = sheet_of(check)
            typed = request.POST.copy()
            typed["version"] = str(check.item.version)
            form = CheckSheetForm(typed, sheet=sheet)
            form.add_error(None, _("Inzwischen hat jemand anderes diese Prüfung geändert. Ihre Eingaben stehen noch hier; noch einmal speichern übernimmt sie."))  # fmt: skip
        except ValidationError as error:
            form.add_error(None, problem_of(error))
        else:
            return _after(request, saved)
    context = check_page(
        request, check, _("Prüfen"), form=form, sheet=sheet, **_shown(request, sheet, form), missing=what_is_missing(check),
    )  # fmt: skip
    return render(request, "council/check_sheet.html", context, status=400 if form.errors else 200)


def _after(request: HttpRequest, check: Check) -> HttpResponse:
    """Where it goes on: to the last question, to the search of more goals, or back to the sheet."""
    act = request.POST.get("act", "")
    if act == "finish":
        return redirect("check-finish", item_id=check.pk)
    messages.success(request, _("Die Prüfung ist gespeichert."))
    if act == "more":
        return redirect("check-find", item_id=check.pk)
    return redirect("check-sheet", item_id=check.pk)


def _shown(request: HttpRequest, sheet: CheckSheet, form: CheckSheetForm) -> dict[str, Any]:
    """The goals with their fields of the form, the passages with what they speak of, and where the suggestions come from."""
    asker, check = asker_of(request), sheet.check
    passages = _passages(sheet)
    places = {
        (words, kind, key): number for number, one in enumerate(passages, 1) for words, kind, key in one["of"]
    }
    items = shown_items([each.item for each in sheet.goals], kind_names(asker)) if sheet.goals else []
    goals = []
    for each, shown in zip(sheet.goals, items, strict=True):
        pk = each.item.pk
        goals.append(
            {
                "item": shown, "text": plain_text(each.item.text, 200), "is_named": each.row is not None,
                "effect": form[f"effect_{pk}"], "reason": form[f"reason_{pk}"], "certainty": form[f"certainty_{pk}"],
                "sure": confidence_words(each.suggestion.confidence) if each.suggestion else "",
                "why": each.suggestion.why if each.suggestion else "",
                "passages": sorted({number for (_words, kind, key), number in places.items() if (kind, key) == (GOAL, pk)}),
            }
        )  # fmt: skip
    paper = check.paper.item if check.paper else None
    run = SuggestionRun.objects.filter(suggester=NAME, about=paper.pk).first() if paper is not None else None
    weight, nothing = sheet.of(WEIGHT), sheet.of(NOTHING)
    return {
        "goals": goals, "passages": passages, "paper_item": paper,
        "paper_text": plain_paragraphs((paper or check.item).text, LONGEST_SHOWN),
        "proposed_weight": _hint(weight, str(Check.Weight(weight.content["weight"]).label)) if weight else None,
        "proposed_nothing": _hint(nothing, "") if nothing else None,
        "proposed": {
            "measures": _named(sheet, MEASURE), "districts": _named(sheet, PLACE),
        },
        "is_looking": run is not None and run.is_working, "was_looked": run is not None,
        "can_look": paper is not None and rules.test_rule("suggestions.run", asker.actor), "suggester": TOUCHES.name,
        "quality": quality_of(check.item.concept, GOAL, NAME).words,
    }  # fmt: skip


def _hint(suggestion: Suggestion, becomes: str) -> dict[str, str]:
    return {"becomes": becomes, "why": suggestion.why, "sure": confidence_words(suggestion.confidence)}


def _named(sheet: CheckSheet, kind: str) -> list[str]:
    return [each.other_id for each in sheet.by_kind.get(kind, ()) if each.other_id]


def _passages(sheet: CheckSheet) -> list[dict[str, Any]]:
    """The sentences that speak for something, each once, in the order of places; with what they speak for."""
    items = {each.item.pk: str(each.item) for each in sheet.goals}
    items |= {item.pk: str(item) for item in (*sheet.measures, *sheet.places)}
    fields = {one.key: str(one) for one in sheet.fields}
    found: dict[str, dict[str, Any]] = {}
    for each in sheet.suggestions:
        label = items.get(each.other_id or "") or fields.get(each.field_key, "")
        if each.kind in {WEIGHT, NOTHING}:
            label = _("Gewicht") if each.kind == WEIGHT else _("kein Ziel")
        for basis in each.evidence:
            one = found.setdefault(basis["words"], {**basis, "of": [], "labels": []})
            one["of"].append((basis["words"], each.kind, each.other_id or each.field_key))
            if label and label not in one["labels"]:
                one["labels"].append(label)
    return sorted(found.values(), key=lambda one: (one["where"], -len(one["labels"])))


class ConflictAnswerForm(forms.Form):
    """What the unit says to the conflict."""

    version = forms.IntegerField(widget=forms.HiddenInput)
    answer = forms.CharField(
        max_length=answering.LONGEST_ANSWER, label=gettext_lazy("Antwort"), widget=forms.Textarea(attrs={"rows": 8}),
        help_text=gettext_lazy("Sie steht wörtlich bei der Prüfung und wird mit ihr öffentlich."),
    )  # fmt: skip


class AskForm(forms.Form):
    """Until when the unit may answer."""

    version = forms.IntegerField(widget=forms.HiddenInput)
    answer_until = forms.DateField(
        label=gettext_lazy("Antwort möglich bis"),
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
    )


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def check_ask(request: HttpRequest, item_id: str) -> HttpResponse:
    """Ask the unit that leads the matter what it says to a conflict."""
    check = a_draft(request, item_id)
    require(actor_of(request), "council.confirm_check", check.item)
    until = check.answer_until or clock.today() + answering.USUAL
    form = AskForm(posted(request), initial={"version": check.item.version, "answer_until": until})
    lead = _("%(unit)s sieht die Prüfung im eigenen Bereich und kann antworten, bevor der Widerspruch öffentlich wird.") % {
        "unit": check.unit or _("Die Federführung"),
    }  # fmt: skip
    return _answering(
        request, check, form, _("Um Antwort bitten"), lead,
        lambda said: answering.ask_unit(check, said["answer_until"], expected_version=said["version"], actor=actor_of(request)),
        _("Die Bitte um Antwort steht."),
    )  # fmt: skip


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def check_answer(request: HttpRequest, item_id: str) -> HttpResponse:
    """Answer to a conflict, for the unit that leads the matter."""
    check = a_draft(request, item_id)
    form = ConflictAnswerForm(
        posted(request), initial={"version": check.item.version, "answer": check.answer}
    )
    asked = (
        _("Gefragt ist bis %(day)s.") % {"day": date_words(check.answer_until)} if check.answer_until else ""
    )
    return _answering(
        request, check, form, _("Zum Widerspruch antworten"), asked,
        lambda said: answering.answer_check(check, said["answer"], expected_version=said["version"], actor=actor_of(request)),
        _("Die Antwort ist gespeichert."),
    )  # fmt: skip


def _answering(
    request: HttpRequest, check: Check, form: forms.Form, title: str, lead: str, act: Any, done: str
) -> HttpResponse:
    if request.method == "POST" and form.is_valid():
        try:
            act(form.cleaned_data)
        except ValidationError as error:
            _told(form, error)
        except Conflict:
            form.add_error(
                None,
                _(
                    "Inzwischen hat jemand anderes diese Prüfung geändert. Bitte sehen Sie sie noch einmal an."
                ),
            )
        else:
            messages.success(request, done)
            return redirect(check.item.url)
    context = check_page(request, check, title, form=form, page_lead=lead)
    return render(request, "council/check_form.html", context, status=400 if form.errors else 200)


def _told(form: forms.Form, error: ValidationError) -> None:
    said: Mapping[str, Any] = error.message_dict if hasattr(error, "error_dict") else {"": error.messages}
    for name, told in said.items():
        form.add_error(name if name in form.fields else None, told)
