"""Merging and splitting on pages, without JavaScript: side by side, word for word, and where old addresses lead."""

import pytest

from insek.people.actors import PROGRAM
from insek.release.models import Proposal
from insek.release.reshaping import reshapings_of
from insek.thread.models import Change, Item, Link, Tombstone
from insek.thread.services import update_item
from tests.factories import make_concept, make_item, make_link
from tests.reading import form_values, words
from tests.release.test_merging import inside, merge

pytestmark = pytest.mark.django_db


def pair(visibility="internal"):
    """Two goals that say nearly the same, each with a reason."""
    concept = make_concept()
    one = make_item(
        "goal", number="Z 1", title="Mehr Radverkehr", text="Radwege bauen.", visibility=visibility
    )
    other = make_item(
        "goal",
        number="Z 2",
        title="Mehr Fahrrad",
        text="Radwege sichern.",
        visibility=visibility,
        fields=concept.fields.filter(key="klima"),
    )
    make_link(make_item("finding", visibility=visibility), other, "justifies", "Wege fehlen.")
    return one, other


def test_both_stand_side_by_side_and_what_is_chosen_stays(as_role, django_assert_max_num_queries):
    one, other = pair()
    client = as_role("planner")
    address = f"/k/{one.pk}/zusammenlegen"
    assert "Z 2 Mehr Fahrrad" in words(client.get(f"{address}?q=Fahrrad&search=1"))
    with django_assert_max_num_queries(45):
        page = client.get(f"{address}?mit={other.pk}")
    said = words(page)
    assert "Mehr Radverkehr" in said and "Mehr Fahrrad" in said and "1 × Verknüpfungen" in said
    sent = form_values(page)
    assert sent["wahl-text"] == ["alle"], "nothing is lost unless somebody says so"
    answer = client.post(
        address,
        {
            **sent,
            "wahl-title": "eigen",
            "eigen-title": "Mehr Rad",
            "wahl-number": other.pk,
            "grund": "Ein Ziel.",
        },
        follow=True,
    )
    assert "Zusammengelegt." in answer.content.decode()
    one.refresh_from_db()
    assert (one.number, one.title, one.text) == ("Z 2", "Mehr Rad", "Radwege bauen.\n\nRadwege sichern.")
    assert [field.key for field in one.fields.all()] == ["klima"]
    assert Link.objects.get().target == one
    assert "Hier aufgegangen: Z 2 Mehr Fahrrad" in words(client.get(one.url)) and "Ein Ziel." in words(
        client.get(one.url)
    )


def test_the_old_address_and_number_lead_to_what_came_of_it(client, concept):
    one, other = make_item("goal", number="Z 1"), make_item("goal", number="Z 2")
    update_item(one, expected_version=1, values={"visibility": "internal"}, actor=PROGRAM)
    old = other.url
    merge_now(one, other)
    assert client.get(old).status_code == 410, "what came of it is internal: the public learns nothing of it"
    one.refresh_from_db()
    update_item(one, expected_version=one.version, values={"visibility": "public"}, actor=PROGRAM)
    answer = client.get(old)
    assert (answer.status_code, answer["Location"]) == (302, f"{one.url}#herkunft")
    assert one.title in words(client.get("/suche/?q=Z+2"))


def merge_now(one, other):
    """Merge past the release step, as a release does."""
    from insek.release.releases import entitled, release

    done = merge(one, other)
    if isinstance(done, Proposal):
        release(done, expected_version=1, actor=entitled(PROGRAM))


def test_what_is_public_waits_with_the_words_of_each(as_role):
    one, other = pair("public")
    client = as_role("planner")
    address = f"/k/{one.pk}/zusammenlegen"
    answer = client.post(address, form_values(client.get(f"{address}?mit={other.pk}")), follow=True)
    assert "Das wartet auf Freigabe." in answer.content.decode()
    assert "Radwege sichern." in words(answer) and "Z 2 Mehr Fahrrad" in words(answer)
    assert Item.objects.filter(pk=other.pk).exists()
    lead = as_role("project-lead")
    page = lead.get(Proposal.objects.get().url)
    lead.post(Proposal.objects.get().url, {**form_values(page), "act": "release"})
    assert Tombstone.objects.get().pk == other.pk
    assert Change.objects.get(action="merged").released_by is not None


def test_whoever_changed_one_meanwhile_is_not_overrun(as_role):
    one, other = pair()
    client = as_role("planner")
    address = f"/k/{one.pk}/zusammenlegen"
    sent = form_values(client.get(f"{address}?mit={other.pk}"))
    update_item(other, expected_version=other.version, values={"title": "Neu"}, actor=PROGRAM)
    answer = client.post(address, {**sent, "grund": "Darum."})
    assert answer.status_code == 409 and "Neu" in words(answer) and "Darum." in words(answer)
    assert Item.objects.filter(pk=other.pk).exists()


def test_history_leads_to_the_way_back(as_role):
    one, other = pair()
    merge(one, other)
    client = as_role("planner")
    found = reshapings_of(one.pk).get()
    assert f"/umbau/{found.pk}/zuruecknehmen" in client.get(f"/k/{one.pk}/verlauf").content.decode()
    assert "Z 2 Mehr Fahrrad" in words(client.get(f"/umbau/{found.pk}/zuruecknehmen"))
    client.post(f"/umbau/{found.pk}/zuruecknehmen")
    assert Item.objects.filter(pk=other.pk).exists()
    assert client.post(f"/umbau/{found.pk}/zuruecknehmen").status_code == 400


def test_an_item_is_split_on_its_page(as_role, django_assert_max_num_queries):
    _one, other = pair()
    link = Link.objects.get()
    client = as_role("planner")
    address = f"/k/{other.pk}/teilen"
    with django_assert_max_num_queries(35):
        page = client.get(address)
    sent = {**form_values(page), "title-b": "Radwege", "text-b": "Sichern.", f"link-{link.pk}": "b"}
    lost = client.post(address, {**sent, "title-b": "", "title-c": "Wege"})
    assert lost.status_code == 400 and "noch keinen Titel" in words(lost) and "Sichern." in words(lost)
    answer = client.post(address, sent, follow=True)
    assert "Davon abgeteilt: Radwege" in words(answer)
    made = Item.objects.get(title="Radwege")
    assert (made.text, [field.key for field in made.fields.all()]) == ("Sichern.", ["klima"])
    link.refresh_from_db()
    assert link.target_id == made.pk and "Abgeteilt von: Z 2 Mehr Fahrrad" in words(client.get(made.url))


@pytest.mark.parametrize("address", ["zusammenlegen", "teilen"])
def test_kinds_that_are_not_merged_have_no_such_page(as_role, concept, address):
    assert as_role("planner").get(f"/k/{inside('indicator').pk}/{address}").status_code == 404
