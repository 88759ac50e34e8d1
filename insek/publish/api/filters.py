"""What a list can be asked for, and the items it then has: always through the gate, as a visitor."""

from __future__ import annotations

import re
from datetime import UTC, date, datetime, time
from typing import Annotated, Any, Literal

from django.http import HttpRequest
from django.utils import timezone
from ninja import Field, Schema
from ninja.errors import ValidationError
from pydantic import BeforeValidator, WithJsonSchema

from insek.concept.models import Concept
from insek.engines.text import shortened
from insek.people.actors import ANONYMOUS
from insek.places.layers import lies_in
from insek.thread.identity import PATTERN as ID_PATTERN
from insek.thread.kinds import all_kinds
from insek.thread.models import Item, ItemQuerySet
from insek.thread.search import hits
from insek.web.context import concept_of

LIMIT, MOST = 50, 500
KEY = r"^[a-z0-9_-]{1,50}$"
_MOMENT = re.compile(
    r"\d{4}-\d\d-\d\d(?:[Tt]\d\d:\d\d(?::\d\d(?:\.\d{1,9})?)?(?:[Zz]|[+-]\d\d:\d\d)?)?", re.ASCII
)
_EARLIEST, _LATEST = datetime(1970, 1, 1, tzinfo=UTC), datetime(9000, 1, 1, tzinfo=UTC)


def moment(value: Any) -> Any:
    """A day or moment of RFC 3339, aware and within what databases can compare; a plus that became a space is one."""
    text = str(value).strip().replace(" ", "+")
    if not _MOMENT.fullmatch(text):
        raise ValueError("a day such as 2026-11-01 or a moment such as 2026-11-01T08:00:00Z")
    text = text.upper()
    try:
        if "T" in text:
            found = datetime.fromisoformat(re.sub(r"(\.\d{1,6})\d*", r"\1", text))
        else:
            found = datetime.combine(date.fromisoformat(text), time.min)
        if timezone.is_naive(found):
            found = timezone.make_aware(found)
        return min(max(found, _EARLIEST), _LATEST).astimezone(UTC)  # databases know no offset of 18:34
    except OverflowError:
        return _EARLIEST if text < "2000" else _LATEST


def searchable(value: Any) -> Any:
    """Words without control characters, which no database takes."""
    if any(ord(sign) < 32 for sign in str(value)):
        raise ValueError("must not hold control characters")
    return value


Moment = Annotated[
    datetime,
    BeforeValidator(moment),
    WithJsonSchema(
        {"anyOf": [{"type": "string", "format": "date"}, {"type": "string", "format": "date-time"}]}
    ),
]
Limit = Annotated[int, Field(ge=1, le=MOST, description=f"Items on one page, at most {MOST}.")]
Cursor = Annotated[
    str,
    Field(max_length=400, description="Where the page begins; taken from `next`, not to be made by hand."),
]


def known_kind(value: Any) -> Any:
    """The machine name of a kind."""
    names = [kind.name for kind in all_kinds()]
    if value not in names:
        raise ValueError(f"one of {', '.join(names)}")
    return value


class ItemFilter(Schema):
    """The filters of a list."""

    field: str | None = Field(None, pattern=KEY, description="Key of a field of action, see /fields.")
    theme: str | None = Field(None, pattern=KEY, description="Key of a cross-cutting theme, see /themes.")
    district: str | None = Field(
        None,
        pattern=f"^{ID_PATTERN.pattern}$",
        description="Id of a district: only what is linked to it or to a part of it (`located_in`), or drawn inside it; and the district with its parts.",
    )
    standing: Literal["fact", "official", "working", "example"] | None = Field(
        None, description="How far it can be relied on."
    )
    modified_since: Moment | None = Field(
        None, description="Only what was changed at or after this day (Europe/Berlin) or moment."
    )
    q: Annotated[str, BeforeValidator(searchable)] | None = Field(
        None, max_length=200, description="Words that must all occur; German word forms are found too."
    )


class Paging(Schema):
    """Which page of a list."""

    limit: Limit = LIMIT
    cursor: Cursor = ""


def kind_parameter() -> Any:
    """The type of the parameter `kind`, made when all kinds are known."""
    names = [kind.name for kind in all_kinds()]
    return Annotated[
        str | None,
        BeforeValidator(known_kind),
        WithJsonSchema({"type": "string", "enum": names, "description": "Only one kind, see /kinds."}),
    ]


def unknown(parameter: str, message: str) -> ValidationError:
    """The error for a value that is well formed and leads nowhere."""
    return ValidationError([{"loc": ("query", parameter), "msg": message}])


def refuse_unknown_parameters(request: HttpRequest, *known: str) -> None:
    """A misspelt filter must not quietly give everything. Raises ValidationError."""
    wrong = sorted(set(request.GET) - set(known))
    if wrong:
        names = ", ".join(sorted(known)) or "none"
        raise ValidationError(
            [
                {"loc": ("query", shortened(name, 60)), "msg": f"unknown parameter; known here: {names}"}
                for name in wrong
            ]
        )


def filtered_items(request: HttpRequest, kind: str | None, wanted: ItemFilter) -> ItemQuerySet:
    """The public items a request asks for. At most six queries besides the list itself."""
    concept = concept_of(request)
    items = Item.objects.visible_to(ANONYMOUS)
    if concept is None:
        return items.none()
    items = items.filter(concept=concept)
    if kind:
        items = items.filter(kind=kind)
    if wanted.field:
        items = items.filter(fields=_key_of(concept, "field", wanted.field))
    if wanted.theme:
        items = items.filter(themes=_key_of(concept, "theme", wanted.theme))
    if wanted.district:
        places = Item.objects.visible_to(ANONYMOUS).filter(concept=concept, kind="district")
        if not places.filter(pk=wanted.district).exists():
            raise unknown("district", "no such district; see /districts")
        items = items.filter(lies_in(concept, wanted.district))
    if wanted.standing:
        items = items.filter(standing=wanted.standing)
    if wanted.modified_since:
        items = items.filter(updated_at__gte=wanted.modified_since)
    if wanted.q:
        items = hits(wanted.q, ANONYMOUS, items)
    return items


def _key_of(concept: Concept, parameter: str, key: str) -> Any:
    rows: Any = concept.fields.valid() if parameter == "field" else concept.themes
    found = rows.filter(key=key).first()
    if found is None:
        raise unknown(parameter, f"no such {parameter}; see /{parameter}s")
    return found
