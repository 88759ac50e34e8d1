"""Gaps: where the thread is torn. Small declared rules, each one sentence a planner would write on paper."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.db.models import Exists, OuterRef, QuerySet
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from insek.concept.models import Concept
from insek.people.actors import Actor

from .models import Item, ItemQuerySet, Link, LinkQuerySet

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


register_gap(
    Gap(
        name="link_without_reason",
        severity="hint",
        title=_("Verknüpfung ohne Begründung"),
        advice=_("Ein Satz genügt: Warum folgt das eine aus dem anderen?"),
        find=lambda concept: Link.objects.filter(source__concept=concept, reason=""),
        subject="link",
        mend="reason",
    )
)
