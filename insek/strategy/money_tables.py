"""The sums of costs and funding as tables: for the page, as CSV and as a workbook."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from io import BytesIO
from typing import Any

from django.utils.formats import number_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from insek.web.charts import SpanBar, Spec, span_chart
from insek.web.display import number_words

from .fact_sheet import FundingLine
from .money_words import range_words, short_range
from .sums import CostGroup, FundingGroup, Money, by_field, by_price, by_unit, by_year, funding_by
from .totals import Span

STATES = [state for state in FundingLine.State if state != FundingLine.State.REFUSED]


@dataclass(frozen=True)
class View:
    """One way to look at the sums: its word in the address, its name, what groups it makes."""

    name: str
    label: Any
    caption: Any
    groups: Callable[[Money], Sequence[Any]]
    is_funding: bool = False
    note: Any = ""


VIEWS = {
    view.name: view
    for view in (
        View("jahr", gettext_lazy("Jahr"), gettext_lazy("Kosten nach Jahren"), by_year,
             note=gettext_lazy("Was für mehrere Jahre zusammen genannt ist, steht in einer eigenen Zeile und ist nicht auf die Jahre verteilt.")),
        View("feld", gettext_lazy("Handlungsfeld"), gettext_lazy("Kosten nach Handlungsfeldern"), by_field,
             note=gettext_lazy("Eine Maßnahme in mehreren Handlungsfeldern zählt in jedem; die Zeilen ergeben zusammen mehr als die Summe.")),
        View("stelle", gettext_lazy("Zuständige Stelle"), gettext_lazy("Kosten nach zuständigen Stellen"), by_unit),
        View("preisstand", gettext_lazy("Preisstand"), gettext_lazy("Kosten nach Preisständen"), by_price),
        View("geldgeber", gettext_lazy("Geldgeber"), gettext_lazy("Finanzierung nach Geldgebern"),
             lambda money: funding_by(money, "source", _("ohne Angabe")), is_funding=True),
        View("programm", gettext_lazy("Programm"), gettext_lazy("Finanzierung nach Programmen"),
             lambda money: funding_by(money, "programme", _("ohne Programm")), is_funding=True),
    )
}  # fmt: skip


def words(span: Span | None) -> str:
    """A sum in a cell: a dash for nothing said."""
    return "–" if span is None else range_words(span.low, span.high)


def _prices(group: CostGroup) -> str:
    said = [str(year) for year in sorted(group.price_years)]
    return ", ".join(said) or ("–" if not group.named else _("ohne Angabe"))


def _named(group: CostGroup) -> str:
    return _("%(named)s von %(all)s") % {
        "named": number_words(len(group.named)),
        "all": number_words(len(group.measures)),
    }


def cost_table(view: View, groups: Sequence[CostGroup], total: CostGroup) -> dict[str, Any]:
    """The costs of groups as a table of the page."""
    is_year = view.name == "jahr"
    heads = [view.label, _("Einmalig"), _("Jährlich") if is_year else _("Im Jahr")]
    heads += [
        _("Zusammen") if is_year else _("Zusammen über die Jahre"),
        _("Maßnahmen mit Betrag"),
        _("Preisstand"),
    ]
    rows: list[list[Any]] = [
        [
            group.name, *[{"text": words(span), "numeric": True} for span in (group.once, group.yearly, group.total)],
            number_words(len(group.named)) if is_year else _named(group), _prices(group),
        ]
        for group in groups
    ]  # fmt: skip
    if not is_year:
        rows.append(
            [
                total.name, *[{"text": words(span), "numeric": True} for span in (total.once, total.yearly, total.total)],
                _named(total), _prices(total),
            ]
        )  # fmt: skip
    columns = [{"label": head, "numeric": 0 < place < 4} for place, head in enumerate(heads)]
    return {"id": "summen", "caption": view.caption, "columns": columns, "rows": rows}


def funding_table(view: View, groups: Sequence[FundingGroup]) -> dict[str, Any]:
    """The funding of groups as a table of the page."""
    heads = [
        view.label,
        *(state.label for state in STATES),
        _("Zusammen"),
        _("Eigenanteil"),
        _("Zeilen ohne Betrag"),
    ]
    rows = [
        [
            group.name,
            *[_euros(group.by_state.get(state)) for state in STATES],
            _euros(group.total), _euros(group.own_share or None),
            {"text": number_words(group.open_lines) if group.open_lines else "–", "numeric": True},
        ]
        for group in groups
    ]  # fmt: skip
    columns = [{"label": head, "numeric": place > 0} for place, head in enumerate(heads)]
    return {"id": "summen", "caption": view.caption, "columns": columns, "rows": rows}


def _euros(amount: int | None) -> dict[str, Any]:
    return {"text": "–" if amount is None else number_format(amount, force_grouping=True), "numeric": True}


def chart_of(view: View, groups: Sequence[Any]) -> Spec | None:
    """The sums as bars, ranges as lighter ends; None where there is nothing to compare."""
    bars = []
    for group in groups:
        if view.is_funding:
            low = high = float(group.total)
            text = short_range(group.total, group.total)
        else:
            span = group.total
            if span is None:
                continue
            low, high = float(span.low), float(span.low if span.high is None else span.high)
            text = short_range(span.low, span.high)
        bars.append(SpanBar(name=group.name, low=low, high=high, text=text))
    if len(bars) < 2:
        return None
    return span_chart(bars, description=str(view.caption))


HEAD = (
    ("group", gettext_lazy("Gruppe")),
    ("once_low", gettext_lazy("Einmalig von")), ("once_high", gettext_lazy("Einmalig bis")),
    ("yearly_low", gettext_lazy("Im Jahr von")), ("yearly_high", gettext_lazy("Im Jahr bis")),
    ("total_low", gettext_lazy("Zusammen von")), ("total_high", gettext_lazy("Zusammen bis")),
    ("measures_named", gettext_lazy("Maßnahmen mit Betrag")), ("measures", gettext_lazy("Maßnahmen")),
    ("price_years", gettext_lazy("Preisstand")),
)  # fmt: skip
FUNDING_HEAD = (
    ("group", gettext_lazy("Gruppe")),
    *((state.value, state.label) for state in FundingLine.State),
    ("total", gettext_lazy("Zusammen ohne Abgelehntes")), ("own_share", gettext_lazy("Eigenanteil")),
    ("measures", gettext_lazy("Maßnahmen")), ("open_lines", gettext_lazy("Zeilen ohne Betrag")),
)  # fmt: skip


def head_of(view: View) -> Sequence[tuple[str, Any]]:
    """The columns of a table for files."""
    return FUNDING_HEAD if view.is_funding else HEAD


def cells_of(view: View, group: Any) -> list[Any]:
    """One line of a table for files: bounds apart, empty where there is none."""
    if view.is_funding:
        return [
            group.name, *(group.by_state.get(state, "") for state in FundingLine.State), group.total, group.own_share,
            len(group.measures), group.open_lines,
        ]  # fmt: skip
    bounds: list[Any] = []
    for span in (group.once, group.yearly, group.total):
        bounds += ["", ""] if span is None else [span.low, "" if span.high is None else span.high]
    return [group.name, *bounds, len(group.named), len(group.measures), _prices(group).replace("–", "")]


def workbook(money: Money) -> BytesIO:
    """All tables, a sheet each, with amounts as numbers."""
    from xlsxwriter import Workbook  # slow to import, and only needed here

    target = BytesIO()
    book = Workbook(target, {"constant_memory": True, "strings_to_urls": False, "strings_to_formulas": False})
    bold, grouped = book.add_format({"bold": True}), book.add_format({"num_format": "#,##0"})
    for view in VIEWS.values():
        sheet = book.add_worksheet(str(view.label)[:31])
        sheet.freeze_panes(1, 1)
        sheet.set_column(0, 0, 40)
        sheet.set_column(1, 12, 16)
        for column, (_name, label) in enumerate(head_of(view)):
            sheet.write_string(0, column, str(label), bold)
        for line, group in enumerate(view.groups(money), 1):
            for column, value in enumerate(cells_of(view, group)):
                if isinstance(value, int):
                    sheet.write_number(line, column, value, grouped)
                elif value:
                    sheet.write_string(line, column, str(value))
    book.close()
    target.seek(0)
    return target
