"""How analyses of reachability are kept in a concept package; results are computed again from what is in it and the base map."""

from __future__ import annotations

from insek.package import Column, Table, register_table

from .models import ReachAnalysis

register_table(
    Table(
        name="reach_analyses",
        model_path="evidence.ReachAnalysis",
        kind="reach",
        note="What is to be reached by whom within how many minutes; results are computed again, from the base map of the installation.",
        order=23,
        in_edition="context",
        own_columns=(
            Column("facilities", "text", "stops, stations, names, list, kind:NAME of items or layer:KEY of areas.", required=True),
            Column("words", "text", "Only those whose name holds one of these words, divided by commas."),
            Column("points", "text", "Own list: a line each, name; latitude; longitude."),
            Column("mode", "choice", "On foot or by bicycle.", required=True, choices=ReachAnalysis.Mode.values),
            Column("minutes", "integer", "Within how many minutes, 1 to 90.", required=True),
            Column("people", "reference", "Id of the indicator that counts inhabitants by district.", required=True, refers="indicators"),
            Column("spread", "choice", "Over what the people of a district are spread first.", required=True, choices=ReachAnalysis.Spread.values),
        ),
    )
)  # fmt: skip
