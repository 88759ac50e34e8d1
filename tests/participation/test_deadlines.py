"""An answer that is late is shown as late: to the moderator, to everybody, and to the person who waits."""

from datetime import date, timedelta

import pytest
from django.utils import timezone

from insek.participation import moderation, services
from insek.participation.deadlines import days_late, days_overdue
from insek.participation.gaps import unanswered
from insek.participation.models import Contribution
from insek.thread.models import Item
from tests.factories import make_actor, make_item

TODAY = date(2024, 3, 28)


@pytest.mark.parametrize(
    ("received", "overdue"),
    [(date(2024, 2, 29), 0), (date(2024, 2, 28), 1), (date(2023, 12, 31), 60), (TODAY, 0)],
)
def test_overdue_begins_after_four_weeks(received, overdue):
    row = Contribution(received_on=received, state="public")
    assert days_overdue(row, today=TODAY) == overdue


@pytest.mark.parametrize(("state", "reply"), [("rejected", ""), ("public", "Danke.")])
def test_where_no_answer_is_owed_none_is_overdue(state, reply):
    row = Contribution(received_on=date(2023, 1, 1), state=state, reply=reply)
    assert days_overdue(row, today=TODAY) == 0


def test_late_is_counted_from_the_day_it_came_in():
    row = Contribution(received_on=date(2024, 2, 28))
    assert days_late(row, date(2024, 3, 27)) == 0
    assert days_late(row, date(2024, 3, 28)) == 29


def aged(item, days):
    Contribution.objects.filter(pk=item.pk).update(received_on=timezone.localdate() - timedelta(days=days))
    return Item.objects.select_related("contribution").get(pk=item.pk)


def test_the_person_reads_that_the_answer_is_overdue(form_of, client):
    item, token = services.submit_contribution(format=form_of, text="Mehr Bänke am Markt.", type="idea")
    mine = f"/beitraege/meiner/{token}/"
    page = client.get(mine).content.decode()
    assert "Sie soll bis zum" in page and "berfällig" not in page
    aged(item, 33)
    page = client.get(mine).content.decode()
    assert (
        "Antwort überfällig seit 5 Tagen" in page
        and "Sie sollte bis zum" in page
        and "soll bis zum" not in page
    )


def test_a_late_answer_is_shown_as_late(form_of, client, concept):
    moderator = make_actor("moderator")
    item, token = services.submit_contribution(format=form_of, text="Mehr Bänke am Markt.", type="idea")
    item = aged(item, 45)
    item = moderation.reply(item, text="Danke, ist bestellt.", expected_version=1, actor=moderator)
    moderation.publish(item, expected_version=2, actor=moderator)
    for address in (f"/beitraege/meiner/{token}/", item.url):
        assert "nach 45 Tagen statt nach höchstens 28" in client.get(address).content.decode()


def test_everybody_reads_that_an_answer_is_overdue(concept, client, as_role):
    item = aged(make_item("contribution", concept=concept), 30)
    assert "Antwort überfällig seit 2 Tagen" in client.get(item.url).content.decode()
    page = as_role("moderator").get("/moderation/?stand=public").content.decode()
    assert "Antwort überfällig seit 2 Tagen" in page


def test_one_that_was_merged_makes_the_other_late(form_of, concept):
    moderator = make_actor("moderator")
    first, _token = services.submit_contribution(format=form_of, text="Mehr Bänke am Markt.", type="idea")
    second, _key = services.submit_contribution(format=form_of, text="Bänke für den Markt.", type="idea")
    moderation.publish(second, expected_version=1, actor=moderator)
    target = Item.objects.select_related("contribution").get(pk=second.pk)
    moderation.merge(first, into=target, expected_version=1, actor=moderator)
    assert list(unanswered(concept)) == []
    aged(first, 40)
    assert [item.pk for item in unanswered(concept)] == [second.pk]
    moderation.reply(target, text="Sie kommen.", expected_version=2, actor=moderator)
    assert list(unanswered(concept)) == []
