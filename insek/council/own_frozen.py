"""Own fields and English versions in the content of an edition: what stands beside the wording that the council adopts.

``own`` holds what everybody reads in the own fields of an item, as ``key -> {label, cells, words}``; it is missing where an archive was
frozen before there were own fields, and then nothing is said of them. ``english`` holds the English version of an item or a field of
action; it is kept and shown apart, and never a change of what was adopted.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from django.utils.translation import override

from insek.concept.models import Concept
from insek.package import table_named
from insek.package.own_tables import FIELDS as OWN_FIELDS
from insek.package.own_tables import VALUES as OWN_VALUES
from insek.package.single import PublicRows
from insek.thread.own_fields import all_fields, is_own, key_of
from insek.thread.own_models import MARK, FieldDefinition
from insek.thread.own_values import OwnWords, of_cells

Row = Mapping[str, Any]
ENGLISH = "_en"
"""How the names of columns end that hold the English version of others."""


def own_by_item(rows: Mapping[str, Iterable[Row]]) -> dict[str, dict[str, Any]] | None:
    """What items hold in own fields, from the tables of an archive or of today; None where it has none of them."""
    if OWN_VALUES not in rows:
        return None
    fields = {row["key"]: _definition(row) for row in rows.get(OWN_FIELDS, ())}
    cells: dict[str, dict[str, list[tuple[int, str]]]] = {}
    for row in rows[OWN_VALUES]:
        if row["definition"] in fields:
            of_item = cells.setdefault(row["item"], {})
            of_item.setdefault(row["definition"], []).append((int(row["position"]), row["value"]))
    words = OwnWords()
    with override("de"):
        return {
            item: {
                key: _held(fields[key], [text for _place, text in sorted(found)], words)
                for key, found in of_item.items()
            }
            for item, of_item in cells.items()
        }


def own_today(concept: Concept, few: PublicRows) -> dict[str, dict[str, Any]]:
    """What a few items hold today in the own fields that everybody reads. No query where there are none, else three."""
    fields = [each for each in all_fields(concept) if each.is_public and not each.is_retired]
    if not fields:
        return {}
    table = table_named(OWN_VALUES)
    values = [
        {column.name: column.format(record[column.name]) for column in table.columns}
        for record in few.records(table)
    ]
    return own_by_item({OWN_FIELDS: [vars(each) for each in fields], OWN_VALUES: values}) or {}


def _definition(row: Row) -> FieldDefinition:
    names = ("key", "kind", "type", "name", "unit", "options")
    return FieldDefinition(**{name: row.get(name) or "" for name in names})


def _held(definition: FieldDefinition, cells: list[str], words: OwnWords) -> dict[str, Any]:
    said = words.words(definition, of_cells(definition, cells))
    return {"label": definition.name, "cells": cells, "words": said}


def amended_own(
    rows: Iterable[dict[str, str]], owners: set[str], amended: Mapping[tuple[str, str], Row | None]
) -> list[dict[str, str]]:
    """The rows of an archive with what amended items hold in own fields."""
    kept = [row for row in rows if row["item"] not in owners]
    return kept + [
        {"item": item, "definition": key, "position": str(place), "value": text}
        for (_table, item), made in amended.items()
        if made
        for key, held in made.get("own", {}).items()
        for place, text in enumerate(held["cells"], 1)
    ]


def own_differing(before: Row | None, after: Row | None) -> list[str]:
    """Names of own fields in which two contents differ; nothing where one of them does not know any."""
    if (before is not None and "own" not in before) or (after is not None and "own" not in after):
        return []
    old, new = (before or {}).get("own", {}), (after or {}).get("own", {})
    return [f"{MARK}{key}" for key in old.keys() | new.keys() if _cells(old, key) != _cells(new, key)]


def _cells(own: Row, key: str) -> list[str] | None:
    return own[key]["cells"] if key in own else None


def own_label(name: str, *contents: Row | None) -> str:
    """What an own field is called in some contents, the latest first."""
    for content in reversed(contents):
        if content is not None and (held := content.get("own", {}).get(key_of(name))):
            return str(held["label"])
    return key_of(name)


def own_words(name: str, content: Row) -> str:
    """What stands in an own field."""
    return str(content.get("own", {}).get(key_of(name), {}).get("words", ""))


def own_names(content: Row) -> list[str]:
    """The own fields of a content."""
    return [f"{MARK}{key}" for key in content.get("own", {})]


def is_english(name: str) -> bool:
    """Whether a column holds an English version."""
    return name.endswith(ENGLISH) and not is_own(name)


def english_differing(before: Row | None, after: Row | None) -> list[str]:
    """Names of the columns whose English version differs; nothing where one side was frozen before these were kept."""
    if before is None or after is None or "english" not in before or "english" not in after:
        return []
    old, new = before["english"], after["english"]
    return sorted(name for name in old.keys() | new.keys() if old.get(name) != new.get(name))
