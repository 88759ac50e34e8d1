"""Limits count once for everybody: in the table, in Redis where there is one, in the process when nothing answers."""

import os
import threading
from datetime import timedelta

import pytest
from django.db import DatabaseError, connection, connections
from django.utils import timezone

from insek.people import counting
from insek.people.counting import DatabaseCounts, Limit, MemoryCounts, RedisCounts
from insek.people.models import Tally

REDIS = os.environ.get("INSEK_TEST_REDIS_URL") or "redis://127.0.0.1:6379/5"


def redis_or_skip():
    redis = pytest.importorskip("redis")
    kept = RedisCounts(REDIS)
    try:
        kept.server.flushdb()
    except redis.RedisError:
        pytest.skip("no Redis at INSEK_TEST_REDIS_URL")
    return kept


@pytest.fixture(params=["table", "redis", "memory"])
def kept(request, db):
    made = {"table": DatabaseCounts, "redis": redis_or_skip, "memory": MemoryCounts}[request.param]()
    yield made
    if request.param == "redis":
        made.server.flushdb()
        made.server.close()


def test_a_count_goes_on_until_it_is_dropped(kept):
    assert [kept.add("a", 60, 1), kept.add("a", 60, 1), kept.add("b", 60, 5)] == [1, 2, 5]
    assert [kept.seen("a"), kept.seen("c")] == [2, 0]
    kept.drop("a")
    assert [kept.seen("a"), kept.add("a", 60, 1)] == [0, 1]


def test_a_count_costs_one_statement(db, django_assert_num_queries):
    table = DatabaseCounts()
    for expected in (1, 2):
        with django_assert_num_queries(1):
            assert table.add("a", 60, 1) == expected


def test_a_count_begins_anew_when_its_time_is_over(db):
    table = DatabaseCounts()
    table.add("a", 60, 7)
    Tally.objects.update(until=timezone.now() - timedelta(seconds=1))
    assert (table.seen("a"), table.add("a", 60, 1), Tally.objects.count()) == (0, 1, 1)


def test_redis_forgets_by_itself():
    kept = redis_or_skip()
    kept.add("a", 60, 1)
    kept.add("a", 600, 1)
    assert 0 < kept.server.ttl("insek:a") <= 60
    kept.server.flushdb()
    kept.server.close()


@pytest.mark.django_db(transaction=True)
def test_of_many_at_once_one_is_the_first():
    if connection.vendor == "sqlite":
        pytest.skip("threads share one connection to the database in memory")
    first, start = [], threading.Barrier(6)

    def ask():
        start.wait()
        try:
            first.append(counting.is_first("proof", 60))
        finally:
            connections.close_all()

    asking = [threading.Thread(target=ask) for _number in range(6)]
    for thread in asking:
        thread.start()
    for thread in asking:
        thread.join()
    assert sorted(first) == [False] * 5 + [True]


def test_one_too_many_is_one_too_many_and_asks_nobody_again(db, django_assert_num_queries):
    limits = [Limit("here", 2, 60), Limit("everywhere", 5, 60)]
    assert [counting.too_often(limits) for _time in range(2)] == [False, False]
    with django_assert_num_queries(0):
        assert counting.too_often(limits)
    assert not counting.too_often([Limit("there", 2, 60)])
    counting.forget()  # another process
    assert counting.too_often(limits)


def test_what_is_first_and_what_is_too_often_is_one_question(db, django_assert_num_queries):
    limits = [Limit("here", 2, 60)]
    with django_assert_num_queries(1):
        assert counting.first_and_too_often("proof 1", 60, limits) == (True, False)
    assert counting.first_and_too_often("proof 1", 60, limits) == (False, False), "it was used before"
    with django_assert_num_queries(0):
        assert counting.first_and_too_often("proof 2", 60, limits) == (False, True), (
            "not asked, and not used up"
        )
    assert counting.first_and_too_often("proof 2", 60, []) == (True, False)
    counting.forget()  # another process
    assert counting.first_and_too_often("proof 3", 60, limits) == (True, True)


def test_nothing_is_kept_in_clear(db):
    counting.add("signin:erika.mustermann", 60)
    [row] = Tally.objects.all()
    assert "erika" not in row.key
    assert len(row.key) == 40


def test_a_database_that_does_not_answer_is_no_error(db, monkeypatch, caplog):
    def broken(*arguments):
        raise DatabaseError("database is locked")

    monkeypatch.setattr(DatabaseCounts, "add", broken)
    assert [counting.add("a", 60), counting.add("a", 60)] == [1, 2]
    assert "in this process alone" in caplog.text


def test_a_redis_that_does_not_answer_is_no_error(db, settings):
    pytest.importorskip("redis")
    settings.INSEK_REDIS_URL = "redis://127.0.0.1:1/0"
    counting.forget()
    assert [counting.add("a", 60), counting.add("a", 60), counting.seen("a")] == [1, 2, 2]
    assert not Tally.objects.exists()


def test_what_is_over_is_cleared(db):
    counting.add("old", 60)
    Tally.objects.update(until=timezone.now() - timedelta(seconds=1))
    counting.add("new", 60)
    assert (counting.clear(), Tally.objects.count()) == (1, 1)
