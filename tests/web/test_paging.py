"""One page of ids that are in order already."""

import pytest

from insek.people.models import Unit
from insek.thread.models import Item
from insek.web.paging import BadCursor, bounded_count, bounded_counts, page_of_ids
from tests.factories import make_item

IDS = [f"id{number:02d}" for number in range(12)]


def test_pages_of_ids_lead_on_and_back_and_bear_that_some_are_gone():
    first = page_of_ids(IDS, cursor="", size=5)
    assert (first.rows, first.previous_cursor) == (IDS[:5], "")
    second = page_of_ids(IDS, cursor=first.next_cursor, size=5)
    assert second.rows == IDS[5:10]
    last = page_of_ids(IDS, cursor=second.next_cursor, size=5)
    assert (last.rows, last.next_cursor) == (IDS[10:], "")
    assert page_of_ids(IDS, cursor=second.previous_cursor, size=5).rows == first.rows
    moved = ["new", *IDS]
    assert page_of_ids(moved, cursor=first.next_cursor, size=5).rows == IDS[5:10]
    without = [pk for pk in IDS if pk != IDS[4]]
    assert page_of_ids(without, cursor=first.next_cursor, size=5).rows == IDS[5:10]
    assert page_of_ids(IDS[:3], cursor=second.next_cursor, size=5).rows == []


@pytest.mark.parametrize("cursor", ["x", "WyJuIiwgMV0", "WyJuIiwgLTEsICJhIl0"])
def test_a_cursor_of_somebody_else_is_refused(cursor):
    with pytest.raises(BadCursor):
        page_of_ids(IDS, cursor=cursor, size=5)


@pytest.mark.django_db
def test_several_are_counted_in_one_query_as_each_alone(django_assert_num_queries, monkeypatch):
    monkeypatch.setattr("insek.web.paging.COUNT_LIMIT", 2)
    for number in range(5):
        make_item("goal", title=f"Ziel {number} 100 %")
    make_item("measure")
    several = [
        Item.objects.filter(kind="goal"), Item.objects.none(), Item.objects.filter(kind="measure").order_by("title"),
        Unit.objects.filter(name="Niemand"), Item.objects.filter(title__endswith="100 %"), Item.objects.filter(pk__in=[]),
    ]  # fmt: skip
    with django_assert_num_queries(1):
        counts = bounded_counts(several)
    assert counts == [bounded_count(rows) for rows in several] == [3, 0, 1, 0, 3, 0]
    with django_assert_num_queries(0):
        assert bounded_counts([Item.objects.none()]) == [0] and bounded_counts([]) == []
