"""A long sheet is taken over in short pieces: all of it or nothing in the end, also where the process is killed."""

from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from insek.intake import batches
from insek.intake.models import Batch, BatchEntry
from insek.jobs import reaper
from insek.people.actors import PROGRAM
from insek.thread.models import Item
from insek.thread.services import update_item
from tests.factories import make_user
from tests.intake.test_bulk import agree, internal
from tests.intake.workbooks import changed, download, upload
from tests.items.test_saved_views import client_of
from tests.reading import words


@pytest.fixture
def planner(db):
    return make_user("planner")


@pytest.fixture
def between(monkeypatch):
    """A sheet is long from its first row on. Returns what is called after each item while the sheet is taken over."""
    monkeypatch.setattr(batches, "AT_ONCE", 0)
    monkeypatch.setattr(batches, "BREATH", 1)
    meanwhile = []

    def look():
        if BatchEntry.objects.filter(result="saved").exists():
            for act in meanwhile:
                act()

    monkeypatch.setattr(batches, "pause", look)
    return meanwhile


def test_of_a_long_sheet_all_is_taken_back_where_somebody_is_faster_with_one_row(concept, planner, between):
    first, second = internal(title="Eins"), internal(title="Zwei")
    client = client_of(planner)
    sheet = changed(download(client), **{"Eins|Titel": "Neu eins", "Zwei|Titel": "Neu zwei"})
    batch, _page = upload(client, sheet)

    def change():
        between.clear()
        update_item(second, expected_version=1, values={"text": "Schneller"}, actor=PROGRAM)

    between.append(change)
    page = agree(client, batch)
    assert "Nichts ist übernommen" in words(page)
    assert [Item.objects.get(pk=item.pk).title for item in (first, second)] == ["Eins", "Zwei"]
    page = agree(client, batch)
    assert "1 geändert" in words(page)
    assert Item.objects.get(pk=first.pk).title == "Neu eins"


class Killed(BaseException):
    """The process is gone."""


def test_a_batch_whose_process_is_killed_goes_on_where_it_was(concept, planner, between):
    titles = ["Eins", "Zwei", "Drei"]
    items = [internal(title=title) for title in titles]
    client = client_of(planner)
    sheet = changed(download(client), **{f"{title}|Titel": f"{title} neu" for title in titles})
    batch, _page = upload(client, sheet)

    def kill():
        between.clear()
        raise Killed

    between.append(kill)
    with pytest.raises(Killed):
        agree(client, batch)
    assert Item.objects.filter(title__endswith=" neu").count() == 1
    assert reaper.reap() == 0  # perhaps it is only slow
    Batch.objects.update(touched_at=timezone.now() - timedelta(minutes=3))
    assert reaper.reap() == 1
    assert {Item.objects.get(pk=item.pk).version for item in items} == {2}
    assert "3 geändert" in words(client.get(reverse("batch", args=[batch.pk])))
