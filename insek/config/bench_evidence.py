"""`insek bench evidence`: what the pages of an indicator, its maps and those of districts cost with 500,000 observations, on both databases."""

from __future__ import annotations

import os
import random
import tempfile
import time
from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

from .bench_cost import Meter

PLACES, YEARS = 18, 12
PARTS = 30
"""Parts of each value beside the whole: ages by sex."""
ROUNDS = 7
MOST = 100
"""Milliseconds of processor time that a page may take."""
ALL_FIGURES, MOST_OF_ALL = "Steckbrief eines Raumes, alle Indikatoren", 300
"""The one page that shows the values of all indicators (71 with 500,000 observations), and what it may take."""


def bench_evidence(*, values: int, keep: Path | None = None) -> int:
    """Fill a database of its own, or the one kept before; print milliseconds of processor time. 0 where the page and the map stay below 100.

    On PostgreSQL the database is the one that ``INSEK_DATABASE_URL`` names, an empty one; the time of its processes counts too.
    """
    import django

    with tempfile.TemporaryDirectory() as made:
        folder = keep or Path(made)
        folder.mkdir(parents=True, exist_ok=True)
        os.environ |= {"INSEK_ENV": "demo", "INSEK_DATA_DIR": str(folder)}
        os.environ.setdefault("INSEK_DATABASE_URL", "")
        os.environ.setdefault("DJANGO_SETTINGS_MODULE", "insek.config.settings")
        django.setup()
        from django.core.management import call_command
        from django.db import connection

        from insek.evidence.models import Observation

        call_command("migrate", interactive=False, verbosity=0)
        if not Observation.objects.exists():
            fill(values)
        print(f"{Observation.objects.count():,} Beobachtungen, {connection.vendor}".replace(",", ".", 2))
        slow = 0
        for label, milliseconds in measured():
            print(f"{label:<60} {milliseconds:7.1f} ms CPU")
            slow |= milliseconds > (MOST_OF_ALL if label == ALL_FIGURES else MOST)
        connection.close()
    return slow


def fill(values: int, *, seed: int = 1) -> None:
    """A city with districts and as many indicators as the values need: 12 years, 19 places, 31 parts each."""
    import shapely
    from django.db import connection

    from insek.concept.models import Concept
    from insek.evidence.models import Breakdown, ImportBatch, Indicator, Observation
    from insek.people.actors import PROGRAM
    from insek.thread.services import create_item

    chance = random.Random(seed)
    concept = Concept.objects.create(key="messung", title="Messung", city="Messung")
    common: dict[str, Any] = {"visibility": "public", "standing": "working"}

    def place(number: int, **own: Any) -> Any:
        x, y = 7.6 + 0.03 * (number % 6), 49.4 + 0.03 * (number // 6)
        item = create_item(
            kind="district",
            concept=concept,
            actor=PROGRAM,
            values={**common, "title": f"Raum {number}", **own},
        )
        item.district.geometry = shapely.box(x, y, x + 0.029, y + 0.029)
        item.district.save()
        return item.district

    city = place(0, level="city", title="Stadt")
    places = [city, *(place(number, level="stadtteil", parent=city) for number in range(1, PLACES + 1))]
    parts = [Breakdown.objects.get(pk=0)]
    for age in range(15):
        for sex in ("male", "female"):
            key = f"sex={sex};age={age * 5}-{age * 5 + 5}"
            parts.append(
                Breakdown.objects.get_or_create(
                    key=key, defaults={"sex": sex, "age_from": age * 5, "age_to": age * 5 + 5}
                )[0]
            )
    batch = ImportBatch.objects.create(label="Messung")
    of_one = len(places) * YEARS * len(parts)
    for number in range(max(1, round(values / of_one))):
        item = create_item(
            kind="indicator", concept=concept, actor=PROGRAM,
            values={**common, "title": f"Zahl {number}", "unit": "Personen", "periodicity": "year", "adds_up": True, "by_sex": True, "by_age": True},
        )  # fmt: skip
        Observation.objects.bulk_create(
            (
                Observation(
                    indicator=Indicator(pk=item.pk), district=one, breakdown=part, period=str(2024 - year),
                    value=Decimal(chance.randint(100, 9_000)), source_title="Messung", batch=batch,
                )
                for one in places for year in range(YEARS) for part in parts
            ),
            batch_size=2_000,
        )  # fmt: skip
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")


def _serving() -> set[int]:
    """The process of PostgreSQL that answers this one; none on SQLite."""
    from django.db import connection

    if connection.vendor != "postgresql":
        return set()
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_backend_pid()")
        return {cursor.fetchone()[0]}


def measured() -> Iterator[tuple[str, float]]:
    """The best of some requests for each page, each for another indicator that nobody asked for before."""
    from django.conf import settings
    from django.test import Client
    from django.urls import reverse

    from insek.evidence.models import Indicator
    from insek.places.models import District
    from insek.thread.shared_cache import empty

    settings.ALLOWED_HOSTS = ["testserver"]
    settings.INSEK_EMBED_ORIGINS = ["https://stadt.invalid"]
    of_database = Meter(_serving)
    rows = list(Indicator.objects.select_related("item").order_by("pk"))
    client = Client()
    client.get(rows[-1].item.url)  # what is loaded once

    def cost(addresses: list[str]) -> float:
        best = float("inf")
        for address in addresses:
            empty()
            of_database.lap()
            begun = time.process_time()
            answer = client.get(address)
            assert answer.status_code == 200, address
            _body = b"".join(answer)
            best = min(best, (time.process_time() - begun + of_database.lap()) * 1000)
        return best

    some = [rows[number % len(rows)] for number in range(ROUNDS)]

    def pages(name: str, **query: str) -> float:
        told = f"?{urlencode(query)}" if query else ""
        return cost([reverse(name, args=[row.pk]) + told for row in some])

    yield "Seite eines Indikators mit Karte der Räume", cost([row.item.url for row in some])
    yield "Karte mit Klassen", pages("indicator-map")
    yield "Karten aller Zeiträume", pages("indicator-maps")
    yield "Rangfolge der Räume", pages("indicator-ranking")
    yield "Bevölkerungspyramide", pages("indicator-pyramid")
    yield "Zusammenhang zweier Indikatoren", pages("indicator-scatter", mit=rows[-1].pk)
    place = District.objects.exclude(level="city").order_by("pk")[0]
    yield ALL_FIGURES, cost([reverse("district-profile", args=[place.pk])] * ROUNDS)
    yield (
        "Seite eines Indikators, erste Anfrage einer Einbettung",
        cost([reverse("embed", args=[row.pk]) for row in some]),
    )
    yield "Karte aller Räume mit letzten Werten (GeoJSON)", cost([reverse("district-values")] * ROUNDS)
