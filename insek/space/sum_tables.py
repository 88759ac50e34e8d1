"""What the spatial concept adds up to as tables: for the page, as CSV and as a workbook."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal
from io import BytesIO
from typing import Any
from urllib.parse import urlencode

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from insek.web.charts import SpanBar, Spec, span_chart
from insek.web.display import number_words

from .areas import SQUARE_METRES, hectares
from .asked import AskedPlan
from .queries import variant_words
from .signs import sign_words
from .sums import (
    PlanSum,
    PlanSums,
    by_district,
    by_field,
    by_horizon,
    by_sign,
    by_variant,
    by_year,
    counted_twice,
)

VIEW = "nach"


@dataclass(frozen=True)
class SumView:
    """One way to look at the sums: its word in the address, its name, what groups it makes."""

    name: str
    label: Any
    caption: Any
    groups: Callable[[PlanSums], list[PlanSum]]


VIEWS = {
    view.name: view
    for view in (
        SumView("zeichen", gettext_lazy("Planzeichen"), gettext_lazy("Summen nach Planzeichen"), by_sign),
        SumView("horizont", gettext_lazy("Zeithorizont"), gettext_lazy("Summen nach Zeithorizonten"), by_horizon),
        SumView("jahr", gettext_lazy("Jahr"), gettext_lazy("Summen nach dem Jahr der Fertigstellung"), by_year),
        SumView("stadtteil", gettext_lazy("Stadtteil"), gettext_lazy("Summen nach Stadtteilen"), by_district),
        SumView("feld", gettext_lazy("Handlungsfeld"), gettext_lazy("Summen nach Handlungsfeldern"), by_field),
        SumView("variante", gettext_lazy("Variante"), gettext_lazy("Summen nach Varianten"), by_variant),
    )
}  # fmt: skip


def offered(sums: PlanSums) -> list[SumView]:
    """The ways that make sense: without variants none by variant."""
    return [view for view in VIEWS.values() if view.name != "variante" or sums.variants]


def sum_table(view: SumView, groups: Sequence[PlanSum], total: PlanSum) -> dict[str, Any]:
    """The sums of groups as a table of the page; choices between variants have no total."""
    heads = [
        view.label, _("Elemente"), _("Wohnungen"), _("nennen Wohnungen"), _("Fläche gezeichnet"),
        _("ohne Überlagerung"), _("Fläche angegeben"),
    ]  # fmt: skip
    rows = [_row(group) for group in (groups if view.name == "variante" else [*groups, total])]
    columns = [{"label": head, "numeric": place > 0} for place, head in enumerate(heads)]
    return {"id": f"summen-{view.name}", "caption": view.caption, "columns": columns, "rows": rows}


def _row(group: PlanSum) -> list[Any]:
    cells = [
        number_words(len(group.elements)),
        "–" if group.dwellings is None else number_words(group.dwellings),
        _("%(named)s von %(all)s")
        % {"named": number_words(group.with_dwellings), "all": number_words(len(group.elements))},
        hectares(group.drawn_ha) or "–",
        hectares(group.ground_ha) or "–",
        hectares(group.told_ha) or "–",
    ]
    return [group.name, *({"text": cell, "numeric": True} for cell in cells)]


def sum_chart(view: SumView, groups: Sequence[PlanSum]) -> tuple[str, Spec] | None:
    """Dwellings as bars where some are named, else areas: title and specification; None where there is nothing to compare."""
    if any(group.dwellings for group in groups):
        title = _("Wohnungen: %(view)s") % {"view": view.label}
        bars = [
            SpanBar(name=group.name, low=float(group.dwellings), high=float(group.dwellings), text=number_words(group.dwellings))
            for group in groups
            if group.dwellings is not None
        ]  # fmt: skip
    else:
        title = _("Gezeichnete Fläche in Hektar: %(view)s") % {"view": view.label}
        bars = [
            SpanBar(name=group.name, low=area, high=area, text=hectares(area))
            for group in groups
            if (area := group.drawn_ha) is not None
        ]
    return (title, span_chart(bars, description=title)) if len(bars) > 1 else None


def sum_notes(view: SumView, sums: PlanSums, groups: Sequence[PlanSum]) -> list[str]:
    """What has to be known to read the sums."""
    notes = []
    if sums.is_cut:
        notes.append(_("Der Plan hat mehr Elemente, als hier summiert werden."))
    if view.name == "variante":
        notes.append(
            _(
                "Jede Variante zählt mit allem, was in jeder Variante gilt. Varianten werden nie zusammengezählt."
            )
        )
    elif sums.left_out:
        notes.append(
            ngettext(
                "Ein Element steht nur in einer Variante und zählt hier nicht mit; wählen Sie dafür eine Variante.",
                "%(count)s Elemente stehen nur in einer Variante und zählen hier nicht mit; wählen Sie dafür eine Variante.",
                sums.left_out,
            )
            % {"count": number_words(sums.left_out)}
        )
    if view.name in {"stadtteil", "feld"} and (twice := counted_twice(groups)):
        notes.append(
            ngettext(
                "Ein Element steht in mehreren Zeilen und zählt in jeder; die Zeilen ergeben zusammen mehr als die Summe.",
                "%(count)s Elemente stehen in mehreren Zeilen und zählen in jeder; die Zeilen ergeben zusammen mehr als die Summe.",
                twice,
            )
            % {"count": number_words(twice)}
        )
        if view.name == "stadtteil":
            notes.append(
                _("Gezeichnete Flächen sind an der Grenze geteilt; Wohnungen und angegebene Flächen lassen sich nicht teilen.")
            )  # fmt: skip
    total = sums.total
    if total.drawn_ha is not None and total.ground_ha is not None:
        both = total.drawn_ha - total.ground_ha
        if both >= 0.05:
            notes.append(
                _("Flächen liegen übereinander: %(area)s sind in „gezeichnet“ mehrfach gezählt, in „ohne Überlagerung“ einmal.")
                % {"area": hectares(both)}
            )  # fmt: skip
    missing = len(total.elements) - total.with_area
    if missing and total.elements:
        notes.append(
            ngettext(
                "Ein Element ist kein Flächenzeichen oder hat noch keinen Ort und trägt keine Fläche bei.",
                "%(count)s Elemente sind keine Flächen oder haben noch keinen Ort und tragen keine Fläche bei.",
                missing,
            )
            % {"count": number_words(missing)}
        )
    return notes


def summary(sums: PlanSums) -> str:
    """One sentence: how many dwellings and how much ground, and what is open."""
    total = sums.total
    if not total.elements:
        return ""
    open_ones = len(total.elements) - total.with_dwellings
    if total.dwellings is None:
        said = _("Noch nennt kein Element Wohnungen.")
    elif open_ones:
        said = _("Zusammen %(count)s Wohnungen; %(open)s von %(all)s Elementen nennen keine.") % {
            "count": number_words(total.dwellings),
            "open": number_words(open_ones),
            "all": number_words(len(total.elements)),
        }
    else:
        said = _("Zusammen %(count)s Wohnungen.") % {"count": number_words(total.dwellings)}
    if total.ground_ha is not None:
        said += " " + _("Die gezeichneten Flächen bedecken %(area)s.") % {"area": hectares(total.ground_ha)}
    return said


def sums_on_page(sums: PlanSums, asked: AskedPlan) -> dict[str, Any]:
    """The table by sign for the page of the spatial concept, and the way to all sums. Costs no query."""
    view = VIEWS["zeichen"]
    groups = view.groups(sums)
    if not groups:
        return {}
    return {
        "sums": {
            "sentence": summary(sums),
            "variant": variant_words(sums.variant),
            "table": {**sum_table(view, groups, sums.total), "hide_caption": True},
            "notes": sum_notes(view, sums, groups),
            "has_examples": sums.has_examples,
            "url": address("spatial-sums", asked),
            "xlsx_url": address("spatial-sums-workbook", asked),
        }
    }


def address(name: str, asked: AskedPlan, **more: str) -> str:
    """An address of the sums with what was asked for."""
    query = urlencode({**asked.values, **more})
    return f"{reverse(name)}?{query}" if query else reverse(name)


HEAD = (
    ("group", gettext_lazy("Gruppe")), ("elements", gettext_lazy("Elemente")), ("dwellings", gettext_lazy("Wohnungen")),
    ("with_dwellings", gettext_lazy("Elemente mit Wohnungen")), ("drawn_ha", gettext_lazy("Fläche gezeichnet, ha")),
    ("ground_ha", gettext_lazy("Fläche ohne Überlagerung, ha")), ("told_ha", gettext_lazy("Fläche angegeben, ha")),
)  # fmt: skip
ELEMENT_HEAD = (
    ("number", gettext_lazy("Nummer")), ("title", gettext_lazy("Titel")), ("sign", gettext_lazy("Planzeichen")),
    ("horizon", gettext_lazy("Zeithorizont")), ("variant", gettext_lazy("Variante")), ("start_year", gettext_lazy("Beginn")),
    ("end_year", gettext_lazy("Ende")), ("dwellings", gettext_lazy("Wohnungen")),
    ("drawn_ha", gettext_lazy("Fläche gezeichnet, ha")), ("told_ha", gettext_lazy("Fläche angegeben, ha")),
    ("standing", gettext_lazy("Verlässlichkeit")),
)  # fmt: skip


def cells_of(group: PlanSum) -> list[Any]:
    """One line of a table for files: numbers, empty where there is none."""
    return [
        group.name, len(group.elements), "" if group.dwellings is None else group.dwellings, group.with_dwellings,
        _exact(group.drawn_ha), _exact(group.ground_ha), "" if group.told_ha is None else group.told_ha,
    ]  # fmt: skip


def _exact(area: float | None) -> Decimal | str:
    return "" if area is None else Decimal(area).quantize(Decimal("0.01"), ROUND_HALF_UP)


def workbook(sums: PlanSums) -> BytesIO:
    """All sums, a sheet each, then the elements they are made of, with numbers as numbers."""
    from xlsxwriter import Workbook  # slow to import, and only needed here

    target = BytesIO()
    book = Workbook(target, {"constant_memory": True, "strings_to_urls": False, "strings_to_formulas": False})
    bold = book.add_format({"bold": True})

    def sheet(
        title: Any, head: Sequence[tuple[str, Any]], lines: Sequence[Sequence[Any]], notes: Sequence[str]
    ) -> None:
        made = book.add_worksheet(str(title)[:31])
        made.freeze_panes(1, 1)
        made.set_column(0, 0, 34)
        made.set_column(1, len(head), 18)
        for column, (_name, label) in enumerate(head):
            made.write_string(0, column, str(label), bold)
        for line, values in enumerate(lines, 1):
            for column, value in enumerate(values):
                if isinstance(value, int | Decimal):
                    made.write_number(line, column, float(value))
                elif value:
                    made.write_string(line, column, str(value))
        for line, note in enumerate(notes, len(lines) + 2):
            made.write_string(line, 0, note)

    for view in offered(sums):
        groups = view.groups(sums)
        rows = groups if view.name == "variante" else [*groups, sums.total]
        sheet(view.label, HEAD, [cells_of(group) for group in rows], sum_notes(view, sums, groups))
    sheet(_("Raumelemente"), ELEMENT_HEAD, [_element(each) for each in sums.shown], [])
    book.close()
    target.seek(0)
    return target


def _element(each: Any) -> list[Any]:
    row, item = each.row, each.item
    drawn = None if each.shape is None else float(each.shape.area) / SQUARE_METRES
    return [
        item.number, item.title, sign_words(row), row.get_horizon_display(), row.variant,
        row.start_year or "", row.end_year or "", "" if row.dwellings is None else row.dwellings, _exact(drawn),
        "" if row.area_ha is None else row.area_ha, item.get_standing_display(),
    ]  # fmt: skip
