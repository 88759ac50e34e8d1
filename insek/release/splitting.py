"""Splitting an item into several, and taking that back as a whole.

The item stays, with its address and number, and says what was split from it; each part is a new item that begins with all it says,
with words of its own, and takes those links and rows that were given to it.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from insek.engines.text import shortened
from insek.people.actors import Actor, require
from insek.people.addresses import address_of
from insek.thread import carrying, history, services
from insek.thread.identity import new_id
from insek.thread.kinds import kind_named
from insek.thread.known_ids import with_own_row
from insek.thread.lineage import Lineage, LineageWay, Reshaping
from insek.thread.models import Change, Item, Link
from insek.thread.recording import mark_of, undoing

from .acts import Act, is_public_item, register_act
from .models import Proposal
from .plain_values import from_plain
from .releases import act_or_propose
from .reshaping import (
    checked_reason,
    give,
    give_back,
    of_the_act,
    open_reshaping,
    put_moves_back,
    put_place,
    read_place,
    record_reshaping,
    rows_now,
    told_back,
    words_of,
)

MOST_PARTS = 5
"""Parts that can be split from an item at once."""


@dataclass
class SplitPart:
    """A new item that shall be split from another: its words, and what goes to it."""

    title: str
    text: str = ""
    number: str = ""
    moved_links: list[int] = field(default_factory=list)
    copied_links: list[int] = field(default_factory=list)
    rows: list[list[Any]] = field(default_factory=list)
    """Name of the carried column and key of each row."""
    with_place: bool = False

    def plain(self) -> dict[str, Any]:
        """As a proposal keeps it, with the id that the new item will have."""
        return {
            "id": new_id(), "title": self.title, "text": self.text, "number": self.number, "moved_links": self.moved_links,
            "copied_links": self.copied_links, "rows": self.rows, "with_place": self.with_place,
        }  # fmt: skip


def split_or_propose(
    item: Item,
    parts: Sequence[SplitPart],
    *,
    values: Mapping[str, Any],
    reason: str,
    expected_version: int,
    actor: Actor,
) -> Item | Proposal:
    """Split parts from an item, which keeps ``values``; what is public waits for its release.

    Raises PermissionDenied, Conflict, ValidationError.
    """
    require(actor, "thread.reshape_items", item)
    if not 0 < len(parts) <= MOST_PARTS:
        raise ValidationError(_("Bitte geben Sie mindestens einem Teil einen Titel."))
    payload = {
        "parts": [part.plain() for part in parts],
        "values": dict(values),
        "reason": checked_reason(reason),
    }
    done: Item | Proposal = act_or_propose(
        "split", item, payload, actor=actor, note=reason, expected_version=expected_version
    )
    return done


def _split(item: Item, payload: dict[str, Any], actor: Actor) -> Item:
    require(actor, "thread.reshape_items", item)
    if not kind_named(item.kind).reshapes:
        raise ValidationError(_("Inhalte dieser Art lassen sich nicht teilen."))
    with transaction.atomic():
        item = with_own_row(item.kind, item.pk)
        before, title = history.snapshot(item), str(item)
        log: dict[str, Any] = {"parts": [], "moves": [], "copies": [], "before": before}
        place = read_place(item)
        log["place_before"] = log["place_after"] = place
        item = give(item, payload["values"], actor)
        words = []
        for part in payload["parts"]:
            made = _new_part(item, part, before, actor)
            moves, copies = _hand_over(item, made, part, actor)
            if part["with_place"] and place:
                made = put_place(made, place, actor)
            log["parts"].append([made.pk, with_own_row(made.kind, made.pk).version])
            log["moves"].append(moves)
            log["copies"].append(copies)
            words.append(words_of(made))
        log["after"] = history.snapshot(with_own_row(item.kind, item.pk))
        told: dict[str, list[Any]] = {"split": ["", "\n\n".join(words)]}
        if payload["reason"]:
            told["reason"] = ["", payload["reason"]]
        reshaping = Reshaping(
            concept_id=item.concept_id, way=LineageWay.SPLIT, item_id=item.pk, reason=payload["reason"], actor_id=actor.user_id
        )  # fmt: skip
        pairs = [(item.pk, pk, title) for pk, _version in log["parts"]]
        return record_reshaping(reshaping, item, Change.Action.SPLIT, told, log, pairs, actor)


def _new_part(item: Item, part: Mapping[str, Any], before: Mapping[str, Any], actor: Actor) -> Item:
    """A new item that begins with what the other says, but for its words."""
    new = from_plain(
        item, {name: value for name, value in before.items() if not kind_named(item.kind).is_of_room(name)}
    )
    words = {name: part[name] for name in ("title", "text", "number")}
    return services.create_item(
        kind=item.kind, concept=item.concept, values={**new.values, "title_en": "", "text_en": "", **words}, actor=actor,
        fields=new.fields or (), themes=new.themes or (), item_id=part["id"],
    )  # fmt: skip


def _hand_over(
    item: Item, made: Item, part: Mapping[str, Any], actor: Actor
) -> tuple[list[list[Any]], list[int]]:
    """Give a part the links and rows that go to it; returns the log, and the keys of links that were copied."""
    moves: list[list[Any]] = []
    copies: list[int] = []
    for link, end in list(carrying.links_of(item)):
        if link.pk in part["moved_links"]:
            moves.append(carrying.move_link(link, end, made, actor))
        elif link.pk in part["copied_links"]:
            ends = (made, link.target) if end == "source" else (link.source, made)
            copy = services.link_items(
                *ends, kind=link.kind, reason=link.reason, locator=link.locator, actor=actor
            )
            copies.append(copy.pk)
    wanted = {(name, str(key)) for name, key in part["rows"]}
    for carried in carrying.carried_with(item.kind):
        for row in carried.of(item.pk):
            if (carried.name, str(row.pk)) in wanted:
                moves.append(carrying.move_row(carried, row, made, actor))
    return moves, copies


def unsplit_or_propose(reshaping: Reshaping, *, actor: Actor) -> Item | Proposal:
    """Take a split back as a whole, what is public after its release. Raises PermissionDenied and ValidationError."""
    item = Item.objects.filter(pk=reshaping.item_id).first()
    if item is None:
        raise ValidationError(_("Den Inhalt, der geteilt wurde, gibt es nicht mehr."))
    require(actor, "thread.reshape_items", item)
    done: Item | Proposal = act_or_propose("unsplit", item, {"reshaping": reshaping.pk}, actor=actor)
    return done


def _unsplit(item: Item, payload: dict[str, Any], actor: Actor) -> Item:
    require(actor, "thread.reshape_items", item)
    with transaction.atomic():
        reshaping = open_reshaping(item, payload, LineageWay.SPLIT)
        log = reshaping.log
        change = Change.objects.filter(pk=reshaping.change or 0).first()
        with undoing(mark_of(change) if change else None):
            gone = []
            for (pk, version), moves, copies in reversed(
                list(zip(log["parts"], log["moves"], log["copies"], strict=True))
            ):
                part = _unchanged(pk, version, moves, copies, item.kind)
                kept = services.kept_of_deleted(part)
                put_moves_back(moves, part.pk, item, actor)
                gone.append((part.pk, str(part), words_of(part)))
                services.take_down(with_own_row(part.kind, part.pk), actor=actor, kept=kept)
            item = give_back(item, log, actor, later=False)
            item = give_back(item, log, actor, later=True)
            Lineage.objects.filter(reshaping=reshaping).delete()
            Lineage.objects.bulk_create(
                Lineage(
                    concept_id=item.concept_id, before=pk, after=item.pk, before_title=shortened(title, 340), way=LineageWay.MERGED
                )
                for pk, title, _words in gone
            )  # fmt: skip
            words = "\n\n".join(each for _pk, _title, each in reversed(gone))
            return told_back(item, {"merged": [words, ""]}, actor)


def _unchanged(pk: str, version: int, moves: Sequence[list[Any]], copies: Sequence[int], kind: str) -> Item:
    """A part as it was when it was split off; else its words would be lost. Raises ValidationError."""
    try:
        part = with_own_row(kind, pk)
    except Item.DoesNotExist:
        raise ValidationError(_("Einen der Teile gibt es nicht mehr.")) from None
    known = {*copies, *(entry[1] for entry in moves if entry[0] == "link")}
    links = Link.objects.filter(source=pk) | Link.objects.filter(target=pk)
    if part.version != version or links.exclude(pk__in=known).exists():
        raise ValidationError(
            _("„%(item)s“ hat sich seit dem Teilen geändert. Damit nichts verloren geht, legen Sie die Teile stattdessen zusammen.")
            % {"item": part}
        )  # fmt: skip
    return part


def _form_at(item: Item, payload: dict[str, Any]) -> str:
    return address_of("item-split", item.pk) if payload else ""


register_act(
    Act(
        "split", gettext_lazy("Inhalt teilen"), _split, rows=rows_now, differences=of_the_act, form_at=_form_at,
        overwrites=True, is_public=is_public_item, always_waits=True,
    )
)  # fmt: skip
register_act(
    Act(
        "unsplit", gettext_lazy("Teilen zurücknehmen"), _unsplit, differences=of_the_act, is_public=is_public_item,
        always_waits=True,
    )
)  # fmt: skip
