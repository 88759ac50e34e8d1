"""A prepared query gives what the ORM gives, is written once, and puts in the values it is asked with."""

from __future__ import annotations

import pytest
from django.db import connection
from django.db.models import Count, Q
from django.db.models.sql.compiler import SQLCompiler
from django.test.utils import CaptureQueriesContext

from insek.people.actors import ANONYMOUS, PROGRAM
from insek.people.prepared import prepared, prepared_for
from insek.strategy.models import Goal
from insek.thread.audience import gated
from insek.thread.models import Item
from tests.factories import make_actor, make_concept, make_item, make_link


def near(pk):
    found = Item.objects.visible_to(ANONYMOUS).filter(Q(pk=pk) | Q(reasons__source=pk))
    return found.select_related("goal__parent", "round", "concept")


def links_of(concept):
    rows = Item.objects.filter(concept=concept).annotate(links=Count("consequences"))
    return rows.order_by("-links", "pk")


@pytest.mark.django_db
def test_what_is_prepared_is_what_the_orm_reads(monkeypatch, django_assert_num_queries):
    concept = make_concept()
    reason, follows, hidden = (make_item("goal", concept=concept) for _number in range(3))
    Item.objects.filter(pk=hidden.pk).update(visibility="internal")
    make_link(reason, follows, kind="guides")
    assert [row.pk for row in prepared("near", near, hidden.pk)] == []
    written = []
    write = SQLCompiler.as_sql
    monkeypatch.setattr(SQLCompiler, "as_sql", lambda *a, **k: written.append(1) or write(*a, **k))
    for item, count in ((reason, 2), (follows, 1), (hidden, 0)):
        written.clear()
        with django_assert_num_queries(1):
            asked = prepared("near", near, item.pk)
            assert [row.goal.item_id for row in asked] == [row.pk for row in asked]
        assert not written
        read = list(near(item.pk))
        assert len(asked) == count
        assert [vars(row).keys() for row in asked] == [vars(row).keys() for row in read]
        assert [(row.pk, row.text, row.updated_at, row.concept.key) for row in asked] == [
            (row.pk, row.text, row.updated_at, row.concept.key) for row in read
        ]


@pytest.mark.django_db
def test_annotated_rows_and_values_come_as_they_are_asked_for():
    concept = make_concept()
    reason, follows = (make_item("goal", concept=concept) for _number in range(2))
    make_link(reason, follows, kind="guides")
    rows = prepared("annotated", lambda pk: links_of(pk), concept.pk)
    assert [(row, row.links) for row in rows] == [(reason, 1), (follows, 0)]
    pairs = prepared("values", lambda pk: links_of(pk).values_list("pk", "links"), concept.pk)
    assert pairs == [(reason.pk, 1), (follows.pk, 0)]
    flat = prepared("flat", lambda pk: links_of(pk).values_list("links", flat=True), concept.pk)
    assert flat == [1, 0]


@pytest.mark.django_db
def test_a_list_of_ids_of_any_length_is_one_query(django_assert_num_queries):
    items = [make_item("goal") for _number in range(5)]
    for count in range(1, 6):
        ids = [item.pk for item in items[:count]]
        with django_assert_num_queries(1):
            found = prepared_for("some", lambda pks: Item.objects.filter(pk__in=pks), ids)
        assert {item.pk for item in found} == set(ids)
    with django_assert_num_queries(0):
        assert prepared_for("some", lambda pks: Item.objects.filter(pk__in=pks), []) == []


@pytest.mark.django_db
def test_many_ids_are_one_value_however_many_they_are(django_assert_num_queries):
    items = [make_item("goal") for _number in range(3)]
    many = frozenset(f"x{number:07}" for number in range(40_000))
    for ids, found in (
        (many | {items[0].pk}, items[:1]),
        (many, []),
        (frozenset(), []),
        ({i.pk for i in items[1:]}, items[1:]),
    ):
        with django_assert_num_queries(2):
            asked = prepared(
                "among", lambda pks: Item.objects.filter(pk__among=pks).order_by("pk"), frozenset(ids)
            )
            assert asked == list(Item.objects.filter(pk__among=frozenset(ids)).order_by("pk"))
        assert set(asked) == set(found)
    own = Goal.objects.filter(item__among=frozenset({items[2].pk}))
    assert [row.item_id for row in own] == [items[2].pk]


@pytest.mark.django_db
def test_ids_behind_a_relation_are_put_in_too():
    items = [make_item("goal") for _number in range(3)]
    ids = [item.pk for item in items[:2]]
    assert set(prepared_for("own rows", lambda pks: Goal.objects.filter(item__in=pks), ids)) == {
        item.goal for item in items[:2]
    }
    with pytest.raises(
        TypeError
    ):  # a number that Django looks into would be asked for as it was the first time
        prepared_for("by concept", lambda pks: Item.objects.filter(concept__in=pks), [1])


@pytest.mark.django_db
def test_what_would_ask_more_than_one_query_is_refused():
    with pytest.raises(TypeError, match="prefetch_related"):
        prepared("more", lambda pk: Item.objects.filter(pk=pk).prefetch_related("themes"), "aaaaaaaa")
    with pytest.raises(TypeError, match="values_list"):
        prepared("dicts", lambda pk: Item.objects.filter(pk=pk).values("pk"), "aaaaaaaa")


@pytest.mark.django_db
@pytest.mark.parametrize("role", ["project-lead", "moderator", "department", "council"])
def test_a_prepared_query_keeps_the_gate(role):
    """Whoever sees something of their own has none; visitors and insiders ask queries of their own."""
    hidden = make_item("goal", visibility="internal")

    def asked(actor):
        return prepared(
            gated(actor, "gate"), lambda pk: Item.objects.visible_to(actor).filter(pk=pk), hidden.pk
        )

    actor = make_actor(role)
    for _time in range(2):
        assert asked(PROGRAM) == [hidden]
        assert asked(ANONYMOUS) == []
        assert asked(actor) == list(Item.objects.visible_to(actor).filter(pk=hidden.pk))


@pytest.mark.django_db
def test_postgresql_plans_what_is_prepared_once_and_compiles_nothing():
    if connection.vendor != "postgresql":
        pytest.skip("SQLite keeps the statements of a connection by itself")
    items = [make_item("goal") for _number in range(8)]
    for item in items:
        with CaptureQueriesContext(connection) as asked:
            assert prepared("planned", near, item.pk) == [item]
        assert "thread_link" in asked[0]["sql"]
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT SUM(generic_plans + custom_plans) FROM pg_prepared_statements"
            " WHERE statement LIKE '%thread_link%strategy_goal%' OR statement LIKE '%strategy_goal%thread_link%'"
        )
        [plans] = cursor.fetchone()
        cursor.execute("SHOW jit")
        [jit] = cursor.fetchone()
    assert plans >= 5
    assert jit == "off"
