"""Links of many items at once: chosen here, chosen there, one because for all or one each, taken back as a whole."""

import pytest
from django.urls import reverse

from insek.intake.models import Batch
from insek.people.actors import PROGRAM
from insek.release.models import Proposal
from insek.thread.models import Link
from insek.thread.services import change_link
from tests.factories import make_item, make_link, make_user
from tests.intake.test_bulk import choose
from tests.items.test_saved_views import client_of
from tests.reading import form_values, words

pytestmark = pytest.mark.django_db
CHOICE = "gruende.implemented_by.goal"


@pytest.fixture
def planner(db):
    return make_user("planner")


def begun(client, measures, goals, reason="Weil es hilft."):
    """Choose measures in the list and goals in the search; returns the batch and the page of the preview."""
    batch = choose(client, measures)
    address = reverse("batch-link", args=[batch.pk])
    answer = client.post(address, {"link": CHOICE, "other": [goal.pk for goal in goals], "reason": reason})
    assert answer.status_code == 302, words(answer)
    batch.refresh_from_db()
    return batch, client.get(reverse("batch", args=[batch.pk]))


def test_many_are_linked_with_many_what_is_linked_stays_and_all_of_it_goes_back(
    concept, planner, django_assert_max_num_queries
):
    measures = [make_item("measure", visibility="internal") for _each in range(3)]
    goals = [make_item("goal", visibility="internal") for _each in range(2)]
    there = make_link(goals[0], measures[0], "implemented_by", "Stand schon da.")
    client = client_of(planner)
    batch, page = begun(client, measures, goals)
    assert "5 würden verknüpft" in words(page) and "1 sind schon verknüpft" in words(page)
    with django_assert_max_num_queries(20):
        client.get(reverse("batch", args=[batch.pk]))
    planned = list(batch.entries.filter(result="planned"))
    sent = {
        "eintrag": [entry.pk for entry in planned[:4]],
        f"grund-{planned[0].pk}": "Hier aus anderem Grund.",
    }
    done = client.post(reverse("batch", args=[batch.pk]), sent, follow=True)
    assert "4 angelegt" in words(done)
    assert sorted(Link.objects.values_list("reason", flat=True)) == [
        "Hier aus anderem Grund.",
        "Stand schon da.",
        *["Weil es hilft."] * 3,
    ]
    touched = Link.objects.filter(reason="Weil es hilft.").first()
    change_link(touched, expected_version=1, reason="Nachgebessert.", locator="", actor=PROGRAM)
    back = client.post(reverse("batch-undo", args=[batch.pk]), follow=True)
    assert "Seitdem geändert" in words(back)
    assert set(Link.objects.values_list("pk", flat=True)) == {there.pk, touched.pk}


def test_what_the_public_sees_waits_and_its_proposals_go_back(concept, planner):
    measure, goals = make_item("measure"), [make_item("goal"), make_item("goal", visibility="internal")]
    client = client_of(planner)
    batch, page = begun(client, [measure], goals)
    assert "1 davon zur Freigabe" in words(page)
    client.post(reverse("batch", args=[batch.pk]), {"eintrag": [entry.pk for entry in batch.entries.all()]})
    assert Link.objects.get().source == goals[1] and Proposal.objects.get().act == "link"
    client.post(reverse("batch-undo", args=[batch.pk]))
    assert not Link.objects.exists() and Proposal.objects.get().state == "withdrawn"


def test_search_keeps_what_is_ticked_and_typed(concept, planner):
    measure = make_item("measure")
    chosen, found = make_item("goal", title="Luft"), make_item("goal", title="Wasser")
    client = client_of(planner)
    batch = choose(client, [measure])
    address = reverse("batch-link", args=[batch.pk])
    assert address in client.get(reverse("batch", args=[batch.pk])).content.decode()
    page = client.post(
        address, {"link": CHOICE, "other": chosen.pk, "reason": "Darum.", "q": "Wasser", "search": "1"}
    )
    sent = form_values(page)
    assert sent["other"] == [chosen.pk] and sent["reason"] == "Darum." and found.pk in page.content.decode()


@pytest.mark.parametrize(
    ("sent", "told"),
    [
        ({}, "zuerst die Art der Verknüpfung"),
        ({"link": CHOICE}, "womit verknüpft werden soll"),
        ({"link": CHOICE, "other": "{goal}", "reason": "x" * 501}, "länger als 500 Zeichen"),
    ],
)
def test_what_is_missing_is_said(concept, planner, sent, told):
    goal = make_item("goal")
    client = client_of(planner)
    batch = choose(client, [make_item("measure")])
    sent = {name: goal.pk if value == "{goal}" else value for name, value in sent.items()}
    answer = client.post(reverse("batch-link", args=[batch.pk]), sent)
    assert answer.status_code == 400 and told in words(answer)
    assert Batch.objects.get().state == "draft"


def test_what_cannot_be_linked_is_refused_and_named(concept, planner):
    goal = make_item("goal", visibility="internal")
    client = client_of(planner)
    batch = choose(client, [goal], kind="goal")
    answer = client.post(
        reverse("batch-link", args=[batch.pk]), {"link": "gruende.guides.goal", "other": goal.pk}, follow=True
    )
    assert "1 nicht möglich" in words(answer) and "nicht mit sich selbst" in words(answer)
