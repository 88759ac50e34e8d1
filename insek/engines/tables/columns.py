"""Which column is what: proposed from the words of its head, from what stands in it and from earlier mappings, with a reason.

The score of a column for a wanted field is that of its head (see ``head_words``), lowered where the cells do not look like the
field's kind and where most of them are empty. The last head row counts most; heads of years count by what stands above them.
Columns and fields are brought together from the highest score down, each column once, each field once unless it takes many.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from .column_cells import Option
from .column_samples import ColumnSample
from .found_table import FoundColumn, FoundTable
from .head_scores import head_score
from .head_texts import head_key
from .horizons import NotAHorizon, read_horizon, year_of_sum
from .notes import Note
from .notes import german as _
from .references import KnownNumbers, read_references
from .row_marks import is_time_head

ENOUGH = 0.5
"""Score from which a column is proposed."""
_MAY_BE_NUMBERS = frozenset(
    {
        "number",
        "place_code",
        "original_id",
        "postcode",
        "house_number",
        "abbreviation",
        "age",
        "id",
        "depends",
        "goal",
    }
)
_TOTALS = frozenset({"gesamt", "insgesamt", "summe", "gesamtkosten", "total", "zusammen", "gesamtsumme"})
_IN_CHARGE = re.compile(r"\((?:federführend|federführung|ff\.?|lead)\)", re.IGNORECASE)
STRICT = frozenset({"number", "percent", "money", "year", "date", "period", "horizon"})
BREAKDOWNS = (
    "männlich",
    "weiblich",
    "männer",
    "frauen",
    "male",
    "female",
    "divers",
    "deutsche",
    "ausländer",
    "unter",
    "jungen",
    "mädchen",
    "darunter",
    "davon",
)


@dataclass(frozen=True)
class Wanted:
    """A field that a target can take."""

    key: str
    label: str
    kind: str = "text"
    """One of ``column_reading.KINDS``."""
    meaning: str = ""
    """Key of ``HEAD_WORDS`` whose words are heads of it; the key itself where it is empty."""
    words: Sequence[str] = ()
    """Further heads of it, such as the city's own word."""
    required: bool = False
    many: bool = False
    """Whether several columns may be it: costs of several years."""
    options: Sequence[Option] = ()
    """The words it may have; cells are compared with them."""


@dataclass(frozen=True)
class ColumnProposal:
    """What a column is taken for."""

    column: FoundColumn
    key: str
    """Key of the wanted field; empty where the column is left aside."""
    score: float
    reason: Note
    others: tuple[tuple[str, float], ...] = ()
    """What else it could be, the likeliest first."""
    time: str = ""
    """Year or period in its head, for figures or costs by year."""


def propose_columns(
    table: FoundTable, wanted: Sequence[Wanted], kept: Mapping[str, str] | None = None
) -> list[ColumnProposal]:
    """What each column is, in the order of the columns.

    Parameters
    ----------
    kept : ``head_key`` of a head -> key of the field it was mapped to before; empty for a column that was left aside
    """
    earlier = kept or {}
    known = {one.key for one in wanted}
    scores: dict[int, list[tuple[float, str, str]]] = {}
    fixed: dict[int, str] = {}
    for column in table.columns:
        before = earlier.get(head_key(column.head))
        if before is not None and column.head and (before in known or not before):
            fixed[column.index] = before
            continue
        rated = []
        cells = ColumnSample(table, column)
        for field in wanted:
            score, word = _score(column, cells, field)
            if score >= 0.3:
                rated.append((round(score, 3), field.key, word))
        scores[column.index] = sorted(rated, key=lambda one: (-one[0], one[1]))
    chosen = _brought_together(scores, fixed, wanted)
    _by_content(table, chosen, wanted, fixed)
    _by_words(table, chosen, wanted, fixed)
    _fields_by_section(table, chosen, wanted, fixed)
    proposals = [_proposal(column, chosen, fixed, scores) for column in table.columns]
    many = {one.key for one in wanted if one.many}
    return _without_parts(_total_or_years(table, proposals, many), many)


def _brought_together(
    scores: Mapping[int, Sequence[tuple[float, str, str]]], fixed: Mapping[int, str], wanted: Sequence[Wanted]
) -> dict[int, tuple[float, str, str]]:
    many = {one.key for one in wanted if one.many}
    taken = {key for key in fixed.values() if key and key not in many}
    order = sorted(
        ((score, -column, key, word) for column, rated in scores.items() for score, key, word in rated),
        reverse=True,
    )
    chosen: dict[int, tuple[float, str, str]] = {}
    for score, column, key, word in order:
        if score >= ENOUGH and -column not in chosen and key not in taken:
            chosen[-column] = (score, key, word)
            if key not in many:
                taken.add(key)
    return chosen


def _by_content(
    table: FoundTable,
    chosen: dict[int, tuple[float, str, str]],
    wanted: Sequence[Wanted],
    fixed: Mapping[int, str],
) -> None:
    """What heads do not tell: numbers in the first column, sums with a currency, the first column of distinct texts as title."""
    taken = {key for _score, key, _word in chosen.values()} | set(fixed.values())
    free = [
        one
        for one in table.columns
        if one.index not in chosen and one.index not in fixed and one.origin in {"sheet", "form"}
    ]
    meanings = {one.meaning or one.key: one for one in wanted if one.key not in taken}
    for column in free:
        cells = ColumnSample(table, column)
        if len(cells.cells) < 3 or cells.fill < 0.5:
            continue
        if "number" in meanings and column.index == 0 and cells.is_code() >= 0.9:
            chosen[column.index] = (ENOUGH, meanings.pop("number").key, "")
        elif "costs" in meanings and cells.with_currency() >= 0.5:
            chosen[column.index] = (ENOUGH, meanings.pop("costs").key, "")
        elif (
            "title" in meanings
            and meanings["title"].required
            and 8 <= cells.length() <= 140
            and len(set(cells.texts)) >= 0.9 * len(cells.texts)
        ):
            chosen[column.index] = (ENOUGH, meanings.pop("title").key, "")


def _by_words(
    table: FoundTable,
    chosen: dict[int, tuple[float, str, str]],
    wanted: Sequence[Wanted],
    fixed: Mapping[int, str],
) -> None:
    """What cells say that heads do not: who is in charge among those who take part, and remarks that name other rows."""
    taken = {key for _score, key, _word in chosen.values()} | set(fixed.values())
    free = {one.meaning or one.key: one for one in wanted if one.key not in taken}
    keys = {one.meaning or one.key: one.key for one in wanted}
    for column in table.columns:
        if column.index in fixed:
            continue
        is_others = chosen.get(column.index, (0, "", ""))[1] == keys.get("others", "-")
        texts = [str(row.values[column.index]) for row in table.rows if row.values[column.index] is not None]
        if (
            is_others
            and "unit" in free
            and sum(bool(_IN_CHARGE.search(text)) for text in texts) >= 0.3 * len(texts)
        ):
            chosen[column.index] = (ENOUGH, free.pop("unit").key, "")
    numbers = next(
        (index for index, (_score, key, _word) in chosen.items() if key == keys.get("number", "-")), None
    )
    if "depends" not in free or numbers is None:
        return
    known = KnownNumbers([str(row.values[numbers]) for row in table.rows if row.values[numbers] is not None])
    for column in table.columns:
        if column.index in chosen or column.index in fixed or head_score(column, "notes", ())[0] < ENOUGH:
            continue
        texts = [str(row.values[column.index]) for row in table.rows if row.values[column.index] is not None]
        naming = [read_references(text, known) for text in texts if len(text) <= 80]
        if sum(bool(found.known) and not found.unknown for found in naming) >= max(2, 0.6 * len(texts)):
            chosen[column.index] = (ENOUGH, free["depends"].key, "")
            return


def _total_or_years(
    table: FoundTable, proposals: Sequence[ColumnProposal], many: set[str]
) -> list[ColumnProposal]:
    """A total and the sums of its years in columns of other heads are not both taken: the years where they are all of it, else the total."""
    years = [one for one in proposals if one.key in many and _is_year_of_sum(one)]
    totals = [
        one for one in proposals if years and one.key == years[0].key and one not in years and not one.time
    ]
    dropped: set[int] = set()
    if len(years) > 1 and len(totals) == 1 and not {one.reason.code for one in (*years, *totals)} & {"kept"}:
        sums = []
        for row in table.rows:
            whole = _figure(row.values[totals[0].column.index])
            parts = [_figure(row.values[one.column.index]) for one in years]
            if whole is not None and any(part is not None for part in parts):
                sums.append((whole, sum(part or 0.0 for part in parts)))
        if len(sums) >= 2 and all(part <= whole * 1.001 for whole, part in sums):
            equal = sum(abs(whole - part) <= 0.001 * whole for whole, part in sums) >= 0.8 * len(sums)
            dropped = {one.column.index for one in (totals if equal else years)}
    return [_as_part(one) if one.column.index in dropped else one for one in proposals]


def _is_year_of_sum(one: ColumnProposal) -> bool:
    return bool(one.column.parts) and (
        _says_time(one.column.parts[-1]) or bool(year_of_sum(one.column.parts[-1]))
    )


def _figure(value: object) -> float | None:
    return float(value) if isinstance(value, int | float) and not isinstance(value, bool) else None


def _as_part(one: ColumnProposal) -> ColumnProposal:
    reason = Note("part", _("Teil oder Summe der Spalten daneben; sonst zählte es doppelt"))
    return replace(one, key="", score=0.0, reason=reason, others=((one.key, one.score), *one.others))


def _without_parts(proposals: Sequence[ColumnProposal], many: set[str]) -> list[ColumnProposal]:
    """Of columns under one head that all are one field, a total and its parts are not both taken: years before the total, the total before other parts."""
    groups: dict[tuple[str, str], list[ColumnProposal]] = {}
    for one in proposals:
        if one.key in many and len(one.column.parts) > 1 and one.reason.code != "kept":
            groups.setdefault((one.key, one.column.parts[0]), []).append(one)
    dropped: set[int] = set()
    for group in groups.values():
        totals = [one for one in group if head_key(one.column.parts[-1]) in _TOTALS]
        times = [one for one in group if one.time]
        if len(group) > 1 and totals:
            kept = times or totals
            dropped |= {one.column.index for one in group if one not in kept}
    return [_as_part(one) if one.column.index in dropped else one for one in proposals]


def _fields_by_section(
    table: FoundTable,
    chosen: dict[int, tuple[float, str, str]],
    wanted: Sequence[Wanted],
    fixed: Mapping[int, str],
) -> None:
    """Headings between rows and names of sheets are fields of action where nothing else is."""
    taken = {key for _score, key, _word in chosen.values()} | set(fixed.values())
    field = next((one.key for one in wanted if (one.meaning or one.key) == "field"), "")
    if not field or field in taken:
        return
    for origin in ("section", "sheet_name"):
        for column in table.columns:
            if (
                column.origin == origin
                and table.layout == "table"
                and column.index not in chosen
                and column.index not in fixed
            ):
                chosen[column.index] = (ENOUGH, field, "")
                return


def _says_time(part: str) -> bool:
    """Whether a part of a head is a year, a day or "ab 2028"."""
    if is_time_head(part):
        return True
    try:
        horizon = read_horizon(part)
    except NotAHorizon:
        return False
    return bool(horizon.start or horizon.end)


def _proposal(
    column: FoundColumn, chosen: Mapping[int, tuple[float, str, str]], fixed: Mapping[int, str],
    scores: Mapping[int, Sequence[tuple[float, str, str]]],
) -> ColumnProposal:  # fmt: skip
    time = (
        next((part for part in reversed(column.parts) if _says_time(part)), "")
        if len(column.parts) > 1
        else ""
    )
    if column.index in fixed:
        reason = Note("kept", _("wie beim letzten Mal"))
        return ColumnProposal(column, fixed[column.index], 1.0, reason, (), time)
    rated = scores[column.index]
    others = tuple(
        (key, score)
        for score, key, _word in rated
        if column.index not in chosen or key != chosen[column.index][1]
    )[:4]
    if column.index not in chosen:
        return ColumnProposal(column, "", 0.0, Note("none", _("keine Zuordnung erkannt")), others, time)
    score, key, word = chosen[column.index]
    if not word and column.origin in {"section", "sheet_name"}:
        reason = Note("section", _("Zwischenüberschriften und Blattnamen sind meist Handlungsfelder"))
    elif not word:
        reason = Note("content", _("nach dem, was in der Spalte steht"))
    else:
        reason = Note("head", _("Überschrift wie „%(word)s“"), {"word": word})
    return ColumnProposal(column, key, score, reason, others, time)


def _score(column: FoundColumn, cells: ColumnSample, field: Wanted) -> tuple[float, str]:
    """How well a column fits a field, and the word of the head that says so."""
    head, word = head_score(column, field.meaning or field.key, (*field.words, field.label))
    if head == 0.0 and not field.options:
        return 0.0, ""
    content = cells.share(field.kind, field.options)
    meaning = field.meaning or field.key
    if meaning == "number":
        content = cells.is_code()
    elif meaning == "title":
        content = 1.0 if 8 <= cells.length() <= 140 else 0.4
    elif meaning == "text":
        content = min(1.0, cells.length() / 40)
    if head == 0.0:
        if field.kind == "yesno":
            return 0.0, ""  # a cross says yes to something, and only the head says to what
        by_content = content >= 0.7 and len(cells.cells) >= 3
        return (0.55 * content if by_content else 0.0), ""
    score = head * (0.7 + 0.3 * content)
    if field.kind in STRICT and content < 0.25 and cells.cells and not cells.broken:
        score *= 0.5
    if (
        field.kind == "text"
        and meaning not in _MAY_BE_NUMBERS
        and cells.share("number", ()) > 0.8
        and len(cells.cells) > 2
    ):
        score *= 0.6
    if field.kind == "references" and content < 0.2 and cells.length() > 20:
        score *= 0.6  # sentences name no other item
    if meaning in {"value", "total"} and _is_breakdown(column):
        score *= 0.5
    return score * (0.85 + 0.15 * cells.fill), word


def _is_breakdown(column: FoundColumn) -> bool:
    told = head_key(column.head).split()
    return any(head_key(word) in told for word in BREAKDOWNS)
