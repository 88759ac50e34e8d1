"""The pages on who answers: for the lead where nobody is, and for everybody, where the city wishes, what share each unit answered."""

from __future__ import annotations

from typing import Any

import rules
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from insek import clock
from insek.concept.asker import Asker
from insek.people.actors import actor_of, require
from insek.people.breadcrumbs import breadcrumb, staff_breadcrumb
from insek.people.models import Unit
from insek.thread.kinds import kind_names
from insek.web.context import asker_of, concept_or_404
from insek.web.csv_tables import csv_answer
from insek.web.display import date_words, shown_items

from .ownership import RoundShares, measures_without_unit, ownership_of, shares_of, values_without_unit

MOST = 50
"""Items of each list that the page names."""


@login_required
@require_safe
def report_ownership(request: HttpRequest) -> HttpResponse:
    """Measures and values without a unit, units without a person, persons who never answered. Some twenty-five queries."""
    require(actor_of(request), "steering.lead_round")
    asker = asker_of(request)
    concept = concept_or_404(request)
    owned = ownership_of(concept)
    title = _("Wer antwortet, und wo niemand ist")
    context = {
        "page_title": title,
        "page_lead": _("Zuständigkeit altert: Menschen wechseln die Stelle, und niemand trägt es nach. Hier steht, wo heute niemand antworten würde."),
        "active_nav": "account",
        "breadcrumb": staff_breadcrumb((_("Berichtsrunden"), reverse("report-round-list")), (title, "")),
        "noindex": True,
        "today": date_words(clock.today()),
        "lists": [
            _list(asker, _("Maßnahmen ohne zuständige Einheit"), measures_without_unit(concept), "item-edit", _("Jede laufende Maßnahme hat eine zuständige Einheit.")),
            _list(asker, _("Indikatoren, deren Werte niemand liefert"), values_without_unit(concept), "item-edit", _("Zu jedem Indikator ist gesagt, wer die Werte liefert.")),
        ],
        "units": owned.units_without_person,
        "silent": [
            {"name": each.name, "units": ", ".join(each.units), "since": date_words(each.asked_since), "login": date_words(each.last_login)}
            for each in owned.silent
        ],
    }  # fmt: skip
    return render(request, "steering/ownership.html", context)


def _list(asker: Asker, title: str, rows: Any, edit: str, none: str) -> dict[str, Any]:
    """A list of items with their forms; cut with a sign."""
    count = rows.count()
    found = list(rows[:MOST])
    shown = shown_items(found, kind_names(asker)) if found else []
    entries = [
        {"item": item, "edit": reverse(edit, args=[row.pk])} for item, row in zip(shown, found, strict=True)
    ]
    return {"title": title, "count": count, "entries": entries, "left": max(0, count - MOST), "none": none}


@require_safe
def answer_shares(request: HttpRequest) -> HttpResponse:
    """What share of its questions each unit answered, by round: for everybody those that the city opened, for the lead all."""
    concept, is_lead = concept_or_404(request), _leads(request)
    shares = shares_of(concept, is_lead=is_lead)
    title = _("Wer hat geantwortet?")
    context = {
        "page_title": title,
        "page_lead": _("Einmal im Jahr fragt die Projektleitung jede Einheit nach ihren Maßnahmen und Werten. So viele Antworten kamen."),
        "active_nav": "steering",
        "breadcrumb": breadcrumb((_("Umsetzung"), reverse("steering")), (title, "")),
        "table": _table(shares) if any(each.of_unit for each in shares) else None,
        "states": [_state(each) for each in shares],
        "table_url": reverse("answer-shares-table"),
        "is_lead": is_lead,
    }  # fmt: skip
    return render(request, "steering/answer_shares.html", context)


@require_safe
def answer_shares_table(request: HttpRequest) -> HttpResponse:
    """The same as CSV."""
    names = dict(Unit.objects.values_list("key", "name"))
    lines = [
        [each.round.title, each.round.period_from, each.round.period_to, each.round.closed_on, names.get(key, key), asked, done, _percent(asked, done)]
        for each in shares_of(concept_or_404(request), is_lead=_leads(request))
        for key, (asked, done) in sorted(each.of_unit.items(), key=lambda row: names.get(row[0], row[0]))
    ]  # fmt: skip
    head = [
        ("round", _("Berichtsrunde")), ("from", _("von")), ("to", _("bis")), ("closed", _("beendet am")), ("unit", _("Einheit")),
        ("asked", _("Fragen")), ("answered", _("Antworten")), ("percent", _("Anteil in %")),
    ]  # fmt: skip
    return csv_answer("wer-hat-geantwortet", head, lines)


def _leads(request: HttpRequest) -> bool:
    return bool(rules.test_rule("steering.lead_round", actor_of(request)))


def _percent(asked: int, done: int) -> int | None:
    return round(100 * done / asked) if asked else None


def _cell(pair: tuple[int, int] | None) -> dict[str, Any]:
    if pair is None:
        return {"text": "–", "note": _("nicht gefragt"), "numeric": True}
    note = _("%(done)s von %(asked)s") % {"done": pair[1], "asked": pair[0]}
    return {"text": _("%(percent)s %%") % {"percent": _percent(*pair)}, "note": note, "numeric": True}


def _table(shares: list[RoundShares]) -> dict[str, Any]:
    units = {unit.key: str(unit) for unit in Unit.objects.all()}
    keys = sorted({key for each in shares for key in each.of_unit}, key=lambda key: units.get(key, key))
    rows = [[units.get(key, key), *(_cell(each.of_unit.get(key)) for each in shares)] for key in keys]
    rows.append([_("Alle Einheiten"), *(_cell(each.whole) for each in shares)])
    return {
        "id": "antworten",
        "caption": _("Anteil der beantworteten Fragen nach Maßnahmen und Werten"),
        "columns": [{"label": _("Einheit")}, *({"label": each.round.title, "numeric": True} for each in shares)],
        "rows": rows,
    }  # fmt: skip


def _state(each: RoundShares) -> str:
    """What the figures of a round rest on, in one sentence."""
    found = each.round
    said = {
        "round": found.title, "from": date_words(found.period_from), "to": date_words(found.period_to), "day": date_words(found.closed_on),
    }  # fmt: skip
    if found.closed_on is None:
        return _("%(round)s (%(from)s bis %(to)s): läuft noch, Zahlen von heute.") % said
    if not found.counted:
        return (
            _("%(round)s (%(from)s bis %(to)s): beendet am %(day)s, nach heutiger Zuständigkeit gezählt.")
            % said
        )
    words = _("%(round)s (%(from)s bis %(to)s): gezählt am Ende, %(day)s.") % said
    return words if found.shows_shares else words + " " + _("Nicht öffentlich.")
