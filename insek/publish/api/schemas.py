"""What the answers look like; the descriptions go into the OpenAPI document."""

from __future__ import annotations

import datetime as dt
from typing import Annotated, Any, Literal

from ninja import Field, Schema
from pydantic import WithJsonSchema

ID = Annotated[str, Field(description="Permanent id, never reused.", examples=["k7m2p9ab"])]
Standing = Annotated[
    Literal["fact", "official", "working", "example"],
    Field(
        description="How far it can be relied on: `fact` has a source, `official` is the wording of an official document, "
        "`working` is not decided, `example` is made up to show how the program works and no statement of the city."
    ),
]
Moment = Annotated[str | None, Field(description="2024, 2024-06 or 2024-12-31.")]


class Successor(Schema):
    """An item that came of one that is gone."""

    id: str
    kind: str
    number: str | None
    title: str
    url: str = Field(description="Its page.")
    api_url: str = Field(description="Where this interface answers about it.")


class LastWords(Schema):
    """Where the last public words of an item stand that is withdrawn."""

    edition: str
    url: str


class Fate(Schema):
    """What became of an item in an edition; ``fate`` is changed, merged, split, done or dropped."""

    fate: str
    reason: str | None
    edition: str
    edition_url: str
    is_adopted: bool
    is_example: bool


class Problem(Schema):
    """An error (RFC 9457)."""

    type: str
    title: str
    status: int
    detail: str = Field(description="What is wrong, in English.")
    errors: list[dict[str, str]] | None = Field(
        None, description="Wrong parameters, each with `parameter` and `message`."
    )
    successors: list[Successor] | None = Field(
        None,
        description="Of an item that is gone (410): what it was merged into or split into, as far as it is public.",
    )
    last_words: LastWords | None = Field(
        None,
        description="Of an item that an edition holds and that is withdrawn (410): where its words stand.",
    )
    fates: list[Fate] | None = Field(
        None, description="Of the same: what became of it, the latest first; left out where nobody said it."
    )


class Source(Schema):
    """Where something comes from."""

    title: str | None
    url: str | None
    date: Moment
    document: str | None = Field(description="Official document whose wording this is.")
    page: str | None
    confidence: Literal["high", "medium", "low"] | None


class OwnField(Schema):
    """What is entered in a field of the city's own."""

    label: str = Field(description="What the field is called, in German.")
    label_en: str | None = Field(description="The same in English, where there is one.")
    type: Literal[
        "short",
        "long",
        "number",
        "money",
        "date",
        "year",
        "choice",
        "several",
        "yes_no",
        "link",
        "unit",
        "table",
    ]
    unit: str | None = Field(description="The unit of a number.")
    value: Any = Field(
        description="A number, a text, true or false, a day as 2027-05-03, the key of a choice or of a unit of the administration, or a list; null where the words do not fit the type of the field."
    )
    words: str = Field(description="The same in German words.")


class Item(Schema):
    """A box of the concept: anything that can have a reason."""

    id: ID
    kind: str = Field(description="Machine name of the kind, see /kinds.")
    kind_label: str = Field(description="What the city calls this kind, in German.")
    number: str | None = Field(description="What people say and print, such as Z 3.2; may change.")
    title: str
    text: str = Field(description="Markdown; may be empty.")
    title_en: str | None = Field(description="The title in English, where there is one.")
    text_en: str | None = Field(description="The text in English (Markdown), where there is one.")
    standing: Standing
    standing_label: str = Field(description="The same in German.")
    fields: list[str] = Field(description="Keys of the fields of action.")
    themes: list[str] = Field(description="Keys of the cross-cutting themes.")
    source: Source | None
    created_at: dt.datetime
    updated_at: dt.datetime
    url: str = Field(description="The page for people.")
    api_url: str
    properties: dict[str, Any] = Field(description="What only this kind has, see /kinds.")
    own_fields: dict[str, OwnField] = Field(
        description="What the city keeps beyond that, by the key of the field; only fields that everybody may read, and only where something is entered."
    )


class Neighbour(Schema):
    """The item on the other end of a link."""

    id: ID
    kind: str
    number: str | None
    title: str
    standing: Standing
    url: str
    api_url: str


class Link(Schema):
    """A link of the thread, from the reason to what follows from it."""

    kind: str = Field(description="Machine name of the link, see /kinds.")
    label: str = Field(description="How it reads from the item asked for, in German.")
    direction: Literal["reason", "consequence"] = Field(
        description="`reason`: the other item is a reason of this one; `consequence`: it follows from this one."
    )
    because: str | None = Field(description="One sentence why; null means: not documented.")
    locator: str | None = Field(
        description="Place and period of an observation, or page and quotation of a document."
    )
    item: Neighbour


class ItemDetail(Item):
    """An item with its links."""

    links: list[Link] = Field(description="The first 100; the rest under `links_url`.")
    links_url: str | None = Field(description="All links, page by page; null where `links` has them all.")


class Page(Schema):
    """One page of a list."""

    next: str | None = Field(description="Address of the next page; null on the last one.")


class ItemPage(Page):
    items: list[Item]


class LinkPage(Page):
    items: list[Link]


class Concept(Schema):
    """A city's integrated urban development concept."""

    key: str
    title: str
    title_en: str | None
    city: str
    city_en: str | None
    ags: str | None = Field(description="Official municipality key (Amtlicher Gemeindeschlüssel).")
    horizon_from: int | None
    horizon_to: int | None
    licence: str | None
    licence_url: str | None
    introduction: str = Field(description="Markdown.")
    url: str


class Concepts(Schema):
    items: list[Concept]


class FieldOfAction(Schema):
    """A field of action (Handlungsfeld)."""

    key: str
    position: int
    name: str
    name_en: str | None
    colour: str
    aim: str | None
    aim_en: str | None
    aim_source_url: str | None
    standing: Standing
    perspective: str | None = Field(description="What the field looks like at the horizon year; Markdown.")
    perspective_en: str | None
    perspective_standing: Standing
    url: str


class FieldsOfAction(Schema):
    items: list[FieldOfAction]


class Theme(Schema):
    """A cross-cutting theme (Querschnittsthema)."""

    key: str
    position: int
    name: str
    name_en: str | None


class Themes(Schema):
    items: list[Theme]


class LegendSign(Schema):
    """A plan sign (Planzeichen): what elements of the spatial concept are drawn with."""

    key: str
    position: int
    name: str
    name_en: str | None
    shape: Literal["point", "line", "area"] = Field(description="What its elements are drawn as.")
    colour: str
    letter: str = Field(description="Stands on it; no two signs in use have the same.")
    hatch: Literal["right", "left", "cross", "dots", "level", "upright"] | None
    dash: str | None = Field(description="Lengths of line and gap in widths of the line.")
    width: float = Field(description="Width of a line in points of the screen.")
    arrow: bool
    explanation: str | None
    explanation_en: str | None
    retired_on: dt.date | None = Field(description="Since when it is offered no more.")


class LegendSigns(Schema):
    items: list[LegendSign]


class Milestone(Schema):
    """A step of the process."""

    key: str
    date: dt.date
    date_precision: Literal["day", "month", "year"]
    date_end: dt.date | None
    title: str
    title_en: str | None
    text: str | None
    kind: str
    kind_label: str
    people: int | None = Field(description="How many people took part.")
    standing: Standing
    source_url: str | None


class Milestones(Schema):
    items: list[Milestone]


class ReleasedDocument(Schema):
    """A document that everybody may read, such as the adopted concept as a PDF; the hash of its file names it."""

    sha256: str
    title: str
    kind: str
    kind_label: str
    date: dt.date | None = Field(description="Day of the document.")
    edition: str | None = Field(description="Key of the edition whose text it is.")
    about: str | None = Field(description="Id of the item, such as a plan, whose text it is.")
    format: Literal["pdf", "docx", "odt"]
    size: int = Field(description="Of the file, in bytes.")
    pages: int | None = Field(description="How many pages or sections were read; null while it is not read.")
    is_scan: bool = Field(description="Whether its text was recognised in pictures, and may hold errors.")
    url: str = Field(description="Where it is read.")
    file_url: str = Field(description="The file.")


class ReleasedDocuments(Schema):
    items: list[ReleasedDocument]


class Edition(Schema):
    """An issue of the concept."""

    key: str
    title: str
    title_en: str | None
    status: Literal["draft", "filed", "withdrawn", "adopted", "superseded", "stage"]
    standing: Standing
    date: dt.date | None = Field(description="Day of the resolution.")
    sha256: str | None = Field(description="Hash of the adopted package.")
    filed_on: dt.date | None = Field(description="Day on which the draft was filed for the council.")
    filed_sha256: str | None = Field(description="Hash of the filed package.")
    entered_on: dt.date | None = Field(
        description="Day on which the adoption was entered here; without a filed draft it is a late entry."
    )
    resolution: str | None = Field(description="Id of the resolution that adopted it.")
    url: str
    package_url: str | None = Field(description="The adopted package (zip).")
    filed_package_url: str | None = Field(description="The filed package (zip).")


class Editions(Schema):
    items: list[Edition]


class Kind(Schema):
    """A kind of item, with the JSON schema of its own properties."""

    name: str
    plural: str = Field(description="Name of its list: /{plural}, /{plural}.csv.")
    label: str = Field(description="What the city calls it, in German.")
    explanation: str
    has_geometry: bool = Field(description="Whether there is /{plural}.geojson.")
    properties: Annotated[
        dict[str, Any], WithJsonSchema({"type": "object", "description": "JSON schema of `properties`."})
    ]


class LinkKind(Schema):
    """A kind of link: between which kinds, and how it reads on either end."""

    name: str
    label: str = Field(description="On the page of its source, in German.")
    label_backward: str = Field(description="On the page of its target, in German.")
    pairs: list[list[str]] = Field(description="Kinds it may run between: [source, target].")


class Kinds(Schema):
    items: list[Kind]
    links: list[LinkKind]


class Tombstone(Schema):
    """What is left of a deleted item."""

    id: ID
    kind: str
    number: str | None
    deleted_at: dt.datetime


class TombstonePage(Page):
    items: list[Tombstone]


class SeriesBreak(Schema):
    """From this period on, values cannot be compared with those before."""

    period: str
    reason: str


class Observation(Schema):
    """A value of an indicator for a place and a period, of the whole or of a part."""

    district: ID
    district_title: str
    period: str = Field(
        description="A year 2024, month 2024-06, day 2024-12-31, quarter 2024-Q1, half 2024-H1, school year 2022/23, years 2020-2022, or two days with a slash."
    )
    period_start: dt.date
    period_end: dt.date
    sex: Literal["male", "female", "diverse"] | None = Field(description="Null: all.")
    age_from: int | None = Field(description="Null: all ages.")
    age_to: int | None = Field(description="Up to below this age; null: without end.")
    breakdown: str | None = Field(description="Further parts, as NAME: WORD with semicolons between.")
    value: float | None = Field(description="Null where the quality says why there is none.")
    quality: Literal[
        "measured", "estimated", "provisional", "revised", "limited", "nil", "less_than_half",
        "protected", "unknown", "later", "uncertain", "meaningless", "forecast",
    ]  # fmt: skip
    standard_error: float | None = Field(description="Of this value, in the unit.")
    sample_size: int | None
    basis: Literal["register", "census1987", "census2011", "census2022"] | None = Field(
        description="On which count of the population it rests; null: on none, or nobody said."
    )
    source_title: str | None
    source_url: str | None
    source_date: Moment
    confidence: Literal["high", "medium", "low"] | None
    note: str | None


class Observations(Schema):
    indicator: ID
    title: str
    unit: str
    unit_en: str | None
    decimals: int
    breaks: list[SeriesBreak]
    items: list[Observation] = Field(
        description="All current values of the whole, by place and period; with `parts=true` those of parts too."
    )
