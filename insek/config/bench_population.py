"""`insek bench population`: what forecasts of past years would have been worth, beside no change and a straight line; and how fast.

The counts of Berlin do not belong to the project: `--questions` names the folder they are in. Totals of Kaiserslautern come
from the city's own package.
"""

from __future__ import annotations

import csv
import time
from collections.abc import Sequence
from pathlib import Path

import numpy as np

from insek.engines.population.ages import AGES, NINE, Floats, Groups
from insek.engines.population.backtesting import ALL, JudgedForecast, judge
from insek.engines.population.cohorts import Assumptions
from insek.engines.population.draws import Scatter, simulate
from insek.engines.population.fitting import Past
from insek.engines.population.schedules import fertility, migration, survival_of
from insek.engines.population.splitting import split

ROOT = Path(__file__).parents[2]
FOLDER = ROOT.parent / "shared" / "data" / "population-berlin"
OBSERVATIONS = Path(__file__).parents[1] / "cities" / "kaiserslautern" / "observations.csv"
BERLIN = Groups((0, 6, 15, 18, 27, 45, 55, 65))
NAMES = ("unter 6", "6 bis 14", "15 bis 17", "18 bis 26", "27 bis 44", "45 bis 54", "55 bis 64", "ab 65")
LEVELS = {
    "planning-areas": "Planungsräume",
    "district-regions": "Bezirksregionen",
    "districts": "Bezirke",
    "city": "Stadt",
}
TUNED = [
    ("planning-areas", 2017, (2018, 2019)),
    ("district-regions", 2017, (2018, 2019)),
    ("districts", 2017, (2018, 2019)),
]
"""On these years, and no later ones, the fading and the half-life were chosen."""
JUDGED = [("districts", 2017, (2021, 2022)), ("districts", 2019, (2021, 2022)), ("city", 2019, (2021, 2022))]
FIRST = 2015
TOTALS = {"people": "nrwpkhkd", "births": "vxg9yfvz", "deaths": "d8uyc6t8"}
"""Indicators of Kaiserslautern."""
WHOLE = Groups((0,))
BASES = [("Volkszählung 1987", 1995, 2010), ("Zensus 2011", 2011, 2021)]
FIXED_SECONDS = {18: 1.0, 63: 4.0}


def bench_population(folder: Path | None) -> int:
    """Print it all; 2 where the counts are not at hand."""
    source = folder or FOLDER
    status = 0
    if source.is_dir():
        for name, tests in (
            ("Gewählt an den Jahren bis 2019", TUNED),
            ("Geprüft an späteren Jahren", JUDGED),
        ):
            print(
                f"Berlin, {name} (mittlerer Fehler in % der Summe; Modell / unverändert / Gerade; in 80 %, in 50 %):"
            )
            for level, last, years in tests:
                for line in described(berlin(source, level, last, years), LEVELS[level], last):
                    print(f"  {line}")
    else:
        print(f"Nicht da: {source}. Die Zahlen gehören nicht zum Projekt; --questions nennt ihren Ordner.")
        status = 2
    print(
        "Kaiserslautern, Gesamtzahl innerhalb einer Zählungsgrundlage (Fehler in %; Modell / unverändert / Gerade; in 80 %):"
    )
    for line in kaiserslautern():
        print(f"  {line}")
    for areas in FIXED_SECONDS:
        print(speed(areas))
    return status


def berlin(
    folder: Path, level: str, last: int, years: Sequence[int], draws: int = 1_000
) -> list[JudgedForecast]:
    """The forecasts of one level of areas from the counts up to ``last``, judged by those of ``years``."""
    past = range(FIRST, last + 1)
    # December and June of each year are two series, so that each step is a year
    counts = {(year, half): _counts(folder, level, year, half) for half in (2, 1) for year in past}
    later = {year: _counts(folder, level, year, 2) for year in years}
    areas = sorted(set.intersection(*(set(each) for each in [*counts.values(), *later.values()])))
    pasts = [
        Past(np.stack([_stacked(counts[year, half], areas) for year in past])[:, :, None], last)
        for half in (2, 1)
    ]
    return judge(pasts, BERLIN, {year: _stacked(each, areas) for year, each in later.items()}, draws=draws)


def _counts(folder: Path, level: str, year: int, half: int) -> dict[str, list[float]]:
    with (folder / f"{year}-0{half}-{level}.csv").open(encoding="utf-8", newline="") as file:
        rows = csv.DictReader(file)
        columns = [name for name in rows.fieldnames or [] if "_age_" in name]
        return {row["id"]: [float(row[column] or 0) for column in columns] for row in rows}


def _stacked(counts: dict[str, list[float]], areas: Sequence[str]) -> Floats:
    return np.array([counts[area] for area in areas])


def described(judged: Sequence[JudgedForecast], level: str, last: int) -> list[str]:
    """A line of each year and age group, and how many areas stand behind it."""
    lines = []
    for one in judged:
        name = "alle" if one.group == ALL else NAMES[one.group]
        lines.append(
            f"{level} ({one.areas}) {last} → {last + one.horizon}, {name}: "
            f"{one.error:.2%} / {one.unchanged:.2%} / {one.linear:.2%}; {one.within_80:.0%}, {one.within_50:.0%}"
        )
    return lines


def kaiserslautern(draws: int = 1_000) -> list[str]:
    """Totals from people, births and deaths alone: each start with five years before it, as far as its series goes."""
    series = city_series()
    lines = []
    for basis, first, end in BASES:
        for ahead in (3, 5, 8):
            judged = [
                (*one, start)
                for start in range(first + 4, end - ahead + 1)
                if (one := _judged_total(series, first, start, ahead, draws)) is not None
            ]
            if not judged:
                continue
            error, unchanged, linear = (np.mean([one[at] for one in judged]) for at in range(3))
            within = np.mean([one[3] for one in judged])
            lines.append(
                f"{basis}, {ahead} Jahre, {len(judged)} Starts: {error:.2%} / {unchanged:.2%} / {linear:.2%}; {within:.0%}"
            )
    return lines


def city_series() -> dict[str, dict[int, float]]:
    """People, births and deaths of Kaiserslautern by year, from the package of the city."""
    series: dict[str, dict[int, float]] = {name: {} for name in TOTALS}
    by_id = {indicator: name for name, indicator in TOTALS.items()}
    with OBSERVATIONS.open(encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file):
            name = by_id.get(row["indicator"])
            if name and row["value"]:
                series[name][int(row["period"][:4])] = float(row["value"])
    return series


def _judged_total(
    series: dict[str, dict[int, float]], first: int, start: int, ahead: int, draws: int
) -> tuple[float, float, float, bool] | None:
    years = range(max(first, start - 10), start + 1)
    people = np.array([series["people"][year] for year in years]).reshape(-1, 1, 1, 1)
    flows = {
        name: np.array([series[name][year] for year in years[1:]]).reshape(-1, 1)
        for name in ("births", "deaths")
    }
    past = Past(people, start, **flows)
    [_group, one] = judge(
        [past], WHOLE, {start + ahead: np.array([[series["people"][start + ahead]]])}, draws=draws
    )
    return one.error, one.unchanged, one.linear, one.within_80 == 1


def speed(areas: int) -> str:
    """How long 25 years, both sexes, 1,000 draws and nine age groups take, in seconds of processor time."""
    base, assumed, scatter = invented(areas)
    began, wall = time.process_time(), time.perf_counter()
    simulate(base, assumed, scatter)
    took, waited = time.process_time() - began, time.perf_counter() - wall
    return f"{areas} Gebiete × {AGES} Alter × 2 Geschlechter × 25 Jahre × 1.000 Ziehungen: {took:.2f} s Rechenzeit, {waited:.2f} s (Ziel {FIXED_SECONDS[areas]:.0f} s)"


def invented(areas: int, years: int = 25) -> tuple[Floats, Assumptions, Scatter]:
    """A made-up city of so many areas, 5,500 people each."""
    counts = np.array([170.0, 150, 230, 420, 580, 1_400, 1_450, 760, 340]) / 2
    base = np.broadcast_to(split(counts, NINE), (areas, 2, AGES)).copy()
    leaving = np.broadcast_to(0.07 * migration(), base.shape).copy()
    flat = np.ones(years)
    arrivals = np.broadcast_to(base * leaving, (years, *base.shape)).copy()
    assumed = Assumptions(survival_of(2), fertility(1.4), np.ones(areas), arrivals, leaving, flat, flat, flat)
    bands = len(NINE)
    scatter = Scatter(NINE, np.eye(bands) * 0.006, np.full((areas, bands), 0.02), np.eye(bands))
    return base, assumed, scatter
