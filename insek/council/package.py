"""How papers and resolutions stand in a concept package."""

from insek.thread.package import Column, Table, register_table

from .models import Resolution

register_table(
    Table(
        name="papers",
        model_path="council.Paper",
        kind="paper",
        note="Papers (Vorlagen) put before a body.",
        order=50,
        own_columns=(
            Column("reference", "text", "Reference, such as 0466/2020."),
            Column("date", "date", "Day of the paper."),
            Column("unit", "reference", "Key of the unit that wrote it.", refers="units"),
        ),
    )
)
register_table(
    Table(
        name="resolutions",
        model_path="council.Resolution",
        kind="resolution",
        note="Decisions (Beschlüsse) of bodies.",
        order=51,
        own_columns=(
            Column("reference", "text", "Reference."),
            Column("date", "date", "Day of the decision.", required=True),
            Column("body", "reference", "Key of the body that decided.", required=True, refers="bodies"),
            Column("paper", "reference", "Id of the paper it decided on.", refers="papers"),
            Column("outcome", "choice", "What came out.", required=True, choices=Resolution.Outcome.values),
            Column("votes_yes", "integer", "Votes in favour."),
            Column("votes_no", "integer", "Votes against."),
            Column("votes_abstain", "integer", "Abstentions."),
            Column("unanimous", "boolean", "Whether nobody voted against."),
            Column("edition", "reference", "Key of the edition it adopted.", refers="editions"),
            Column(
                "adopted_fields", "references", "Keys of the fields of action it adopted.", refers="fields"
            ),
        ),
    )
)
