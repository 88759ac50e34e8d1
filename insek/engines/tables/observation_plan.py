"""How a table of figures is laid out: place by year, one figure a row, several indicators beside each other, men and women,
files of GENESIS in their old and new form. Proposed from heads and contents; a person may change each part."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from insek.engines.text.folding import fold

from .breakdowns import AgeGroup, Cut, cut_words
from .column_cells import Option
from .columns import Wanted, propose_columns
from .found_table import FoundColumn, FoundTable
from .head_texts import head_key
from .row_marks import is_number_like, is_time_head
from .time_spans import NotATime, read_time

UNIT_WORDS = frozenset(
    {
        "anzahl",
        "number",
        "prozent",
        "percent",
        "in prozent",
        "euro",
        "eur",
        "tsd",
        "personen",
        "ha",
        "qm",
        "km",
        "in",
        "st",
        "stueck",
    }
)
_UNIT = re.compile(
    r"(?:in\s+)?(?:%|€|eur(?:o)?|tsd\.?|1\.?000|ha|m²|km²|qm|anzahl|number|prozent|personen|persons)(?:\s*(?:€|eur))?",
    re.IGNORECASE,
)
_REGIONAL = re.compile(
    r"(?:KREISE|GEMEIN|DLAND|DINSG|REGBEZ|REGIO|KRES?|GEM|GVB|NUTS|STADT|LAND)", re.IGNORECASE
)
_STAND = re.compile(
    r"(?:stand|stichtag|zum|am|jeweils)\D{0,25}((?:\d{1,2}\.\s?\d{1,2}\.\s?)?(?:19|20)\d\d)", re.IGNORECASE
)
_YEAR = re.compile(r"(?<!\d)((?:19|20)\d\d)(?!\d)")


@dataclass(frozen=True)
class FigureColumn:
    """A column of figures, and what its head says of them."""

    column: int
    indicator: str = ""
    """Words of the head that are neither time nor breakdown nor unit."""
    time: str = ""
    cut: Cut = field(default_factory=Cut)
    unit: str = ""


@dataclass(frozen=True)
class ObservationPlan:
    """Which column is what; numbers are places in the values of a row, None where there is none."""

    shape: str
    """``wide`` (times in heads), ``long`` (a time in each row) or ``genesis``."""
    figures: tuple[FigureColumn, ...] = ()
    place: int | None = None
    place_code: int | None = None
    period: int | None = None
    indicator: int | None = None
    unit: int | None = None
    status: int | None = None
    source: int | None = None
    sex: int | None = None
    age: int | None = None
    age_from: int | None = None
    age_to: int | None = None
    """Up to below this age."""
    age_to_counts: bool = False
    """Whether the age in ``age_to`` itself counts: 3 to 5 instead of 3 to below 6."""
    other: tuple[tuple[str, int], ...] = ()
    """Name and column of further breakdowns."""
    time: str = ""
    """The time of all figures where neither head nor row says one; proposed from the titles."""

    def as_json(self) -> dict[str, Any]:
        plain = {name: getattr(self, name) for name in _PLAIN}
        return plain | {
            "other": [list(one) for one in self.other],
            "figures": [
                {
                    "column": one.column, "indicator": one.indicator, "time": one.time, "unit": one.unit, "sex": one.cut.sex,
                    "age": None if one.cut.age is None else [one.cut.age.start, one.cut.age.end], "other": [list(pair) for pair in one.cut.other],
                }
                for one in self.figures
            ],
        }  # fmt: skip

    @classmethod
    def from_json(cls, kept: Mapping[str, Any]) -> ObservationPlan:
        figures = tuple(
            FigureColumn(
                one["column"], one["indicator"], one["time"],
                Cut(one["sex"], None if one["age"] is None else AgeGroup(*one["age"]), tuple((name, word) for name, word in one["other"])), one["unit"],
            )
            for one in kept["figures"]
        )  # fmt: skip
        return cls(
            **{name: kept[name] for name in _PLAIN},
            figures=figures,
            other=tuple((n, c) for n, c in kept["other"]),
        )


_PLAIN = ("shape", "place", "place_code", "period", "indicator", "unit", "status", "source", "sex", "age", "age_from", "age_to", "age_to_counts", "time")  # fmt: skip


def propose_plan(
    table: FoundTable, places: Sequence[Option] = (), kept: Mapping[str, str] | None = None
) -> ObservationPlan:
    """How the table is laid out.

    Parameters
    ----------
    places : the places there are; a column whose words are places is theirs whatever its head says
    kept : ``head_key`` of a head -> meaning it had before (``place``, ``period``, ``value``, …)
    """
    heads = {head_key(column.head).replace(" ", "_"): column.index for column in table.columns}
    if "statistik_code" in heads or "statistics_code" in heads:
        return _genesis(table, heads)
    heads_of_figures = [column for column in table.columns if _is_time_column(column)]
    named = _named(table, heads_of_figures, places, kept)
    if "age_to" not in named or "age_from" not in named:
        named.pop("age_from", None)
        named.pop("age_to", None)
    taken = {index for key, index in named.items() if key != "value"}
    _place_by_rest(table, named, taken, heads_of_figures)
    figures = [
        figure_of(column)
        for column in table.columns
        if column.index not in taken and _holds_figures(table, column)
    ]
    if heads_of_figures:
        wide = {column.index for column in heads_of_figures}
        figures = [one for one in figures if one.column in wide]
    elif "value" in named and not any(not one.cut.is_total for one in figures):
        chosen = [one for one in figures if one.column == named["value"]]
        # several columns of figures beside each other are several indicators, one of them is not chosen
        figures = chosen if len(figures) == 1 or "indicator" in named else figures
    if len(figures) == 1 and not heads_of_figures:
        figures = [
            FigureColumn(
                figures[0].column,
                "" if _says_value(figures[0].indicator) else figures[0].indicator,
                "",
                figures[0].cut,
                figures[0].unit,
            )
        ]
    to_head = next((head_key(one.head) for one in table.columns if one.index == named.get("age_to")), "")
    return ObservationPlan(
        "wide" if heads_of_figures else "long", tuple(figures), named.get("place"), named.get("place_code"),
        None if heads_of_figures and all(one.time for one in figures) else named.get("period"), named.get("indicator"), named.get("measure_unit"),
        named.get("status"), named.get("source"), named.get("sex"), named.get("age"), named.get("age_from"), named.get("age_to"),
        "age_to" in named and to_head in {"bis", "age to", "alter bis", "to"},
        time="" if heads_of_figures or "period" in named else _time_in_titles(table),
    )  # fmt: skip


_WORDED = ("place", "indicator", "measure_unit", "status", "source", "sex", "age")
_COUNTED = (
    ("place", "place"),
    ("place_code", "text"),
    ("period", "period"),
    ("value", "number"),
    ("age", "text"),
    ("age_from", "number"),
    ("age_to", "number"),
)


def _named(
    table: FoundTable, times: Sequence[FoundColumn], places: Sequence[Option], kept: Mapping[str, str] | None
) -> dict[str, int]:
    """Meaning -> column: first columns of words, then what is left, so that a head over figures names no breakdown of rows."""
    figures = [column for column in table.columns if _holds_figures(table, column)]

    def wanted(key: str, kind: str) -> Wanted:
        return Wanted(key, key, kind, options=tuple(places) if key == "place" else ())

    words = propose_columns(
        _without(table, [*times, *figures]),
        [wanted(key, "place" if key == "place" else "text") for key in _WORDED],
        kept,
    )
    named = {one.key: one.column.index for one in words if one.key}
    gone = [*times, *(one.column for one in words if one.key)]
    rest = propose_columns(
        _without(table, gone), [wanted(key, kind) for key, kind in _COUNTED if key not in named], kept
    )
    return named | {one.key: one.column.index for one in rest if one.key}


def _without(table: FoundTable, columns: Sequence[FoundColumn]) -> FoundTable:
    """The table for naming columns: those with times in their heads are figures in any case."""
    gone = {column.index for column in columns}
    return FoundTable(
        table.sheet, table.layout, table.head_rows, columns=[one for one in table.columns if one.index not in gone], rows=table.rows, broken=table.broken
    )  # fmt: skip


def _is_time_column(column: FoundColumn) -> bool:
    return column.origin == "sheet" and any(_is_time(part) for part in column.parts or (column.head,) if part)


def _is_time(text: str) -> bool:
    if is_time_head(text):
        return True
    try:
        return bool(read_time(text)) and any(map(str.isdigit, text))
    except NotATime:
        return False


def _holds_figures(table: FoundTable, column: FoundColumn) -> bool:
    if column.origin != "sheet":
        return False
    cells = [row.values[column.index] for row in table.rows if row.values[column.index] is not None][:200]
    if not cells:
        return any(index == column.index for _sheet, _row, index in table.broken)
    signs = {"-", "–", ".", "*", "x", "X", "/", "...", "…", "—", "k. A.", "k.A."}
    numbers = sum(
        is_number_like(cell) or str(cell).strip() in signs or str(cell).strip().endswith("%")
        for cell in cells
    )
    return numbers >= 0.6 * len(cells)


def _place_by_rest(
    table: FoundTable, named: dict[str, int], taken: set[int], times: Sequence[FoundColumn]
) -> None:
    """Where no head says it, the first column of words is the place; a column of codes before a column of names is not."""
    gone = {column.index for column in times}
    if "place" in named:
        current = next(one for one in table.columns if one.index == named["place"])
        following = next(
            (
                one
                for one in table.columns
                if one.index == current.index + 1 and one.index not in gone | taken
            ),
            None,
        )
        if (
            _holds_figures(table, current)
            and following is not None
            and not following.head
            and not _holds_figures(table, following)
        ):
            named.setdefault("place_code", current.index)
            named["place"] = following.index
            taken.add(following.index)
        return
    for column in table.columns:
        if (
            column.origin == "sheet"
            and column.index not in taken | gone
            and not _holds_figures(table, column)
        ):
            named["place"] = column.index
            taken.add(column.index)
            return


def figure_of(column: FoundColumn) -> FigureColumn:
    """What the head of a column of figures says: its indicator, time, breakdown and unit, in rows of heads or in one line.

    ``Einwohner 2023``, ``2023 · männlich``, ``31.12.2023``, ``BEV__Bevoelkerung__Anzahl`` of GENESIS.
    """
    if column.head.count("__") >= 1 and " " not in column.head:
        named = [part.replace("_", " ") for part in column.head.split("__")]
        return FigureColumn(column.index, named[1], "", Cut(), named[-1] if len(named) > 2 else "")
    parts = [" ".join(part.split()) for part in column.parts or (column.head,) if part]
    time = next((part for part in reversed(parts) if _is_time(part)), "")
    if not time:
        time, parts = _time_within(parts)
    cut, rest = cut_words([part for part in parts if not _is_time(part)])
    unit = next((part for part in rest if _UNIT.fullmatch(part.strip("() "))), "")
    words = [part for part in rest if part != unit and fold(part) not in {"geschlecht", "alter", "sex"}]
    return FigureColumn(column.index, " · ".join(dict.fromkeys(words)), time, cut, unit)


_WITHIN = re.compile(
    r"^(?P<before>.*?)[\s·,:(–-]*(?P<time>(?:\d{1,2}\.\d{1,2}\.)?(?:19|20)\d\d(?:/\d\d(?!\d))?)[\s·,:)–-]*(?P<behind>.*)$",
    re.S,
)


def _time_within(parts: Sequence[str]) -> tuple[str, list[str]]:
    """A year or day within a part, and the parts without it."""
    for place in range(len(parts) - 1, -1, -1):
        if (hit := _WITHIN.match(parts[place])) and _is_time(hit["time"]):
            rest = [" ".join(text.split()).strip(" ,·:()–-") for text in (hit["before"], hit["behind"])]
            return hit["time"], [*parts[:place], *filter(None, rest), *parts[place + 1 :]]
    return "", list(parts)


def breakdown_name(table: FoundTable, index: int) -> str:
    """What a column of further parts is called: its head, or in files of GENESIS the label of the variable beside it."""
    heads = {head_key(column.head).replace(" ", "_"): column for column in table.columns}
    own = next((name for name, column in heads.items() if column.index == index), "")
    for of_values, of_names in (
        ("_auspraegung_label", "_merkmal_label"),
        ("_variable_attribute_label", "_variable_label"),
    ):
        if (
            own.endswith(of_values)
            and (named := heads.get(own.removesuffix(of_values) + of_names)) is not None
        ):
            texts = (row.values[named.index] for row in table.rows)
            return next((str(text).strip() for text in texts if text is not None), own)
    return next((" ".join(column.shown.split()) for column in table.columns if column.index == index), "")


def _says_value(head: str) -> bool:
    return fold(head) in {
        "wert",
        "value",
        "anzahl",
        "zahl",
        "betrag",
        "count",
        "insgesamt",
        "ergebnis",
        "messwert",
    }


def _time_in_titles(table: FoundTable) -> str:
    """A time that the titles say: "Stand: 31.12.2023"."""
    for title in table.titles:
        if hit := _STAND.search(title):
            return hit[1]
    years = {hit[1] for title in table.titles for hit in _YEAR.finditer(title)}
    return years.pop() if len(years) == 1 else ""


def _genesis(table: FoundTable, heads: Mapping[str, int]) -> ObservationPlan:
    """A flat file of GENESIS: the old form has a column for each figure, the new one a value in each row."""
    old = "statistik_code" in heads
    time = heads["zeit" if old else "time"]
    variable, attribute = ("merkmal", "auspraegung") if old else ("variable", "variable_attribute")
    place = place_code = sex = age = None
    other: list[tuple[str, int]] = []
    for number in range(1, 9):
        code, label = heads.get(f"{number}_{variable}_code"), heads.get(f"{number}_{variable}_label")
        value = heads.get(f"{number}_{attribute}_label")
        if code is None or value is None:
            continue
        codes = {str(row.values[code]).strip() for row in table.rows if row.values[code] is not None}
        first = next(iter(codes), "")
        if _REGIONAL.match(first) and place is None:
            place, place_code = value, heads.get(f"{number}_{attribute}_code")
        elif first.startswith("GES") and sex is None:
            sex = value
        elif first.startswith("ALT") and age is None:
            age = value
        else:
            labels = [
                str(row.values[label])
                for row in table.rows
                if label is not None and row.values[label] is not None
            ]
            other.append((labels[0] if labels else first, value))
    if old:
        after = max(index for name, index in heads.items() if "_auspraegung_" in name)
        figures = [figure_of(column) for column in table.columns if column.index > after]
        return ObservationPlan(
            "genesis", tuple(figures), place, place_code, time, sex=sex, age=age, other=tuple(other)
        )
    return ObservationPlan(
        "genesis", (FigureColumn(heads["value"]),), place, place_code, time, heads.get("value_variable_label"), heads.get("value_unit"),
        heads.get("value_q"), sex=sex, age=age, other=tuple(other),
    )  # fmt: skip
