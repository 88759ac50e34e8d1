"""Links of many items at once: chosen in a list, the other ends found by search, one because for all or one each, taken back as a whole."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from insek.engines.text import shortened
from insek.people.actors import Actor, require
from insek.release import releases
from insek.release.acts import is_public_link
from insek.release.models import Proposal
from insek.thread import services
from insek.thread.cleaning import clean_text
from insek.thread.kinds import link_kind_named
from insek.thread.models import Item, Link

from . import batches
from .batch_undo import register_way_back_of
from .models import Batch, BatchEntry
from .rehearsing import refusal_words

Result = BatchEntry.Result
MOST_OTHERS = 50
"""Items that many others can be linked with at once."""
LONGEST_REASON = 500


def say_links(
    batch: Batch, *, direction: str, kind: str, label: str, others: Sequence[str], reason: str, actor: Actor
) -> None:
    """Keep what shall be linked with what and why, and make the preview. Raises PermissionDenied.

    ``direction``: ``gruende`` where the others are the reason for the chosen items, ``folgen`` where they follow from them.
    """
    require(actor, "thread.link_items")
    kept = {name: batch.task[name] for name in ("items", "cut", "query")}
    batch.task = {
        **kept,
        "direction": direction,
        "link": kind,
        "others": list(others)[:MOST_OTHERS],
        "reason": reason,
    }
    batch.origin, batch.label = Batch.Origin.LINKS, shortened(label, 300)
    batch.total = len(batch.task["items"]) * len(batch.task["others"])
    batch.save(update_fields=["task", "label", "origin", "total"])
    batches.prepare(batch)


def plan(batch: Batch, actor: Actor) -> Iterator[BatchEntry]:
    """One entry for each pair; what is linked already stays as it is. The links there are cost one query."""
    require(actor, "thread.link_items")
    task = batch.task
    seen = Item.objects.visible_to(actor).filter(concept=batch.concept).select_related("concept")
    ends = {item.pk: item for item in seen.filter(pk__in=[*task["items"], *task["others"]])}
    here = [ends[pk] for pk in task["items"] if pk in ends]
    there = [ends[pk] for pk in task["others"] if pk in ends]
    known = Link.objects.filter(kind=task["link"])
    if task["direction"] == "gruende":
        drawn = set(
            known.filter(target__in=task["items"], source__in=task["others"]).values_list("source", "target")
        )
    else:
        drawn = set(
            known.filter(source__in=task["items"], target__in=task["others"]).values_list("source", "target")
        )
    count = 0
    for item in here:
        for other in there:
            count += 1
            if count > batches.LIMIT:
                return
            source, target = (other, item) if task["direction"] == "gruende" else (item, other)
            entry = BatchEntry(
                batch=batch, item_id=item.pk, act=BatchEntry.Operation.CREATE, title=shortened(f"{source} → {target}", 400),
                is_public=is_public_link(source, target),
                parts=[{"source": source.pk, "target": target.pk, "reason": task["reason"]}],
            )  # fmt: skip
            if (source.pk, target.pk) in drawn:
                entry.result = Result.UNCHANGED
                yield entry
                continue
            try:
                services.refuse_link(task["link"], source, target)
            except Exception as error:
                entry.result, entry.reason = Result.REFUSED, refusal_words(error, "")
            yield entry


def keep_reasons(batch: Batch, sent: Mapping[str, str]) -> None:
    """Keep the because that was written beside each pair in the preview. Costs a query for each that differs."""
    for entry in batch.entries.filter(result=Result.PLANNED):
        reason = " ".join(clean_text(sent.get(f"grund-{entry.pk}", entry.parts[0]["reason"])).split())
        if reason != entry.parts[0]["reason"]:
            BatchEntry.objects.filter(pk=entry.pk).update(
                parts=[{**entry.parts[0], "reason": reason[:LONGEST_REASON]}]
            )


def draw(batch: Batch, entry: BatchEntry, actor: Actor, keep: Callable[[], None]) -> None:
    """Draw one link, or propose it where the public would see it. Raises what ``link_or_propose`` raises."""
    [part] = entry.parts
    with transaction.atomic():
        seen = Item.objects.visible_to(actor).filter(concept=batch.concept).select_related("concept")
        ends = {item.pk: item for item in seen.filter(pk__in=[part["source"], part["target"]])}
        if len(ends) < 2:
            raise releases.ItemGone
        drawn = releases.link_or_propose(
            ends[part["source"]],
            ends[part["target"]],
            kind=batch.task["link"],
            reason=part["reason"],
            actor=actor,
        )
        waits = isinstance(drawn, Proposal)
        entry.result, entry.proposal = (Result.PROPOSED, drawn.pk) if waits else (Result.CREATED, None)
        keep()
        BatchEntry.objects.filter(pk=entry.pk).update(parts=[{**part, "key": None if waits else drawn.pk}])


def take_back(batch: Batch, entry: BatchEntry, actor: Actor) -> bool:
    """Take away a link that stands as it was drawn, or withdraw its proposal. Raises what the services raise."""
    [part] = entry.parts
    if entry.result == Result.PROPOSED:
        proposal = Proposal.objects.filter(pk=entry.proposal or 0).first()
        if proposal is None or not proposal.is_undecided:
            entry.reason = _("Über die Freigabe ist schon entschieden; bleibt, wie es ist.")
            return True
        releases.withdraw(proposal, expected_version=proposal.version, actor=actor)
        entry.result, entry.reason = Result.UNDONE, _("Der Vorschlag zur Freigabe ist zurückgezogen.")
        return True
    link = Link.objects.select_related("source", "target").filter(pk=part.get("key") or 0).first()
    if link is not None and link.version > 1:
        entry.reason = _("Seitdem geändert; bleibt, wie es ist.")
        return True
    waits = releases.unlink_or_propose(link, actor=actor) if link is not None else None
    entry.result = Result.UNDONE
    entry.reason = _("Das Zurücknehmen wartet auf seine Freigabe.") if waits is not None else ""
    return True


def link_words(batch: Batch) -> str:
    """How the chosen link reads from its reason to what follows."""
    return str(link_kind_named(batch.task["link"]).forward)


def shown_pairs(entries: Sequence[BatchEntry], actor: Actor) -> list[dict[str, Any]]:
    """The pairs of a preview for the page. One query."""
    ids = {pk for entry in entries for pk in (entry.parts[0]["source"], entry.parts[0]["target"])}
    ends = {item.pk: item for item in Item.objects.visible_to(actor).filter(pk__in=ids)}
    return [
        {
            "entry": entry,
            "source": ends.get(entry.parts[0]["source"]),
            "target": ends.get(entry.parts[0]["target"]),
            "reason": entry.parts[0]["reason"],
        }
        for entry in entries
    ]  # fmt: skip


batches.register_planner(Batch.Origin.LINKS, plan)
batches.register_performer(Batch.Origin.LINKS, draw)
register_way_back_of(Batch.Origin.LINKS, take_back)
