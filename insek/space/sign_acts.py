"""What the lead does with plan signs: adds, changes, orders, retires, takes up again, deletes those that nothing was drawn with.

Each is an act of setting up: with history, and never over somebody else's change.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import partial
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.text import slugify
from django.utils.translation import gettext as _
from django_tasks import task

from insek import clock
from insek.concept.models import Concept
from insek.engines.text import fold
from insek.people.actors import Actor, require
from insek.people.locking import Conflict, hold_version
from insek.thread import events
from insek.thread.models import SearchEntry
from insek.thread.pieces import in_pieces
from insek.thread.setting_up import delete_part, save_part

from .models import Feature
from .sign_check import contradictions
from .sign_models import KEY_LENGTH, PlanSign
from .signs import forget
from .usual_signs import usual_signs

RIGHT = "concept.set_up"
MOST_SIGNS = 60
"""Signs of a concept; a legend of more cannot be read."""
NAMED = 12
"""Elements that a refusal names."""
OF_SHAPE: dict[str, dict[str, Any]] = {
    PlanSign.Shape.POINT: {"hatch": "", "dash": "", "arrow": False, "width": 3},
    PlanSign.Shape.LINE: {"hatch": ""},
    PlanSign.Shape.AREA: {"dash": "", "arrow": False, "width": 3},
}
"""What a shape has no use for."""


def put_usual_signs(concept: Concept) -> None:
    """Give a new concept the signs it begins with, where it has none."""
    if not PlanSign.objects.filter(concept=concept).exists():
        PlanSign.objects.bulk_create(PlanSign(concept=concept, **values) for values in usual_signs())
        forget()


def add_sign(concept: Concept, *, values: Mapping[str, Any], actor: Actor) -> PlanSign:
    """Add a sign behind those there are. Raises PermissionDenied, and ValidationError by field."""
    require(actor, RIGHT)
    there = list(PlanSign.objects.filter(concept=concept))
    if len(there) >= MOST_SIGNS:
        raise ValidationError(_("Mehr als %(limit)s Planzeichen sind nicht möglich.") % {"limit": MOST_SIGNS})
    made = PlanSign(concept=concept, key=_free_key(str(values.get("name", "")), {sign.key for sign in there}))
    made.position = max((sign.position for sign in there), default=0) + 1
    saved: PlanSign = save_part(
        made, values=_fitting(values), expected_version=None, actor=actor, right=RIGHT
    )
    return saved


def change_sign(
    sign: PlanSign, *, values: Mapping[str, Any], expected_version: int, actor: Actor
) -> PlanSign:
    """Change a sign. Raises Conflict, PermissionDenied, and ValidationError by field: a shape that elements contradict is refused with their names."""
    require(actor, RIGHT)
    before = PlanSign.objects.get(pk=sign.pk)
    with transaction.atomic():
        hold_version(sign, expected_version)
        if "shape" in values and values["shape"] != before.shape:
            _refuse_contradicted(before, str(values["shape"]))
        save_part(sign, values=_fitting(values), expected_version=expected_version, actor=actor, right=RIGHT)
        if "name" in values and values["name"] != before.name:
            transaction.on_commit(partial(find_by_name.enqueue, sign.pk))
    return sign


def _fitting(values: Mapping[str, Any]) -> dict[str, Any]:
    """Without what the shape has no use for."""
    return {**values, **OF_SHAPE.get(values.get("shape", ""), {})}


def _refuse_contradicted(sign: PlanSign, shape: str) -> None:
    sign.shape = shape
    found = contradictions(sign.concept, sign)
    if not found:
        return
    named = "; ".join(str(item) for item in found[:NAMED])
    if len(found) > NAMED:
        named += _(" und %(count)s weitere") % {"count": len(found) - NAMED}
    raise ValidationError(
        {
            "shape": _(
                "Damit passen diese Elemente nicht mehr zu ihrem Zeichen: %(items)s. Bitte zuerst sie anders zeichnen oder ihnen ein anderes Planzeichen geben."
            )
            % {"items": named}
        }
    )


def retire_sign(sign: PlanSign, *, expected_version: int, actor: Actor) -> PlanSign:
    """Offer a sign no more; what is drawn with it stays and is explained in the legend. Raises Conflict."""
    values = {"retired_on": clock.today()}
    return change_sign(sign, values=values, expected_version=expected_version, actor=actor)


def take_up_sign(sign: PlanSign, *, expected_version: int, actor: Actor) -> PlanSign:
    """Offer a retired sign again. Raises Conflict, and ValidationError where another has its name or letter by now."""
    return change_sign(sign, values={"retired_on": None}, expected_version=expected_version, actor=actor)


def delete_sign(sign: PlanSign, *, expected_version: int, actor: Actor) -> None:
    """Delete a sign that nothing was ever drawn with. Raises Conflict, and ValidationError with what uses it."""
    delete_part(sign, expected_version=expected_version, actor=actor, right=RIGHT)


def move_sign(sign: PlanSign, *, up: bool, expected_version: int, actor: Actor) -> None:
    """Let a sign change places with the one before or behind it in the legend; nothing where there is none. Raises Conflict."""
    require(actor, RIGHT)
    with transaction.atomic():
        hold_version(sign, expected_version)
        rows = PlanSign.objects.filter(concept=sign.concept_id, retired_on=None)
        order = list(rows.select_for_update())
        here = next((place for place, each in enumerate(order) if each.pk == sign.pk), None)
        if here is None:
            raise Conflict(sign)
        there = here - 1 if up else here + 1
        if not 0 <= there < len(order):
            return
        order[here], order[there] = order[there], order[here]
        for place, each in enumerate(order, 1):
            if each.position != place:
                save_part(
                    each, values={"position": place}, expected_version=each.version, actor=actor, right=RIGHT
                )


def _free_key(name: str, taken: Sequence[str] | set[str]) -> str:
    stem = slugify(fold(name))[: KEY_LENGTH - 3].strip("-") or "zeichen"
    return next(
        key
        for number in range(1, MOST_SIGNS + 2)
        if (key := stem if number == 1 else f"{stem}-{number}") not in taken
    )


@task()
def find_by_name(pk: int) -> None:
    """A sign is called otherwise: have search read the elements that are drawn with it again."""
    sign = PlanSign.objects.filter(pk=pk).first()
    if sign is None:
        return
    drawn = Feature.objects.filter(item__concept=sign.concept_id, sign=sign.key)
    ids: list[str] = list(drawn.values_list("item_id", flat=True))
    in_pieces(ids, lambda piece: SearchEntry.objects.filter(item__in=piece).update(waiting=True))
    events.tell(concept_id=sign.concept_id, action="plan_signs")
