"""Releasing many proposals in one go: a batch, with progress, a reason for each that stays, and one way back."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import rules
from django.urls import reverse
from django.utils.translation import get_language, ngettext
from django.utils.translation import gettext as _

from insek.concept.models import Concept
from insek.engines.text import shortened
from insek.items.list_tools import Seen, register_releasing
from insek.people.actors import Actor, require
from insek.people.prepared import prepared
from insek.release import releases
from insek.release.models import Proposal
from insek.release.undo import undo_change
from insek.release.waiting_changes import before_it, in_order, proposal_title, shows_what_was_seen
from insek.thread.audience import gated
from insek.thread.models import Change, Item

from . import batches
from .batch_undo import register_way_back
from .models import Batch, BatchEntry
from .rehearsing import EntryRefused


def release_in_one_go(concept: Concept, seen: Seen, made_public: Sequence[str], actor: Actor) -> str:
    """Release proposals as they were seen: ``seen`` says as which, ``made_public`` which items were to become public in one go.

    Returns the address of the page that says how far it is and what became of each. Raises PermissionDenied.
    """
    require(actor, "thread.release_item")
    rows = Proposal.objects.visible_to(actor).filter(concept=concept, pk__in=list(seen)[: batches.LIMIT])
    proposals = in_order(rows.select_related("item"))
    count = len(proposals)
    batch = batches.begin(
        concept=concept, kind="", origin=Batch.Origin.RELEASE,
        label=ngettext("%(count)s Freigabe", "%(count)s Freigaben", count) % {"count": count},
        task={"seen": {str(row.pk): list(seen[row.pk]) for row in proposals}, "made_public": list(made_public)},
        total=count, language=get_language() or "de", actor=actor,
    )  # fmt: skip
    BatchEntry.objects.bulk_create(
        BatchEntry(
            batch=batch, item_id=row.item_id or "", title=shortened(proposal_title(row), 400), proposal=row.pk,
            version=seen[row.pk][1], differences=row.differences, is_public=True,
        )
        for row in proposals
    )  # fmt: skip
    Batch.objects.filter(pk=batch.pk).update(state=Batch.State.READY)
    batches.apply(batch, batch.entries.values_list("pk", flat=True))
    return reverse("batch", args=[batch.pk])


def release_entry(batch: Batch, entry: BatchEntry, actor: Actor, keep: Callable[[], None]) -> None:
    """Release one proposal as it was seen. Raises what ``release`` raises, and EntryRefused."""
    found = prepared(
        gated(actor, "proposal to release"),
        lambda pk: Proposal.objects.visible_to(actor).select_related("item__concept", "author").filter(pk=pk),
        entry.proposal or 0,
    )
    proposal = found[0] if found else None
    if proposal is None:
        raise EntryRefused(_("Diesen Vorschlag gibt es nicht mehr."))
    version, item_version, words = batch.task["seen"][str(entry.proposal)]
    before = before_it(proposal, batch.task.get("made_public", []))
    if not shows_what_was_seen(proposal, actor, words, before=before):
        raise EntryRefused(_("Anderes würde öffentlich, als Sie gesehen haben. Bitte einzeln ansehen."))

    def released(item: Item) -> None:
        entry.version, entry.result = item.version, BatchEntry.Result.RELEASED
        keep()

    releases.release(
        proposal, expected_version=version, actor=actor, item_version=item_version, at_end=released
    )


def take_release_back(batch: Batch, entry: BatchEntry, item: Item, actor: Actor) -> None:
    """Put back what one release changed, where nobody has touched the item since; its words stand on the page of the batch.

    Whoever may release does so at once, else the way back waits for its release.
    """
    lines = Change.objects.filter(item_id=item.pk, version=entry.version, released_by=batch.owner_id)
    change = lines.order_by("-pk").first()
    if item.version != entry.version or change is None:
        entry.reason = _("Seitdem geändert; bleibt, wie es ist.")
        return
    undone = undo_change(change, actor=actor, expected_version=item.version)
    entry.result, entry.reason = BatchEntry.Result.UNDONE, ""
    if not isinstance(undone, Proposal):
        return
    if rules.test_rule("thread.release_item", actor):
        releases.release(undone, expected_version=undone.version, actor=actor)
    else:
        entry.reason = _("Das Zurücknehmen wartet auf seine Freigabe.")


register_releasing(release_in_one_go)
batches.register_performer(Batch.Origin.RELEASE, release_entry)
register_way_back(BatchEntry.Result.RELEASED, take_release_back)
