"""An edition as one text: its order, paragraphs that can be cited, and what is new against the edition before."""

import re
from datetime import date

import pytest
from django.test import override_settings
from django.urls import reverse

from insek.council import views
from insek.council.edition_document import edition_document
from insek.people.actors import PROGRAM
from insek.steering.models import Target
from insek.thread.services import delete_item, update_item
from insek.web.richtext import rich_html, rich_paragraphs
from tests.council.editions import adopt, file, make_resolution
from tests.factories import make_edition, make_item, make_link


@pytest.fixture(autouse=True)
def files(tmp_path):
    with override_settings(MEDIA_ROOT=tmp_path):
        yield


@pytest.fixture
def edition(concept):
    return make_edition(concept)


def body(response):
    assert response.status_code == 200
    return re.sub(r"\s+", " ", response.content.decode())


def read(client, edition, **query):
    return body(client.get(reverse("edition", args=[edition.key]), query))


def test_paragraphs_of_a_text_are_the_text():
    text = (
        "# Anlass\n\nErster *Absatz*\nweiter.\n\n- a\n- b\n\n1. eins\n\n> Zitat\n\n"
        "| a | b |\n|---|---|\n| 1 | 2 |\n\nMit [Verweis][v] und <script>.\n\n[v]: https://example.org/x\n"
    )
    pieces = rich_paragraphs(text, 4)
    assert [piece[:3] for piece in pieces] == ["<h4", "<p>", "<ul", "<ol", "<bl", "<ta", "<p>"]
    assert "".join(pieces).replace("\n", "") == rich_html(text, 4).replace("\n", "")
    assert 'href="https://example.org/x"' in pieces[-1] and "<script" not in pieces[-1]
    assert rich_paragraphs("  \n") == []


def test_an_edition_is_read_from_the_vision_to_the_place(concept, edition, client):
    housing, climate = concept.fields.order_by("position")[:2]
    make_item("feature", number="R 1", title="Grünzug", sign="centre")
    goal = make_item("goal", number="Z 2.1", title="Schatten", fields=[housing, climate])
    make_item("goal", number="Z 2.2", title="Wasser", fields=[climate])
    measure = make_item("measure", number="M 1", title="Bäume", fields=[housing, climate])
    make_link(goal, measure, "implemented_by")
    make_item("guideline", number="LL 1", title="Innen vor außen")
    make_item("vision", number="L 1", title="Die Stadt im Wald")
    make_item("measure", number="M 2", title="Ohne Feld")
    file(edition)
    document = edition_document(edition)
    told = [
        (chapter.title, [[entry.number for entry in group.entries] for group in chapter.groups])
        for chapter in document.chapters
    ]
    named = [title for title, _groups in told]
    assert named[:2] == ["Leitbild", "Leitlinie"] and named[-2:] == [
        "Über alle Handlungsfelder",
        "Gesamträumliches Konzept",
    ]
    # a goal of two fields stands where its neighbours by number stand, its measure with it; the other field names both
    assert dict(told)[str(climate)] == [["Z 2.1", "Z 2.2"], ["M 1"]]
    assert dict(told)["Über alle Handlungsfelder"] == [["M 2"]]
    other = next(chapter for chapter in document.chapters if chapter.title == str(housing))
    assert [[entry.number for entry in group.elsewhere] for group in other.groups] == [["Z 2.1"], ["M 1"]]
    page = read(client, edition)
    assert page.count('<h4 id="z-2-1-titel"') == 1 and page.count("Hier ebenso") == 2
    assert 'Dient den Zielen</span> <a href="#z-2-1">Z 2.1</a>' in page


def test_a_paragraph_has_an_address_and_the_page_says_how_to_cite_it(edition, client):
    make_item("goal", number="Z 1.2.1", title="Darunter", text="Text.")
    make_item("goal", number="Z 1.2", title="Wohnen", text="Erster Absatz.\n\nZweiter Absatz.")
    file(edition)
    page = read(client, edition)
    assert re.search(
        r'id="z-1-2-abs-2"><a class="para__no" href="#z-1-2-abs-2" aria-label="Absatz 2 von Z 1.2">2</a>',
        page,
    )
    assert "Z 1.2 Absatz 1, http://testserver" in page and "#z-1-2-abs-1" in page
    assert len(re.findall(r' id="([^"]+)"', page)) == len(set(re.findall(r' id="([^"]+)"', page)))


def test_numbers_said_twice_and_titles_without_number_keep_addresses_apart(edition, client):
    for number in ("", "", "Z.1", "Z 1"):
        make_item("goal", number=number, title=f"Ziel {number}", text="Text.")
    file(edition)
    page = read(client, edition)
    anchors = re.findall(r'<article class="passage" id="([^"]+)"', page)
    assert len(set(anchors)) == 4


def test_what_is_new_changed_and_gone_is_said_against_the_edition_before(concept, edition, client):
    kept = make_item("goal", number="Z 1", title="Bleibt", text="Gleich.")
    changed = make_item("goal", number="Z 2", title="Ändert sich", text="Alt ist es hier.")
    gone = make_item("goal", number="Z 3", title="Entfällt", text="Weg.")
    page = read(client, edition)
    assert "Gegenüber der Ausgabe" not in page and ">neu<" not in page
    adopt(edition, make_resolution(date=date(2020, 5, 4)))
    changed.refresh_from_db()
    update_item(changed, expected_version=changed.version, values={"text": "Neu ist es hier."}, actor=PROGRAM)
    gone.refresh_from_db()
    delete_item(gone, expected_version=gone.version, actor=PROGRAM)
    make_item("goal", number="Z 4", title="Kommt dazu")
    following = make_edition(concept, "zweite")
    page = read(client, following)
    assert "1 neu, 1 geändert, 1 nicht mehr darin." in page
    assert re.search(r"<del>.*?Alt</del>\s*<ins>.*?Neu</ins>", page)
    assert reverse("edition-item", args=[edition.key, gone.pk]) in page.split('id="entfallen"', 1)[1]
    states = {
        entry.title: entry.state
        for chapter in edition_document(following).chapters
        for group in chapter.groups
        for entry in group.entries
    }
    assert states == {"Bleibt": "", "Ändert sich": "changed", "Kommt dazu": "new"}
    # what the first edition says of today is not what it says of the edition before it
    first = read(client, edition)
    assert first.count("Lautet heute anders") == 1 and first.count("Steht heute nicht mehr öffentlich") == 1
    assert "Gegenüber der Ausgabe" not in first
    assert kept.title in first and "Weg." in first


def test_a_target_is_a_sentence_with_its_unit(edition, client):
    indicator = make_item("indicator", number="I 1", title="Leere Wohnungen", unit="Wohnungen")
    goal = make_item("goal", number="Z 1", title="Bestand")
    Target.objects.create(
        goal=goal.goal, indicator=indicator.indicator, key="z", direction="at_most", value=12000, year=2037,
        base_period="2022", base_value=28000, standing="working",
    )  # fmt: skip
    file(edition)
    assert "I 1 Leere Wohnungen: höchstens 12.000 Wohnungen bis 2037 (2022: 28.000)" in read(client, edition)


def test_a_very_long_edition_is_read_chapter_by_chapter(concept, edition, client, monkeypatch):
    monkeypatch.setattr(views, "MOST_AT_ONCE", 1)
    make_item("vision", number="L 1", title="Bild der Stadt")
    make_item("goal", number="Z 1", title="Erstes Ziel", fields=[concept.fields.first()])
    file(edition)
    page = read(client, edition)
    assert "Kapitel für Kapitel" in page and "Bild der Stadt" in page and 'id="z-1-titel"' not in page
    field = edition_document(edition).chapters[1].anchor
    following = read(client, edition, kapitel=field)
    assert 'id="z-1-titel"' in following and 'rel="prev"' in following and 'rel="next"' not in following
    assert client.get(reverse("edition", args=[edition.key]), {"kapitel": "nirgends"}).status_code == 404


def test_words_of_an_edition_are_read_where_its_archive_is_damaged(edition, client):
    make_item("goal", number="Z 1", title="Wohnen", text="Bleibt lesbar.")
    file(edition)
    edition.filed_archive.storage.delete(edition.filed_archive.name)
    page = read(client, edition)
    assert "Bleibt lesbar." in page and "Die eingefrorene Fassung liegt nicht mehr vor" in page
