"""The values of all indicators together: one long table, one of places by years, and districts with their values to map."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator
from decimal import Decimal
from io import BytesIO
from typing import Any

from django.db.models import QuerySet
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from insek.concept.models import Concept
from insek.engines.geometry import to_geojson
from insek.engines.periods import year_in
from insek.people.actors import Actor
from insek.places.models import District
from insek.places.queries import districts
from insek.thread.labels import FIELD_LABELS
from insek.thread.models import Item
from insek.web.csv_tables import CsvTable, Head

from .breakdowns import sex_words
from .models import IN_TIME, TOTAL, Indicator, Observation, ObservationQuerySet

PARTS: Head = (
    ("period_start", gettext_lazy("Beginn")),
    ("period_end", gettext_lazy("Ende")),
    ("sex", gettext_lazy("Geschlecht")),
    ("age_from", gettext_lazy("Alter von")),
    ("age_to", gettext_lazy("Alter bis unter")),
    ("breakdown", gettext_lazy("Weitere Gliederung")),
)
"""What says which stretch of time and which part a value is of, for machines too; all but the days empty: the whole."""
UNCERTAINTY: Head = (
    ("standard_error", gettext_lazy("Standardfehler")),
    ("sample_size", gettext_lazy("Stichprobe")),
)
HEAD: Head = (
    ("indicator", gettext_lazy("Indikator (Kennung)")),
    ("number", FIELD_LABELS["number"]),
    ("title", gettext_lazy("Indikator")),
    ("standing", FIELD_LABELS["standing"]),
    ("unit", gettext_lazy("Einheit")),
    ("place", gettext_lazy("Raum (Kennung)")),
    ("code", gettext_lazy("Amtlicher Schlüssel")),
    ("place_name", gettext_lazy("Raum")),
    ("level", gettext_lazy("Ebene")),
    ("period", gettext_lazy("Zeitraum")),
    *PARTS,
    ("value", gettext_lazy("Wert")),
    ("quality", gettext_lazy("Status")),
    *UNCERTAINTY,
    ("confidence", FIELD_LABELS["confidence"]),
    ("source_title", FIELD_LABELS["source_title"]),
    ("source_url", FIELD_LABELS["source_url"]),
    ("source_date", FIELD_LABELS["source_date"]),
    ("note", gettext_lazy("Anmerkung")),
    ("basis", FIELD_LABELS["basis"]),
)
PORTION = 1000
"""Lines that are read and sent together."""
MOST_IN_WORKBOOK = 50_000
"""Values that one workbook holds while somebody waits for it; the CSV file has all of them."""


def visible_values(concept: Concept, actor: Actor) -> ObservationQuerySet:
    """All values that count of the indicators and places that the actor may see, by indicator, place and period."""
    items = Item.objects.visible_to(actor).filter(concept=concept, kind="indicator")
    rows = Observation.objects.current().filter(
        indicator__in=items.values("pk"), district__in=districts(concept, actor).order_by().values("pk")
    )
    return rows.order_by(
        "indicator__item__sort_key",
        "indicator",
        "district__level",
        "district__code",
        "district",
        *IN_TIME[:2],
        "breakdown",
        "pk",
    )


def value_cells(rows: QuerySet[Observation]) -> Iterator[list[Any]]:
    """The cells of the long table, read in portions. Four queries a portion of a thousand."""
    read = rows.select_related("indicator__item", "district__item", "breakdown")
    for row in read.iterator(chunk_size=PORTION):
        item, place = row.indicator.item, row.district
        yield [
            item.pk, item.number, item.title, item.get_standing_display(), row.indicator.unit_text, place.pk, place.code,
            place.item.title, place.level_words, row.period, *part_cells(row), row.value, row.get_quality_display(),
            row.standard_error, row.sample_size,
            row.get_confidence_display(), row.source_title, row.source_url, row.source_date, row.note, row.get_basis_display(),
        ]  # fmt: skip


def part_cells(row: Observation, *, for_people: bool = True) -> list[Any]:
    """The cells of ``PARTS``; the breakdown must have been read with the row."""
    part = row.breakdown
    if part.pk == TOTAL:
        return [row.period_start.isoformat(), row.period_end.isoformat(), "", "", "", ""]
    age = part.age
    others = "; ".join(f"{name}: {word}" for name, word in part.others)
    return [
        row.period_start.isoformat(), row.period_end.isoformat(), sex_words(part.sex) if for_people else part.sex,
        "" if age is None else part.age_from, "" if part.age_to is None else part.age_to, others,
    ]  # fmt: skip


def value_lines(concept: Concept, actor: Actor) -> Iterator[str]:
    """The long table as CSV, streamed."""
    table = CsvTable(HEAD)
    for number, cells in enumerate(value_cells(visible_values(concept, actor)), 1):
        table.line(cells)
        if number % PORTION == 0:
            yield table.taken()
    yield table.taken()


def value_workbook(concept: Concept, actor: Actor) -> BytesIO:
    """Both tables as XLSX: every value in a line, and places by years with the last value of each year.

    Holds the first ``MOST_IN_WORKBOOK`` values; whoever offers it looks first whether there are more.
    """
    from xlsxwriter import Workbook  # slow to import, and only needed here

    target = BytesIO()
    book = Workbook(target, {"constant_memory": True, "strings_to_urls": False, "strings_to_formulas": False})
    bold = book.add_format({"bold": True})
    sheet = book.add_worksheet(_("Werte"))
    sheet.freeze_panes(1, 3)
    sheet.set_column(2, 2, 40)
    for column, (_name, label) in enumerate(HEAD):
        sheet.write_string(0, column, str(label), bold)
    by_place: dict[tuple[str, ...], dict[str, Decimal]] = {}
    names = [name for name, _label in HEAD]
    projected, has_projected = str(Observation.Quality.FORECAST.label), False
    for line, cells in enumerate(value_cells(visible_values(concept, actor)[:MOST_IN_WORKBOOK]), 1):
        for column, value in enumerate(cells):
            if isinstance(value, Decimal | int):
                sheet.write_number(line, column, float(value))
            elif value:
                sheet.write_string(line, column, str(value))
        place = tuple(str(cells[column]) for column in range(9))
        named = dict(zip(names, cells, strict=True))
        if named["quality"] == projected:
            has_projected = True
        elif named["value"] is not None and not any(
            named[name] != "" for name in ("sex", "age_from", "age_to", "breakdown")
        ):
            by_place.setdefault(place, {})[str(named["period_end"])[:4]] = named["value"]
    wide = book.add_worksheet(_("Raum und Jahr"))
    wide.freeze_panes(1, 9)
    wide.set_column(2, 2, 40)
    years = sorted({year for found in by_place.values() for year in found})
    for column, label in enumerate([*(str(label) for _name, label in HEAD[:9]), *years]):
        wide.write_string(0, column, label, bold)
    for line, (place, found) in enumerate(by_place.items(), 1):
        for column, text in enumerate(place):
            wide.write_string(line, column, text)
        for column, year in enumerate(years, 9):
            if year in found:
                wide.write_number(line, column, float(found[year]))
    if has_projected:
        wide.write_string(len(by_place) + 2, 0, _("Vorausberechnete Werte stehen nur im Blatt „Werte“."))
    book.close()
    target.seek(0)
    return target


def year_table(
    series: Iterable[Any], *, most_years: int
) -> tuple[list[str], list[tuple[District, list[Any]]]]:
    """Places by years: the last years of a series of values, and for each place the last value of each of them, or why there is none, or None.

    What was projected is left out.
    """
    found: list[tuple[District, dict[str, Any]]] = []
    for each in series:
        points: dict[str, Any] = {}
        for point in each.all:
            year = str(year_in(point.period))
            if point.quality != Observation.Quality.FORECAST and (
                point.value is not None or year not in points
            ):
                points[year] = point
        found.append((each.district, points))
    years = sorted({year for _district, points in found for year in points})[-most_years:]
    return years, [(district, [points.get(year) for year in years]) for district, points in found]


def district_features(concept: Concept, actor: Actor) -> dict[str, Any]:
    """The districts that have an outline as GeoJSON, each with the latest value of every indicator known below the city;
    what was projected is no such value.

    The members ``id`` and ``code`` are what other tables are joined by. An indicator is called by its number in small
    letters (``i_36``), with its period and its status beside it (``i_36_period``, ``i_36_quality``); ``indicators`` says what each is.
    """
    places = [row for row in districts(concept, actor) if row.geometry is not None]
    parts = {row.pk for row in places if row.level != District.Level.CITY}
    visible = Item.objects.visible_to(actor).filter(concept=concept, kind="indicator")
    indicators = {row.pk: row for row in Indicator.objects.filter(item__in=visible).select_related("item")}
    rows = (
        Observation.objects.figures()
        .filter(indicator__in=list(indicators), district__in=parts)
        .order_by("period_end", "period_start", "pk")
        .values_list("indicator", "district", "period", "value", "quality")
    )
    latest: dict[str, dict[str, tuple[str, Any, str]]] = {}
    for key, at, period, value, quality in rows.iterator(chunk_size=PORTION):
        latest.setdefault(key, {})[at] = (period, value, quality)
    names: dict[str, dict[str, str]] = {}
    properties: dict[str, dict[str, Any]] = {}
    for row in sorted(indicators.values(), key=lambda one: (one.item.sort_key, one.pk)):
        if row.pk not in latest:
            continue
        item = row.item
        name = re.sub(r"[^a-z0-9]+", "_", item.number.lower()).strip("_")
        if not name or name in names:
            name = f"{name}_{item.pk}".strip("_")
        names[name] = {
            "id": item.pk,
            "title": item.title,
            "unit": row.unit_text,
            "standing": item.standing,
        }
        for at, (period, value, quality) in latest[item.pk].items():
            properties.setdefault(at, {}).update(
                {name: float(value), f"{name}_period": period, f"{name}_quality": quality}
            )
    return {
        "type": "FeatureCollection",
        "indicators": names,
        "features": [
            {
                "type": "Feature",
                "id": row.pk,
                "geometry": to_geojson(row.geometry),
                "properties": {
                    "id": row.pk,
                    "code": row.code,
                    "name": row.item.title,
                    "level": row.level,
                    "standing": row.item.standing,
                    "schematic": row.schematic,
                    **{key: None for name in names for key in (name, f"{name}_period", f"{name}_quality")},
                    **properties.get(row.pk, {}),
                },
            }
            for row in places
        ],
    }


def as_geojson(collection: dict[str, Any]) -> str:
    """A collection as text."""
    return json.dumps(collection, ensure_ascii=False, allow_nan=False)
