"""Which values of an indicator with small counts are shown: worked out after each delivery, in a job; until then a value is hidden."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING, Any

from django.db import transaction
from django.db.models import F
from django.utils.translation import gettext as _
from django_tasks import task

from insek.concept.models import Concept
from insek.engines.periods import DAY, period_of
from insek.engines.tables.breakdowns import read_key
from insek.jobs.clock import register_recurring
from insek.package import register_derived
from insek.places.models import District
from insek.thread import shared_cache
from insek.thread.events import register_listener
from insek.thread.models import Change, Event
from insek.thread.pieces import in_pieces

from ..derived.jobs import derive_values
from ..models import ImportBatch, Observation
from .hiding import COLUMNS, HIDDEN
from .models import ProtectedValue, SmallCounts

if TYPE_CHECKING:
    from insek.engines.secrecy import Cell

Why = ProtectedValue.Why
Span = tuple[int, int]


class _Overtaken(Exception):
    """A newer calculation has begun."""


def hear(events: Sequence[Event]) -> None:
    """Look again at the indicators that something happened to, and at all of a concept when it is set up anew."""
    touched = {event.item_id for event in events if event.kind == "indicator" and event.item_id}
    rules = SmallCounts.objects.filter(rule=SmallCounts.Rule.KEEP)
    concepts = {event.concept_id for event in events if not event.item_id or event.kind == "district"}
    found = set(rules.filter(indicator__in=touched).values_list("indicator", flat=True))
    if concepts:
        found |= set(rules.filter(indicator__item__concept__in=concepts).values_list("indicator", flat=True))
    for key in sorted(found):
        show_values.enqueue(key)


@task()
def show_values(key: str) -> None:
    """Work out what may be shown of an indicator."""
    decide(key)


def show_what_was_missed() -> None:
    """Look at every indicator of which values wait."""
    waiting = ProtectedValue.objects.filter(why=Why.NEW, observation__superseded_by=None)
    for key in waiting.values_list("observation__indicator", flat=True).distinct().order_by():
        decide(key)


def decide(key: str) -> bool:
    """Hide and show what must be; returns whether something changed. What a newer calculation does is left to it."""
    with transaction.atomic():
        SmallCounts.objects.filter(pk=key, rule=SmallCounts.Rule.KEEP).update(run=F("run") + 1)
        rule = (
            SmallCounts.objects.filter(pk=key, rule=SmallCounts.Rule.KEEP)
            .select_related("indicator__item")
            .first()
        )
    if rule is None:
        return False
    rows = list(
        Observation.objects.current().filter(indicator=key).select_related("breakdown", "protected").order_by("pk")
    )  # fmt: skip
    hidden, small, skipped = _hidden_of(rows, rule, _seen_before(key))
    to_hide = [row for row in rows if row.pk in hidden and row.value is not None]
    decided = {row.pk: Why.SMALL if row.pk in small else Why.ALONG for row in rows if row.pk in hidden}
    to_show = [row for row in rows if _kept(row) is not None and row.pk not in hidden]
    renamed = [
        (kept, decided[row.pk])
        for row in rows
        if (kept := _kept(row)) and row.pk in decided and kept.why != decided[row.pk]
    ]
    counts = Counter(decided.values())
    outcome = {
        "small": counts[Why.SMALL],
        "along": counts[Why.ALONG],
        "too_late": len(to_hide),
        "skipped": skipped,
    }
    try:
        in_pieces(to_hide, lambda piece: _hide(rule, piece, decided))
        in_pieces(renamed, lambda piece: _rename(rule, piece))
        in_pieces(to_show, lambda piece: _show(rule, piece))
        with transaction.atomic():
            _hold(rule)
            SmallCounts.objects.filter(pk=rule.pk).update(outcome=outcome)
    except _Overtaken:
        return False
    finally:
        if to_hide or to_show:  # also when it ends half way: some pieces may be written
            _tell(rule)
    return bool(to_hide or to_show)


def _tell(rule: SmallCounts) -> None:
    """Say in history, without any number, that what is shown changed: copies that were kept are out of date. What follows is worked out anew.

    It is no event: nobody is told twice of one delivery, and this calculation does not begin again.
    """
    item = rule.indicator.item
    with transaction.atomic():
        Change.objects.create(
            concept_id=item.concept_id, item_id=item.pk, action=Change.Action.RECORDED, version=item.version,
            differences={"value": [None, _("Geheimhaltung neu berechnet")]},
        )  # fmt: skip
    shared_cache.note_change(item.concept_id)
    derive_values.enqueue(item.concept_id, [rule.pk])


Known = tuple[str, int, str]
"""Place, part and period: what a value is of, whichever row says it."""


@dataclass(frozen=True)
class _SeenBefore:
    """Of what earlier rows hid a value or showed one; a corrected value is known to whoever kept the former one."""

    hidden: frozenset[Known]
    public: frozenset[Known]


def _seen_before(key: str) -> _SeenBefore:
    """What rows that no longer count hid and showed. Two queries."""
    unfinished = ImportBatch.objects.filter(is_valid=False)
    former = (
        Observation.objects.filter(indicator=key, superseded_by__isnull=False)
        .exclude(batch__in=unfinished.values("pk"))
        .order_by()
        .values_list("district", "breakdown", "period")
    )
    return _SeenBefore(
        hidden=frozenset(former.filter(protected__why__in=[Why.SMALL, Why.ALONG]).iterator()),
        public=frozenset(former.filter(value__isnull=False).iterator()),
    )


def _kept(row: Observation) -> ProtectedValue | None:
    return getattr(row, "protected", None)


def _hold(rule: SmallCounts) -> None:
    """Go on only while no newer calculation has begun; it waits for this transaction."""
    if not SmallCounts.objects.select_for_update().filter(pk=rule.pk, run=rule.run).exists():
        raise _Overtaken


def _hide(rule: SmallCounts, rows: Sequence[Observation], why: Mapping[int, str]) -> None:
    _hold(rule)
    ProtectedValue.objects.bulk_create(
        ProtectedValue(
            observation_id=row.pk, why=why[row.pk], **{name: getattr(row, name) for name in COLUMNS}
        )
        for row in rows
    )
    Observation.objects.filter(pk__in=[row.pk for row in rows]).update(**HIDDEN)


def _rename(rule: SmallCounts, rows: Sequence[tuple[ProtectedValue, str]]) -> None:
    _hold(rule)
    for kept, why in rows:
        kept.why = why
    ProtectedValue.objects.bulk_update([kept for kept, _why in rows], ["why"])


def _show(rule: SmallCounts, rows: Sequence[Observation]) -> None:
    _hold(rule)
    for row in rows:
        kept = _kept(row)
        assert kept is not None
        for name in COLUMNS:
            setattr(row, name, getattr(kept, name))
    Observation.objects.bulk_update(rows, COLUMNS)
    ProtectedValue.objects.filter(observation__in=[row.pk for row in rows]).delete()


# ---- what must be hidden


def _hidden_of(
    rows: Sequence[Observation], rule: SmallCounts, before: _SeenBefore
) -> tuple[set[int], set[int], list[str]]:
    """The keys of rows that stay or become hidden, of those the small ones, and the periods whose tables were too large to be checked."""
    from insek.engines.secrecy import TooLarge, hide, table_of  # numpy takes long to import

    places = list(
        District.objects.filter(item__concept=rule.indicator.item.concept_id).values_list(
            "pk", "parent", "valid_from", "valid_to"
        )
    )
    hidden: set[int] = set()
    small: set[int] = set()
    skipped: list[str] = []
    for table in _tables(rows):
        cells = [_cell(row, span, before) for row, span in table]
        mine = {cell.key for cell in cells if cell.value is not None and 0 < cell.value < rule.below}
        sticky = {cell.key for cell in cells if cell.hidden}
        small |= mine
        if not mine and not sticky:
            continue
        end = max(row.period_end for row, _span in table)
        below = _below(places, end, {row.district_id for row, _span in table})
        known = {cell.key for cell in cells if cell.value is not None}
        try:
            hidden |= hide(table_of(cells, below), mine, rule.below) & known
        except TooLarge:  # nothing of it may be shown: nobody knows what could be worked out of it
            hidden |= known
            skipped += {str(row.period) for row, _span in table}
    return hidden, small, sorted(skipped)


def _cell(row: Observation, span: Span, before: _SeenBefore) -> Cell:
    """What a row says, and what it or earlier rows of the same place, part and period hid or showed."""
    from insek.engines.secrecy import Cell

    kept = _kept(row)
    value = row.value if kept is None else kept.value
    same = (row.district_id, row.breakdown_id, row.period)
    return Cell(
        row.pk, row.district_id, read_key(row.breakdown.key), *span, None if value is None else float(value),
        hidden=(kept is not None and kept.why != Why.NEW) or same in before.hidden,
        was_public=row.value is not None or same in before.public,
    )  # fmt: skip


def _tables(rows: Sequence[Observation]) -> list[list[tuple[Observation, Span]]]:
    """Rows that may add up with each other: of periods that overlap; a day goes with the period that it ends, else it stands alone."""
    spans: dict[str, Span] = {}
    ending: dict[int, Span] = {}
    for text in sorted({row.period for row in rows}):
        found = period_of(text)
        spans[text] = (found.start.toordinal(), found.end.toordinal() + 1)
        if found.kind != DAY:
            longest = ending.get(spans[text][1], spans[text])
            ending[spans[text][1]] = min(longest, spans[text])
    for text, span in spans.items():
        if period_of(text).kind == DAY:
            spans[text] = ending.get(span[1], span)
    long = sorted({span for span in spans.values() if span[1] - span[0] > 1})
    groups: list[tuple[int, int]] = []
    for begin, end in long:
        if groups and begin < groups[-1][1]:
            groups[-1] = (groups[-1][0], max(end, groups[-1][1]))
        else:
            groups.append((begin, end))
    found_in: dict[Span, list[tuple[Observation, Span]]] = defaultdict(list)
    for row in rows:
        span = spans[row.period]
        of = next((g for g in groups if g[0] <= span[0] and span[1] <= g[1] and span[1] - span[0] > 1), span)
        found_in[of].append((row, span))
    return list(found_in.values())


def _below(places: Sequence[tuple[Any, ...]], day: Any, named: Collection[str]) -> dict[str, list[str]]:
    """The places that each place consists of on a day; those too that have a value all the same."""
    found: dict[str, list[str]] = defaultdict(list)
    for pk, parent, since, until in places:
        is_valid = (since is None or since <= day) and (until is None or until >= day)
        if parent and (is_valid or pk in named):
            found[parent].append(pk)
    return found


def show_concept(concept: Concept) -> None:
    """Look at all of a concept that was read in."""
    rules = SmallCounts.objects.filter(rule=SmallCounts.Rule.KEEP, indicator__item__concept=concept)
    for key in rules.values_list("indicator", flat=True):
        decide(key)


register_listener("small counts", hear)
register_derived("evidence.ProtectedValue", "observation__indicator__item__concept", show_concept)
register_recurring("show-small-counts", timedelta(hours=1), show_what_was_missed)
