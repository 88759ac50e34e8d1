"""Which numbers and charts a chapter leads with, and the sentences that say them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.utils.translation import gettext as _

from insek import clock
from insek.engines.periods import year_in
from insek.engines.report import blocks, pictures
from insek.engines.report.blocks import Block, Run, run
from insek.evidence.models import Indicator
from insek.thread.models import Item

from .reading import Reader

FRESH = 3
"""Years after which a value no longer leads a chapter."""
CHART_POINTS = 4
"""Values from which a chart says more than a sentence."""
SMALL = (300, 120)
"""Width and height of a small chart in points; it is printed at about four fifths of that."""
WIDE = (400, 150)
SAID_VALUES = 14
"""Values of a chart that its description says one by one."""


def leading(reader: Reader, items: Sequence[Item], *, most: int = 3) -> list[Item]:
    """The indicators that say most of a field: with a target, with a direction, with a fresh value for the whole city."""
    aimed = {target.indicator_id for target, _reading in reader.readings}
    oldest = clock.today().year - FRESH
    fresh = [
        item for item in items
        if (value := reader.latest.get(item.pk)) is not None and year_in(value.period) >= oldest
    ]  # fmt: skip
    return sorted(
        fresh,
        key=lambda item: (
            item.pk not in aimed,
            item.indicator.direction == Indicator.Direction.NONE,
            item.is_example,
            reader.lengths.get(item.pk, 0) < 2,
            item.sort_key,
            item.pk,
        ),
    )[:most]


def figure_row(item: Item, reader: Reader) -> dict[str, Any]:
    """An indicator as a number with its name, date, change and source below."""
    shown = reader.page_of_indicator(item)["figure"]
    trend = str((shown.get("trend") or {}).get("label", ""))
    note = ". ".join(
        filter(None, [str(shown["date_label"]), reader.capital(trend), str(shown["source_title"])])
    )
    return {
        "value": str(shown["value"]), "unit": str(shown["unit"]), "name": f"{item.number} {item.indicator.title_text}".strip(),
        "note": note, "ref": item.pk, "example": item.is_example,
    }  # fmt: skip


def has_chart(item: Item, reader: Reader) -> bool:
    """Whether there are enough values for the whole city for a chart over time."""
    return reader.lengths.get(item.pk, 0) >= CHART_POINTS


def sentence(item: Item, reader: Reader) -> list[Run]:
    """What is known of an indicator in a sentence: the latest value, and the one before where it can be compared."""
    page = reader.page_of_indicator(item)
    shown = page["figure"]
    if not shown:
        return []
    trend = str((shown.get("trend") or {}).get("label", ""))
    said = _("%(date)s: %(value)s %(unit)s") % {
        "date": shown["date_label"], "value": shown["value"], "unit": shown["unit"],
    }  # fmt: skip
    rest = "".join(f", {part}" for part in (trend, shown["note"]) if part)
    return [run(said, bold=True), run(f"{rest}.")]


def time_chart(
    item: Item,
    reader: Reader,
    *,
    size: tuple[int, int] = WIDE,
    width: str = "main",
    caption: str | None = None,
) -> Block | None:
    """The chart over time with the path to its target; nothing where a sentence says it."""
    line = reader.page_of_indicator(item).get("line")
    if line is None or not has_chart(item, reader):
        return None
    return chart(line, str(item.indicator.title_text), reader, size=size, width=width, caption=caption)


def chart(
    shown: dict[str, Any],
    title: str,
    reader: Reader,
    *,
    size: tuple[int, int] = WIDE,
    width: str = "main",
    caption: str | None = None,
) -> Block:
    """A chart of a page as a figure whose description says its values."""
    rows = shown["table"]["rows"]
    values = [f"{plain_cell(row[0])}: {plain_cell(row[1])}" for row in rows[:SAID_VALUES]]
    said = str(shown["description"])
    alt = f"{_('Diagramm')} „{title}“. {said} {'; '.join(values)}"
    drawn = pictures.chart(shown["spec"], width=size[0], height=size[1], lang=reader.language)
    return blocks.figure(drawn, alt=alt.strip(), caption=said if caption is None else caption, width=width)


def plain_cell(cell: Any) -> str:
    """The words of a cell of a page's table."""
    if isinstance(cell, dict):
        said = ": ".join(str(cell[key]) for key in ("lead", "text") if cell.get(key))
        return f"{said} ({cell['note']})" if cell.get("note") else said
    return str(cell)
