"""`insek bench search`: how many of a set of questions find what they should among the first five, and what a search costs.

The questions are asked of the demo as it is; then the city is enlarged and each is asked again, timed in processor time of this
process (the database's, too, on SQLite). A file of questions has the columns ``sort``, ``query`` and ``expected``: numbers of items, or a
part of a title, divided by "|"; one of them among the first five is enough.
"""

from __future__ import annotations

import csv
import os
import tempfile
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from statistics import quantiles

FIRST = 5
QUESTIONS = Path("tests/thread/search_questions.csv")
ROUNDS = 3


@dataclass(frozen=True)
class Question:
    """What is typed, and what must be among the first five."""

    sort: str
    query: str
    expected: tuple[str, ...]

    def is_answered(self) -> bool:
        """Whether a visitor finds it."""
        from insek.people.actors import ANONYMOUS
        from insek.thread.models import Item
        from insek.thread.search import find

        items = Item.objects.in_bulk(find(self.query, ANONYMOUS, fill=True).ids[:FIRST]).values()
        return any(
            item.number == wanted or (len(wanted) > 12 and wanted in item.title)
            for item in items
            for wanted in self.expected
        )


def read_questions(path: Path) -> list[Question]:
    """All questions of a file."""
    with path.open(encoding="utf-8", newline="") as file:
        return [
            Question(row["sort"], row["query"], tuple(row["expected"].split("|")))
            for row in csv.DictReader(file)
        ]


def bench_search(*, items: int, questions: Path, keep: Path | None) -> int:
    """Print the share found and the times. Returns an exit code."""
    import django

    try:
        asked = read_questions(questions)
    except (OSError, UnicodeDecodeError, KeyError, csv.Error) as error:
        print(
            f"Die Fragen lassen sich nicht lesen ({questions}: {error}). --questions DATEI nennt eine CSV-Datei mit den Spalten "
            "sort, query und expected; die der Tests liegen in tests/thread und nicht im Programm."
        )
        return 1
    with tempfile.TemporaryDirectory(prefix="insek-bench-") as folder:
        data = keep or Path(folder)
        os.environ |= {"INSEK_ENV": "demo", "INSEK_DATA_DIR": str(data)}
        os.environ.setdefault("DJANGO_SETTINGS_MODULE", "insek.config.settings")
        django.setup()
        from django.db import connection

        from insek.config.bench_city import enlarge
        from insek.config.demo import prepare
        from insek.thread.models import Item

        prepare()
        if Item.objects.count() < items and not Item.objects.filter(number__endswith="-1").exists():
            for line in _shares(asked):
                print(line)
            enlarge(items)
        for line in _times(asked):
            print(line)
        connection.close()
    return 0


def _shares(asked: list[Question]) -> Iterator[str]:
    """The share found, by sort, and what was not."""
    answered = {question: question.is_answered() for question in asked}
    for sort in dict.fromkeys(question.sort for question in asked):
        of_sort = [question for question in asked if question.sort == sort]
        yield f"{sort:<14} {sum(answered[question] for question in of_sort):>4} / {len(of_sort)}"
    yield f"found: {100 * sum(answered.values()) / len(asked):.1f} % of {len(asked)}"
    for question, good in answered.items():
        if not good:
            yield f"  not among the first {FIRST}: {question.query}"


def _times(asked: list[Question]) -> Iterator[str]:
    """The processor time of a search for each question: half are below the first figure, one of a hundred is above the second."""
    from insek.people.actors import ANONYMOUS
    from insek.thread.models import Item
    from insek.thread.search import find

    taken: list[tuple[float, str]] = []
    for number in range(ROUNDS + 1):
        for question in asked:
            start = time.process_time()
            find(question.query, ANONYMOUS, fill=True)
            if number:  # the first round reads models and words
                taken.append((1000 * (time.process_time() - start), question.query))
    cuts = quantiles([spent for spent, _query in taken], n=100)
    yield f"{Item.objects.count()} items: p50 {cuts[49]:.1f} ms, p99 {cuts[98]:.1f} ms of processor time"
    slowest = {query: spent for spent, query in sorted(taken)}
    for query in list(slowest)[-3:]:
        yield f"  {slowest[query]:.1f} ms: {query}"
