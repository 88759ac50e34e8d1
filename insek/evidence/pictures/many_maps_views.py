"""The page of the maps of all periods side by side, and its files."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any
from urllib.parse import urlencode

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.html import format_html_join
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_safe

from insek.engines.classes import FEWEST, MOST
from insek.places.still import ground_picture, shades_of
from insek.thread.models import Item
from insek.thread.shared_cache import cached
from insek.web.context import asker_of
from insek.web.display import number_words, period_words
from insek.web.table_files import table_answer

from ..models import Observation
from ..ranking import NothingSuch
from .beside import KnownValue, rows_in
from .classed import OWN, WAYS
from .drawn import Panel, map_sheet
from .many_maps import MOST_MAPS, ManyMaps, OneOfMany, many_maps
from .pages_of import (
    ORIGIN,
    NumberRow,
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
)

MOST_KEPT_WORDS = 300
"""Letters of an address whose page is kept; a longer one is nobody's."""


def _found(request: HttpRequest, item: Item) -> ManyMaps | None:
    try:
        return many_maps(asker_of(request), item, request.GET)
    except NothingSuch as error:
        raise Http404 from error


@require_safe
def indicator_maps(request: HttpRequest, item_id: str) -> HttpResponse:
    """An indicator on a map for each period, in one scale, with the same as a table."""
    item, pages = asked_indicator(request, item_id)
    context = beginning(request, item, pages, "indicator-maps")
    asker = asker_of(request)
    asked = request.GET.urlencode()
    if asker.concept is not None and len(asked) <= MOST_KEPT_WORDS:
        key = ("indicator maps", item.pk, request.path, asked)
        context |= cached(asker.concept, asker.actor, key, lambda: _shown(request, item))
    else:
        context |= _shown(request, item)
    return render(
        request,
        "evidence/many_maps.html",
        context,
        status=400 if context.get("own", {}).get("error") else 200,
    )


def _shown(request: HttpRequest, item: Item) -> dict[str, Any]:
    """What the page shows of the maps that the address asks for; nothing where there are none."""
    found = _found(request, item)
    if found is None:
        return {}
    chosen = _address(found)
    return {
        "choosers": _choosers(found),
        "own": {
            "typed": found.choice.typed,
            "error": found.choice.error,
            "is_chosen": found.choice.way == OWN,
        },
        "said": _said(found),
        "legend": _legend(found),
        "legend_title": f"{found.indicator.unit_text}, {WAYS[found.choice.way]}",
        "picture": _picture(request, found),
        "breaks": [
            {"period": period_words(one.period), "reason": one.reason}
            for each in found.maps
            for one in each.breaks
        ],
        "table": _table(found),
        "earlier_url": f"{request.path}?{urlencode({**chosen, 'bis': found.earlier[0]})}"
        if found.earlier
        else "",
        "files": files("indicator-maps-file", item, chosen, ("csv", "xlsx", "svg", "png")),
        "share_url": f"{request.path}?{urlencode(chosen)}",
        "sources": sources_of(_sources(found)),
        "status": _status(found),
    }


@require_safe
def indicator_maps_file(request: HttpRequest, item_id: str, form: str) -> HttpResponse:
    """The same as CSV, XLSX, SVG or PNG."""
    item, _pages = asked_indicator(request, item_id)
    found = _found(request, item)
    if found is None:
        raise Http404
    title, name = picture_title(found.indicator), f"{item.pk}-kartenreihe"
    breaks = [f"{_break_words(each)}" for each in found.maps if each.breaks]
    notes = [*_said(found), *breaks, _status(found)]
    if form in {"csv", "xlsx"}:
        head = [
            ("district", _("Raum")), ("code", _("Schlüssel")), ("level", _("Ebene")), ("period", _("Zeitraum")),
            ("value", _("Wert")), ("unit", _("Einheit")), ("class", _("Klasse")), ("class_words", _("Werte der Klasse")), *ORIGIN,
        ]  # fmt: skip
        return table_answer(form, name, item.title, head, _lines(found), [title, *notes])
    shades = shades_of(found.classes.limits)
    panels = [
        Panel(
            _caption(one),
            {pk: shades[found.classes.place(value)] for pk, value in one.values.items()},
            frozenset(place.pk for place in one.places),
        )
        for one in found.maps
    ]
    return picture_answer(
        form,
        name,
        map_sheet(
            asker_of(request),
            panels,
            title=title,
            subtitle=f"{group_words(found.group)}, {_span(found)}",
            legend=[*zip(shades, _legend_words(found), strict=True), (None, _("ohne Wert"))],
            notes=[*notes, source_line(_sources(found))],
        ),
    )


def _lines(found: ManyMaps) -> list[list[Any]]:
    rows = rows_in(found.indicator, [one.period for one in found.maps], found.group.places)
    lines = []
    for one in found.maps:
        for place in one.places:
            row = rows.get((place.pk, one.period))
            number = (
                found.classes.place(float(row.known)) if row is not None and row.value is not None else None
            )
            lines.append(
                [
                    place.item.title, place.code, place.level_words, one.period, row.value if row else None, found.indicator.unit_text,
                    "" if number is None else number + 1, "" if number is None else found.words[number], *origin_cells(found.indicator, row),
                ]
            )  # fmt: skip
    return lines


def _address(found: ManyMaps) -> dict[str, str]:
    """The choice as an address says it; the last period only where it is not the newest."""
    last = found.maps[-1].period
    said = {"ebene": found.group.name, "bis": last if last != found.periods[0] else "", **found.choice.query}
    return {name: value for name, value in said.items() if value}


def _choosers(found: ManyMaps) -> list[dict[str, Any]]:
    counts = [(str(number), str(number)) for number in range(FEWEST, MOST + 1)]
    last = (
        [chooser("bis", _("Bis"), periods_to_choose(found.periods), found.maps[-1].period)]
        if len(found.periods) > 1
        else []
    )
    return [
        *group_chooser(found.groups, found.group),
        *last,
        chooser("klassen", _("Klassen"), WAYS.items(), found.choice.way),
        chooser("anzahl", _("Anzahl"), counts, str(found.choice.count)),
    ]


def _span(found: ManyMaps) -> str:
    first, last = period_words(found.maps[0].period), period_words(found.maps[-1].period)
    return first if first == last else _("%(from)s bis %(to)s") % {"from": first, "to": last}


def _said(found: ManyMaps) -> list[str]:
    """What a reader must know to read the maps rightly."""
    said = [
        _("Alle Karten haben denselben Maßstab: Die Klassen sind aus allen %(count)s gezeigten Werten gebildet, eine Farbe heißt überall dasselbe.")
        % {"count": number_words(len(found.values))}
    ]  # fmt: skip
    if len(found.maps) == 1:
        said.append(_("Bisher gibt es Werte nur für einen Zeitraum."))
    if any(one.breaks for one in found.maps):
        said.append(_("Über einen Bruch der Reihe hinweg lassen sich die Karten nicht vergleichen."))
    if found.earlier:
        said.append(_("Gezeigt sind die letzten %(count)s Zeiträume.") % {"count": MOST_MAPS})
    return said


def _legend_words(found: ManyMaps) -> list[str]:
    counts = found.classes.counts(found.values)
    return [
        _("%(class)s: %(places)s")
        % {"class": words, "places": ngettext("%(count)s Wert", "%(count)s Werte", count) % {"count": count}}
        for words, count in zip(found.words, counts, strict=True)
    ]


def _legend(found: ManyMaps) -> list[dict[str, str]]:
    shades = shades_of(found.classes.limits)
    return [
        *(
            {"colour": shade.colour, "words": words}
            for shade, words in zip(shades, _legend_words(found), strict=True)
        ),
        {"colour": "var(--paper)", "words": _("ohne Wert")},
    ]


def _caption(one: OneOfMany) -> str:
    return " · ".join(
        filter(
            None,
            [
                period_words(one.period),
                _("nach Bruch") if one.breaks else "",
                _("vorausberechnet") if one.is_forecast else "",
            ],
        )
    )


def _break_words(one: OneOfMany) -> str:
    return "; ".join(
        _("Bruch ab %(period)s: %(reason)s") % {"period": period_words(each.period), "reason": each.reason}
        for each in one.breaks
    )


def _picture(request: HttpRequest, found: ManyMaps) -> dict[str, Any]:
    """The paths of all districts once, and for each period which of them have which colour."""
    ground = ground_picture(asker_of(request))
    if ground is None:
        return {}
    colours = [shade.colour for shade in shades_of(found.classes.limits)]
    paths = {part.pk: part.path for part in ground.parts}
    return {
        "view": f"0 0 {ground.width} {ground.height}",
        "outline": ground.outline,
        "paths": [
            {"pk": place.pk, "path": paths[place.pk]} for place in found.group.places if place.pk in paths
        ],
        "maps": [
            {
                "caption": _caption(one),
                "count": _("%(count)s von %(all)s Räumen")
                % {"count": len(one.values), "all": len(one.places)}
                if len(one.values) != len(one.places)
                else "",
                "areas": format_html_join(
                    "",
                    '<use href="#raum-{}" fill="{}"/>',
                    (
                        (place.pk, _colour(found, colours, one.values.get(place.pk)))
                        for place in one.places
                        if place.pk in paths
                    ),
                ),
                "url": f"{reverse('indicator-map', args=[found.indicator.pk])}?{urlencode({'ebene': found.group.name, 'zeitraum': one.period})}",
            }
            for one in found.maps
        ],
    }


def _colour(found: ManyMaps, colours: Sequence[str], value: float | None) -> str:
    return "var(--paper)" if value is None else colours[found.classes.place(value)]


def _table(found: ManyMaps) -> dict[str, Any]:
    return {
        "id": "kartenreihe-tabelle",
        "caption": _("%(title)s: %(places)s, %(when)s")
        % {"title": picture_title(found.indicator), "places": group_words(found.group), "when": _span(found)},
        "columns": [
            {"label": _("Raum")},
            *({"label": _caption(one), "numeric": True} for one in found.maps),
        ],
        "rows": [
            NumberRow(place_cell(place), [_cell(found, one.known.get(place.pk)) for one in found.maps])
            for place in found.group.places
        ],
    }


def _cell(found: ManyMaps, known: KnownValue | None) -> str:
    if known is None:
        return "–"
    if known.value is None:
        return str(Observation.Quality(known.quality).label)
    return number_words(known.value, found.indicator.decimals)


def _status(found: ManyMaps) -> str:
    """How many values came about how, where not all were counted."""
    told = {
        str(Observation.Quality(quality).label): count
        for quality, count in found.statuses.items()
        if quality != Observation.Quality.MEASURED
    }
    said = ", ".join(f"{words} {count}" for words, count in sorted(told.items()))
    return _("Status: %(words)s") % {"words": said} if said else ""


def _sources(found: ManyMaps) -> list[Observation]:
    """The different sources of what is shown, as rows that say nothing else. One query."""
    columns = ("source_title", "source_url", "source_date", "confidence")
    rows = Observation.objects.totals().filter(
        indicator=found.indicator.pk,
        period__in=[one.period for one in found.maps],
        district__in=[place.pk for place in found.group.places],
    )
    return [
        Observation(**dict(zip(columns, row, strict=True)))
        for row in rows.order_by("source_title", "source_url", "source_date").values_list(*columns).distinct()
    ]
