"""Releasing many in one go: a batch with a word for each, as it was seen, undone together."""

import pytest
from django.conf import settings
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from insek.intake import batches
from insek.intake.models import Batch
from insek.intake.releasing import release_in_one_go
from insek.items.views import proposals
from insek.people.actors import PROGRAM, actor_for
from insek.release.models import Proposal
from insek.release.releases import save_or_propose, withdraw
from insek.thread.models import Change, Item
from insek.thread.services import delete_item, update_item
from tests.factories import make_actor, make_item, make_user
from tests.intake.test_bulk import agree, choose, say
from tests.items.test_saved_views import client_of

pytestmark = pytest.mark.django_db


@pytest.fixture
def lead():
    return make_user("project-lead")


def proposed(title, after="Neuer Titel"):
    """A public measure and the waiting proposal of a planner to call it otherwise."""
    item = make_item("measure", title=title, text=f"Text von {title}")
    proposal = save_or_propose(
        item, expected_version=1, values={"title": f"{after} {title}"}, actor=make_actor("planner")
    )
    assert isinstance(proposal, Proposal)
    return proposal


def seen(*proposals):
    return {each.pk: (each.version, each.base_version, "") for each in proposals}


def released(lead, *proposals):
    address = release_in_one_go(proposals[0].concept, seen(*proposals), [], actor_for(lead))
    return client_of(lead).get(address), Batch.objects.get()


def told(page):
    return " ".join(page.content.decode().split())


def test_many_are_released_as_the_work_of_their_author_and_each_is_named(concept, lead):
    page, batch = released(lead, proposed("Eins"), proposed("Zwei"))
    assert set(Item.objects.values_list("title", flat=True)) == {"Neuer Titel Eins", "Neuer Titel Zwei"}
    change = Change.objects.latest("pk")
    assert change.released_by == lead and change.actor != lead
    assert batch.state == "done" and "2 veröffentlicht" in told(page).replace(
        "<strong>2</strong> <span>", "2 "
    )
    assert "Alles zurücknehmen" in told(page) and "Neuer" in told(page)


def test_what_changed_was_decided_or_is_gone_meanwhile_stays_and_says_why(concept, lead):
    good, changed, decided, gone = (proposed(title) for title in ("Gut", "Neu", "Weg", "Fort"))
    looked_at = seen(good, changed, decided, gone)
    update_item(changed.item, expected_version=1, values={"text": "anders"}, actor=PROGRAM)
    withdraw(decided, expected_version=1, actor=actor_for(decided.author) if decided.author else PROGRAM)
    update_item(gone.item, expected_version=1, values={"visibility": "internal"}, actor=PROGRAM)
    delete_item(gone.item, expected_version=2, actor=PROGRAM)
    address = release_in_one_go(concept, looked_at, [], actor_for(lead))
    reasons = dict(Batch.objects.get().entries.values_list("proposal", "reason"))
    assert reasons[good.pk] == ""
    assert reasons[changed.pk] == "Inzwischen hat jemand anderes diesen Inhalt geändert."
    assert reasons[decided.pk] == "Darüber ist schon entschieden."
    assert reasons[gone.pk] in {"Darüber ist schon entschieden.", "Diesen Inhalt gibt es nicht mehr."}
    changed.item.refresh_from_db()
    assert (changed.item.title, changed.item.text) == ("Neu", "anders")
    page = told(client_of(lead).get(address))
    assert "Inzwischen hat jemand anderes" in page and "schon entschieden" in page


def test_all_is_taken_back_together_but_what_somebody_touched_since(concept, lead):
    first, second = proposed("Eins"), proposed("Zwei")
    _page, batch = released(lead, first, second)
    item = Item.objects.get(pk=second.item_id)
    update_item(item, expected_version=item.version, values={"text": "danach"}, actor=PROGRAM)
    page = client_of(lead).post(reverse("batch-undo", args=[batch.pk]), follow=True)
    assert Item.objects.get(pk=first.item_id).title == "Eins"
    assert Item.objects.get(pk=second.item_id).title == "Neuer Titel Zwei"
    assert "Seitdem geändert; bleibt, wie es ist." in told(page)
    assert not Proposal.objects.waiting().exists()


def test_more_than_a_page_waits_for_go_through_a_job(
    concept, lead, monkeypatch, django_capture_on_commit_callbacks
):
    monkeypatch.setattr(batches, "INLINE", 1)
    waiting = [proposed("Eins"), proposed("Zwei")]
    with django_capture_on_commit_callbacks() as jobs:
        page, _batch = released(lead, *waiting)
    assert "0 von 2" in told(page) and Proposal.objects.waiting().count() == 2
    for job in jobs:
        job()
    assert not Proposal.objects.waiting().exists()


def test_only_who_may_release_releases_many_and_sees_the_batch(concept, lead, as_role):
    page, batch = released(lead, proposed("Eins"))
    assert page.status_code == 200
    assert as_role("planner").get(reverse("batch", args=[batch.pk])).status_code == 404
    assert "Freigaben" in told(client_of(lead).get(reverse("batch-list")))


def test_a_thousand_can_be_ticked_and_each_costs_the_same(concept, lead):
    """The way from the form to the database: Django refuses more fields than it is told to take."""
    assert settings.DATA_UPLOAD_MAX_NUMBER_FIELDS > batches.LIMIT >= 1000
    counts = []
    for size in (2, 6):
        waiting = [proposed(f"{size} {number}") for number in range(size)]
        with CaptureQueriesContext(connection) as asked:
            release_in_one_go(concept, seen(*waiting), [], actor_for(lead))
        counts.append(len(asked))
    assert (counts[1] - counts[0]) / 4 <= 24, counts


def test_all_that_the_filters_leave_are_shown_word_by_word_before_they_are_released(
    concept, lead, monkeypatch
):
    monkeypatch.setattr(proposals, "PAGE_SIZE", 1)
    for title in ("Eins", "Zwei"):
        proposed(title)
    client, address = client_of(lead), reverse("proposal-release-many")
    assert "Alle 2 ansehen und veröffentlichen" in told(client.get(reverse("proposal-list")))
    page = client.post(f"{address}?art=measure", {"umfang": "alle"})
    assert "Eins" in told(page) and "Zwei" in told(page) and Proposal.objects.waiting().count() == 2
    ticks = [entry["tick"] for entry in page.context["entries"]]
    client.post(address, {"aenderung": ticks, "act": "release"})
    assert set(Proposal.objects.values_list("state", flat=True)) == {"released"}
    assert "kreuzen Sie an" in told(client.post(f"{address}?art=goal", {"umfang": "alle"}, follow=True))


@pytest.mark.parametrize("visibility", ["internal", "public"])
def test_each_of_many_costs_the_same_few_queries(concept, visibility):
    """A thousand go in one batch: preview and change of one more item have a budget."""
    costs, planner = {}, client_of(make_user("planner"))
    for size in (2, 6):
        batch = choose(planner, [make_item("measure", visibility=visibility) for _number in range(size)])
        with CaptureQueriesContext(connection) as preview:
            say(planner, batch, "verlaesslichkeit", verlaesslichkeit="example")
        with CaptureQueriesContext(connection) as change:
            agree(planner, batch)
        costs[size] = (len(preview), len(change))
    more = [(costs[6][step] - costs[2][step]) / 4 for step in (0, 1)]
    assert more[0] <= 15 and more[1] <= 22, costs
