"""`insek bench report`: how long a printed concept of some 200 pages takes, in a database of its own."""

from __future__ import annotations

import os
import re
import tempfile
import time
from datetime import timedelta
from decimal import Decimal
from typing import Any

import django

ITEMS = 480
INDICATORS = 60
YEARS = 25
LONGEST = 10.0


def bench_report() -> int:
    """Measure once; 1 when it took longer than it may."""
    with tempfile.TemporaryDirectory(prefix="insek-bench-") as folder:
        os.environ |= {"INSEK_ENV": "demo", "INSEK_DATA_DIR": folder, "INSEK_LOG_FORMAT": "plain"}
        os.environ.pop("INSEK_DATABASE_URL", None)
        django.setup()
        from django.core.management import call_command

        from insek.concept.models import Concept
        from insek.people.actors import ANONYMOUS
        from insek.publish.report.making import make_concept

        from .bench import grow

        call_command("migrate", interactive=False, verbosity=0)
        grow(ITEMS)
        concept = Concept.objects.get(key="bench")
        _measured(concept)
        for format in ("pdf", "docx"):
            start, clock = time.perf_counter(), time.process_time()
            made = make_concept(concept, ANONYMOUS, format=format)
            seconds = time.perf_counter() - start
            worked = time.process_time() - clock
            if format == "pdf":
                pages = max(map(int, re.findall(rb"/Count (\d+)", made)), default=0)
                taken = timedelta(seconds=seconds)
                print(
                    f"PDF: {pages or '?'} Seiten, {len(made) // 1024} KB, {taken.total_seconds():.1f} s ({worked:.1f} s Rechenzeit)"
                )
                slow = seconds > LONGEST
            else:
                print(f"Word: {len(made) // 1024} KB, {seconds:.1f} s (Diagramme lagen schon vor)")
    return int(slow)


def _measured(concept: Any) -> None:
    """Indicators with a value for every year, so that there are charts to draw."""
    from insek.evidence.services import NewObservation, record_observations
    from insek.people.actors import PROGRAM
    from insek.thread.services import create_item

    values = {"title": "Musterstadt", "visibility": "public", "level": "city"}
    city = create_item(kind="district", concept=concept, values=values, actor=PROGRAM).district
    fields = list(concept.fields.all())
    for number in range(INDICATORS):
        indicator = create_item(
            kind="indicator",
            concept=concept,
            values={
                "title": f"Messgröße {number}",
                "visibility": "public",
                "unit": "Personen",
                "number": f"I {number}",
            },
            fields=[fields[number % len(fields)]],
            actor=PROGRAM,
        ).indicator
        observations = [
            NewObservation(city, str(2000 + year), Decimal(1000 + number * year), source_title="Statistik")
            for year in range(YEARS)
        ]
        record_observations(indicator, observations, label="bench", actor=PROGRAM)
