"""What the pages of pictures have in common: how they begin, the ways to each other, sources, files."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any
from urllib.parse import urlencode

from django.http import Http404, HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.html import escape
from django.utils.safestring import mark_safe
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from insek.items.pages import ItemPages
from insek.items.views.items import item_breadcrumb, visible_item
from insek.places.models import District
from insek.thread.labels import FIELD_LABELS
from insek.thread.models import Item
from insek.web.csv_tables import Head
from insek.web.display import period_words, shown_source, with_example_word

from ..models import Indicator, Observation
from ..picture_ways import PICTURES, picture_ways
from ..services import uncertainty_words
from ..words import quality_words
from .beside import FINEST, PlaceGroup

ORIGIN: Head = (
    ("quality", gettext_lazy("Status")),
    ("source_title", gettext_lazy("Quelle")),
    ("source_url", gettext_lazy("Adresse der Quelle")),
    ("source_date", gettext_lazy("Stand der Quelle")),
    ("note", gettext_lazy("Anmerkung")),
    ("standing", FIELD_LABELS["standing"]),
)
"""The columns of a file that say whether its indicator is an example and where a value comes from: a file leaves without the notes of its page."""


class NumberCell(str):
    """A number or a dash in a table: a cell that is only text costs less than one that says more."""

    numeric = True
    text = None  # there is no more to say: the template need not look for it in vain


class NumberRow(list[Any]):
    """A row of many numbers: its heading, and cells that are only text; these are written at once, not one after the other by the template."""

    def __init__(self, head: dict[str, Any], cells: Sequence[str]) -> None:
        super().__init__([head, *cells])
        written = "".join(f'<td class="is-number">{escape(cell)}</td>' for cell in cells)
        self.numbers = mark_safe(written)  # noqa: S308 - each cell is escaped


def asked_indicator(request: HttpRequest, item_id: str) -> tuple[Item, ItemPages]:
    """The indicator of an address. Raises Http404."""
    item, pages = visible_item(request, item_id)
    if item.kind != "indicator":
        raise Http404
    item.indicator.item = item
    return item, pages


def beginning(request: HttpRequest, item: Item, pages: ItemPages, address: str) -> dict[str, Any]:
    """What a page of a picture says first: its title, the indicator, where it stands, and the other pictures."""
    title = str(PICTURES[address])
    return {
        "item": item,
        "page_title": title,
        "page_lead": str(item),
        "active_nav": "indicator",
        "breadcrumb": item_breadcrumb(request, pages, (item.number or item.title, item.url), (title, "")),
        "noindex": bool(request.GET),
        "ways": picture_ways(item, 2, besides=address),
    }


def chooser(name: str, label: str, options: Iterable[tuple[str, Any]], chosen: str) -> dict[str, Any]:
    """A choice of a form that needs no script."""
    return {
        "name": name,
        "label": label,
        "options": [{"value": value, "label": words, "chosen": value == chosen} for value, words in options],
    }


def group_chooser(groups: Sequence[PlaceGroup], chosen: PlaceGroup) -> list[dict[str, Any]]:
    """The choice of places, where there is one."""
    if len(groups) < 2:
        return []
    return [chooser("ebene", _("Räume"), [(group.name, group_words(group)) for group in groups], chosen.name)]


def group_words(group: PlaceGroup) -> str:
    """What a group of places is called."""
    return _("alle Räume nebeneinander") if group.name == FINEST else group.places[0].level_words


def files(address: str, item: Item, chosen: Mapping[str, str], forms: Sequence[str]) -> list[dict[str, str]]:
    """Where the files of a picture lie: the same choice in other forms."""
    labels = {
        "csv": _("Tabelle (CSV)"), "xlsx": _("Tabelle (XLSX)"), "svg": _("Bild (SVG)"), "png": _("Bild (PNG)"),
    }  # fmt: skip
    query = urlencode({name: value for name, value in chosen.items() if value})
    return [
        {"label": labels[form], "url": f"{reverse(address, args=[item.pk, form])}?{query}"} for form in forms
    ]


def picture_answer(form: str, name: str, svg: str | None) -> HttpResponse:
    """A picture as a file. Raises Http404 for what is no picture, and where there is nothing to draw."""
    if svg is None or form not in {"svg", "png"}:
        raise Http404
    if form == "svg":
        response = HttpResponse(svg, content_type="image/svg+xml")
    else:
        from insek.engines.report.pictures import png  # the fonts are only read here

        response = HttpResponse(png(svg, scale=2), content_type="image/png")
    response["Content-Disposition"] = f'attachment; filename="{name}.{form}"'
    return response


def origin_cells(indicator: Indicator, row: Observation | None) -> list[Any]:
    """The cells of ``ORIGIN``."""
    standing = indicator.item.get_standing_display()
    if row is None:
        return [_("keine Angabe"), "", "", "", "", standing]
    said = "; ".join(filter(None, [uncertainty_words(row), row.note]))
    return [str(row.get_quality_display()), row.source_title, row.source_url, row.source_date, said, standing]


def remarks(row: Observation | None) -> str:
    """What makes a value unsure, in a table."""
    if row is None or row.value is None:
        return ""
    return "; ".join(filter(None, [quality_words(row), uncertainty_words(row), row.note]))


def with_remarks(
    table: dict[str, Any], rows: Iterable[Observation | None], label: str | None = None
) -> dict[str, Any]:
    """A table with what makes its values unsure: in a last column, or once below it where it is the same for all."""
    said = [remarks(row) for row in rows]
    known = {words for words, cells in zip(said, table["rows"], strict=True) if words}
    if len(known) == 1 and said.count(next(iter(known))) > len(said) / 2:
        return {**table, "note": _("Alle Werte: %(remark)s") % {"remark": known.pop()}}
    if not known:
        return table
    table["columns"].append({"label": label or _("Anmerkung")})
    for cells, words in zip(table["rows"], said, strict=True):
        cells.append(words or "–")
    return table


def sources_of(rows: Iterable[Observation | None]) -> list[dict[str, str]]:
    """The different sources of the values shown, in order of first use."""
    seen: dict[tuple[str, str, str], dict[str, str]] = {}
    for row in rows:
        if row is not None and (row.source_title or row.source_url):
            seen.setdefault((row.source_title, row.source_url, row.source_date), shown_source(row))
    return list(seen.values())


def source_line(rows: Iterable[Observation | None]) -> str:
    """The same in one line, for a picture that stands alone."""
    said = [
        ", ".join(
            filter(
                None,
                [
                    source["source_title"] or source["source_url"],
                    _("Stand %(date)s") % {"date": source["source_date_label"]}
                    if source["source_date"]
                    else "",
                ],
            )
        )
        for source in sources_of(rows)
    ]
    return _("Quelle: %(sources)s") % {"sources": "; ".join(said)} if said else ""


def status_line(rows: Iterable[Observation | None]) -> str:
    """How the values came about, where not all of them were counted."""
    found = {words for row in rows if row is not None and (words := quality_words(row))}
    return _("Status: %(words)s") % {"words": ", ".join(sorted(found))} if found else ""


def place_cell(place: District) -> dict[str, Any]:
    """A place at the beginning of a row."""
    return {"text": place.item.title, "url": place.item.url, "is_content": True}


def picture_title(indicator: Indicator) -> str:
    """What a picture shows, with its sign where it is an example."""
    title = with_example_word(indicator.title_text, indicator.item.standing)
    return _("%(title)s, in %(unit)s") % {"title": title, "unit": indicator.unit_text}


def periods_to_choose(periods: Iterable[str]) -> list[tuple[str, str]]:
    """Periods with their words."""
    return [(text, period_words(text)) for text in periods]
