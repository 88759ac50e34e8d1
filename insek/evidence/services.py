"""What can be done with observations: they are recorded and corrected, never changed."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from insek.people.actors import Actor, require
from insek.places.models import District
from insek.thread import history
from insek.thread.cleaning import clean_text
from insek.thread.models import Change
from insek.thread.package import plain_decimal

from .models import ImportBatch, Indicator, Observation

PERIOD = re.compile(r"(\d{4})(?:-(\d{2})(?:-(\d{2}))?)?")


@dataclass(frozen=True)
class NewObservation:
    """A value to be recorded. ``value`` in the indicator's unit; ``period`` is 2024, 2024-06 or 2024-12-31."""

    district: District
    period: str
    value: Decimal
    quality: str = Observation.Quality.MEASURED
    source_title: str = ""
    source_url: str = ""
    source_date: str = ""
    confidence: str = ""
    note: str = ""


def check_period(period: str) -> str:
    """Return a period in normal form. Raises ValidationError for a day that does not exist."""
    match = PERIOD.fullmatch(period.strip())
    if match:
        year, month, day = (int(part) if part else 1 for part in match.groups())
        try:
            date(year, month, day)
        except ValueError:
            match = None
    if not match:
        raise ValidationError(
            _("Bitte ein Jahr, einen Monat oder einen Tag angeben, etwa 2024 oder 2024-12-31.")
        )
    return period.strip()


def record_observations(
    indicator: Indicator, observations: Sequence[NewObservation], *, label: str, actor: Actor
) -> ImportBatch:
    """Append values to an indicator's series; a value for a place and period that has one corrects it.

    The corrected row stays and points to its successor. Recording an unchanged value again adds nothing.
    Raises PermissionDenied and ValidationError.
    """
    require(actor, "thread.edit_item", indicator.item)
    rows = []
    for new in observations:
        row = Observation(
            indicator=indicator, district=new.district, period=check_period(new.period), value=new.value,
            quality=new.quality, source_title=clean_text(new.source_title).strip(), source_url=new.source_url.strip(),
            source_date=new.source_date.strip() and check_period(new.source_date), confidence=new.confidence, note=clean_text(new.note).strip(),
        )  # fmt: skip
        row.clean_fields(exclude={"batch", "indicator", "district"})
        if not row.source_title and not row.source_url:
            raise ValidationError({"source_title": _("Jeder Wert braucht eine Quelle: Titel oder Adresse.")})
        rows.append(row)
    with transaction.atomic():
        batch = ImportBatch.objects.create(label=label, author_id=actor.user_id)
        changed: dict[str, list[object]] = {}
        for row in rows:
            before = (
                Observation.objects.current()
                .select_for_update()
                .filter(indicator=indicator, district=row.district, period=row.period)
                .first()
            )
            if before is not None and before.value == row.value and before.source_url == row.source_url:
                continue
            if before is not None:
                # Only one row of a place and period may be current: step aside before the successor has a key.
                Observation.objects.filter(pk=before.pk).update(superseded_by=before.pk)
            row.batch = batch
            row.save()
            if before is not None:
                Observation.objects.filter(pk=before.pk).update(superseded_by=row.pk)
            key = f"{row.district.item.title}, {row.period}"
            changed[key] = [plain_decimal(before.value) if before else None, plain_decimal(row.value)]
        if changed:
            history.record(
                indicator.item,
                Change.Action.RECORDED,
                actor=actor,
                changed={"value": [None, _listing(changed)]},
            )
    return batch


def _listing(changed: dict[str, list[object]]) -> str:
    lines = []
    for key, (before, after) in changed.items():
        lines.append(f"{key}: {after}" if before is None else f"{key}: {before} → {after}")
    return "\n".join(lines)
