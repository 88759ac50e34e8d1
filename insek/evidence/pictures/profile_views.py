"""The profile of a district as page, table and sheet."""

from __future__ import annotations

from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_safe

from insek.items.views.items import item_breadcrumb, visible_item
from insek.people.breadcrumbs import breadcrumb
from insek.places.models import District
from insek.places.queries import map_places
from insek.thread.models import Item
from insek.web.context import asker_of, concept_or_404
from insek.web.display import number_words, period_words, with_example_word
from insek.web.file_names import file_stem
from insek.web.table_files import table_answer

from ..models import Observation
from ..words import quality_words, shown_value, trend
from .pages_of import ORIGIN, NumberCell, origin_cells, sources_of
from .profile import DistrictProfile, MissingFigure, ProfileRow, district_profile


def _profile(request: HttpRequest, item_id: str) -> tuple[Item, Any, DistrictProfile]:
    item, pages = visible_item(request, item_id)
    if item.kind != "district":
        raise Http404
    return item, pages, district_profile(asker_of(request), item)


@require_safe
def profiles(request: HttpRequest) -> HttpResponse:
    """The ways to the profiles of all places. One query."""
    concept = concept_or_404(request)
    places = map_places(concept, asker_of(request).actor)
    context = {
        "page_title": _("Steckbriefe der Räume"),
        "page_lead": _(
            "Alle aktuellen Zahlen eines Raumes gegen die Stadt und die anderen Räume, als Seite und als Blatt."
        ),
        "active_nav": "district",
        "breadcrumb": breadcrumb((_("Räume"), reverse("district-list")), (_("Steckbriefe"), "")),
        "table": {
            "id": "steckbriefe",
            "caption": _("Räume"),
            "hide_caption": True,
            "columns": [{"label": _("Raum")}, {"label": _("Blatt")}],
            "rows": [
                [
                    {
                        "text": place.item.title,
                        "url": reverse("district-profile", args=[place.pk]),
                        "is_content": True,
                        "note": place.level_words,
                    },
                    {"text": _("PDF"), "url": reverse("district-profile-file", args=[place.pk, "pdf"])},
                ]
                for place in places
            ],
        },
    }
    return render(request, "evidence/profiles.html", context)


@require_safe
def profile_page(request: HttpRequest, item_id: str) -> HttpResponse:
    """All current figures of a district, by field, against the city and the districts like it."""
    item, pages, found = _profile(request, item_id)
    title = profile_title(item)
    context = {
        "item": item,
        "page_title": title,
        "page_lead": item.district.level_words,
        "active_nav": "district",
        "breadcrumb": item_breadcrumb(request, pages, (item.title, item.url), (_("Steckbrief"), "")),
        "said": summary(found),
        "tables": [_table(found, number, name, rows) for number, (name, rows) in enumerate(found.groups, 1)],
        "stale": [stale_words(row) for row in found.stale],
        "missing": [missing_words(one) for one in found.missing],
        "files": [
            {"label": label, "url": reverse("district-profile-file", args=[item.pk, form])}
            for form, label in (
                ("pdf", _("Blatt (PDF)")),
                ("csv", _("Tabelle (CSV)")),
                ("xlsx", _("Tabelle (XLSX)")),
            )
        ],
        "sources": sources_of(row.now for row in found.rows),
    }
    return render(request, "evidence/profile.html", context)


@require_safe
def profile_file(request: HttpRequest, item_id: str, form: str) -> HttpResponse:
    """The same as PDF, CSV or XLSX."""
    item, _pages, found = _profile(request, item_id)
    name = file_stem(f"steckbrief {item.title}", otherwise="steckbrief")
    if form == "pdf":
        from insek.engines.report.pdf import to_pdf

        from .profile_sheet import profile_document

        origin = f"{request.scheme}://{request.get_host()}"
        response = HttpResponse(
            to_pdf(profile_document(asker_of(request), item, found, origin=origin)),
            content_type="application/pdf",
        )
        response["Content-Disposition"] = f'inline; filename="{name}.pdf"'
        response["Cache-Control"] = "private, no-store"
        return response
    head = [
        ("field", _("Handlungsfeld")), ("number", _("Nr.")), ("indicator", _("Indikator")), ("value", _("Wert")), ("unit", _("Einheit")), ("period", _("Zeitraum")),
        ("city", _("Stadt")), ("city_period", _("Zeitraum der Stadt")), ("rank", _("Rang")), ("of", _("von")), ("middle", _("mittlerer Raum")),
        ("before", _("Wert früher")), ("period_before", _("Zeitraum früher")), ("stale", _("neuer Wert überfällig")), *ORIGIN,
    ]  # fmt: skip
    lines = [_line(field, row) for field, rows in found.groups for row in rows]
    lines += [
        ["", one.indicator.item.number, one.indicator.title_text, None, one.indicator.unit_text, one.period, *[""] * 8, _status_of(one), "", "", "", "", one.indicator.item.get_standing_display()]
        for one in found.missing
    ]  # fmt: skip
    return table_answer(form, name, item.title, head, lines, summary(found))


def _line(field: str, row: ProfileRow) -> list[Any]:
    now, city, city_period = row.now, None, ""
    if row.whole is not None:
        city, city_period = row.whole.value, now.period
    elif row.city is not None:
        city, city_period = row.city.value, row.city.period
    return [
        field, now.indicator.item.number, now.indicator.title_text, now.value, now.indicator.unit_text, now.period,
        city, city_period, row.alike.rank if row.alike else "", row.alike.count if row.alike else "", row.alike.middle if row.alike else None,
        row.before.value if row.before else None, row.before.period if row.before else "", row.is_stale, *origin_cells(now.indicator, now),
    ]  # fmt: skip


def profile_title(item: Item) -> str:
    """What the page and the sheet are called."""
    return _("Steckbrief %(place)s") % {"place": item.title}


def summary(found: DistrictProfile) -> list[str]:
    """How many figures there are, how many of them are old, how many are missing; how to read them."""
    count = len(found.rows)
    said = [
        ngettext("%(count)s Indikator mit Wert", "%(count)s Indikatoren mit Wert", count) % {"count": count}
        + "; "
        + _("überfällig: %(stale)s, ohne Wert: %(missing)s.") % {"stale": len(found.stale), "missing": len(found.missing)}
    ]  # fmt: skip
    if any(row.alike for row in found.rows):
        said.append(
            _("Rang 1 hat der größte Wert unter den Räumen derselben Ebene, ob er gut ist oder nicht; verglichen wird nur derselbe Zeitraum, ab fünf Räumen.")
        )  # fmt: skip
    return said


def city_words(row: ProfileRow) -> str:
    """What the city has, with its period where that is another one; a dash where nothing is known."""
    decimals = row.now.indicator.decimals
    if row.whole is not None:
        words = number_words(row.whole.value, decimals)
        return f"{words} ({_('Summe der Räume')})" if row.whole.is_sum else words
    if row.city is None:
        return "–"
    words = number_words(row.city.known, decimals)
    same = row.city.period[:4] == row.now.period[:4]
    return words if same else f"{words} ({period_words(row.city.period)})"


def rank_words(row: ProfileRow) -> str:
    """The place among the districts like it, and the middle one of them."""
    if row.alike is None:
        return "–"
    return _("%(rank)s. von %(count)s; mittlerer Raum %(middle)s") % {
        "rank": row.alike.rank, "count": row.alike.count,
        "middle": number_words(row.alike.middle, row.now.indicator.decimals),
    }  # fmt: skip


def trend_words(row: ProfileRow) -> str:
    """What changed since the last value of the same time of year; a break is said instead."""
    if row.is_broken:
        return _("Bruch der Reihe, nicht vergleichbar")
    return str(trend(row.now, row.before)["label"]) if row.before is not None else "–"


def stale_words(row: ProfileRow) -> dict[str, str]:
    """A figure of which a newer one is due."""
    words = _("letzter Wert %(period)s") % {"period": period_words(row.now.period)}
    return {"title": row.now.indicator.title_text, "url": row.now.indicator.item.url, "words": words}


def _status_of(one: MissingFigure) -> str:
    return str(Observation.Quality(one.quality).label) if one.quality else _("keine Angabe")


def missing_words(one: MissingFigure) -> dict[str, str]:
    """What this district has no value of, and why."""
    words = f"{_status_of(one)}, {period_words(one.period)}" if one.period else _status_of(one)
    return {"title": one.indicator.title_text, "url": one.indicator.item.url, "words": words}


def _table(found: DistrictProfile, number: int, name: str, rows: list[ProfileRow]) -> dict[str, Any]:
    is_city = found.district.level == District.Level.CITY
    return {
        "id": f"steckbrief-{number}",
        "caption": name,
        "columns": [
            {"label": _("Indikator")},
            {"label": _("Wert"), "numeric": True},
            {"label": _("Zeitraum")},
            *([] if is_city else [{"label": _("Stadt"), "numeric": True}, {"label": _("Rang")}]),
            {"label": _("Veränderung")},
        ],
        "rows": [
            [
                {
                    "text": with_example_word(row.now.indicator.title_text, row.now.indicator.item.standing),
                    "url": row.now.indicator.item.url,
                },
                NumberCell(shown_value(row.now)),
                period_cell(row),
                *([] if is_city else [NumberCell(city_words(row)), rank_words(row)]),
                trend_words(row),
            ]
            for row in rows
        ],
    }


def period_cell(row: ProfileRow) -> str:
    """The period of a figure with what makes it unsure."""
    said = [period_words(row.now.period), quality_words(row.now), _("überfällig") if row.is_stale else ""]
    return ", ".join(filter(None, said))
