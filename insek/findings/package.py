"""How findings are kept in a concept package."""

from insek.package import Column, Table, register_table

from .models import Finding

register_table(
    Table(
        name="findings",
        model_path="findings.Finding",
        kind="finding",
        note="Strengths, weaknesses, opportunities and threats.",
        order=30,
        in_edition="part",
        own_columns=(
            Column("type", "choice", "Which of the four it is.", required=True, choices=Finding.Type.values),
        ),
    )
)
