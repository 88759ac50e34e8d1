"""What the answer about what was in force looks like; the descriptions go into the OpenAPI document."""

from __future__ import annotations

import datetime as dt
from typing import Literal

from ninja import Field, Schema

from .schemas import Standing


class ItemInForce(Schema):
    """An item, or a field of action, whose words were in force."""

    table: str = Field(description="Table of the package, such as goals or fields.")
    key: str = Field(description="Id of the item, or key of the field of action.")
    number: str | None
    title: str
    url: str = Field(description="Its words in that edition.")


class EditionInForce(Schema):
    """An edition of which something was in force."""

    key: str
    title: str
    status: Literal["adopted", "superseded"]
    standing: Standing
    date: dt.date
    renews_a_part: bool = Field(description="Whether it renews a part of the concept only.")
    renewed_in_part: bool = Field(description="Whether a later edition had renewed some of it by then.")
    has_text: bool = Field(description="Whether its words are here.")
    url: str
    items: list[ItemInForce] = Field(description="What of it was in force.")


class InForce(Schema):
    """What was in force at the end of a day."""

    on: dt.date
    known: bool = Field(description="False for a day to come.")
    first_day: dt.date | None = Field(description="Day of the first adoption of a real edition.")
    editions: list[EditionInForce]
