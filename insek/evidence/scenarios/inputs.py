"""What a scenario starts from: people, births and deaths as far as the city knows them, within one basis of counting."""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from itertools import groupby
from math import inf

import numpy as np
from django.utils.translation import gettext_lazy

from insek.engines.periods import YEAR, period_of
from insek.engines.population.ages import AGES, Floats, Groups
from insek.engines.population.fitting import Past
from insek.engines.population.schedules import cohorts
from insek.engines.population.splitting import split
from insek.engines.tables.breakdowns import AgeGroup, read_key
from insek.places.models import District
from insek.suggestions.keeping import hash_of

from ..models import Indicator, Observation, SeriesBreak
from .age_gaps import whole_by_sex, without_gap
from .models import Scenario

FEWEST_YEARS = 3
"""Years of people that a forecast needs, so that two steps between them can be seen."""
MOST_YEARS = 15
"""Past years that count."""
ALL_AGES = Groups((0,))
AGES_APART = 10
"""Years that the ages may be older or newer than the last number of people."""
NO_COUNT = re.compile(
    r"[%‰€/]|\b(?:je|pro|per|tsd|tausend|thousand|1[. ]?000|euro|eur|index|jahre?|years?)\b|prozent|percent|promille|quote|anteil|rate",
    re.IGNORECASE,
)
"""Units in which no people are counted one by one."""
A_YEAR = re.compile(r"\s*(?:/|\b(?:je|pro|im|per|a)\b)\s*(?:jahr|year)$", re.IGNORECASE)
"""What may stand behind a number of births or deaths."""

LAST_DAY = (12, 31)
NOTES = {
    "no_ages": gettext_lazy(
        "Das Alter der Menschen ist nicht bekannt; angenommen sind die Geburtsjahrgänge Deutschlands."
    ),
    "ages_of": gettext_lazy(
        "Alter nach dem Stand {period} ({groups} Gruppen), auf die Einwohnerzahl gebracht."
    ),
    "age_gap": gettext_lazy(
        "Im Alter fehlt eine Gruppe (ab {from}, unter {to}); sie ist, was die Einwohnerzahl desselben Jahres von den anderen übrig lässt."
    ),
    "age_gap_open": gettext_lazy(
        "Im Alter fehlt die oberste Gruppe (ab {from}); sie ist, was die Einwohnerzahl desselben Jahres von den anderen übrig lässt."
    ),
    "no_sex": gettext_lazy("Männer und Frauen sind nicht getrennt."),
    "no_births": gettext_lazy(
        "Geburten sind nicht bekannt; sie folgen aus der Zahl der Menschen im Alter der Eltern."
    ),
    "no_deaths": gettext_lazy(
        "Sterbefälle sind nicht bekannt; angenommen ist die Sterbetafel Deutschlands 2021/23."
    ),
    "breaks": gettext_lazy(
        "Jahre vor und nach einem Bruch oder einer Lücke der Reihe sind nie verglichen; begonnen wird mit den neuesten."
    ),
    "births_partly": gettext_lazy(
        "Geburten sind nicht für jedes Jahr bekannt; wo sie fehlen, folgen sie aus der Zahl der Menschen im Alter der Eltern."
    ),
    "deaths_partly": gettext_lazy(
        "Sterbefälle sind nicht für jedes Jahr bekannt; wo sie fehlen, folgen sie aus der Sterbetafel Deutschlands, auf die bekannten gebracht."
    ),
    "too_many_leave": gettext_lazy(
        "Ab {period} zögen mehr Menschen fort, als in dem Alter hier leben; gerechnet ist dann mit denen, die da sind."
    ),
    "day": gettext_lazy("Gezählt und vorausgerechnet ist jeweils zum {day}"),
    "shared": gettext_lazy(
        "Die Räume gehen von der Einwohnerzahl {period} aus, auf die der Stadt gebracht, und folgen der Stadt: Ihre eigene Entwicklung geht nicht ein."
    ),
    "no_places": gettext_lazy(
        "Nur die ganze Stadt: Es gibt kein Jahr, in dem die Einwohnerzahlen mehrerer Räume zusammen ungefähr die der Stadt ergeben."
    ),
}
"""What was known or had to be assumed, by name; {…} stands for what is put in."""


class NotEnough(ValueError):
    """What is known is not enough for a forecast; the message says what is missing, as a key of ``MISSING``."""


MISSING = {
    "unit": gettext_lazy("Ein Indikator zählt keine Menschen, sondern ist ein Anteil, eine Quote oder in Tausend: Einwohnerzahl, Geburten und Sterbefälle braucht es als Zahl von Menschen."),
    "people": gettext_lazy("Es fehlen Einwohnerzahlen der ganzen Stadt von mindestens drei aufeinanderfolgenden Jahren ohne Bruch dazwischen."),
}  # fmt: skip


@dataclass(frozen=True)
class Inputs:
    """What goes into a forecast: series of years, the people of the base by area, sex and single age, and what was assumed.

    ``areas`` are districts, or the city alone; ``notes`` are sentences with what stands in them; ``series`` the totals of past years, by basis of counting.
    """

    last: int
    areas: list[District]
    base: Floats
    pasts: list[Past]
    series: list[list[tuple[int, float]]]
    notes: list[tuple[str, dict[str, str]]]
    dwellings: tuple[str, float] | None
    hash: str
    day: tuple[int, int] = LAST_DAY
    """Month and day that people are counted on, and forecast for."""


Values = dict[str, dict[int, tuple[str, float]]]
"""By district and year: the period and the value; of a year, the last one."""


def gather(scenario: Scenario) -> Inputs:
    """Read all that a scenario starts from: counted values, never ones that were themselves projected. A few queries. Raises NotEnough."""
    counted = [scenario.people, scenario.births, scenario.deaths]
    if not all(counts_people(indicator) for indicator in counted if indicator is not None):
        raise NotEnough("unit")
    people, kept = _by_year(scenario.people_id)
    city = next((key for key in people if kept[key].level == District.Level.CITY), "")
    if city:
        people[city] = _same_day(people[city])
    runs = _runs(people.get(city, {}), _breaks(scenario.people_id))
    if not runs:
        raise NotEnough("people")
    births, _districts = _by_year(scenario.births_id) if scenario.births_id else ({}, {})
    deaths, _districts = _by_year(scenario.deaths_id) if scenario.deaths_id else ({}, {})
    born, died = _flows(births.get(city, {})), _flows(deaths.get(city, {}))
    pasts = [past for run in runs for past in _pasts(people[city], run, born, died)]
    if not pasts:
        raise NotEnough("people")
    last = runs[0][-1]
    notes: list[tuple[str, dict[str, str]]] = []
    total = people[city][last][1]
    base = _ages(scenario, city, last, total, notes)
    by_place, of_place = _by_year(scenario.places_id) if scenario.places_id else (people, kept)
    areas, shares = _areas(by_place, of_place, last, total, notes)
    singles = base[None] if shares is None else shares[:, None, None] * base[None]
    for name, known in (
        ("births", [past.births for past in pasts]),
        ("deaths", [past.deaths for past in pasts]),
    ):
        if all(flow is None for flow in known):
            notes.append((f"no_{name}", {}))
        elif any(flow is None for flow in known):
            notes.append((f"{name}_partly", {}))
    if len(base) == 1:
        notes.append(("no_sex", {}))
    end = period_of(people[city][last][0]).end
    day = (end.month, end.day)
    if day != LAST_DAY:
        notes.append(("day", {"day": f"{end.day}.{end.month}."}))
    if len(runs) > 1:
        notes.append(("breaks", {}))
    series = [[(year, people[city][year][1]) for year in run] for run in reversed(runs)]
    dwellings = _latest(scenario.dwellings_id, city)
    plain = [
        last, total, dwellings, [area.pk for area in areas], np.round(singles, 3).tolist(),
        [[past.last, past.people.tolist(), _plain(past.births), _plain(past.deaths)] for past in pasts],
        *([day] if day != LAST_DAY else []),
    ]  # fmt: skip
    return Inputs(last, areas or [kept[city]], singles, pasts, series, notes, dwellings, hash_of(plain), day)


def counts_people(indicator: Indicator) -> bool:
    """Whether its unit says that values are numbers of people, not shares, rates or thousands."""
    return not indicator.in_percent and NO_COUNT.search(A_YEAR.sub("", indicator.unit.strip())) is None


def _plain(values: Floats | None) -> list[float] | None:
    return None if values is None else values.reshape(-1).tolist()


def _by_year(indicator: str | None) -> tuple[Values, dict[str, District]]:
    """The totals of an indicator by district and year, and the districts."""
    rows = (
        Observation.objects.figures().filter(indicator=indicator).select_related("district__item").order_by("period_end", "pk")
    )  # fmt: skip
    values: Values = defaultdict(dict)
    kept: dict[str, District] = {}
    for row in rows:
        kept[row.district_id] = row.district
        values[row.district_id][row.period_end.year] = (row.period, float(row.known))
    return dict(values), kept


def _same_day(values: dict[int, tuple[str, float]]) -> dict[int, tuple[str, float]]:
    """Those counted on the same day of the year as most are, so that from one to the next it is a year."""
    days = {year: period_of(period).end for year, (period, _value) in values.items()}
    often = Counter((day.month, day.day) for day in days.values())
    usual = max(often, key=lambda day: (often[day], day), default=None)
    return {year: value for year, value in values.items() if (days[year].month, days[year].day) == usual}


def _latest(indicator: str | None, city: str) -> tuple[str, float] | None:
    """The newest value of the city and its period."""
    values = _by_year(indicator)[0].get(city, {}) if indicator else {}
    return values[max(values)] if values else None


def _flows(values: dict[int, tuple[str, float]]) -> dict[int, float]:
    """Births or deaths of whole years."""
    return {year: value for year, (period, value) in values.items() if period_of(period).kind == YEAR}


def _breaks(indicator: str) -> list[int]:
    """The years from which on values cannot be compared with those before."""
    periods = SeriesBreak.objects.filter(indicator=indicator).values_list("period", flat=True)
    return sorted(period_of(period).end.year for period in periods)


def _runs(values: dict[int, tuple[str, float]], breaks: Sequence[int]) -> list[list[int]]:
    """Years one after the other within one basis, the newest first; of the last years alone."""
    runs: list[list[int]] = []
    for year in sorted(values)[-MOST_YEARS:]:
        goes_on = runs and runs[-1][-1] == year - 1 and year not in breaks
        if goes_on:
            runs[-1].append(year)
        else:
            runs.append([year])
    newest = runs[-1:] if runs else []
    enough = [run for run in runs[:-1] if len(run) > 1]
    if sum(len(run) - 1 for run in [*newest, *enough]) < FEWEST_YEARS - 1:
        return []
    return [*newest, *reversed(enough)]


def _pasts(
    people: dict[int, tuple[str, float]], run: Sequence[int], born: dict[int, float], died: dict[int, float]
) -> list[Past]:
    """The series of one run, the newest first; apart where births or deaths begin or cease to be known."""
    found = []
    for known, steps in groupby(run[1:], key=lambda year: (year in born, year in died)):
        years = list(steps)
        totals = np.array([people[year][1] for year in (years[0] - 1, *years)]).reshape(-1, 1, 1, 1)
        births, deaths = (
            np.array([flow[year] for year in years]).reshape(-1, 1) if there else None
            for flow, there in zip((born, died), known, strict=True)
        )
        found.append(Past(totals, years[-1], births=births, deaths=deaths))
    return found[::-1]


def _ages(
    scenario: Scenario, city: str, last: int, total: float, notes: list[tuple[str, dict[str, str]]]
) -> Floats:
    """The people of the city by sex and single age, summing to the total: (sexes, 101)."""
    for indicator in filter(None, (scenario.ages_id, scenario.people_id)):
        for period, sexes, groups, counts, gap in _age_groups(indicator, city, last, scenario.people_id):
            pattern = cohorts(last, sexes)
            single = np.stack([split(counts[sex], groups, pattern[sex]) for sex in range(sexes)])
            if single.sum() > 0:
                notes.append(("ages_of", {"period": period, "groups": str(len(groups))}))
                if gap is not None:
                    ends = {} if gap.end is None else {"to": str(gap.end)}
                    notes.append(("age_gap" if ends else "age_gap_open", {"from": str(gap.start), **ends}))
                return single * (total / single.sum())
    notes.append(("no_ages", {}))
    pattern = cohorts(last, 1)
    return pattern * (total / pattern.sum())


def _age_groups(
    indicator: str, city: str, last: int, people: str
) -> Iterable[tuple[str, int, Groups, Floats, AgeGroup | None]]:
    """Complete age groups of the city, by sex where both are there: the nearest period first. Where one is missing, it is what all people leave."""
    rows = (
        Observation.objects.current()
        .filter(indicator=indicator, district=city, value__gte=0, breakdown__gt=0)
        .exclude(quality=Observation.Quality.FORECAST)
    )
    found: dict[str, dict[str, dict[tuple[int, int | None], float]]] = defaultdict(lambda: defaultdict(dict))
    for row in rows.select_related("breakdown"):
        cut = read_key(row.breakdown.key)
        if cut.other or cut.age is None:
            continue
        found[row.period][cut.sex][cut.age.start, cut.age.end] = float(row.known)
    whole: dict[int, dict[str, float]] | None = None
    for period in sorted(found, key=lambda one: abs(period_of(one).end.year - last)):
        if abs(period_of(period).end.year - last) > AGES_APART:
            return
        by_sex, gap = found[period], None
        if not any(_chain(spans) for spans in by_sex.values()):
            whole = whole_by_sex(people, city) if whole is None else whole
            closed = without_gap(by_sex, whole.get(period_of(period).end.year, {}))
            by_sex, gap = closed or (by_sex, None)
        for names in (("male", "female"), ("",)):
            if not all(name in by_sex for name in names):
                continue
            chain = _chain(
                [group for group in by_sex[names[0]] if all(group in by_sex[name] for name in names)]
            )
            if chain is not None:
                # from 100 on as one
                starts = tuple(start for start, _end in chain if start < AGES)
                counts = np.zeros((len(names), len(starts)))
                for at, group in enumerate(chain):
                    counts[:, min(at, len(starts) - 1)] += [by_sex[name][group] for name in names]
                yield period, len(names), Groups(starts), counts, gap
                break


AgeSpan = tuple[int, int | None]


def _chain(groups: Collection[AgeSpan]) -> list[AgeSpan] | None:
    """Groups from 0 to the open one without gap or overlap, the finest that lead there; None where none do."""
    dead: set[int] = set()

    def walk(at: int | None) -> list[AgeSpan] | None:
        if at is None:
            return []
        if at in dead:
            return None
        ends = [end for start, end in groups if start == at and (end is None or end > at)]
        for end in sorted(ends, key=lambda end: inf if end is None else end):
            if (rest := walk(end)) is not None:
                return [(at, end), *rest]
        dead.add(at)
        return None

    return walk(0)


def _areas(
    people: Values,
    kept: dict[str, District],
    last: int,
    total: float,
    notes: list[tuple[str, dict[str, str]]],
) -> tuple[list[District], Floats | None]:
    """The districts that together are the city in one year, and their shares of it; none where they are not known."""
    parts = [key for key, district in kept.items() if district.level != District.Level.CITY]
    best: tuple[int, list[str], int] | None = None
    for year in {year for key in parts for year in people[key]}:
        there = {key for key in parts if year in people[key]}
        # where a district and its own parts are known, the parts count
        there -= {str(kept[key].parent_id) for key in there}
        covered = sum(people[key][year][1] for key in there)
        near = -abs(year - last)
        if -near <= AGES_APART and 0.9 * total <= covered <= 1.1 * total and (best is None or near > best[0]):
            best = near, sorted(there), year
    if best is None or len(best[1]) < 2:
        notes.append(("no_places", {}))
        return [], None
    _near, keys, year = best
    areas = sorted((kept[key] for key in keys), key=lambda district: district.item.sort_key)
    counts = np.array([people[area.pk][year][1] for area in areas])
    notes.append(("shared", {"period": str(year)}))
    return areas, counts / counts.sum()


__all__ = ["MISSING", "NOTES", "Inputs", "NotEnough", "counts_people", "gather"]
