"""What is printed of one item: the fact sheet of a measure, the profile of a district, the sheet of an indicator."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.utils.translation import gettext as _

from insek.engines.report import blocks
from insek.engines.report.blocks import Block, run
from insek.evidence.district_figures import district_figures
from insek.places.district_page import detail as district_page
from insek.thread.models import Item

from .field_chapters import targets_of_goal
from .figures import chart, plain_cell, time_chart
from .measure_sheets import measure_sheet
from .reading import Reader
from .speaking import source_runs
from .steering import state_run

NEIGHBOURS = 6
"""Items of one kind named on the sheet of a district."""
DISTRICT_SHARES = {
    3: (3.6, 2, 1.6),
    4: (3.2, 1.8, 1.4, 2.6),
    5: (3.4, 1.7, 2, 1.1, 1.2),
    6: (3, 1.6, 1.9, 1, 1.1, 2.2),
}
"""How wide the columns of the figures of a district are, by how many they are."""


def _table_block(shown: dict[str, Any], *, shares: tuple[float, ...] = (), limit: int = 60) -> Block:
    columns = [
        {
            "label": str(column["label"]),
            "numeric": bool(column.get("numeric")),
            "share": shares[place] if shares else 1,
        }
        for place, column in enumerate(shown["columns"])
    ]
    rows = [[[run(plain_cell(cell))] for cell in row] for row in shown["rows"][:limit]]
    return blocks.table(
        columns, rows, caption="" if shown.get("hide_caption") else str(shown.get("caption") or "")
    )


def indicator_blocks(item: Item, reader: Reader) -> list[Block]:
    """Figure first, then the pictures, then where it comes from, how it is counted and the tables."""
    page = reader.page_of_indicator(item)
    made: list[Block] = []
    if figure := page.get("figure"):
        trend = str((figure.get("trend") or {}).get("label", ""))
        note = " · ".join(filter(None, [str(figure["date_label"]), trend, str(figure["note"])]))
        made.append(blocks.number(figure["value"], figure["unit"], note))
    made += blocks.rich(item.text)
    title = str(item.indicator.title_text)
    if drawn := time_chart(item, reader):
        made.append(drawn)
    if bars := page.get("bars"):
        unit = item.indicator.unit_text
        caption = f"{bars['table']['caption']} ({unit})" if unit else str(bars["table"]["caption"])
        made.append(chart(bars, title, reader, caption=caption))
    for entry in page["breaks"]:
        text = _("Bruch in der Reihe, %(period)s: %(reason)s") % entry
        made.append(blocks.paragraph(text, style="quiet"))
    if item.indicator.method:
        made += [blocks.paragraph(_("So wird gezählt"), style="label"), *blocks.rich(item.indicator.method)]
    shown = [page[name]["table"] for name in ("line", "bars") if page.get(name)] or [page.get("city_table")]
    shown.append(page.get("part_table"))
    made += [_table_block(table, shares=(3, 1.3, 4)) for table in shown if table]
    return [
        *made,
        *(blocks.paragraph(*source_runs(source), style="quiet") for source in page["sources"] if source),
    ]


def district_blocks(item: Item, reader: Reader) -> list[Block]:
    """The profile: key facts, map, figures and what in the concept concerns the place."""
    page = district_page(reader.asker, item)
    made = blocks.rich(item.text)
    made.append(
        blocks.facts(
            (
                fact["label"],
                f"{fact['value']} ({fact['note']})" if fact.get("note") and fact["value"] else fact["value"],
            )
            for fact in page["sheet"]
        )
    )
    if drawn := reader.map([item.pk], size=420):
        alt = _("Schematische Karte der Stadt; hervorgehoben: %(names)s") % {"names": item.title}
        caption = (
            _("Lage in der Stadt, schematisch gezeichnet")
            if item.district.schematic
            else _("Lage in der Stadt")
        )
        made.append(blocks.figure(drawn, alt=alt, caption=caption, width="medium"))
    if table := district_figures(reader.asker, item).get("figures_table"):
        made += [
            blocks.heading(_("Zahlen"), 2, listed=False),
            _table_block(table, shares=DISTRICT_SHARES.get(len(table["columns"]), ())),
            *([blocks.paragraph(table["note"], style="quiet")] if table.get("note") else []),
        ]
    if page["concerning"]:
        made.append(blocks.heading(_("Was hier vorgesehen ist"), 2, listed=False))
    groups = [
        (
            str(group["label"]),
            [
                reader.entry(row["item"].pk, "" if ("located_in", row["note"]) in reader.common_reasons else row["note"])
                for row in group["rows"][:NEIGHBOURS] if row["item"].pk in reader.known
            ],
        )
        for group in page["concerning"]
    ]  # fmt: skip
    return [*made, blocks.links(groups), *reader.source(item)]


def goal_block(item: Item, reader: Reader) -> Block:
    """The sheet of a goal: its text, its targets with their paths, its measures with their state, and its neighbours."""
    content = blocks.rich(item.text)
    content += targets_of_goal(item, reader, set())
    measures = [
        reader.known[link.target_id]
        for link in reader.links[0].get(item.pk, ())
        if link.kind == "implemented_by"
    ]
    if measures:
        asked = {row.pk: row for row in reader.items("measure")}
        content.append(blocks.paragraph(_("Was dafür geschieht"), style="label"))
        content.append(
            blocks.listing(
                [blocks.paragraph(run(f"{each.number} ", bold=True), run(each.title), *reader.marks(each), run(", "), state_run(reader.standing(asked[each.pk]).status.state))]
                for each in sorted(measures, key=lambda each: (each.sort_key, each.pk))[:GOAL_MEASURES] if each.pk in asked
            )
        )  # fmt: skip
    year = [blocks.facts([(_("Zieljahr"), item.goal.horizon_year)])] if item.goal.horizon_year else []
    side = [{**block, "stacked": True} for block in year]
    return reader.item(
        item, [*content, *reader.source(item), reader.neighbours(item)], level=1, code=True, side=side
    )


GOAL_MEASURES = 12
"""Measures that the sheet of a goal names."""

SHEETS: dict[str, Callable[[Item, Reader], Block]] = {
    "goal": goal_block,
    "measure": lambda item, reader: measure_sheet(item, reader, level=1),
    "district": lambda item, reader: reader.item(item, district_blocks(item, reader), level=1, code=True),
    "indicator": lambda item, reader: reader.item(
        item, [*indicator_blocks(item, reader), reader.neighbours(item)], level=1, code=True
    ),
}
"""The kinds that are printed as a sheet of their own."""
