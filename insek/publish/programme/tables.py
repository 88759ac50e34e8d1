"""The tables of a funded programme, the same on the page, in print and in the workbook."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from io import BytesIO
from typing import Any

from django.utils.formats import number_format
from django.utils.translation import gettext as _

from insek.engines.text import shortened
from insek.steering.programme import FundedProgramme, ProgrammeMeasure, brought_by
from insek.strategy.fact_sheet import FundingLine
from insek.strategy.money_words import euro, range_words, span_words
from insek.strategy.totals import Span
from insek.web.display import date_words, period_words

State = FundingLine.State
LONGEST_SHEET = 31
"""Letters of the name of a sheet, as Excel has it."""
STATES = (State.DRAWN, State.GRANTED, State.APPLIED, State.IDEA)
Cell = str | int | Span | None


@dataclass(frozen=True)
class ProgrammeTable:
    """A table with its name, and its rows as plain values; None is nothing said."""

    id: str
    caption: str
    heads: Sequence[str]
    rows: Sequence[Sequence[Cell]]
    numeric: frozenset[int]


def shown(cell: Cell) -> str:
    """A cell in words: a dash for nothing said."""
    if cell is None:
        return "–"
    if isinstance(cell, Span):
        return range_words(cell.low, cell.high, about=cell.about)
    return number_format(cell, force_grouping=True) if isinstance(cell, int) else cell


def tables_of(programme: FundedProgramme) -> list[ProgrammeTable]:
    """Costs by year, financing by source, what is left, and the measures one by one."""
    costs = ProgrammeTable(
        "kosten", _("Kosten nach Jahren, in Euro"), [_("Jahr"), _("Kosten")],
        [
            *([group.name, group.total] for group in programme.years), *_endless(programme), [_("Zusammen"), programme.total.total],
        ],
        frozenset({1}),
    )  # fmt: skip
    financing = ProgrammeTable(
        "finanzierung", _("Finanzierung nach Geldgebern, in Euro"), [_("Geldgeber"), *(str(state.label) for state in STATES), _("Zusammen"), _("Eigenanteil")],
        [
            *([group.name, *(group.by_state.get(state) for state in STATES), brought_by(group), group.own_share or None] for group in programme.sources),
            [_("Zusammen"), *(_in_state(programme, state) for state in STATES), programme.funded, programme.own_share],
        ],
        frozenset(range(1, 7)),
    )  # fmt: skip
    low, high = programme.uncovered
    balance = ProgrammeTable(
        "deckung", _("Was noch nicht gedeckt ist, in Euro"), [_("Posten"), _("Betrag")],
        [
            [_("Kosten"), programme.total.total], [_("Förderung, auch beantragte und geplante"), programme.funded], [_("Eigenanteil"), programme.own_share],
            [_("Nicht gedeckt, soweit Beträge genannt sind") if _is_open(programme) else _("Nicht gedeckt"), Span(low, high) if programme.knows_uncovered else None],
        ],
        frozenset({1}),
    )  # fmt: skip
    return [costs, financing, balance, monitoring(programme)]


def _in_state(programme: FundedProgramme, state: str) -> int | None:
    """What all sources bring in a state; None where none names an amount."""
    amounts = [group.by_state[state] for group in programme.sources if state in group.by_state]
    return sum(amounts) if amounts else None


def _endless(programme: FundedProgramme) -> list[list[Cell]]:
    """The row of what is paid every year without years: in words, since it is no part of the sum below it."""
    if programme.endless_yearly is None:
        return []
    return [[_("jedes Jahr, Beginn oder Ende nicht genannt"), _a_year(programme.endless_yearly)]]


def _a_year(span: Span) -> str:
    return _("%(amount)s im Jahr") % {"amount": shown(span)}


def _is_open(programme: FundedProgramme) -> bool:
    """Whether what is not covered leaves out costs without years or funding without an amount."""
    return bool(programme.open_funding or programme.endless)


def monitoring(programme: FundedProgramme) -> ProgrammeTable:
    """The list of the measures: state, time, money, dates of grants, last report."""
    heads = [
        _("Maßnahme"), _("Stand"), _("Zuständig"), _("Zeit"), _("Kosten"), _("Bewilligt und abgerufen"), _("Beantragt und geplant"), _("Eigenanteil"),
        _("Bisher ausgegeben"), _("Bewilligt bis"), _("Zweckbindung bis"), _("Letzter Bericht"), _("Nächster Schritt"),
    ]  # fmt: skip
    rows, numeric = [_measure(each) for each in programme.measures], frozenset({4, 5, 6, 7, 8})
    if programme.endless_yearly is not None:
        heads.append(_("Kosten im Jahr, Beginn oder Ende nicht genannt"))
        numeric |= {len(heads) - 1}
        rows = [[*row, each.endless_yearly] for row, each in zip(rows, programme.measures, strict=True)]
    return ProgrammeTable("monitoring", _("Monitoring der Maßnahmen, in Euro"), heads, rows, numeric)


def _measure(each: ProgrammeMeasure) -> list[Cell]:
    measure, report = each.item.measure, each.row.report
    return [
        f"{each.item.number} {each.item.shown_title}".strip() + (f" ({_('Beispiel')})" if each.item.is_example else ""),
        str(each.row.status.state.label), str(measure.responsible or _("noch niemand zuständig")),
        span_words(measure.start_year, measure.end_year) or "–", each.costs, each.funded(State.GRANTED, State.DRAWN), each.funded(State.APPLIED, State.IDEA),
        each.own_share, report.spent_eur if report is not None else None,
        period_words(each.granted_until) if each.granted_until else "–", period_words(each.bound_until) if each.bound_until else "–",
        date_words(report.reported_on) if report is not None else _("noch keiner"), (report.next_step if report is not None else "") or measure.next_step or "–",
    ]  # fmt: skip


def sentences(programme: FundedProgramme) -> list[str]:
    """What the tables come to, and what they do not know."""
    low, high = programme.uncovered
    costs = shown(programme.total.total) if programme.total.total is not None else _("noch offen")
    if programme.paid is None:
        said = [_("Die Kosten sind %(costs)s; was Förderung und Eigenanteil bringen, ist noch nicht genannt.") % {"costs": costs}]  # fmt: skip
    else:
        said = [_("Die Kosten sind %(costs)s; Förderung und Eigenanteil kommen auf %(paid)s.") % {"costs": costs, "paid": euro(programme.paid)}]  # fmt: skip
    if programme.knows_uncovered:
        left = _("Nicht gedeckt, soweit Beträge genannt sind: %(amount)s.") if _is_open(programme) else _("Nicht gedeckt: %(amount)s.")  # fmt: skip
        said.append(left % {"amount": range_words(low, high)})
    if programme.endless_yearly is not None:
        said.append(
            _("Kostenzeilen, die jedes Jahr anfallen, ohne genannten Beginn oder ohne Ende: %(count)s, zusammen %(amount)s; sie sind nicht enthalten.")
            % {"count": programme.endless, "amount": _a_year(programme.endless_yearly)}
        )  # fmt: skip
    if programme.open_costs:
        said.append(_("Kostenzeilen ohne Betrag: %(count)s; sie sind nicht enthalten.") % {"count": programme.open_costs})  # fmt: skip
    if programme.open_funding:
        said.append(_("Finanzierungszeilen ohne Betrag: %(count)s; sie sind nicht enthalten.") % {"count": programme.open_funding})  # fmt: skip
    return said


def notes(programme: FundedProgramme) -> list[str]:
    """What has to be known to read it."""
    prices = _("Kosten verschiedener Preisstände, brutto und netto sind zusammengezählt, wie sie genannt sind, und nicht umgerechnet.")  # fmt: skip
    return [
        *([prices] if programme.mixes_prices else []),
        _("Gesamtmaßnahme ist, was Finanzierungszeilen als Programm nennen; ihre Maßnahmen zählen mit allen Kosten (ohne Folgekosten) und aller Förderung, auch aus anderen Programmen. Abgelehnte Anträge zählen nicht."),
        _("Kostenarten (Vorbereitung, Ordnungsmaßnahmen, Baumaßnahmen) sind nicht erfasst. Ob Kosten förderfähig sind, sagt der Bescheid."),
    ]  # fmt: skip


def workbook(programme: FundedProgramme, about: Sequence[str]) -> BytesIO:
    """A sheet for each table, with amounts as numbers, ranges as two."""
    from xlsxwriter import Workbook  # slow to import, and only needed here

    target = BytesIO()
    book = Workbook(target, {"constant_memory": True, "strings_to_urls": False, "strings_to_formulas": False})
    bold, grouped = book.add_format({"bold": True}), book.add_format({"num_format": "#,##0"})
    first = book.add_worksheet(_("Über diese Datei")[:31])
    first.set_column(0, 0, 100)
    for place, words in enumerate(about):
        first.write_string(place, 0, words)
    names = [_("Kosten"), _("Finanzierung"), _("Deckung"), _("Monitoring")]
    for name, table in zip(names, tables_of(programme), strict=True):
        sheet = book.add_worksheet(shortened(name, LONGEST_SHEET))
        sheet.freeze_panes(1, 1)
        sheet.set_column(0, 0, 50)
        sheet.set_column(1, 20, 20)
        spans = {place for row in table.rows for place, cell in enumerate(row) if isinstance(cell, Span)}
        heads = [word for place, head in enumerate(table.heads) for word in ([_("%(head)s von") % {"head": head}, _("%(head)s bis") % {"head": head}] if place in spans else [head])]  # fmt: skip
        for column, head in enumerate(heads):
            sheet.write_string(0, column, head, bold)
        for line, row in enumerate(table.rows, 1):
            column = 0
            for place, cell in enumerate(row):
                values = _bounds(cell) if place in spans else [cell]
                for value in values:
                    if isinstance(value, int):
                        sheet.write_number(line, column, value, grouped)
                    elif isinstance(value, str) and value != "–":
                        sheet.write_string(line, column, value)
                    column += 1
    book.close()
    target.seek(0)
    return target


def _bounds(cell: Cell) -> list[Any]:
    """An amount as its lower and upper end."""
    if isinstance(cell, Span):
        return [cell.low, cell.high]
    return [cell, cell if isinstance(cell, int) else None]
