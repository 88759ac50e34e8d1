"""What is printed of one item: the fact sheet of a measure, the profile of a district, the sheet of an indicator."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from django.utils.translation import gettext as _

from insek.engines.report import blocks, pictures
from insek.engines.report.blocks import Block, run
from insek.evidence.pages import detail as indicator_page
from insek.evidence.pages import district_figures
from insek.places.models import District
from insek.places.pages import detail as district_page
from insek.strategy.pages import PLACES_SHOWN, PRIORITIES, cost, years
from insek.thread.models import Item
from insek.thread.services import commitment_kinds
from insek.web.display import date_words, with_example_word

from .reading import Reader, source_runs
from .steering import goal_rows, measure_rows

SAID_VALUES = 14
"""Values of a chart that its description says one by one."""


def _chart_block(chart: dict[str, Any], title: str, reader: Reader, caption: str = "") -> Block:
    rows = chart["table"]["rows"]
    values = [f"{_plain(row[0])}: {_plain(row[1])}" for row in rows[:SAID_VALUES]]
    caption = caption or str(chart["description"])
    alt = f"{_('Diagramm')} „{title}“. {caption} {'; '.join(values)}"
    drawn = pictures.chart(chart["spec"], lang=reader.language)
    return blocks.figure(drawn, alt=alt.strip(), caption=caption)


def _plain(cell: Any) -> str:
    if isinstance(cell, dict):
        said = ": ".join(str(cell[key]) for key in ("lead", "text") if cell.get(key))
        return f"{said} ({cell['note']})" if cell.get("note") else said
    return str(cell)


def _table_block(shown: dict[str, Any], *, shares: tuple[float, ...] = (), limit: int = 60) -> Block:
    columns = [
        {
            "label": str(column["label"]),
            "numeric": bool(column.get("numeric")),
            "share": shares[place] if shares else 1,
        }
        for place, column in enumerate(shown["columns"])
    ]
    rows = [[[run(_plain(cell))] for cell in row] for row in shown["rows"][:limit]]
    return blocks.table(
        columns, rows, caption="" if shown.get("hide_caption") else str(shown.get("caption") or "")
    )


def indicator_blocks(item: Item, reader: Reader, *, whole: bool = False) -> list[Block]:
    """Figure first, then the picture, then where it comes from; with ``whole`` the tables too."""
    page = indicator_page(reader.asker, item)
    made: list[Block] = []
    if figure := page.get("figure"):
        trend = str((figure.get("trend") or {}).get("label", ""))
        note = " · ".join(filter(None, [str(figure["date_label"]), trend, str(figure["note"])]))
        made.append(blocks.number(figure["value"], figure["unit"], note))
    made += blocks.rich(item.text)
    if line := page.get("line"):
        made.append(_chart_block(line, item.title, reader))
    if bars := page.get("bars"):
        unit = item.indicator.unit_text
        caption = f"{bars['table']['caption']} ({unit})" if unit else str(bars["table"]["caption"])
        made.append(_chart_block(bars, item.title, reader, caption))
    for entry in page["breaks"]:
        text = _("Bruch in der Reihe, %(period)s: %(reason)s") % entry
        made.append(blocks.paragraph(text, style="quiet"))
    if whole:
        if item.indicator.method:
            made += [
                blocks.paragraph(_("So wird gezählt"), style="label"),
                *blocks.rich(item.indicator.method),
            ]
        shown = [page[name]["table"] for name in ("line", "bars") if name in page] or [page.get("city_table")]
        made += [_table_block(table, shares=(3, 1.3, 4)) for table in shown if table]
    sources = [source_runs(source) for source in page["sources"] if source]
    made += [blocks.paragraph(*runs, style="quiet") for runs in sources[: None if whole else 2]]
    return made


def measure_blocks(item: Item, reader: Reader) -> list[Block]:
    """The fact sheet: text, occasion, next step, facts and the neighbours in the thread."""
    measure = item.measure
    made = blocks.rich(item.text)
    for label, text in ((_("Anlass"), measure.occasion), (_("Nächster Schritt"), measure.next_step)):
        if text:
            made += [blocks.paragraph(label, style="label"), *blocks.rich(text)]
    amount = cost(measure)
    places = reader.targets(item, "located_in")
    decided = [place for kind in commitment_kinds() for place in reader.targets(item, kind)]
    open_yet = _("noch offen")
    made.append(
        blocks.facts(
            [
                (_("Art"), measure.get_type_display() or open_yet),
                (_("Zeitraum"), years(measure) or open_yet),
                (_("Zuständig"), str(measure.responsible or open_yet)),
                (_("Priorität"), str(PRIORITIES.get(measure.priority or 0, open_yet))),
                (_("Beteiligte"), measure.partners),
                (_("Kosten"), f"{amount['value']} ({amount['note']})" if amount["value"] and amount["note"] else amount["value"] or open_yet),
                (_("Ort"), ", ".join(place.title for place in places) or _("ohne festen Ort")),
                (_("Beschluss"), [run(with_example_word(str(each), each.standing), ref=each.pk) for each in decided[:1]] or _("noch nicht beschlossen")),
            ],
            short=True,
        )
    )  # fmt: skip
    if state := measure_rows(item, reader):
        made.append(blocks.facts(state))
    return [*made, *reader.source(item), reader.neighbours(item)]


def measure_side(item: Item, reader: Reader) -> list[Block]:
    """The map extract in the margin: the exact place, the districts, or the whole city."""
    places = reader.targets(item, "located_in")
    exact = reader.locations.get(item.pk)
    return map_extract(places, reader, exact)


def map_extract(places: Sequence[Item], reader: Reader, exact: Any = None) -> list[Block]:
    """The city with districts coloured and an exact place on it; nothing for what has no place."""
    parts = [row.pk for row in reader.places if row.level != District.Level.CITY and row.geometry is not None]
    chosen = {place.pk for place in places}
    whole = any(row.pk in chosen for row in reader.places if row.level == District.Level.CITY)
    everywhere = whole and not chosen.intersection(parts)
    drawn = parts if everywhere else [pk for pk in parts if pk in chosen]
    svg = reader.map(drawn, places=[exact] if exact else [], size=220) if drawn or exact else ""
    if not svg:
        return []
    names = [place.title for place in places]
    caption = _("Gesamte Stadt") if everywhere and not exact else ", ".join(names[:PLACES_SHOWN])
    schematic = any(row.schematic for row in reader.places)
    alt = (_("Schematische Karte der Stadt; hervorgehoben: %(names)s") if schematic else _("Karte der Stadt; hervorgehoben: %(names)s")) % {
        "names": ", ".join(names) or _("der genaue Ort")
    }  # fmt: skip
    return [blocks.figure(svg, alt=alt, caption=caption, width="side")]


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
            for fact in page["facts"]
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
            _table_block(table, shares=(3.2, 1.8, 1.4, 2.6)),
        ]
    if page["concerning"]:
        made.append(blocks.heading(_("Was hier vorgesehen ist"), 2, listed=False))
    groups = [
        (
            str(group["label"]),
            [
                reader.entry(row["item"].pk, "" if ("located_in", row["note"]) in reader.common_reasons else row["note"])
                for row in group["rows"] if row["item"].pk in reader.known
            ],
        )
        for group in page["concerning"]
    ]  # fmt: skip
    return [*made, blocks.links(groups), *reader.source(item)]


def goal_block(item: Item, reader: Reader, *, level: int = 3, code: bool = False) -> Block:
    """A goal: its text, the year, its targets with their lights, and its neighbours."""
    year = [(_("Zieljahr"), item.goal.horizon_year)] if item.goal.horizon_year else []
    facts = [*year, *goal_rows(item, reader)]
    content = [*blocks.rich(item.text), *([blocks.facts(facts)] if facts else []), *reader.source(item)]
    return reader.item(item, [*content, reader.neighbours(item)], level=level, code=code)


def measure_block(item: Item, reader: Reader, *, level: int = 3, own_page: bool = False) -> Block:
    """The fact sheet of a measure."""
    marks = [_("Leuchtturmprojekt")] if item.measure.is_lighthouse else []
    content, side = measure_blocks(item, reader), measure_side(item, reader)
    return reader.item(item, content, level=level, side=side, marks=marks, code=True, own_page=own_page)


def resolution_facts(item: Item) -> Block:
    """Who decided what when."""
    decision = item.resolution
    votes = [
        f"{amount} {label}"
        for amount, label in (
            (decision.votes_yes, _("Ja")), (decision.votes_no, _("Nein")), (decision.votes_abstain, _("Enthaltungen")),
        )
        if amount is not None
    ]  # fmt: skip
    return blocks.facts(
        [
            (_("Gremium"), str(decision.body)),
            (_("Datum"), date_words(decision.date)),
            (_("Aktenzeichen"), decision.reference),
            (_("Ergebnis"), decision.get_outcome_display()),
            (_("Stimmen"), ", ".join(votes) or (_("einstimmig") if decision.unanimous else "")),
        ]
    )


SHEETS: dict[str, Callable[[Item, Reader], Block]] = {
    "goal": lambda item, reader: goal_block(item, reader, level=1, code=True),
    "measure": lambda item, reader: measure_block(item, reader, level=1),
    "district": lambda item, reader: reader.item(item, district_blocks(item, reader), level=1, code=True),
    "indicator": lambda item, reader: reader.item(
        item, [*indicator_blocks(item, reader, whole=True), reader.neighbours(item)], level=1, code=True
    ),
}
"""The kinds that are printed as a sheet of their own."""
