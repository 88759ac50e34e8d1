"""Changes of a bundle that want the same thing differently, word by word beside each other, for the page that asks which counts."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.core.exceptions import ValidationError
from django.http import HttpRequest
from django.utils.translation import gettext as _

from insek.concept.models import Edition
from insek.people.actors import Actor, actor_of
from insek.release.acts import act_named
from insek.release.bundle_clashes import BundleClash, decide
from insek.release.changes import shown_rows
from insek.release.models import Proposal
from insek.release.waiting_changes import moment_words, proposal_title, what_each_changes
from insek.thread.history import differences


def shown_clashes(clashes: Sequence[BundleClash], actor: Actor) -> list[dict[str, Any]]:
    """Each with what its changes say. A few queries for each side."""
    each = {proposal.pk: proposal for clash in clashes for proposal in clash.proposals}
    what = what_each_changes(list(each.values()), actor)
    return [
        {
            "sign": clash.sign,
            "title": proposal_title(clash.proposals[0]),
            "what": _what(clash, actor),
            "sides": [
                {
                    "proposal": proposal,
                    "words": _words(proposal, clash.field, actor),
                    "what": what[proposal.pk],
                    "who": str(proposal.author or "INSEK"),
                    "when": moment_words(proposal.proposed_at),
                }
                for proposal in clash.proposals
            ],
        }
        for clash in clashes
    ]


def _what(clash: BundleClash, actor: Actor) -> str:
    """What they disagree about, in words."""
    if clash.unit[0] == "gone":
        return _("geht in einem anderen Inhalt auf und wird noch geändert")
    if clash.field:
        rows = shown_rows(
            {clash.field: clash.proposals[0].differences[clash.field]}, clash.proposals[0].item_kind, actor
        )
        return rows[0].label if rows else ""
    return str(act_named(clash.proposals[-1].act).label)


def _words(proposal: Proposal, name: str, actor: Actor) -> list[Any]:
    """What a change makes of the field as it is now, word by word; nothing where it is about something else."""
    item = proposal.item
    if not name or item is None or not proposal.shows_item:
        return []
    now = dict(act_named(proposal.act).rows(proposal, item))
    rows = shown_rows({name: now[name]} if name in now else differences({}, {}), proposal.item_kind, actor)
    return list(rows[0].words) if rows else []


def decide_sent(request: HttpRequest, edition: Edition) -> None:
    """Do what the form says: which of some changes counts. Raises what ``decide`` raises."""
    counts = request.POST.get("gilt", "")
    if not (counts.isascii() and counts.isdigit()):
        raise ValidationError(_("Bitte sagen Sie, welche Änderung gelten soll."))
    versions = {}
    for sent in request.POST.getlist("gesehen"):
        pk, _sign, version = sent.partition(":")
        if pk.isdigit() and version.isdigit() and len(sent) < 30:
            versions[int(pk)] = int(version)
    decide(
        edition,
        request.POST.get("was", ""),
        counts=int(counts[:18]),
        versions=versions,
        actor=actor_of(request),
    )
