"""Gaps: where the thread is torn. Small declared rules, each one sentence a planner would write on paper."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import reduce
from operator import or_
from typing import Any

from django.db.models import Exists, OuterRef, Q, QuerySet
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from insek.concept.models import Concept
from insek.people.actors import Actor

from .known_ids import is_seen
from .models import Item, ItemQuerySet, Link, LinkQuerySet
from .own_fields import all_fields
from .own_models import FieldDefinition

SEVERITIES = {"blocking": _("verhindert den Beschluss"), "warning": _("Lücke"), "hint": _("Hinweis")}


@dataclass(frozen=True)
class Gap:
    """One rule.

    ``find`` gives the torn items (or fields, or links) of a concept; ``mend`` says what mends them: "edit" opens the
    form, "link" opens linking with ``link_choice`` chosen ("gruende" or "folgen", kind of link, kind of the other end),
    "item" the page of the item; ``subject`` is item, field or link.
    """

    name: str
    severity: str
    title: str | Promise
    advice: str | Promise
    find: Callable[[Concept], QuerySet[Any]]
    mend: str = "link"
    subject: str = "item"
    link_choice: str = ""
    says: Callable[[Any], str] | None = None
    """What is missing at one torn place, where the rule alone does not say it."""


_gaps: dict[str, Gap] = {}


def register_gap(gap: Gap) -> None:
    """Make a rule known."""
    if gap.severity not in SEVERITIES:
        raise ValueError(gap.severity)
    _gaps[gap.name] = gap


def all_gaps() -> list[Gap]:
    """All rules, the gravest first."""
    order = list(SEVERITIES)
    return sorted(_gaps.values(), key=lambda gap: (order.index(gap.severity), gap.name))


def gap_named(name: str) -> Gap:
    """The rule of that name. Raises KeyError."""
    return _gaps[name]


def items_without(concept: Concept, kind: str, *, reason: str = "", consequence: str = "") -> QuerySet[Item]:
    """Items of a kind that no link of this name reaches (reason) or leaves (consequence)."""
    items = Item.objects.filter(concept=concept, kind=kind)
    if reason:
        items = items.filter(~Exists(Link.objects.filter(target=OuterRef("pk"), kind=reason)))
    if consequence:
        items = items.filter(~Exists(Link.objects.filter(source=OuterRef("pk"), kind=consequence)))
    return items


def torn(gap: Gap, concept: Concept, actor: Actor) -> QuerySet[Any]:
    """What a rule finds among what the actor may see; one rule, one query."""
    rows = gap.find(concept)
    return rows.visible_to(actor) if isinstance(rows, ItemQuerySet | LinkQuerySet) else rows


def blocking_gaps(concept: Concept) -> list[Gap]:
    """The rules that forbid adoption right now. One query for each blocking rule."""
    return [gap for gap in all_gaps() if gap.severity == "blocking" and gap.find(concept).exists()]


def _required(concept: Concept) -> list[FieldDefinition]:
    return [field for field in all_fields(concept) if field.is_required and not field.is_retired]


def _with_empty_field(concept: Concept) -> QuerySet[Item]:
    """Items that lack what an own field of their kind asks for. No query where nothing is obligatory."""
    lacking = [Q(kind=field.kind) & ~Q(own__has_key=field.key) for field in _required(concept)]
    items = Item.objects.filter(concept=concept)
    return items.filter(reduce(or_, lacking)) if lacking else items.none()


def _empty_fields(item: Item) -> str:
    """What an item lacks, by name."""
    return ", ".join(
        str(field)
        for field in _required(item.concept)
        if field.kind == item.kind and field.key not in item.own
    )


register_gap(
    Gap(
        name="own_field_empty",
        severity="warning",
        title=_("Pflichtangabe fehlt"),
        advice=_("Ein eigenes Feld, das ausgefüllt sein muss, ist leer."),
        find=_with_empty_field,
        mend="edit",
        says=_empty_fields,
    )
)
register_gap(
    Gap(
        name="link_without_reason",
        severity="hint",
        title=_("Verknüpfung ohne Begründung"),
        advice=_("Ein Satz genügt: Warum folgt das eine aus dem anderen?"),
        find=lambda concept: Link.objects.filter(
            is_seen(Item.objects.filter(concept=concept), "source"), reason=""
        ),
        subject="link",
        mend="reason",
    )
)
