"""Units, bodies and people come in as a table; only who manages people may, and nothing about people stays in the batch."""

import pytest
from django.urls import reverse

from insek.intake.models import Batch
from insek.people.models import Body, Membership, Role, Unit, User
from insek.thread.models import Change
from tests.factories import make_body, make_unit, make_user
from tests.intake.reading import begin, go_on, write
from tests.items.test_saved_views import client_of
from tests.reading import words


@pytest.fixture
def admin(concept):
    return client_of(make_user("administrator", username="admin"))


UNITS = """Amt\tKürzel\tGehört zu\tLeitung
Abteilung Radverkehr\t61.2\t61\tErna Muster
Amt für Stadtplanung\t61\tDezernat II\tHans Beispiel
Dezernat II\tII\t\t
Tiefbau\t66\tDezernat II\t
=cmd()\t99\tnirgends\t
Ring A\tA\tRing B\t
Ring B\tB\tRing A\t
"""


def test_units_come_in_in_the_order_of_what_they_belong_to_and_go_again(admin):
    make_unit("tiefbau", name="Tiefbau")
    batch = begin(admin, "units", UNITS)
    page = words(go_on(admin, batch))
    assert "3 Neu" in page and "1 Anders als bisher" in page and "3 Nicht möglich" in page, page
    assert "gehört zu sich selbst" in page and "„nirgends“ gibt es nicht" in page
    write(admin, batch)
    assert {(unit.name, unit.abbreviation, unit.parent.name if unit.parent else "") for unit in Unit.objects.all()} == {
        ("Dezernat II", "II", ""), ("Amt für Stadtplanung", "61", "Dezernat II"), ("Abteilung Radverkehr", "61.2", "Amt für Stadtplanung"), ("Tiefbau", "66", "Dezernat II")
    }  # fmt: skip
    assert "Muster" not in str(list(batch.entries.values_list("parts", "shown")))
    again = begin(admin, "units", UNITS)
    assert "4 Schon so" in words(go_on(admin, again))
    admin.post(reverse("reading-undo", args=[batch.pk]))
    assert [(unit.name, unit.abbreviation, unit.parent) for unit in Unit.objects.all()] == [
        ("Tiefbau", "", None)
    ]


def test_bodies_come_in_with_the_kind_their_name_tells(admin):
    make_body(name="Stadtrat", kind="council")
    batch = begin(
        admin,
        "bodies",
        "Gremium;Art\nBauausschuss;\nStadtrat;\nBeirat für Baukultur;Steuerungsgruppe\nRunde Tische;\n",
    )
    page = words(go_on(admin, batch))
    assert "2 Neu" in page and "1 Schon so" in page and "Der Name sagt es nicht." in page
    write(admin, batch)
    assert {(body.name, body.kind) for body in Body.objects.all()} == {("Stadtrat", "council"), ("Bauausschuss", "committee"), ("Beirat für Baukultur", "steering_group")}  # fmt: skip
    admin.post(reverse("reading-undo", args=[batch.pk]))
    assert [body.name for body in Body.objects.all()] == ["Stadtrat"]


PEOPLE = """Name\tE-Mail\tAmt\tRolle\tGremium
Muster, Erna\terna@beispiel.de\tTiefbau\tPlanung\t
Hans Beispiel\thans@beispiel.de\tTiefbau\tStadtrat\tBauausschuss
Ada Alt\tada@beispiel.de\t\tPlanung\t
Ohne Mail\tkeine\t\t\t
Doppelt\tERNA@beispiel.de\t\t\t
"""


def test_people_get_a_login_without_a_password_and_the_batch_forgets_them(admin):
    make_unit("tiefbau", name="Tiefbau")
    make_body(name="Bauausschuss", kind="committee")
    old = make_user(None, username="ada", email="ada@beispiel.de", first_name="Ada", last_name="Alt")
    batch = begin(admin, "people", PEOPLE)
    page = words(go_on(admin, batch))
    assert "2 Neu" in page and "1 Anders als bisher" in page and "2 Nicht möglich" in page, page
    assert "er bekommt nur die Rolle" in page and not Batch.objects.get(pk=batch.pk).data
    write(admin, batch)
    erna, hans = User.objects.get(email="erna@beispiel.de"), User.objects.get(email="hans@beispiel.de")
    assert (erna.first_name, erna.last_name, erna.username, erna.unit.name) == (
        "Erna",
        "Muster",
        "erna@beispiel.de",
        "Tiefbau",
    )
    assert not erna.has_usable_password() and not hans.has_usable_password()
    assert [(one.role_id, str(one.body or "")) for one in hans.memberships.all()] == [
        ("council", "Bauausschuss")
    ]
    assert [one.role_id for one in old.memberships.all()] == ["planner"]
    batch.refresh_from_db()
    kept = (
        str(list(batch.entries.filter(result__in=["created", "saved"]).values()))
        + str(batch.task)
        + str(list(Change.objects.values("differences")))
    )
    assert "erna" not in kept.lower() and not batch.data and not batch.table
    page = admin.get(reverse("reading", args=[batch.pk]))
    assert reverse("person-link", args=[erna.pk]) in page.content.decode()
    # who has chosen a password stays when it is taken back
    hans.set_password("gut-gewählt-und-lang")
    hans.save()
    admin.post(reverse("reading-undo", args=[batch.pk]))
    assert set(User.objects.values_list("username", flat=True)) == {"admin", "ada", "hans@beispiel.de"}
    assert not Membership.objects.filter(user=old).exists()


@pytest.mark.parametrize("target", ["units", "bodies", "people"])
def test_only_who_manages_people_reads_them_in_or_sees_the_preview(admin, target):
    assert admin.get(reverse("intake-begin", args=[target])).status_code == 200
    batch = begin(admin, target, PEOPLE)
    for role in ("project-lead", "planner"):
        other = client_of(make_user(role))
        assert other.get(reverse("intake-begin", args=[target])).status_code == 403
        assert other.get(reverse("reading", args=[batch.pk])).status_code == 404
        assert batch.label not in words(other.get(reverse("intake-home")))
    assert Role.objects.exists()
