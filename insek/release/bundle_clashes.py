"""Where two changes of a bundle want the same thing differently: found, shown beside each other, and decided by a person.

All changes of a bundle become valid in one moment, so of two to the same field the later one would win without a word. Nothing is
filed or adopted before somebody says which counts.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import translation
from django.utils.translation import gettext as _

from insek import clock
from insek.concept.models import Edition
from insek.people.actors import Actor, require
from insek.thread.rows import rows_named

from .models import Proposal
from .releases import ProposalDecided

Unit = tuple[str, ...]
"""What a change wants to say something about: a field of an item, its place, a link, a row beside it, or that it goes."""


@dataclass(frozen=True)
class BundleClash:
    """Changes of a bundle that cannot all become valid as they were meant."""

    unit: Unit
    proposals: tuple[Proposal, ...]

    @property
    def sign(self) -> str:
        """How a form names it."""
        return ":".join(self.unit)

    @property
    def field(self) -> str:
        """The field of the item, where it is about one."""
        return self.unit[2] if self.unit[0] == "field" else ""


class BundleUndecided(Exception):
    """Refused: changes of the bundle want the same thing differently, and nobody has said which counts."""

    def __init__(self, clashes: Sequence[BundleClash]) -> None:
        super().__init__(", ".join(clash.sign for clash in clashes))
        self.clashes = clashes


def clashes_in(bundle: Iterable[Proposal]) -> list[BundleClash]:
    """Where changes of a bundle want the same thing differently, in the order of the bundle. No query."""
    wanted: dict[Unit, list[tuple[Proposal, Any]]] = {}
    for proposal in bundle:
        for unit, value in _wants(proposal):
            wanted.setdefault(unit, []).append((proposal, value))
    gone = {
        unit[1]: proposal
        for unit, found in wanted.items()
        if unit[0] == "gone"
        for proposal, _value in found[:1]
    }
    found = []
    for unit, sides in wanted.items():
        others = [proposal for proposal, _value in sides]
        if unit[0] == "gone":
            others += [each for each in _about(unit[1], wanted) if each not in others]
        elif len(sides) > 1 and all(value == sides[0][1] for _proposal, value in sides):
            continue
        elif unit[0] != "gone" and unit[1] in gone:
            continue  # said once, where the item goes
        if len(others) > 1:
            found.append(BundleClash(unit, tuple(others)))
    return found


def _about(item_id: str, wanted: dict[Unit, list[tuple[Proposal, Any]]]) -> list[Proposal]:
    """The changes of an item that another change lets go."""
    found = [each for sides in wanted.values() for each, _value in sides if each.item_id == item_id]
    return list({each.pk: each for each in found}.values())


def _wants(proposal: Proposal) -> Iterator[tuple[Unit, Any]]:
    """What a change says something about, and what it says."""
    payload, item = proposal.payload, proposal.item_id or ""
    if proposal.act == "update":
        for name, value in payload.items():
            yield ("field", item, name), value
    elif proposal.act in {"change_link", "unlink"}:
        yield (
            ("link", item, str(payload["link"])),
            (proposal.act, payload.get("reason"), payload.get("locator")),
        )
    elif proposal.act == "link":
        yield ("link", item, payload["target"], payload["kind"]), (payload["reason"], payload["locator"])
    elif proposal.act == "location":
        yield ("place", item), payload
    elif proposal.act in {"merge", "split"}:
        yield ("shape", item), payload
        for name, pair in proposal.differences.items():
            if name in payload.get("values", {}):
                yield ("field", item, name), pair[1]
        for pk, _version in payload.get("others", []):
            yield ("gone", pk), proposal.pk
    else:
        name, _sign, doing = proposal.act.rpartition("_")
        if rows_named(name) is not None and doing in {"change", "remove"}:
            yield ("row", item, name, str(payload["key"])), (doing, payload.get("values"))


def decide(
    edition: Edition, sign: str, *, counts: int, versions: dict[int, int], actor: Actor
) -> BundleClash:
    """Say which of some changes counts: the others lose what they say of the same, and come back to who wrote them where nothing is left.

    ``versions``: those of the changes as they were seen. Raises PermissionDenied, ProposalDecided, and ValidationError where it is no clash any more.
    """
    with transaction.atomic():
        bundle = list(
            Proposal.objects.select_for_update(of=("self",)).bundle_of(edition).select_related("author")
        )
        clash = next((each for each in clashes_in(bundle) if each.sign == sign), None)
        if clash is None or counts not in {each.pk for each in clash.proposals}:
            raise ValidationError(_("Hier widerspricht sich nichts mehr. Bitte sehen Sie noch einmal hin."))
        for proposal in clash.proposals:
            if versions.get(proposal.pk) != proposal.version:
                raise ProposalDecided(proposal)
            if proposal.pk != counts:
                require(actor, "thread.keep_for_edition", proposal)
                _give_way(proposal, clash, actor)
    return clash


def _give_way(proposal: Proposal, clash: BundleClash, actor: Actor) -> None:
    """Take out of a change what another one says, or all of it; to its author comes back what can be written anew."""
    name = clash.field
    if proposal.act == "update" and name and set(proposal.payload) != {name}:
        proposal.payload = {each: value for each, value in proposal.payload.items() if each != name}
        proposal.differences = {each: pair for each, pair in proposal.differences.items() if each != name}
    else:
        is_over = proposal.author_id in {None, actor.user_id} or clash.unit[0] == "gone"
        proposal.keep_answer()
        proposal.state = Proposal.State.WITHDRAWN if is_over else Proposal.State.RETURNED
        with translation.override(settings.LANGUAGE_CODE):  # content
            proposal.answer = _("Für die nächste Ausgabe gilt eine andere Änderung derselben Stelle.")
        proposal.decided_at, proposal.decided_by_id = clock.now(), actor.user_id
    proposal.version += 1
    proposal.save()
