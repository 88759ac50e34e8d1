"""Uploads that wait to be recorded: kept for a day, seen by their owner, recorded once."""

from __future__ import annotations

from dataclasses import asdict
from typing import Any

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from insek.concept.models import Concept
from insek.people.actors import Actor, require
from insek.places.models import District
from insek.places.queries import districts
from insek.thread.cleaning import clean_text
from insek.thread.models import Item

from .import_files import BadFile, Table, read_table
from .importing import Columns, Plan, plan_of
from .models import ImportBatch, Indicator, PendingImport
from .services import record_delivery

MOST_PENDING = 5
"""Files of one person that may wait at the same time; the oldest goes."""


class PlanChanged(Exception):
    """The values have changed since the preview."""


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
        columns={"indicator": indicator} if indicator else {},
    )  # fmt: skip


def table_of(pending: PendingImport, sheet: str = "") -> Table:
    """The cells of a file that waits. Raises BadFile."""
    return read_table(bytes(pending.data), sheet=sheet or pending.columns.get("sheet", ""))


def say_columns(pending: PendingImport, columns: Columns, sheet: str) -> None:
    """Remember what the owner said about the columns."""
    pending.columns = {**asdict(columns), "sheet": sheet}
    pending.save(update_fields=["columns"])


def said_columns(pending: PendingImport) -> Columns | None:
    """What the owner said about the columns, if already."""
    said: dict[str, Any] = {name: value for name, value in pending.columns.items() if name != "sheet"}
    return Columns(**said) if "roles" in said else None


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


def plan_import(pending: PendingImport, columns: Columns, actor: Actor) -> Plan:
    """What recording the file would do now. Three queries. Raises BadFile."""
    return plan_of(
        table_of(pending),
        columns,
        usable_places(pending.concept, actor),
        usable_indicators(pending.concept, actor),
    )


@transaction.atomic
def apply_import(pending: PendingImport, *, fingerprint: str, actor: Actor) -> ImportBatch | None:
    """Record what the preview showed, all or nothing; a second time does nothing more.

    Returns what was made of the file. Raises PlanChanged where the values have changed since the preview, and
    ValidationError where a row is refused or nothing would change.
    """
    require(actor, "thread.create_item")
    mine = PendingImport.objects.filter(pk=pending.pk, owner=actor.user_id, expires_at__gt=timezone.now())
    if not mine.filter(applied=False).update(applied=True):
        return PendingImport.objects.select_related("batch").get(pk=pending.pk).batch
    columns = said_columns(pending)
    if columns is None:
        raise PlanChanged
    plan = plan_import(pending, columns, actor)
    if plan.fingerprint != fingerprint:
        raise PlanChanged
    lines = [*plan.new, *plan.corrected]
    if plan.refused or not lines:
        raise ValidationError(
            _("Solange Zeilen abgelehnt sind oder nichts Neues darin steht, wird nichts übernommen.")
        )
    batch = record_delivery([(line.indicator, line.new) for line in lines], label=pending.name, actor=actor)
    mine.update(batch=batch, data=b"")
    return batch


def purge_imports() -> None:
    """Delete files whose day is over."""
    PendingImport.objects.filter(expires_at__lte=timezone.now()).delete()
