"""Real rows for tests, made through the real services."""

from __future__ import annotations

from datetime import date
from itertools import count
from typing import Any

from insek.concept.models import Concept, Edition, Field
from insek.people.actors import PROGRAM, Actor, actor_for
from insek.people.models import Body, Membership, Role, Unit, User
from insek.people.services import ensure_roles
from insek.thread.models import Item, Link
from insek.thread.services import create_item, link_items

_numbers = count(1)


def make_concept(**values: Any) -> Concept:
    """A concept with two fields of action."""
    number = next(_numbers)
    defaults = {"key": f"musterstadt-{number}", "title": "INSEK Musterstadt", "city": "Musterstadt"}
    concept = Concept.objects.create(**{**defaults, **values})
    Field.objects.create(concept=concept, key="wohnen", position=1, name="Wohnen", name_en="Housing")
    Field.objects.create(
        concept=concept, key="klima", position=2, name="Klima", name_en="Climate", colour="#1b6d85"
    )
    return concept


def make_unit(key: str = "stadtentwicklung", **values: Any) -> Unit:
    """An organisational unit."""
    unit, _created = Unit.objects.get_or_create(key=key, defaults={"name": f"Referat {key}", **values})
    return unit


def make_body(key: str = "stadtrat", **values: Any) -> Body:
    """A body that decides."""
    body, _created = Body.objects.get_or_create(
        key=key, defaults={"name": "Stadtrat", "kind": "council", **values}
    )
    return body


def make_user(role: str | None = "project-lead", **values: Any) -> User:
    """A user with a role, password "geheim-geheim"."""
    ensure_roles()
    username = values.pop("username", f"{role or 'ohne-rolle'}-{next(_numbers)}")
    user = User.objects.create_user(username=username, password="geheim-geheim", **values)
    if role is not None:
        Membership.objects.create(user=user, role=Role.objects.get(key=role))
    return user


def make_actor(role: str | None = "project-lead", **values: Any) -> Actor:
    """The actor of a new user with a role."""
    return actor_for(make_user(role, **values))


def own_values(kind: str) -> dict[str, Any]:
    """What the own row of a kind cannot be without."""
    return {
        "district": {"level": "stadtteil"},
        "indicator": {"unit": "Personen"},
        "finding": {"type": "strength"},
        "plan": {"type": "concept"},
        "feature": {"sign": "green"},
        "format": {"precision": "day"},
        "contribution": {"type": "idea", "state": "public"},
        "minutes": {"date": date(2025, 5, 14), "precision": "day", "meeting": "Werkstatt"},
        "concept_check": {
            "weight": "local",
            "touches_no_goal": True,
            "no_goal_reason": "Es geht um die Hausordnung.",
            "status": "final",
            "final_on": date(2026, 1, 30),
        },
        "resolution": {"date": date(2025, 10, 6), "outcome": "adopted"},
    }.get(kind, {})


def make_item(kind: str, *, concept: Concept | None = None, actor: Actor = PROGRAM, **values: Any) -> Item:
    """An item of a kind, public and working text unless said otherwise."""
    concept = concept or Concept.objects.first() or make_concept()
    fields, themes = values.pop("fields", ()), values.pop("themes", ())
    item_id = values.pop("item_id", None)
    own = own_values(kind)
    if kind == "resolution":
        own["body"] = make_body()
    defaults = {"title": f"{kind} {next(_numbers)}", "visibility": "public"}
    return create_item(
        kind=kind,
        concept=concept,
        values={**defaults, **own, **values},
        fields=fields,
        themes=themes,
        actor=actor,
        item_id=item_id,
    )


def make_link(
    source: Item, target: Item, kind: str, reason: str = "Weil das eine aus dem anderen folgt."
) -> Link:
    """A link of the thread."""
    return link_items(source, target, kind=kind, reason=reason, actor=PROGRAM)


def make_edition(concept: Concept, key: str = "entwurf", **values: Any) -> Edition:
    """A draft edition."""
    return Edition.objects.create(concept=concept, key=key, title="Entwurf", **values)
