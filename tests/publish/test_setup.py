"""Setting up the concept: by the project lead, with history, and never over somebody else's change."""

import pytest
from django.urls import reverse

from insek.concept.models import Edition, Field, LevelName, Milestone, Theme
from insek.thread.models import Change
from tests.factories import make_edition, make_item

NEW = {
    "handlungsfeld": {"key": "energie", "position": "3", "name": "Energie", "colour": "#aa5500", "standing": "working",
                      "perspective_standing": "working"},
    "thema": {"key": "digital", "position": "1", "name": "Digitalisierung"},
    "ebene": {"level": "goal", "singular": "Entwicklungsziel", "plural": "Entwicklungsziele", "singular_en": "goal",
              "plural_en": "goals"},
    "ausgabe": {"key": "entwurf-2030", "title": "Fortschreibung 2030", "standing": "working"},
    "meilenstein": {"key": "auftakt", "kind": "event", "date": "2030-01-02", "date_precision": "day",
                    "title": "Auftakt der Fortschreibung", "standing": "working"},
}  # fmt: skip
MODELS = {
    "handlungsfeld": Field,
    "thema": Theme,
    "ebene": LevelName,
    "ausgabe": Edition,
    "meilenstein": Milestone,
}


@pytest.fixture
def lead(as_role):
    return as_role("project-lead")


@pytest.mark.parametrize("part", NEW)
def test_each_part_is_created_shown_changed_and_deleted(concept, lead, part):
    response = lead.post(reverse("setup-create", args=[part]), NEW[part], follow=True)
    row = MODELS[part].objects.order_by("pk").last()
    assert "ist angelegt" in response.content.decode()
    assert str(row) in response.content.decode()
    name = "name" if hasattr(row, "name") else "singular" if part == "ebene" else "title"
    address = reverse("setup-part", args=[part, row.pk])
    changed = {**NEW[part], name: "Anders benannt", "version": row.version}
    assert lead.post(address, changed).status_code == 302
    row.refresh_from_db()
    assert (getattr(row, name), row.version) == ("Anders benannt", 2)
    page = lead.post(reverse("setup-delete", args=[part, row.pk]), {"version": 2}, follow=True)
    assert "ist gelöscht" in page.content.decode()
    assert not MODELS[part].objects.filter(pk=row.pk).exists()
    assert [change.action for change in Change.objects.order_by("pk")] == ["created", "updated", "deleted"]


def test_what_goals_are_called_is_seen_at_once(concept, lead):
    lead.post(reverse("setup-create", args=["ebene"]), NEW["ebene"])
    assert "Entwicklungsziele" in lead.get(reverse("goal-list")).content.decode()
    assert "Entwicklungsziel anlegen" in lead.get(reverse("goal-create")).content.decode()


def test_the_slower_of_two_keeps_what_was_typed_and_sees_what_is_stored(concept, lead):
    field = concept.fields.get(key="wohnen")
    address = reverse("setup-part", args=["handlungsfeld", field.pk])
    data = {**NEW["handlungsfeld"], "version": 1}
    assert lead.post(address, {**data, "name": "Schneller"}).status_code == 302
    response = lead.post(address, {**data, "name": "Langsamer"})
    page = response.content.decode()
    assert response.status_code == 409
    assert "Schneller" in page
    assert 'value="Langsamer"' in page
    assert Field.objects.get(pk=field.pk).name == "Schneller"


def test_the_concept_itself_is_changed(concept, lead):
    address = reverse("setup-part", args=["konzept", concept.pk])
    data = {
        "title": "INSEK 2040",
        "city": "Musterstadt",
        "metric_crs": "25832",
        "horizon_from": "2025",
        "version": "1",
    }
    assert lead.post(address, {**data, "horizon_to": "2020"}).status_code == 400
    assert lead.post(address, {**data, "horizon_to": "2040"}).status_code == 302
    concept.refresh_from_db()
    assert (concept.title, concept.horizon_to) == ("INSEK 2040", 2040)


def test_a_field_that_items_belong_to_is_not_deleted(concept, lead):
    field = concept.fields.get(key="wohnen")
    make_item("goal", fields=[field])
    response = lead.post(reverse("setup-delete", args=["handlungsfeld", field.pk]), {"version": 1})
    assert response.status_code == 409
    assert "noch 1 Inhalte" in response.content.decode()
    assert Field.objects.filter(pk=field.pk).exists()


def test_an_adopted_edition_is_neither_changed_nor_deleted(concept, lead):
    edition = make_edition(concept, "beschlossen", status="adopted", date="2025-10-06")
    assert lead.get(reverse("setup-part", args=["ausgabe", edition.pk]))["Location"] == reverse(
        "edition", args=["beschlossen"]
    )
    assert lead.post(reverse("setup-delete", args=["ausgabe", edition.pk]), {"version": 1}).status_code == 409
    assert Edition.objects.filter(pk=edition.pk).exists()


@pytest.mark.parametrize("role", ["planner", "practice", "department", "auditor", "administrator", "council"])
def test_only_the_project_lead_sets_up(concept, as_role, role):
    client = as_role(role)
    assert client.get(reverse("setup")).status_code == 403
    assert client.post(reverse("setup-create", args=["thema"]), NEW["thema"]).status_code == 403
    assert not Theme.objects.exists()


def test_wrong_values_are_refused_with_a_message_and_nothing_is_lost(concept, lead):
    response = lead.post(
        reverse("setup-create", args=["handlungsfeld"]), {**NEW["handlungsfeld"], "colour": "rot"}
    )
    assert response.status_code == 400
    assert "Bitte eine Farbe" in response.content.decode()
    assert 'value="Energie"' in response.content.decode()
    response = lead.post(
        reverse("setup-create", args=["handlungsfeld"]), {**NEW["handlungsfeld"], "key": "wohnen"}
    )
    assert response.status_code == 400
    assert Field.objects.count() == 2


def test_an_empty_choice_is_said_in_words(concept, lead):
    page = lead.get(reverse("setup-create", args=["meilenstein"])).content.decode()
    assert "Bitte wählen" in page
    assert "ohne Angabe" in page
    assert "-----" not in page
