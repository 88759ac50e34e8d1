"""Working out the values of derived indicators: read the parts, compute, write what differs as one delivery."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field
from decimal import Decimal

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from insek.engines.formulas import FormulaError, Term, ZeroDenominator, names_in, parse, work_out
from insek.engines.periods import DAY, YEAR, in_time, period_of
from insek.engines.text import shortened
from insek.people.actors import PROGRAM
from insek.places.models import District
from insek.thread.models import Item

from ..audiences import audience_of
from ..deliveries import Delivery, NewValue, Overtaken, write
from ..models import TOTAL, Derivation, ImportBatch, Indicator, Observation, SeriesBreak
from ..value_checks import fits_turn
from .cuts import read_cuts
from .part_values import REASONS, WEAKEST_FIRST, PartValue
from .rules_of_formulas import indicator_of, parts_of

Quality = Observation.Quality
SIX = Decimal("0.000001")
LARGEST = Decimal(10) ** 14
TRIES = 3


@dataclass
class Parts:
    """What an indicator follows from."""

    items: dict[str, Item]
    values: dict[tuple[str, str], dict[str, PartValue]] = field(default_factory=lambda: defaultdict(dict))
    """By place and time, the values of the parts, each by its name in the formula."""
    breaks: dict[str, list[SeriesBreak]] = field(default_factory=lambda: defaultdict(list))

    def keep(self, name: str, place: str, value: PartValue) -> None:
        """Take a value in; of a year and its last day the year counts."""
        found = self.values[place, time_of(value.period)]
        if name not in found or period_of(value.period).kind == YEAR:
            found[name] = value

    def basis_at(self, part: str, period: str) -> tuple[str, bool]:
        """On which count of the population a part rests at a period, and whether that is so or only from later on; "" where nobody said."""
        said = [each for each in self.breaks[part] if each.basis]
        begun = [each for each in said if period_of(each.period).end <= period_of(period).end]
        return (begun[-1].basis, True) if begun else (said[0].basis, False) if said else ("", True)

    def are_mixed(self, known: Mapping[str, PartValue], period: str) -> bool:
        """Whether parts rest on different counts: known ones that differ, or one that another part comes to only later.

        What the row of a part says counts before what a break of its series says.
        """
        found = [
            (value.basis, True) if value.basis else self.basis_at(indicator_of(name), period)
            for name, value in known.items()
        ]
        certain = {basis for basis, holds in found if basis and holds}
        later = {basis for basis, holds in found if basis and not holds}
        return len(certain) > 1 or bool(certain & later)


def time_of(period: str) -> str:
    """What periods of parts are matched by: a year and its last day are one."""
    found = period_of(period)
    is_last_day = found.kind == DAY and (found.end.month, found.end.day) == (12, 31)
    return f"{found.end.year:04}" if is_last_day else period


def read_parts(indicator: Indicator, names: Collection[str]) -> Parts:
    """The values and breaks of what a formula names. Three queries; two more where it names parts of a whole."""
    concept = indicator.item.concept_id
    keys = list(dict.fromkeys(map(indicator_of, names)))
    items = (
        Item.objects.filter(concept=concept, kind="indicator", pk__in=keys)
        .select_related("indicator")
        .in_bulk()
    )
    parts = Parts({key: items[key] for key in keys if key in items})
    cities = set(
        District.objects.filter(item__concept=concept, level=District.Level.CITY).values_list("pk", flat=True)
    )
    general = {key: item.indicator.uncertainty for key, item in parts.items.items()}
    rows = Observation.objects.totals().filter(indicator__in=set(parts.items) & set(names)).order_by()
    columns = (
        "indicator",
        "district",
        "period",
        "value",
        "quality",
        "standard_error",
        "source_date",
        "basis",
    )
    for key, place, period, value, quality, error, day, basis in rows.values_list(*columns).iterator(
        chunk_size=5_000
    ):
        if error is None and place in cities:
            error = general[key]
        parts.keep(key, place, PartValue(period, value, quality, error, day, basis))
    read_cuts(
        [name for name in names if indicator_of(name) in parts.items],
        {key: item.indicator for key, item in parts.items.items()},
        parts.keep,
    )
    for row in SeriesBreak.objects.filter(indicator__in=parts.items).order_by("period"):
        parts.breaks[row.indicator_id].append(row)
    for breaks in parts.breaks.values():
        breaks.sort(key=lambda row: in_time(row.period))
    return parts


def values_from(
    indicator: Indicator, tree: Term, parts: Parts
) -> tuple[dict[tuple[str, str], Observation], dict[str, int]]:
    """The values that follow, by place and time, and how many there are of each sort. Pure."""
    keys = names_in(tree)
    counts = dict.fromkeys(("values", "errors", "missing", "mixed", "zero", "turn"), 0)
    found = {}
    source = _source(parts)
    for (place, when), known in parts.values.items():
        if len(known) < len(keys):
            counts["missing"] += 1
            continue
        texts = {part.period for part in known.values()}
        period = texts.pop() if len(texts) == 1 else when
        if not fits_turn(period, indicator):
            counts["turn"] += 1
            continue
        row = _value(tree, {key: known[key] for key in keys}, parts, period)
        row.indicator, row.district_id, row.period, row.source_title = indicator, place, period, source
        row.source_date = min(filter(None, (part.source_date for part in known.values())), default="")
        found[place, when] = row
        mark = {MIXED: "mixed", ZERO: "zero"}.get(
            getattr(row, "why", ""), "values" if row.value is not None else "missing"
        )
        counts[mark] += 1
        counts["errors"] += row.standard_error is not None
    return found, counts


MIXED, ZERO = "mixed", "zero"


def _source(parts: Parts) -> str:
    names = ", ".join(" ".join(filter(None, [item.number, item.title])) for item in parts.items.values())
    return shortened(_("abgeleitet aus %(names)s") % {"names": names}, 300)


def _value(tree: Term, known: Mapping[str, PartValue], parts: Parts, period: str) -> Observation:
    """One value, or why there is none."""
    reasons = {part.quality for part in known.values() if part.value is None}
    if reasons:
        return Observation(quality=next((each for each in REASONS if each in reasons), Quality.UNKNOWN))
    bases = {part.basis for part in known.values() if part.basis}
    if parts.are_mixed(known, period):
        return _without(MIXED, _("Die Teile beruhen auf verschiedenen Zählungen der Bevölkerung."))
    try:
        outcome = work_out(tree, {key: part.value for key, part in known.items() if part.value is not None})
    except ZeroDenominator as nothing:
        there = dict.fromkeys(parts.items[indicator_of(key)] for key in nothing.names)
        names = ", ".join(item.number or item.title for item in there)
        return _without(ZERO, _("Der Nenner ist null: %(names)s.") % {"names": names})
    except OverflowError:
        return _without("", _("Das Ergebnis ist zu groß."))
    if abs(outcome.value) >= LARGEST:
        return _without("", _("Das Ergebnis ist zu groß."))
    errors = {key: part.error for key, part in known.items() if part.error is not None}
    error = outcome.error(errors).quantize(SIX) if errors and outcome.error(errors) < LARGEST else None
    qualities = {part.quality for part in known.values()}
    quality = next((each for each in WEAKEST_FIRST if each in qualities), Quality.MEASURED)
    return Observation(
        value=outcome.value.quantize(SIX), standard_error=error, basis=next(iter(bases), ""),
        quality=Quality.ESTIMATED if quality == Quality.LESS_THAN_HALF else quality,
    )  # fmt: skip


def _without(why: str, note: str) -> Observation:
    row = Observation(quality=Quality.MEANINGLESS, note=shortened(note, 500))
    row.why = why  # type: ignore[attr-defined]  # beside the columns, to be counted
    return row


def derive(indicator: Indicator) -> bool:
    """Work out one indicator and write what differs; returns whether something did. Raises Overtaken where somebody keeps writing."""
    for attempt in range(TRIES):
        try:
            return _derive(indicator)
        except Overtaken:
            if attempt == TRIES - 1:
                raise
    return False


def _derive(indicator: Indicator) -> bool:
    began = timezone.now()
    try:
        tree: Term | None = parse(indicator.formula) if indicator.formula else None
    except FormulaError:
        tree = None
    names = names_in(tree) if tree is not None else []
    parts = read_parts(indicator, names)
    seen_by = audience_of(indicator.item)
    is_closed = any(seen_by.sees_more_than(audience_of(item)) for item in parts.items.values())
    wanted: dict[tuple[str, str], Observation] = {}
    counts: dict[str, int] = {}
    if tree is not None and not is_closed and len(parts.items) == len(set(map(indicator_of, names))):
        wanted, counts = values_from(indicator, tree, parts)
    rows = Observation.objects.current().filter(indicator=indicator)
    if not indicator.formula:
        rows = rows.filter(batch__in=ImportBatch.objects.filter(is_derived=True).values("pk"))
    before = {(row.district_id, row.period): row for row in rows.filter(breakdown=TOTAL)}
    new = {(row.district_id, row.period): row for row in wanted.values()}
    changed = [key for key, row in new.items() if key not in before or _told(before[key]) != _told(row)]
    withdrawn = [row for key, row in before.items() if key not in new]
    breaks = _breaks(parts, new.values()) if new else {}
    delivery = Delivery(
        label=_("Abgeleitet"), values=[NewValue(new[key], before.get(key)) for key in changed],
        told=[(indicator, {"value": [None, _said(len(changed), len(withdrawn))]})], withdrawn=withdrawn,
    )  # fmt: skip

    def mark(batch: ImportBatch) -> None:
        ImportBatch.objects.filter(pk=batch.pk).update(is_derived=True)

    if changed or withdrawn:
        write(delivery, actor=PROGRAM, at_start=mark)
    with transaction.atomic():
        _keep_breaks(indicator, breaks)
        if indicator.formula:
            kept = {
                "formula": indicator.formula,
                "computed_at": began,
                "counts": counts,
                "is_closed": is_closed,
            }
            Derivation.objects.update_or_create(indicator=indicator, defaults=kept)
        else:
            Derivation.objects.filter(indicator=indicator).delete()
    return bool(changed or withdrawn)


def _told(row: Observation) -> tuple[object, ...]:
    return row.value, row.quality, row.standard_error, row.source_title, row.source_date, row.note, row.basis


def _said(changed: int, withdrawn: int) -> str:
    """What history says of a calculation, in one line."""
    said = []
    if changed:
        said.append(
            ngettext("%(n)s Wert neu abgeleitet", "%(n)s Werte neu abgeleitet", changed) % {"n": changed}
        )
    if withdrawn:
        said.append(ngettext("%(n)s Wert entfallen", "%(n)s Werte entfallen", withdrawn) % {"n": withdrawn})
    return ", ".join(said)


def _breaks(parts: Parts, rows: Iterable[Observation]) -> dict[str, tuple[str, str]]:
    """The breaks of the parts as those of what follows: period, reason, basis; where values are of years, so are the breaks."""
    texts = {time_of(row.period): row.period for row in rows}
    are_years = all(period_of(text).kind == YEAR for text in texts.values())
    found: dict[str, list[tuple[str, str]]] = defaultdict(list)
    for key, breaks in parts.breaks.items():
        item = parts.items[key]
        for each in breaks:
            when = time_of(each.period)
            period = texts.get(when) or (when if are_years else each.period)
            found[period].append((f"{item.number or item.title}: {each.reason}", each.basis))
    return {
        period: (
            shortened(" ".join(dict.fromkeys(reason for reason, _basis in said)), 300),
            next(iter(bases)) if len(bases := {basis for _reason, basis in said if basis}) == 1 else "",
        )
        for period, said in found.items()
    }


def _keep_breaks(indicator: Indicator, wanted: Mapping[str, tuple[str, str]]) -> None:
    """Write the breaks where they differ. Of an indicator without formula only those of a former one go, with its values."""
    if not indicator.formula and not Derivation.objects.filter(indicator=indicator).exists():
        return
    rows = SeriesBreak.objects.filter(indicator=indicator)
    if {row.period: (row.reason, row.basis) for row in rows} != dict(wanted):
        rows.delete()
        SeriesBreak.objects.bulk_create(
            SeriesBreak(indicator=indicator, period=period, reason=reason, basis=basis)
            for period, (reason, basis) in sorted(wanted.items())
        )


def in_order(formulas: Mapping[str, str]) -> list[str]:
    """Derived indicators, each behind those of them that it follows from."""
    found: list[str] = []
    seen: set[str] = set()

    def walk(key: str) -> None:
        if key in seen or key not in formulas:
            return
        seen.add(key)
        for part in parts_of(formulas[key]):
            walk(part)
        found.append(key)

    for key in sorted(formulas):
        walk(key)
    return found


def derive_all(concept: int, changed: Collection[str] | None = None) -> list[str]:
    """Work out what follows from some indicators, or all there is, each behind its parts; returns those whose values changed.

    Also takes the values of those whose formula was taken away.
    """
    rows = Indicator.objects.filter(item__concept=concept).select_related("item")
    formulas = dict(rows.exclude(formula="").values_list("pk", "formula"))
    touched = set(formulas) if changed is None else set(changed)
    done = []
    for key in in_order(formulas):
        if key in touched or touched & set(parts_of(formulas[key])):
            indicator = rows.filter(pk=key).first()
            if indicator is not None and derive(indicator):
                done.append(key)
                touched.add(key)
    for indicator in rows.filter(formula="", derivation__isnull=False):
        if derive(indicator):
            done.append(indicator.pk)
    return done
