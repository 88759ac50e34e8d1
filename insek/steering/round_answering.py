"""The page on which a unit answers in a round of reports, for whoever is signed in and behind a personal link."""

from __future__ import annotations

from typing import Any

from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse, JsonResponse, QueryDict
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from insek.intake.table_files import MAX_BYTES, BadFile
from insek.items.spreadsheets import CONTENT_TYPE
from insek.people.actors import Actor
from insek.people.locking import Conflict
from insek.people.models import Unit
from insek.web.display import date_words

from . import rounds
from .round_cards import AskedCard, ValueCard, cards_of, outdated_words, with_data
from .round_forms import mark_of
from .round_models import ReportRound, SaidInRound
from .round_sheet import ReadSheet, read_round_sheet, write_round_sheet

MOST = 100
"""Measures and indicators that the page shows at one time; those that are answered make room for the others."""


def answer_unit(
    request: HttpRequest, round: ReportRound, unit: Unit, actor: Actor, frame: dict[str, Any]
) -> HttpResponse:
    """Show what a unit is asked for, keep drafts, send all that is answered, give it out as a file and read that in again.

    Some fifteen queries; a few for each draft that changed.
    """
    cards = cards_of(round, unit, actor)
    if request.method == "GET" and request.GET.get("datei") == "xlsx":
        file_answer = HttpResponse(
            write_round_sheet(round, unit, cards).getvalue(), content_type=CONTENT_TYPE
        )
        file_answer["Content-Disposition"] = f'attachment; filename="berichtsrunde-{unit.key}.xlsx"'
        return file_answer
    is_cut = len(cards) > MOST
    status, file = 200, None
    if request.method == "POST":
        pressed = request.POST.get("act", "draft")
        if pressed == "file":
            file, status = _read_file(request, round, unit, actor, cards)
            cards = cards_of(round, unit, actor)
        else:
            cards = _bound(cards[:MOST], request.POST, round)
            problem = keep_drafts(round, unit, actor, cards)
            if not problem and pressed == "send":
                problem = _send(request, round, unit, actor, cards)
            if request.headers.get("Accept", "") == "application/json":
                return _kept(cards)
            if not problem:
                return redirect(f"{request.path}?{_done(request)}")
            status = 409 if problem == "conflict" else 400
    cards = cards[:MOST]
    context = {
        "page_title": _("%(unit)s: %(round)s") % {"unit": unit, "round": round.title},
        "page_lead": _("Bis %(day)s. Gibt es nichts Neues, genügt ein Klick je Maßnahme.") % {"day": date_words(round.last_day)},
        "noindex": True,
        "round": round,
        "unit": unit,
        "cards": cards,
        "open": sum(not card.is_answered for card in cards),
        "is_cut": is_cut,
        "most": MOST,
        "file": file,
        "done": _said_done(request),
        "has_problems": any(card.problems for card in cards),
        "csrf": "link" not in frame,
        **frame,
    }  # fmt: skip
    return render(request, "steering/round_unit.html", context, status=status)


def _bound(cards: list[AskedCard], data: QueryDict, round: ReportRound) -> list[AskedCard]:
    """The same cards, with what was posted in the forms of those that are not answered."""
    for card in cards:
        if not card.is_answered:
            card.form = with_data(card, data, round)
    return cards


def _read_file(
    request: HttpRequest, round: ReportRound, unit: Unit, actor: Actor, cards: list[AskedCard]
) -> tuple[ReadSheet, int]:
    """Take what a file says as drafts; returns what became of its cells."""
    upload = request.FILES.get("file")
    try:
        if not round.is_open:
            raise BadFile(_("Die Berichtsrunde ist beendet."))
        if upload is None:
            raise BadFile(_("Bitte wählen Sie eine Datei."))
        if (upload.size or 0) > MAX_BYTES:
            raise BadFile(_("Die Datei ist größer als 5 MB. Bitte teilen Sie sie auf."))
        read = read_round_sheet(upload.read(), round, unit, actor, cards)
    except BadFile as error:
        return ReadSheet(problem=str(error)), 400
    return read, 200


def keep_drafts(round: ReportRound, unit: Unit, actor: Actor, cards: list[AskedCard]) -> str:
    """Keep what was written as drafts, each for itself; returns "" or which sort of problem there is."""
    problem = ""
    for card in cards:
        if not card.form.is_bound:
            continue
        if not card.form.is_valid():
            card.problems += [
                f"{card.form.fields[name].label}: {' '.join(map(str, errors))}" if name in card.form.fields else " ".join(map(str, errors))
                for name, errors in card.form.errors.items()
            ]  # fmt: skip
            problem = problem or "invalid"
            continue
        if not card.form.is_touched or (card.answer is not None and card.form.says_the_same(card.answer)):
            continue
        try:
            card.answer = card.keep(round, unit, actor)
        except Conflict as error:
            current = error.current if isinstance(error.current, SaidInRound) else None
            if current is not None and card.form.says_the_same(current) and not current.is_answered:
                card.answer = current  # sent twice
                continue
            problem = "conflict"
            card.problems.append(outdated_words(current))
        except ValidationError as error:
            problem = problem or "invalid"
            card.problems += error.messages
    return problem


def _send(request: HttpRequest, round: ReportRound, unit: Unit, actor: Actor, cards: list[AskedCard]) -> str:
    try:
        sent = rounds.send_answers(round, unit, actor=actor)
    except ValidationError as error:
        by_measure = error.message_dict if hasattr(error, "error_dict") else {}
        for card in cards:
            card.problems += by_measure.get(card.item.pk, [])
        if not by_measure and cards:
            cards[0].problems += error.messages
        return "invalid"
    except Conflict as error:
        if cards:
            cards[0].problems.append(
                outdated_words(error.current if isinstance(error.current, SaidInRound) else None)
            )
        return "conflict"
    request.__dict__["_sent_answers"] = sent
    return ""


def _done(request: HttpRequest) -> str:
    sent = request.__dict__.get("_sent_answers")
    return "gesichert=1" if sent is None else f"abgegeben={sent.done}&wartet={sent.waiting}&offen={sent.open}"


def _said_done(request: HttpRequest) -> str:
    """What the last button did, as the address says it: the page behind a link has no session."""
    asked = {
        name: value
        for name in ("abgegeben", "wartet", "offen")
        if (value := request.GET.get(name, "")).isascii() and value.isdigit() and len(value) < 5
    }
    if request.GET.get("gesichert"):
        return _("Ihre Angaben sind zwischengespeichert. Abgegeben ist noch nichts.")
    if "abgegeben" not in asked:
        return ""
    done, waiting, still = (int(asked.get(name, "0")) for name in ("abgegeben", "wartet", "offen"))
    if not done:
        return _("Es gab nichts abzugeben: Es steht keine neue Antwort da.")
    said = [
        ngettext("Danke, eine Antwort ist abgegeben.", "Danke, %(count)s Antworten sind abgegeben.", done)
        % {"count": done}
    ]
    if waiting:
        said.append(_("Öffentlich werden sie, sobald die Projektleitung sie freigibt."))
    if still:
        said.append(
            ngettext(
                "Eine Antwort fehlt noch.",
                "%(count)s Antworten fehlen noch.",
                still,
            )
            % {"count": still}
        )
    return " ".join(said)


def _kept(cards: list[AskedCard]) -> HttpResponse:
    """What was kept while somebody writes: the sign of each measure, and what could not be kept."""
    return JsonResponse(
        {
            "seen": {
                f"{card.form.prefix}-seen": mark_of(card.answer, card.answer.values)
                for card in cards
                if card.answer is not None and not card.problems and not card.is_answered
            },
            "questions": {card.item.pk: card.asks for card in cards if isinstance(card, ValueCard) and not card.is_answered},
            "problems": {str(card.item.number or card.item.shown_title): card.problems for card in cards if card.problems},
        }
    )  # fmt: skip
