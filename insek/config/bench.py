"""`insek bench pages`: how many pages of a large concept a machine answers in a second, uncached.

A concept with thousands of goals, findings and measures is made in a database of its own, served by the real web
server and asked for random pages by several clients at once. Clients and server share the machine.
"""

from __future__ import annotations

import os
import random
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from http.client import HTTPConnection
from typing import TYPE_CHECKING

import django

from insek.config import supervisor

if TYPE_CHECKING:
    from insek.concept.models import Concept

HOST = "127.0.0.1"
WORDS = (
    "Radverkehr",
    "Wohnraum",
    "Klimaanpassung",
    "Innenstadt",
    "Quartier",
    "Grünflächen",
    "Hochschule",
    "Nahversorgung",
    "Barrierefreiheit",
    "Ortskern",
    "Energie",
    "Bildung",
    "Mobilität",
    "Gewerbe",
    "Brachfläche",
    "Spielplatz",
    "Sanierung",
    "Beteiligung",
    "Wald",
    "Starkregen",
)
KINDS = ("finding", "goal", "measure")
SORTS = ("nummer", "titel", "neu")
VISIT = 20
"""Pages one visitor reads over one connection. The kernel gives connections to workers by chance: four that stayed for
good could all go to the same worker, and half of the machine would be measured."""
LINKS = {"goal": ("finding", "justifies"), "measure": ("goal", "implemented_by")}


@dataclass(frozen=True)
class Result:
    """What one measurement gave."""

    items: int
    answered: int
    failed: int
    seconds: float
    milliseconds: list[float]

    @property
    def rate(self) -> float:
        return self.answered / self.seconds

    def percentile(self, share: float) -> float:
        if not self.milliseconds:
            return float("nan")
        return self.milliseconds[min(len(self.milliseconds) - 1, int(share * len(self.milliseconds)))]

    def __str__(self) -> str:
        return (
            f"{self.items:>8} Einträge: {self.rate:6.0f} Seiten/s, Median {self.percentile(0.5):4.0f} ms, "
            f"95 % unter {self.percentile(0.95):4.0f} ms, {self.answered} Antworten, {self.failed} Fehler"
        )


def bench_pages(*, items: Sequence[int], seconds: int, clients: int, workers: int = 2) -> int:
    """Measure at each size, growing; return 0 unless a page failed."""
    with tempfile.TemporaryDirectory(prefix="insek-bench-") as folder:
        os.environ |= {"INSEK_ENV": "demo", "INSEK_DATA_DIR": folder, "INSEK_LOG_FORMAT": "plain"}
        django.setup()
        from django.core.management import call_command

        from insek.concept.models import Concept

        call_command("migrate", interactive=False, verbosity=0)
        if Concept.objects.exists():
            print(
                "In der Datenbank aus INSEK_DATABASE_URL steht schon ein Konzept; hier wird nur in einer leeren gemessen."
            )
            return 1
        results = []
        for size in sorted(items):
            grow(size)
            results.append(_measure(size, seconds=seconds, clients=clients, workers=workers))
            print(results[-1], flush=True)
        if len(results) > 1:
            print(f"Die größte ist {results[0].rate / results[-1].rate:.2f}-mal so langsam wie die kleinste.")
    return 1 if any(result.failed or not result.answered for result in results) else 0


def grow(size: int, *, seed: int = 7) -> None:
    """Fill the concept `bench` up to `size` items: a third each of findings, goals and measures, linked along the thread."""
    from django.db import connection, transaction

    from insek.concept.models import Concept, Field
    from insek.thread.models import Item

    concept, new = Concept.objects.get_or_create(
        key="bench", defaults={"title": "Messung", "city": "Musterstadt"}
    )
    if new:
        Field.objects.bulk_create(
            Field(concept=concept, key=f"feld-{n}", position=n, name=f"Handlungsfeld {n}")
            for n in range(1, 5)
        )
    chance = random.Random(seed + size)
    with transaction.atomic():
        start = Item.objects.count()
        for position, kind in enumerate(KINDS):
            wanted = size // 3 + (position < size % 3)
            _add(concept, kind, wanted - Item.objects.filter(kind=kind).count(), start=start, chance=chance)
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")


def _add(concept: Concept, kind: str, amount: int, *, start: int, chance: random.Random) -> None:
    """Create items of one kind with their own rows, fields and two reasons each."""
    from insek.thread.kinds import kind_named
    from insek.thread.models import Item, Link
    from insek.thread.services import set_sort_keys

    created = []
    for n in range(amount):
        title = " und ".join(chance.sample(WORDS, 2))
        item = Item(
            concept=concept, kind=kind, number=f"{kind_named(kind).prefix} {start + n + 1}", title=title
        )
        item.text = " ".join(chance.choices(WORDS, k=60))
        item.standing, item.visibility = "example", "public"
        set_sort_keys(item)
        created.append(item)
    Item.objects.bulk_create(created, batch_size=1000)
    own = {"finding": {"type": "strength"}, "measure": {"type": "conceptual"}}.get(kind, {})
    model = kind_named(kind).model
    model._default_manager.bulk_create((model(item=item, **own) for item in created), batch_size=1000)
    fields = list(concept.fields.all())
    through = Item.fields.through
    through._default_manager.bulk_create(
        (through(item_id=item.pk, field_id=chance.choice(fields).pk) for item in created), batch_size=1000
    )
    if kind in LINKS:
        source_kind, link_kind = LINKS[kind]
        sources = list(Item.objects.filter(kind=source_kind).values_list("pk", flat=True))
        Link.objects.bulk_create(
            (
                Link(source_id=source, target=item, kind=link_kind, reason="Weil es gemessen wird.")
                for item in created
                for source in chance.sample(sources, min(2, len(sources)))
            ),
            batch_size=1000,
        )


def addresses(chance: random.Random, ids: Sequence[str]) -> Iterator[str]:
    """Endless random addresses: half detail pages, half lists with field and order."""
    from django.urls import reverse

    lists = [reverse(f"{kind}-list") for kind in KINDS]
    while True:
        yield reverse("item", args=[chance.choice(ids)])
        field = f"&feld=feld-{chance.randint(1, 4)}" if chance.random() < 0.5 else ""
        yield f"{chance.choice(lists)}?sortierung={chance.choice(SORTS)}{field}"


def _measure(size: int, *, seconds: int, clients: int, workers: int) -> Result:
    from django.db import connection

    from insek.thread.models import Item

    ids = list(Item.objects.values_list("pk", flat=True))
    connection.close()
    port = supervisor.first_free_port(HOST, 8900)
    [web, *_rest] = supervisor.household(host=HOST, port=port, workers=workers)
    server = subprocess.Popen(web.command, stdin=subprocess.DEVNULL, start_new_session=True)
    try:
        if not supervisor.wait_until_up(HOST, port, seconds=30):
            raise supervisor.NotReady("Der Webserver antwortet nicht.")
        _ask(port, ids, seconds=2, clients=clients)  # every worker has loaded its templates
        times, failed, lasted = _ask(port, ids, seconds=seconds, clients=clients)
    finally:
        server.terminate()
        server.wait(15)
    return Result(size, len(times), failed, lasted, sorted(times))


def _ask(port: int, ids: Sequence[str], *, seconds: float, clients: int) -> tuple[list[float], int, float]:
    """Ask from several threads until the time is over; return milliseconds, failures and the time it took."""
    times: list[float] = []
    failures: list[str] = []
    started = time.perf_counter()

    def client(number: int) -> None:
        connection = HTTPConnection(HOST, port, timeout=30)
        for count, address in enumerate(addresses(random.Random(number), ids)):
            begin = time.perf_counter()
            if begin - started > seconds:
                break
            if count % VISIT == 0:
                connection.close()  # the next request opens a new one, perhaps to the other worker
            connection.request("GET", address)
            answer = connection.getresponse()
            answer.read()
            if answer.status == 200:
                times.append((time.perf_counter() - begin) * 1000)
            else:
                failures.append(f"{answer.status} {address}")
        connection.close()

    threads = [threading.Thread(target=client, args=(number,)) for number in range(clients)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    for failure in failures[:3]:
        print(failure, file=sys.stderr)
    return times, len(failures), time.perf_counter() - started
