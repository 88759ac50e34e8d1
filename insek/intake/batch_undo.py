"""Taking one entry of a batch back, where nobody has touched its item since: by the undo of single changes."""

from __future__ import annotations

from collections.abc import Callable

from django.utils.translation import gettext as _

from insek.people.actors import Actor
from insek.release import releases
from insek.release.models import Proposal
from insek.release.restoring import restore_item
from insek.release.undo import undo_change
from insek.thread.models import Change, Item, Tombstone, Visibility

from .models import Batch, BatchEntry

Result = BatchEntry.Result
WRITTEN = {
    Result.SAVED: (Change.Action.UPDATED, Change.Action.RELEASED, Change.Action.WITHDRAWN),
    Result.PROPOSED: (Change.Action.UPDATED,),
    Result.CREATED: (Change.Action.CREATED,),
}
"""Under which words the history keeps what an entry did."""


WayBack = Callable[[Batch, BatchEntry, Item, Actor], None]
_ways_back: dict[str, WayBack] = {}


def register_way_back(result: str, way_back: WayBack) -> None:
    """Make known how entries with a result of their own are taken back."""
    _ways_back[result] = way_back


_ways_of_origin: dict[str, Callable[[Batch, BatchEntry, Actor], bool]] = {}


def register_way_back_of(origin: str, way_back: Callable[[Batch, BatchEntry, Actor], bool]) -> None:
    """Let a room take back entries of an origin that are no items; it says whether it did."""
    _ways_of_origin[origin] = way_back


def take_entry_back(batch: Batch, entry: BatchEntry, actor: Actor, *, seen: int | None = None) -> None:
    """Put one item back as it was before; otherwise the entry says why not. Raises what the services raise.

    ``seen`` is the version up to which nobody but the entry itself has changed the item, where that is not the version of the entry.
    """
    if (own := _ways_of_origin.get(batch.origin)) and own(batch, entry, actor):
        return
    if entry.result == Result.DELETED:
        _bring_back(entry, actor)
        return
    item = Item.objects.visible_to(actor).filter(pk=entry.item_id, concept=batch.concept).first()
    if item is None:
        entry.reason = _("Diesen Inhalt gibt es nicht mehr.")
    elif way_back := _ways_back.get(entry.result):
        way_back(batch, entry, item, actor)
    elif entry.result == Result.PROPOSED:
        _take_proposal_back(entry, item, actor, entry.version if seen is None else seen)
    else:
        _undo(entry, item, actor, entry.version if seen is None else seen)


def _bring_back(entry: BatchEntry, actor: Actor) -> None:
    tombstone = Tombstone.objects.filter(pk=entry.item_id).first()
    if tombstone is None:
        entry.reason = _("Schon wiederhergestellt.")
        return
    restored = restore_item(tombstone, actor=actor)
    entry.result, entry.reason = Result.UNDONE, "; ".join(restored.lost)
    if restored.proposal is not None:
        entry.reason = _("Wiederhergestellt; dass es wieder öffentlich wird, wartet auf seine Freigabe.")


def _take_proposal_back(entry: BatchEntry, item: Item, actor: Actor, seen: int) -> None:
    proposal = Proposal.objects.filter(pk=entry.proposal or 0).first()
    if proposal is None or proposal.state in {Proposal.State.RELEASED, Proposal.State.WITHDRAWN}:
        entry.reason = _("Über die Freigabe ist schon entschieden; bleibt, wie es ist.")
        return
    releases.withdraw(proposal, expected_version=proposal.version, actor=actor)
    inside = set(entry.differences) - {"visibility", "round_id"}
    if item.visibility != Visibility.PUBLIC and inside:
        # what was inside was saved at once; only that it becomes public had waited
        _undo(entry, item, actor, seen)
    else:
        entry.result = Result.UNDONE
    entry.reason = " ".join(filter(None, [_("Der Vorschlag zur Freigabe ist zurückgezogen."), entry.reason]))


def _undo(entry: BatchEntry, item: Item, actor: Actor, seen: int) -> None:
    change = (
        Change.objects.filter(
            item_id=item.pk, version=entry.version, action__in=WRITTEN[Result(entry.result)]
        )
        .order_by("-pk")
        .first()
    )
    if item.version != seen or change is None:
        entry.reason = _("Seitdem geändert; bleibt, wie es ist.")
        return
    undone = undo_change(change, actor=actor, expected_version=item.version)
    entry.result = Result.UNDONE
    entry.reason = _("Das Zurücknehmen wartet auf seine Freigabe.") if isinstance(undone, Proposal) else ""
