"""What can be done with observations: they are recorded and corrected, never changed."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import F
from django.utils.translation import gettext as _

from insek.engines.numbers import PERCENT, has_unit
from insek.engines.text import shortened
from insek.package import plain_decimal
from insek.people.actors import Actor, require
from insek.places.models import District
from insek.thread import history
from insek.thread.cleaning import clean_text
from insek.thread.models import Change
from insek.thread.services import require_release_of

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


def check_percent(indicator: Indicator, text: str) -> None:
    """Refuse a percentage where the indicator counts otherwise. Raises ValidationError."""
    if has_unit(text, PERCENT) and not indicator.in_percent:
        raise ValidationError(
            _("Hier steht ein Prozentwert; der Indikator zählt in %(unit)s. Bitte rechnen Sie um.")
            % {"unit": indicator.unit_text}
        )


Key = tuple[str, str, str]
Lines = list[tuple[District, Observation | None, Observation | None]]
"""Where, the value that counted, and the one that counts now."""
"""Indicator, district and period: of these three there is one value that counts."""
CHUNK = 400


def checked_row(indicator: Indicator, new: NewObservation) -> Observation:
    """The row that a value would become. Raises ValidationError."""
    row = Observation(
        indicator=indicator, district=new.district, period=check_period(new.period), value=new.value,
        quality=new.quality, source_title=clean_text(new.source_title).strip(), source_url=new.source_url.strip(),
        source_date=new.source_date.strip() and check_period(new.source_date), confidence=new.confidence, note=clean_text(new.note).strip(),
    )  # fmt: skip
    row.clean_fields(exclude={"batch", "indicator", "district"})
    if not row.source_title and not row.source_url:
        raise ValidationError({"source_title": _("Jeder Wert braucht eine Quelle: Titel oder Adresse.")})
    return row


def says_the_same(before: Observation, new: NewObservation | Observation) -> bool:
    """Whether recording a value over another would tell nothing new."""
    return (before.value, before.quality, before.source_url) == (new.value, new.quality, new.source_url)


def current_rows(indicators: Iterable[str], *, lock: bool = False) -> dict[Key, Observation]:
    """The values of some indicators that count. One query."""
    rows = Observation.objects.current().filter(indicator__in=list(indicators))
    if lock:
        rows = rows.select_for_update()
    return {(row.indicator_id, row.district_id, row.period): row for row in rows}


def record_observations(
    indicator: Indicator, observations: Sequence[NewObservation], *, label: str, actor: Actor
) -> ImportBatch:
    """Append values to an indicator's series; a value for a place and period that has one corrects it.

    The corrected row stays and points to its successor. Recording an unchanged value again adds nothing.
    Raises PermissionDenied and ValidationError.
    """
    return record_delivery(
        [(indicator, new) for new in observations], label=label, actor=actor, of=[indicator]
    )


def record_delivery(
    values: Sequence[tuple[Indicator, NewObservation]],
    *,
    label: str,
    actor: Actor,
    of: Iterable[Indicator] = (),
    undoes: ImportBatch | None = None,
) -> ImportBatch:
    """Append values of many indicators, all or none; see ``record_observations``.

    One line of history for each indicator that changed; a public one takes the right to release, or a proposal
    (``releasing``). Raises PermissionDenied and ValidationError.
    """
    indicators = {indicator.pk: indicator for indicator in [*of, *(indicator for indicator, _new in values)]}
    for indicator in indicators.values():
        require(actor, "thread.edit_item", indicator.item)
    rows: dict[Key, Observation] = {}
    for indicator, new in values:
        row = checked_row(indicator, new)
        key = (indicator.pk, row.district.pk, row.period)
        if key in rows:
            raise ValidationError(_("Für einen Raum und Zeitraum stehen zwei Werte in der Lieferung."))
        rows[key] = row
    with transaction.atomic():
        batch = ImportBatch.objects.create(
            label=shortened(label, 200), author_id=actor.user_id, undoes=undoes
        )
        known = current_rows(indicators, lock=True)
        rows = {
            key: row for key, row in rows.items() if key not in known or not says_the_same(known[key], row)
        }
        for pk in {key[0] for key in rows}:
            require_release_of(actor, indicators[pk].item)
        before = {key: known[key] for key in rows if key in known}
        # Only one row of a place and period may be current: step aside before the successors have a key.
        old = [row.pk for row in before.values()]
        for start in range(0, len(old), CHUNK):
            Observation.objects.filter(pk__in=old[start : start + CHUNK]).update(superseded_by=F("pk"))
        for row in rows.values():
            row.batch = batch
        Observation.objects.bulk_create(rows.values(), batch_size=CHUNK)
        for key, row in before.items():
            row.superseded_by = rows[key]
        Observation.objects.bulk_update(before.values(), ["superseded_by"], batch_size=CHUNK)
        changed: dict[str, Lines] = {}
        for key, row in rows.items():
            changed.setdefault(key[0], []).append((row.district, before.get(key), row))
        for pk, lines in changed.items():
            _write_down(indicators[pk], lines, actor)
    return batch


def _write_down(indicator: Indicator, lines: Lines, actor: Actor) -> None:
    """One line of history: the values that counted, and those that do now."""
    old = [observation_words(before, district) for district, before, _after in lines if before is not None]
    new = [observation_words(after, district) for district, _before, after in lines if after is not None]
    changed = {"value": ["\n".join(side) or None for side in (old, new)]}
    history.record(indicator.item, Change.Action.RECORDED, actor=actor, changed=changed)


def observation_words(row: Observation, district: District) -> str:
    """A value with its place and period, its kind where it is not measured, its source and its note."""
    kind = "" if row.quality == Observation.Quality.MEASURED else row.get_quality_display()
    source = [row.source_title, row.source_url, row.source_date]
    told = "; ".join(filter(None, [kind, *source, row.get_confidence_display(), row.note]))
    value = f"{district.item.title}, {row.period}: {plain_decimal(row.value)}"
    return f"{value} ({told})" if told else value


def rests_on(batch: ImportBatch) -> int:
    """How many values of a delivery have been corrected since; it can be taken back while there are none. One query."""
    return batch.observations.exclude(superseded_by=None).count()


@transaction.atomic
def take_back(batch: ImportBatch, *, actor: Actor) -> ImportBatch:
    """Undo a whole delivery: what it corrected counts again as a new row, what was new is withdrawn.

    A withdrawn row points to itself, stays, and no longer counts. Raises PermissionDenied, and ValidationError where
    something newer rests on the delivery or it has been taken back before.
    """
    batch = ImportBatch.objects.select_for_update().get(pk=batch.pk)
    if batch.undoes_id or ImportBatch.objects.filter(undoes=batch).exists():
        raise ValidationError(_("Diese Lieferung ist schon zurückgenommen."))
    rows = list(
        batch.observations.select_for_update(of=("self",))
        .select_related("indicator__item", "district__item")
        .prefetch_related("supersedes")
    )
    if not rows:
        raise ValidationError(_("Diese Lieferung hat nichts geändert."))
    for row in rows:
        require(actor, "thread.edit_item", row.indicator.item)
        require_release_of(actor, row.indicator.item)
    if any(row.superseded_by_id for row in rows):
        raise ValidationError(
            _("Auf Werten dieser Lieferung beruhen schon neuere. Bitte berichtigen Sie einzeln.")
        )
    again: list[tuple[Indicator, NewObservation]] = []
    gone: dict[str, tuple[Indicator, Lines]] = {}
    for row in rows:
        old = next(iter(row.supersedes.all()), None)
        if old is None:
            gone.setdefault(row.indicator_id, (row.indicator, []))[1].append((row.district, row, None))
        else:
            again.append((row.indicator, NewObservation(
                row.district, old.period, old.value, old.quality, old.source_title, old.source_url, old.source_date,
                old.confidence, old.note,
            )))  # fmt: skip
    batch.observations.filter(supersedes=None).update(superseded_by=F("pk"))
    for indicator, lines in gone.values():
        _write_down(indicator, lines, actor)
    label = _("Rücknahme: %(label)s") % {"label": batch.label}
    return record_delivery(again, label=label, actor=actor, undoes=batch)
