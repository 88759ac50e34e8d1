"""What the public saw of an item, and when: its released states, one after the other.

Of the history that staff read, nothing is shown but differences between two states that were public. What stood before
the first release, or between a withdrawal and the next release, is not among them; nor who changed it, nor rows that
hang on the item, whose values may be suppressed since.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Literal

from django.db import models

from insek.people.actors import ANONYMOUS
from insek.thread.audience import tells_its_history
from insek.thread.history import COMMON_FIELDS, NOT_TRACKED, differences
from insek.thread.kinds import kind_named
from insek.thread.models import Change, Item, Visibility
from insek.thread.own_fields import fields_of_kind

from .changes import link_label

Step = Literal["taken_up", "first", "changed", "again", "withdrawn", "linked", "unlinked", "link_changed"]
PLACES = frozenset({"location", "location_note"})
UNSAID = frozenset({"visibility", "round_id", "confidence"})
_LINKS: dict[str, Step] = {
    Change.Action.LINKED: "linked", Change.Action.UNLINKED: "unlinked", Change.Action.LINK_CHANGED: "link_changed",
}  # fmt: skip


@dataclass(frozen=True)
class PublicChange:
    """One step from a released state to the next."""

    at: datetime
    step: Step
    differences: dict[str, list[Any]] = field(default_factory=dict)
    """Name of the field -> [before, after], both of them public."""
    other: Item | None = None
    """The other end of a link: public then, and public now."""
    label: str = ""
    """What that end is to the item, in words."""
    reason: str = ""
    """Why the link was drawn, as it was public then."""


def has_public_history(item: Item) -> bool:
    """Whether the public may read how an item changed: not of what people sent in, from which words may be taken out."""
    return item.visibility == Visibility.PUBLIC and tells_its_history(item.kind)


def public_history(item: Item) -> list[PublicChange]:
    """The released states of a public item, the latest first; empty for what has no public history. Up to four queries."""
    if not has_public_history(item):
        return []
    changes = list(
        Change.objects.filter(item_id=item.pk)
        .order_by("at", "pk")
        .only("at", "action", "differences", "item_id")
    )
    ends = _Ends(changes)
    own = {
        field.full_name: field.public_since
        for field in fields_of_kind(item.concept, item.kind, public_only=True)
    }
    public = _public_fields(item.kind) | own.keys()
    state: dict[str, Any] = {"visibility": _visibility_before(changes, item)}
    last: dict[str, Any] | None = None
    seen = False
    found: list[PublicChange] = []
    for change in changes:
        was_seen = seen
        state |= {
            name: pair[1]
            for name, pair in change.differences.items()
            if name in public or name == "visibility"
        }
        hidden = {name for name, since in own.items() if since is not None and change.at < since}
        seen = state["visibility"] == Visibility.PUBLIC
        if change.action in _LINKS:
            if seen and (other := ends.public_at(change)):
                words = {
                    name: pair for name, pair in change.differences.items() if name in {"reason", "locator"}
                }
                entry = _link_entry(change)
                reason = entry.get("reason", "") if change.action == Change.Action.LINKED else ""
                step = PublicChange(change.at, _LINKS[change.action], words, other, link_label(entry), reason)
                found.append(step)
            continue
        now = {name: value for name, value in state.items() if name in public - hidden}
        if seen and last is None:
            made = change.action == Change.Action.CREATED
            found.append(PublicChange(change.at, "taken_up" if made else "first"))
        elif seen and last is not None:
            changed = differences(last, now)
            if changed or not was_seen:
                found.append(PublicChange(change.at, "changed" if was_seen else "again", changed))
        elif was_seen and not seen:
            found.append(PublicChange(change.at, "withdrawn"))
        if seen:
            last = now
    return [step for step in _without_hidden(found, item.kind) if step.differences or step.step != "changed"][
        ::-1
    ]


def _public_fields(kind_name: str) -> frozenset[str]:
    """The names under which history keeps what the page of an item says."""
    kind = kind_named(kind_name)
    own = {
        column.attname
        for column in kind.model._meta.concrete_fields
        if column.name not in {"item", *NOT_TRACKED}
    }
    room = kind.fields_of_room | {f"{name}_id" for name in kind.fields_of_room}
    return frozenset({*COMMON_FIELDS, *own, *kind.many_to_many, "fields", "themes"} - UNSAID - room) | PLACES


def _visibility_before(changes: Iterable[Change], item: Item) -> str | None:
    """What an item was before its first line of history, where that is not its making."""
    for change in changes:
        if "visibility" in change.differences:
            before: str | None = change.differences["visibility"][0]
            return before
    return item.visibility


def _without_hidden(found: list[PublicChange], kind_name: str) -> list[PublicChange]:
    """Take out of the differences what names an item that the public does not see."""
    model = kind_named(kind_name).model
    names = [
        column.attname
        for column in model._meta.concrete_fields
        if isinstance(column, models.ForeignKey)
        and column.name != "item"
        and hasattr(column.related_model, "item_id")
    ]
    named = {value for step in found for name in names for value in step.differences.get(name, ()) if value}
    if not named:
        return found
    public = set(Item.objects.visible_to(ANONYMOUS).filter(pk__in=named).values_list("pk", flat=True))
    for step in found:
        for name in names:
            if name in step.differences:
                pair = [value if value in public else None for value in step.differences[name]]
                if pair[0] == pair[1]:
                    del step.differences[name]
                else:
                    step.differences[name] = pair
    return found


class _Ends:
    """The items at the other ends of links, and when each was public. Two queries at most."""

    def __init__(self, changes: Iterable[Change]) -> None:
        ends = {pk for change in changes if (pk := _other_end(change))}
        self._now: dict[str, Item] = {}
        self._then: dict[str, list[tuple[datetime, int, Any, Any]]] = defaultdict(list)
        if ends:
            self._now = {item.pk: item for item in Item.objects.visible_to(ANONYMOUS).filter(pk__in=ends)}
            rows = Change.objects.filter(item_id__in=list(self._now), differences__has_key="visibility")
            for pk, at, key, said in rows.order_by("at", "pk").values_list(
                "item_id", "at", "pk", "differences"
            ):
                self._then[pk].append((at, key, *said["visibility"]))

    def public_at(self, change: Change) -> Item | None:
        """The other end of a link, if the public saw it when the link was drawn, changed or taken away, and sees it now."""
        item = self._now.get(_other_end(change))
        if item is None:
            return None
        steps = self._then[item.pk]
        visibility = steps[0][2] if steps else item.visibility
        for at, key, _before, after in steps:
            if (at, key) <= (change.at, change.pk):
                visibility = after
        return item if visibility == Visibility.PUBLIC else None


def _link_entry(change: Change) -> dict[str, Any]:
    """A link as history keeps it; empty for any other change."""
    ends = [entry for entry in change.differences.get("link", ()) if entry]
    return ends[0] if ends and change.action in _LINKS else {}


def _other_end(change: Change) -> str:
    return str(_link_entry(change).get("item", ""))
