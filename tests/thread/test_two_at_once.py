"""Two people act on the same row at the same moment: the slower one is told, also where the faster one came after the reading."""

import threading

import pytest
from django.db import connection, connections, transaction
from django.db.models import F

from insek.people.actors import PROGRAM
from insek.people.locking import Conflict
from insek.publish.duties import services as duties
from insek.publish.duties.models import PublicPage
from insek.release import releases
from insek.steering.rows import OVERRIDES
from insek.thread import indexing, services
from insek.thread.models import Change, Item, Link, SearchEntry
from insek.thread.row_acts import add_row, in_force
from insek.thread.services import delete_item, unlink_items
from tests.factories import make_actor, make_item, make_link


def another_version(row):
    """What somebody else saved meanwhile."""
    type(row).objects.filter(pk=row.pk).update(version=F("version") + 1)


@pytest.mark.django_db
def test_an_item_that_changes_while_it_is_being_deleted_stays(concept, monkeypatch):
    goal = make_item("goal")
    monkeypatch.setattr(services, "_before_deletion", [lambda item, actor: another_version(item)])
    with pytest.raises(Conflict) as told:
        delete_item(goal, expected_version=1, actor=PROGRAM)
    assert told.value.current == goal
    assert Item.objects.filter(pk=goal.pk).exists()


@pytest.mark.django_db
def test_who_deletes_what_is_gone_is_told(concept):
    goal = make_item("goal")
    delete_item(goal, expected_version=1, actor=PROGRAM)
    with pytest.raises(Conflict) as told:
        delete_item(goal, expected_version=1, actor=PROGRAM)
    assert told.value.current is None


@pytest.mark.django_db
def test_a_link_that_was_reworded_or_taken_away_is_not_taken_away_again(concept):
    link = make_link(make_item("finding"), make_item("goal"), "justifies", "Alt")
    late = Link.objects.get()
    services.change_link(link, expected_version=1, reason="Neu", locator="", actor=PROGRAM)
    with pytest.raises(Conflict):
        unlink_items(late, actor=PROGRAM)
    assert Link.objects.get().reason == "Neu"
    twice = Link.objects.get()
    unlink_items(link, actor=PROGRAM)
    with pytest.raises(Conflict):
        unlink_items(twice, actor=PROGRAM)
    assert Change.objects.filter(action="unlinked").count() == 2  # one at each end


@pytest.mark.django_db
def test_words_of_a_version_that_is_gone_are_not_put_into_the_index(concept, monkeypatch):
    goal = make_item("goal", title="Radweg")
    SearchEntry.objects.filter(item=goal).update(waiting=True)
    analyse = indexing.analyse_item
    monkeypatch.setattr(
        indexing, "analyse_item", lambda spec, item, row: (analyse(spec, item, row), another_version(item))[0]
    )
    entry = SearchEntry.objects.select_related("item").get(item=goal)
    assert not indexing._finish(entry)
    assert SearchEntry.objects.get(item=goal).waiting


@pytest.mark.django_db
def test_of_two_first_statements_in_a_chain_the_second_is_told(concept, monkeypatch):
    measure = make_item("measure")
    values = {"state": "delayed", "reason": "Grundstück fehlt."}
    check = OVERRIDES.model.full_clean

    def faster(row, **how):
        check(row, **how)
        row.pk or OVERRIDES.model.objects.create(measure=measure.measure, **values)

    monkeypatch.setattr("insek.thread.row_acts.clean_row", lambda row, exclude: faster(row, exclude=exclude))
    with pytest.raises(Conflict):
        add_row(OVERRIDES, measure, values, actor=PROGRAM)
    assert in_force(OVERRIDES, measure) is None  # the faster one of this test went with the savepoint


@pytest.mark.django_db
def test_of_two_who_word_a_page_first_the_second_is_told(concept, monkeypatch):
    values = {"title": "Impressum", "text": "Stadt"}
    read = PublicPage.full_clean

    def faster(row, **how):
        read(row, **how)
        PublicPage.objects.create(concept=concept, key="impressum", title="Impressum", text="Schneller")

    monkeypatch.setattr(PublicPage, "full_clean", faster)
    with pytest.raises(Conflict):
        duties.save_page(concept, "impressum", values, expected_version=0, actor=make_actor("project-lead"))
    assert PublicPage.objects.get().text == "Schneller"


def _told(act, row):
    """Act in another connection while ``row`` is being changed in this one; whether the actor was told."""
    outcome, done = [], threading.Event()

    def slower():
        try:
            act()
            outcome.append("nobody was told")
        except Conflict:
            outcome.append("told")
        except Exception as error:
            outcome.append(repr(error))
        finally:
            connections.close_all()
            done.set()

    thread = threading.Thread(target=slower)
    with transaction.atomic(), connection.cursor() as cursor:
        another_version(row)
        thread.start()
        while not done.wait(0.01):
            cursor.execute(
                "SELECT count(*) FROM pg_locks WHERE NOT granted"
                " AND pid IN (SELECT pid FROM pg_stat_activity WHERE datname = current_database())"
            )
            if cursor.fetchone()[0]:
                break
    thread.join(10)
    return outcome


@pytest.mark.django_db(transaction=True)
def test_who_waits_for_another_connection_is_told_afterwards(concept):
    if connection.vendor == "sqlite":
        pytest.skip("of SQLite one transaction writes at a time, and reads what it compares within it")
    planner, lead = make_actor("planner"), make_actor("project-lead")
    goal, measure = make_item("goal"), make_item("measure")
    link = make_link(make_item("finding", visibility="internal"), goal, "justifies", "Alt")
    waiting = releases.link_or_propose(goal, measure, kind="implemented_by", reason="Weil", actor=planner)

    def release():
        releases.release(waiting, expected_version=1, actor=lead)

    assert _told(release, goal) == ["told"]
    assert not Link.objects.filter(target=measure).exists()
    assert _told(lambda: unlink_items(Link.objects.get(pk=link.pk), actor=lead), link) == ["told"]
    assert Link.objects.filter(pk=link.pk).exists()
    now = Item.objects.get(pk=goal.pk).version
    assert _told(lambda: delete_item(goal, expected_version=now, actor=lead), goal) == ["told"]
    assert Item.objects.filter(pk=goal.pk).exists()
