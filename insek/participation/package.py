"""How formats and contributions stand in a concept package. Contacts and personal links never do."""

from __future__ import annotations

from insek.concept.models import Milestone
from insek.package import ITEMS, Column, Table, register_table

from .models import Contribution

register_table(
    Table(
        name="formats",
        model_path="participation.Format",
        kind="format",
        note="Ways of taking part: events, walks, questionnaires, map dialogues.",
        order=26,
        own_columns=(
            Column("starts", "date", "First day; the first of the month or year where only that is known."),
            Column("precision", "choice", "How exactly the first day is known.", required=True,
                   choices=Milestone.Precision.values),
            Column("ends", "date", "Last day."),
            Column("place", "text", "Where it took place."),
            Column("people", "integer", "How many people took part; empty where not known."),
            Column("people_rounded", "boolean", "Whether that number is rounded or estimated.", required=True,
                   if_absent="false"),
            Column("results", "text", "What came of it, in own words, in Markdown."),
            Column("open_from", "date", "First day on which contributions are taken; empty: never."),
            Column("open_until", "date", "Last day on which contributions are taken; empty: without end."),
        ),
    )
)  # fmt: skip
register_table(
    Table(
        name="contributions",
        model_path="participation.Contribution",
        kind="contribution",
        note="What people said about the city. Never holds who said it.",
        order=27,
        own_columns=(
            Column("format", "reference", "Id of the format it belongs to.", refers="formats"),
            Column("type", "choice", "Idea, praise, problem or question.", required=True,
                   choices=Contribution.Type.values),
            Column("lon", "decimal", "Longitude of its place, WGS 84."),
            Column("lat", "decimal", "Latitude of its place."),
            Column("district", "reference", "Id of the district it lies in.", refers="districts"),
            Column("about", "reference", "Id of the item it speaks about.", refers=ITEMS,
                   if_absent=""),
            Column("state", "choice", "What moderation made of it.", required=True,
                   choices=Contribution.State.values),
            Column("merged_into", "reference", "Id of the contribution it was merged into.",
                   refers="contributions"),
            Column("rejection_reason", "text", "Why it was rejected."),
            Column("reply", "text", "What the city answered."),
            Column("replied_on", "date", "When the city answered."),
            Column("received_on", "date", "When it came in.", required=True),
            Column("checked", "boolean", "Whether it was sent with a solved proof of work.", required=True),
        ),
        prepare=Contribution.keep_box,
    )
)  # fmt: skip
register_table(
    Table(
        name="minutes",
        model_path="participation.Minutes",
        kind="minutes",
        note="Minutes and documentations of meetings in the process. Hold numbers of people, never names.",
        order=28,
        own_columns=(
            Column("date", "date", "Day; the first of the month or year where only that is known.", required=True),
            Column("precision", "choice", "How exactly the day is known.", required=True,
                   choices=Milestone.Precision.values),
            Column("body", "reference", "Key of the body that met.", refers="bodies"),
            Column("format", "reference", "Id of the format that is documented.", refers="formats"),
            Column("meeting", "text", "Name of the meeting, where it is neither a body nor a format."),
            Column("place", "text", "Where it took place."),
            Column("people", "integer", "How many people came; empty where not known."),
            Column("people_rounded", "boolean", "Whether that number is rounded or estimated.", required=True,
                   if_absent="false"),
            Column("results", "text", "What was decided or agreed, in Markdown."),
            Column("next_meeting", "date", "Day of the next meeting."),
            Column("milestone", "reference", "Key of the step of the process.", refers="milestones"),
        ),
    )
)  # fmt: skip
