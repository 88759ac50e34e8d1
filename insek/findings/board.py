"""The board of strengths, weaknesses, opportunities and threats: its cards, and where they lie.

A card is a finding. Its words and its quadrant are content and change through the ordinary services and the release step; the
order of cards and their groups are a working arrangement that holds at once and that the public never reads.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import Count, Exists, F, Max, OuterRef, Sum
from django.db.models.functions import Coalesce
from django.utils.translation import gettext as _

from insek.concept.asker import Asker
from insek.concept.models import Concept, Field
from insek.people.actors import Actor, require
from insek.people.locking import Conflict
from insek.people.models import Right
from insek.release import releases
from insek.release.models import Proposal
from insek.thread.cleaning import clean_text
from insek.thread.models import Item, ItemQuerySet, Link
from insek.thread.shared_cache import content_version

from . import evidence as proofs
from .models import Board, BoardCard

MOST = 400
"""Cards that a board shows at most."""
STEP = 1024
"""Room between two cards, so that most moves write one row."""
LAST = 2_000_000_000
"""Where cards lie that nobody has moved yet: behind all others, by their numbers."""
LONGEST_GROUP = 80


@dataclass(frozen=True)
class Card:
    """A finding as a card: what it says, where it lies, how well it is founded."""

    item: Item
    group: str
    version: int
    """That of the arrangement."""
    districts: Sequence[Item]
    evidence: int
    """How many things prove it."""
    waits: bool
    """Whether a change of it waits for its release."""

    @property
    def evidence_state(self) -> str:
        """Whether it is proven, an assertion, or still to be proven."""
        return proofs.state_of(self.item, self.evidence)

    @property
    def sign(self) -> str:
        """Another one whenever the card would look another way."""
        seen = (
            self.item.version, self.version, self.group, [each.pk for each in self.districts], self.evidence, self.evidence_state, self.waits,
            self.item.visibility, self.item.finding.type,
        )  # fmt: skip
        return hashlib.sha256(repr(seen).encode()).hexdigest()[:10]


@dataclass
class Heap:
    """Cards of a quadrant under one heading; without a name those that belong to no group."""

    name: str
    cards: list[Card] = field(default_factory=list)


@dataclass(frozen=True)
class Quadrant:
    """One of the four parts of the board."""

    type: str
    label: str
    heaps: Sequence[Heap]

    @property
    def count(self) -> int:
        """How many cards lie here."""
        return sum(len(heap.cards) for heap in self.heaps)


def in_order(items: ItemQuerySet) -> ItemQuerySet:
    """Findings as they lie on the board."""
    return items.order_by(Coalesce("finding__card__position", LAST), "sort_key", "pk")


def cards_of(asker: Asker, items: ItemQuerySet) -> list[Card]:
    """The cards of these findings, as they lie. Seven queries."""
    actor = asker.actor
    waiting = Proposal.objects.waiting().filter(item=OuterRef("pk"))
    found = list(
        in_order(items)
        .select_related("concept", "finding", "finding__card")
        .prefetch_related("fields")
        .annotate(waits=Exists(waiting) if actor.sees_internal else Exists(waiting.none()))[:MOST]
    )
    ids = [item.pk for item in found]
    districts: dict[str, list[Item]] = {}
    places = Link.objects.visible_to(actor).filter(source__in=ids, kind="located_in", target__kind="district")
    for link in places.select_related("target").order_by("target__sort_key"):
        districts.setdefault(link.source_id, []).append(link.target)
    evidence = proofs.counted(ids, actor)
    cards = []
    for item in found:
        lies = getattr(item.finding, "card", None)
        cards.append(
            Card(
                item,
                lies.group if lies is not None and actor.sees_internal else "",
                lies.version if lies is not None else 0,
                districts.get(item.pk, []),
                evidence.get(item.pk, 0),
                item.waits,
            )
        )
    return cards


def quadrants_of(cards: Iterable[Card], labels: Mapping[Any, Any]) -> list[Quadrant]:
    """The four parts with their cards; groups stand where their first card lies, behind the cards of none."""
    heaps: dict[str, dict[str, Heap]] = {kind: {"": Heap("")} for kind in labels}
    for card in cards:
        of_type = heaps[card.item.finding.type]
        of_type.setdefault(card.group, Heap(card.group)).cards.append(card)
    return [Quadrant(kind, str(label), list(heaps[kind].values())) for kind, label in labels.items()]


def state_of(asker: Asker, query: str) -> str:
    """A short sign that is another one whenever the board may look another way. Three short queries."""
    concept, actor = asker.concept, asker.actor
    arranged, waiting = 0, ()
    if concept is not None and actor.sees_internal:
        arranged = Board.objects.filter(concept=concept).values_list("arranged", flat=True).first() or 0
        found = releases.waiting(concept).filter(item__kind="finding").order_by()
        waiting = tuple(found.aggregate(last=Max("pk"), number=Count("pk"), versions=Sum("version")).values())
    seen = (
        content_version(concept, actor),
        arranged,
        waiting,
        actor.user_id,
        sorted(actor.rights),
        asker.language,
        query,
    )
    return hashlib.sha256(repr(seen).encode()).hexdigest()[:16]


def write_card(
    concept: Concept, *, title: str, type: str, fields: Iterable[Field], group: str = "", actor: Actor
) -> Item:
    """Write a new card: an internal finding, at the end of its quadrant or group. Raises PermissionDenied, ValidationError."""
    with transaction.atomic():
        values = {"title": title, "type": type}
        item = releases.create_or_propose(
            kind="finding", concept=concept, values=values, fields=fields, actor=actor
        )
        assert isinstance(item, Item)  # an internal one never waits
        place_card(item, group=group, expected_version=0, actor=actor)
    return item


def move_card(item: Item, *, type: str, expected_version: int, actor: Actor) -> Item | Proposal:
    """Put a card into another quadrant; of a public finding this waits for its release. Raises Conflict."""
    return releases.save_or_propose(
        item, expected_version=expected_version, values={"type": type}, actor=actor
    )


def edit_card(
    item: Item,
    *,
    values: Mapping[str, Any],
    fields: Iterable[Field],
    districts: Iterable[Item],
    expected_version: int,
    actor: Actor,
) -> list[Proposal]:
    """Change the words of a card and the districts it speaks of; returns what waits for its release.

    Raises Conflict where somebody changed the finding since it was read; then nothing is written.
    """
    waiting: list[Proposal] = []
    with transaction.atomic():
        saved = releases.save_or_propose(
            item, expected_version=expected_version, values=dict(values), fields=fields, actor=actor
        )
        if isinstance(saved, Proposal):
            waiting.append(saved)
        wanted = {district.pk: district for district in districts}
        there = Link.objects.visible_to(actor).filter(source=item, kind="located_in", target__kind="district")
        for link in there.select_related("source", "target"):
            if wanted.pop(link.target_id, None) is None:
                waits = releases.unlink_or_propose(link, actor=actor)
                waiting += [waits] if waits is not None else []
        for district in wanted.values():
            done = releases.link_or_propose(item, district, kind="located_in", reason="", actor=actor)
            waiting += [done] if isinstance(done, Proposal) else []
    return waiting


def place_card(
    item: Item, *, expected_version: int, actor: Actor, before: str | None = None, group: str | None = None
) -> BoardCard:
    """Lay a card before another one of its quadrant, or at the end; into a group, into none (""), or as it is (None).

    ``expected_version`` is that of the card that was seen. Raises Conflict when somebody moved just this card meanwhile;
    what others do with other cards never conflicts.
    """
    require(actor, "findings.arrange")
    if group is not None:
        group = _group_name(group)
    with transaction.atomic():
        _begin(item.concept_id)
        card = BoardCard.objects.filter(finding=item.pk).first()
        if (card.version if card else 0) != expected_version:
            raise Conflict(card)
        position = _room_for(item, before)
        if card is None:
            return BoardCard.objects.create(finding_id=item.pk, position=position, group=group or "")
        card.position, card.version = position, card.version + 1
        card.group = card.group if group is None else group
        card.save()
    return card


def step_card(item: Item, *, steps: int, expected_version: int, actor: Actor) -> BoardCard | None:
    """Move a card up (-1) or down (1) among those of its quadrant and group; None where it is at the end."""
    beside = _beside(item)
    at = beside.index(item.pk) + steps
    if not 0 <= at < len(beside):
        return None
    rest = [pk for pk in beside if pk != item.pk]
    before = rest[at] if at < len(rest) else _behind(item, rest[-1])
    return place_card(item, before=before, expected_version=expected_version, actor=actor)


def group_cards(items: Sequence[tuple[Item, int]], *, name: str, actor: Actor) -> int:
    """Put several cards, each with the version that was seen, under one heading; "" takes them out of theirs. Raises Conflict."""
    require(actor, "findings.arrange")
    name = _group_name(name)
    with transaction.atomic():
        for item, version in items:
            place_card(
                item, before=_after_group(item, name), group=name, expected_version=version, actor=actor
            )
    return len(items)


def _group_name(name: str) -> str:
    name = str(clean_text(name)).strip()
    if len(name) > LONGEST_GROUP:
        told = _("Bitte höchstens %(limit)s Zeichen für den Namen der Gruppe.") % {"limit": LONGEST_GROUP}
        raise ValidationError({"group": told})
    return name


def _begin(concept_id: int) -> None:
    """Say that something moved; of two who arrange at the same time one waits here."""
    if not Board.objects.filter(concept=concept_id).update(arranged=F("arranged") + 1):
        Board.objects.get_or_create(concept_id=concept_id, defaults={"arranged": 1})


def _of_quadrant(item: Item) -> list[tuple[str, int | None]]:
    found = Item.objects.filter(concept=item.concept_id, kind="finding", finding__type=item.finding.type)
    return list(in_order(found).values_list("pk", "finding__card__position"))


def _beside(item: Item) -> list[str]:
    """The ids of the cards of the same quadrant and group, as they lie."""
    card = BoardCard.objects.filter(finding=item.pk).first()
    found = Item.objects.filter(concept=item.concept_id, kind="finding", finding__type=item.finding.type)
    rows = in_order(found).values_list("pk", "finding__card__group")
    return [pk for pk, group in rows if (group or "") == (card.group if card else "")]


def _behind(item: Item, last: str) -> str | None:
    """The card of the quadrant that lies behind another one; None at the end."""
    ids = [pk for pk, _position in _of_quadrant(item) if pk != item.pk]
    at = ids.index(last) + 1
    return ids[at] if at < len(ids) else None


def _after_group(item: Item, name: str) -> str | None:
    """The card before which the next one of a group is laid."""
    found = Item.objects.filter(concept=item.concept_id, kind="finding", finding__type=item.finding.type)
    rows = list(in_order(found.exclude(pk=item.pk)).values_list("pk", "finding__card__group"))
    places = [at for at, (_pk, group) in enumerate(rows) if (group or "") == name]
    return rows[places[-1] + 1][0] if places and places[-1] + 1 < len(rows) else None


def _room_for(item: Item, before: str | None) -> int:
    """A free number before a card, or at the end; the other cards of the quadrant make room where there is none."""
    others = [(pk, position) for pk, position in _of_quadrant(item) if pk != item.pk]
    ids = [pk for pk, _position in others]
    at = ids.index(before) if before in ids else len(ids)
    left = others[at - 1][1] if at else 0
    right = others[at][1] if at < len(others) else (left or 0) + 2 * STEP
    if left is not None and right is not None and right - left > 1:
        return (left + right) // 2
    places = {pk: (number + 1) * STEP for number, pk in enumerate(ids)}
    known = {card.pk: card for card in BoardCard.objects.filter(finding__in=ids)}
    for pk, card in known.items():
        card.position = places[pk]
    BoardCard.objects.bulk_update(known.values(), ["position"])
    new = [BoardCard(finding_id=pk, position=places[pk], version=0) for pk in ids if pk not in known]
    BoardCard.objects.bulk_create(new)
    return at * STEP + STEP // 2


def may_arrange(actor: Actor) -> bool:
    """Whether somebody may write and move cards."""
    return actor.has(Right.EDIT)
