"""The figures of a district on its page: the young ones lead, against the city's and among its like."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _

from insek.concept.asker import Asker
from insek.items.list_tools import ListTool, register_list_tool
from insek.items.pages import ItemPages, add_to_detail
from insek.people.actors import Actor
from insek.places.models import District
from insek.thread.models import Item
from insek.web.display import number_words, period_words, shown_source

from . import queries
from .figures import may_lead
from .models import Observation
from .queries import Whole
from .words import quality_words, shown_number, shown_value

SMALLEST_PART = Decimal("0.1")
"""A smaller part of the whole, in percent, is not told in figures."""
LEADING = 4
"""Figures that lead the page of a district."""
DISTRICT_FIGURES = 15
"""Figures on the page of a district; the list of indicators has them all."""


def district_figures(asker: Asker, item: Item) -> dict[str, Any]:
    """The latest figures of a district against the city's and among its like, for its page. Five queries."""
    district = item.district
    district.item = item
    rows = queries.values_of_district(district, asker.actor, size=DISTRICT_FIGURES + 1)
    if not rows:
        return {}
    more, rows = len(rows) > DISTRICT_FIGURES, rows[:DISTRICT_FIGURES]
    is_city = district.level == District.Level.CITY
    latest = {} if is_city else queries.city_beside(rows)
    wholes = {} if is_city else queries.wholes_of(district, rows)
    ranks = {} if is_city else queries.ranks_among_like(district, rows)
    sources = {row.source_title or row.source_url for row in rows}
    quality = {quality_words(row) for row in rows}
    shared = quality.pop() if len(quality) == 1 else ""
    source = shown_source(rows[0]) if len(sources) == 1 else {}
    notes = [
        _("Alle Werte: %(quality)s.") % {"quality": shared} if shared else "",
        _("Quelle: %(source)s.") % {"source": source["source_title"] or source["source_url"]}
        if source
        else "",
    ]
    leading = [row for row in rows if may_lead(row.period)][:LEADING]
    return {
        "figures": [
            {
                "value": (number := shown_number(row)),
                "unit": row.indicator.unit_after(number),
                "label": row.indicator.title_text,
                "url": row.indicator.item.url,
                "date_label": period_words(row.period),
                "note": "" if shared else quality_words(row),
                "share": _against(
                    row,
                    wholes.get(row.indicator_id),
                    latest.get(row.indicator_id),
                    ranks.get(row.indicator_id),
                ),
                "standing": row.indicator.item.standing,
            }
            for row in leading
        ],
        "figures_note": " ".join(filter(None, notes)),
        "figures_url": reverse("indicator-list") if more else "",
        "figures_table": {
            "id": "zahlen",
            "caption": _("Zahlen zu %(place)s") % {"place": item.title},
            "hide_caption": True,
            "columns": [
                {"label": _("Indikator")},
                {"label": _("Wert"), "numeric": True},
                *(
                    []
                    if is_city
                    else [{"label": _("Stadt"), "numeric": True}, {"label": _("Rang"), "numeric": True}]
                ),
                {"label": _("Stichtag")},
                *([] if source else [{"label": _("Quelle")}]),
            ],
            "rows": [
                [
                    {"text": row.indicator.title_text, "url": row.indicator.item.url},
                    {"text": shown_value(row), "numeric": True, "note": "" if shared else quality_words(row)},
                    *(
                        []
                        if is_city
                        else [
                            _of_city(row, wholes.get(row.indicator_id), latest.get(row.indicator_id)),
                            _rank_words(ranks.get(row.indicator_id)),
                        ]
                    ),
                    period_words(row.period),
                    *(
                        []
                        if source
                        else [
                            {
                                "text": row.source_title or row.source_url,
                                "url": row.source_url,
                                "is_content": True,
                            }
                        ]
                    ),
                ]
                for row in rows
            ],
            "note": " ".join(filter(None, notes)),
        },
    }


def _of_city(row: Observation, whole: Whole | None, latest: Observation | None) -> Any:
    """What the whole city has in the same period, with the part of it; else its latest value, with its date where that is another."""
    if whole is not None:
        notes = [_("Summe der Räume") if whole.is_sum else "", _part_words(row, whole)]
        return {
            "text": number_words(whole.value, row.indicator.decimals),
            "numeric": True,
            "note": f"({'; '.join(note for note in notes if note)})",
        }
    if latest is None:
        return {"text": "–", "numeric": True}
    other = latest.period[:4] != row.period[:4]
    return {
        "text": shown_number(latest),
        "numeric": True,
        "note": f"({period_words(latest.period)})" if other else "",
    }


def _part_words(row: Observation, whole: Whole) -> str:
    """The part of the whole in percent: 2,7 %; below a tenth of one it is said to be so."""
    percent = 100 * row.known / whole.value
    if 0 < percent < SMALLEST_PART:
        return _("unter %(percent)s %%") % {"percent": number_words(SMALLEST_PART, 1)}
    return f"{number_words(percent, 1)} %"


def _rank_words(rank: tuple[int, int] | None) -> dict[str, Any]:
    """The place among districts of the same level, the largest value first; a dash where it cannot be told."""
    words = _("%(place)s. von %(all)s") % {"place": rank[0], "all": rank[1]} if rank else "–"
    return {"text": words, "numeric": True}


def _against(
    row: Observation, whole: Whole | None, latest: Observation | None, rank: tuple[int, int] | None
) -> str:
    """How a value stands to the city: the part of it in the same period, else the city's latest value, else the place among
    its like; empty where nothing can be compared."""
    if whole is not None and row.value:
        part = {"part": _part_words(row, whole)}
        return _("%(part)s der Summe aller Räume") % part if whole.is_sum else _("%(part)s der Stadt") % part
    if latest is not None:
        when = "" if latest.period[:4] == row.period[:4] else f" ({period_words(latest.period)})"
        return _("Stadt: %(value)s") % {"value": shown_number(latest)} + when
    if rank:
        return (
            _("%(place)s. Stelle unter %(all)s Räumen gleicher Ebene") % {"place": rank[0], "all": rank[1]}
            if rank[0] > 1
            else _("größter Wert unter %(all)s Räumen gleicher Ebene") % {"all": rank[1]}
        )
    return ""


def _way_to_profile(asker: Asker, item: Item) -> dict[str, Any]:
    """The way to the profile of a district and to its sheet."""
    return {
        "profile_url": reverse("district-profile", args=[item.pk]),
        "profile_sheet_url": reverse("district-profile-file", args=[item.pk, "pdf"]),
    }


def _way_to_profiles(pages: ItemPages, actor: Actor) -> ListTool | None:
    """The way from the list of places to their profiles."""
    if pages.kind != "district":
        return None
    return ListTool(label=_("Steckbriefe"), url=reverse("district-profiles"), icon="document")


add_to_detail("district", district_figures)
add_to_detail("district", _way_to_profile)
register_list_tool(_way_to_profiles)
