"""The switch of an edition: hundreds of changes become valid at one moment, and nobody is kept waiting for it."""

import pytest
from django.core.exceptions import ValidationError
from django.db import connection, connections
from django.test import override_settings
from django.utils import timezone

from insek.concept.models import Concept
from insek.config.bench import grow
from insek.config.bench_writes import Holds
from insek.council.edition_items import Succession
from insek.council.prospect import prospect
from insek.council.services import adopt_edition, file_edition
from insek.people.actors import ANONYMOUS, PROGRAM
from insek.release import switching
from insek.release.bundles import BundleFails
from insek.release.models import Proposal
from insek.thread.indexing import analyse_waiting
from insek.thread.models import Change, Item, Link, Posting, SearchEntry
from insek.thread.search import search_items
from insek.thread.services import update_item
from tests.council.editions import make_resolution
from tests.factories import make_edition, make_item, make_link
from tests.speed import yardstick

pytestmark = pytest.mark.django_db(transaction=True)
CHANGES = 300
LONGEST_HOLD = 0.2
"""Seconds of processor time, as in tests/config/test_writes.py."""


class Killed(BaseException):
    """The process is gone."""


@pytest.fixture(autouse=True)
def files(tmp_path):
    with override_settings(MEDIA_ROOT=tmp_path):
        yield


def bundled(edition, items, values, act="update"):
    """Changes that lie ready for an edition, one of each item."""
    Proposal.objects.bulk_create(
        Proposal(
            concept=edition.concept, item=item, item_kind=item.kind, act=act, payload=values(item), differences={"text": ["", ""]},
            base_version=1, state="bundled", edition_key=edition.key,
        )
        for item in items
    )  # fmt: skip


@pytest.fixture
def filed(concept):
    """An edition before the council, with a goal that takes the number of another, a link that goes, and one goal that leaves."""
    one, two, three = (make_item("goal", number=f"Z {n}", title=f"Ziel {n}", text="Alt.") for n in (1, 2, 3))
    link = make_link(one, make_item("measure", number="M 1"), "implemented_by", "Weil.")
    edition = make_edition(concept, "zwei")
    Succession.objects.create(
        edition=edition, table="goals", key=three.pk, fate="dropped", reason="Überholt."
    )
    bundled(edition, [two], lambda item: {"number": "Z 9"})
    bundled(edition, [one], lambda item: {"number": "Z 2", "text": "Nordwestbahnhofsvorplatz."})
    bundled(edition, [one], lambda item: {"link": link.pk, "version": 1}, act="unlink")
    ahead = prospect(edition)
    assert not ahead.failed
    return file_edition(edition, confirmed=ahead.counts.sign, actor=PROGRAM), one, two, three


def adopt(edition):
    return adopt_edition(edition, resolution=make_resolution(date=timezone.localdate()), actor=PROGRAM)


def public():
    return dict(Item.objects.visible_to(ANONYMOUS).filter(kind="goal").values_list("number", "title"))


BEFORE = {"Z 1": "Ziel 1", "Z 2": "Ziel 2", "Z 3": "Ziel 3"}
AFTER = {"Z 9": "Ziel 2", "Z 2": "Ziel 1"}


def test_everything_is_valid_at_one_moment(filed):
    edition, one, _two, three = filed
    adopted = adopt(edition)
    assert adopted.status == "adopted" and public() == AFTER
    assert not Link.objects.exists() and not Proposal.objects.filter(state="bundled").exists()
    assert Item.objects.get(pk=three.pk).visibility == "internal"
    analyse_waiting()
    assert [item.pk for item in search_items("Nordwestbahnhofsvorplatz", ANONYMOUS)] == [one.pk]
    assert not SearchEntry.objects.filter(waiting=True).exists() and Posting.objects.exists()
    new = make_item("goal", number="Z 10", title="Danach")
    assert Change.objects.filter(item_id=new.pk).exists()


@pytest.mark.parametrize("at", ["hold", "write"])
def test_killed_in_between_the_old_edition_is_in_force_and_it_goes_on(filed, monkeypatch, at):
    if connection.vendor != "sqlite":
        pytest.skip("one transaction as any other")
    real = getattr(switching._Prepared, at)

    def die(prepared):
        real(prepared)
        raise Killed

    with monkeypatch.context() as dying:
        dying.setattr(switching._Prepared, at, die)
        with pytest.raises(Killed):
            adopt(filed[0])
    filed[0].refresh_from_db()
    assert filed[0].status == "filed" and public() == BEFORE and Link.objects.exists()
    assert Proposal.objects.filter(state="bundled").count() == 3
    adopt(filed[0])
    assert public() == AFTER


def test_what_others_change_meanwhile_is_in_it_or_stops_it(filed, monkeypatch):
    """Somebody else writes between the preparation and the moment: it is prepared anew."""
    if connection.vendor != "sqlite":
        pytest.skip("one transaction as any other")
    edition, _one, two, _three = filed
    meanwhile = [
        lambda: update_item(Item.objects.get(pk=two.pk), expected_version=1, values={"text": "Von heute."}, actor=PROGRAM),
        lambda: bundled(edition, [two], lambda item: {"title": "Noch eines"}),
        lambda: make_item("goal", number="Z 7", title="Woanders", visibility="internal"),
    ]  # fmt: skip
    real, prepared = switching._prepare, []

    def prepare(act):
        made = real(act)
        prepared.append(made)
        if meanwhile:
            meanwhile.pop(0)()
        return made

    monkeypatch.setattr(switching, "_prepare", prepare)
    adopt(edition)
    assert len(prepared) == 3  # what another item says does not matter
    assert public() == {"Z 9": "Noch eines", "Z 2": "Ziel 1"}
    assert Item.objects.get(pk=two.pk).text == "Von heute."


def test_who_changes_the_same_again_and_again_is_not_overwritten(filed, monkeypatch):
    if connection.vendor != "sqlite":
        pytest.skip("one transaction as any other")
    edition, one, *_rest = filed
    real, texts = switching._prepare, iter("abcdef")

    def prepare(act):
        made = real(act)
        now = Item.objects.get(pk=one.pk)
        update_item(now, expected_version=now.version, values={"text": next(texts)}, actor=PROGRAM)
        return made

    monkeypatch.setattr(switching, "_prepare", prepare)
    with pytest.raises(ValidationError, match="Andere ändern gerade dasselbe"):
        adopt(edition)
    assert public() == BEFORE and Item.objects.get(pk=one.pk).text == "c"


def test_two_rows_that_change_places_do_not_stand_in_each_others_way(concept):
    one, two = (make_item("goal", number=f"Z {n}", title=f"Ziel {n}") for n in (1, 2))

    def swap():
        for item, number in ((one, "Z 9"), (two, "Z 1"), (one, "Z 2")):
            Item.objects.filter(pk=item.pk).update(number=number)

    switching.at_one_moment(swap)
    assert public() == {"Z 1": "Ziel 2", "Z 2": "Ziel 1"}


def test_one_change_that_does_not_fit_stops_all(filed):
    edition, one, *_rest = filed
    bundled(edition, [one], lambda item: {"link": 0, "version": 1}, act="unlink")
    with pytest.raises(BundleFails):
        adopt(edition)
    assert public() == BEFORE and Link.objects.exists()


def test_three_hundred_changes_hold_the_writer_for_a_moment(monkeypatch):
    grow(CHANGES * 6 // 5)
    concept = Concept.objects.get(key="bench")
    edition = make_edition(concept, "zwei", standing="example")
    edition = file_edition(edition, confirmed=prospect(edition).counts.sign, actor=PROGRAM)
    items = list(Item.objects.filter(kind__in=["goal", "measure"]).order_by("pk"))
    bundled(edition, items, lambda item: {"text": f"{item.text} Künftig {item.number} überarbeitet."})
    by_source = {link.source_id: link for link in Link.objects.select_related("source").order_by("pk")}
    bundled(
        edition,
        [link.source for link in by_source.values()][: CHANGES - len(items)],
        lambda item: {"link": by_source[item.pk].pk, "version": 1, "reason": "Anders begründet.", "locator": ""},
        act="change_link",
    )  # fmt: skip
    assert Proposal.objects.filter(state="bundled").count() == CHANGES
    resolution = make_item(
        "resolution", concept=concept, standing="example", date=timezone.localdate()
    ).resolution
    kind = type(connections["default"])
    for name in ("_start_transaction_under_autocommit", "_commit", "_rollback"):
        if hasattr(kind, name):
            monkeypatch.setattr(kind, name, getattr(kind, name))
    holds = Holds()
    adopt_edition(edition, resolution=resolution, actor=PROGRAM)
    assert Proposal.objects.filter(state="released").count() == CHANGES
    assert Item.objects.filter(text__contains="überarbeitet").count() == len(items)
    print(holds)
    if connection.vendor == "sqlite":
        assert 0 < holds.working < LONGEST_HOLD * max(1.0, yardstick() / 0.35)
