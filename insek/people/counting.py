"""Counting what comes too often, once for all processes and hosts: in Redis where there is one, else in one small table.

What is counted is named by a text of the caller's, of which only a keyed hash is kept, and only until its time is over.
When neither Redis nor the database answers, each process counts for itself: a limit never becomes an error page.
"""

from __future__ import annotations

import hashlib
import hmac
import logging
import time
from collections.abc import Mapping, Sequence
from datetime import timedelta
from functools import cache
from threading import Lock
from typing import Any, NamedTuple, Protocol

from django.conf import settings
from django.db import DatabaseError, connection
from django.utils import timezone

logger = logging.getLogger("insek.limits")


class Limit(NamedTuple):
    """A number of times within a number of seconds, counted from the first time."""

    name: str
    most: int
    seconds: int


class CountStore(Protocol):
    """What keeps the counts."""

    def add(self, key: str, seconds: int, by: int) -> int:
        """Add to a count that begins with its first use and ends after these seconds; returns the new count."""

    def add_each(self, wanted: Mapping[str, tuple[int, int]]) -> dict[str, int]:
        """Add to several at once: by key seconds and how many; returns the new counts by key."""

    def seen(self, key: str) -> int:
        """The count, 0 where there is none."""

    def drop(self, key: str) -> None:
        """Forget a count."""


class MemoryCounts:
    """Counts of one process: what is left when nothing else answers, and what tests look into."""

    MOST = 50_000

    def __init__(self) -> None:
        self._lock = Lock()
        self.empty()

    def empty(self) -> None:
        """Begin anew."""
        self._counts: dict[str, tuple[int, float]] = {}

    def add_each(self, wanted: Mapping[str, tuple[int, int]]) -> dict[str, int]:
        return {key: self.add(key, seconds, by) for key, (seconds, by) in wanted.items()}

    def add(self, key: str, seconds: int, by: int) -> int:
        now = time.monotonic()
        with self._lock:
            if len(self._counts) > self.MOST:
                self._counts = {name: kept for name, kept in self._counts.items() if kept[1] > now}
            count, until = self._counts.get(key, (0, 0.0))
            if until <= now:
                count, until = 0, now + seconds
            self._counts[key] = (count + by, until)
        return count + by

    def seen(self, key: str) -> int:
        count, until = self._counts.get(key, (0, 0.0))
        return count if until > time.monotonic() else 0

    def drop(self, key: str) -> None:
        self._counts.pop(key, None)


_ADD = """
INSERT INTO people_tally (key, count, until) VALUES {rows}
ON CONFLICT (key) DO UPDATE SET
count = CASE WHEN people_tally.until > %s THEN people_tally.count + excluded.count ELSE excluded.count END,
until = CASE WHEN people_tally.until > %s THEN people_tally.until ELSE excluded.until END
RETURNING key, count
"""


class DatabaseCounts:
    """Counts in the table of the database. Each one costs one statement, of which many at once lose nothing."""

    def __init__(self) -> None:
        from .models import Tally

        self.rows = Tally.objects

    def add(self, key: str, seconds: int, by: int) -> int:
        return self.add_each({key: (seconds, by)})[key]

    def add_each(self, wanted: Mapping[str, tuple[int, int]]) -> dict[str, int]:
        """Several in one statement, in the order of their keys, so that two at once do not wait for each other in a ring."""
        now = timezone.now()
        moment = connection.ops.adapt_datetimefield_value(now)
        values: list[Any] = []
        for key, (seconds, by) in sorted(wanted.items()):
            until = connection.ops.adapt_datetimefield_value(now + timedelta(seconds=seconds))
            values += [key, by, until]
        rows = ", ".join(["(%s, %s, %s)"] * len(wanted))
        with connection.cursor() as cursor:
            cursor.execute(_ADD.format(rows=rows), [*values, moment, moment])
            return {key: int(count) for key, count in cursor.fetchall()}

    def seen(self, key: str) -> int:
        return self.rows.filter(pk=key, until__gt=timezone.now()).values_list("count", flat=True).first() or 0

    def drop(self, key: str) -> None:
        self.rows.filter(pk=key).delete()


class RedisCounts:
    """Counts in Redis (``INSEK_REDIS_URL``). It forgets them by itself."""

    def __init__(self, url: str) -> None:
        import redis

        self.errors: type[Exception] = redis.RedisError
        self.server: Any = redis.Redis.from_url(url, socket_timeout=1, socket_connect_timeout=1)

    def add_each(self, wanted: Mapping[str, tuple[int, int]]) -> dict[str, int]:
        return {key: self.add(key, seconds, by) for key, (seconds, by) in wanted.items()}

    def add(self, key: str, seconds: int, by: int) -> int:
        pipe = self.server.pipeline(transaction=True)
        pipe.set(f"insek:{key}", 0, ex=seconds, nx=True)
        pipe.incrby(f"insek:{key}", by)
        return int(pipe.execute()[1])

    def seen(self, key: str) -> int:
        return int(self.server.get(f"insek:{key}") or 0)

    def drop(self, key: str) -> None:
        self.server.delete(f"insek:{key}")


memory = MemoryCounts()
"""Counts of this process alone."""
_over = MemoryCounts()
"""What has reached its limit: refused for a minute without asking anybody."""


@cache
def counts_store() -> CountStore:
    """Where this installation counts."""
    return RedisCounts(settings.INSEK_REDIS_URL) if settings.INSEK_REDIS_URL else DatabaseCounts()


def add(name: str, seconds: int, by: int = 1) -> int:
    """Count once more; how often it was within its time."""
    return _asked("add", _hashed(name), seconds, by)


def seen(name: str) -> int:
    """How often it was counted."""
    return _asked("seen", _hashed(name))


def drop(name: str) -> None:
    """Count from the beginning."""
    _asked("drop", _hashed(name))
    _over.drop(_hashed(name))


def is_first(name: str, seconds: int) -> bool:
    """Whether this happens for the first time within its time; of many that ask at once, one hears yes."""
    return first_and_too_often(name, seconds, [])[0]


def too_often(limits: Sequence[Limit]) -> bool:
    """Count once for each limit and say whether it is once too many for one of them.

    What is known here to be over its limit costs no question to the database.
    """
    return first_and_too_often("", 0, limits)[1]


def first_and_too_often(name: str, seconds: int, limits: Sequence[Limit]) -> tuple[bool, bool]:
    """Whether something happens for the first time within its time, and whether it is too often, in one question.

    Of many that ask at once, one hears that it was first. What is too often already is not asked and was not first.
    """
    if any(_over.seen(_hashed(limit.name)) for limit in limits):
        return False, True
    wanted = {_hashed(limit.name): (limit.seconds, 1) for limit in limits}
    if name:
        wanted[_hashed(name)] = (seconds, 1)
    counts = _asked("add_each", wanted)
    over = False
    for limit in limits:
        count = counts[_hashed(limit.name)]
        if count >= limit.most:  # the next one will be too many
            _over.add(_hashed(limit.name), min(limit.seconds, 60), 1)
        over |= count > limit.most
    return bool(name) and counts[_hashed(name)] == 1, over


def clear() -> int:
    """Delete counts whose time is over; returns how many."""
    from .models import Tally

    return Tally.objects.filter(until__lte=timezone.now()).delete()[0]


def forget() -> None:
    """Empty the memory of this process, for tests."""
    memory.empty()
    _over.empty()
    counts_store.cache_clear()


def _hashed(name: str) -> str:
    return hmac.new(settings.SECRET_KEY.encode(), name.encode(), hashlib.sha256).hexdigest()[:40]


def _asked(what: str, *arguments: Any) -> Any:
    kept = counts_store()
    failures: tuple[type[Exception], ...] = (DatabaseError,)
    if isinstance(kept, RedisCounts):
        failures = (kept.errors,)
    try:
        return getattr(kept, what)(*arguments)
    except failures as error:
        logger.warning("limits are counted in this process alone: %s", type(error).__name__)
        return getattr(memory, what)(*arguments)
