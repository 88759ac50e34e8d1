"""What reading values in would do: what is new, corrected, unchanged or refused, and what is asked about."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from decimal import Decimal
from hashlib import sha256

import rules
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from insek.concept.models import Concept
from insek.engines.tables.checking import check_sums
from insek.intake.models import BatchEntry
from insek.intake.targets import Reading
from insek.package import plain_decimal
from insek.people.actors import Actor
from insek.places.models import District
from insek.places.queries import districts
from insek.thread.models import Item
from insek.web.display import number_words
from insek.web.words_of_engines import say

from .comparison.keeping import NewComparison, area_in
from .models import Indicator, Observation, SmallCounts
from .services import NewObservation, checked_row, current_rows, says_the_same
from .value_checks import fits_turn
from .values_said import VALUE, WIDE, SaidValue, ValuesSaid

Result = BatchEntry.Result
JUMP = Decimal(3)
"""A value that is so many times the one before, or so small a part of it, is asked about."""
NEARLY_ALL = Decimal("0.9")
"""A part of the city that has so much of the city's value is asked about."""


def usable_indicators(concept: Concept, actor: Actor) -> list[Indicator]:
    """The indicators that this person can give values, by number: not those whose values are derived. One query.

    Nor those with hidden values, unless the person may see them.
    """
    visible = Item.objects.visible_to(actor).filter(concept=concept, kind="indicator")
    own = Indicator.objects.filter(item__in=visible.values("pk"), formula="").select_related(
        "item__concept", "small_counts"
    )
    if not rules.test_rule("evidence.see_protected", actor):
        own = own.exclude(small_counts__rule=SmallCounts.Rule.KEEP)
    return list(own.order_by("item__sort_key", "pk"))


@dataclass
class ValuesPlan:
    """What reading the values in would do."""

    new: list[tuple[SaidValue, NewObservation]] = field(default_factory=list)
    corrected: list[tuple[SaidValue, NewObservation, Observation]] = field(default_factory=list)
    refused: list[SaidValue] = field(default_factory=list)
    unchanged: int = 0
    missing: dict[str, int] = field(default_factory=dict)
    """Signs that stand instead of values, and how often."""
    compared: list[NewComparison] = field(default_factory=list)
    """Values of areas that the city compares itself with."""
    left_out: int = 0
    elsewhere: dict[str, int] = field(default_factory=dict)
    """Other districts and municipalities, and how many rows of each are left out."""
    notes: list[str] = field(default_factory=list)

    @property
    def lines(self) -> list[tuple[SaidValue, NewObservation]]:
        """What would be recorded."""
        return [*self.new, *((said, new) for said, new, _before in self.corrected)]

    @property
    def fingerprint(self) -> str:
        """Differs when the plan differs, so that what is recorded is what was looked at."""
        digest = sha256()
        for said, new in self.new:
            digest.update(f"{_fingerprint(said, new)}\n".encode())
        for said, new, before in self.corrected:
            digest.update(f"{_fingerprint(said, new)} {before.pk}\n".encode())
        return digest.hexdigest()


def _fingerprint(said: SaidValue, new: NewObservation) -> str:
    value = "" if new.value is None else plain_decimal(new.value)
    return f"{said.indicator} {said.place} {new.period} {new.breakdown} {value} {new.quality}"


def plan_values(reading: Reading, indicators: dict[str, Indicator]) -> ValuesPlan:
    """Read all values and say what would be new, corrected, unchanged or refused. A handful of queries."""
    said_values = ValuesSaid(reading, indicators)
    places = {row.pk: row for row in districts(reading.concept, reading.actor)}
    plan, seen = ValuesPlan(), dict[tuple[str, ...], int]()
    lines: list[tuple[SaidValue, NewObservation]] = []
    for said in said_values.values():
        if not said.why and (area := area_in(said.place)) is not None:
            _compare(said, area, indicators, plan)
            continue
        if not said.why and said.value is None:
            plan.missing[said.quality] = plan.missing.get(said.quality, 0) + 1
        if not said.why:
            _check(said, indicators, places, seen, lines)
        if said.why:
            plan.refused.append(said)
    plan.left_out, plan.elsewhere = said_values.left_out, said_values.elsewhere
    plan.notes = [say(note) for note in said_values.notes]
    if plan.compared:
        areas = len({one.area for one in plan.compared})
        plan.notes.append(
            _("%(n)s Werte von %(areas)s Vergleichsgebieten werden mit den eigenen behalten.")
            % {"n": len(plan.compared), "areas": areas}
        )
    known = current_rows({said.indicator for said, _new in lines})
    by_columns = set(reading.columns.values())
    for said, new in lines:
        before = known.get((said.indicator, said.place, new.period, new.breakdown))
        if before is None:
            plan.new.append((said, new))
        elif says_the_same(before, _as_the_table_says(new, before, by_columns)):
            plan.unchanged += 1
        else:
            plan.corrected.append((said, new, before))
    return plan


def _compare(said: SaidValue, area: int, indicators: dict[str, Indicator], plan: ValuesPlan) -> None:
    """A value of another area is kept where it is one of the whole that goes with the turn of the indicator."""
    indicator = indicators.get(said.indicator)
    if indicator is None or said.value is None or said.breakdown or not fits_turn(said.period, indicator):
        plan.left_out += 1
        return
    texts = said.texts
    plan.compared.append(
        NewComparison(
            said.indicator, area, said.period, round(said.value, 6), said.quality, texts["source_title"], texts["source_url"], texts["source_date"]
        )
    )  # fmt: skip


def _check(
    said: SaidValue, indicators: dict[str, Indicator], places: dict[str, District], seen: dict[tuple[str, ...], int],
    lines: list[tuple[SaidValue, NewObservation]],
) -> None:  # fmt: skip
    indicator, place = indicators.get(said.indicator), places.get(said.place)
    if indicator is None or place is None:
        said.why = _("Indikator oder Raum gibt es nicht mehr.")
        return
    note = "; ".join(filter(None, [said.texts["remark"], said.note]))
    new = NewObservation(
        district=place, period=said.period, value=None if said.value is None else round(said.value, 6), quality=said.quality,
        breakdown=said.breakdown, standard_error=said.standard_error, sample_size=said.sample_size,
        source_title=said.texts["source_title"], source_url=said.texts["source_url"], source_date=said.texts["source_date"],
        confidence=said.texts.get("confidence", ""), note=note, basis=said.texts.get("basis", ""),
    )  # fmt: skip
    try:
        checked_row(indicator, new)
    except ValidationError as error:
        said.why = " ".join(error.messages)
        return
    key = (said.indicator, said.place, said.period, said.breakdown)
    if key in seen:
        said.why = _("Raum und Zeitraum stehen schon in Zeile %(row)s. Bitte eine der beiden Angaben entfernen.") % {"row": seen[key]}  # fmt: skip
        return
    seen[key] = said.row
    lines.append((said, new))


def _as_the_table_says(new: NewObservation, before: Observation, columns: set[str]) -> NewObservation:
    """A value with what no column says of it taken from the one that counts."""
    names = {
        "source_title",
        "source_url",
        "source_date",
        "confidence",
        "note",
        "standard_error",
        "sample_size",
        "basis",
    }
    names -= columns
    if "quality" not in columns and new.quality == Observation.Quality.MEASURED and before.value is not None:
        names.add("quality")
    if "remark" in columns:
        names -= {"note"}
    return replace(new, **{name: getattr(before, name) for name in names})


def wrong_sums(reading: Reading) -> Iterator[BatchEntry]:
    """Rows of sums that are not the sum of the rows above."""
    table = reading.table
    assert table is not None
    columns = [index for index, name in reading.columns.items() if name in {VALUE, WIDE}]
    for problem in check_sums(table, columns):
        yield BatchEntry(
            row=problem.row, title=_("Summe"), result=Result.LEFT, level=1, ticked=False,
            notes=[{"column": problem.column, "text": say(problem.note)}],
        )  # fmt: skip


def odd_values(plan: ValuesPlan, reading: Reading) -> dict[int, str]:
    """What is asked about: a part of the city with nearly all of the city's value, and jumps against the value before."""
    whole = {row.pk for row in districts(reading.concept, reading.actor) if row.level == District.Level.CITY}
    of_city = {
        (said.indicator, new.period, new.breakdown): new.value
        for said, new in plan.lines
        if said.place in whole
    }
    found = {}
    for said, new in plan.lines:
        city = of_city.get((said.indicator, new.period, new.breakdown))
        if (
            new.value is not None
            and city
            and said.place not in whole
            and city > 100
            and new.value >= city * NEARLY_ALL
        ):
            found[id(new)] = _("Das ist fast der Wert der ganzen Stadt (%(value)s). Bitte prüfen.") % {
                "value": shown_value(city)
            }
    for _said, new, before in plan.corrected:
        if before.value and new.value and not (1 / JUMP < abs(new.value / before.value) < JUMP):
            found[id(new)] = _("Bisher stand hier ein ganz anderer Wert. Bitte prüfen.")
    return found


def shown_value(value: Decimal | None, quality: str = "") -> str:
    """A value with all its decimals; where there is none, why."""
    if value is None:
        return str(dict(Observation.Quality.choices).get(quality, "–"))
    return number_words(value, max(0, -int(value.normalize().as_tuple().exponent)))
