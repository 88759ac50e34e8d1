"""Saved views: kept, shared, opened by their address; they show nobody more than the gate does."""

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.test import Client
from django.urls import reverse

from insek.items.models import SavedView
from insek.items.saved_views import MOST, ViewChanged, change_view, delete_view, save_view
from insek.people.actors import ANONYMOUS, actor_for
from tests.factories import make_actor, make_item, make_user
from tests.reading import words

QUERY = "ansicht=tabelle&spalten=title%2Cstanding&feld=wohnen"


def kept(concept, actor, **values):
    return save_view(
        concept=concept, actor=actor, **{"kind": "goal", "name": "Wohnen", "query": QUERY, "shared": False, **values}
    )  # fmt: skip


@pytest.fixture
def planner(db):
    return make_user("planner")


def client_of(user):
    client = Client()
    client.force_login(user, backend="django.contrib.auth.backends.ModelBackend")
    return client


def test_a_list_is_kept_under_a_name_and_offered_above_it(concept, planner):
    client = client_of(planner)
    answer = client.post(
        reverse("goal-save-view"), {"name": "Wohnen", "anfrage": f"{QUERY}&nach=abc"}, follow=True
    )
    view = SavedView.objects.get()
    assert (view.query, view.shared, view.owner) == (QUERY, False, planner)
    assert f"/ansicht/{view.pk}" in answer.content.decode()
    assert answer.redirect_chain[-1][0] == f"{reverse('goal-list')}?{QUERY}"


def test_its_address_leads_to_the_list(concept, planner):
    view = kept(concept, actor_for(planner))
    assert client_of(planner).get(view.url)["Location"] == f"{reverse('goal-list')}?{QUERY}"


def test_only_its_owner_finds_an_own_view(concept, planner):
    view = kept(concept, actor_for(planner))
    lead = client_of(make_user("project-lead"))
    assert lead.get(view.url).status_code == 404
    assert lead.get(reverse("saved-view-edit", args=[view.pk])).status_code == 404
    assert lead.post(reverse("saved-view-delete", args=[view.pk])).status_code == 404
    assert "Wohnen" not in words(lead.get(reverse("saved-view-list")))
    assert SavedView.objects.count() == 1


def test_a_shared_view_is_for_all_who_sign_in_and_shows_them_no_more_than_the_gate(concept, planner):
    make_item("goal", title="Verborgen", visibility="internal", fields=[concept.fields.get(key="wohnen")])
    view = kept(concept, actor_for(planner), shared=True)
    council = client_of(make_user("council"))
    answer = council.get(view.url, follow=True)
    assert answer.status_code == 200
    assert "Verborgen" not in answer.content.decode()
    assert Client().get(view.url).status_code == 302  # to the sign-in, for every address of this form alike
    assert Client().get(reverse("saved-view", args=[view.pk + 1])).status_code == 302
    assert not Client().get(reverse("goal-list")).context["list_views"]


def test_sharing_needs_the_right_to_edit(concept):
    with pytest.raises(PermissionDenied):
        kept(concept, make_actor("council"), shared=True)
    with pytest.raises(PermissionDenied):
        kept(concept, ANONYMOUS)
    assert kept(concept, make_actor("council")).shared is False


def test_who_leads_may_tidy_what_is_shared(concept, planner):
    view = kept(concept, actor_for(planner), shared=True)
    with pytest.raises(PermissionDenied):
        delete_view(view, actor=make_actor("planner"))
    delete_view(view, actor=make_actor("project-lead"))
    assert not SavedView.objects.exists()


def test_a_filter_that_has_gone_is_told_and_dropped(concept, planner):
    view = kept(concept, actor_for(planner))
    concept.fields.get(key="wohnen").delete()
    answer = client_of(planner).get(view.url, follow=True)
    assert answer.status_code == 200
    assert "Handlungsfeld: wohnen" in answer.content.decode()
    assert answer.redirect_chain[-1][0] == f"{reverse('goal-list')}?ansicht=tabelle&spalten=title%2Cstanding"


@pytest.mark.parametrize(
    "query",
    [
        "sortierung=gibtsnicht",
        "unbekannt=1",
        "sichtbarkeit=geheim",
        "nach=abc&verlaesslichkeit=x",
        "sortierung=-",
    ],
)
def test_no_kept_address_ends_in_an_error(concept, planner, query):
    view = kept(concept, actor_for(planner), query=query)
    answer = client_of(planner).get(view.url, follow=True)
    assert answer.status_code == 200
    assert answer.redirect_chain[-1][0] == reverse("goal-list")


def test_renaming_knows_when_somebody_was_faster(concept, planner):
    actor = actor_for(planner)
    view = kept(concept, actor)
    change_view(view, name="Neu", shared=True, expected_version=1, actor=actor)
    with pytest.raises(ViewChanged):
        change_view(view, name="Noch neuer", shared=True, expected_version=1, actor=actor)
    client = client_of(planner)
    answer = client.post(reverse("saved-view-edit", args=[view.pk]), {"name": "Spät", "version": "1"})
    assert answer.status_code == 409
    answer = client.post(reverse("saved-view-edit", args=[view.pk]), {"name": "Spät", "version": "2"})
    assert answer.status_code == 302
    view.refresh_from_db()
    assert (view.name, view.shared, view.version) == ("Spät", False, 3)


def test_one_list_has_a_name_once(concept, planner):
    kept(concept, actor_for(planner))
    with pytest.raises(ValidationError, match="schon eine Ansicht"):
        kept(concept, actor_for(planner))
    kept(concept, actor_for(planner), kind="measure")
    kept(concept, make_actor("planner"))


@pytest.mark.parametrize(
    "name", ["", " ", "\x00", "x" * 121, b"a\xed\xa0\x80".decode("utf-8", "surrogatepass"), "\u202e"]
)
def test_a_name_that_is_none_is_refused(concept, planner, name):
    with pytest.raises(ValidationError):
        kept(concept, actor_for(planner), name=name)
    assert not SavedView.objects.exists()


def test_hostile_addresses_are_refused_or_kept_harmlessly(concept, planner):
    client = client_of(planner)
    for number, query in enumerate(
        ["q=%00", "q=" + "x" * 5000, "q=<script>alert(1)</script>", "&&&==", "q=%ED%A0%80"]
    ):
        sent = {"name": f"Ansicht {number}", "anfrage": query}
        answer = client.post(reverse("goal-save-view"), sent, follow=True)
        assert answer.status_code == 200
        assert "<script>alert" not in answer.content.decode()


def test_nobody_keeps_views_without_end(concept, planner):
    SavedView.objects.bulk_create(
        SavedView(concept=concept, owner=planner, kind="goal", name=str(number)) for number in range(MOST)
    )
    with pytest.raises(ValidationError, match="löschen"):
        kept(concept, actor_for(planner))


def test_the_page_of_views_asks_the_same_of_many(concept, planner, django_assert_max_num_queries):
    SavedView.objects.bulk_create(
        SavedView(concept=concept, owner=planner, kind="goal", name=str(number)) for number in range(100)
    )
    client = client_of(planner)
    client.get(reverse("saved-view-list"))
    with django_assert_max_num_queries(9):
        assert client.get(reverse("saved-view-list")).status_code == 200
