"""The administration of people, as an administrator meets it."""

import re

import pytest
from django.test import Client
from django.utils import timezone

from insek.people.models import Body, Membership, Unit, User
from tests.factories import make_body, make_item, make_unit, make_user
from tests.reading import form_values, words

pytestmark = pytest.mark.django_db
PASSWORD = "gruene-daecher-2040"


def test_from_a_new_login_to_its_first_page(concept, as_role):
    """Create, hand over the link, choose a password, sign in, work: without any mail."""
    unit = make_unit("tiefbau", name="Referat Tiefbau")
    own = make_item("measure", title="Neue Brücke", responsible=unit)
    admin = as_role("administrator")
    answer = admin.post(
        "/personen/neu", {"username": "m.muster", "first_name": "Mia", "last_name": "Muster", "unit": unit.pk}
    )
    user = User.objects.get(username="m.muster")
    assert not user.has_usable_password()
    page = admin.get(answer["Location"])
    assert page["Cache-Control"].startswith("max-age=0, no-cache, no-store")
    link = form_link(page)
    assert "Dieser Link steht nur jetzt hier" in words(page)
    again = admin.get(answer["Location"])
    assert "kennwort/waehlen" not in again.content.decode()
    assert "Ein Link wird nur ein Mal gezeigt" in words(again)

    answer = admin.post(f"/personen/{user.pk}/rolle", {"role": "department"}, follow=True)
    assert "Mia Muster hat jetzt die Rolle „Fachstelle“." in answer.content.decode()

    visitor = Client()
    page = visitor.get(link, follow=True)
    answer = visitor.post(page.request["PATH_INFO"], {"new_password1": "kurz", "new_password2": "kurz"})
    assert "zu kurz" in answer.content.decode()
    answer = visitor.post(page.request["PATH_INFO"], {"new_password1": PASSWORD, "new_password2": PASSWORD})
    assert answer["Location"] == "/mein-bereich/"
    home = words(visitor.get("/mein-bereich/"))
    assert "Mia Muster · Fachstelle" in home
    assert "Neue Brücke" in home
    assert visitor.get(f"/k/{own.pk}/bearbeiten").status_code == 200
    assert "Er ist abgelaufen oder wurde schon benutzt." in words(Client().get(link, follow=True))
    assert Client().post("/anmelden/", {"username": "m.muster", "password": PASSWORD}).status_code == 302


def form_link(page):
    return re.search(r"http://testserver(/kennwort/waehlen/[^<\s]+)", page.content.decode())[1]


def test_a_locked_login_gets_no_link_and_its_link_is_worth_nothing(concept, as_role):
    admin, user = as_role("administrator"), make_user("planner")
    admin.post(f"/personen/{user.pk}/link")
    link = form_link(admin.get(f"/personen/{user.pk}/link"))
    sent = form_values(admin.get(f"/personen/{user.pk}/"))
    assert sent.pop("is_active") == ["on"]
    assert admin.post(f"/personen/{user.pk}/", sent).status_code == 302
    assert "gesperrt" in words(admin.get("/personen/"))
    assert admin.get(f"/personen/{user.pk}/link").status_code == 404
    assert "abgelaufen" in words(Client().get(link, follow=True))
    assert (
        Client().post("/anmelden/", {"username": user.username, "password": "geheim-geheim"}).status_code
        == 200
    )


def test_names_are_unique_whatever_the_case_and_nothing_typed_is_lost(concept, as_role):
    make_user(None, username="m.muster")
    answer = as_role("administrator").post("/personen/neu", {"username": "M.Muster", "last_name": "Muster"})
    assert answer.status_code == 400
    assert "Diesen Anmeldenamen gibt es schon." in words(answer)
    assert form_values(answer)["last_name"] == "Muster"


def test_people_are_found_by_name_role_and_access(concept, as_role):
    admin = as_role("administrator")
    make_user("planner", username="anna", last_name="Acker")
    make_user("auditor", username="bert", last_name="Bach", is_active=False)
    assert "Acker" in words(admin.get("/personen/?q=ack"))
    assert "Bach" not in words(admin.get("/personen/?q=ack"))
    assert "Acker" in words(admin.get("/personen/?rolle=planner"))
    assert "Bach" not in words(admin.get("/personen/?rolle=planner"))
    assert "Acker" not in words(admin.get("/personen/?zugang=gesperrt"))
    assert "Niemand gefunden" in words(admin.get("/personen/?q=zzz"))
    assert admin.get("/personen/?rolle=unsinn").status_code == 404


def test_the_list_costs_the_same_with_many_people(concept, as_role, django_assert_max_num_queries):
    admin = as_role("administrator")
    for number in range(55):
        make_user("planner", last_name=f"Person {number:02}")
    with django_assert_max_num_queries(12):
        page = admin.get("/personen/")
    assert "Person 40" in words(page)
    assert "Person 54" not in words(page)
    assert "Person 54" in words(admin.get("/personen/?seite=2"))


def test_a_conflict_shows_what_is_stored_and_keeps_what_was_typed(concept, as_role):
    admin, user = as_role("administrator"), make_user("planner", last_name="Alt")
    sent = form_values(admin.get(f"/personen/{user.pk}/"))
    admin.post(f"/personen/{user.pk}/", {**sent, "last_name": "Von anderen"})
    answer = admin.post(f"/personen/{user.pk}/", {**sent, "last_name": "Von mir", "email": "ich@example.de"})
    assert answer.status_code == 409
    assert "Nachname Von anderen" in words(answer)
    kept = form_values(answer)
    assert (kept["last_name"], kept["email"]) == ("Von mir", "ich@example.de")
    assert admin.post(f"/personen/{user.pk}/", kept).status_code == 302
    assert User.objects.get(pk=user.pk).last_name == "Von mir"


def test_a_role_has_dates_and_a_body(concept, as_role):
    admin, user = as_role("administrator"), make_user(None, last_name="Rat")
    body = make_body(name="Ortsbeirat Erfenbach", kind="ortsbeirat")
    address = f"/personen/{user.pk}/rolle"
    wrong = {"role": "ortsbeirat", "body": body.pk, "starts": "2026-05-01", "ends": "2026-04-01"}
    answer = admin.post(address, wrong)
    assert "Das Ende liegt vor dem Anfang." in words(answer)
    assert form_values(answer)["starts"] == "2026-05-01"
    assert admin.post(address, {**wrong, "ends": "2099-04-01"}).status_code == 302
    assert "Ortsbeirat Erfenbach" in words(admin.get(f"/personen/{user.pk}/"))
    held = Membership.objects.get(user=user)
    assert "Diese Rolle hat die Person schon." in words(
        admin.post(address, {"role": "ortsbeirat", "body": body.pk})
    )
    page = admin.get(f"/personen/rolle/{held.pk}/")
    assert form_values(page)["ends"] == "2099-04-01"
    admin.post(f"/personen/rolle/{held.pk}/", {"starts": "", "ends": timezone.localdate().isoformat()})
    assert f"gilt bis {timezone.localdate():%d.%m.%Y}" in words(admin.get(f"/personen/{user.pk}/"))
    answer = admin.post(f"/personen/rolle/{held.pk}/entziehen", follow=True)
    assert "Rat hat die Rolle „Mitglied eines örtlichen Gremiums“ nicht mehr." in answer.content.decode()
    assert not user.memberships.exists()


def test_the_last_administrator_reads_why_it_stays(concept, as_role):
    admin = as_role("administrator")
    user, held = User.objects.get(), Membership.objects.get()
    answer = admin.post(f"/personen/rolle/{held.pk}/entziehen")
    assert answer.status_code == 409
    assert "Danach könnte niemand mehr auf Dauer Personen verwalten." in words(answer)
    sent = form_values(admin.get(f"/personen/{user.pk}/"))
    sent.pop("is_active")
    answer = admin.post(f"/personen/{user.pk}/", {**sent, "last_name": "Getippt"})
    assert answer.status_code == 400
    assert form_values(answer)["last_name"] == "Getippt"
    user.refresh_from_db()
    assert (user.is_active, user.last_name) == (True, "")


def test_roles_are_a_table_of_rights(concept, as_role):
    page = as_role("administrator").get("/personen/rollen/")
    text = words(page)
    assert "Personen und Rollen verwalten – nein – nein – nein – nein – nein – nein – nein – nein ja" in text
    assert "Inhalte veröffentlichen ja – nein" in text


def test_units_and_bodies_are_kept(concept, as_role):
    admin = as_role("administrator")
    assert "sobald das erste angelegt ist" in words(admin.get("/personen/einheiten/"))
    answer = admin.post(
        "/personen/einheiten/neu", {"name": "Referat Tiefbau", "abbreviation": "66"}, follow=True
    )
    assert "„Referat Tiefbau“ ist angelegt." in answer.content.decode()
    sent = form_values(admin.get("/personen/einheiten/referat-tiefbau/"))
    admin.post("/personen/einheiten/referat-tiefbau/", {**sent, "name": "Referat Straßenbau"})
    assert (Unit.objects.get().key, Unit.objects.get().name) == ("referat-tiefbau", "Referat Straßenbau")
    answer = admin.post("/personen/einheiten/referat-tiefbau/", {**sent, "name": "Zu spät"})
    assert answer.status_code == 409
    assert "Name Referat Straßenbau" in words(answer)
    admin.post("/personen/gremien/neu", {"name": "Stadtrat", "kind": "council"})
    assert Body.objects.get().kind == "council"
    assert "Stadtrat" in words(admin.get("/personen/gremien/"))


@pytest.mark.parametrize("path", ["", "neu", "rollen/", "einheiten/", "gremien/neu"])
def test_the_project_lead_does_not_manage_people(concept, as_role, path):
    assert as_role("project-lead").get(f"/personen/{path}").status_code == 403


def test_the_own_area_of_an_administrator_names_who_waits(concept, as_role):
    make_user("planner", last_name="Neuling").set_unusable_password()
    user = User.objects.get(last_name="Neuling")
    user.set_unusable_password()
    user.save()
    text = words(as_role("administrator").get("/mein-bereich/"))
    assert "Neuling hat noch kein Passwort" in text
    assert "Lücken" in text
