"""What can be done with observations: they are recorded and corrected, never changed."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from functools import lru_cache

from django.core.exceptions import ValidationError
from django.db import IntegrityError
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from insek.engines.tables.breakdowns import read_key
from insek.engines.tables.official_signs import WITHOUT_VALUE
from insek.engines.text import shortened
from insek.package import plain_decimal
from insek.people.actors import Actor, require
from insek.places.models import District
from insek.thread.cleaning import clean_text
from insek.thread.services import require_release_of
from insek.web.display import number_words

from .breakdowns import cut_words_of, rows_for
from .comparison.keeping import forget_comparison
from .deliveries import Delivery, NewValue, Overtaken, Step, nothing, unfinished_of, write
from .models import TOTAL, Breakdown, ImportBatch, Indicator, Observation
from .secrecy.hiding import give_back, kept_secret, refuse_small, require_protected, reveal
from .value_checks import check_breakdown, check_moment, check_period

REASON_OR_VALUE = gettext_lazy("Bitte einen Wert angeben, oder als Status, warum keiner da ist.")


@dataclass(frozen=True)
class NewObservation:
    """A value to be recorded, in the indicator's unit; ``period`` as ``engines.periods`` says it.

    ``value`` is None where ``quality`` says why there is none; ``breakdown`` is the key of a part (``Cut.key``), empty for all.
    """

    district: District
    period: str
    value: Decimal | None
    quality: str = Observation.Quality.MEASURED
    source_title: str = ""
    source_url: str = ""
    source_date: str = ""
    confidence: str = ""
    note: str = ""
    breakdown: str = ""
    standard_error: Decimal | None = None
    sample_size: int | None = None
    basis: str = ""


Key = tuple[str, str, str, str]
"""Indicator, district, period and key of the part: of these four there is one value that counts."""
Lines = list[tuple[District, Observation | None, Observation | None]]
"""Where, the value that counted, and the one that counts now."""
FEW = 300
"""Values that are looked for by place and period; for more of them the whole series is read."""
TRIES = 3


def checked_row(indicator: Indicator, new: NewObservation) -> Observation:
    """The row that a value would become. Raises ValidationError."""
    texts = _checked_texts(*(getattr(new, name) for name in _TEXTS))
    row = Observation(
        indicator=indicator, district=new.district, period=check_period(new.period, indicator), value=new.value,
        standard_error=new.standard_error, sample_size=new.sample_size, basis=new.basis, **dict(zip(_TEXTS, texts, strict=True)),
    )  # fmt: skip
    if check_breakdown(new.breakdown, indicator):
        row.breakdown = Breakdown.of(read_key(new.breakdown))
    row.clean_fields(exclude={"batch", "indicator", "district", "breakdown", "period", *_TEXTS})
    if (row.value is None) != (row.quality in WITHOUT_VALUE):
        raise ValidationError(
            {"value": REASON_OR_VALUE if row.value is None else _("Mit diesem Status gibt es keinen Wert.")}
        )
    refuse_small(indicator, row.value)
    if (
        indicator.needs_basis
        and not row.basis
        and row.value is not None
        and row.quality != Observation.Quality.FORECAST
    ):
        raise ValidationError(
            {
                "basis": _(
                    "Bitte sagen, auf welcher Zählung der Bevölkerung der Wert beruht: Melderegister oder welcher Zensus."
                )
            }
        )
    if not row.source_title and not row.source_url:
        raise ValidationError({"source_title": _("Jeder Wert braucht eine Quelle: Titel oder Adresse.")})
    return row


_TEXTS = ("quality", "source_title", "source_url", "source_date", "confidence", "note")


@lru_cache(maxsize=2_000)
def _checked_texts(
    quality: str, title: str, url: str, day: str, confidence: str, note: str
) -> tuple[str, ...]:
    """What is said of a value, cleaned; thousands of values say the same. Raises ValidationError."""
    row = Observation(
        quality=quality, source_title=clean_text(title).strip(), source_url=url.strip(),
        source_date=day.strip() and check_moment(day), confidence=confidence, note=clean_text(note).strip(),
    )  # fmt: skip
    row.clean_fields(exclude={field.name for field in Observation._meta.fields} - set(_TEXTS))
    return tuple(getattr(row, name) for name in _TEXTS)


def says_the_same(before: Observation, new: NewObservation | Observation) -> bool:
    """Whether recording a value over another would tell nothing new. Over a sum of places it does: that it was entered."""
    is_sum = before.batch_id is not None and before.batch.is_derived
    return _told(before) == _told(new) and not is_sum


def _told(one: NewObservation | Observation) -> tuple[object, ...]:
    return one.value, one.quality, one.source_url, one.standard_error, one.sample_size, one.basis


def current_rows(indicators: Iterable[str], keys: Collection[Key] = ()) -> dict[Key, Observation]:
    """The values of some indicators that count, or of a few places and periods, hidden ones too: for those who may correct them. One query."""
    rows = Observation.objects.current().filter(indicator__in=list(indicators))
    if 0 < len(keys) <= FEW:
        rows = rows.filter(district__in={key[1] for key in keys}, period__in={key[2] for key in keys})
    found = list(rows.select_related("breakdown", "protected", "batch"))
    reveal(found)
    return {(row.indicator_id, row.district_id, row.period, row.breakdown.key): row for row in found}


def record_observations(
    indicator: Indicator,
    observations: Sequence[NewObservation],
    *,
    label: str,
    actor: Actor,
    at_end: Step = nothing,
) -> ImportBatch:
    """Append values to an indicator's series; a value for a place and period that has one corrects it.

    The corrected row stays and points to its successor. Recording an unchanged value again adds nothing.
    ``at_end`` is done in the transaction that makes them count. Raises PermissionDenied and ValidationError.
    """
    return record_delivery(
        [(indicator, new) for new in observations], label=label, actor=actor, of=[indicator], at_end=at_end
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
    secret = kept_secret(indicators)
    require_protected(actor, indicators.values(), secret)
    rows = _checked_rows(indicators, values, actor)
    parts = rows_for(key[3] for key in rows)
    for key, row in rows.items():
        row.breakdown_id = parts[key[3]]
    for _try in range(TRIES):
        read = current_rows(indicators, rows) if known is None else known
        changed = _changed(indicators, rows, read, actor)
        delivery = Delivery(
            label=shortened(label, 200),
            values=[NewValue(row, read.get(key)) for key, row in changed.items()],
            told=[
                (indicators[pk], _words_of(lines, hides=pk in secret))
                for pk, lines in _by_indicator(changed, read).items()
            ],
        )
        try:
            return write(delivery, actor=actor, at_start=at_start, at_end=at_end)
        except Overtaken:
            if known is not None:
                raise
            for row in rows.values():
                row.pk = None
                give_back(row)
    raise ValidationError(_overtaken(indicators))


def words_of_recording(
    indicator: Indicator, observations: Sequence[NewObservation], *, actor: Actor
) -> dict[str, list[str | None]]:
    """What history would say if these values were recorded; nothing is written. Raises what recording raises."""
    indicators = {indicator.pk: indicator}
    secret = kept_secret(indicators)
    require_protected(actor, indicators.values(), secret)
    rows = _checked_rows(indicators, [(indicator, new) for new in observations], actor)
    known = current_rows(indicators, rows)
    lines = _by_indicator(_changed(indicators, rows, known, actor), known)
    return _words_of(lines[indicator.pk], hides=bool(secret)) if lines else {}


def _checked_rows(
    indicators: Mapping[str, Indicator], values: Sequence[tuple[Indicator, NewObservation]], actor: Actor
) -> dict[Key, Observation]:
    """The rows that values would become, where the actor may record them and each stands there once."""
    for indicator in indicators.values():
        require(actor, "thread.edit_item", indicator.item)
        if indicator.formula:
            raise ValidationError(
                _("Die Werte von „%(indicator)s“ werden abgeleitet und nicht eingetragen.")
                % {"indicator": indicator.item}
            )
    rows: dict[Key, Observation] = {}
    for indicator, new in values:
        row = checked_row(indicator, new)
        key = (indicator.pk, row.district.pk, row.period, new.breakdown)
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


def _words_of(lines: Lines, *, hides: bool = False) -> dict[str, list[str | None]]:
    """What history says: the values that counted, and those that do now; where small counts are hidden, of no value how large it is."""
    old = [
        observation_words(before, district, hides=hides)
        for district, before, _after in lines
        if before is not None
    ]
    new = [
        observation_words(after, district, hides=hides)
        for district, _before, after in lines
        if after is not None
    ]
    return {"value": ["\n".join(side) or None for side in (old, new)]}


def observation_words(row: Observation, district: District, *, hides: bool = False) -> str:
    """A value with its place, part and period, its kind where it is not measured, how sure it is, its source and its note."""
    kind = "" if row.quality == Observation.Quality.MEASURED else row.get_quality_display()
    source = [row.source_title, row.source_url, row.source_date]
    told = "; ".join(
        filter(
            None,
            [
                kind,
                row.get_basis_display(),
                uncertainty_words(row),
                *source,
                row.get_confidence_display(),
                row.note,
            ],
        )
    )
    part = cut_words_of(row.breakdown.key) if row.breakdown_id != TOTAL else ""
    if hides:
        told = "; ".join(filter(None, source))
    where = ", ".join(filter(None, [district.item.title, part, row.period]))
    number = _("unter Geheimhaltung") if hides else "–" if row.value is None else plain_decimal(row.value)
    value = f"{where}: {number}"
    return f"{value} ({told})" if told else value


def uncertainty_words(row: Observation) -> str:
    """How sure a value is: its standard error, and of how many it was taken; empty where nothing is known."""
    said = []
    if row.standard_error is not None:
        places = max(0, -int(row.standard_error.normalize().as_tuple().exponent))
        said.append(_("Standardfehler ±%(error)s") % {"error": number_words(row.standard_error, places)})
    if row.sample_size is not None:
        said.append(_("Stichprobe %(count)s") % {"count": number_words(row.sample_size)})
    return ", ".join(said)


def rests_on(batch: ImportBatch) -> int:
    """How many values of a delivery have been corrected since; it can be taken back while there are none. One query."""
    return batch.observations.exclude(superseded_by=None).count()


def take_back(batch: ImportBatch, *, actor: Actor, at_end: Step = nothing) -> ImportBatch:
    """Undo a whole delivery: what it corrected counts again as a new row, what was new is withdrawn.

    A withdrawn row points to itself, stays, and no longer counts. ``at_end`` is done in the transaction that makes it so.
    Raises PermissionDenied, and ValidationError where something newer rests on the delivery or it has been taken back before.
    """
    delivery = _taking_back(batch, actor)

    def also_forget(undoing: ImportBatch) -> None:
        forget_comparison(batch)
        at_end(undoing)

    try:
        return write(delivery, actor=actor, at_end=also_forget)
    except (Overtaken, IntegrityError):  # somebody was faster: which of the two it was is said now
        _refuse_to_take_back(batch, list(batch.observations.all()))
        indicators = {indicator.pk for indicator, _changed in delivery.told}
        raise ValidationError(_overtaken(indicators)) from None


def words_of_taking_back(
    batch: ImportBatch, *, actor: Actor
) -> list[tuple[Indicator, dict[str, list[str | None]]]]:
    """What history would say of each indicator if a delivery were taken back; nothing is written. Raises what taking back raises."""
    return _taking_back(batch, actor).told


def _taking_back(batch: ImportBatch, actor: Actor) -> Delivery:
    """The delivery that undoes another one."""
    rows = list(
        batch.observations.select_related(
            "indicator__item__concept", "district__item", "breakdown"
        ).prefetch_related("supersedes__breakdown", "supersedes__protected", "supersedes__batch")
    )
    secret = kept_secret({row.indicator_id for row in rows})
    _refuse_to_take_back(batch, rows)
    require_protected(actor, {row.indicator for row in rows}, secret)
    for indicator in {row.indicator for row in rows}:
        require(actor, "thread.edit_item", indicator.item)
        require_release_of(actor, indicator.item)
    values, withdrawn = [], []
    gone: dict[Indicator, Lines] = {}
    again: dict[Indicator, Lines] = {}
    for row in rows:
        old = next(iter(row.supersedes.all()), None)
        if old is None or old.batch.is_derived:  # a sum of places is made anew
            withdrawn.append(row)
            gone.setdefault(row.indicator, []).append((row.district, row, None))
        else:
            reveal([old])
            new = _once_more(old)
            values.append(NewValue(new, row))
            again.setdefault(row.indicator, []).append((row.district, row, new))
    told = [
        (indicator, _words_of(lines, hides=indicator.pk in secret))
        for lot in (gone, again)
        for indicator, lines in lot.items()
    ]
    label = shortened(_("Rücknahme: %(label)s") % {"label": batch.label}, 200)
    return Delivery(label, values, told, withdrawn, undoes=batch)


def _refuse_to_take_back(batch: ImportBatch, rows: list[Observation]) -> None:
    if batch.is_derived:
        raise ValidationError(_("Abgeleitete Werte folgen ihren Teilen und lassen sich nicht zurücknehmen."))
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
        note=old.note, breakdown_id=old.breakdown_id, standard_error=old.standard_error, sample_size=old.sample_size, basis=old.basis,
    )  # fmt: skip
