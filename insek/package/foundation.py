"""The tables of concept, people and the thread itself: what every package has, whatever rooms there are."""

from __future__ import annotations

from typing import Any

from django.db import models

from insek.concept.models import Confidence, Edition, Milestone, Standing
from insek.people.actors import ANONYMOUS
from insek.people.models import Body
from insek.thread.kinds import all_kinds, all_link_kinds
from insek.thread.lineage import LineageWay
from insek.thread.models import Item, Tombstone

from .columns import Column
from .tables import GONE_OR_NOT, ITEMS, Table, TextFile, register_table

KEY = Column("key", "key", "Short name in the package: a-z, 0-9 and hyphens.", required=True)
POSITION = Column("position", "integer", "Place in lists.", required=True)

register_table(
    Table(
        name="concept",
        model_path="concept.Concept",
        note="The concept itself, one row.",
        order=0,
        in_edition="context",
        scope="pk",
        single=True,
        own_columns=(
            KEY,
            Column("title", "text", "Title of the concept.", required=True),
            Column("title_en", "text", "Title in English."),
            Column("city", "text", "Name of the city.", required=True),
            Column("city_en", "text", "Name of the city in English."),
            Column("ags", "text", "Official municipality key (Amtlicher Gemeindeschlüssel)."),
            Column(
                "metric_crs",
                "integer",
                "EPSG code of the metric reference system for areas and distances.",
                required=True,
            ),
            Column("horizon_from", "integer", "First year the concept looks at."),
            Column("horizon_to", "integer", "Year by which its goals shall be reached."),
            Column("licence", "text", "Licence of the content, such as dl-de/by-2-0."),
            Column(
                "hearing_norm",
                "text",
                "Where it is written that the body of a district is heard before the council decides; empty: it need not be.",
                if_absent="",
            ),
        ),
        texts=(
            TextFile("introduction", "texts/introduction.md", "What this is, on the start page."),
            TextFile("introduction_en", "texts/introduction.en.md", "The same in English."),
        ),
    )
)
register_table(
    Table(
        name="units",
        model_path="people.Unit",
        note="Organisational units of the administration.",
        order=1,
        in_edition="context",
        scope="",
        own_columns=(
            KEY,
            Column("name", "text", "Name of the unit.", required=True),
            Column("name_en", "text", "Name in English."),
            Column("abbreviation", "text", "Abbreviation."),
            Column("parent", "reference", "Key of the unit above.", refers="units"),
        ),
    )
)
register_table(
    Table(
        name="bodies",
        model_path="people.Body",
        note="Bodies that advise or decide.",
        order=2,
        in_edition="context",
        scope="",
        own_columns=(
            KEY,
            Column("name", "text", "Name of the body.", required=True),
            Column("name_en", "text", "Name in English."),
            Column("kind", "choice", "What sort of body it is.", required=True, choices=Body.Kind.values),
        ),
    )
)
register_table(
    Table(
        name="editions",
        model_path="concept.Edition",
        note="Issues of the concept. The resolution that adopted one names it in resolutions.csv. What was adopted lies in editions/{key}.zip, what the council had before it in editions/{key}.filed.zip.",
        order=3,
        own_columns=(
            KEY,
            Column("title", "text", "Title of the edition.", required=True),
            Column("title_en", "text", "Title in English."),
            Column(
                "status",
                "choice",
                "Draft, filed for the council, not adopted, in force, replaced by a later one, or a stage that was never to be adopted.",
                required=True,
                choices=Edition.Status.values,
            ),
            Column(
                "standing",
                "choice",
                "Whether the edition is real or an example.",
                required=True,
                choices=Standing.values,
            ),
            Column("date", "date", "Day of the resolution; empty while there is none."),
            Column("sha256", "text", "Package hash of the adopted content."),
            Column("note", "text", "Note."),
            Column(
                "filed_on",
                "date",
                "Day on which the draft was filed for the council, and frozen.",
                if_absent="",
            ),
            Column("filed_sha256", "text", "Package hash of the filed content.", if_absent=""),
            Column(
                "entered_on",
                "date",
                "Day on which the adoption was entered here; without a filed draft it is a late entry.",
                if_absent="",
            ),
            Column(
                "follows",
                "reference",
                "Key of the edition or stage that it updates; empty: the one in force before it.",
                refers="editions",
                if_absent="",
            ),
            Column(
                "scope_tables",
                "text",
                "Tables that it renews, separated by semicolons, such as measures; empty: all.",
                if_absent="",
            ),
            Column(
                "scope_fields",
                "text",
                "Keys of the fields of action that it renews, separated by semicolons; empty: all.",
                if_absent="",
            ),
            Column(
                "is_announced",
                "boolean",
                "Whether everybody may read that this draft is being worked on.",
                required=True,
                if_absent="true",
            ),
        ),
        public=lambda rows: rows.exclude(status="draft", is_announced=False),
    )
)
register_table(
    Table(
        name="fields",
        model_path="concept.Field",
        note="Fields of action (Handlungsfelder).",
        order=4,
        in_edition="part",
        public=lambda rows: rows.filter(waits_for=""),
        own_columns=(
            KEY,
            POSITION,
            Column("name", "text", "Name of the field.", required=True),
            Column("name_en", "text", "Name in English."),
            Column("colour", "colour", "Colour as #rrggbb.", required=True),
            Column("icon", "text", "Name of a symbol of the program."),
            Column("aim", "text", "What the field is after."),
            Column("aim_en", "text", "The same in English."),
            Column("aim_source_url", "url", "Address of the source of the aim."),
            Column("standing", "choice", "How far name and aim can be relied on.", required=True, choices=Standing.values),
            Column("perspective_standing", "choice", "The same for the perspective in texts/fields/{key}.md.",
                   required=True, choices=Standing.values),
            Column("waits_for", "text", "Key of the edition with which it becomes public; empty: it is.", if_absent=""),
        ),
        texts=(
            TextFile("perspective", "texts/fields/{key}.md", "What the field looks like at the horizon year."),
            TextFile("perspective_en", "texts/fields/{key}.en.md", "The same in English; no part of what the council adopts."),
        ),
    )
)  # fmt: skip
register_table(
    Table(
        name="themes",
        model_path="concept.Theme",
        note="Cross-cutting themes (Querschnittsthemen).",
        order=5,
        in_edition="context",
        own_columns=(
            KEY,
            POSITION,
            Column("name", "text", "Name of the theme.", required=True),
            Column("name_en", "text", "Name in English."),
        ),
    )
)
register_table(
    Table(
        name="level_names",
        model_path="concept.LevelName",
        note="What the levels are called in this city.",
        order=6,
        in_edition="context",
        key_columns=("level",),
        own_columns=(
            Column("level", "key", "Level: vision, guideline, goal, measure, finding, indicator, paper, resolution, unit, city, ortsbezirk, ortsbeirat, stadtteil.",
                   required=True),
            Column("singular", "text", "Its name, singular.", required=True),
            Column("plural", "text", "Its name, plural.", required=True),
            Column("singular_en", "text", "English name, singular."),
            Column("plural_en", "text", "English name, plural."),
        ),
    )
)  # fmt: skip
register_table(
    Table(
        name="milestones",
        model_path="concept.Milestone",
        note="Steps of the process.",
        order=7,
        own_columns=(
            KEY,
            Column("date", "date", "Day, or first day of the month or year.", required=True),
            Column(
                "date_precision",
                "choice",
                "How exactly the date is known.",
                required=True,
                choices=Milestone.Precision.values,
            ),
            Column("date_end", "date", "Last day, where it took several."),
            Column("title", "text", "Title.", required=True),
            Column("title_en", "text", "Title in English."),
            Column("text", "text", "What happened."),
            Column("text_en", "text", "The same in English."),
            Column(
                "kind", "choice", "What sort of step it is.", required=True, choices=Milestone.Kind.values
            ),
            Column("people", "integer", "How many people took part."),
            Column(
                "standing",
                "choice",
                "How far it can be relied on; a fact needs a source.",
                required=True,
                choices=Standing.values,
            ),
            Column("source_url", "url", "Address of the source."),
            Column("confidence", "choice", "How sure the source is.", choices=Confidence.values),
        ),
    )
)
register_table(
    Table(
        name="links",
        model_path="thread.Link",
        note="The links of the thread, from the reason to what follows from it.",
        order=80,
        in_edition="context",
        key_columns=("source", "target", "kind"),
        scope="source__concept",
        own_columns=(
            Column("source", "reference", "Id of the item the link leaves.", required=True, refers=ITEMS),
            Column("target", "reference", "Id of the item the link reaches.", required=True, refers=ITEMS),
            Column("kind", "choice", "What the link says.", required=True,
                   choices=lambda: [kind.name for kind in all_link_kinds()]),
            Column("reason", "text", "One sentence why; empty means: not documented."),
            Column("locator", "text", "Place and period of an observation, or page and quotation of a document."),
        ),
    )
)  # fmt: skip
register_table(
    Table(
        name="tombstones",
        model_path="thread.Tombstone",
        note="Deleted items: their ids are never used again.",
        order=90,
        key_columns=("id",),
        own_columns=(
            Column("id", "id", "Id of the deleted item.", required=True),
            Column(
                "kind",
                "choice",
                "What it was.",
                required=True,
                choices=lambda: [kind.name for kind in all_kinds()],
            ),
            Column("number", "text", "Its last number."),
            Column("was_public", "boolean", "Whether the public could see it.", required=True),
        ),
        public=lambda rows: rows.filter(was_public=True),
    )
)
register_table(
    Table(
        name="edition_numbers",
        model_path="thread.EditionNumber",
        note="The number that an item had in an edition; an old number keeps leading to its item.",
        order=91,
        key_columns=("edition", "number"),
        scope="edition__concept",
        own_columns=(
            Column("edition", "reference", "Key of the edition.", required=True, refers="editions"),
            Column("number", "text", "The number in that edition.", required=True),
            Column(
                "item", "reference", "Id of the item or of its tombstone.", required=True, refers=GONE_OR_NOT
            ),
        ),
    )
)


def _public_lineages(rows: models.QuerySet[Any]) -> models.QuerySet[Any]:
    """Those of which the public knows both ends."""
    items = Item.objects.visible_to(ANONYMOUS).values("pk")
    gone = Tombstone.objects.filter(was_public=True).values("pk")
    for end in ("before", "after"):
        rows = rows.filter(models.Q(**{f"{end}__in": items}) | models.Q(**{f"{end}__in": gone}))
    return rows


register_table(
    Table(
        name="lineages",
        model_path="thread.Lineage",
        note="What became of items that were merged into others or split: their old addresses and numbers lead on.",
        order=91,
        key_columns=("before", "after"),
        scope="concept",
        own_columns=(
            Column("before", "reference", "Id of the item or tombstone that was there before.", required=True, refers=GONE_OR_NOT),
            Column("after", "reference", "Id of what came of it.", required=True, refers=GONE_OR_NOT),
            Column("before_title", "text", "Number and title that it had."),
            Column("way", "choice", "Whether it was merged or split.", required=True, choices=LineageWay.values),
            Column("reason", "text", "One sentence why."),
            Column("on", "date", "The day.", required=True),
        ),
        public=_public_lineages,
    )
)  # fmt: skip
