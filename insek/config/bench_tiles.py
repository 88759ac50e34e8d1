"""`insek bench tiles`: what the city map costs with 20,000 places: its first view, and a tile, uncached, on SQLite."""

from __future__ import annotations

import gzip
import os
import random
import tempfile
import time
from typing import Any

ZOOMS = (10, 11, 12, 13, 14, 15, 16)
WEST, SOUTH, EAST, NORTH = 7.62, 49.37, 7.86, 49.51
ROUNDS = 5


def bench_tiles(*, items: int) -> int:
    """Fill a database of its own with points, lines and areas; print milliseconds and size by zoom. Returns an exit code."""
    import django

    with tempfile.TemporaryDirectory() as data:
        os.environ |= {"INSEK_ENV": "demo", "INSEK_DATA_DIR": data, "INSEK_DATABASE_URL": ""}
        os.environ.setdefault("DJANGO_SETTINGS_MODULE", "insek.config.settings")
        django.setup()
        from django.core.management import call_command
        from django.db import connection

        call_command("migrate", interactive=False, verbosity=0)
        fill(items)
        for line in [*_measured(items), *_first_view(items)]:
            print(line)
        connection.close()
    return 0


def fill(items: int, *, seed: int = 1) -> Any:
    """A concept with measures that lie all over the city: nine points of ten, the rest lines and areas."""
    import shapely

    from insek.concept.models import Concept
    from insek.places.models import Location
    from insek.strategy.models import Measure
    from insek.thread.models import Item
    from insek.thread.ordering import set_sort_keys

    chance = random.Random(seed)
    concept = Concept.objects.create(key="messung", title="Messung", city="Messung")
    rows, places = [], []
    for number in range(items):
        item = Item(
            concept=concept, kind="measure", number=f"M {number}", title=f"Ort {number}", visibility="public"
        )
        set_sort_keys(item)
        rows.append(item)
        x, y = chance.uniform(WEST, EAST), chance.uniform(SOUTH, NORTH)
        shape: Any = shapely.Point(x, y)
        if number % 20 == 0:
            shape = shapely.LineString([(x, y), (x + 0.004, y + 0.002), (x + 0.006, y)])
        elif number % 20 == 1:
            shape = shapely.box(x, y, x + 0.003, y + 0.002)
        place = Location(item=item, geometry=shape)
        place.keep_box()
        places.append(place)
    Item.objects.bulk_create(rows, batch_size=500)
    Measure.objects.bulk_create((Measure(item=item) for item in rows), batch_size=500)
    Location.objects.bulk_create(places, batch_size=500)
    return concept


def first_tiles(zoom: int) -> list[tuple[int, int, int]]:
    """The tiles over the middle of the city that fill a screen, three by two."""
    column, line = column_line(zoom, (WEST + EAST) / 2, (SOUTH + NORTH) / 2)
    return [(zoom, column + right, line + down) for right in (-1, 0, 1) for down in (0, 1)]


def column_line(zoom: int, longitude: float, latitude: float) -> tuple[int, int]:
    """The tile in which a place lies."""
    import math

    count = 2**zoom
    across = (longitude + 180) / 360 * count
    down = (1 - math.asinh(math.tan(math.radians(latitude))) / math.pi) / 2 * count
    return int(across), int(down)


def _first_view(items: int) -> list[str]:
    from .bench_first_view import first_view, later

    lines = [f"Erster Blick auf die Stadtkarte mit {items} Orten, wie er ausgeliefert wird:"]
    lines += [first_view(encoding).in_words() for encoding in ("br, gzip", "gzip")]
    return [*lines, f"  Erst wenn jemand die Karte bewegt: MapLibre mit {later() / 1000:.0f} kB (br)"]


def _measured(items: int) -> list[str]:
    from insek.people.actors import ANONYMOUS
    from insek.places.tiles import tile
    from insek.thread.models import Item

    lines = [f"{items} Orte, SQLite, eine Kachel ohne Zwischenspeicher:"]
    visible = Item.objects.visible_to(ANONYMOUS)
    for zoom in ZOOMS:
        column, line = column_line(zoom, (WEST + EAST) / 2, (SOUTH + NORTH) / 2)
        times, size = [], 0
        for _round in range(ROUNDS):
            begin = time.perf_counter()
            size = len(gzip.compress(tile(visible, zoom, column, line)))
            times.append((time.perf_counter() - begin) * 1000)
        lines.append(
            f"  Zoom {zoom}: {sorted(times)[ROUNDS // 2]:6.1f} ms, {size / 1000:6.1f} kB komprimiert"
        )
    return lines
