"""How formats and contributions are kept in a concept package. Contacts and personal links never are."""

from __future__ import annotations

from django.utils.translation import gettext as _

from insek.concept.models import Milestone
from insek.package import ITEMS, Column, Package, Problems, Table, register_table
from insek.places.models import District

from .models import Contribution
from .surroundings import Whereabouts, lies


def _check_places(package: Package, problems: Problems) -> None:
    """Contributions lie in the city or near it."""
    city = next(
        (
            row
            for row in package.table("districts")
            if not row.broken and row.values["level"] == District.Level.CITY
        ),
        None,
    )
    outline = city.values["geometry"] if city else None
    crs = next((row.values["metric_crs"] for row in package.table("concept") if not row.broken), None)
    if outline is None or crs is None:
        return
    for row in package.table("contributions"):
        lon, lat = (None, None) if row.broken else (row.values["lon"], row.values["lat"])
        if lon is None or lat is None or lies(outline, crs, float(lon), float(lat)) != Whereabouts.FAR:
            continue
        problems.add(
            "outside_city",
            file=row.table.path,
            row=row.line,
            column="lon",
            message=_("„%(title)s“ liegt weit außerhalb der Stadt.") % {"title": row.values["title"]},
            advice=_("Länge und Breite prüfen oder beide weglassen: Sind sie vertauscht?"),
        )


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
            Column("original_id", "text", "What it is called on the platform it came from, which the source names.",
                   if_absent=""),
            Column("votes_for", "integer", "How many voted for it there; empty where nobody could or it is not known.",
                   if_absent=""),
            Column("votes_against", "integer", "How many voted against it there.", if_absent=""),
            Column("topic_there", "text", "What its topic was called there.", if_absent=""),
            Column("taken_over", "boolean", "Whether it came in long before it was read in here, so that no answer was promised.",
                   if_absent="false", required=True),
        ),
        prepare=Contribution.keep_box,
        check=_check_places,
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
