"""The bundle of an edition: proposals that become valid together, by one switch, with its adoption."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from insek import clock
from insek.concept.models import Edition
from insek.people.actors import Actor, require
from insek.people.locking import Conflict
from insek.thread import history, recording
from insek.thread.known_ids import with_own_row
from insek.thread.models import Item
from insek.thread.setting_up import register_what_rests_on

from .acts import act_named
from .bundling import is_of_editions
from .models import Proposal
from .releases import ProposalDecided, author_of
from .waiting_changes import in_order

OPEN = (Edition.Status.DRAFT, Edition.Status.FILED)
"""An edition that is not adopted yet can be worked for."""


@dataclass(frozen=True)
class FailedChange:
    """A change of a bundle that can not be made any more, and why."""

    proposal: Proposal
    why: str


class BundleFails(Exception):
    """Refused: changes of the bundle do not fit what is public by now."""

    def __init__(self, failed: list[FailedChange]) -> None:
        super().__init__("; ".join(each.why for each in failed))
        self.failed = failed


def bundle_of(edition: Edition) -> list[Proposal]:
    """What becomes valid with an edition, in the order in which it is done. One query."""
    return in_order(Proposal.objects.bundle_of(edition).select_related("author", "item"))


def keep_for(proposal: Proposal, edition: Edition, *, expected_version: int, actor: Actor) -> Proposal:
    """Let a change that waits for its release become valid with an edition instead.

    Its author may do so, and who may release. Raises PermissionDenied, ProposalDecided, ValidationError.
    """
    require(actor, "thread.keep_for_edition", proposal)
    if edition.status not in OPEN or edition.concept_id != proposal.concept_id:
        raise ValidationError(_("Diese Ausgabe ist schon beschlossen oder gehört zu einem anderen Konzept."))
    if not is_of_editions(proposal.act, proposal.item_kind):
        raise ValidationError(
            _("Diese Änderung betrifft nichts, was der Rat mit einer Ausgabe beschließt. Sie wartet auf ihre Freigabe.")
        )  # fmt: skip
    return _move(
        proposal, expected_version, Proposal.State.WAITING, Proposal.State.BUNDLED, edition_key=edition.key
    )


def release_from(proposal: Proposal, *, expected_version: int, actor: Actor) -> Proposal:
    """Take a change out of its edition: it waits for its release again. Raises PermissionDenied, ProposalDecided."""
    require(actor, "thread.keep_for_edition", proposal)
    return _move(proposal, expected_version, Proposal.State.BUNDLED, Proposal.State.WAITING, edition_key="")


def _move(proposal: Proposal, version: int, before: str, after: str, *, edition_key: str) -> Proposal:
    rows = Proposal.objects.filter(pk=proposal.pk)
    moved = rows.filter(version=version, state=before).update(
        state=after, edition_key=edition_key, version=version + 1
    )
    if not moved:
        raise ProposalDecided(rows.get())
    proposal.refresh_from_db()
    return proposal


def perform_bundle(proposals: Iterable[Proposal], *, actor: Actor) -> list[FailedChange]:
    """Do all changes of a bundle, each as its author's, released by the actor; returns those that could not be done.

    To be called in a transaction; who wants all or none of them rolls it back where one failed.
    """
    failed = []
    for proposal in proposals:
        try:
            with transaction.atomic():
                _perform(proposal, actor)
        except (Conflict, Item.DoesNotExist):
            failed.append(FailedChange(proposal, _("Den Inhalt oder die Verknüpfung gibt es so nicht mehr.")))
        except ValidationError as error:
            failed.append(FailedChange(proposal, " ".join(error.messages)))
        except IntegrityError:
            failed.append(FailedChange(proposal, _("Die Angaben widersprechen anderen.")))
        except PermissionDenied:
            failed.append(FailedChange(proposal, _("Das ist nicht mehr erlaubt.")))
    return failed


def _perform(proposal: Proposal, actor: Actor) -> None:
    spec = act_named(proposal.act)
    mark = proposal.differences.get(history.UNDOES, [None, None])[1]
    origin = recording.suggested_by(proposal.suggested_by)
    with recording.released_by(actor), origin, recording.undoing(mark), recording.watched() as seen:
        item = with_own_row(proposal.item_kind, proposal.item_id or "")
        if against := spec.why_not(item, proposal.payload):
            raise ValidationError(against)
        spec.perform(item, proposal.payload, author_of(proposal))
    changed = spec.differences(item, seen)
    Proposal.objects.filter(pk=proposal.pk).update(
        state=Proposal.State.RELEASED,
        differences=changed or proposal.differences,
        decided_at=clock.now(),
        decided_by=actor.user_id,
        version=proposal.version + 1,
    )


def _what_waits_for(row: object) -> str:
    if not isinstance(row, Edition) or not Proposal.objects.bundle_of(row).exists():
        return ""
    return _(
        "Für diese Ausgabe liegen Änderungen bereit. Nehmen Sie diese zuerst heraus oder ziehen Sie sie zurück."
    )


register_what_rests_on(_what_waits_for)
