"""Coverage of a framework: which goals and measures are set to each of its parts, by field of action, and where nothing is."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from insek.concept.asker import Asker
from insek.thread.models import Item
from insek.thread.own_models import OwnOption, OwnValue
from insek.web.display import fields_of

from .frameworks_known import Framework


@dataclass
class CoveredPart:
    """A part of a framework with the goals and measures that are set to it."""

    part: OwnOption
    items: dict[str, list[Item]] = field(default_factory=lambda: {"goal": [], "measure": []})

    @property
    def is_gap(self) -> bool:
        """Whether no goal and no measure is set to it."""
        return not any(self.items.values())

    def count(self, kind: str, key: str, of_item: Mapping[str, set[str]]) -> int:
        """How many of a kind belong to a field of action."""
        return sum(key in of_item.get(item.pk, set()) for item in self.items[kind])


@dataclass
class Coverage:
    """What is known of a framework. Items that belong to several fields count in each."""

    framework: Framework
    parts: list[CoveredPart]
    of_item: dict[str, set[str]]
    """Keys of the fields of action by item."""
    all_items: dict[str, int]
    """How many goals and measures there are."""
    without: dict[str, int]
    """How many of them are set to no part."""

    @property
    def gaps(self) -> list[CoveredPart]:
        """Parts to which nothing is set."""
        return [each for each in self.parts if each.is_gap]

    @property
    def is_empty(self) -> bool:
        """Whether nobody set anything yet."""
        return all(each.is_gap for each in self.parts)


def coverage_of(asker: Asker, framework: Framework, *, field_key: str = "") -> Coverage:
    """Read what is set, as far as the asker may see it. Three queries."""
    items = Item.objects.visible_to(asker.actor).filter(
        concept=asker.concept, kind__in=list(framework.definitions)
    )
    if field_key:
        items = items.filter(fields__key=field_key)
    columns = (
        "pk",
        "kind",
        "number",
        "title",
        "title_en",
        "standing",
        "visibility",
        "sort_key",
        "concept_id",
    )
    known = {item.pk: item for item in items.only(*columns).order_by("sort_key", "pk")}
    parts = {part.key: CoveredPart(part) for part in framework.parts}
    kinds = {definition.pk: kind for kind, definition in framework.definitions.items()}
    chosen: dict[tuple[str, str], set[str]] = {}
    rows = OwnValue.objects.filter(definition__in=list(kinds)).values_list("item", "definition", "text")
    for pk, definition, key in rows:
        if pk in known and key in parts:
            chosen.setdefault((kinds[definition], key), set()).add(pk)
    for (kind, key), pks in chosen.items():
        parts[key].items[kind] = [item for pk, item in known.items() if pk in pks]
    of_item = {pk: {each.key for each in found} for pk, found in fields_of(list(known)).items()}
    assigned = {pk for pks in chosen.values() for pk in pks}
    counts = {kind: sum(item.kind == kind for item in known.values()) for kind in framework.definitions}
    without = {
        kind: sum(item.kind == kind and item.pk not in assigned for item in known.values()) for kind in framework.definitions
    }  # fmt: skip
    return Coverage(framework, list(parts.values()), of_item, counts, without)
