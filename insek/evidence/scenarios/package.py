"""How scenarios are kept in a concept package; results are computed again from what is in it."""

from __future__ import annotations

from insek.package import Column, Table, register_table

from .models import Scenario

register_table(
    Table(
        name="scenarios",
        model_path="evidence.Scenario",
        kind="scenario",
        note="Assumptions about the people of the city ahead in time; what follows from them is computed again, the same for the same seed.",
        order=22,
        in_edition="context",
        own_columns=(
            Column("people", "reference", "Id of the indicator that counts inhabitants.", required=True, refers="indicators"),
            Column("ages", "reference", "Id of the indicator that counts them by age.", refers="indicators"),
            Column("places", "reference", "Id of the indicator that counts them by district.", refers="indicators"),
            Column("births", "reference", "Id of the indicator that counts births.", refers="indicators"),
            Column("deaths", "reference", "Id of the indicator that counts deaths.", refers="indicators"),
            Column("path", "choice", "Which ready assumptions, or own ones.", required=True, choices=Scenario.Path.values),
            Column("years", "integer", "How many years ahead, 1 to 40.", required=True),
            Column("births_change", "decimal", "Percent by which births per woman are higher in the last year, of own assumptions.", required=True),
            Column("deaths_change", "decimal", "Percent by which the risk to die is higher in the last year, of own assumptions.", required=True),
            Column("net_migration", "integer", "People a year the city gains by moves, of own assumptions; empty: as in the past, fading."),
            Column("household_size", "decimal", "People in a household today; empty: no housing demand is computed.", if_absent=""),
            Column("dwellings", "reference", "Id of the indicator that counts dwellings; empty: as many as the households of today need.", refers="indicators", if_absent=""),
            Column("reserve", "decimal", "Percent of dwellings that stand empty so that moves are possible.", required=True, if_absent="3"),
            Column("replacement", "decimal", "Percent of dwellings lost or torn down a year.", required=True, if_absent="0.3"),
            Column("density", "decimal", "Dwellings on a hectare of new housing land; empty: no hectares are said.", if_absent=""),
            Column("pipeline", "integer", "Dwellings of projects under way; empty: not known.", if_absent=""),
            Column("inner_sites", "integer", "Further dwellings that sites inside the built area can take; empty: not known.", if_absent=""),
            Column("threshold", "integer", "New dwellings that the regional plan allows until the last year; empty: not known.", if_absent=""),
            Column("seed", "integer", "Seed of the draws.", required=True),
        ),
    )
)  # fmt: skip
