"""How findings are kept in a concept package."""

from collections.abc import Callable
from typing import Any

from django.db.models import QuerySet

from insek.package import Column, Table, register_table

from .models import Finding
from .rating_models import DIMENSIONS, RatingSheet


def _never(rows: QuerySet[Any]) -> QuerySet[Any]:
    """The arrangement of the board is never given to the public."""
    return rows.none()


def _made_up(round_of: str) -> Callable[[QuerySet[Any]], QuerySet[Any]]:
    """What people answered is never given to the public; only made-up answers of an example that is shown are."""
    return lambda rows: rows.filter(
        **{f"{round_of}is_example": True, f"{round_of}published_on__isnull": False}
    )


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
            Column(
                "is_assertion",
                "boolean",
                "Whether it is known to be an assertion that nothing proves.",
                required=True,
                if_absent="false",
            ),
        ),
    )
)
register_table(
    Table(
        name="board_cards",
        model_path="findings.BoardCard",
        scope="finding__item__concept",
        note="Where findings lie on the board, and in which group; a working arrangement that the public never gets.",
        order=31,
        key_columns=("finding",),
        public=_never,
        own_columns=(
            Column("finding", "reference", "Id of the finding.", required=True, refers="findings"),
            Column(
                "position", "integer", "Place among the cards; the smaller number comes first.", required=True
            ),
            Column("group", "text", "Heading under which it lies with others."),
        ),
    )
)


register_table(
    Table(
        name="rating_rounds",
        model_path="findings.RatingRound",
        note="Rounds in which groups rate the findings. Of rounds, groups and answers the public profile holds made-up ones alone.",
        order=95,
        public=_made_up(""),
        own_columns=(
            Column("key", "key", "Key of the round.", required=True),
            Column("title", "text", "What it is called.", required=True),
            Column("text", "text", "What those who are asked read."),
            Column(
                "field", "reference", "Key of the field of action; empty: the whole city.", refers="fields"
            ),
            Column("opens_on", "date", "First day.", required=True),
            Column("closes_on", "date", "Last day.", required=True),
            Column("is_anonymous", "boolean", "Whether no name is asked.", required=True),
            Column("includes_internal", "boolean", "Whether internal findings are rated too.", required=True),
            Column(
                "threshold",
                "integer",
                "Groups with fewer answers are not shown by themselves.",
                required=True,
            ),
            Column("earlier", "reference", "Key of the round it is compared with.", refers="rating_rounds"),
            Column("is_example", "boolean", "Whether its answers are made up.", required=True),
            Column("published_on", "date", "Day on which its results became public."),
        ),
    )
)
register_table(
    Table(
        name="rating_groups",
        model_path="findings.RatingGroup",
        scope="round__concept",
        note="Groups that are asked in a round. Links and codes are made anew where a package is read.",
        order=96,
        public=_made_up("round__"),
        own_columns=(
            Column("key", "key", "Key of the group.", required=True),
            Column("round", "reference", "Key of the round.", required=True, refers="rating_rounds"),
            Column("position", "integer", "Place among the groups.", required=True),
            Column("name", "text", "What it is called.", required=True),
        ),
    )
)
register_table(
    Table(
        name="rating_sheets",
        model_path="findings.RatingSheet",
        scope="group__round__concept",
        note="One sheet for each person who answered. Never holds who that was.",
        order=97,
        public=_made_up("group__round__"),
        own_columns=(
            Column("key", "key", "Key of the sheet.", required=True),
            Column("group", "reference", "Key of the group.", required=True, refers="rating_groups"),
            Column(
                "way",
                "choice",
                "By link, in a workshop or on paper.",
                required=True,
                choices=RatingSheet.Way.values,
            ),
            Column("received_on", "date", "Day on which it came.", required=True),
        ),
    )
)
register_table(
    Table(
        name="ratings",
        model_path="findings.Rating",
        scope="sheet__group__round__concept",
        note="How a person rates a finding, from 1 (little) to 5 (much).",
        order=98,
        key_columns=("sheet", "finding"),
        public=_made_up("sheet__group__round__"),
        own_columns=(
            Column("sheet", "reference", "Key of the sheet.", required=True, refers="rating_sheets"),
            Column("finding", "reference", "Id of the finding.", required=True, refers="findings"),
            *(Column(name, "integer", f"The answer about {name}, 1 to 5.") for name in DIMENSIONS),
        ),
    )
)
