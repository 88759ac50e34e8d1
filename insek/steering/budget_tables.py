"""The ways to look at a budget, each as one table: for the page, and as a sheet of the workbook."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from io import BytesIO
from typing import Any

from django.utils.formats import number_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from insek.strategy.fact_sheet import CostLine
from insek.strategy.sums import WITHOUT
from insek.thread.models import Item

from .budget_models import BudgetPlan
from .budget_state import BudgetState, LineState, MeasureMoney, changes_between, duty_words
from .budget_words import line_heading, line_url, open_words

Cell = str | int | Item | LineState
SHOWN = 200
"""Rows that the page shows; the workbook has all."""


@dataclass(frozen=True)
class BudgetView:
    """One way to look at a budget: its word in the address, its name, what it says, its rows."""

    name: str
    label: Any
    caption: Any
    empty: Any
    table: Callable[[BudgetState, BudgetPlan | None], tuple[Sequence[str], list[list[Cell]]]]
    for_all: bool = True
    """Whether the public has it too."""
    note: Any = ""
    for_supplement: bool = True
    """Whether a supplement, which lists changes alone, can say it."""
    is_of_whole: bool = False
    """Whether it compares whole budgets, so that no filter of measures holds."""


def _measure_names(line: LineState) -> str:
    return "; ".join(f"{item.number} {item.shown_title}".strip() for item in line.measures)


def _by_year(state: BudgetState, lines: Sequence[LineState]) -> list[Cell]:
    return [*(state.sum_of(lines, year) for year in state.years), state.sum_of(lines)]


def _year_heads(state: BudgetState) -> list[str]:
    return [*(str(year) for year in state.years), _("Zusammen")]


def _without_money(state: BudgetState, before: BudgetPlan | None) -> tuple[Sequence[str], list[list[Cell]]]:
    rows: list[list[Cell]] = [
        [each.item, str(each.item.measure.responsible or _("noch niemand zuständig")), _goals(state, each), each.granted_eur, each.asked_eur]
        for each in state.priority_without_money()
    ]  # fmt: skip
    return [_("Maßnahme"), _("Zuständig"), _("Ziele"), _("Förderung bewilligt"), _("Förderung beantragt oder geplant")], rows  # fmt: skip


def _goals(state: BudgetState, each: MeasureMoney) -> str:
    return "; ".join(goal.number or goal.shown_title for goal in state.goals_of.get(each.item.pk, ()))


def _without_goal(state: BudgetState, before: BudgetPlan | None) -> tuple[Sequence[str], list[list[Cell]]]:
    rows: list[list[Cell]] = []
    for lines, words in (
        (state.without_goal(), ""),
        (state.not_judged(), open_words(state.is_internal)),
    ):
        for each in sorted(lines, key=lambda one: (-one.total, one.line.position)):
            said = words or _measure_names(each) or _("keine Maßnahme des Konzepts")
            rows.append([each, said, *_by_year(state, [each])])
    return [_("Investition"), _("Was dazu gesagt ist"), *_year_heads(state)], rows


def _duty(state: BudgetState, before: BudgetPlan | None) -> tuple[Sequence[str], list[list[Cell]]]:
    rows: list[list[Cell]] = []
    for budget in ("result", "financial", ""):
        label = str(CostLine.Budget(budget).label) if budget else _("ohne Haushalt")
        for duty in ("obligatory", "voluntary", ""):
            lines = [each for each in state.going_out() if (each.line.budget, each.line.duty) == (budget, duty)]  # fmt: skip
            if lines:
                matched = state.sum_of([each for each in lines if each.for_measures])
                rows.append([f"{label}, {duty_words(duty)}", *_by_year(state, lines), matched, len(lines)])
    return [_("Ausgaben"), *_year_heads(state), _("davon für Maßnahmen"), _("Zeilen")], rows


def _follow_up(state: BudgetState, before: BudgetPlan | None) -> tuple[Sequence[str], list[list[Cell]]]:
    found = [each for each in state.measures if each.follow_up_eur or (each.spent and each.running)]
    found = [each for each in found if each.spent or each.follow_up_eur]
    rows: list[list[Cell]] = [
        [each.item, each.spent - each.running, each.follow_up_eur, each.running, _("ja") if each.running or not each.follow_up_eur else _("nein")]
        for each in sorted(found, key=lambda one: (-one.follow_up_eur, one.item.sort_key))
    ]  # fmt: skip
    return [
        _("Maßnahme"), _("Investition im Haushalt"), _("Folgekosten im Jahr (Kostenzeilen)"), _("Im Ergebnishaushalt, alle Jahre"), _("Folgekosten im Haushalt"),
    ], rows  # fmt: skip


def _grants(state: BudgetState, before: BudgetPlan | None) -> tuple[Sequence[str], list[list[Cell]]]:
    rows: list[list[Cell]] = [
        [each.item, each.spent, each.received, each.own_share, each.granted_eur, each.asked_eur]
        for each in state.paid()
    ]
    return [_("Maßnahme"), _("Ausgaben"), _("Einnahmen dafür"), _("Eigenanteil"), _("Förderung bewilligt"), _("Förderung beantragt oder geplant")], rows  # fmt: skip


def _stopping(state: BudgetState, before: BudgetPlan | None) -> tuple[Sequence[str], list[list[Cell]]]:
    rows: list[list[Cell]] = [
        [each.item, each.voluntary, each.spent - each.voluntary, each.granted_eur + each.asked_eur, _goals(state, each)]
        for each in state.stopping()
    ]  # fmt: skip
    return [_("Maßnahme"), _("Freiwillig, fiele weg"), _("Bliebe"), _("Förderung, die daran hängt"), _("Ziele")], rows  # fmt: skip


def _grouped(by: str, head: Any, without: Any) -> Callable[[BudgetState, BudgetPlan | None], tuple[Sequence[str], list[list[Cell]]]]:  # fmt: skip
    def table(state: BudgetState, before: BudgetPlan | None) -> tuple[Sequence[str], list[list[Cell]]]:
        rows: list[list[Cell]] = [
            [str(without) if name == WITHOUT else name, *_by_year(state, lines)]
            for name, lines in state.grouped(by)
        ]
        if rows:
            rows.append([_("Ausgaben zusammen"), *_by_year(state, state.going_out())])
        return [str(head), *_year_heads(state)], rows

    return table


def _changes(state: BudgetState, before: BudgetPlan | None) -> tuple[Sequence[str], list[list[Cell]]]:
    if before is None:
        return [], []
    years, changes = changes_between(before, state)
    known = {each.line.pk: each for each in state.lines}
    rows: list[list[Cell]] = []
    for each in changes:
        now = known.get(each.after.pk) if each.after is not None else None
        said = _("neu") if each.before is None else _("entfallen") if each.after is None else ""
        rows.append([
            now or line_heading(each.line), str(each.line.get_side_display()), each.was, each.now, each.difference, said or "–",
            _measure_names(now) if now is not None else "",
        ])  # fmt: skip
    span = f"{years[0]}–{years[-1]}" if len(years) > 1 else "".join(map(str, years))
    return [
        _("Zeile"), _("Einnahme oder Ausgabe"), _("Bisher (%(years)s)") % {"years": span}, _("Jetzt (%(years)s)") % {"years": span}, _("Unterschied"), _("Was geschah"), _("Maßnahme"),
    ], rows  # fmt: skip


def _lines(state: BudgetState, before: BudgetPlan | None) -> tuple[Sequence[str], list[list[Cell]]]:
    rows: list[list[Cell]] = [
        [
            each, each.line.product_name or each.line.product, str(each.line.get_side_display()), duty_words(each.line.duty),
            _measure_names(each) or (_("keine Maßnahme des Konzepts") if each.line.is_without_measure else open_words(state.is_internal)),
            *_by_year(state, [each]), sum(int(amount) for amount in each.line.commitments.values()),
        ]
        for each in state.lines
    ]  # fmt: skip
    return [_("Zeile"), _("Produkt"), _("Einnahme oder Ausgabe"), _("Pflicht"), _("Maßnahme"), *_year_heads(state), _("Verpflichtungsermächtigungen")], rows  # fmt: skip


VIEWS = {
    view.name: view
    for view in (
        BudgetView("ohne-geld", gettext_lazy("Ohne Geld"), gettext_lazy("Maßnahmen mit hoher Priorität, für die nichts im Haushalt steht"),
                   gettext_lazy("Für jede Maßnahme mit hoher Priorität und jedes Leuchtturmprojekt steht Geld im Haushalt, soweit seine Zeilen zugeordnet sind."), _without_money, for_supplement=False,
                   note=gettext_lazy("Gemeint sind Maßnahmen der Priorität „hoch“ und Leuchtturmprojekte, die nicht abgeschlossen oder eingestellt sind.")),
        BudgetView("ohne-ziel", gettext_lazy("Ohne Ziel"), gettext_lazy("Investitionen, die keinem Ziel des Konzepts dienen"),
                   gettext_lazy("Jede Investition dieses Haushalts gehört zu einer Maßnahme, die einem Ziel dient."), _without_goal,
                   note=gettext_lazy("Dass eine Investition keinem Ziel dient, heißt nicht, dass sie unnötig ist: Vieles ist Pflicht. Investitionen, zu denen keine Maßnahme genannt ist, stehen am Ende.")),
        BudgetView("pflicht", gettext_lazy("Pflichtig und freiwillig"), gettext_lazy("Ausgaben nach Pflicht"), gettext_lazy("Dieser Haushalt hat keine Ausgaben."), _duty),
        BudgetView("folgekosten", gettext_lazy("Folgekosten"), gettext_lazy("Was Investitionen jedes Jahr nach sich ziehen"), gettext_lazy("Keine Maßnahme nennt Folgekosten."), _follow_up, for_supplement=False,
                   note=gettext_lazy("Folgekosten stehen in den Kostenzeilen der Maßnahmen; eine Spanne zählt mit ihrer Mitte.")),
        BudgetView("foerderung", gettext_lazy("Förderung und Eigenanteil"), gettext_lazy("Was die Stadt selbst zahlt"), gettext_lazy("Noch ist keine Zeile einer Maßnahme zugeordnet."), _grants,
                   note=gettext_lazy("Der Eigenanteil sind die Ausgaben im Haushalt ohne die Einnahmen, die derselben Maßnahme zugeordnet sind. Förderung daneben steht in den Finanzierungszeilen.")),
        BudgetView("genehmigung", gettext_lazy("Ohne Freiwilliges"), gettext_lazy("Was wegfiele, wenn die Aufsicht den freiwilligen Teil nicht genehmigt"),
                   gettext_lazy("Keine Maßnahme hängt an freiwilligen Ausgaben, soweit die Zeilen sagen, ob sie freiwillig sind."), _stopping, for_all=False),
        BudgetView("feld", gettext_lazy("Nach Handlungsfeld"), gettext_lazy("Ausgaben nach Handlungsfeldern der Maßnahmen"), gettext_lazy("Dieser Haushalt hat keine Ausgaben."),
                   _grouped("feld", gettext_lazy("Handlungsfeld"), gettext_lazy("ohne Maßnahme oder Handlungsfeld"))),
        BudgetView("ziel", gettext_lazy("Nach Ziel"), gettext_lazy("Ausgaben nach Zielen der Maßnahmen"), gettext_lazy("Dieser Haushalt hat keine Ausgaben."),
                   _grouped("ziel", gettext_lazy("Ziel"), gettext_lazy("ohne Maßnahme oder Ziel"))),
        BudgetView("bezirk", gettext_lazy("Nach Ort"), gettext_lazy("Ausgaben nach Orten der Maßnahmen"), gettext_lazy("Dieser Haushalt hat keine Ausgaben."),
                   _grouped("bezirk", gettext_lazy("Ort"), gettext_lazy("ohne Maßnahme oder Ort"))),
        BudgetView("vergleich", gettext_lazy("Gegen den Plan davor"), gettext_lazy("Was sich gegen den Plan davor geändert hat"), gettext_lazy("Es gibt keinen früheren Plan, oder kein Betrag gemeinsamer Jahre hat sich geändert."), _changes, is_of_whole=True),
        BudgetView("zeilen", gettext_lazy("Alle Zeilen"), gettext_lazy("Alle Zeilen des Haushalts"), gettext_lazy("Keine Zeile passt zu dieser Auswahl."), _lines),
    )
}  # fmt: skip
GROUPED = ("feld", "ziel", "bezirk")
"""Views whose rows may count a line several times."""


def page_table(view: BudgetView, heads: Sequence[str], rows: Sequence[Sequence[Cell]], order: int | None, url: Callable[[int], str]) -> dict[str, Any]:  # fmt: skip
    """A table of the page; its columns of numbers sort it."""
    numeric = [any(isinstance(row[place], int) for row in rows) for place in range(len(heads))]
    columns = [
        {
            "label": head, "numeric": numeric[place],
            **({"url": url(place), "sorted": "descending" if order == place else ""} if numeric[place] and view.name not in GROUPED else {}),
        }
        for place, head in enumerate(heads)
    ]  # fmt: skip
    return {"id": "haushalt-tabelle", "caption": str(view.caption),
        "hide_caption": True, "columns": columns, "rows": [[_shown(cell) for cell in row] for row in rows[:SHOWN]]}  # fmt: skip


def sorted_rows(rows: list[list[Cell]], order: int | None) -> list[list[Cell]]:
    """The rows with the largest of a column of numbers first; as they are where it is none."""
    if order is None or not any(isinstance(row[order], int) for row in rows if order < len(row)):
        return rows
    return sorted(rows, key=lambda row: -(row[order] if isinstance(row[order], int) else 0))  # type: ignore[operator]  # numbers


def _shown(cell: Cell) -> Any:
    if isinstance(cell, Item):
        return {"text": f"{cell.number} {cell.shown_title}".strip(), "url": cell.url, "is_content": True, "note": _("Beispiel") if cell.is_example else ""}  # fmt: skip
    if isinstance(cell, LineState):
        return {"text": line_heading(cell.line), "url": line_url(cell.line), "is_content": True}
    if isinstance(cell, int):
        return {"text": number_format(cell, force_grouping=True) if cell else "–", "numeric": True}
    return {"text": cell}


def _plain(cell: Cell) -> str | int:
    if isinstance(cell, Item):
        return f"{cell.number} {cell.shown_title}".strip() + (
            f" ({_('Beispiel')})" if cell.is_example else ""
        )
    return line_heading(cell.line) if isinstance(cell, LineState) else cell


def workbook(state: BudgetState, before: BudgetPlan | None, views: Sequence[BudgetView], about: Sequence[str]) -> BytesIO:  # fmt: skip
    """All views, a sheet each, with amounts as numbers; the first sheet says what it is and where it comes from."""
    from xlsxwriter import Workbook  # slow to import, and only needed here

    target = BytesIO()
    book = Workbook(target, {"constant_memory": True, "strings_to_urls": False, "strings_to_formulas": False})
    bold, grouped = book.add_format({"bold": True}), book.add_format({"num_format": "#,##0"})
    first = book.add_worksheet(_("Über diese Datei")[:31])
    first.set_column(0, 0, 100)
    for place, words in enumerate(about):
        first.write_string(place, 0, words)
    for view in views:
        heads, rows = view.table(state, before)
        sheet = book.add_worksheet(str(view.label)[:31])
        sheet.freeze_panes(1, 1)
        sheet.set_column(0, 0, 50)
        sheet.set_column(1, 20, 18)
        for column, head in enumerate(heads):
            sheet.write_string(0, column, head, bold)
        for line, row in enumerate(rows, 1):
            for column, cell in enumerate(row):
                value = _plain(cell)
                if isinstance(value, int):
                    sheet.write_number(line, column, value, grouped)
                else:
                    sheet.write_string(line, column, value)
    book.close()
    target.seek(0)
    return target
