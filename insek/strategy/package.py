"""How vision, guidelines, goals and measures are kept in a concept package."""

from __future__ import annotations

from django.utils.translation import gettext as _

from insek.package import Column, Package, Problems, Table, register_older, register_table

from .dependencies import check_circles
from .former_costs import read_former_costs
from .models import Measure
from .services import DEEPEST_LEVEL


def _check_depth(package: Package, problems: Problems) -> None:
    """Goals stand at most DEEPEST_LEVEL deep; circles are noted elsewhere."""
    above = {row.key[0]: row.values.get("parent") for row in package.table("goals")}
    for row in package.table("goals"):
        depth, here, seen = 1, above.get(row.key[0]), {row.key[0]}
        while here and here not in seen:
            seen.add(here)
            depth, here = depth + 1, above.get(here)
        if not here and depth > DEEPEST_LEVEL:
            problems.add(
                "too_deep",
                file=row.table.path,
                row=row.line,
                column="parent",
                message=_("Das Ziel steht auf der %(depth)s. Ebene.") % {"depth": depth},
                advice=_("Ziele lassen sich höchstens vier Ebenen tief gliedern."),
            )


register_table(
    Table(
        name="visions",
        model_path="strategy.Vision",
        kind="vision",
        note="The picture of the city at the horizon (Leitbild, Charta).",
        order=40,
        in_edition="part",
        own_columns=(),
    )
)
register_table(
    Table(
        name="guidelines",
        model_path="strategy.Guideline",
        kind="guideline",
        note="Guidelines (Leitlinien) that hold across all fields.",
        order=41,
        in_edition="part",
        own_columns=(),
    )
)
register_table(
    Table(
        name="goals",
        model_path="strategy.Goal",
        kind="goal",
        note="What the city wants to reach.",
        order=42,
        in_edition="part",
        own_columns=(
            Column("horizon_year", "integer", "Year by which it shall be reached."),
            Column("parent", "reference", "Id of the goal above.", refers="goals"),
        ),
        check=_check_depth,
    )
)
register_table(
    Table(
        name="measures",
        model_path="strategy.Measure",
        kind="measure",
        note="What is done, by whom and when.",
        order=43,
        in_edition="part",
        own_columns=(
            Column("type", "choice", "Investive, conceptual or permanent.", choices=Measure.Type.values),
            Column(
                "is_lighthouse",
                "boolean",
                "Whether it is a lighthouse project (Leuchtturmprojekt).",
                required=True,
            ),
            Column("responsible", "reference", "Key of the responsible unit.", refers="units"),
            Column("partners", "text", "Who takes part."),
            Column("priority", "integer", "1, 2 or 3."),
            Column("start_year", "integer", "First year."),
            Column("end_year", "integer", "Last year."),
            Column("next_step", "text", "What comes next."),
            Column("occasion", "text", "Why now (Anlass)."),
            Column("planning_law", "text", "What planning law it needs.", if_absent=""),
            Column("ownership", "text", "Whose ground it is.", if_absent=""),
            Column(
                "entry_state",
                "text",
                "How it stood when it was entered, in the words of the office.",
                if_absent="",
            ),
        ),
        check=check_circles,
    )
)
register_older("costs of measures", read_former_costs)
