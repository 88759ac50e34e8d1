"""Real rows for tests, made through the real services."""

from __future__ import annotations

from datetime import date
from itertools import count
from typing import Any

from insek.concept.models import Concept, Edition, Field
from insek.people.actors import PROGRAM, Actor, actor_for
from insek.people.models import Body, Membership, Role, Unit, User
from insek.people.services import ensure_roles
from insek.publish.progress.making import words_hash
from insek.publish.progress.models import ProgressContent
from insek.space.sign_acts import put_usual_signs
from insek.thread.models import Item, Link
from insek.thread.services import create_item, link_items, update_item

_numbers = count(1)


def make_concept(**values: Any) -> Concept:
    """A concept with two fields of action."""
    number = next(_numbers)
    defaults = {"key": f"musterstadt-{number}", "title": "INSEK Musterstadt", "city": "Musterstadt",
                "hearing_norm": "§ 75 Abs. 2 GemO"}  # fmt: skip
    concept = Concept.objects.create(**{**defaults, **values})
    put_usual_signs(concept)
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
        "plan_statement": {"type": "aim"},
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
        "progress_report": {"period_from": date(2025, 1, 1), "period_to": date(2025, 12, 31)},
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
    if kind in ("scenario", "reach") and "people" not in values:
        shown = {"visibility": values.get("visibility", "public"), "round": values.get("round")}
        own["people"] = make_item("indicator", concept=concept, title="Einwohnerzahl", **shown).indicator
    defaults = {"title": f"{kind} {next(_numbers)}", "visibility": "public"}
    if kind == "progress_report" and values.get("visibility", "public") == "public":
        return _issued(concept, actor, {**defaults, **own, **values}, item_id)
    return create_item(
        kind=kind,
        concept=concept,
        values={**defaults, **own, **values},
        fields=fields,
        themes=themes,
        actor=actor,
        item_id=item_id,
    )


def _issued(concept: Concept, actor: Actor, values: dict[str, Any], item_id: str | None) -> Item:
    """A progress report as if its files had been made, then issued."""
    hidden = {**values, "visibility": "internal"}
    item = create_item(kind="progress_report", concept=concept, values=hidden, actor=actor, item_id=item_id)
    report = item.progress_report
    ProgressContent.objects.create(
        report=report, state="done", made_on=report.period_to, words_hash=words_hash(report)
    )
    return update_item(item, expected_version=item.version, values={"visibility": "public"}, actor=actor)


def make_link(
    source: Item, target: Item, kind: str, reason: str = "Weil das eine aus dem anderen folgt."
) -> Link:
    """A link of the thread."""
    return link_items(source, target, kind=kind, reason=reason, actor=PROGRAM)


def make_edition(concept: Concept, key: str = "entwurf", **values: Any) -> Edition:
    """A draft edition."""
    return Edition.objects.create(concept=concept, key=key, title="Entwurf", **values)
