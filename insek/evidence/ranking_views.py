"""The page of one indicator's ranking of districts with what changed, and its file."""

from __future__ import annotations

from decimal import Decimal
from typing import Any
from urllib.parse import urlencode

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from insek.items.pages import ItemPages
from insek.items.views.items import item_breadcrumb, visible_item
from insek.people.actors import actor_of
from insek.places.level_words import levels_of
from insek.thread.labels import FIELD_LABELS
from insek.thread.models import Item
from insek.web.csv_tables import Head, csv_answer
from insek.web.display import number_words, period_words, shown_source

from .models import Indicator, Observation
from .ranking import ORDERS, DistrictRanking, NothingSuch, RankedDistrict, in_order, ranking_of
from .services import uncertainty_words
from .words import quality_words, shown_number

BEGIN, WIDTH = 2.0, 96.0
"""Where the picture begins, and how wide it is, in percent."""


def _asked(request: HttpRequest, item_id: str) -> tuple[Item, ItemPages, DistrictRanking | None]:
    item, pages = visible_item(request, item_id)
    if item.kind != "indicator":
        raise Http404
    item.indicator.item = item
    asked = request.GET
    try:
        found = ranking_of(
            item.indicator,
            actor_of(request),
            level=asked.get("ebene", ""),
            period=asked.get("zeitraum", ""),
            before=asked.get("frueher", ""),
        )
    except NothingSuch as error:
        raise Http404 from error
    return item, pages, found


def _order(request: HttpRequest) -> str:
    order = request.GET.get("sortiert", "rang")
    return order if order.removeprefix("-") in ORDERS else "rang"


@require_safe
def indicator_ranking(request: HttpRequest, item_id: str) -> HttpResponse:
    """Districts by value with rank, former rank and change, as table and picture."""
    item, pages, found = _asked(request, item_id)
    context: dict[str, Any] = {
        "item": item,
        "page_title": _("Rangfolge der Räume"),
        "page_lead": str(item),
        "active_nav": "indicator",
        "breadcrumb": item_breadcrumb(
            request, pages, (item.number or item.title, item.url), (_("Rangfolge der Räume"), "")
        ),
        "noindex": bool(request.GET),
    }
    if found:
        order = _order(request)
        rows = in_order(found.rows, order)
        level_words = dict(levels_of(item.concept))
        chosen = {"ebene": found.level, "zeitraum": found.period, "frueher": found.before}
        chosen = {name: value for name, value in chosen.items() if value}
        context |= {
            "ranking": found,
            "levels": [(name, level_words[name]) for name in found.levels],
            "periods": [(text, period_words(text)) for text in found.periods],
            "earlier": [(text, period_words(text)) for text in found.earlier],
            "breaks": [{"period": period_words(one.period), "reason": one.reason} for one in found.breaks],
            "notes": ranking_notes(item.indicator, found),
            "table": _table(item.indicator, found, rows, order, f"{request.path}?", chosen),
            "picture": _picture(item.indicator, found, rows),
            "table_url": f"{reverse('indicator-ranking-table', args=[item.pk])}?{urlencode({**chosen, 'sortiert': order})}",
            "sources": _sources(found),
        }
    return render(request, "evidence/ranking.html", context)


@require_safe
def indicator_ranking_table(request: HttpRequest, item_id: str) -> HttpResponse:
    """The same as CSV, with status and source of both values."""
    item, _pages, found = _asked(request, item_id)
    head: Head = [
        ("rank", _("Rang")), ("district", _("Raum")), ("code", _("Schlüssel")), ("standing", FIELD_LABELS["standing"]),
        ("period", _("Zeitraum")), ("value", _("Wert")), ("quality", _("Status")), ("source", _("Quelle")),
        ("rank_before", _("Rang früher")), ("period_before", _("Zeitraum früher")), ("value_before", _("Wert früher")),
        ("quality_before", _("Status früher")), ("source_before", _("Quelle früher")),
        ("change", _("Veränderung")), ("change_percent", _("Veränderung in %")), ("unit", _("Einheit")),
    ]  # fmt: skip
    rows = in_order(found.rows, _order(request)) if found else []
    return csv_answer(
        f"{item.pk}-rang",
        head,
        [
            [
                row.rank, row.district.item.title, row.district.code, item.get_standing_display(), *_cells(row.now),
                row.rank_before, *_cells(row.before),
                row.change, None if row.percent is None or item.indicator.in_percent else round(row.percent, 1), item.indicator.unit,
            ]
            for row in rows
        ],
    )  # fmt: skip


def _cells(point: Observation | None) -> list[Any]:
    if point is None:
        return ["", None, "", ""]
    return [
        point.period,
        point.value,
        str(point.get_quality_display()),
        point.source_title or point.source_url,
    ]


def ranking_notes(indicator: Indicator, found: DistrictRanking) -> list[str]:
    """What a reader must know to read the table rightly."""
    notes = [
        _("Rang 1 hat der größte Wert, ob er gut ist oder nicht; gleiche Werte teilen sich den Rang. Räume mit Wert: %(count)s von %(all)s.")
        % {"count": found.count, "all": len(found.rows)}
    ]  # fmt: skip
    if found.refused:
        notes.append(
            _("%(other)s lässt sich mit %(period)s nicht vergleichen: Es liegt nicht davor oder gehört zu einer anderen Zeit des Jahres.")
            % {"other": period_words(found.refused), "period": period_words(found.period)}
        )  # fmt: skip
    if not found.before:
        notes.append(_("Einen früheren Zeitraum, der sich vergleichen lässt, gibt es nicht."))
        return notes
    both = {row.district.pk for row in found.rows if row.rank and row.rank_before}
    if found.count != len(both) or found.count_before != len(both):
        notes.append(
            _("Nicht alle Räume haben beide Werte (früher: %(before)s, jetzt: %(now)s). Ein anderer Rang kann daran liegen, dass andere Räume mitgezählt sind.")
            % {"before": found.count_before, "now": found.count}
        )  # fmt: skip
    if found.breaks:
        notes.append(
            _(
                "Dazwischen ist die Reihe unterbrochen. Veränderungen über den Bruch werden nicht gebildet, auch Ränge sind nur eingeschränkt vergleichbar."
            )
        )
    if not found.breaks and any(row.change is None and row.rank and row.rank_before for row in found.rows):
        notes.append(
            _(
                "Wo früher und jetzt verschieden gezählt wurde (Grundlage der Bevölkerung), steht keine Veränderung."
            )
        )
    return notes


def change_words(change: Decimal | None, decimals: int) -> str:
    """A change with its sign; a dash where there is none to tell."""
    if change is None:
        return "–"
    words = number_words(change, decimals)
    return f"+{words}" if round(change, decimals) > 0 else words


def _table(
    indicator: Indicator,
    found: DistrictRanking,
    rows: list[RankedDistrict],
    order: str,
    path: str,
    chosen: dict[str, str],
) -> dict[str, Any]:
    is_share = indicator.in_percent

    def head(label: str, name: str = "", *, numeric: bool = True) -> dict[str, Any]:
        if not name:
            return {"label": label, "numeric": numeric}
        is_by = order.removeprefix("-") == name
        begins_high = name in {"veraenderung", "prozent"}
        turned = order.startswith("-")
        return {
            "label": label,
            "numeric": numeric,
            "url": path + urlencode({**chosen, "sortiert": f"-{name}" if order == name else name}),
            "sorted": ("ascending" if turned == begins_high else "descending") if is_by else "",
        }

    now = period_words(found.period)
    columns = [
        head(_("Raum"), "raum", numeric=False),
        head(_("Rang"), "rang"),
        head(now),
    ]
    if found.before:
        columns += [
            head(_("Rang früher"), "frueher"),
            head(period_words(found.before)),
            head(_("Veränderung in Prozentpunkten") if is_share else _("Veränderung"), "veraenderung"),
            *([] if is_share else [head(_("Veränderung in %"), "prozent")]),
        ]
    columns.append(head(_("Anmerkung"), numeric=False))
    return {
        "id": "rangfolge",
        "caption": _("%(title)s, in %(unit)s: %(level)s, %(when)s")
        % {
            "title": indicator.title_text,
            "unit": indicator.unit_text,
            "level": dict(levels_of(indicator.item.concept))[found.level],
            "when": now,
        },
        "columns": columns,
        "rows": [_line(indicator, found, row, is_share=is_share) for row in rows],
    }


def _line(indicator: Indicator, found: DistrictRanking, row: RankedDistrict, *, is_share: bool) -> list[Any]:
    def number(text: Any) -> dict[str, Any]:
        return {"text": text, "numeric": True}

    cells: list[Any] = [
        {"text": row.district.item.title, "url": row.district.item.url, "is_content": True},
        number(row.rank or "–"),
        number(shown_number(row.now) if row.now else "–"),
    ]
    if found.before:
        cells += [
            number(row.rank_before or "–"),
            number(shown_number(row.before) if row.before else "–"),
            number(change_words(row.change, indicator.decimals)),
            *([] if is_share else [number(change_words(row.percent, 1))]),
        ]
    return [*cells, _remarks_on(row)]


def _remarks_on(row: RankedDistrict) -> str:
    """What makes the two values unsure, each with its period where both are shown."""
    said = []
    for point in (row.now, row.before):
        words = [quality_words(point), uncertainty_words(point)] if point and point.value is not None else []
        if known := ", ".join(filter(None, words)):
            said.append(f"{period_words(point.period)}: {known}" if point else known)
    return "; ".join(said)


def _picture(
    indicator: Indicator, found: DistrictRanking, rows: list[RankedDistrict]
) -> list[dict[str, Any]]:
    """One line for each district with a value: where it stood and where it stands, on one scale, in percent of the width."""
    shown = [row for row in rows if row.rank is not None]
    values = [row.now.known for row in shown if row.now]
    values += [row.before.known for row in shown if row.before and row.rank_before]
    if len(shown) < 2 or min(values) == max(values):
        return []
    low = min(*values, Decimal(0))
    high = max(*values, Decimal(0))

    def x(value: Decimal) -> str:
        return f"{BEGIN + WIDTH * float((value - low) / (high - low)):.2f}"

    return [
        {
            "name": row.district.item.title,
            "words": shown_number(row.now),
            "change": change_words(row.change, indicator.decimals) if row.change is not None else "",
            "zero": x(Decimal(0)),
            "now": x(row.now.known),
            "before": x(row.before.known) if row.before and row.rank_before else "",
        }
        for row in shown
        if row.now
    ]


def _sources(found: DistrictRanking) -> list[dict[str, str]]:
    """The different sources of the values shown, in order of first use."""
    seen: dict[tuple[str, str], dict[str, str]] = {}
    for row in found.rows:
        for point in (row.now, row.before):
            if point is not None and (point.source_title or point.source_url):
                seen.setdefault((point.source_title, point.source_url), shown_source(point))
    return list(seen.values())
