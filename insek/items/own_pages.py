"""Own fields on the page of an item, for those who may read them."""

from __future__ import annotations

from typing import Any

import rules
from django.urls import reverse
from django.utils.translation import gettext as _

from insek.concept.asker import Asker
from insek.concept.models import Concept
from insek.people.actors import Actor
from insek.people.models import german_mark
from insek.thread.models import FieldDefinition, Item
from insek.thread.own_fields import fields_for, retired_of, sorted_in_groups
from insek.thread.own_models import FieldType
from insek.thread.own_values import OwnWords, is_empty, understood

from .list_tools import ListTool, register_list_tool
from .pages import EVERY_KIND, ItemPages, add_to_detail

CONTENT = {FieldType.SHORT, FieldType.LONG}
"""Types whose words are written by people, in German."""


def shown_value(field: FieldDefinition, value: Any, words: OwnWords) -> dict[str, Any]:
    """What is entered in a field, for the page."""
    found = understood(field, value)
    shown: dict[str, Any] = {
        "label": str(field),
        "lang": german_mark(field.name_en),
        "words": words.words(field, value),
        "is_staff": not field.is_public and not field.is_retired,
        "is_unread": found is None,
        "is_content": field.type in CONTENT or found is None,
    }
    if found is not None and field.type == FieldType.LINK:
        shown["url"] = found
    if found is not None and field.type == FieldType.TABLE:
        columns = [
            option
            for option in field.choices
            if not option.retired or any(option.key in row for row in found)
        ]
        shown["table"] = {
            "heads": [str(option) for option in columns],
            "rows": [[row.get(option.key, "") for option in columns] for row in found],
        }
    return shown


def shown_own(concept: Concept | None, item: Item, actor: Actor) -> list[dict[str, Any]]:
    """What is entered in the own fields of an item, by heading. No query, one where a unit is named."""
    words = OwnWords()
    filled = [
        field for field in fields_for(concept, item.kind, actor) if not is_empty(item.own.get(field.key))
    ]
    return [
        {
            "heading": heading,
            "lang": german_mark(found[0].group_en),
            "entries": [shown_value(field, item.own[field.key], words) for field in found],
        }
        for heading, found in sorted_in_groups(filled)
    ]


def own_section(asker: Asker, item: Item) -> dict[str, Any]:
    """The section of own fields on the page of an item; nothing where nothing is entered that who asks may read."""
    if not item.own:
        return {}
    groups = shown_own(asker.concept, item, asker.actor)
    retired = retired_of(asker.concept, item.kind) if asker.actor.sees_internal else []
    words = OwnWords()
    old = [shown_value(field, item.own[field.key], words) for field in retired if field.key in item.own]
    if not groups and not old:
        return {}
    return {"own_groups": groups, "own_retired": old, "added_sections": ["items/_own_fields.html"]}


def defining(pages: ItemPages, actor: Actor) -> ListTool | None:
    """The way from a list to its own fields."""
    if not rules.test_rule("concept.set_up", actor):
        return None
    return ListTool(label=_("Eigene Felder"), url=reverse("own-field-list"), icon="plus")


add_to_detail(EVERY_KIND, own_section)
register_list_tool(defining)
