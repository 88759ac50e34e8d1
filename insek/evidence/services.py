"""What can be done with observations: they are recorded and corrected, never changed."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from django.core.exceptions import ValidationError
from django.db import IntegrityError
from django.utils.translation import gettext as _

from insek.engines.numbers import PERCENT, has_unit
from insek.engines.text import shortened
from insek.package import plain_decimal
from insek.people.actors import Actor, require
from insek.places.models import District
from insek.thread.cleaning import clean_text
from insek.thread.services import require_release_of

from .deliveries import Delivery, NewValue, Overtaken, Step, nothing, unfinished_of, write
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
"""Indicator, district and period: of these three there is one value that counts."""
Lines = list[tuple[District, Observation | None, Observation | None]]
"""Where, the value that counted, and the one that counts now."""
FEW = 300
"""Values that are looked for by place and period; for more of them the whole series is read."""
TRIES = 3


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


def current_rows(indicators: Iterable[str], keys: Collection[Key] = ()) -> dict[Key, Observation]:
    """The values of some indicators that count, or of a few places and periods. One query."""
    rows = Observation.objects.current().filter(indicator__in=list(indicators))
    if 0 < len(keys) <= FEW:
        rows = rows.filter(district__in={key[1] for key in keys}, period__in={key[2] for key in keys})
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
    known: Mapping[Key, Observation] | None = None,
    at_start: Step = nothing,
    at_end: Step = nothing,
) -> ImportBatch:
    """Append values of many indicators, all or none (``deliveries``); see ``record_observations``.

    ``known`` are the values that count where they were read before; then it raises Overtaken where they are no longer so.

    One line of history for each indicator that changed; a public one takes the right to release, or a proposal
    (``releasing``). Raises PermissionDenied and ValidationError.
    """
    indicators = {indicator.pk: indicator for indicator in [*of, *(indicator for indicator, _new in values)]}
    rows = _checked_rows(indicators, values, actor)
    for _try in range(TRIES):
        read = current_rows(indicators, rows) if known is None else known
        changed = _changed(indicators, rows, read, actor)
        delivery = Delivery(
            label=shortened(label, 200),
            values=[NewValue(row, read.get(key)) for key, row in changed.items()],
            told=[(indicators[pk], _words_of(lines)) for pk, lines in _by_indicator(changed, read).items()],
        )
        try:
            return write(delivery, actor=actor, at_start=at_start, at_end=at_end)
        except Overtaken:
            if known is not None:
                raise
            for row in rows.values():
                row.pk = None
    raise ValidationError(_overtaken(indicators))


def words_of_recording(
    indicator: Indicator, observations: Sequence[NewObservation], *, actor: Actor
) -> dict[str, list[str | None]]:
    """What history would say if these values were recorded; nothing is written. Raises what recording raises."""
    indicators = {indicator.pk: indicator}
    rows = _checked_rows(indicators, [(indicator, new) for new in observations], actor)
    known = current_rows(indicators, rows)
    lines = _by_indicator(_changed(indicators, rows, known, actor), known)
    return _words_of(lines[indicator.pk]) if lines else {}


def _checked_rows(
    indicators: Mapping[str, Indicator], values: Sequence[tuple[Indicator, NewObservation]], actor: Actor
) -> dict[Key, Observation]:
    """The rows that values would become, where the actor may record them and each stands there once."""
    for indicator in indicators.values():
        require(actor, "thread.edit_item", indicator.item)
    rows: dict[Key, Observation] = {}
    for indicator, new in values:
        row = checked_row(indicator, new)
        key = (indicator.pk, row.district.pk, row.period)
        if key in rows:
            raise ValidationError(_("Für einen Raum und Zeitraum stehen zwei Werte in der Lieferung."))
        rows[key] = row
    return rows


def _changed(
    indicators: Mapping[str, Indicator],
    rows: Mapping[Key, Observation],
    known: Mapping[Key, Observation],
    actor: Actor,
) -> dict[Key, Observation]:
    """The rows that say something new, where the actor may change the page of their indicator."""
    changed = {
        key: row for key, row in rows.items() if key not in known or not says_the_same(known[key], row)
    }
    for pk in {key[0] for key in changed}:
        require_release_of(actor, indicators[pk].item)
    return changed


def _by_indicator(changed: Mapping[Key, Observation], known: Mapping[Key, Observation]) -> dict[str, Lines]:
    found: dict[str, Lines] = {}
    for key, row in changed.items():
        found.setdefault(key[0], []).append((row.district, known.get(key), row))
    return found


def _overtaken(indicators: Iterable[str]) -> str:
    if unfinished_of(indicators):
        return _(
            "Für einen dieser Indikatoren wird gerade eine andere Lieferung eingetragen. Bitte in ein paar Minuten noch einmal."
        )
    return _("Inzwischen haben sich Werte geändert. Bitte noch einmal ansehen.")


def _words_of(lines: Lines) -> dict[str, list[str | None]]:
    """What history says: the values that counted, and those that do now."""
    old = [observation_words(before, district) for district, before, _after in lines if before is not None]
    new = [observation_words(after, district) for district, _before, after in lines if after is not None]
    return {"value": ["\n".join(side) or None for side in (old, new)]}


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


def take_back(batch: ImportBatch, *, actor: Actor) -> ImportBatch:
    """Undo a whole delivery: what it corrected counts again as a new row, what was new is withdrawn.

    A withdrawn row points to itself, stays, and no longer counts. Raises PermissionDenied, and ValidationError where
    something newer rests on the delivery or it has been taken back before.
    """
    rows = list(
        batch.observations.select_related("indicator__item__concept", "district__item").prefetch_related(
            "supersedes"
        )
    )
    _refuse_to_take_back(batch, rows)
    for indicator in {row.indicator for row in rows}:
        require(actor, "thread.edit_item", indicator.item)
        require_release_of(actor, indicator.item)
    values, withdrawn = [], []
    gone: dict[Indicator, Lines] = {}
    again: dict[Indicator, Lines] = {}
    for row in rows:
        old = next(iter(row.supersedes.all()), None)
        if old is None:
            withdrawn.append(row)
            gone.setdefault(row.indicator, []).append((row.district, row, None))
        else:
            new = _once_more(old)
            values.append(NewValue(new, row))
            again.setdefault(row.indicator, []).append((row.district, row, new))
    told = [(indicator, _words_of(lines)) for lot in (gone, again) for indicator, lines in lot.items()]
    label = shortened(_("Rücknahme: %(label)s") % {"label": batch.label}, 200)
    try:
        return write(Delivery(label, values, told, withdrawn, undoes=batch), actor=actor)
    except (Overtaken, IntegrityError):  # somebody was faster: which of the two it was is said now
        _refuse_to_take_back(batch, list(batch.observations.all()))
        raise ValidationError(_overtaken({row.indicator_id for row in rows})) from None


def _refuse_to_take_back(batch: ImportBatch, rows: list[Observation]) -> None:
    if batch.undoes_id or ImportBatch.objects.filter(undoes=batch).exists():
        raise ValidationError(_("Diese Lieferung ist schon zurückgenommen."))
    if not rows:
        raise ValidationError(_("Diese Lieferung hat nichts geändert."))
    if any(row.superseded_by_id for row in rows):
        raise ValidationError(
            _("Auf Werten dieser Lieferung beruhen schon neuere. Bitte berichtigen Sie einzeln.")
        )


def _once_more(old: Observation) -> Observation:
    """A value that counts again, as a new row."""
    return Observation(
        indicator_id=old.indicator_id, district_id=old.district_id, period=old.period, value=old.value, quality=old.quality,
        source_title=old.source_title, source_url=old.source_url, source_date=old.source_date, confidence=old.confidence,
        note=old.note,
    )  # fmt: skip
