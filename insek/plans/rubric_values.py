"""The numbers of the rubric by which plans are appraised: half-lives, points, bounds of classes; those of a concept beside the usual ones.

The usual ones stand in rubric_values.json. What a city sets otherwise is a row (`RubricValue`) with its reason; taking the row away brings the
usual one back. docs/methods/appraisal.md says where the usual ones come from.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from functools import cached_property, lru_cache
from itertools import pairwise
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from insek.concept.models import Concept
from insek.people.actors import Actor, require
from insek.people.locking import Conflict
from insek.thread.models import Change
from insek.thread.setting_up import PART, delete_part, save_part

from .models import Plan, RubricValue
from .rubric import CURRENCY, SUBSTANCE, ScaleStep, Text, rubric

RIGHT = "concept.set_up"
_YEARS, _POINTS = gettext_lazy("Jahre"), gettext_lazy("Punkte")
SOURCES: dict[str, Text] = {
    "half_life-regional": gettext_lazy("üblicher Planungshorizont von 10 bis 15 Jahren"),
    "half_life-landuse": gettext_lazy("üblicher Planungshorizont von 10 bis 15 Jahren"),
    "half_life-development": gettext_lazy("gilt ohne Frist, solange er nicht geändert wird (§ 10 BauGB)"),
    "half_life-landscape": gettext_lazy("Landschaftsrahmenpläne: mindestens alle zehn Jahre (§ 10 Abs. 4 BNatSchG)"),
    "half_life-sector": gettext_lazy("Lärmaktionspläne: spätestens alle fünf Jahre (§ 47d Abs. 5 BImSchG)"),
    "half_life-report": gettext_lazy("wie Fachpläne"),
    "half_life-leitbild": gettext_lazy("Konzepte der Stadtentwicklung: nach etwa 8 bis 10 Jahren"),
}  # fmt: skip
_CONCEPTS = gettext_lazy("Konzepte der Stadtentwicklung: nach etwa 8 bis 10 Jahren")
_SET = gettext_lazy("gesetzt, nicht gemessen")
LABELS: dict[str, Text] = {
    "horizon_passed": gettext_lazy("Abzug, wenn das Zieljahr vorbei ist"),
    "superseded-part": gettext_lazy("Abzug, wenn es zum Teil abgelöst ist"),
    "superseded-whole": gettext_lazy("Höchstens, wenn es ganz abgelöst ist"),
    "expired": gettext_lazy("Höchstens, wenn es ausgelaufen ist"),
    "old_data-years": gettext_lazy("Zahlen gelten als alt, wenn sie so viel älter sind als das Planwerk"),
    "old_data-points": gettext_lazy("Abzug bei alten Zahlen"),
    "law-points": gettext_lazy("Abzug je seither geändertem Gesetz"),
    "law-most": gettext_lazy("Abzug für Gesetze, höchstens"),
    "substance-checkable": gettext_lazy("Anteil, der sich prüfen lässt"),
    "substance-measures": gettext_lazy("Maßnahmen"),
    "substance-fields": gettext_lazy("Handlungsfelder"),
    "substance-districts": gettext_lazy("Stadtteile oder Gebiet"),
    "substance-numbers": gettext_lazy("Kernaussagen mit einer Zahl"),
    "substance-indicators": gettext_lazy("Indikatoren oder Kennzahlen"),
    "substance-costs": gettext_lazy("Kosten"),
    "substance-map": gettext_lazy("Karte oder gezeichnetes Gebiet"),
    "enough_measures": gettext_lazy("Volle Punkte ab so vielen Maßnahmen"),
    "without_text-aims": gettext_lazy("Ziele eingetragen"),
    "without_text-numbers": gettext_lazy("Ziele mit einer Zahl"),
    "without_text-fields": gettext_lazy("Handlungsfelder"),
    "without_text-horizon": gettext_lazy("Zieljahr"),
    "without_text-area": gettext_lazy("Gebiet"),
    "without_text-described": gettext_lazy("Beschreibung"),
    "enough_aims": gettext_lazy("Volle Punkte ab so vielen Zielen"),
}
GROUPS: tuple[tuple[str, Text, Text], ...] = (
    ("half_life", gettext_lazy("Halbwertszeit je Art"), gettext_lazy("Nach so vielen Jahren ist die Aktualität auf die Hälfte gesunken.")),
    ("currency", gettext_lazy("Abzüge von der Aktualität"), gettext_lazy("Was zum Alter hinzukommt.")),
    ("substance", gettext_lazy("Punkte der Aussagekraft"), gettext_lazy("Aus den Kernaussagen; zusammen 100.")),
    ("without_text", gettext_lazy("Punkte ohne Text"), gettext_lazy("Wo keine Kernaussagen entnommen sind; zusammen höchstens 60.")),
    ("bound_currency", gettext_lazy("Klassen der Aktualität"), gettext_lazy("Ab so vielen Punkten. Von der zweiten Klasse an kann ein Planwerk tragen.")),
    ("bound_substance", gettext_lazy("Klassen der Aussagekraft"), gettext_lazy("Ab so vielen Punkten. Von der zweiten Klasse an kann ein Planwerk tragen.")),
)  # fmt: skip
MOST_WITHOUT_TEXT = 60
BEFORE_MAPS = {
    "substance-checkable": 40,
    "substance-fields": 15,
    "substance-indicators": 0,
    "substance-map": 0,
}
"""What was usual before indicators and maps counted: a city that set its points then keeps a sum of 100."""


@dataclass(frozen=True)
class RubricNumber:
    """One number of the rubric: what it is, what it may be, where the usual one comes from."""

    key: str
    group: str
    label: Text
    usual: int
    low: int
    high: int
    unit: Text
    source: Text


@lru_cache(maxsize=1)
def numbers() -> dict[str, RubricNumber]:
    """All numbers that may be set, in their order."""
    usual = rubric()
    found = [
        RubricNumber(f"half_life-{sort}", "half_life", Plan.Type(sort).label, years, 1, 100, _YEARS, SOURCES.get(f"half_life-{sort}", _CONCEPTS))
        for sort, years in usual["half_life"].items()
    ]  # fmt: skip
    for name in (
        "horizon_passed",
        "superseded-part",
        "superseded-whole",
        "expired",
        "old_data-years",
        "old_data-points",
        "law-points",
        "law-most",
    ):
        outer, _gap, inner = name.partition("-")
        value = usual[outer][inner] if inner else usual[outer]
        unit = _YEARS if name == "old_data-years" else _POINTS
        found.append(RubricNumber(name, "currency", LABELS[name], value, 0, 100, unit, _SET))
    for group, enough in (("substance", "enough_measures"), ("without_text", "enough_aims")):
        for name, points in usual[group].items():
            key = f"{group}-{name}"
            found.append(RubricNumber(key, group, LABELS[key], points, 0, 100, _POINTS, _SET))
        found.append(RubricNumber(enough, group, LABELS[enough], usual[enough], 1, 100, "", _SET))
    for group, scale in (("bound_currency", CURRENCY), ("bound_substance", SUBSTANCE)):
        found += [
            RubricNumber(f"{group}-{place}", group, step.word, step.low, 1, 99, _POINTS, _SET)
            for place, step in enumerate(scale[:-1], 1)
        ]
    return {one.key: one for one in found}


@dataclass(frozen=True)
class Rubric:
    """The rubric of a concept: each number by its key, with the scales that follow from the bounds of the classes."""

    values: Mapping[str, int]
    own: Mapping[str, RubricValue] = field(default_factory=dict)
    """The rows of what is set otherwise than usual."""

    def __getitem__(self, key: str) -> int:
        return self.values[key]

    def of(self, group: str) -> dict[str, int]:
        """The numbers of a group by the second part of their keys."""
        return {
            key.partition("-")[2]: value for key, value in self.values.items() if key.startswith(f"{group}-")
        }

    @cached_property
    def currency(self) -> tuple[ScaleStep, ...]:
        """The steps of Aktualität."""
        return _scale(CURRENCY, self.of("bound_currency"))

    @cached_property
    def substance(self) -> tuple[ScaleStep, ...]:
        """The steps of Aussagekraft."""
        return _scale(SUBSTANCE, self.of("bound_substance"))

    def is_sound(self, currency: int, substance: int) -> bool:
        """Whether a plan with these points is current and says something: it reaches the second class of both."""
        return currency >= self["bound_currency-2"] and substance >= self["bound_substance-2"]

    @property
    def stamp(self) -> str:
        """Another one as soon as any number is set otherwise, by whomever."""
        said = sorted((key, row.pk, row.version) for key, row in self.own.items())
        return hashlib.sha256(json.dumps(said).encode()).hexdigest()[:16]


def _scale(scale: tuple[ScaleStep, ...], bounds: Mapping[str, int]) -> tuple[ScaleStep, ...]:
    lows = [bounds[str(place)] for place in range(1, len(scale))] + [0]
    highs = [100, *(low - 1 for low in lows[:-1])]
    return tuple(
        replace(step, low=low, high=high) for step, low, high in zip(scale, lows, highs, strict=True)
    )


def usual_rubric() -> Rubric:
    """The rubric that comes with the program."""
    return Rubric({key: one.usual for key, one in numbers().items()})


def rubric_of(concept_id: int | None) -> Rubric:
    """The rubric of a concept. One query. What a package set beyond what is possible counts as usual."""
    known = numbers()
    rows = {
        row.key: row
        for row in RubricValue.objects.filter(concept=concept_id)
        if row.key in known and known[row.key].low <= row.value <= known[row.key].high
    }
    values = {key: rows[key].value if key in rows else one.usual for key, one in known.items()}
    if problems_of(values, ["substance"]):
        values |= {key: value for key, value in BEFORE_MAPS.items() if key not in rows}
    for group in ("bound_currency", "bound_substance"):
        if problems_of(values, [group]):
            values |= {key: one.usual for key, one in known.items() if one.group == group}
    return Rubric(values, rows)


def problems_of(values: Mapping[str, int], groups: Iterable[str]) -> dict[str, str]:
    """What does not fit together, by the key at which it is said."""
    found: dict[str, str] = {}
    for group in groups:
        parts = {key: value for key, value in values.items() if key.startswith(f"{group}-")}
        total = sum(parts.values())
        if group == "substance" and total != 100:
            found["substance-checkable"] = _("Die Punkte der Aussagekraft müssen zusammen 100 ergeben, jetzt sind es %(total)s.") % {"total": total}  # fmt: skip
        if group == "without_text" and total > MOST_WITHOUT_TEXT:
            found["without_text-aims"] = _("Ohne Text sind zusammen höchstens 60 Punkte möglich, jetzt sind es %(total)s.") % {"total": total}  # fmt: skip
        if group.startswith("bound_"):
            lows = [parts[f"{group}-{place}"] for place in range(1, len(parts) + 1)]
            if any(above <= below for above, below in pairwise(lows)):
                found[f"{group}-1"] = _("Jede Klasse muss höher beginnen als die nächste.")
    return found


def set_rubric(
    concept: Concept, *, values: Mapping[str, int], reason: str, stamp: str, actor: Actor
) -> list[str]:
    """Set numbers of the rubric, with one reason for all that change; those set as usual lose their row. Returns the keys that changed.

    Raises PermissionDenied, Conflict where somebody changed the rubric meanwhile, and ValidationError by key or ``reason``.
    """
    require(actor, RIGHT)
    known = numbers()
    with transaction.atomic():
        Concept.objects.select_for_update().get(pk=concept.pk)
        now = rubric_of(concept.pk)
        if now.stamp != stamp:
            raise Conflict(None)
        wanted = {**now.values, **{key: value for key, value in values.items() if key in known}}
        changed = [key for key in known if wanted[key] != now.values[key]]
        problems = problems_of(wanted, [group for group, _title, _text in GROUPS])
        for key in changed:
            if not known[key].low <= wanted[key] <= known[key].high:
                problems[key] = _("Möglich sind %(low)s bis %(high)s.") % {
                    "low": known[key].low,
                    "high": known[key].high,
                }
        if changed and not reason.strip() and any(wanted[key] != known[key].usual for key in changed):
            problems["reason"] = _("Bitte sagen Sie in einem Satz, warum.")
        if problems:
            raise ValidationError({key: [words] for key, words in problems.items()})
        for key in changed:
            row = now.own.get(key)
            if wanted[key] == known[key].usual and row is not None:
                delete_part(row, expected_version=row.version, actor=actor, right=RIGHT)
            else:
                save_part(
                    row or RubricValue(concept=concept, key=key), values={"value": wanted[key], "reason": reason},
                    expected_version=row.version if row else None, actor=actor, right=RIGHT,
                )  # fmt: skip
    return changed


def changes_of(concept: Concept) -> Any:
    """The history of the rubric, the latest first."""
    of_it = {f"differences__{PART}__1": RubricValue._meta.model_name}
    return Change.objects.filter(concept=concept, item_id="", **of_it).select_related("actor")
