"""The plan signs of a concept, read once for each request: what elements are drawn with, legends say and forms offer."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from contextvars import ContextVar
from typing import Any

from insek.concept.models import Concept
from insek.people.prepared import prepared

from .sign_models import PlanSign
from .usual_signs import usual_signs

TOLD = (
    "key", "name", "name_en", "shape", "colour", "letter", "hatch", "dash", "width", "explanation", "explanation_en",
)  # fmt: skip
"""What the cells of a package say as it is kept."""
_known: ContextVar[list[PlanSign] | None] = ContextVar("plan_signs", default=None)


def forget(**_signal: Any) -> None:
    """Read anew from here on: a request or a job begins, or a sign changed."""
    _known.set(None)


def all_signs() -> list[PlanSign]:
    """The signs of the installation in the order of the legend, retired ones too. One query a request."""
    known = _known.get()
    if known is None:
        known = prepared("plan signs", lambda: PlanSign.objects.order_by("position", "key"))
        _known.set(known)
    return known


def signs_of(concept: Concept | int | None) -> list[PlanSign]:
    """The signs of a concept in the order of the legend, retired ones too."""
    pk = concept.pk if isinstance(concept, Concept) else concept
    return [sign for sign in all_signs() if sign.concept_id == pk]


def offered_signs(concept: Concept | int | None) -> list[PlanSign]:
    """Those that something new may be drawn with."""
    return [sign for sign in signs_of(concept) if not sign.is_retired]


def sign_named(key: str, concept: Concept | int | None) -> PlanSign:
    """The sign of that key. Raises KeyError."""
    for sign in signs_of(concept):
        if sign.key == key:
            return sign
    raise KeyError(key)


def sign_of_feature(item: Any) -> PlanSign:
    """The sign of an element; where it was taken away meanwhile, a plain one called by its key."""
    key = item.feature.sign
    try:
        return sign_named(key, item.concept_id)
    except KeyError:
        return unknown_sign(key)


def unknown_sign(key: str) -> PlanSign:
    """What stands in for a sign that nobody knows any more."""
    return PlanSign(key=key, name=key, shape=PlanSign.Shape.AREA, colour="#555f6b", letter="?")


def sign_choices() -> list[tuple[str, str]]:
    """Key and name of every sign: the choices of the model, asked anew whenever they are needed."""
    return [(sign.key, str(sign)) for sign in all_signs()]


def offered_choices(concept: Concept | int | None, kept: str = "") -> list[tuple[str, str]]:
    """Key and name of the signs a form offers; ``kept`` is one that stays although it is retired."""
    return [(sign.key, str(sign)) for sign in signs_of(concept) if not sign.is_retired or sign.key == kept]


def sign_words(row: Any) -> str:
    """What the sign of an element is called; ``sign_told`` is set where its package is only being read in."""
    told = getattr(row, "sign_told", None)
    return str(told if told is not None else row.get_sign_display())


def signs_from_rows(rows: Iterable[Mapping[str, str]] | None) -> list[PlanSign]:
    """Signs from the cells of a package, as an edition holds them; None stands for a package of before there was a catalogue."""
    cells = usual_signs() if rows is None else rows
    made = []
    for place, row in enumerate(cells, 1):
        said = {name: row[name] for name in TOLD if name in row}
        said |= {
            "arrow": str(row.get("arrow", "")).lower() == "true",
            "position": int(row.get("position") or place),
        }
        made.append(PlanSign(**said))
    return sorted(made, key=lambda sign: (sign.position, sign.key))
