"""The release step: what the public sees changes only when somebody with the right has seen and released it.

There is one path for everybody. An act on something public is rehearsed (done and rolled back), so that what is written
down as a proposal is valid and the page shows exactly what history will say. Releasing performs it as the author's
change; history names the author and who released.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from contextlib import nullcontext, suppress
from typing import Any

import rules
from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from insek import clock
from insek.concept.models import Concept, Field, Theme
from insek.people.actors import Actor, require
from insek.people.locking import Conflict, hold_version
from insek.people.models import Right
from insek.thread import history, own_fields, recording, services
from insek.thread.cleaning import clean_text
from insek.thread.fields_ahead import opened
from insek.thread.known_ids import with_own_row
from insek.thread.models import Change, Item, Link, Visibility
from insek.thread.postings import in_transaction

from .acts import Act as Act
from .acts import Differences, act_named, differences_of
from .acts import register_act as register_act
from .bundling import bundled_as
from .models import Proposal, ProposalQuerySet
from .revising import revised

MAX_NOTE = 2000
"""Characters of the author's reason and of the answer."""


class ProposalDecided(Exception):
    """Somebody else decided or changed the proposal meanwhile. Carries the proposal as it is now."""

    def __init__(self, current: Proposal) -> None:
        super().__init__(current.pk)
        self.current = current


class NothingChanges(ValidationError):
    """What is proposed is there already."""


class ItemGone(Exception):
    """The item of the proposal has been deleted; the proposal can only be withdrawn."""


def touches_public(item: Item, values: Mapping[str, Any]) -> bool:
    """Whether saving these values changes what the public sees: the item is public, or becomes public."""
    return Visibility.PUBLIC in {item.visibility, values.get("visibility")}


def waiting(concept: Concept) -> ProposalQuerySet:
    """What waits for its release, the newest first."""
    return Proposal.objects.filter(concept=concept).waiting()


def save_or_propose(
    item: Item,
    *,
    expected_version: int,
    values: dict[str, Any],
    actor: Actor,
    fields: Iterable[Field] | None = None,
    themes: Iterable[Theme] | None = None,
    note: str = "",
    revises: tuple[Proposal, int] | None = None,
) -> Item | Proposal:
    """Save a change at once where nothing public is touched, else write a proposal. No difference gives the item back.

    An internal item that becomes public is saved at once; what waits is only that it becomes public. ``revises`` names
    a proposal of the actor's own, with the version it was read with, in whose place the new one is put. Raises what ``update_item`` raises, and Decided.
    """
    if not touches_public(item, values):
        return services.update_item(
            item, expected_version=expected_version, values=values, actor=actor, fields=fields, themes=themes
        )
    own_fields.require_edit_of(item, values, actor)
    with transaction.atomic():
        version = expected_version
        if item.visibility != Visibility.PUBLIC:
            inside = {name: value for name, value in values.items() if name not in {"visibility", "round"}}
            item = services.update_item(
                item, expected_version=version, values=inside, actor=actor, fields=fields, themes=themes
            )
            version, values, fields, themes = item.version, {"visibility": Visibility.PUBLIC}, None, None
            if item.round_id:
                values["round"] = None
        with opened(bundled_as("update", item).get("edition_key", "")):
            changed = rehearse(
                item,
                lambda: services.update_item(
                    item, expected_version=version, values=values, actor=entitled(actor), fields=fields, themes=themes
                ),
            )  # fmt: skip
        if not changed:
            return item
        if own_fields.are_unseen(changed):
            return services.update_item(item, expected_version=version, values=values, actor=actor)
        payload = {name: after for name, (_before, after) in changed.items() if name != history.UNDOES}
        return _write("update", item, payload, changed, actor, note, version, revises)


def create_or_propose(
    *,
    kind: str,
    concept: Concept,
    values: dict[str, Any],
    actor: Actor,
    fields: Iterable[Field] = (),
    themes: Iterable[Theme] = (),
    note: str = "",
) -> Item | Proposal:
    """Create an item; one that is to be public is created internal, and that it becomes public waits."""
    wants_public = values.get("visibility") == Visibility.PUBLIC
    if wants_public:
        values = {**values, "visibility": Visibility.INTERNAL, "round": None}
    with transaction.atomic():
        item = services.create_item(
            kind=kind, concept=concept, values=values, actor=actor, fields=fields, themes=themes
        )
        if not wants_public:
            return item
        return save_or_propose(
            item,
            expected_version=item.version,
            values={"visibility": Visibility.PUBLIC},
            actor=actor,
            note=note,
        )


def link_or_propose(
    source: Item, target: Item, *, kind: str, reason: str, actor: Actor, locator: str = "", note: str = ""
) -> Link | Proposal:
    """Draw a link, or propose it where the public would see it. Raises what ``link_items`` raises."""
    payload = {"target": target.pk, "kind": kind, "reason": reason, "locator": locator}
    return act_or_propose("link", source, payload, actor=actor, note=note)


def change_link_or_propose(
    link: Link, *, expected_version: int, reason: str, locator: str, actor: Actor, note: str = ""
) -> Link | Proposal:
    """Change the reason of a link, or propose it where the public reads it. No difference gives the link back."""
    payload = {"link": link.pk, "version": expected_version, "reason": reason, "locator": locator}
    try:
        return act_or_propose("change_link", link.source, payload, actor=actor, note=note)
    except NothingChanges:
        return link


def unlink_or_propose(link: Link, *, actor: Actor, note: str = "") -> Proposal | None:
    """Take a link away, or propose it where the public sees it."""
    payload = {"link": link.pk, "version": link.version}
    return act_or_propose("unlink", link.source, payload, actor=actor, note=note)


def propose(
    act: str,
    item: Item,
    payload: dict[str, Any],
    *,
    actor: Actor,
    note: str = "",
    expected_version: int | None = None,
) -> Proposal:
    """Write a proposal for an act, after a rehearsal that shows it is allowed and valid.

    The act asks for the actor's permission as if the actor held the right to release. Raises what the act raises, and
    NothingChanges where it is there already.
    """
    spec = act_named(act)
    foreseen = spec.foreseen(item, payload, entitled(actor)) if spec.foreseen else None
    with transaction.atomic():
        fresh = _as_expected(item, expected_version)
        version = fresh.version  # the rehearsal may count it up in memory
        changed = foreseen
        if changed is None:
            with opened(bundled_as(act, fresh).get("edition_key", "")):
                changed = rehearse(
                    fresh,
                    lambda: spec.perform(fresh, payload, entitled(actor)),
                    differences_of=spec.differences,
                )
        if not changed:
            raise NothingChanges(_("Damit würde sich nichts ändern."))
        before = revised(act, fresh)
        if before is None:
            return _write(act, fresh, payload, changed, actor, note, version, None)
        try:
            revises = (before, before.version)
            return _write(act, fresh, payload, changed, actor, note or before.note, version, revises)
        except ProposalDecided:
            raise ValidationError(
                _(
                    "Über diese Änderung hat inzwischen jemand anderes entschieden, oder sie wurde überarbeitet."
                )
            ) from None


def act_or_propose(
    act: str,
    item: Item,
    payload: dict[str, Any],
    *,
    actor: Actor,
    note: str = "",
    expected_version: int | None = None,
) -> Any | Proposal:
    """Do an act at once where the public would not see it or its form is the release of the actor, else propose it.

    It is written once, as the act of that name: at once and after a release it does the same with the same payload. Whoever may
    release does both in one, where the act does not always wait: history says so. ``expected_version`` is that of the item, for
    acts that rest on it. Raises what the act raises, Conflict, and NothingChanges where a proposal would change nothing.
    """
    spec = act_named(act)
    is_public = spec.is_public(item, payload)
    waits = spec.always_waits or bool(bundled_as(act, item))
    if not is_public or (not waits and rules.test_rule("thread.release_item", actor)):
        here = item if expected_version is None else _as_expected(item, expected_version)
        with recording.released_by(actor) if is_public else nullcontext():
            done = spec.perform(here, payload, actor)
        if before := revised(act, item):
            with suppress(ProposalDecided):
                withdraw(before, expected_version=before.version, actor=actor)
        return done
    return propose(act, item, payload, actor=actor, note=note, expected_version=expected_version)


def _as_expected(item: Item, expected_version: int | None) -> Item:
    """The item as it is stored now. Raises Conflict where it is another than somebody saw."""
    fresh = Item.objects.get(pk=item.pk)
    if expected_version is not None and fresh.version != expected_version:
        raise Conflict(fresh)
    return fresh


def release(
    proposal: Proposal,
    *,
    expected_version: int,
    actor: Actor,
    item_version: int | None = None,
    at_end: Callable[[Item], object] = lambda item: None,
) -> Item:
    """Perform a proposal as its author's change; history names both.

    It is performed only against the version of the item that was looked at: ``item_version``, or the one it was
    written for. ``at_end`` is done with it or not at all: it is given the item as it is then. An act with much to write does it in
    pieces, and the decision stands in the transaction that makes them count.
    Raises PermissionDenied, Decided, ItemGone, Conflict, and what the act raises.
    """
    require(actor, "thread.release_item")
    spec = act_named(proposal.act)
    mark = proposal.differences.get(history.UNDOES, [None, None])[1]

    def hold() -> Item:
        _decide(proposal, expected_version, Proposal.State.RELEASED, actor)
        try:
            item = with_own_row(proposal.item_kind, proposal.item_id or "")
        except Item.DoesNotExist:
            raise ItemGone from None
        hold_version(item, proposal.base_version if item_version is None else item_version)
        if against := spec.why_not(item, proposal.payload):
            raise ValidationError(against)
        return item

    def end(item: Item) -> None:
        changed = spec.differences(item, seen)
        if changed and changed != proposal.differences:
            proposal.differences = changed
            proposal.save(update_fields=["differences"])
        done.append(with_own_row(item.kind, item.pk))
        at_end(done[-1])

    done: list[Item] = []
    with (
        recording.released_by(actor), recording.suggested_by(proposal.suggested_by), recording.undoing(mark),
        recording.watched() as seen,
    ):  # fmt: skip
        if spec.in_pieces is None or in_transaction():
            with transaction.atomic():
                item = hold()
                spec.perform(item, proposal.payload, author_of(proposal))
                end(item)
        else:
            _refuse_decided(proposal, expected_version)
            there = Item.objects.filter(pk=proposal.item_id).first()
            if there is None:
                raise ItemGone
            spec.in_pieces(there, proposal.payload, author_of(proposal), lambda: end(hold()))
    return done[-1]


def send_back(proposal: Proposal, *, expected_version: int, answer: str, actor: Actor) -> Proposal:
    """Send a proposal back to its author with an answer. Raises PermissionDenied, Decided, ValidationError."""
    require(actor, "thread.release_item")
    answer = _checked(answer, "answer")
    if not answer:
        raise ValidationError(
            {"answer": _("Bitte sagen Sie, was noch fehlt. Die Antwort liest, wer die Änderung vorschlägt.")}
        )
    with transaction.atomic():
        return _decide(proposal, expected_version, Proposal.State.RETURNED, actor, answer=answer)


def withdraw(proposal: Proposal, *, expected_version: int, actor: Actor) -> Proposal:
    """Take a proposal of one's own back, or any whose item is gone. Raises PermissionDenied, Decided."""
    require(actor, "thread.withdraw_proposal", proposal)
    with transaction.atomic():
        return _decide(proposal, expected_version, Proposal.State.WITHDRAWN, actor)


def entitled(actor: Actor) -> Actor:
    """The same actor as if holding the right to release: for rehearsals, which change nothing."""
    return actor.with_rights(Right.RELEASE)


def author_of(proposal: Proposal) -> Actor:
    """Who proposed, with what the release entitles to; what the author was allowed was checked when it was written."""
    rights = frozenset({Right.SEE_INTERNAL, Right.EDIT, Right.LINK, Right.RELEASE})
    if proposal.author is None:
        return Actor(name="INSEK", rights=rights)
    return Actor(
        user_id=proposal.author.pk, name=str(proposal.author), unit_id=proposal.author.unit_id, rights=rights
    )


def rehearse(
    item: Item,
    perform: Callable[[], Any],
    differences_of: Callable[[Item, Iterable[Change]], Differences] = differences_of,
) -> Differences:
    """Do something, take it back, and return what history would have said of it."""
    with transaction.atomic():
        with recording.watched() as seen:
            perform()
        transaction.set_rollback(True)
    return differences_of(item, seen)


def _write(
    act: str,
    item: Item,
    payload: dict[str, Any],
    changed: Differences,
    actor: Actor,
    note: str,
    base_version: int,
    revises: tuple[Proposal, int] | None,
) -> Proposal:
    """Keep a proposal; one that says the same as another that waits is that other one."""
    note = _checked(note, "note")
    if revises is not None:
        proposal, expected = revises
        require(actor, "thread.revise_proposal", proposal)
        states = Proposal.State
        _claim(proposal, expected, {states.WAITING, states.BUNDLED, states.RETURNED})
        proposal.keep_answer()
        proposal.state = states.BUNDLED if proposal.edition_key else states.WAITING
        proposal.decided_at, proposal.decided_by = None, None
        proposal.payload, proposal.differences, proposal.base_version = payload, changed, base_version
        proposal.note, proposal.proposed_at = note, clock.now()
        proposal.save()
        proposal.tell("proposed")
        return proposal
    kept = {"state": Proposal.State.WAITING, **bundled_as(act, item)}
    for same in Proposal.objects.filter(item=item, act=act, **kept):
        if same.payload == payload:
            return same
    proposal = Proposal.objects.create(
        concept_id=item.concept_id,
        item=item,
        item_kind=item.kind,
        act=act,
        payload=payload,
        differences=changed,
        base_version=base_version,
        note=note,
        author_id=actor.user_id,
        proposed_at=clock.now(),
        suggested_by=recording.suggester(),
        **kept,
    )
    proposal.tell("proposed")
    return proposal


def _checked(text: str, name: str) -> str:
    text = str(clean_text(text)).strip()
    if len(text) > MAX_NOTE:
        raise ValidationError({name: _("Bitte höchstens %(limit)s Zeichen schreiben.") % {"limit": MAX_NOTE}})
    return text


def _claim(proposal: Proposal, expected_version: int, states: Iterable[str]) -> None:
    """Take the next version of a proposal or raise Decided: it is decided once."""
    rows = Proposal.objects.filter(pk=proposal.pk)
    if not rows.filter(version=expected_version, state__in=list(states)).update(version=expected_version + 1):
        raise ProposalDecided(rows.get())
    # What it would change is what it was at this version, and may be megabytes.
    known = {"payload", "differences"} if proposal.version == expected_version else set()
    proposal.refresh_from_db(
        fields=[column.attname for column in proposal._meta.concrete_fields if column.name not in known]
    )


def _refuse_decided(proposal: Proposal, expected_version: int) -> None:
    """Learn before much is written that it would be in vain: the same is asked when it counts."""
    now = Proposal.objects.only("state", "version").get(pk=proposal.pk)
    if not now.is_waiting or (now.version, proposal.version) != (expected_version, expected_version):
        raise ProposalDecided(now)


def _decide(
    proposal: Proposal, expected_version: int, state: str, actor: Actor, *, answer: str = ""
) -> Proposal:
    states = {Proposal.State.WAITING}
    if state == Proposal.State.WITHDRAWN:
        states |= {Proposal.State.RETURNED, Proposal.State.BUNDLED}
    written = {
        "state": state,
        "decided_at": clock.now(),
        "decided_by_id": actor.user_id,
        "version": expected_version + 1,
    }
    if answer:
        written["answer"] = answer
    rows = Proposal.objects.filter(pk=proposal.pk)
    if not rows.filter(version=expected_version, state__in=list(states)).update(**written):
        raise ProposalDecided(rows.get())
    if proposal.version != expected_version:
        proposal.refresh_from_db()
    for (
        name,
        value,
    ) in written.items():  # as it was read, which every change but this would have given another version
        setattr(proposal, name, value)
    proposal.tell("decided")
    return proposal
