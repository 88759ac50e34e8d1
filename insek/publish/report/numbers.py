"""The annex of the numbers: small charts six a page, places as a map with a table, two values as a sentence."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from insek.engines.report import blocks
from insek.engines.report.blocks import Block, Run, run
from insek.evidence.words import shown_value
from insek.places.still import classes_of
from insek.steering.pages import words_of
from insek.thread.models import Item
from insek.web.display import period_words
from insek.web.reports import Chapter, register_chapter

from .figures import has_chart, plain_cell, sentence, time_chart
from .reading import Reader
from .speaking import source_runs

PLACES = 5
"""Districts from which a map says more than a sentence."""
TINTS = ("#eef4f1", "#cfe2db", "#9fc3b6", "#5f9483", "#0b4f45")


def numbers(reader: Reader) -> list[Block]:
    """All indicators by field: charts, then maps, then those of which a sentence says all."""
    made: list[Block] = []
    groups = reader.by_field(reader.items("indicator"))
    for key, name, items in groups:
        if key or len(groups) > 1:
            made.append(blocks.heading(name or _("Ohne Handlungsfeld"), 2))
        drawn = [item for item in items if has_chart(item, reader)]
        mapped = [item for item in items if item not in drawn and len(_districts(item, reader)) >= PLACES]
        if drawn:
            made.append(blocks.multiples(_chart_cell(item, reader) for item in drawn))
        made += [block for item in mapped for block in _mapped(item, reader)]
        if rest := [item for item in items if item not in drawn and item not in mapped]:
            made.append(blocks.lines(_line(item, reader) for item in rest))
    return made


def _districts(item: Item, reader: Reader) -> list[Any]:
    bars = reader.page_of_indicator(item).get("bars")
    return bars["table"]["rows"] if bars else []


def _title(item: Item, reader: Reader) -> list[Run]:
    return [
        run(f"{item.number} ", anchor=item.pk, tone="accent"),
        run(item.indicator.title_text, bold=True),
        *reader.marks(item),
    ]


def _chart_cell(item: Item, reader: Reader) -> dict[str, Any]:
    chart = time_chart(item, reader, size=(300, 92), caption="")
    page = reader.page_of_indicator(item)
    breaks = [
        run(" " + _("Bruch in der Reihe, %(period)s: %(reason)s") % entry, tone="quiet")
        for entry in page["breaks"]
    ]
    return {
        "title": _title(item, reader), "text": [*sentence(item, reader), *_aimed(item, reader), *breaks],
        "figure": chart, "source": _source(item, reader),
    }  # fmt: skip


def _aimed(item: Item, reader: Reader) -> list[Run]:
    """The targets that goals set for an indicator."""
    made: list[Run] = []
    for target, reading in reader.readings:
        if target.indicator_id == item.pk:
            made += [
                run(f" {_('Zielwert')}: {words_of(target)} ("),
                run(target.goal.item.number, ref=target.goal_id),
                run(f"), {reading.label}."),
            ]
            made += [run(f" {_('Beispiel')}", tone="example")] if target.standing == "example" else []
    return made


def _source(item: Item, reader: Reader) -> list[Run]:
    sources = [source for source in reader.page_of_indicator(item)["sources"] if source]
    return source_runs(sources[0]) if sources else [run("")]


def _mapped(item: Item, reader: Reader) -> list[Block]:
    """The map of an indicator with its table in two columns beside it."""
    page = reader.page_of_indicator(item)
    rows = _districts(item, reader)
    values = dict(page["map_values"].items())
    limits = classes_of(list(values.values()))
    shades = {
        pk: TINTS[
            next(place for place, limit in enumerate(limits) if value <= limit)
            * (len(TINTS) - 1)
            // max(1, len(limits) - 1)
        ]
        for pk, value in values.items()
    }
    head = [blocks.paragraph(*_title(item, reader), style="sticky")]
    text = [
        run(f"{item.indicator.unit_text}, {page['when']}. "),
        *sentence(item, reader),
        *_aimed(item, reader),
    ]
    table = blocks.table(
        [
            {"label": _("Raum"), "share": 3},
            {"label": item.indicator.unit_text, "share": 1.4, "numeric": True},
        ],
        [[[run(plain_cell(row[0]))], [run(plain_cell(row[1]))]] for row in rows[:20]],
    )
    svg = reader.plan([], size=300, shades=shades) if shades else ""
    alt = _("Karte: %(title)s nach Räumen. %(values)s") % {
        "title": item.indicator.title_text, "values": "; ".join(f"{plain_cell(row[0])}: {plain_cell(row[1])}" for row in rows[:20]),
    }  # fmt: skip
    left = [blocks.figure(svg, alt=alt, caption=_("Je dunkler, desto höher der Wert."))] if svg else []
    left.append(blocks.paragraph(*text, style="margin"))
    left.append(blocks.paragraph(*_source(item, reader), style="quiet"))
    return [blocks.keep(*head, blocks.columns(left, [table]))]


def _line(item: Item, reader: Reader) -> tuple[list[Run], list[Run], list[Run]]:
    """An indicator with few values: its name, what is known of it, where it comes from."""
    text = blocks.flat(item.text)
    value = reader.latest.get(item.pk)
    said = sentence(item, reader)
    places = _districts(item, reader)
    if not said and places:
        said = [
            run(
                "; ".join(
                    f"{plain_cell(row[0])}: {plain_cell(row[1])} {item.indicator.unit_text}" for row in places
                )
            )
        ]
    end = (
        [run(shown_value(value), bold=True), run(f"\n{period_words(value.period)}", tone="quiet")]
        if value
        else [run(_("noch kein Wert"), tone="quiet")]
        if not places
        else []
    )
    source = _source(item, reader)
    return (
        [run(item.number or "–", anchor=item.pk)],
        [
            run(item.indicator.title_text, bold=True),
            *reader.marks(item),
            *([run("\n"), *said] if said and (places or reader.lengths.get(item.pk, 0) > 1) else []),
            *_aimed(item, reader),
            *([run("\n"), *text] if text else []),
        ],
        [*end, *([run("\n"), *({**piece, "tone": "quiet"} for piece in source)] if source[0]["t"] else [])],
    )


register_chapter(
    Chapter(
        "zahlen",
        gettext_lazy("Alle Zahlen"),
        20,
        numbers,
        gettext_lazy("Worauf sich alles stützt: jede Zahl mit Datum und Quelle."),
    )
)
