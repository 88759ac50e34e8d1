"""The life of a public item for everybody: what was adopted of it, what changed since and why, and the feed of it."""

from __future__ import annotations

import re
from datetime import date, timedelta

import pytest
from django.test import Client, override_settings
from django.urls import reverse
from django.utils import timezone

from insek.council.deviations import explain_deviation
from insek.council.edition_items import Deviation, EditionItem
from insek.council.item_history import item_history
from insek.people.actors import PROGRAM
from insek.thread.kinds import all_kinds
from insek.thread.models import Change, Item
from insek.thread.services import update_item
from tests.council.editions import adopt, make_resolution
from tests.factories import make_edition, make_item, make_link
from tests.publish.test_feed import ATOM, check_rules, feed, text

pytestmark = pytest.mark.django_db
TODAY = timezone.localdate()


@pytest.fixture(autouse=True)
def files(tmp_path):
    with override_settings(MEDIA_ROOT=tmp_path):
        yield


@pytest.fixture
def goal(concept):
    """A goal that the council adopted."""
    goal = make_item("goal", number="Z 1", title="Wohnraum schaffen", text="500 Wohnungen.")
    adopt(make_edition(concept))
    return Item.objects.get(pk=goal.pk)


def change(item, **values):
    item.refresh_from_db()
    return update_item(item, expected_version=item.version, values=values, actor=PROGRAM)


def page(item):
    response = Client().get(reverse("public-history", args=[item.pk]))
    assert response.status_code == 200
    return re.sub(r"\s+", " ", response.content.decode())


def said(item):
    return [(entry.heading, entry.nature) for entry in item_history(Item.objects.get(pk=item.pk))]


def test_a_change_of_adopted_words_says_why_or_that_nobody_said_it(goal):
    change(goal, text="900 Wohnungen.")
    assert said(goal) == [
        ("Geändert: Text", ""),
        ("Hier aufgenommen und öffentlich", ""),
        ("Beschlossen", ""),
    ]
    # what is decided and changed on one day needs no reason; what is changed later does
    Change.objects.filter(item_id=goal.pk, action="updated").update(at=timezone.now() + timedelta(days=1))
    assert "der Grund ist nicht dokumentiert" in page(goal)
    Change.objects.filter(item_id=goal.pk, action="updated").update(at=timezone.now())
    row = EditionItem.objects.select_related("edition__concept").get(key=goal.pk)
    later = make_resolution(title="Ratsbeschluss zu Wohnungen", date=TODAY)
    explain_deviation(
        row, day=TODAY, nature="resolution", reason="Der Rat will mehr.", resolution=later, actor=PROGRAM
    )
    shown = page(goal)
    assert said(goal)[0] == ("Geändert: Text", "durch Beschluss")
    assert later.item.url in shown and "Der Rat will mehr." in shown and "nicht dokumentiert" not in shown
    assert reverse("edition-item", args=[row.edition.key, goal.pk]) in shown
    change(later.item, visibility="internal")
    assert later.item.url not in page(goal) and "Ratsbeschluss" not in page(goal)


def test_a_reason_older_than_the_record_is_told_with_the_difference_that_is_known(goal):
    """A package brings editions and reasons along; the history of its items begins with the reading."""
    change(goal, text="900 Wohnungen.")
    Change.objects.filter(item_id=goal.pk, action="updated").delete()
    row = EditionItem.objects.select_related("edition").get(key=goal.pk)
    told = {"edition": row.edition, "table": "goals", "key": goal.pk, "nature": "editorial"}
    Deviation.objects.create(**told, day=date(2026, 1, 7), reason="Zahl berichtigt")
    [entry] = [entry for entry in item_history(goal) if entry.step == "explained"]
    assert (entry.day, entry.reason, [label.name for label in entry.rows]) == (
        date(2026, 1, 7), "Zahl berichtigt", ["text"],
    )  # fmt: skip
    Deviation.objects.create(**told, day=date(2026, 2, 7), reason="Noch einmal")
    entries = [entry for entry in item_history(Item.objects.get(pk=goal.pk)) if entry.step == "explained"]
    assert [entry.rows for entry in entries] == [[], []]  # which change was made on which day is not known
    assert "ist hier nicht festgehalten" in page(goal)


def test_each_entry_keeps_its_address_when_more_happens(goal):
    change(goal, title="Mehr Wohnraum")
    first = {entry.heading: entry.anchor for entry in item_history(goal)}
    change(goal, text="900 Wohnungen.")
    make_link(goal, make_item("measure", title="Bauen"), "implemented_by", reason="Ohne Bau kein Wohnraum.")
    entries = item_history(Item.objects.get(pk=goal.pk))
    assert len({entry.anchor for entry in entries}) == len(entries)
    today = {entry.heading: entry.anchor for entry in entries if entry.heading in first}
    assert today == first
    shown = page(goal)
    assert all(f'id="{entry.anchor}"' in shown for entry in entries)
    assert "umgesetzt durch" in shown and "Ohne Bau kein Wohnraum." in shown


def test_the_feed_of_an_item_says_the_same(goal, client):
    change(goal, text="900 <b>Wohnungen</b>.")
    address = reverse("public-history-feed", args=[goal.pk])
    assert address in page(goal)
    root = feed(client, address)
    check_rules(root)
    entries = root.findall(f"{ATOM}entry")
    assert [text(entry, "title") for entry in entries] == [
        "Z 1 Wohnraum schaffen: Geändert: Text",
        "Z 1 Wohnraum schaffen: Hier aufgenommen und öffentlich",
        "Z 1 Wohnraum schaffen: Beschlossen",
    ]
    summary = text(entries[0], "summary")
    assert "<del>500</del>" in summary and "&lt;b&gt;" in summary and "<b>" not in summary
    change(goal, visibility="internal")
    assert client.get(address).status_code == 404


@pytest.mark.parametrize("kind", [kind.name for kind in all_kinds() if kind.name != "contribution"])
def test_the_page_of_every_kind_leads_to_it(concept, client, kind):
    item = make_item(kind)
    assert f'href="{reverse("public-history", args=[item.pk])}"' in client.get(item.url).content.decode()
