"""Rounds: chosen items for chosen people before the public."""

from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone

from insek.people.actors import PROGRAM
from insek.thread.models import Item, Round
from insek.thread.rounds import change_round, create_round
from tests.factories import make_item, make_user
from tests.reading import form_values, words

pytestmark = pytest.mark.django_db


def signed_in(user):
    client = Client()
    client.force_login(user, backend="django.contrib.auth.backends.ModelBackend")
    return client


def test_a_round_opens_an_item_for_its_members_alone(concept, as_role):
    member, other = make_user("council", last_name="Muster"), make_user("council")
    lead = as_role("project-lead")
    answer = lead.post("/runden/neu", {"name": "Stadtrat vorab", "members": [member.pk]}, follow=True)
    assert "Die Runde „Stadtrat vorab“ ist angelegt." in answer.content.decode()
    made = Round.objects.get()
    item = make_item("goal", title="Noch geheim", visibility="internal")
    assert signed_in(member).get(f"/k/{item.pk}").status_code == 404
    sent = form_values(lead.get(f"/k/{item.pk}/bearbeiten"))
    assert (
        lead.post(f"/k/{item.pk}/bearbeiten", {**sent, "visibility": "round", "round": made.pk}).status_code
        == 302
    )
    assert "Noch geheim" in words(signed_in(member).get(f"/k/{item.pk}"))
    assert "Noch geheim" in words(signed_in(member).get("/mein-bereich/"))
    assert signed_in(other).get(f"/k/{item.pk}").status_code == 404
    assert Client().get(f"/k/{item.pk}").status_code == 404
    assert "Noch geheim" in words(lead.get(f"/runden/{made.pk}/"))


def test_after_its_last_day_a_round_is_blind(concept, as_role):
    member = make_user("council")
    made = create_round(
        concept=concept, name="Runde", members=[member], ends=timezone.localdate(), actor=PROGRAM
    )
    item = make_item("goal", visibility="round", round=made)
    assert signed_in(member).get(f"/k/{item.pk}").status_code == 200
    lead = as_role("project-lead")
    sent = form_values(lead.get(f"/runden/{made.pk}/"))
    assert (sent["members"], sent["ends"]) == ([str(member.pk)], timezone.localdate().isoformat())
    yesterday = timezone.localdate() - timedelta(days=1)
    assert lead.post(f"/runden/{made.pk}/", {**sent, "ends": yesterday.isoformat()}).status_code == 302
    assert signed_in(member).get(f"/k/{item.pk}").status_code == 404
    assert f"beendet am {yesterday:%d.%m.%Y}" in words(lead.get("/runden/"))
    assert Item.objects.get().round == made


def test_two_people_do_not_overwrite_each_others_members(concept, as_role):
    first, second = make_user("council", last_name="Erste"), make_user("council", last_name="Zweite")
    made = create_round(concept=concept, name="Runde", members=[first], ends=None, actor=PROGRAM)
    lead = as_role("project-lead")
    sent = form_values(lead.get(f"/runden/{made.pk}/"))
    change_round(made, expected_version=1, name="Runde", members=[first, second], ends=None, actor=PROGRAM)
    answer = lead.post(f"/runden/{made.pk}/", {**sent, "name": "Neuer Name"})
    assert answer.status_code == 409
    assert "Mitglieder Erste, Zweite" in words(answer)
    assert form_values(answer)["name"] == "Neuer Name"
    assert set(made.members.all()) == {first, second}


def test_a_name_is_taken_once(concept, as_role):
    create_round(concept=concept, name="Runde", members=[], ends=None, actor=PROGRAM)
    answer = as_role("project-lead").post("/runden/neu", {"name": "Runde"})
    assert answer.status_code == 400
    assert "Das lässt sich so noch nicht speichern" in words(answer)
    assert form_values(answer)["name"] == "Runde"
    assert Round.objects.count() == 1


def test_only_who_may_release_makes_rounds(concept, as_role):
    assert as_role("planner").get("/runden/").status_code == 403
    assert as_role("planner").post("/runden/neu", {"name": "Runde"}).status_code == 403
    assert not Round.objects.exists()
