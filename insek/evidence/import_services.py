"""Uploads that wait to be recorded: kept for a day, seen by their owner, recorded once."""

from __future__ import annotations

from collections.abc import Iterable
from contextlib import nullcontext
from dataclasses import asdict, dataclass
from typing import Any

import rules
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from insek.concept.models import Concept
from insek.intake.kept_files import drop_files
from insek.intake.table_files import BadFile, FileTable, read_table
from insek.people.actors import Actor, require
from insek.places.models import District
from insek.places.queries import districts
from insek.release.revising import MARK, marked_proposal, revised_mark, revising
from insek.thread.cleaning import clean_text
from insek.thread.models import Item, Visibility
from insek.thread.recording import released_by

from .deliveries import AT_ONCE, Overtaken
from .importing import ColumnMapping, ImportPlan, PlannedValue, plan_of
from .models import ImportBatch, Indicator, PendingImport
from .releasing import record_or_propose
from .services import NewObservation, record_delivery

MOST_PENDING = 5
"""Files of one person that may wait at the same time; the oldest goes."""


@dataclass(frozen=True)
class ImportResult:
    """What came of a file."""

    batch: ImportBatch | None
    waiting: int = 0
    """Number of indicators whose values wait for release."""


class ImportPlanChanged(Exception):
    """The values have changed since the preview."""


class AppliedBefore(Exception):
    """The file is recorded already, or is being recorded."""


def keep_upload(*, concept: Concept, name: str, data: bytes, indicator: str, actor: Actor) -> PendingImport:
    """Keep a file that can be read until it is recorded. Raises BadFile and PermissionDenied."""
    require(actor, "thread.create_item")
    if actor.user_id is None:
        raise PermissionDenied("a file needs an owner")
    read_table(data)
    try:
        label = clean_text(name.replace("\\", "/").rsplit("/", 1)[-1]).strip()[:200]
    except ValidationError as error:
        raise BadFile(_("Der Name der Datei enthält unzulässige Zeichen.")) from error
    waiting = PendingImport.objects.filter(owner=actor.user_id, applied=False).order_by("-created_at")
    PendingImport.objects.filter(pk__in=[row.pk for row in waiting.only("pk")[MOST_PENDING - 1 :]]).delete()
    return PendingImport.objects.create(
        owner_id=actor.user_id, concept=concept, name=label or _("Datei"), data=data,
        columns={**({"indicator": indicator} if indicator else {}), **revised_mark("observations")},
    )  # fmt: skip


def uploaded_table(pending: PendingImport, sheet: str = "") -> FileTable:
    """The cells of a file that waits. Raises BadFile."""
    return read_table(bytes(pending.data), sheet=sheet or pending.columns.get("sheet", ""))


def say_columns(pending: PendingImport, columns: ColumnMapping, sheet: str) -> None:
    """Remember what the owner said about the columns."""
    revises = {name: value for name, value in pending.columns.items() if name == MARK}
    pending.columns = {**asdict(columns), "sheet": sheet, **revises}
    pending.save(update_fields=["columns"])


def said_columns(pending: PendingImport) -> ColumnMapping | None:
    """What the owner said about the columns, if already."""
    said: dict[str, Any] = {
        name: value for name, value in pending.columns.items() if name not in {"sheet", MARK}
    }
    return ColumnMapping(**said) if "roles" in said else None


def usable_indicators(concept: Concept, actor: Actor) -> list[Indicator]:
    """The indicators that can be given values, by number. One query."""
    visible = Item.objects.visible_to(actor).filter(concept=concept, kind="indicator")
    return list(
        Indicator.objects.filter(item__in=visible.values("pk"))
        .select_related("item__concept")
        .order_by("item__sort_key", "pk")
    )


def usable_places(concept: Concept, actor: Actor) -> list[District]:
    """The places that can be given values. One query."""
    return list(districts(concept, actor))


def plan_import(pending: PendingImport, columns: ColumnMapping, actor: Actor) -> ImportPlan:
    """What recording the file would do now. Three queries. Raises BadFile."""
    return plan_of(
        uploaded_table(pending),
        columns,
        usable_places(pending.concept, actor),
        usable_indicators(pending.concept, actor),
    )


def apply_import(pending: PendingImport, *, fingerprint: str, actor: Actor) -> ImportResult:
    """Record what the preview showed, all or nothing; a second time does nothing more.

    For whoever may release, the preview is the release. For others the values of public indicators wait, one proposal
    for each indicator, and those of internal ones are recorded. Raises PlanChanged where the values have changed since the preview, and
    ValidationError where a row is refused or nothing would change.
    """
    require(actor, "thread.create_item")
    mine = PendingImport.objects.filter(pk=pending.pk, owner=actor.user_id, expires_at__gt=timezone.now())
    columns = said_columns(pending)
    try:
        if not mine.filter(applied=False).exists():
            raise AppliedBefore
        if columns is None:
            raise ImportPlanChanged
        plan = plan_import(pending, columns, actor)
        if plan.fingerprint != fingerprint:
            raise ImportPlanChanged
        return _record(pending, mine, plan, actor)
    except AppliedBefore:
        return ImportResult(PendingImport.objects.select_related("batch").get(pk=pending.pk).batch)


def _record(
    pending: PendingImport, mine: QuerySet[PendingImport], plan: ImportPlan, actor: Actor
) -> ImportResult:
    """Record a plan and write the proposals; the file is claimed with the first thing that is written."""
    lines = [*plan.new, *plan.corrected]
    if plan.refused or not lines:
        raise ValidationError(
            _("Solange Zeilen abgelehnt sind oder nichts Neues darin steht, wird nichts übernommen.")
        )

    def claim(batch: ImportBatch | None = None) -> None:
        if not mine.filter(applied=False).update(applied=True, batch=batch):
            raise AppliedBefore

    at_once, waiting = by_release(lines, actor)
    batch = None
    few = sum(len(values) for values in waiting.values()) <= AT_ONCE
    with revising(marked_proposal(pending.columns, actor)), transaction.atomic() if few else nullcontext():
        # A proposal changes nothing that anybody sees, and the same one again is the same: so they come first.
        proposals = [
            record_or_propose(indicator, values, label=pending.name, actor=actor)
            for indicator, values in waiting.items()
        ]
    if not at_once:
        claim()
        mine.update(data=b"")
        return ImportResult(None, len(proposals))
    known = {
        (line.indicator.pk, line.new.district.pk, line.new.period): line.before
        for line in at_once
        if line.before
    }
    try:
        with released_by(actor) if may_release(actor) else nullcontext():
            batch = record_delivery(
                [(line.indicator, line.new) for line in at_once], label=pending.name, actor=actor, known=known,
                at_start=claim, at_end=lambda _batch: mine.update(data=b""),
            )  # fmt: skip
    except Overtaken:
        raise ImportPlanChanged from None
    return ImportResult(batch, len(proposals))


def by_release(
    lines: Iterable[PlannedValue], actor: Actor
) -> tuple[list[PlannedValue], dict[Indicator, list[NewObservation]]]:
    """What is recorded at once, and what waits for its release because its indicator is public."""
    at_once: list[PlannedValue] = []
    waiting: dict[Indicator, list[NewObservation]] = {}
    for line in lines:
        if line.indicator.item.visibility == Visibility.PUBLIC and not may_release(actor):
            waiting.setdefault(line.indicator, []).append(line.new)
        else:
            at_once.append(line)
    return at_once, waiting


def may_release(actor: Actor) -> bool:
    """Whether the preview is the release."""
    return bool(rules.test_rule("thread.release_item", actor))


def purge_files(needle: str) -> int:
    """Delete files whose day is over and those that hold a text; returns how many."""
    return drop_files(PendingImport.objects.all(), needle)


def purge_imports() -> None:
    """Delete files whose day is over."""
    PendingImport.objects.filter(expires_at__lte=timezone.now()).delete()
