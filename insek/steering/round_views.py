"""The pages of a round of reports: all rounds, the form of one, who owes what, and the page on which a unit answers."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import rules
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied, ValidationError
from django.db.models import Q
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from insek import clock
from insek.concept.models import Concept
from insek.notices.models import Notice
from insek.notices.persons import unit_people
from insek.notices.register import recipients_behind
from insek.people.actors import actor_of, require
from insek.people.breadcrumbs import staff_breadcrumb
from insek.people.locking import Conflict
from insek.people.mail import can_send
from insek.people.models import Unit
from insek.people.requests import posted, posted_version
from insek.web.context import concept_or_404
from insek.web.display import date_words, period_words

from . import rounds
from .round_answering import answer_unit
from .round_cards import indicator_value
from .round_forms import ReportRoundForm
from .round_models import ReportRound, RoundValue, SaidInRound
from .round_queries import answers_of, measures_asked, standings, waiting_reports
from .round_told import OPENED, REMINDER, who_is_asked
from .round_values import values_asked, values_said
from .rules import voice_for

MOST_RELEASED = 200
"""Reports that are released in one go."""


def _round(request: HttpRequest, key: str) -> ReportRound:
    concept = concept_or_404(request)
    return get_object_or_404(ReportRound.objects.select_related("concept"), concept=concept, key=key)


def _page(title: str, *steps: tuple[str, str]) -> dict[str, Any]:
    return {
        "page_title": title,
        "active_nav": "account",
        "breadcrumb": staff_breadcrumb(*steps, (title, "")),
        "noindex": True,
    }


def _all_rounds() -> tuple[str, str]:
    return _("Berichtsrunden"), reverse("report-round-list")


@login_required
@require_safe
def report_round_list(request: HttpRequest) -> HttpResponse:
    """All rounds, the newest first, with how far they are. Three queries for each round."""
    require(actor_of(request), "steering.lead_round")
    entries = []
    for round in ReportRound.objects.filter(concept=concept_or_404(request)).select_related("concept")[:20]:
        rows = standings(round)
        entries.append({"round": round, "asked": sum(row.asked for row in rows), "answered": sum(row.answered for row in rows)})  # fmt: skip
    context = {
        **_page(_("Berichtsrunden")),
        "others": [(reverse("report-ownership"), _("Wer antwortet, und wo niemand ist")), (reverse("answer-shares"), _("Wer hat geantwortet?"))],
        "page_lead": _("Einmal im Jahr wird jede Einheit nach dem Stand ihrer Maßnahmen gefragt: eine Mail, ein Link, eine Seite."),
        "entries": entries,
    }  # fmt: skip
    return render(request, "steering/round_list.html", context)


def _as_last_time(concept: Concept) -> dict[str, Any]:
    """What a new round begins with: the last one a year later, else this year and all units that have measures."""
    last = ReportRound.objects.filter(concept=concept).first()
    today = clock.today()
    if last is None:
        return {
            "period_from": today.replace(month=1, day=1), "period_to": today, "asks": rounds_questions(),
            "units": list(_units(concept).values_list("pk", flat=True)),
        }  # fmt: skip
    return {
        "period_from": rounds.day_after(last.period_to), "period_to": today, "asks": last.asks, "text": last.text, "shows_shares": last.shows_shares,
        "units": list(last.units.values_list("pk", flat=True)),
    }  # fmt: skip


def rounds_questions() -> list[str]:
    """What a first round asks."""
    from .round_models import all_questions

    return all_questions()


def _units(concept: Concept) -> Any:
    """Units that answer for measures or supply values."""
    asked = Q(measures__item__concept=concept) | Q(indicators__item__concept=concept)
    return Unit.objects.filter(asked).distinct()


@login_required
@require_http_methods(["GET", "POST"])
def report_round_edit(request: HttpRequest, key: str = "") -> HttpResponse:
    """The form of a round; a new one has last year's as its model."""
    actor, concept = actor_of(request), concept_or_404(request)
    require(actor, "steering.lead_round")
    round = _round(request, key) if key else ReportRound(concept=concept)
    initial = {} if key else _as_last_time(concept)
    form = ReportRoundForm(posted(request), instance=round, units=_units(concept), initial=initial)
    status = 200
    if request.method == "POST":
        status = 400
        if form.is_valid():
            values = dict(form.cleaned_data)
            version = values.pop("version") or 0
            try:
                saved = rounds.save_round(round, values, expected_version=version, actor=actor)
            except ValidationError as error:
                at_fields = hasattr(error, "error_dict") and set(error.error_dict) <= set(form.fields)
                form.add_error(None, error if at_fields else " ".join(error.messages))
            except Conflict:
                status = 409
                form.add_error(
                    None, _("Jemand hat die Runde inzwischen geändert. Bitte öffnen Sie sie noch einmal.")
                )
            else:
                done = (
                    _("Die Runde ist gespeichert.")
                    if key
                    else _("Die Runde ist offen, die Einheiten erhalten ihre Mail.")
                    if can_send()
                    else _(
                        "Die Runde ist offen. Ohne Mailserver sehen die Einheiten sie nur in ihrem Bereich."
                    )
                )
                messages.success(request, done)
                return redirect("report-round", saved.key)
    title = _("Berichtsrunde ändern") if key else _("Berichtsrunde öffnen")
    context = {
        **_page(title, _all_rounds()),
        "page_lead": "" if key else _("Jede gewählte Einheit erhält eine Mail mit einem Link zu ihrer Seite, sobald Sie die Runde öffnen."),
        "form": form,
        "submit_label": _("Speichern") if key else _("Runde öffnen"),
        "cancel_url": reverse("report-round", args=[key]) if key else reverse("report-round-list"),
    }  # fmt: skip
    return render(request, "steering/round_edit.html", context, status=status)


@login_required
@never_cache
@require_http_methods(["GET", "POST"])
def report_round(request: HttpRequest, key: str) -> HttpResponse:
    """Who owes what, who was told, what waits; reminding, releasing in one go, closing. Some fifteen queries."""
    actor = actor_of(request)
    require(actor, "steering.lead_round")
    round = _round(request, key)
    problem = ""
    if request.method == "POST":
        try:
            messages.success(request, _act(request, round))
            return redirect("report-round", round.key)
        except ValidationError as error:
            problem = " ".join(error.messages)
        except Conflict:
            problem = _("Jemand hat die Runde inzwischen geändert. Bitte sehen Sie noch einmal nach.")
    rows = standings(round)
    people = unit_people([row.unit.pk for row in rows], clock.today())
    names = recipients_behind({to for row in rows for to in who_is_asked(people, row.unit.pk)})
    reminded = _last_told(round)
    waiting = list(
        waiting_reports(round).select_related("item").order_by("item__sort_key", "pk")[: MOST_RELEASED + 1]
    )
    for proposal in waiting:
        proposal.new_values = (proposal.differences.get("value") or [None, None])[1]  # type: ignore[attr-defined]  # for the page
    context = {
        **_page(round.title, _all_rounds()),
        "page_lead": _("Bis %(day)s, über die Zeit vom %(from)s bis %(to)s.")
        % {"day": date_words(round.last_day), "from": date_words(round.period_from), "to": date_words(round.period_to)},
        "round": round,
        "asked": sum(row.asked for row in rows),
        "answered": sum(row.answered for row in rows),
        "rows": [
            {
                "unit": row,
                "people": [names[to].name for to in who_is_asked(people, row.unit.pk) if to in names],
                "has_nobody": people.has_nobody(row.unit.pk),
                "told": reminded.get(str(row.unit.pk)),
            }
            for row in rows
        ],
        "owing": sum(bool(row.owes) for row in rows),
        "waiting": waiting[:MOST_RELEASED],
        "most": MOST_RELEASED,
        "is_cut": len(waiting) > MOST_RELEASED,
        "answers": _sent(round, request.POST if problem else {}),
        "problem": problem,
    }  # fmt: skip
    return render(request, "steering/round.html", context, status=409 if problem else 200)


def _last_told(round: ReportRound) -> dict[str, Notice]:
    """The last notice of the round to each unit, by the key of the unit as text. One query."""
    rows = Notice.objects.filter(
        concept=round.concept_id, kind__in=[OPENED.name, REMINDER.name], occasion__startswith=round.key
    )
    return {row.subject: row for row in rows.order_by("made_at", "pk")}


def _sent(round: ReportRound, typed: Mapping[str, Any]) -> list[dict[str, Any]]:
    """What was answered, the last first, with its state, and with a question that was typed and refused. Two queries, six where values are asked for."""
    items = {item.pk: item for item in measures_asked(round)}
    sent: list[tuple[SaidInRound, Any, str]] = [
        (row, items[row.measure_id], row.happened)
        for row in answers_of(round).values()
        if row.is_answered and row.measure_id in items and row.sent_at
    ]
    if asked := {each.item.pk: each for each in values_asked(round)}:
        sent += [
            (row, asked[pk].item, _value_words(row, asked[pk].indicator))
            for pk, row in values_said(round).items()
            if row.is_answered and pk in asked and row.sent_at
        ]
    sent.sort(key=lambda each: (each[0].sent_at, each[0].pk), reverse=True)
    return [
        {
            "answer": row,
            "item": item,
            "words": words,
            "key": _key_of(row),
            "typed": typed.get("question", "") if typed.get("answer") == _key_of(row) else "",
        }
        for row, item, words in sent[:MOST_RELEASED]
    ]


def _key_of(row: SaidInRound) -> str:
    """The answer in a form: the key of an answer on a measure, with a sign before it of one on an indicator."""
    return f"w{row.pk}" if isinstance(row, RoundValue) else str(row.pk)


def _value_words(row: RoundValue, indicator: Any) -> str:
    """A value that was sent, in one line; empty where there is none."""
    if row.says != RoundValue.Says.NEW:
        return ""
    value = row.get_quality_display() if row.value is None else indicator_value(indicator, row.value)
    return ". ".join(filter(None, [f"{value} ({period_words(row.period)})", row.note]))


def _answer_of(round: ReportRound, key: str) -> SaidInRound | None:
    """The answer that a form names."""
    number = key.removeprefix("w")
    if not (number.isascii() and number.isdigit() and len(number) < 10):
        return None
    if key != number:
        values = round.values_said.select_related("proposal", "indicator__item", "round__concept")
        return values.filter(pk=int(number)).first()
    answers = round.answers.select_related("proposal", "measure", "round__concept")
    return answers.filter(pk=int(number)).first()


def _act(request: HttpRequest, round: ReportRound) -> str:
    """Do what the pressed button says; returns what is to be said."""
    actor, sent = actor_of(request), request.POST
    pressed = sent.get("act", "")
    if pressed == "remind":
        unit = sent.get("unit", "")
        count = rounds.remind(
            round, {int(unit)} if unit.isascii() and unit.isdigit() and len(unit) < 10 else None, actor=actor
        )
        if not count:
            return _(
                "Heute ist schon erinnert worden, oder es fehlt nichts mehr. Niemand erhält eine zweite Nachricht."
            )
        return ngettext("Eine Person ist erinnert.", "%(count)s Personen sind erinnert.", count) % {
            "count": count
        }
    if pressed == "release":
        done, left = rounds.release_reports(round, _seen(sent.getlist("proposal")), actor=actor)
        said = ngettext(
            "Eine Antwort ist veröffentlicht.", "%(count)s Antworten sind veröffentlicht.", done
        ) % {"count": done}
        if left:
            said += " " + ngettext(
                "Eine nicht: Sie hat sich inzwischen geändert. Bitte sehen Sie sie noch einmal an.",
                "%(count)s nicht: Sie haben sich inzwischen geändert. Bitte sehen Sie sie noch einmal an.", left,
            ) % {"count": left}  # fmt: skip
        return said
    if pressed == "ask":
        answer = _answer_of(round, sent.get("answer", ""))
        if answer is None:
            raise Conflict(None)
        rounds.ask_back(
            answer, sent.get("question", ""), expected_version=posted_version(request), actor=actor
        )
        return _("Die Rückfrage steht jetzt auf der Seite der Einheit.")
    if pressed == "close":
        rounds.close_round(round, expected_version=posted_version(request), actor=actor)
        return _("Die Runde ist beendet. Entwürfe, die niemand abgegeben hat, zählen nicht.")
    if pressed == "reopen":
        rounds.reopen_round(round, expected_version=posted_version(request), actor=actor)
        return _("Die Runde ist wieder offen.")
    raise ValidationError(_("Bitte wählen Sie, was geschehen soll."))


def _seen(ticks: list[str]) -> dict[int, int]:
    """The proposals that were shown, each with its version."""
    found = {}
    for tick in ticks[:MOST_RELEASED]:
        pk, _colon, version = tick.partition(":")
        if all(part.isascii() and part.isdigit() and len(part) < 10 for part in (pk, version)):
            found[int(pk)] = int(version)
    return found


@login_required
@never_cache
@require_http_methods(["GET", "POST"])
def report_round_unit(request: HttpRequest, key: str, unit_key: str) -> HttpResponse:
    """The page of a unit, for those of it who are signed in, and for the lead in its name."""
    actor, round = actor_of(request), _round(request, key)
    unit = round.units.filter(key=unit_key).first()
    if unit is None:
        require(actor, "steering.lead_round")
        raise Http404
    if not rules.test_rule("steering.answer_round", actor, unit):
        raise PermissionDenied
    voice = voice_for(actor, unit)
    frame = {
        "breadcrumb": staff_breadcrumb(
            *([_all_rounds(), (round.title, reverse("report-round", args=[round.key]))] if rules.test_rule("steering.lead_round", actor) else []),
            (str(unit), ""),
        ),
        "active_nav": "account",
        "in_name_of_unit": voice.unit_id != unit.pk,
    }  # fmt: skip
    return answer_unit(request, round, unit, voice, frame)
