"""Areas to compare with, and their values, in a concept package."""

from __future__ import annotations

from collections.abc import Sequence

from insek.engines import periods
from insek.package import Column, Row, Table, register_table

from .models import ComparisonArea, ComparisonValue


def _with_days(made: Sequence[ComparisonValue], rows: Sequence[Row]) -> None:
    """The last day follows from the period."""
    for value in made:
        value.period_end = periods.period_of(value.period).end


register_table(
    Table(
        name="comparison_areas",
        model_path="evidence.ComparisonArea",
        note="Other cities, districts, states and the country that the city compares itself with.",
        order=9,
        key_columns=("code",),
        scope="concept",
        own_columns=(
            Column("code", "text", "Official code, digits only.", required=True),
            Column("name", "text", "Name.", required=True),
            Column("sort", "choice", "What it is.", required=True, choices=ComparisonArea.Sort.values),
        ),
    )
)
register_table(
    Table(
        name="comparison_values",
        model_path="evidence.ComparisonValue",
        note="Values of indicators in areas that the city compares itself with.",
        order=24,
        key_columns=("indicator", "area", "period"),
        scope="indicator__item__concept",
        complete=_with_days,
        own_columns=(
            Column("indicator", "reference", "Id of the indicator.", required=True, refers="indicators"),
            Column("area", "reference", "Code of the area.", required=True, refers="comparison_areas"),
            Column("period", "period", "Period, as in observations.", required=True),
            Column("value", "decimal", "The value, with a point before the decimals.", required=True),
            Column("quality", "text", "How it was found, as in observations.", required=True),
            Column("source_title", "text", "Name of the source; it or its address is needed."),
            Column("source_url", "url", "Address of the source."),
            Column("source_date", "moment", "Day, month or year of the source."),
        ),
    )
)
