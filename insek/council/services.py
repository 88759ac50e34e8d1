"""Adoption: a draft is filed, and frozen by that; a resolution adopts what was filed, with its amendments."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager, nullcontext, suppress
from dataclasses import dataclass
from typing import Any

from django.core.exceptions import ValidationError
from django.core.files.base import ContentFile
from django.db import transaction
from django.db.models import F, Q
from django.utils.translation import gettext as _

from insek import clock
from insek.concept.models import Edition, Standing
from insek.package import Files, all_tables, archive_name, package_hash, zip_bytes
from insek.people.actors import ANONYMOUS, Actor, require
from insek.release.bundle_clashes import BundleUndecided, clashes_in
from insek.release.bundles import BundleFails, bundle_of, perform_bundle
from insek.release.switching import at_one_moment
from insek.thread import history
from insek.thread.cleaning import clean_text
from insek.thread.fields_ahead import fields_waiting_for, open_fields
from insek.thread.gaps import Gap
from insek.thread.models import Change, EditionNumber, Item

from .comparing import PartChange
from .edition_items import Amendment, EditionItem
from .edition_queries import changes_since
from .freezing import (
    Content,
    EditionPart,
    adopted_files,
    parts_of,
    with_changes,
)
from .indexing import RowsAhead, archive_files, edition_rows, write_amended
from .models import Resolution
from .prospect import in_scope, leaving, parts_for, prospect, withdraw_leaving
from .successions import vanished

__all__ = ["parts_for"]

DECIDED_ON = frozenset({"goals", "measures"})
"""Tables of which at least one row must be in an edition."""


class EditionIncomplete(Exception):
    """Refused: gaps are open that the rules call blocking."""

    def __init__(self, gaps: list[Gap]) -> None:
        super().__init__(", ".join(gap.name for gap in gaps))
        self.gaps = gaps


class SuccessionMissing(Exception):
    """Refused: items of the edition before are gone, and nobody has said what became of them."""

    def __init__(self, rows: list[EditionItem]) -> None:
        super().__init__(", ".join(map(str, rows)))
        self.rows = rows


class NumbersChanged(Exception):
    """Refused: what was confirmed is no longer what would be frozen."""


@dataclass(frozen=True)
class VotedAmendment:
    """An amendment that was voted: which of today's changes of an item it made, in its own words."""

    table: str
    key: str
    names: frozenset[str]
    text: str


def file_edition(edition: Edition, *, confirmed: str, actor: Actor) -> Edition:
    """Freeze a draft as what the council has before it (Beratungsfassung), from today.

    What was worked on beside the edition in force is in it, and becomes valid when it is adopted. ``confirmed`` is the
    sign of the numbers that were shown and confirmed (``numbers_of``). Raises PermissionDenied, EditionIncomplete,
    BundleUndecided, BundleFails, SuccessionMissing, NumbersChanged, and ValidationError for what is no draft or holds neither goal nor measure.
    """
    require(actor, "council.file_edition")
    files, parts = _checked_parts(edition, confirmed)
    if rows := vanished(edition, parts):
        raise SuccessionMissing(rows)
    today = clock.today()
    with (
        _Archive(edition, "filed_archive", files) as archive,
        _written_ahead(edition, parts) as ahead,
        transaction.atomic(),
    ):
        claimed = Edition.objects.filter(pk=edition.pk, status=Edition.Status.DRAFT).update(
            status=Edition.Status.FILED, filed_on=today, version=F("version") + 1
        )
        if not claimed:
            raise ValidationError(_("Diese Ausgabe ist keine Arbeitsfassung mehr."))
        edition.refresh_from_db()
        edition.filed_sha256 = archive.digest
        archive.attach(edition)
        ahead.check()
        _record(edition, Change.Action.FROZEN, {"status": ["draft", "filed"]}, actor)
    return edition


def withdraw_edition(edition: Edition, *, reason: str, actor: Actor) -> Edition:
    """Say that a filed edition was not adopted. It stays readable as it is; the work goes on in a new draft.

    Raises PermissionDenied and ValidationError.
    """
    require(actor, "council.file_edition")
    reason = str(clean_text(reason)).strip()
    if not reason or len(reason) > 500:
        raise ValidationError({"reason": _("Bitte in höchstens 500 Zeichen sagen, warum.")})
    with transaction.atomic():
        claimed = Edition.objects.filter(pk=edition.pk, status=Edition.Status.FILED).update(
            status=Edition.Status.WITHDRAWN, version=F("version") + 1
        )
        if not claimed:
            raise ValidationError(_("Diese Ausgabe liegt dem Rat nicht vor."))
        edition.refresh_from_db()
        said = _("Nicht beschlossen: %(reason)s") % {"reason": reason}
        edition.note = f"{edition.note}\n\n{said}".strip()
        edition.save(update_fields=["note"])
        _record(
            edition, Change.Action.UPDATED, {"status": ["filed", "withdrawn"], "note": [None, reason]}, actor
        )
    return edition


def adopt_edition(
    edition: Edition,
    *,
    resolution: Resolution,
    actor: Actor,
    voted: Sequence[VotedAmendment] = (),
    wordless: bool = False,
    confirmed: str = "",
) -> Edition:
    """Make a filed edition the concept in force from the day of the resolution, with the amendments that were voted.

    What was adopted is what was filed, and of today's changes only those that ``voted`` names. ``wordless`` says that
    the amendments of the resolution change no word of it. A draft that was not filed is a late entry: what is public
    today is frozen, and the edition says that it was entered afterwards; ``confirmed`` is the sign of its numbers.

    Raises PermissionDenied, NotComplete, BundleUndecided, BundleFails, NumbersChanged, and ValidationError when edition and resolution do not fit:
    an example is only adopted by an example.
    """
    require(actor, "council.adopt_edition")
    today = clock.today()
    _check_resolution(edition, resolution)
    amended: list[tuple[PartChange, VotedAmendment]] = []
    if edition.status == Edition.Status.FILED:
        filed = archive_files(edition, "filed_archive", edition.filed_sha256)
        now = prospect(edition) if voted else None
        amended = _amended(edition, now.parts if now else [], resolution, voted, wordless=wordless)
        contents = {(change.table, change.key): _voted_content(change, vote) for change, vote in amended}
        files = adopted_files(filed, now.files if now else filed, contents, edition.concept)
        filed_parts: list[EditionPart] | None = in_scope(edition, parts_of(filed, example=edition.is_example))
    else:
        files, _parts = _checked_parts(edition, confirmed)
        filed_parts = None
    parts = in_scope(edition, parts_of(files, example=edition.is_example))
    if not DECIDED_ON & {part.table for part in parts}:
        raise ValidationError(_without_content())
    late = filed_parts is None
    rows = [] if late else edition_rows(edition, filed=filed_parts, adopted=parts, versions={})
    was = edition.status
    with (
        _Archive(edition, "archive", files) as archive,
        _written_ahead(edition, parts) if late else nullcontext() as ahead,
    ):

        def switch() -> list[tuple[int, int]]:
            """All changes become valid at once, or none."""
            edition.refresh_from_db()
            resolution.refresh_from_db()
            if edition.status != was:
                raise ValidationError(
                    _(
                        "Diese Ausgabe hat inzwischen jemand anderes beschlossen, eingereicht oder zurückgezogen."
                    )
                )
            bundle = bundle_of(edition)
            if clashes := clashes_in(bundle):
                raise BundleUndecided(clashes)
            sign = _sign_of(edition)
            open_fields(edition, actor=actor)
            if failed := perform_bundle(bundle, actor=actor):
                raise BundleFails(failed)
            withdraw_leaving(edition, actor=actor)
            _claim(edition, resolution, today)
            edition.sha256 = archive.digest
            archive.attach(edition)
            if ahead is not None:
                ahead.check()
            elif amended:
                write_amended(edition, rows)
                _amend_numbers(edition, parts)
            Amendment.objects.bulk_create(
                Amendment(edition=edition, table=vote.table, key=vote.key, text=vote.text)
                for _change, vote in amended
            )
            history.record(
                resolution.item, Change.Action.FROZEN, actor=actor, changed={"edition": [None, str(edition)]}
            )
            return sign

        at_one_moment(switch, still=lambda sign: sign == _sign_of(edition))
    return edition


def _sign_of(edition: Edition) -> list[tuple[int, int]]:
    """What becomes valid and what leaves, to be compared with what it was a moment ago."""
    named: list[Iterable[Any]] = [bundle_of(edition), leaving(edition), fields_waiting_for(edition)]
    return [(each.pk, each.version) for some in named for each in some]


def _check_resolution(edition: Edition, resolution: Resolution) -> None:
    if resolution.item.is_example != edition.is_example:
        raise ValidationError(_("Ein Beispiel kann nur durch einen Beispielbeschluss angenommen werden."))
    if resolution.outcome not in {Resolution.Outcome.ADOPTED, Resolution.Outcome.ADOPTED_WITH_CHANGES}:
        raise ValidationError(_("Dieser Beschluss hat nichts angenommen."))
    if resolution.date > clock.today():
        raise ValidationError(_("Dieser Beschluss ist noch nicht gefasst: Sein Tag liegt in der Zukunft."))
    if edition.filed_on is not None and edition.filed_on > resolution.date:
        raise ValidationError(
            _(
                "Diese Beratungsfassung wurde erst nach dem Beschluss eingereicht. Er kann sie nicht angenommen haben."
            )
        )


def _checked_parts(edition: Edition, confirmed: str) -> tuple[Files, list[EditionPart]]:
    """What would be frozen right now, if it is what was confirmed and there is anything to decide on."""
    if edition.status != Edition.Status.DRAFT:
        raise ValidationError(_("Diese Ausgabe ist schon beschlossen.") if edition.is_adopted else _("Diese Ausgabe ist keine Arbeitsfassung mehr."))  # fmt: skip
    seen = prospect(edition)
    if seen.clashes:
        raise BundleUndecided(seen.clashes)
    if seen.failed:
        raise BundleFails(seen.failed)
    if seen.gaps:
        raise EditionIncomplete(seen.gaps)
    if not DECIDED_ON & {part.table for part in seen.parts}:
        raise ValidationError(_without_content())
    if seen.counts.sign != confirmed:
        raise NumbersChanged
    return seen.files, seen.parts


def _without_content() -> str:
    return _("Diese Ausgabe enthielte weder ein Ziel noch eine Maßnahme. So lässt sie sich nicht einfrieren.")


def _amended(
    edition: Edition,
    parts: list[EditionPart],
    resolution: Resolution,
    voted: Sequence[VotedAmendment],
    *,
    wordless: bool,
) -> list[tuple[PartChange, VotedAmendment]]:
    """The amendments with the changes that they made. Raises ValidationError."""
    with_changes_said = resolution.outcome == Resolution.Outcome.ADOPTED_WITH_CHANGES
    if voted and not with_changes_said:
        raise ValidationError(
            _(
                "Der Beschluss hat ohne Änderungen angenommen. Maßgaben gibt es nur, wo er „mit Änderungen“ angenommen hat."
            )
        )
    if with_changes_said and not voted and not wordless:
        raise ValidationError(
            _(
                "Der Beschluss hat mit Änderungen angenommen: Bitte sagen, welche es sind, oder dass sie keinen Wortlaut ändern."
            )
        )
    found = {(change.table, change.key): change for change in changes_since(edition, parts)} if voted else {}
    pairs = []
    for vote in voted:
        change = found.get((vote.table, vote.key))
        text = str(clean_text(vote.text)).strip()
        if change is None or (change.before and change.after and not vote.names <= set(change.names)):
            raise ValidationError(
                _("Inzwischen wurde etwas geändert. Bitte noch einmal ansehen, was die Maßgaben sind.")
            )
        if not text or len(text) > 500:
            raise ValidationError(
                _("Zu jeder Maßgabe gehört ihr Wortlaut in höchstens 500 Zeichen. Er fehlt bei „%(item)s“.")
                % {"item": change}
            )
        pairs.append((change, VotedAmendment(vote.table, vote.key, vote.names, text)))
    return pairs


def _voted_content(change: PartChange, vote: VotedAmendment) -> Content | None:
    """What an amendment made of an item; None where it struck it."""
    if change.before is None or change.after is None:
        return change.after
    return with_changes(change.before, change.after, vote.names)


def _claim(edition: Edition, resolution: Resolution, today: object) -> None:
    """Connect edition and resolution; what a later edition renews as a whole is in force no longer."""
    if Resolution.objects.filter(edition=edition).exists():
        raise ValidationError(_("Diese Ausgabe ist schon beschlossen."))
    others = Edition.objects.filter(concept=edition.concept, status=Edition.Status.ADOPTED).exclude(
        pk=edition.pk
    )
    example = Q(standing=Standing.EXAMPLE)
    others = others.filter(example) if edition.is_example else others.exclude(example)
    is_later = not any(
        other.contains(edition) for other in others if (other.date or clock.today()) > resolution.date
    )
    replaced = [
        other.pk
        for other in others
        if (other.date or clock.today()) < resolution.date and edition.contains(other)
    ]
    claimed = Edition.objects.filter(pk=edition.pk, status=edition.status).update(
        status=Edition.Status.ADOPTED if is_later else Edition.Status.SUPERSEDED,
        date=resolution.date,
        entered_on=today,
        version=F("version") + 1,
    )
    if not claimed:
        raise ValidationError(_("Diese Ausgabe ist schon beschlossen."))
    if not Resolution.objects.filter(pk=resolution.pk, edition=None).update(edition=edition):
        raise ValidationError(_("Dieser Beschluss hat schon eine andere Ausgabe angenommen."))
    others.filter(pk__in=replaced).update(status=Edition.Status.SUPERSEDED)
    edition.refresh_from_db()


def _versions(parts: Iterable[EditionPart]) -> dict[str, int]:
    """The versions of items, by id. One query."""
    keys = [part.key for part in parts]
    return dict(Item.objects.filter(pk__in=keys).values_list("pk", "version"))


def _numbers(edition: Edition, parts: Iterable[EditionPart]) -> list[EditionNumber]:
    """The numbers of an edition: those of its items, and of the places, indicators and plans that its archive holds."""
    kinds = [table.kind for table in all_tables() if table.kind and table.in_edition == "context"]
    others = (
        Item.objects.visible_to(ANONYMOUS).filter(concept=edition.concept, kind__in=kinds).exclude(number="")
    )
    found = {part.number: part.key for part in reversed(list(parts)) if part.number}
    for pk, number in others.values_list("pk", "number"):
        found.setdefault(number, pk)
    return [EditionNumber(edition=edition, number=number, item_id=pk) for number, pk in found.items()]


def _amend_numbers(edition: Edition, parts: Iterable[EditionPart]) -> None:
    """Keep the numbers that items have after their amendments."""
    there = EditionNumber.objects.filter(edition=edition)
    known = dict(
        there.filter(item_id__in=EditionItem.objects.filter(edition=edition).values("key")).values_list(
            "number", "item_id"
        )
    )
    wanted = {part.number: part.key for part in reversed(list(parts)) if part.number}
    gone = [number for number, pk in known.items() if wanted.get(number) != pk]
    there.filter(number__in=gone).delete()
    EditionNumber.objects.bulk_create(
        [EditionNumber(edition=edition, number=number, item_id=pk)
         for number, pk in wanted.items() if known.get(number) != pk],
        batch_size=500, ignore_conflicts=True,
    )  # fmt: skip


def _record(edition: Edition, action: str, changed: dict[str, list[str | None]], actor: Actor) -> None:
    """A line of history of the edition itself, which is no item."""
    Change.objects.create(
        concept_id=edition.concept_id,
        item_id="",
        action=action,
        version=edition.version,
        actor_id=actor.user_id,
        differences={"subject": [None, str(edition)], **changed},
    )


class _Archive:
    """An archive written before the transaction that names it; deleted again when that one fails."""

    def __init__(self, edition: Edition, field: str, files: Files) -> None:
        self.field, self.digest = field, package_hash(files)
        self.storage = getattr(edition, field).storage
        name = getattr(edition, field).field.generate_filename(edition, archive_name(edition, self.digest))
        self.name = self.storage.save(name, ContentFile(zip_bytes(files)))

    def __enter__(self) -> _Archive:
        return self

    def __exit__(self, kind: object, error: object, trace: object) -> None:
        if kind is not None:
            with suppress(OSError):
                self.storage.delete(self.name)

    def attach(self, edition: Edition) -> None:
        """Save the edition with it."""
        getattr(edition, self.field).name = self.name
        edition.save()


@contextmanager
def _written_ahead(edition: Edition, parts: list[EditionPart]) -> Iterator[RowsAhead]:
    """Write what a draft will hold before the transaction that ends it, so that it is short; take it away when it fails."""
    rows = edition_rows(edition, filed=None, adopted=parts, versions=_versions(parts))
    ahead = RowsAhead(edition, rows, _numbers(edition, parts))
    try:
        ahead.write()
        yield ahead
    except BaseException:
        ahead.drop()
        raise
