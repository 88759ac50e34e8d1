"""The page of the map with classes, and its files."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any
from urllib.parse import urlencode

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_safe

from insek.engines.classes import FEWEST, MOST
from insek.places.models import District
from insek.places.pages import city_map
from insek.places.still import shades_of
from insek.thread.models import Item
from insek.web.context import asker_of
from insek.web.display import number_words, period_words
from insek.web.table_files import table_answer

from ..models import Observation
from ..ranking import NothingSuch
from ..words import shown_number, shown_value
from .class_map import ClassMap, class_map, why_none
from .classed import EQUAL_COUNT, OWN, WAYS, places_words, with_counts
from .drawn import Panel, map_sheet
from .pages_of import (
    ORIGIN,
    asked_indicator,
    beginning,
    chooser,
    files,
    group_chooser,
    group_words,
    origin_cells,
    periods_to_choose,
    picture_answer,
    picture_title,
    place_cell,
    source_line,
    sources_of,
    status_line,
    with_remarks,
)

MOST_NAMED = 3
"""Places that share the largest or the smallest value; more are counted."""


def _found(request: HttpRequest, item: Item) -> ClassMap | None:
    try:
        return class_map(asker_of(request), item, request.GET)
    except NothingSuch as error:
        raise Http404 from error


@require_safe
def indicator_map(request: HttpRequest, item_id: str) -> HttpResponse:
    """An indicator on the map in classes that the address names, with the same as a table."""
    item, pages = asked_indicator(request, item_id)
    context = beginning(request, item, pages, "indicator-map")
    found = _found(request, item)
    if found:
        rows = [row for _place, row in found.rows]
        context |= {
            "choosers": _choosers(found),
            "own": {
                "typed": found.choice.typed,
                "error": found.choice.error,
                "is_chosen": found.choice.way == OWN,
            },
            "map": _map(request, found),
            "said": _said(found),
            "table": _table(found),
            "files": files("indicator-map-file", item, _address(found), ("csv", "xlsx", "svg", "png")),
            "share_url": f"{request.path}?{urlencode(_address(found))}",
            "sources": sources_of(rows),
            "status": status_line(rows),
        }
    return render(
        request, "evidence/class_map.html", context, status=400 if found and found.choice.error else 200
    )


@require_safe
def indicator_map_file(request: HttpRequest, item_id: str, form: str) -> HttpResponse:
    """The same as CSV, XLSX, SVG or PNG."""
    item, _pages = asked_indicator(request, item_id)
    found = _found(request, item)
    if found is None:
        raise Http404
    name = f"{item.pk}-karte-{found.period.replace('/', '-')}"
    rows = [row for _place, row in found.rows]
    notes = [_said(found), status_line(rows), source_line(rows)]
    title = picture_title(found.indicator)
    if form in {"csv", "xlsx"}:
        head = [
            ("district", _("Raum")), ("code", _("Schlüssel")), ("level", _("Ebene")), ("period", _("Zeitraum")),
            ("value", _("Wert")), ("unit", _("Einheit")), ("class", _("Klasse")), ("class_words", _("Werte der Klasse")), *ORIGIN,
        ]  # fmt: skip
        lines = [
            [
                place.item.title, place.code, place.level_words, found.period, row.value if row else None,
                found.indicator.unit_text, found.class_of(row), found.words[number - 1] if (number := found.class_of(row)) else "",
                *origin_cells(found.indicator, row),
            ]
            for place, row in found.rows
        ]  # fmt: skip
        return table_answer(form, name, item.title, head, lines, [title, *notes])
    shades = shades_of(found.classes.limits)
    return picture_answer(
        form,
        name,
        map_sheet(
            asker_of(request),
            [
                Panel(
                    "",
                    {pk: shades[found.classes.place(value)] for pk, value in found.values.items()},
                    frozenset(place.pk for place, _row in found.rows),
                )
            ],
            title=title,
            subtitle=f"{group_words(found.group)}, {period_words(found.period)}",
            legend=[
                *zip(shades, with_counts(found.words, found.counts), strict=True),
                *([(None, without)] if (without := _without(found)) else []),
            ],
            notes=notes[1:],
        ),
    )


def _address(found: ClassMap) -> dict[str, str]:
    """The choice as an address says it."""
    said = {"ebene": found.group.name, "zeitraum": found.period, **found.choice.query}
    return {name: value for name, value in said.items() if value}


def _choosers(found: ClassMap) -> list[dict[str, Any]]:
    counts = [(str(number), str(number)) for number in range(FEWEST, MOST + 1)]
    return [
        *group_chooser(found.groups, found.group),
        chooser("zeitraum", _("Zeitraum"), periods_to_choose(found.periods), found.period),
        chooser("klassen", _("Klassen"), WAYS.items(), found.choice.way),
        chooser("anzahl", _("Anzahl"), counts, str(found.choice.count)),
    ]


def _without(found: ClassMap) -> str:
    """How many places have no value, and why."""
    if not found.without:
        return ""
    why = ", ".join(f"{words} {count}" for words, count in sorted(found.without.items()))
    return _("ohne Wert: %(places)s (%(why)s)") % {
        "places": places_words(found.without.total()),
        "why": why,
    }


def _said(found: ClassMap) -> str:
    """In words what one sees."""
    known = [(place, row) for place, row in found.rows if row is not None and row.value is not None]
    if not known:
        return _without(found)
    count = ngettext(
        "%(count)s von %(all)s Räumen hat einen Wert.", "%(count)s von %(all)s Räumen haben einen Wert.", len(known)
    ) % {"count": number_words(len(known)), "all": number_words(len(found.rows))}  # fmt: skip
    high, low = known[0][1], known[-1][1]
    if high.value == low.value:
        if len(known) == 1:
            return f"{count} {known[0][0].item.title}: {shown_value(high)}."
        return f"{count} {_('Alle haben denselben: %(value)s.') % {'value': shown_value(high)}}"
    extremes = _("Der größte: %(most)s (%(high)s), der kleinste: %(least)s (%(low)s).") % {
        "most": _places_with(known, high), "high": shown_value(high),
        "least": _places_with(known, low), "low": shown_value(low),
    }  # fmt: skip
    return f"{count} {extremes}"


def _places_with(known: Sequence[tuple[District, Observation]], row: Observation) -> str:
    """The places that share a value: their names, of many how many they are."""
    names = [place.item.title for place, other in known if other.value == row.value]
    return places_words(len(names)) if len(names) > MOST_NAMED else ", ".join(names)


def _map(request: HttpRequest, found: ClassMap) -> dict[str, Any]:
    shown = city_map(
        asker_of(request),
        [place for place, _row in found.rows],
        id="raumkarte",
        title=period_words(found.period),
        values=found.values,
        labels={place.pk: shown_number(row) if row else why_none(row) for place, row in found.rows},
        order=[place.pk for place, _row in found.rows],
        decimals=found.indicator.decimals,
        classes=found.classes,
        class_words=with_counts(found.words, found.counts),
    )
    shown["legend_title"] = f"{found.indicator.unit_text}, {WAYS[found.choice.way]}"
    if without := _without(found):
        shown["legend"].append({"colour": "var(--paper)", "words": without})
    if found.choice.way == EQUAL_COUNT and len(found.classes) < found.choice.count:
        shown["note"] = _("Weil gleiche Werte zusammenbleiben, sind es weniger Klassen.")
    if found.indicator.adds_up and not found.indicator.in_percent:
        shown["note"] = " ".join([
            shown.get("note") or "",
            _("Anzahlen folgen auch der Größe der Räume; zum Vergleich taugen Anteile und Dichten besser."),
        ]).strip()  # fmt: skip
    return shown


def _table(found: ClassMap) -> dict[str, Any]:
    numbers = [found.class_of(row) for _place, row in found.rows]
    table = {
        "id": "raumkarte-tabelle",
        "caption": _("%(title)s: %(places)s, %(when)s")
        % {
            "title": picture_title(found.indicator),
            "places": group_words(found.group),
            "when": period_words(found.period),
        },
        "columns": [
            {"label": _("Raum")},
            {"label": _("Wert"), "numeric": True},
            {"label": _("Klasse"), "numeric": True},
            {"label": _("Werte der Klasse")},
        ],
        "rows": [
            [
                place_cell(place),
                {"text": shown_number(row) if row else why_none(row), "numeric": True},
                {"text": number or "–", "numeric": True},
                found.words[number - 1] if number else "–",
            ]
            for (place, row), number in zip(found.rows, numbers, strict=True)
        ],
    }
    return with_remarks(table, [row for _place, row in found.rows])
