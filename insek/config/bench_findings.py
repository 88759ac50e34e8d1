"""`insek bench findings`: how many planted changes are found, how often something is found where nothing is, and how long a city takes.

The first two need no database; the last fills one of its own with 300 indicators of 20 years, each with values of the city and 18 places.
"""

from __future__ import annotations

import os
import random
import tempfile
import time

from insek.engines.planted import PLACE_SIZE, SIZES, planted_places, planted_series

CITIES = 10
LENGTHS, TOGETHER = (8, 10, 12, 15, 20), (0.0, 0.3, 0.5, 0.6)
INDICATORS, YEARS, PLACES = 300, 20, 18


def bench_findings(*, with_speed: bool = True) -> int:
    """Print it all. Returns an exit code."""
    seeds = range(CITIES)
    print(
        f"Gepflanzt, in Streuungen eines Wertes: Trend {SIZES['trend']:g} über die Reihe, Bruch {SIZES['break']:g}, letzter Wert {SIZES['last']:g}"
    )
    for number in LENGTHS:
        for share in TOGETHER:
            kept, nothing = (
                planted_series(number, share, seeds),
                planted_series(number, share, seeds, planted=0),
            )
            told = ", ".join(f"{sort} {found:.2f}" for sort, found in kept.found.items())
            print(
                f"{number} Werte, Zusammenhang {share:.1f}: {told}; falsch {kept.mistaken:.3f}, in Städten ohne jede Änderung {nothing.mistaken:.4f}"
            )
    heavy = planted_series(15, 0.3, seeds, heavy=True)
    print(
        f"15 Werte mit Ausreißern dazwischen (t mit 4 Freiheitsgraden): {heavy.found}, falsch {heavy.mistaken:.3f}"
    )
    for number in (12, 18, 40):
        for spread in (0.1, 0.3):
            kept = planted_places(number, spread, seeds)
            print(
                f"{number} Räume, Unterschied {spread}, gepflanzt {PLACE_SIZE:g}: {kept.found['place']:.2f}, Indikatoren mit Fehlalarm {kept.mistaken:.3f}"
            )
    return _speed() if with_speed else 0


def _speed() -> int:
    """A run over a database of its own, with the processor time of its parts."""
    import django

    with tempfile.TemporaryDirectory() as data:
        os.environ |= {"INSEK_ENV": "demo", "INSEK_DATA_DIR": data, "INSEK_DATABASE_URL": ""}
        os.environ.setdefault("DJANGO_SETTINGS_MODULE", "insek.config.settings")
        django.setup()
        from django.core.management import call_command
        from django.db import connection

        call_command("migrate", interactive=False, verbosity=0)
        fill(INDICATORS)
        from insek.concept.models import Concept
        from insek.findings.suggested_numbers import numbers_of
        from insek.findings.suggested_values import found_in

        begun = time.process_time()
        numbers = numbers_of(Concept.objects.get())
        read = time.process_time() - begun
        found = found_in(numbers)
        values = sum(len(rows) for places in numbers.values.values() for rows in places.values())
        print(
            f"{INDICATORS} Indikatoren, {YEARS} Jahre, Stadt und {PLACES} Räume, {values} Werte: gelesen in {read:.1f} s, "
            f"gerechnet in {time.process_time() - begun - read:.1f} s Rechenzeit; gefunden {len(found)}"
        )  # fmt: skip
        connection.close()
    return 0


def fill(indicators: int, *, seed: int = 5) -> None:
    """A concept with so many indicators, a third of which rise, for the city and its places."""
    from insek import clock
    from insek.concept.models import Concept
    from insek.evidence.models import ImportBatch, Indicator, Observation
    from insek.places.models import District
    from insek.thread.models import Item
    from insek.thread.ordering import set_sort_keys

    chance = random.Random(seed)
    concept = Concept.objects.create(key="messung", title="Messung", city="Messung")

    def items(kind: str, number: int) -> list[Item]:
        made = [
            Item(concept=concept, kind=kind, title=f"{kind} {at}", visibility="public")
            for at in range(number)
        ]
        for item in made:
            set_sort_keys(item)
        Item.objects.bulk_create(made, batch_size=500)
        return made

    places = items("district", PLACES + 1)
    for at, item in enumerate(places):
        level = District.Level.STADTTEIL if at else District.Level.CITY
        District.objects.create(item=item, level=level, parent_id=places[0].pk if at else None)
    measured = items("indicator", indicators)
    Indicator.objects.bulk_create(
        (Indicator(item=item, unit="%", decimals=1, direction="up") for item in measured), batch_size=500
    )
    batch, last = ImportBatch.objects.create(label="Messung"), clock.today().year - 1
    for at, item in enumerate(measured):
        rows = []
        for place in places:
            start, rise = chance.uniform(20, 40), 0.5 if at % 3 == 0 else 0.0
            rows += [
                Observation(
                    indicator_id=item.pk, district_id=place.pk, period=str(last - YEARS + 1 + year), batch=batch, source_title="Messung",
                    value=round(start + rise * year + chance.gauss(0, 1), 1),
                )
                for year in range(YEARS)
            ]  # fmt: skip
        Observation.objects.bulk_create(rows, batch_size=500)
