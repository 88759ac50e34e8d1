"""Numbers of contributions come from a counter."""

from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest
from django.db import connection, transaction

from insek.participation import moderation
from insek.participation.models import NumberCounter
from insek.participation.numbers import take_number
from insek.thread.models import Item
from tests.factories import make_actor, make_concept, make_item


def new(concept):
    return make_item("contribution", concept=concept, visibility="internal", state="new")


def take(concept):
    with transaction.atomic():
        return take_number(concept.pk)


def test_numbers_go_on_behind_those_that_are_given(concept):
    make_item("contribution", concept=concept, number="BT 41")
    assert [take(concept), take(concept)] == ["BT 42", "BT 43"]


def test_a_number_that_somebody_gave_by_hand_is_passed_over(concept):
    assert take(concept) == "BT 1"
    make_item("goal", concept=concept, number="BT 2")
    make_item("contribution", concept=concept, number="BT 7")
    assert take(concept) == "BT 8"


def test_a_number_is_not_given_again_after_deletion(concept):
    actor = make_actor("moderator")
    done = moderation.publish(new(concept), expected_version=1, actor=actor)
    Item.objects.filter(pk=done.pk).delete()
    assert moderation.publish(new(concept), expected_version=1, actor=actor).number == "BT 2"


def test_a_publication_that_fails_uses_no_number(concept):
    actor, item = make_actor("moderator"), new(concept)
    with pytest.raises(moderation.Conflict):
        moderation.publish(item, expected_version=9, actor=actor)
    assert moderation.publish(item, expected_version=1, actor=actor).number == "BT 1"


def test_every_concept_counts_for_itself(concept):
    other = make_concept()
    make_item("goal", concept=other, number="BT 99")
    assert [take(concept), take(concept), take(other), take(concept)] == ["BT 1", "BT 2", "BT 100", "BT 3"]


def test_only_numbers_of_contributions_are_counted(concept):
    for number in ("BTX 50", "M 60", "BT 7a", "ABT 80"):
        make_item("goal", concept=concept, number=number)
    assert take(concept) == "BT 1"


def test_a_number_is_taken_in_a_transaction_only(concept, monkeypatch):
    with monkeypatch.context() as outside:
        outside.setattr(transaction.get_connection(), "in_atomic_block", False)
        with pytest.raises(RuntimeError, match="in the transaction that uses it"):
            take_number(concept.pk)


def test_the_numbers_are_not_read_for_each_publication(concept, django_assert_num_queries):
    take(concept)
    for _number in range(30):
        new(concept)
    with transaction.atomic(), django_assert_num_queries(3):
        take_number(concept.pk)


@pytest.mark.django_db(transaction=True)
@pytest.mark.skipif(connection.vendor == "sqlite", reason="SQLite in memory has one connection")
def test_sixteen_moderators_publish_at_the_same_moment():
    concept = make_concept()
    actor = make_actor("moderator")
    items = [new(concept) for _number in range(16)]
    together = Barrier(16)

    def publish(item):
        try:
            together.wait(30)
            return moderation.publish(item, expected_version=1, actor=actor).number
        finally:
            connection.close()

    with ThreadPoolExecutor(16) as pool:
        numbers = list(pool.map(publish, items))
    assert sorted(numbers, key=lambda number: int(number[3:])) == [f"BT {number}" for number in range(1, 17)]
    assert NumberCounter.objects.get(concept=concept).last == 16
    assert Item.objects.filter(visibility="public", kind="contribution").count() == 16
