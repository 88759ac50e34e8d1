"""Adoption freezes an edition; its content can be verified and its numbers keep leading to their items."""

import csv
import hashlib
import zipfile
from io import BytesIO, StringIO

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.test import Client, override_settings
from django.urls import reverse

from insek.concept.models import Edition
from insek.council.services import NotComplete, adopt_edition
from insek.people.actors import PROGRAM
from insek.thread.models import EditionNumber, Link
from insek.thread.services import delete_item, update_item
from tests.factories import make_actor, make_edition, make_item

FACT = {"standing": "fact", "source_title": "Ratsinformation"}


@pytest.fixture(autouse=True)
def files(tmp_path):
    with override_settings(MEDIA_ROOT=tmp_path):
        yield


@pytest.fixture
def edition(concept):
    return make_edition(concept)


def make_resolution(**values):
    return make_item("resolution", **{**FACT, **values}).resolution


def adopt(edition, resolution=None, actor=PROGRAM):
    return adopt_edition(edition, resolution=resolution or make_resolution(), actor=actor)


def frozen(edition):
    with edition.archive.open("rb") as file:
        return file.read()


def test_adoption_freezes_the_public_content_with_its_hash(concept, edition):
    goal = make_item("goal", number="Z 1", title="Öffentliches Ziel")
    make_item("goal", number="Z 2", title="Interner Entwurf", visibility="internal")
    resolution = make_resolution()
    adopted = adopt(edition, resolution)
    resolution.refresh_from_db()
    assert (adopted.status, adopted.date, resolution.edition) == ("adopted", resolution.date, adopted)
    assert len(adopted.sha256) == 64
    content = frozen(adopted)
    names = zipfile.ZipFile(BytesIO(content)).namelist()
    goals = zipfile.ZipFile(BytesIO(content)).read("goals.csv").decode()
    assert "goals.csv" in names
    assert "Öffentliches Ziel" in goals
    assert "Interner Entwurf" not in goals
    assert list(EditionNumber.objects.values_list("number", "item_id").order_by("number"))[-1] == (
        "Z 1",
        goal.pk,
    )
    digest = hashlib.sha256(content).hexdigest()
    update_item(goal, expected_version=1, values={"title": "Später geändert"}, actor=PROGRAM)
    adopted.refresh_from_db()
    assert hashlib.sha256(frozen(adopted)).hexdigest() == digest


def test_in_its_own_package_an_edition_is_adopted_by_its_resolution_and_supersedes_the_one_before(
    concept, edition
):
    adopt(edition, make_resolution(date="2025-10-06"))
    resolution = make_resolution(date="2030-01-01")
    later = adopt(make_edition(concept, "fortschreibung"), resolution)
    archive = zipfile.ZipFile(BytesIO(frozen(later)))

    def rows(name):
        return list(csv.DictReader(StringIO(archive.read(name).decode(), newline="")))

    assert [(row["key"], row["status"], row["date"]) for row in rows("editions.csv")] == [
        ("entwurf", "superseded", "2025-10-06"),
        ("fortschreibung", "adopted", "2030-01-01"),
    ]
    assert {row["edition"] for row in rows("resolutions.csv") if row["id"] == resolution.pk} == {
        "fortschreibung"
    }


def test_the_same_content_has_the_same_hash(concept):
    make_item("goal", number="Z 1", title="Ziel")
    from insek.package import freeze_bytes

    assert freeze_bytes(concept) == freeze_bytes(concept)


def test_the_page_of_a_draft_leads_to_what_it_would_freeze(concept, edition, client):
    page = client.get(reverse("edition", args=[edition.key])).content.decode()
    for name in ("vision-list", "guideline-list", "goal-list", "measure-list"):
        assert f'<li><a href="{reverse(name)}"' in page
    assert "noch keiner" in page and "nicht dokumentiert" not in page


def test_an_edition_is_adopted_once(concept, edition):
    adopt(edition)
    with pytest.raises(ValidationError, match="schon beschlossen"):
        adopt(edition)


def test_one_resolution_adopts_one_edition(concept, edition):
    resolution = make_resolution()
    adopt(edition, resolution)
    with pytest.raises(ValidationError, match="andere Ausgabe"):
        adopt(make_edition(concept, "zweite"), resolution)


def test_a_later_adoption_supersedes_the_earlier_one(concept, edition):
    adopt(edition, make_resolution(date="2025-10-06"))
    adopt(make_edition(concept, "fortschreibung"), make_resolution(date="2030-01-01"))
    assert dict(Edition.objects.values_list("key", "status")) == {
        "entwurf": "superseded",
        "fortschreibung": "adopted",
    }


@pytest.mark.parametrize(
    ("edition_standing", "resolution"), [("working", {"standing": "example"}), ("example", FACT)]
)
def test_examples_and_reality_do_not_mix(concept, edition, edition_standing, resolution):
    edition.standing = edition_standing
    edition.save()
    with pytest.raises(ValidationError, match="Beispielbeschluss"):
        adopt(edition, make_resolution(**resolution))
    edition.refresh_from_db()
    assert (edition.status, edition.sha256) == ("draft", "")


def test_blocking_gaps_forbid_adoption(concept, edition):
    example, real = make_item("goal", standing="example"), make_item("resolution", **FACT)
    Link.objects.create(source=example, target=real, kind="adopted_by")
    with pytest.raises(NotComplete) as refused:
        adopt(edition)
    assert [gap.name for gap in refused.value.gaps] == ["example_decided"]


def test_what_was_rejected_adopts_nothing(concept, edition):
    with pytest.raises(ValidationError, match="nichts angenommen"):
        adopt(edition, make_resolution(outcome="rejected"))


@pytest.mark.parametrize("role", ["planner", "practice", "administrator", "council", None])
def test_only_the_project_lead_adopts(concept, edition, role):
    with pytest.raises(PermissionDenied):
        adopt(edition, actor=make_actor(role))


def test_an_old_number_still_leads_to_its_item_and_answers_410_when_it_is_deleted(concept, edition):
    goal = make_item("goal", number="Z 1")
    adopt(edition)
    update_item(goal, expected_version=1, values={"number": "Z 7"}, actor=PROGRAM)
    address = reverse("by-number", args=["entwurf", "Z 1"])
    assert Client().get(address)["Location"] == goal.url
    delete_item(goal, expected_version=2, actor=PROGRAM)
    assert Client().get(address).status_code == 410


def test_the_project_lead_adopts_in_the_browser_and_everyone_downloads_the_package(concept, edition, as_role):
    resolution = make_resolution(title="Beschluss des INSEK")
    lead = as_role("project-lead")
    page = lead.get(reverse("edition-adopt", args=["entwurf"]))
    assert "Beschluss des INSEK" in page.content.decode()
    assert page.context["breadcrumb"][0]["url"] == reverse("start")
    response = lead.post(
        reverse("edition-adopt", args=["entwurf"]),
        {"resolution": resolution.pk, "understood": "on"},
        follow=True,
    )
    edition.refresh_from_db()
    assert edition.sha256 in response.content.decode()
    package = Client().get(reverse("edition-package", args=["entwurf"]))
    assert zipfile.ZipFile(BytesIO(b"".join(package.streaming_content))).testzip() is None
