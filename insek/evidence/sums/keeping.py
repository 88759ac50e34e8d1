"""Writing sums beside the entered values: read what was entered, add up, write what differs as one delivery."""

from __future__ import annotations

from collections.abc import Collection
from decimal import Decimal
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from insek.engines.periods import in_time
from insek.engines.text import shortened
from insek.people.actors import PROGRAM
from insek.places.models import District

from ..audiences import audience_of
from ..deliveries import Delivery, NewValue, Overtaken, write
from ..models import TOTAL, ImportBatch, Indicator, Observation
from ..secrecy.hiding import kept_secret
from .adding import NAMED, Added, PartOfSum, PlaceInSum, Sum, add_up, basis_of, error_of, source_of, weakest
from .models import Summation

TRIES = 3
SIX = Decimal("0.000001")
LARGEST = Decimal(10) ** 14
COLUMNS = (
    "pk", "district", "period", "breakdown", "value", "protected__value", "quality", "standard_error", "sample_size",
    "source_title", "source_url", "source_date", "note", "basis", "batch__is_derived",
)  # fmt: skip
Key = tuple[str, str, int]


def sum_up_all(concept: int, changed: Collection[str] | None = None) -> list[str]:
    """Add up some indicators of a concept, or all; returns those whose values changed.

    Those too that added up once and do no longer: their sums go.
    """
    rows = Indicator.objects.filter(item__concept=concept, formula="").select_related("item")
    if changed is not None:
        rows = rows.filter(pk__in=changed)
    done = []
    known = set(Summation.objects.filter(indicator__in=rows.values("pk")).values_list("pk", flat=True))
    for indicator in rows.order_by("pk"):
        if (indicator.has_parts or indicator.pk in known) and sum_up(indicator):
            done.append(indicator.pk)
    return done


def sum_up(indicator: Indicator) -> bool:
    """Add up one indicator and write what differs; returns whether something did. Raises Overtaken where somebody keeps writing."""
    for attempt in range(TRIES):
        try:
            return _sum_up(indicator)
        except Overtaken:
            if attempt == TRIES - 1:
                raise
    return False


def _sum_up(indicator: Indicator) -> bool:
    entered: list[PartOfSum] = []
    before: dict[Key, dict[str, Any]] = {}
    for row in (
        Observation.objects.current().filter(indicator=indicator.pk).order_by().values(*COLUMNS).iterator(chunk_size=5_000)
    ):  # fmt: skip
        value = row["value"] if row["protected__value"] is None else row["protected__value"]
        if row["batch__is_derived"]:
            before[row["district"], row["period"], row["breakdown"]] = {**row, "value": value}
        else:
            source = (row["source_title"], row["source_url"], row["source_date"])
            entered.append(
                PartOfSum(row["district"], row["period"], row["breakdown"], value, row["quality"], row["standard_error"], row["sample_size"], source, row["basis"])
            )  # fmt: skip
    places = District.objects.filter(item__concept=indicator.item.concept_id).order_by("pk")
    added = (
        add_up(
            entered,
            [
                PlaceInSum(one.pk, one.parent_id, one.valid_from, one.valid_to, audience_of(one.item))
                for one in places.select_related("item")
            ],
        )
        if indicator.has_parts
        else Added()
    )
    new = {(one.place, one.period, one.breakdown): _row(indicator, one) for one in added.sums}
    changed = [key for key, row in new.items() if key not in before or _differs(before[key], row)]
    gone = [key for key in before if key not in new]
    former = Observation.objects.in_bulk([before[key]["pk"] for key in [*changed, *gone] if key in before])
    at = {key: former.get(row["pk"]) for key, row in before.items()}
    delivery = Delivery(
        label=_("Zusammengezählt"), values=[NewValue(new[key], at.get(key)) for key in changed],
        told=[(indicator, {"value": [None, _said(len(changed), len(gone))]})],
        withdrawn=[row for key in gone if (row := at[key]) is not None],
    )  # fmt: skip

    def mark(batch: ImportBatch) -> None:
        ImportBatch.objects.filter(pk=batch.pk).update(is_derived=True)

    if changed or gone:
        write(delivery, actor=PROGRAM, at_start=mark)
    with transaction.atomic():
        if indicator.has_parts and (
            new or added.differ or added.missing or added.doubted or added.mixed or added.closed
        ):
            outcome = _outcome(added, is_secret=bool(kept_secret([indicator.pk])))
            Summation.objects.update_or_create(indicator=indicator, defaults={"outcome": outcome})
        else:
            Summation.objects.filter(indicator=indicator).delete()
    return bool(changed or gone)


def _row(indicator: Indicator, one: Sum) -> Observation:
    title, address, day = source_of(one.parts)
    error = error_of(part.error for part in one.parts)
    samples = [part.sample for part in one.parts]
    quality = weakest(part.quality for part in one.parts)
    return Observation(
        indicator=indicator, district_id=one.place, period=one.period, breakdown_id=one.breakdown, value=one.value.quantize(SIX),
        quality="estimated" if quality == "less_than_half" else quality, standard_error=None if error is None else error.quantize(SIX),
        sample_size=sum(n for n in samples if n) if all(samples) else None,
        source_title=shortened(title, 300), source_url=address, source_date=day, basis=basis_of(one.parts),
        note=_("aus %(n)s Räumen zusammengezählt") % {"n": len(one.parts)},
    )  # fmt: skip


_COMPARED = ("value", "quality", "standard_error", "sample_size", "source_title", "source_url", "source_date", "basis")  # fmt: skip


def _differs(before: dict[str, Any], row: Observation) -> bool:
    """Whether a sum says something new; of a hidden one only how large it is counts."""
    if before["protected__value"] is not None:
        return bool(before["value"] != row.value)
    return any(before[name] != getattr(row, name) for name in _COMPARED)


def _said(changed: int, gone: int) -> str:
    """What history says of it, in one line."""
    said = []
    if changed:
        said.append(
            ngettext("%(n)s Wert zusammengezählt", "%(n)s Werte zusammengezählt", changed) % {"n": changed}
        )
    if gone:
        said.append(ngettext("%(n)s Wert entfallen", "%(n)s Werte entfallen", gone) % {"n": gone})
    return ", ".join(said)


def _outcome(added: Added, *, is_secret: bool) -> dict[str, Any]:
    """What the page says of it; where small counts are hidden nothing from which one could be told."""
    newest = sorted(added.missing, key=lambda one: in_time(one[1]), reverse=True)
    outcome: dict[str, Any] = {
        "sums": len(added.sums),
        "missing": [
            [place, period, list(lacking)[:NAMED], len(lacking)] for place, period, lacking in newest[:NAMED]
        ],
        "mixed": [list(one) for one in added.mixed[:NAMED]],
        "closed": [
            list(one) for one in sorted(added.closed, key=lambda one: in_time(one[1]), reverse=True)[:NAMED]
        ],
        "doubted": added.doubted[:NAMED],
        "differ": [],
        "differ_count": 0,
    }
    if not is_secret:
        whole = sorted(
            (one for one in added.differ if one[2] == TOTAL), key=lambda one: in_time(one[1]), reverse=True
        )
        outcome["differ_count"] = len(whole)
        outcome["differ"] = [
            [place, period, str(entered), str(total)]
            for place, period, _part, entered, total in whole[:NAMED]
        ]
    return outcome
