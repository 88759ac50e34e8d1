"""How indicators, their values and their breaks are kept in a concept package."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext as _

from insek.concept.models import Concept, Confidence
from insek.package import Column, Table, register_table
from insek.people.actors import Actor

from .models import ImportBatch, Indicator, Observation


def _that_count(rows: Any) -> Any:
    return rows.current()


def _one_batch(concept: Concept, actor: Actor) -> dict[str, Any]:
    """All values of a package are one delivery; deliveries that a replaced concept left empty go."""
    ImportBatch.objects.filter(observations=None, is_valid=True).delete()
    return {"batch": ImportBatch.objects.create(label=_("Konzeptpaket"), author_id=actor.user_id)}


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
            Column("title_en", "text", "Title in English."),
            Column(
                "uncertainty",
                "decimal",
                "Standard error of a value for the whole city, in the unit; empty: not known.",
                if_absent="",
            ),
        ),
    )
)
register_table(
    Table(
        name="observations",
        model_path="evidence.Observation",
        note="Values of indicators by place and period; corrected values only in their last form.",
        order=21,
        key_columns=("indicator", "district", "period"),
        scope="indicator__item__concept",
        own_columns=(
            Column("indicator", "reference", "Id of the indicator.", required=True, refers="indicators"),
            Column("district", "reference", "Id of the place.", required=True, refers="districts"),
            Column("period", "moment", "Year, month or reporting day.", required=True),
            Column("value", "decimal", "The value, with a point before the decimals.", required=True),
            Column(
                "quality", "choice", "How it was found.", required=True, choices=Observation.Quality.values
            ),
            Column("source_title", "text", "Name of the source; it or its address is needed."),
            Column("source_url", "url", "Address of the source."),
            Column("source_date", "moment", "Day, month or year of the source."),
            Column("confidence", "choice", "How sure the source is.", choices=Confidence.values),
            Column("note", "text", "Note."),
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
            Column("period", "moment", "First period after the break.", required=True),
            Column("reason", "text", "What changed.", required=True),
        ),
    )
)
