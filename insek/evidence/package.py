"""How indicators, their values and their breaks are kept in a concept package."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.utils.translation import gettext as _

from insek.concept.models import Concept, Confidence
from insek.engines.tables.breakdowns import read_key
from insek.engines.text import shortened
from insek.package import Column, Package, Problems, Row, Table, register_table
from insek.people.actors import Actor

from .breakdowns import rows_for
from .derived.package import check_breaks, check_formulas, refuse_derived
from .models import ImportBatch, Indicator, Observation, SeriesBreak


def _that_count(rows: Any) -> Any:
    """Values that count and were entered: derived ones follow from the formula, sums of places from these."""
    return rows.current().filter(indicator__formula="").exclude(batch__is_derived=True)


def _of_entered(rows: Any) -> Any:
    return rows.filter(indicator__formula="")


def _one_batch(concept: Concept, actor: Actor) -> dict[str, Any]:
    """All values of a package are one delivery; deliveries that a replaced concept left empty go."""
    ImportBatch.objects.filter(observations=None, is_valid=True).delete()
    return {"batch": ImportBatch.objects.create(label=_("Konzeptpaket"), author_id=actor.user_id)}


def _with_breakdowns(made: Sequence[Observation], rows: Sequence[Row]) -> None:
    """Lead values to the rows of their parts."""
    parts = rows_for(row.values["breakdown"] for row in rows)
    for observation, row in zip(made, rows, strict=True):
        observation.breakdown_id = parts[row.values["breakdown"]]


def _check_breakdowns(package: Package, problems: Problems) -> None:
    """A part can be understood, and its indicator has such parts."""
    indicators = {row.key[0]: row for row in package.table("indicators") if not row.broken}
    for row in package.table("observations"):
        refuse_derived(row, indicators, problems)
        key, of = row.values.get("breakdown", ""), indicators.get(row.values.get("indicator"))
        if not key or row.broken or of is None:
            continue
        has = Indicator(**{name: of.values[name] for name in ("by_sex", "by_age", "by_other")})
        try:
            missing = read_key(key).dimensions() - has.dimensions
        except ValueError:
            problems.add_in_row("bad_breakdown", row, "breakdown", _("„%(text)s“ ist keine Gliederung.") % {"text": shortened(key, 60)},
                _("Als sex=female, age=3-6, age=65- oder NAME=WORT schreiben, in dieser Reihenfolge und mit Semikolon verbunden."),
            )  # fmt: skip
            continue
        if missing:
            problems.add_in_row("bad_breakdown", row, "breakdown", _("Der Indikator hat diese Gliederung nicht: %(names)s.") % {"names": ", ".join(sorted(missing))},
                _("In indicators.csv by_sex, by_age oder by_other ergänzen, oder die Zeile streichen."),
            )  # fmt: skip


register_table(
    Table(
        name="indicators",
        model_path="evidence.Indicator",
        kind="indicator",
        note="What is measured; the column text says what it tells.",
        order=20,
        in_edition="context",
        own_columns=(
            Column("unit", "text", "Unit of the values.", required=True),
            Column("unit_en", "text", "Unit in English."),
            Column("decimals", "integer", "Decimal places that are shown.", required=True),
            Column(
                "direction", "choice", "Which way is good.", required=True, choices=Indicator.Direction.values
            ),
            Column(
                "periodicity",
                "choice",
                "How often there is a value.",
                required=True,
                choices=Indicator.Periodicity.values,
            ),
            Column("method", "text", "How it is counted or computed."),
            Column(
                "supplied_by",
                "reference",
                "Key of the unit that has its values and is asked for new ones; empty: nobody is.",
                refers="units",
                if_absent="",
            ),
            Column(
                "uncertainty",
                "decimal",
                "Standard error of a value for the whole city, in the unit; empty: not known.",
                if_absent="",
            ),
            Column(
                "adds_up",
                "boolean",
                "Whether the values of places add up to that of the city: numbers and amounts, never shares, averages or densities.",
                required=True,
                if_absent="false",
            ),
            Column(
                "sums_differ",
                "choice",
                "How totals may differ from the sum of their parts: by rounding, by the cell-key method; empty: not at all.",
                choices=Indicator.SumsDiffer.values,
                if_absent="",
            ),
            Column(
                "needs_basis",
                "boolean",
                "Whether each value must say on which count of the population it rests.",
                required=True,
                if_absent="false",
            ),
            Column(
                "by_sex",
                "boolean",
                "Whether there are values of men and women.",
                required=True,
                if_absent="false",
            ),
            Column(
                "by_age",
                "boolean",
                "Whether there are values of ages and age groups.",
                required=True,
                if_absent="false",
            ),
            Column("by_other", "text", "Names of further breakdowns, separated by semicolons.", if_absent=""),
            Column(
                "formula",
                "text",
                "How its values follow from those of others: ids in square brackets, + - * / ( ) and numbers, such as `[k7mq2xfa] / [b3np9wvc] * 100`; behind an id may stand a part, as in `breakdown` of `observations`: `[k7mq2xfa|sex=female;age=0-6]`; "
                "then it has no rows in `observations` and `series_breaks`. Empty: they are entered.",
                if_absent="",
            ),
        ),
        check=check_formulas,
    )
)
register_table(
    Table(
        name="observations",
        model_path="evidence.Observation",
        note="Values of indicators by place, period and part; corrected values only in their last form.",
        order=21,
        key_columns=("indicator", "district", "period", "breakdown"),
        scope="indicator__item__concept",
        lookups={"breakdown": "breakdown__key"},
        complete=_with_breakdowns,
        check=_check_breakdowns,
        own_columns=(
            Column("indicator", "reference", "Id of the indicator.", required=True, refers="indicators"),
            Column("district", "reference", "Id of the place.", required=True, refers="districts"),
            Column(
                "period",
                "period",
                "Reporting day, or 2024, 2024-06, 2024-Q1, 2024-H1, 2022/23 (school year), 2020-2022, or two days with a slash between.",
                required=True,
            ),
            Column(
                "breakdown",
                "text",
                "The part: `sex=female`, `age=3-6` (up to below 6), `age=65-`, NAME=WORD, joined by semicolons; empty: the whole.",
                if_absent="",
            ),
            Column(
                "value",
                "decimal",
                "The value, with a point before the decimals; empty where the quality says why there is none.",
            ),
            Column(
                "quality",
                "choice",
                "How it was found, or why there is none.",
                required=True,
                choices=Observation.Quality.values,
            ),
            Column("source_title", "text", "Name of the source; it or its address is needed."),
            Column("source_url", "url", "Address of the source."),
            Column("source_date", "moment", "Day, month or year of the source."),
            Column("confidence", "choice", "How sure the source is.", choices=Confidence.values),
            Column("note", "text", "Note."),
            Column("standard_error", "decimal", "Standard error of this value, in the unit.", if_absent=""),
            Column("sample_size", "integer", "How many were asked or measured.", if_absent=""),
            Column(
                "basis",
                "choice",
                "On which count of the population it rests; empty: on none, or nobody said.",
                choices=SeriesBreak.Basis.values,
                if_absent="",
            ),
        ),
        select=_that_count,
        shared_values=_one_batch,
    )
)
register_table(
    Table(
        name="series_breaks",
        model_path="evidence.SeriesBreak",
        note="From this period on, values of the indicator cannot be compared with those before.",
        order=22,
        key_columns=("indicator", "period"),
        scope="indicator__item__concept",
        own_columns=(
            Column("indicator", "reference", "Id of the indicator.", required=True, refers="indicators"),
            Column("period", "period", "First period after the break.", required=True),
            Column("reason", "text", "What changed.", required=True),
            Column(
                "basis",
                "choice",
                "On which count of the population values rest from then on.",
                choices=SeriesBreak.Basis.values,
                if_absent="",
            ),
        ),
        select=_of_entered,
        check=check_breaks,
    )
)
