"""Frameworks that goals and measures are set against: ready ones as data, and those that a city has as own fields.

A framework is an own field for several values, of goals and of measures, under the heading ``GROUP``: so assignments have history,
release, filters, the package, the interface and editions like every own field, and a city adds or changes one as it adds a field.
"""

from __future__ import annotations

import csv
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cache
from importlib.resources import files

from insek.concept.models import Concept
from insek.people.actors import Actor
from insek.thread.own_acts import define_field
from insek.thread.own_fields import fields_for
from insek.thread.own_models import WITH_OPTIONS, FieldDefinition, FieldType, OwnOption, write_options

KINDS = ("goal", "measure")
GROUP, GROUP_EN = "Rahmen", "Frameworks"
"""The heading under which own fields are frameworks."""


@dataclass(frozen=True)
class KnownFramework:
    """A ready framework: its names, where it comes from, its parts and the beginnings of words that speak for each."""

    key: str
    name: str
    name_en: str
    source: str
    parts: tuple[OwnOption, ...]
    words: Mapping[str, tuple[str, ...]]


@dataclass(frozen=True)
class Framework:
    """A framework as this concept has it: the fields of goals and measures of one name."""

    key: str
    definitions: Mapping[str, FieldDefinition] = field(default_factory=dict)
    """By kind."""

    @property
    def one(self) -> FieldDefinition:
        """The field that names it."""
        return next(iter(self.definitions.values()))

    @property
    def parts(self) -> list[OwnOption]:
        """Its parts in order, each once; what is retired at all kinds is left out."""
        found: dict[str, OwnOption] = {}
        for definition in self.definitions.values():
            for option in definition.offered:
                found.setdefault(option.key, option)
        return list(found.values())

    def __str__(self) -> str:
        return str(self.one)


@cache
def known_frameworks() -> dict[str, KnownFramework]:
    """The ready ones by key, read once from the tables beside this file."""
    folder = files("insek.steering") / "frameworks"

    def rows(name: str) -> list[dict[str, str]]:
        return list(csv.DictReader((folder / f"{name}.csv").read_text(encoding="utf-8").splitlines()))

    found = {}
    for row in rows("frameworks"):
        parts = rows(row["key"])
        found[row["key"]] = KnownFramework(
            row["key"], row["name"], row["name_en"], row["source"],
            tuple(OwnOption(part["key"], part["label"], part["label_en"]) for part in parts),
            {part["key"]: tuple(word.strip() for word in part["words"].split(",")) for part in parts},
        )  # fmt: skip
    return found


def frameworks_of(concept: Concept | None, actor: Actor) -> dict[str, Framework]:
    """What the concept has, as far as the actor may read it, by the key of the first field. No query where this process knows the own fields."""
    by_name: dict[str, dict[str, FieldDefinition]] = {}
    for kind in KINDS:
        for definition in fields_for(concept, kind, actor):
            chooses = definition.type in WITH_OPTIONS and definition.type != FieldType.TABLE
            if chooses and definition.group == GROUP:
                by_name.setdefault(definition.name, {})[kind] = definition
    return {(each := Framework(_key(found), found)).key: each for found in by_name.values()}


def _key(found: Mapping[str, FieldDefinition]) -> str:
    return next(iter(found.values())).key


def missing_frameworks(concept: Concept | None, actor: Actor) -> list[KnownFramework]:
    """Ready ones that the concept does not have yet, by their names."""
    there = {str(each.one.name) for each in frameworks_of(concept, actor).values()}
    return [known for known in known_frameworks().values() if known.name not in there]


def take_framework(concept: Concept, known: KnownFramework, *, actor: Actor) -> None:
    """Give goals and measures the field of a ready framework, for everybody to read. Raises PermissionDenied, ValidationError."""
    for kind in KINDS:
        define_field(
            concept=concept, kind=kind, actor=actor,
            values={
                "type": FieldType.SEVERAL, "name": known.name, "name_en": known.name_en, "group": GROUP, "group_en": GROUP_EN,
                "help": f"Nach: {known.source}."[:300], "options": write_options(list(known.parts)), "audience": FieldDefinition.Audience.PUBLIC,
            },
        )  # fmt: skip


def words_for(framework: Framework) -> dict[str, tuple[str, ...]]:
    """The beginnings of words that speak for each part: those of the ready framework of that name, else those of its own words."""
    known = next((each for each in known_frameworks().values() if each.name == framework.one.name), None)
    found = {}
    for part in framework.parts:
        own = tuple(word.strip(",.;:()").lower() for word in part.label.split() if len(word) >= 5)
        found[part.key] = known.words.get(part.key, own) if known else own
    return found
