"""Bulk edit: chosen, previewed, done item by item, proposed where public, taken back."""

from datetime import timedelta

import pytest
from django.core.exceptions import PermissionDenied
from django.urls import reverse
from django.utils import timezone

from insek.intake import batches
from insek.intake.models import Batch, BatchEntry
from insek.jobs import reaper
from insek.people.actors import PROGRAM, actor_for
from insek.people.models import Membership
from insek.release.models import Proposal
from insek.release.releases import release, save_or_propose
from insek.thread.models import Change, Item, Round, Tombstone
from insek.thread.services import update_item
from tests.factories import make_concept, make_item, make_unit, make_user
from tests.items.test_saved_views import client_of
from tests.reading import words


@pytest.fixture
def planner(db):
    return make_user("planner")


def choose(client, items, kind="measure", **more):
    """Tick items in the table; returns the batch."""
    answer = client.post(
        reverse(f"{kind}-bulk"), {"umfang": "auswahl", "auswahl": [item.pk for item in items], **more}
    )
    assert answer.status_code == 302
    return Batch.objects.order_by("-created_at").first()


def say(client, batch, act, **values):
    """Say what shall change; returns the page of the preview."""
    address = reverse("batch", args=[batch.pk])
    answer = client.post(address, {"akt": act, **values})
    assert answer.status_code == 302, words(answer)
    return client.get(address)


def agree(client, batch, ticked=None):
    """Press the button below the preview; returns the page of the result."""
    planned = batch.entries.filter(result="planned")
    ids = [entry.pk for entry in planned if ticked is None or entry.item_id in {item.pk for item in ticked}]
    return client.post(reverse("batch", args=[batch.pk]), {"eintrag": ids}, follow=True)


def internal(**values):
    return make_item("measure", visibility="internal", **values)


def test_a_standing_for_many_is_previewed_word_by_word_and_then_set(concept, planner):
    first, second, same = (
        internal(title="Eins"),
        internal(title="Zwei"),
        internal(title="Drei", standing="example"),
    )
    client = client_of(planner)
    batch = choose(client, [first, second, same])
    page = words(say(client, batch, "verlaesslichkeit", verlaesslichkeit="example"))
    assert "gestrichen: Arbeitsstand" in page
    assert "eingefügt: Beispiel" in page
    assert "1 sind schon so" in page
    assert Item.objects.get(pk=first.pk).standing == "working"
    page = words(agree(client, batch))
    assert "2 geändert" in page
    assert set(Item.objects.values_list("standing", flat=True)) == {"example"}
    assert Change.objects.filter(item_id=first.pk, actor=planner).get().differences == {
        "standing": ["working", "example"]
    }


def test_only_what_is_ticked_changes(concept, planner):
    first, second = internal(), internal()
    client = client_of(planner)
    batch = choose(client, [first, second])
    say(client, batch, "verlaesslichkeit", verlaesslichkeit="example")
    agree(client, batch, ticked=[second])
    assert Item.objects.get(pk=first.pk).standing == "working"
    assert Item.objects.get(pk=second.pk).standing == "example"


def test_what_is_public_is_proposed_and_counted(concept, planner):
    item, hidden = make_item("measure"), internal()
    client = client_of(planner)
    batch = choose(client, [item, hidden])
    assert "1 davon zur Freigabe" in words(say(client, batch, "verlaesslichkeit", verlaesslichkeit="example"))
    page = words(agree(client, batch))
    assert "1 geändert" in page
    assert "1 zur Freigabe vorgelegt" in page
    assert Item.objects.get(pk=item.pk).standing == "working"
    assert Proposal.objects.waiting().get().item_id == item.pk


def test_undo_takes_a_proposal_back(concept, planner):
    item = make_item("measure")
    client = client_of(planner)
    batch = choose(client, [item])
    say(client, batch, "verlaesslichkeit", verlaesslichkeit="example")
    agree(client, batch)
    page = client.post(reverse("batch-undo", args=[batch.pk]), follow=True)
    assert "Der Vorschlag zur Freigabe ist zurückgezogen." in words(page)
    assert not Proposal.objects.waiting().exists()


def test_undo_leaves_what_was_released_meanwhile(concept, planner):
    item = make_item("measure")
    client = client_of(planner)
    batch = choose(client, [item])
    say(client, batch, "verlaesslichkeit", verlaesslichkeit="example")
    agree(client, batch)
    release(Proposal.objects.get(), expected_version=1, actor=PROGRAM)
    page = words(client.post(reverse("batch-undo", args=[batch.pk]), follow=True))
    assert "Über die Freigabe ist schon entschieden" in page
    assert Item.objects.get(pk=item.pk).standing == "example"


def test_undo_restores_what_nobody_touched_and_names_the_rest(concept, planner):
    first, second = internal(title="Eins"), internal(title="Zwei")
    client = client_of(planner)
    batch = choose(client, [first, second])
    say(client, batch, "verlaesslichkeit", verlaesslichkeit="example")
    agree(client, batch)
    update_item(second, expected_version=2, values={"title": "Anders"}, actor=PROGRAM)
    page = words(client.post(reverse("batch-undo", args=[batch.pk]), follow=True))
    assert "1 zurückgenommen" in page
    assert "Seitdem geändert; bleibt, wie es ist." in page
    assert Item.objects.get(pk=first.pk).standing == "working"
    assert Item.objects.get(pk=second.pk).standing == "example"
    before = Change.objects.count()
    client.post(reverse("batch-undo", args=[batch.pk]))
    assert Change.objects.count() == before


def test_fields_and_themes_are_added_and_taken_away(concept, planner):
    housing, climate = concept.fields.get(key="wohnen"), concept.fields.get(key="klima")
    item, with_it = internal(fields=[housing]), internal(fields=[housing, climate])
    client = client_of(planner)
    batch = choose(client, [item, with_it])
    say(client, batch, "feld-dazu", **{"feld-dazu": "klima"})
    agree(client, batch)
    assert set(item.fields.all()) == {housing, climate}
    assert BatchEntry.objects.get(item_id=with_it.pk).result == "unchanged"
    batch = choose(client, [item, with_it])
    say(client, batch, "feld-weg", **{"feld-weg": "wohnen"})
    agree(client, batch)
    assert set(item.fields.all()) == set(with_it.fields.all()) == {climate}
    client.post(reverse("batch-undo", args=[batch.pk]))
    assert set(item.fields.all()) == {housing, climate}


def test_an_own_field_is_set_for_many(concept, planner):
    unit = make_unit("tiefbau")
    item, other = internal(), internal(responsible=unit)
    client = client_of(planner)
    batch = choose(client, [item, other])
    page = say(client, batch, "eigen-responsible", **{"eigen-responsible": unit.pk})
    assert "Referat tiefbau" in words(page)
    agree(client, batch)
    assert Item.objects.get(pk=item.pk).measure.responsible == unit
    batch = choose(client, [item, other])
    say(client, batch, "eigen-is_lighthouse", **{"eigen-is_lighthouse": "ja"})
    agree(client, batch)
    assert Item.objects.get(pk=item.pk).measure.is_lighthouse is True


def test_refusals_are_named_before_anybody_agrees(concept, planner):
    sourced, bare = internal(title="Belegt", source_title="Statistik"), internal(title="Unbelegt")
    client = client_of(planner)
    batch = choose(client, [sourced, bare])
    page = words(say(client, batch, "verlaesslichkeit", verlaesslichkeit="fact"))
    assert "„Mit Quelle“ braucht eine Quelle" in page
    agree(client, batch)
    assert Item.objects.get(pk=sourced.pk).standing == "fact"
    assert Item.objects.get(pk=bare.pk).standing == "working"


def test_what_changed_after_the_preview_is_left_alone(concept, planner):
    item, other = internal(), internal()
    client = client_of(planner)
    batch = choose(client, [item, other])
    say(client, batch, "verlaesslichkeit", verlaesslichkeit="example")
    update_item(item, expected_version=1, values={"title": "Schneller"}, actor=PROGRAM)
    page = words(agree(client, batch))
    assert "Inzwischen hat jemand anderes diesen Inhalt geändert." in page
    assert Item.objects.get(pk=item.pk).standing == "working"
    assert Item.objects.get(pk=other.pk).standing == "example"


def test_pressing_twice_does_it_once(concept, planner):
    item = internal()
    client = client_of(planner)
    batch = choose(client, [item])
    say(client, batch, "verlaesslichkeit", verlaesslichkeit="example")
    agree(client, batch)
    agree(client, batch)
    assert Item.objects.get(pk=item.pk).version == 2


def test_a_round_is_asked_for_where_it_is_needed(concept, planner):
    audience = Round.objects.create(concept=concept, name="Fraktionen")
    item = internal()
    client = client_of(planner)
    batch = choose(client, [item])
    refused = client.post(reverse("batch", args=[batch.pk]), {"akt": "sichtbarkeit", "sichtbarkeit": "round"})
    assert refused.status_code == 400
    assert "Bitte wählen Sie die Runde." in words(refused)
    say(client, batch, "sichtbarkeit", sichtbarkeit="round", runde=audience.pk)
    agree(client, batch)
    assert Item.objects.get(pk=item.pk).round == audience


def test_making_public_waits_for_release(concept, planner):
    item = internal()
    client = client_of(planner)
    batch = choose(client, [item])
    say(client, batch, "sichtbarkeit", sichtbarkeit="public")
    agree(client, batch)
    assert Item.objects.get(pk=item.pk).visibility == "internal"
    assert Proposal.objects.waiting().get().payload["visibility"] == "public"


def test_deleting_many_says_what_cannot_be_deleted(concept, planner):
    gone, public = internal(title="Weg"), make_item("measure", title="Öffentlich")
    client = client_of(planner)
    batch = choose(client, [gone, public])
    page = words(say(client, batch, "loeschen"))
    assert "wird gelöscht" in page
    assert "Das dürfen Sie nicht." in page
    agree(client, batch)
    assert not Item.objects.filter(pk=gone.pk).exists()
    assert Tombstone.objects.filter(pk=gone.pk).exists()
    assert Item.objects.filter(pk=public.pk).exists()
    page = words(client.post(reverse("batch-undo", args=[batch.pk]), follow=True))
    assert "1 zurückgenommen" in page
    assert Item.objects.get(pk=gone.pk).title == "Weg"


def test_all_that_a_filter_leaves_is_chosen(concept, planner):
    wanted = [internal(standing="example") for _number in range(30)]
    internal()
    client = client_of(planner)
    batch = choose(client, [], umfang="alle", anfrage="ansicht=tabelle&verlaesslichkeit=example")
    assert set(batch.task["items"]) == {item.pk for item in wanted}


def test_only_so_many_at_a_time_and_the_page_says_so(concept, planner, monkeypatch):
    for module in (batches, __import__("insek.intake.views.bulk", fromlist=["LIMIT"])):
        monkeypatch.setattr(module, "LIMIT", 3)
    for _number in range(5):
        internal()
    client = client_of(planner)
    batch = choose(client, [], umfang="alle")
    assert len(batch.task["items"]) == 3
    assert "auf einmal gehen höchstens 3" in words(client.get(reverse("batch", args=[batch.pk])))


def test_nothing_ticked_leads_back_to_the_list(concept, planner):
    answer = client_of(planner).post(
        reverse("measure-bulk"), {"umfang": "auswahl", "anfrage": "ansicht=tabelle"}
    )
    assert answer["Location"] == reverse("measure-list") + "?ansicht=tabelle"
    assert not Batch.objects.exists()


@pytest.mark.parametrize("role", ["department", "auditor", "council", None])
def test_who_may_not_edit_may_not_begin(concept, role):
    item = internal()
    client = client_of(make_user(role))
    assert client.post(reverse("measure-bulk"), {"auswahl": item.pk}).status_code == 403
    assert not Batch.objects.exists()


def test_nobody_sees_the_batch_of_another(concept, planner):
    batch = choose(client_of(planner), [internal()])
    other = client_of(make_user("project-lead"))
    for name in ("batch", "batch-again", "batch-undo", "batch-discard"):
        answer = other.get if name == "batch" else other.post
        assert answer(reverse(name, args=[batch.pk])).status_code == 404
    assert Batch.objects.count() == 1


def test_who_lost_the_right_does_nothing_with_an_old_preview(concept, planner):
    item = internal()
    client = client_of(planner)
    batch = choose(client, [item])
    say(client, batch, "verlaesslichkeit", verlaesslichkeit="example")
    ids = list(batch.entries.values_list("pk", flat=True))
    Membership.objects.filter(user=planner).delete()
    assert client.post(reverse("batch", args=[batch.pk]), {"eintrag": ids}).status_code == 403
    assert Item.objects.get(pk=item.pk).standing == "working"


def test_items_of_another_concept_cannot_be_chosen(concept, planner):
    foreign = make_item("measure", concept=make_concept(), visibility="internal")
    answer = client_of(planner).post(reverse("measure-bulk"), {"umfang": "auswahl", "auswahl": [foreign.pk]})
    assert answer["Location"] == reverse("measure-list")


@pytest.mark.parametrize(
    "sent",
    [
        {}, {"akt": "gibtsnicht"}, {"akt": "\x00"}, {"akt": "verlaesslichkeit", "verlaesslichkeit": "<script>"},
        {"akt": "eigen-responsible", "eigen-responsible": "999999"}, {"akt": "feld-dazu"},
    ],
)  # fmt: skip
def test_a_wrong_act_or_value_is_asked_for_again(concept, planner, sent):
    client = client_of(planner)
    batch = choose(client, [internal()])
    answer = client.post(reverse("batch", args=[batch.pk]), sent)
    assert answer.status_code == 400
    assert "<script>" not in answer.content.decode().split("<main")[1].split("</main>")[0]
    batch.refresh_from_db()
    assert batch.state == "draft"


def test_a_number_too_large_is_refused_in_the_preview(concept, planner):
    client = client_of(planner)
    batch = choose(client, [internal()])
    page = say(client, batch, "eigen-start_year", **{"eigen-start_year": "9" * 20})
    assert "Es gibt nichts zu ändern." in words(page)
    assert [entry.result for entry in batch.entries.all()] == ["refused"]


def test_hostile_ticks_do_no_harm(concept, planner):
    client = client_of(planner)
    for ticked in ["\x00", "x" * 10000, "' OR 1=1", "ééééé"]:
        assert (
            client.post(reverse("measure-bulk"), {"umfang": "auswahl", "auswahl": [ticked]}).status_code
            == 302
        )
    assert client.post(reverse("measure-bulk"), {"umfang": "alle", "anfrage": "feld=%00"}).status_code == 404
    batch = choose(client, [internal()])
    say(client, batch, "verlaesslichkeit", verlaesslichkeit="example")
    answer = client.post(reverse("batch", args=[batch.pk]), {"eintrag": ["\x00", "9" * 30, "-1", "²"]})
    assert answer.status_code == 302


def test_a_preview_costs_the_same_for_many(concept, planner, django_assert_max_num_queries):
    client = client_of(planner)
    batch = choose(client, [internal() for _number in range(25)])
    say(client, batch, "verlaesslichkeit", verlaesslichkeit="example")
    with django_assert_max_num_queries(16):
        assert client.get(reverse("batch", args=[batch.pk])).status_code == 200
    agree(client, batch)
    with django_assert_max_num_queries(17):
        assert client.get(reverse("batch", args=[batch.pk])).status_code == 200


def test_many_go_through_a_job_that_says_how_far_it_is(
    concept, planner, monkeypatch, django_capture_on_commit_callbacks
):
    monkeypatch.setattr(batches, "INLINE", 2)
    items = [internal() for _number in range(5)]
    client = client_of(planner)
    batch = choose(client, items)
    with django_capture_on_commit_callbacks() as jobs:
        client.post(
            reverse("batch", args=[batch.pk]), {"akt": "verlaesslichkeit", "verlaesslichkeit": "example"}
        )
    page = client.get(reverse("batch", args=[batch.pk]))
    assert "0 von 5" in words(page)
    [job] = jobs
    job()
    with django_capture_on_commit_callbacks(execute=True):
        agree(client, batch)
    assert "5 geändert" in words(client.get(reverse("batch", args=[batch.pk])))


def test_the_page_of_a_job_asks_again_and_is_loaded_anew_at_the_end(concept, planner):
    client = client_of(planner)
    batch = choose(client, [internal()])
    address = reverse("batch", args=[batch.pk])
    Batch.objects.filter(pk=batch.pk).update(state="running", total=5, done=2)
    part = client.get(address, headers={"hx-request": "true"})
    assert "2 von 5" in part.content.decode()
    assert "<main" not in part.content.decode()
    Batch.objects.filter(pk=batch.pk).update(state="done")
    assert client.get(address, headers={"hx-request": "true"})["HX-Refresh"] == "true"


def test_a_lost_job_goes_on_and_what_it_did_can_be_taken_back(concept, planner):
    item, other = internal(title="Eins"), internal(title="Zwei")
    client = client_of(planner)
    batch = choose(client, [item, other])
    say(client, batch, "verlaesslichkeit", verlaesslichkeit="example")
    agree(client, batch, ticked=[item])
    lost = timezone.now() - timedelta(hours=1)
    Batch.objects.filter(pk=batch.pk).update(state="running", touched_at=lost)
    assert "hx-get" in client.get(reverse("batch", args=[batch.pk])).content.decode()
    assert reaper.reap() == 1
    batch.refresh_from_db()
    assert batch.state == "done"
    client.post(reverse("batch-undo", args=[batch.pk]))
    assert Item.objects.get(pk=item.pk).standing == "working"
    Batch.objects.filter(pk=batch.pk).update(state="preparing", touched_at=lost)
    assert reaper.reap() == 1
    batch.refresh_from_db()
    assert batch.state == "ready"


def test_old_batches_are_cleared_away_and_what_they_changed_stays(concept, planner):
    item = internal()
    client = client_of(planner)
    batch = choose(client, [item])
    say(client, batch, "verlaesslichkeit", verlaesslichkeit="example")
    agree(client, batch)
    batches.purge_batches()
    assert Batch.objects.count() == 1
    Batch.objects.update(expires_at=timezone.now() - timedelta(minutes=1))
    batches.purge_batches()
    assert not Batch.objects.exists()
    assert Item.objects.get(pk=item.pk).standing == "example"


def test_a_batch_needs_an_owner(concept):
    with pytest.raises(PermissionDenied):
        batches.begin(
            concept=concept,
            kind="goal",
            origin="bulk",
            label="",
            task={},
            total=0,
            language="de",
            actor=PROGRAM,
        )


def test_undo_asks_for_release_of_what_became_public_meanwhile_otherwise_nothing_is_lost(concept, planner):
    item = internal()
    client = client_of(planner)
    batch = choose(client, [item])
    say(client, batch, "verlaesslichkeit", verlaesslichkeit="example")
    agree(client, batch)
    fresh = Item.objects.get(pk=item.pk)
    save_or_propose(fresh, expected_version=2, values={"visibility": "public"}, actor=actor_for(planner))
    release(Proposal.objects.get(), expected_version=1, actor=PROGRAM)
    client.post(reverse("batch-undo", args=[batch.pk]))
    assert Item.objects.get(pk=item.pk).standing == "example"
