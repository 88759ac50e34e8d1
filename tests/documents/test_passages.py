"""Marking a passage and making something of it: verbatim, with document and page."""

from __future__ import annotations

import pytest
from django.urls import reverse

from insek.concept.models import Field
from insek.documents.making import all_makings
from insek.documents.models import DocumentPage, Passage
from insek.release.restoring import restore_item
from insek.thread import history
from insek.thread.models import Item
from insek.thread.services import delete_item
from tests.documents.making_documents import block, make_document
from tests.factories import make_actor, make_item

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _files_in_a_folder_of_their_own(settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path


@pytest.fixture
def document(concept):
    return make_document(
        concept,
        [
            block("Ziel 2.1: Wege kurz halten", "heading", 2), block("Wer kurze Wege hat, fährt seltener. Das spart Zeit."),
            block("Ein zweiter Absatz."), block("• Ein Punkt", "item"),
        ],
    )  # fmt: skip


def _take(client, document, **sent):
    return client.post(reverse("document-take", args=[document.pk, 1]), sent)


def test_marked_words_become_an_item_with_its_place(concept, document, as_role, client):
    lead = as_role("project-lead")
    answer = _take(
        lead,
        document,
        machen="goal",
        zitat="Das  spart Zeit.\n\nEin zweiter",
        von="1",
        bis="2",
        feld="wohnen",
    )
    assert answer["Location"].endswith("?feld=wohnen#absatz-1")
    goal = Item.objects.get(kind="goal")
    assert (goal.title, goal.text) == ("Das spart Zeit", "Ein zweiter")
    assert (goal.standing, goal.document, goal.page, goal.visibility) == (
        "official",
        "INSEK 2030",
        "11",
        "internal",
    )
    assert [field.key for field in goal.fields.all()] == ["wohnen"]
    passage = Passage.objects.get()
    assert (passage.page, passage.first, passage.last, passage.item) == (1, 1, 2, goal)
    page = lead.get(goal.url).content.decode()
    assert "Fundstelle" in page and f"{reverse('document-page', args=[document.pk, 1])}#absatz-1" in page
    assert goal.title in lead.get(reverse("document-page", args=[document.pk, 1])).content.decode()
    # who may not see the document sees no way to it
    Item.objects.filter(pk=goal.pk).update(visibility="public")
    assert "fundstellen" not in client.get(goal.url).content.decode()


def test_without_javascript_paragraphs_are_ticked(document, as_role):
    client = as_role("planner")
    _take(client, document, machen="measure", absatz=["0", "1"])
    measure = Item.objects.get(kind="measure")
    assert (measure.number, measure.title) == ("M 2.1", "Wege kurz halten")
    assert measure.text.endswith("Das spart Zeit.")
    # a number that is taken is left out, and nothing is lost
    _take(client, document, machen="measure", absatz=["0"])
    assert Item.objects.filter(kind="measure", number="", title="Wege kurz halten").count() == 1


@pytest.mark.parametrize(
    ("sent", "told"),
    [
        ({"machen": "goal"}, "Bitte markieren Sie Text"), ({"absatz": ["0"]}, "was daraus werden soll"),
        ({"machen": "goal", "zitat": "erfunden", "von": "0", "bis": "3"}, "stehen so nicht auf der Seite"),
        ({"machen": "goal", "absatz": ["0", "2"]}, "aufeinander folgen"), ({"machen": "goal", "absatz": ["99"]}, "hat sich geändert"),
        ({"machen": "feature", "absatz": ["0"]}, "Planzeichen"),
    ],
)  # fmt: skip
def test_nothing_is_made_of_what_is_not_there(document, as_role, sent, told):
    client = as_role("planner")
    answer = _take(client, document, **sent)
    assert told in client.get(answer["Location"]).content.decode()
    assert not Item.objects.exists() and not Passage.objects.exists()


def test_everything_that_is_offered_can_be_made(concept, document, as_role):
    client = as_role("project-lead")
    page = client.get(reverse("document-page", args=[document.pk, 1])).content.decode()
    for making in all_makings():
        assert f'value="{making.name}" data-key="{making.key}"' in page
        choice = {f"wahl-{making.name}": making.choices()[0][0]} if making.choice else {}
        _take(client, document, machen=making.name, absatz=["1"], **choice)
    assert sorted(Item.objects.values_list("kind", flat=True)) == sorted(
        making.kind for making in all_makings()
    )
    _take(client, document, machen="handlungsfeld", absatz=["0", "1"])
    field = Field.objects.get(name="Wege kurz halten")
    assert field.aim == "Wer kurze Wege hat, fährt seltener. Das spart Zeit."
    assert Passage.objects.get(field=field).quotation.startswith("Ziel 2.1")


def test_a_passage_goes_and_comes_back_with_its_item(document):
    actor = make_actor("project-lead")
    goal = make_item("goal", visibility="internal", document="INSEK 2030", page="11", standing="official")
    Passage.objects.create(
        document=document, page=1, first=1, last=1, quotation="Wer kurze Wege hat", item=goal
    )
    tombstone = delete_item(goal, expected_version=goal.version, actor=actor)
    assert not Passage.objects.exists()
    restore_item(tombstone, actor=actor)
    assert Passage.objects.get().quotation == "Wer kurze Wege hat"
    again = delete_item(Item.objects.get(), expected_version=Item.objects.get().version, actor=actor)
    document.delete()
    assert "Ein Dokument, aus dem zitiert war, gibt es nicht mehr." in restore_item(again, actor=actor).lost


def test_a_personal_datum_goes_out_of_what_was_read_and_quoted(document):
    goal = make_item("goal", visibility="internal")
    Passage.objects.create(
        document=document, page=1, first=1, last=1, quotation="Wer kurze Wege hat", item=goal
    )
    history.purge(needle="kurze Wege")
    page = DocumentPage.objects.get()
    assert "kurze Wege" not in f"{page.text} {page.blocks} {Passage.objects.get().quotation}"
