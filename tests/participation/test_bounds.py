"""Whose contributions and formats are counted, and on which day something begins or ends."""

from datetime import timedelta

import pytest
from django.core.exceptions import PermissionDenied, ValidationError

from insek import clock
from insek.participation import moderation
from insek.participation.deadlines import DAYS_TO_REPLY, days_late, days_overdue, due_on
from insek.participation.gaps import DAYS_TO_DOCUMENT
from insek.participation.models import Contribution
from insek.participation.queries import format_choices, open_formats, open_or_next, queue
from insek.people.actors import ANONYMOUS, PROGRAM
from insek.thread.gaps import gap_named
from insek.thread.models import Item
from insek.thread.services import update_item
from tests.factories import make_actor, make_concept, make_item, make_link

pytestmark = pytest.mark.django_db


@pytest.fixture
def today():
    return clock.today()


@pytest.fixture
def moderator(concept):
    return make_actor("moderator")


def days(number):
    return timedelta(days=number)


def new(**values):
    return make_item("contribution", **{"state": "new", "visibility": "internal", **values})


def fresh(item):
    return Item.objects.select_related("contribution").get(pk=item.pk)


def torn(name, concept):
    return set(gap_named(name).find(concept))


# Formats


def test_a_format_is_open_from_its_first_to_its_last_day(concept, today):
    lasts, begins, endless = (
        make_item("format", open_from=today - days(9), open_until=today),
        make_item("format", open_from=today),
        make_item("format", open_from=today - days(20)),
    )
    make_item("format", open_from=today - days(9), open_until=today - days(1))
    make_item("format", open_from=today + days(1))
    make_item("format")
    assert [row.item for row in open_formats(concept)] == [begins, lasts, endless], "the newest first"
    assert open_or_next(concept).item == begins


def test_only_public_formats_of_the_concept_are_open(concept, today):
    other = make_concept()
    make_item("format", open_from=today, visibility="internal")
    there = make_item("format", open_from=today, concept=other)
    assert open_formats(concept) == []
    assert open_or_next(concept) is None
    assert [row.item for row in open_formats(other)] == [there]
    soon, later = (make_item("format", open_from=today + days(n)) for n in (3, 9))
    assert open_or_next(concept).item == soon
    assert {pk for pk, _title in format_choices(concept, ANONYMOUS)} == {soon.pk, later.pk}


# The queue


def test_the_queue_holds_what_waits_in_its_concept_and_may_be_seen(concept, moderator):
    waits, other = new(), make_concept()
    done = make_item("contribution", state="public")
    elsewhere = new(concept=other)
    assert list(queue(concept, moderator)) == [waits]
    assert set(queue(concept, moderator, "")) == {waits, done}
    assert list(queue(other, moderator)) == [elsewhere]
    assert list(queue(concept, ANONYMOUS, "")) == [done]


# Moderation


def test_published_again_it_keeps_its_number(moderator):
    item = moderation.publish(new(), expected_version=1, actor=moderator)
    assert item.number == "BT 1"
    rejected = moderation.reject(item, reason="Werbung", expected_version=2, actor=moderator)
    moderation.publish(new(), expected_version=1, actor=moderator)
    again = moderation.publish(rejected, expected_version=3, actor=moderator)
    assert (again.number, again.visibility, again.contribution.rejection_reason) == ("BT 1", "public", "")


def test_each_act_takes_the_right_to_moderate(concept, moderator):
    item, into = new(), new()
    planner = make_actor("planner")
    for act in (
        lambda actor: moderation.publish(item, expected_version=1, actor=actor),
        lambda actor: moderation.reject(item, reason="Nein", expected_version=1, actor=actor),
        lambda actor: moderation.merge(item, into=into, expected_version=1, actor=actor),
        lambda actor: moderation.reply(item, text="Danke", expected_version=1, actor=actor),
        lambda actor: moderation.undo(item, actor=actor),
        lambda actor: moderation.put_back(item, {"title": "Neu"}, 1, actor),
    ):
        for actor in (planner, ANONYMOUS):
            with pytest.raises(PermissionDenied):
                act(actor)
    assert fresh(item).version == 1


def test_merging_takes_another_open_one_of_the_same_concept(moderator):
    item, rejected, elsewhere = new(), new(), new(concept=make_concept())
    moderation.reject(rejected, reason="Werbung", expected_version=1, actor=moderator)
    for into, words in ((item, "anderen"), (elsewhere, "anderen"), (rejected, "selbst abgelehnt")):
        with pytest.raises(ValidationError, match=words):
            moderation.merge(item, into=fresh(into), expected_version=1, actor=moderator)
    assert fresh(item).contribution.state == "new"


def test_the_last_change_is_taken_back_where_it_was_moderation_and_no_other(moderator):
    item = moderation.reject(new(), reason="Werbung", expected_version=1, actor=moderator)
    stale = fresh(item)
    moderation.reply(item, text="Doch nicht.", expected_version=2, actor=moderator)
    with pytest.raises(ValidationError, match="lässt sich hier nicht"):
        moderation.undo(stale, actor=moderator)
    undone = moderation.undo(fresh(item), actor=moderator)
    assert (undone.contribution.reply, undone.contribution.state) == ("", "rejected")
    changed = update_item(undone, expected_version=undone.version, values={"text": "Anders"}, actor=PROGRAM)
    with pytest.raises(ValidationError, match="lässt sich hier nicht"):
        moderation.undo(changed, actor=moderator)
    with pytest.raises(ValidationError, match="keine Entscheidung der Moderation"):
        moderation.put_back(changed, {"text": "Neu"}, changed.version, moderator)


def test_nothing_is_put_back_into_what_was_rejected_or_merged_since(moderator):
    item, into = new(), new()
    moderation.reject(into, reason="Werbung", expected_version=1, actor=moderator)
    with pytest.raises(ValidationError, match="inzwischen abgelehnt"):
        moderation.put_back(item, {"state": "merged", "merged_into_id": into.pk}, 1, moderator)
    waiting = new()
    done = moderation.put_back(item, {"state": "merged", "merged_into_id": waiting.pk}, 1, moderator)
    assert fresh(done).contribution.merged_into_id == waiting.pk


# Days


def test_an_answer_is_due_after_four_weeks_and_late_the_day_after(today):
    row = Contribution(received_on=today - days(DAYS_TO_REPLY), state="new", reply="")
    assert due_on(row) == today
    assert (days_overdue(row), days_late(row, today)) == (0, 0)
    tomorrow = today + days(1)
    assert (days_overdue(row, today=tomorrow), days_late(row, tomorrow)) == (1, DAYS_TO_REPLY + 1)


def test_unanswered_is_torn_from_the_day_after_in_its_own_concept(concept, today):
    other = make_concept()
    made = {
        n: new(received_on=today - days(DAYS_TO_REPLY + n), concept=where)
        for n, where in ((0, concept), (1, concept), (2, other))
    }
    new(received_on=today - days(99), reply="Danke", replied_on=today)
    new(received_on=today - days(99), state="rejected", rejection_reason="Werbung")
    assert torn("contribution_unanswered", concept) == {made[1]}
    assert torn("contribution_unanswered", other) == {made[2]}
    new(received_on=today - days(DAYS_TO_REPLY + 1), state="merged", merged_into=made[0].contribution)
    assert torn("contribution_unanswered", concept) == {made[0], made[1]}


def test_a_format_without_minutes_is_torn_four_weeks_after_its_last_day(concept, today):
    other = make_concept()
    over = today - days(DAYS_TO_DOCUMENT + 1)
    torn_one = make_item("format", starts=over)
    elsewhere = make_item("format", starts=over, concept=other)
    make_item("format", starts=over + days(1))
    make_item("format", starts=over, ends=over + days(1))
    make_item("format", starts=today + days(9))
    make_item("format")
    documented = make_item("format", starts=over)
    assert torn("format_undocumented", concept) == {torn_one, documented}
    make_link(documented, make_item("minutes"), "documented_in")
    assert torn("format_undocumented", concept) == {torn_one}
    assert torn("format_undocumented", other) == {elsewhere}
