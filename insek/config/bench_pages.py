"""`insek bench pages`: what the pages of a large concept cost, in milliseconds of processor time for each request.

A city in the demo's proportions (`bench_city`) is served by the real web server with the settings of production and
asked over HTTP for random pages that nobody asked for before. Counted is the processor time of web server and database,
so that other work on the machine does not change the figures; the ratio is to a plain Django list of 25 cards, served
and measured in the same run.
"""

from __future__ import annotations

import contextlib
import os
import random
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from http.client import HTTPConnection
from itertools import chain
from pathlib import Path

import django

from insek.config import supervisor

from .bench_cost import Meter, NoFigures, database_pids, family_of

HOST = "127.0.0.1"
NAME = "insek.test"
VISIT = 5
"""Requests one visitor makes over one connection; the next goes to any of the workers."""
ROUNDS = 3
PLAIN = "Liste in schlichtem Django"
VISITOR = {"Host": NAME, "X-Forwarded-Proto": "https", "Accept-Encoding": "br, gzip"}


@dataclass(frozen=True)
class RequestCost:
    """What one kind of request costs: milliseconds, the best of all rounds."""

    label: str
    milliseconds: float
    failed: int


def bench_pages(*, items: Sequence[int], keep: Path | None, asked: int, clients: int) -> int:
    """Measure at each size; 0 unless a page failed. ``keep`` is a folder that keeps the cities for the next time."""
    failed = 0
    for size in items:
        with contextlib.ExitStack() as stack:
            folder = keep / str(size) if keep else Path(stack.enter_context(tempfile.TemporaryDirectory()))
            folder.mkdir(parents=True, exist_ok=True)
            served = _environment(folder, size, one=len(items) == 1)
            filling = [sys.executable, "-m", "insek.config.bench_city", str(size)]
            subprocess.run(filling, env=served | {"INSEK_ENV": "demo"}, check=True)
            measuring = [sys.executable, "-m", __name__, str(size), str(asked), str(clients)]
            failed |= subprocess.run(measuring, env=served, check=False).returncode
    return failed


def _environment(folder: Path, size: int, *, one: bool) -> dict[str, str]:
    """As a city would run it; on PostgreSQL each size has a database of its own, named after it."""
    url = os.environ.get("INSEK_DATABASE_URL", "")
    return {
        **os.environ,
        "INSEK_ENV": "production",
        "INSEK_ORIGIN": f"https://{NAME}",
        "INSEK_HOSTS": NAME,
        "INSEK_SECRET_KEY": "only-for-measuring-" + "x" * 50,
        "INSEK_DATA_DIR": str(folder),
        "INSEK_DATABASE_URL": url if one or not url else f"{url}_{size}",
    }


def _one_size(size: int, asked: int, clients: int) -> int:
    from django.db import connection

    from insek.thread.models import Item

    print(f"{Item.objects.count()} Einträge, {connection.vendor}", flush=True)
    [plain] = _plain(asked)
    rows = []
    for row in chain([plain], _pages(asked, clients)):
        rows.append(row)
        note = f", {row.failed} Fehler" if row.failed else ""
        times = row.milliseconds / plain.milliseconds
        print(f"  {row.label:<34} {row.milliseconds:7.1f} ms  {times:6.1f}-fach{note}", flush=True)
    return int(any(row.failed for row in rows))


@contextlib.contextmanager
def _served(command: Sequence[str], port: int, **more: str) -> Iterator[Meter]:
    """A web server for as long as it is measured, and what counts its processor time and the database's."""
    server = subprocess.Popen(
        command,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        start_new_session=True,
        env={**os.environ, **more},
    )
    try:
        if not supervisor.wait_until_up(HOST, port, seconds=60):
            raise supervisor.NotReady("Der Webserver antwortet nicht.")
        yield Meter(lambda: family_of(server.pid) | database_pids())
    finally:
        server.terminate()
        server.wait(15)


def _plain(asked: int) -> list[RequestCost]:
    port = supervisor.first_free_port(HOST, 8950)
    command = [sys.executable, "-m", "granian", "insek.config.bench_plain:application", "--interface", "wsgi",
               "--host", HOST, "--port", str(port), "--blocking-threads", "2", "--log-level", "error"]  # fmt: skip
    with _served(command, port, INSEK_BENCH_PLAIN="1") as meter:
        return [_measured(PLAIN, meter, port, lambda chance: "/", asked * 3)]


def _pages(asked: int, clients: int) -> Iterator[RequestCost]:
    from .bench_requests import change_something, cookie_of_lead, requests

    port = supervisor.first_free_port(HOST, 8900)
    [web, *_rest] = supervisor.installation_processes(host=HOST, port=port, workers=2)
    cookie = cookie_of_lead()
    with _served(web.command, port) as meter:
        for kind in requests():
            yield _measured(
                kind.label, meter, port, kind.address, asked, cookie if kind.signed_in else "",
                before=change_something if kind.after_a_change else None,
            )  # fmt: skip
        yield _submissions(meter, port, asked, clients)


def _submissions(meter: Meter, port: int, asked: int, clients: int) -> RequestCost:
    """What a contribution costs until it is answered, then how many are taken in a second, and that none is lost."""
    from django.urls import reverse

    from insek.concept.models import Concept
    from insek.participation.models import Contribution
    from insek.participation.queries import open_formats

    from .bench_submission import FormAddress, prepared, send, send_at_once

    [concept] = Concept.objects.all()
    door = FormAddress(
        port,
        HOST,
        VISITOR,
        reverse("contribute"),
        reverse("contribute-challenge"),
        open_formats(concept)[0].pk,
    )
    best, failed = float("inf"), 0
    for number in range(ROUNDS):
        bodies = prepared(door, asked, random.Random(f"{time.time()} {number}"))
        meter.lap()
        failed += send(door, bodies)
        best = min(best, meter.lap() * 1000 / asked)
    before = Contribution.objects.count()
    bodies = prepared(door, asked * clients, random.Random(time.time()))
    seconds, refused = send_at_once(door, bodies, clients=clients)
    kept = Contribution.objects.count() - before
    print(
        f"  {clients} auf einmal: {len(bodies) / seconds:.0f} Beiträge in der Sekunde,"
        f" {len(bodies)} gesendet, {kept} angekommen"
    )
    return RequestCost("Beitrag senden", best, failed + refused + abs(len(bodies) - kept))


def _measured(
    label: str,
    meter: Meter,
    port: int,
    address: Callable[[random.Random], str],
    asked: int,
    cookie: str = "",
    *,
    before: Callable[[], None] | None = None,
) -> RequestCost:
    """Ask in rounds, after some requests that let every worker load what it needs."""
    _ask(port, address, random.Random(f"{label} before"), min(asked, 12), cookie, before)
    best, failed = float("inf"), 0
    for number in range(ROUNDS):
        chance = random.Random(f"{label} {number}")
        meter.lap()
        failed += _ask(port, address, chance, asked, cookie, before)
        best = min(best, meter.lap() * 1000 / asked)
    return RequestCost(label, best, failed)


def _ask(
    port: int,
    address: Callable[[random.Random], str],
    chance: random.Random,
    asked: int,
    cookie: str,
    before: Callable[[], None] | None,
) -> int:
    """Ask one after the other; return how many did not answer 200."""
    headers = {**VISITOR, "Cookie": cookie} if cookie else VISITOR
    failed = 0
    connection = HTTPConnection(HOST, port, timeout=60)
    for count in range(asked):
        if count % VISIT == 0:
            connection.close()
        if before is not None:
            before()
        wanted = address(chance)
        connection.request("GET", wanted, headers=headers)
        answer = connection.getresponse()
        answer.read()
        if answer.status != 200:
            failed += 1
            if failed < 3:
                print(f"  {answer.status} {wanted}", file=sys.stderr)
    connection.close()
    return failed


if __name__ == "__main__":
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "insek.config.settings")
    django.setup()
    try:
        sys.exit(_one_size(*(int(number) for number in sys.argv[1:4])))
    except (NoFigures, supervisor.NotReady) as error:
        sys.exit(str(error))
