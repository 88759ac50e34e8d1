"""`insek bench writes`: how long others wait while much is written, with everything at once in processes of its own.

A delivery of values (new, then corrected), the release of another one and of its taking back, a long sheet of changes, the filing of an
edition and a backup run at the same time, while people sign in and send contributions through the real pages. Printed are the longest answer and the longest
time for which a transaction held the database's writer; nothing may answer an error.
"""

from __future__ import annotations

import gc
import json
import multiprocessing
import os
import subprocess
import sys
import tempfile
import threading
import time
import traceback
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from insek.concept.models import Concept, Edition

PASSWORD = "only-for-measuring"  # noqa: S105  (of a database that is thrown away)
HOST = "localhost"
AUTHOR = "bench-author"
RELEASED = "Anteile"
"""The unit of the indicator whose values go through the release step."""


@dataclass(frozen=True)
class Amounts:
    """How much is written."""

    values: int
    rows: int
    items: int


def bench_writes(*, values: int, rows: int, items: int) -> int:
    """Measure in a database of its own (``INSEK_DATABASE_URL``: an empty one on PostgreSQL); 0 unless anything failed."""
    with tempfile.TemporaryDirectory() as folder:
        env = {**os.environ, "INSEK_ENV": "demo", "INSEK_DATA_DIR": folder}
        subprocess.run(
            [sys.executable, "-m", "insek", "migrate"], env=env, check=True, stdout=subprocess.DEVNULL
        )
        measuring = [sys.executable, "-m", __name__, json.dumps([values, rows, items])]
        return subprocess.run(measuring, env=env, check=False).returncode


class Holds:
    """How long the transactions of this process held the writer."""

    def __init__(self) -> None:
        from django.db import connections

        self.longest, self.working, self.where, self.most_work = 0.0, 0.0, "", ""
        self._since: dict[int, tuple[float, float]] = {}
        kind: Any = type(connections["default"])
        if kind.vendor == "sqlite":
            self._watch(kind, "_start_transaction_under_autocommit")

    def __str__(self) -> str:
        if not self.longest:
            return "ohne Schreibsperre"
        return f"Schreibsperre höchstens {self.longest:.3f} s ({self.where}), am meisten gerechnet {self.working:.3f} s ({self.most_work})"

    def _watch(self, kind: Any, begin: str) -> None:
        started, committed, rolled_back = getattr(kind, begin), kind._commit, kind._rollback

        def start(connection: Any) -> None:
            started(connection)
            if connection.transaction_mode != "IMMEDIATE" or connection.settings_dict["NAME"] == ":memory:":
                return  # it only reads, or is a copy that nobody else has
            self._since[id(connection)] = (time.perf_counter(), time.thread_time())

        def ended(real: Callable[[Any], None]) -> Callable[[Any], None]:
            def end(connection: Any) -> None:
                real(connection)
                if since := self._since.pop(id(connection), None):
                    held, worked = time.perf_counter() - since[0], time.thread_time() - since[1]
                    if held > self.longest or worked > self.working:
                        stack = traceback.extract_stack()
                        calls = " > ".join([call.name for call in stack if "/insek/" in call.filename][-4:-1])
                        if held > self.longest:
                            self.longest, self.where = held, calls
                        if worked > self.working:
                            self.working, self.most_work = worked, calls

            return end

        setattr(kind, begin, start)
        kind._commit, kind._rollback = ended(committed), ended(rolled_back)


@dataclass
class Told:
    """What a part of the work reports."""

    label: str
    seconds: float
    held: Holds
    error: str = ""


@dataclass
class Visits:
    """What those met who signed in or contributed meanwhile."""

    done: int = 0
    longest: float = 0.0
    failed: list[str] = field(default_factory=list)


def _fill(amounts: Amounts) -> tuple[Concept, Edition]:
    """A concept with an edition to be filed, internal goals to be changed, indicators and places, people and a format."""
    from django.db import transaction

    from insek.concept.models import Concept, Edition
    from insek.config.bench import grow
    from insek.evidence.models import Indicator
    from insek.participation.models import Format
    from insek.people.models import Membership, Role, User
    from insek.places.models import District
    from insek.strategy.models import Goal
    from insek.thread.models import Item

    with transaction.atomic():
        grow(amounts.items)
        concept = Concept.objects.get(key="bench")

        def made(kind: str, model: Any, amount: int, visibility: str = "public", **own: Any) -> None:
            start = Item.objects.count()
            items = [
                Item(
                    concept=concept,
                    kind=kind,
                    title=f"{kind} {start + n}",
                    standing="example",
                    visibility=visibility,
                    sort_key=f"{kind}{start + n}",
                )
                for n in range(amount)
            ]
            Item.objects.bulk_create(items)
            model.objects.bulk_create(model(item=item, **own) for item in items)

        made("district", District, 50, level="district")
        made("indicator", Indicator, 10, unit="Personen")
        made("indicator", Indicator, 1, unit=RELEASED, periodicity=Indicator.Periodicity.IRREGULAR)
        made("format", Format, 1, open_from=date(2020, 1, 1))
        made("goal", Goal, amounts.rows, "internal")
        for number in range(4):
            user = User.objects.create_user(f"bench-{number}", password=PASSWORD)
            Membership.objects.create(user=user, role=Role.objects.get(key="project-lead"))
        author = User.objects.create_user(AUTHOR, password=PASSWORD)
        Membership.objects.create(user=author, role=Role.objects.get(key="planner"))
        edition = Edition.objects.create(concept=concept, key="entwurf", title="Entwurf", standing="example")
    return concept, edition


def _deliver(amounts: Amounts) -> None:
    from insek.evidence.models import Indicator, Observation
    from insek.evidence.services import NewObservation, record_delivery
    from insek.people.actors import PROGRAM
    from insek.places.models import District

    places = list(District.objects.select_related("item"))
    indicators = list(Indicator.objects.exclude(unit=RELEASED).select_related("item__concept"))
    years = max(1, amounts.values // (len(places) * len(indicators)))
    for number in (1, 2):
        values = [
            (indicator, NewObservation(place, str(2000 - year), Decimal(number), source_title="Messung"))
            for indicator in indicators
            for place in places
            for year in range(years)
        ]
        record_delivery(values, label="Messung", actor=PROGRAM)
        assert Observation.objects.current().filter(value=number).count() == len(values)


def _release(amounts: Amounts) -> None:
    from insek.evidence.models import ImportBatch, Indicator, Observation
    from insek.evidence.releasing import record_or_propose, take_back_or_propose
    from insek.evidence.services import NewObservation
    from insek.people.actors import actor_for
    from insek.people.models import User
    from insek.places.models import District
    from insek.release.models import Proposal
    from insek.release.releases import release

    author, lead = (actor_for(User.objects.get(username=name)) for name in (AUTHOR, "bench-0"))
    places = list(District.objects.select_related("item"))
    indicator = Indicator.objects.select_related("item__concept").get(unit=RELEASED)
    values = [
        NewObservation(
            place, f"{1900 + number % 100}-{1 + number // 100 % 12:02}", Decimal(3), source_title="Messung"
        )
        for place in places
        for number in range(max(1, amounts.values // len(places)))
    ]
    counting = Observation.objects.current().filter(indicator=indicator)
    for wanted in (len(values), 0):
        proposal = (
            record_or_propose(indicator, values, label="Messung", actor=author)
            if wanted
            else take_back_or_propose(
                ImportBatch.objects.filter(observations__indicator=indicator).distinct().get(), actor=author
            )
        )
        assert isinstance(proposal, Proposal)
        release(proposal, expected_version=proposal.version, actor=lead)
        assert counting.count() == wanted


def _take_over(amounts: Amounts) -> None:
    from insek.concept.models import Concept
    from insek.intake import batches
    from insek.intake.models import Batch, BatchEntry
    from insek.people.models import User
    from insek.thread.models import Item

    items = Item.objects.filter(kind="goal", visibility="internal")[: amounts.rows]
    batch = Batch.objects.create(
        concept=Concept.objects.get(), owner=User.objects.get(username="bench-0"), kind="goal", origin=Batch.Origin.SHEET,
        label="Messung", state=Batch.State.RUNNING, total=len(items),
    )  # fmt: skip
    BatchEntry.objects.bulk_create(
        BatchEntry(batch=batch, item_id=item.pk, title=item.title, version=item.version, row=number,
                   differences={"title": [item.title, f"{item.title} neu"]})
        for number, item in enumerate(items)
    )  # fmt: skip
    batches.run(str(batch.pk), batch.state)
    batch.refresh_from_db()
    assert batch.state == Batch.State.DONE, batch.problem
    assert Item.objects.filter(title__endswith=" neu").count() == len(items)


def _file(amounts: Amounts) -> None:
    from insek.concept.models import Edition
    from insek.council.edition_items import EditionItem
    from insek.council.edition_queries import numbers_of
    from insek.council.services import file_edition, parts_for
    from insek.people.actors import PROGRAM

    edition = Edition.objects.get()
    file_edition(edition, confirmed=numbers_of(edition, parts_for(edition)[1]).sign, actor=PROGRAM)
    assert EditionItem.objects.filter(edition=edition).count() >= amounts.items // 2


def _back_up(amounts: Amounts) -> None:
    from insek.config.backup import backup

    with tempfile.TemporaryDirectory() as folder:
        backup(Path(folder) / "messung.zip")


WORK: dict[str, Callable[[Amounts], None]] = {
    "Lieferung": _deliver,
    "Freigabe": _release,
    "Tabelle": _take_over,
    "Ausgabe einreichen": _file,
    "Sicherung": _back_up,
}


def _work(label: str, amounts: Amounts, results: Any) -> None:
    """Do one part, in a process of its own."""
    from django.db import connections

    holds, began, error = Holds(), time.perf_counter(), ""
    try:
        WORK[label](amounts)
    except BaseException:
        error = traceback.format_exc()
    connections.close_all()
    results.put(Told(label, time.perf_counter() - began, holds, error))


def _visit(number: int, visits: Visits, over: threading.Event, proofs: Callable[[], str]) -> None:
    """Sign in and contribute again and again, through the real pages, until the work is done."""
    from django.db import connections
    from django.test import Client
    from django.urls import reverse

    from insek.participation.models import Format

    format_key = Format.objects.values_list("pk", flat=True).get()
    while True:
        client = Client(headers={"host": HOST})
        address = f"10.{number}.{visits.done % 250}.{visits.done // 250 % 250}"
        contribution = {
            "text": f"Hier fehlt {number} {visits.done} ein Baum.",
            "type": "idea",
            "format": format_key,
            "altcha": proofs(),
        }
        sign_in = {"username": f"bench-{number}", "password": PASSWORD}
        for path, sent in ((reverse("login"), sign_in), (reverse("contribute"), contribution)):
            began = time.perf_counter()
            answer = client.post(path, sent, REMOTE_ADDR="127.0.0.1", HTTP_X_FORWARDED_FOR=address)
            visits.longest = max(visits.longest, time.perf_counter() - began)
            visits.done += 1
            if answer.status_code != 302:
                visits.failed.append(f"{path}: {answer.status_code}")
        if over.is_set():
            break
    connections.close_all()


def _proof() -> str:
    """A solved challenge; made easy before, because solving is the sender's cost."""
    import altcha

    from insek.participation import bots

    challenge = altcha.Challenge.from_dict(bots.new_challenge())
    solution = altcha.solve_challenge(challenge)
    assert solution is not None
    return altcha.Payload(challenge, solution).to_base64()


def measure(amounts: Amounts) -> int:
    """Do all of it at once in the database of this process, print what was seen, and return how much failed."""
    from django.db import connection, connections

    from insek.participation import bots

    bots.COST = 1
    _fill(amounts)
    over = threading.Event()
    over.set()
    for number in range(2):  # whatever is loaded with the first request is loaded before it counts
        _visit(number, Visits(), over, _proof)
    over.clear()
    gc.collect()
    gc.freeze()  # as the web server and the worker do
    vendor = connection.vendor
    connections.close_all()
    if vendor == "postgresql":  # a pool of connections does not survive becoming two processes
        connections["default"].close_pool()  # type: ignore[attr-defined]  # of PostgreSQL
    processes = multiprocessing.get_context("fork")
    results: Any = processes.Queue()
    working = [processes.Process(target=_work, args=(label, amounts, results)) for label in WORK]
    for process in working:
        process.start()
    holds = Holds()
    visitors = [Visits() for _number in range(2)]
    threads = [
        threading.Thread(target=_visit, args=(number, visits, over, _proof))
        for number, visits in enumerate(visitors)
    ]
    for thread in threads:
        thread.start()
    told: list[Told] = [results.get() for _process in working]
    over.set()
    for thread in threads:
        thread.join()
    for process in working:
        process.join()
    failed = [problem for visits in visitors for problem in visits.failed] + [
        part.error for part in told if part.error
    ]
    print(f"{vendor}: {amounts.values} Werte, {amounts.rows} Zeilen, {amounts.items} Einträge")
    for part in told:
        print(f"  {part.label:<20} {part.seconds:6.1f} s, {part.held}")
    done, longest = sum(visits.done for visits in visitors), max(visits.longest for visits in visitors)
    print(f"  {done} Anmeldungen und Beiträge, die längste Antwort {longest:.2f} s, {holds}")
    for problem in failed[:5]:
        print(problem, file=sys.stderr)
    return len(failed) + (done == 0)


if __name__ == "__main__":
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "insek.config.settings")
    import django

    django.setup()
    sys.exit(min(measure(Amounts(*json.loads(sys.argv[1]))), 100))
