"""„Was sagt das INSEK hier?“: what applies at a place and why, for whom, as page, PDF and Word; and what the address takes."""

from __future__ import annotations

import io
from datetime import date
from decimal import Decimal

import docx
import pikepdf
import pypdfium2
import pytest
import shapely
from django.db import connection
from django.test import Client, override_settings
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from insek.council.models import CheckPlace
from insek.places.models import Location
from insek.publish.dossier.addresses import shape_in_address
from insek.publish.dossier.collecting import dossier_of
from insek.publish.dossier.drafting import paragraph_of
from insek.thread.models import EditionNumber, Item, Link
from tests.factories import make_edition, make_item, make_link, make_unit, make_user
from tests.publish.making_dossiers import PLOT, asked_at, at, dossier_city, drawn, outlined, place, why


@pytest.fixture
def city(db):
    return dossier_city()


def test_each_thing_says_why_it_applies_the_closest_first(city):
    drawn("feature", shapely.box(7.69, 49.39, 7.70, 49.41), city, title="Grünzug nebenan")
    drawn("feature", shapely.box(7.6995, 49.3995, 7.7020, 49.4010), city, title="Grünzug")
    drawn("feature", shapely.box(7.7005, 49.3995, 7.7020, 49.4010), city, title="Wohngebiet")
    drawn("measure", shapely.Point(7.7005, 49.4002), city, title="Brunnen")
    drawn("measure", shapely.Point(7.7020, 49.4002), city, title="Schule")
    drawn("measure", shapely.Point(7.7900, 49.5000), city, title="Woanders")
    for_district = make_item("measure", concept=city, title="Für das Altdorf")
    make_link(for_district, place("Altdorf"), "located_in")
    far = drawn("measure", shapely.Point(7.709, 49.409), city, title="Im Altdorf, aber drüben")
    make_link(far, place("Altdorf"), "located_in")
    beside = make_item("measure", concept=city, title="Für das Neudorf")
    make_link(beside, place("Neudorf"), "located_in")
    found = at(city)
    assert why(found, "raumelemente") == {
        "Grünzug": "deckt den Ort ganz ab", "Wohngebiet": "deckt 50 % des Ortes ab", "Grünzug nebenan": "grenzt an den Ort",
    }  # fmt: skip
    assert list(why(found, "massnahmen").items()) == [
        ("Brunnen", "liegt an diesem Ort"),
        ("Schule", "70 m entfernt"),
        ("Für das Altdorf", "verknüpft mit Altdorf"),
        ("Im Altdorf, aber drüben", "verknüpft mit Altdorf, aber eingezeichnet 1,1 km entfernt"),
    ]
    assert [row.item.title for row in found.applying.districts] == ["Altdorf"]
    assert "Schule" not in why(at(city, umkreis="0"), "massnahmen")


def test_goals_come_through_what_applies_here_and_the_others_are_folded(city):
    measure = drawn("measure", shapely.Point(7.7005, 49.4002), city, title="Brunnen", number="M 1")
    near, wide = (
        make_item("goal", concept=city, title=title) for title in ("Kühle Plätze", "Mehr Wohnungen")
    )
    make_link(near, measure, "implemented_by")
    group = at(city).group("ziele")
    assert {row.item.title: row.why for row in group.rows} == {near.title: "über M 1 (liegt an diesem Ort)"}
    assert [row.item.title for row in group.wide] == [wide.title] and group.wide_count == 1


def test_binding_statements_come_with_the_area_of_their_plan(city):
    plan = drawn(
        "plan",
        shapely.box(7.69, 49.39, 7.705, 49.41),
        city,
        type="development",
        status="in_force",
        number="P 1",
    )
    other = drawn("plan", shapely.box(7.72, 49.39, 7.73, 49.41), city, type="development", status="in_force")
    draft = drawn("plan", shapely.box(7.69, 49.39, 7.705, 49.41), city, type="development", status="draft")
    nowhere = make_item("plan", concept=city, type="landuse", status="in_force", title="Ohne Gebiet")
    region = make_item(
        "plan", concept=city, type="regional", status="in_force", area="Gesamtstadt", number="P 9"
    )
    said = make_item(
        "plan_statement",
        concept=city,
        plan=plan.plan,
        type="aim",
        title="Höhe",
        text="Zulässig sind zwei Geschosse.",
    )
    make_item("plan_statement", concept=city, plan=plan.plan, type="state", title="Ein Befund")
    make_item("plan_statement", concept=city, plan=other.plan, type="aim", title="Fern")
    make_item("plan_statement", concept=city, plan=draft.plan, type="aim", title="Noch nicht")
    make_item(
        "plan_statement", concept=city, plan=region.plan, type="aim", marking="z", title="Ziel der Region"
    )
    away = drawn(
        "plan_statement",
        shapely.Point(7.6905, 49.391),
        city,
        plan=plan.plan,
        type="aim",
        title="Anderswo im Plan",
    )
    found = at(city)
    group = found.group("kernaussagen")
    [row] = group.rows
    assert (row.item.title, row.quote, row.fact) == (said.title, "Zulässig sind zwei Geschosse.", "Satzung")
    assert row.why == "aus P 1; dessen Gebiet: deckt den Ort ganz ab"
    assert [(row.item.title, row.fact) for row in group.wide] == [("Ziel der Region", "Ziel der Raumordnung")]
    assert away.title not in {row.item.title for row in (*group.rows, *group.wide)}
    assert [row.item.title for row in found.unknown_area] == [nowhere.title]
    assert "ganze Stadt" not in found.unknown_area[0].why and found.unknown_area[0].why.startswith("Gebiet n")
    assert [row.item.pk for row in found.group("planwerke").rows] == [plan.pk, draft.pk]


def test_a_plan_that_only_borders_binds_nothing_here(city):
    plan = drawn("plan", shapely.box(7.69, 49.39, 7.70, 49.41), city, type="development", status="in_force")
    make_item("plan_statement", concept=city, plan=plan.plan, type="aim", title="Nebenan")
    found = at(city)
    assert list(why(found, "planwerke").values()) == ["grenzt an den Ort"]
    assert found.group("kernaussagen").count == 0


def test_contributions_are_quoted_and_papers_and_checks_of_the_district_named(city):
    make_item(
        "contribution",
        concept=city,
        title="Baum",
        text="Hier fehlt ein Baum.",
        lon=Decimal("7.7005"),
        lat=Decimal("49.4002"),
    )
    paper = make_item("paper", concept=city, title="Bebauung am Anger")
    make_link(paper, place("Altdorf"), "located_in")
    check = make_item("concept_check", concept=city, title="Prüfung des Angers")
    CheckPlace.objects.create(check_row=check.concept_check, district=place("Altdorf").district)
    found = at(city)
    [row] = found.group("beitraege").rows
    assert row.quote == "Hier fehlt ein Baum." and row.why == "liegt an diesem Ort"
    assert {row.item.title: (row.fact, row.why) for row in found.group("rat").rows} == {
        "Bebauung am Anger": ("Vorlage", "verknüpft mit Altdorf"),
        "Prüfung des Angers": ("INSEK-Prüfung", "verknüpft mit Altdorf"),
    }


def test_a_district_and_a_measure_can_be_asked_about(city, client):
    measure = drawn("measure", shapely.Point(7.7005, 49.4002), city, title="Brunnen", number="M 1")
    drawn("feature", shapely.box(7.6995, 49.3995, 7.7020, 49.4010), city, title="Grünzug")
    goal = make_item("goal", concept=city, title="Kühle Plätze")
    make_link(goal, measure, "implemented_by")
    page = client.get(reverse("dossier"), {"von": measure.pk})
    rows = {group["key"]: group for group in page.context["groups"]}
    assert [row["item"].title for row in rows["raumelemente"]["list"]["rows"]] == ["Grünzug"]
    assert rows["ziele"]["list"]["rows"][0]["text"] == "über M 1" and "massnahmen" not in rows
    assert client.get(reverse("dossier"), {"nummer": "m1"}).context["place"].item == measure
    whole = client.get(reverse("dossier"), {"von": place("Altdorf").pk}).content.decode()
    assert "Brunnen" in whole and "Grünzug" in whole
    assert client.get(reverse("dossier"), {"nummer": "X 99"}).status_code == 400


def test_visitors_see_what_is_public_and_staff_see_the_rest_marked_but_not_in_the_paragraph(city, client):
    drawn("measure", shapely.Point(7.7005, 49.4002), city, title="Geheimer Brunnen", visibility="internal")
    hidden = make_item("goal", concept=city, title="Geheimes Ziel", visibility="internal")
    open_one = drawn("measure", shapely.Point(7.7004, 49.4002), city, title="Offener Brunnen")
    make_link(hidden, open_one, "implemented_by")
    values = {"form": shape_in_address(PLOT), "zweck": "bauleitplan"}
    page = client.get(reverse("dossier"), values).content.decode()
    assert "Offener Brunnen" in page and "Geheim" not in page
    lead = Client()
    lead.force_login(make_user("project-lead"))
    answer = lead.get(reverse("dossier"), values)
    page = answer.content.decode()
    assert "Geheimer Brunnen" in page and "Geheimes Ziel" in page and "es ist gekennzeichnet" in page
    assert "Offener Brunnen" in answer.context["paragraph"] and "Geheim" not in answer.context["paragraph"]
    for name in ("dossier-pdf", "dossier-docx"):
        public, internal = (words_of(each.get(reverse(name), values).content) for each in (client, lead))
        assert "Offener Brunnen" in public and "Geheim" not in public and "Geheimer Brunnen" in internal
    secret = Item.objects.get(title="Geheimer Brunnen")
    assert client.get(reverse("dossier"), {"von": secret.pk}).status_code == 404
    assert lead.get(reverse("dossier"), {"von": secret.pk}).status_code == 200


def words_of(made):
    if made.startswith(b"%PDF"):
        pages = pypdfium2.PdfDocument(made)
        return " ".join(" ".join(page.get_textpage().get_text_range().split()) for page in pages)
    document = docx.Document(io.BytesIO(made))
    return " ".join(paragraph.text for paragraph in document.paragraphs)


def test_the_paragraph_names_the_edition_what_is_not_in_it_and_leaves_the_judgement(city):
    kept = drawn("measure", shapely.Point(7.7005, 49.4002), city, title="Brunnen", number="M 1")
    drawn("measure", shapely.Point(7.7004, 49.4002), city, title="Später", number="M 2")
    drawn("measure", shapely.Point(7.7020, 49.4002), city, title="In der Nähe", number="M 3")
    asker, asked = asked_at(city, zweck="bauleitplan")
    without = paragraph_of(asker, dossier_of(asker, asked))
    assert (
        "eine beschlossene Ausgabe gibt es noch nicht" in without
        and "nur die Ergebnisse eines beschlossenen" in without
    )
    edition = make_edition(city, status="adopted", date=date(2025, 10, 6))
    EditionNumber.objects.create(edition=edition, number="M 1", item_id=kept.pk)
    text = paragraph_of(asker, dossier_of(asker, asked))
    assert "§ 1 Abs. 6 Nr. 11 BauGB" in text and "Entwurf, beschlossen am 6. Oktober 2025" in text
    assert "– M 1 Brunnen (liegt an diesem Ort)" in text and "In der Nähe" not in text
    assert "nicht mit ihr beschlossen: M 2." in text and text.endswith("[Hier ergänzen: …]")
    asker, asked = asked_at(city, zweck="zustimmung", eingang="2026-11-30")
    with override_settings(INSEK_TODAY="2026-12-01"):
        text = paragraph_of(asker, dossier_of(asker, asked))
    assert "am 30. November 2026 eingegangen" in text and "bis zum Ablauf des 28. Februar 2027" in text
    assert "vereinbar ist (§ 36a Abs. 1 Satz 2 BauGB): [Hier ergänzen" in text


def test_what_is_drawn_in_several_parts_has_a_map(city, client):
    """A street of several lines, a measure along two: the picture has one place for the letter of each."""
    lines = shapely.MultiLineString([[(7.7, 49.4), (7.701, 49.4)], [(7.7, 49.4003), (7.704, 49.4003)]])
    measure = drawn("measure", lines, city, title="Zwei Wege")
    assert client.get(measure.url).status_code == 200
    for shape in (lines, shapely.MultiPoint([(7.7, 49.4), (7.701, 49.4)])):
        answer = client.get(reverse("dossier"), {"form": shape_in_address(shape)})
        assert answer.status_code == 200 and answer.context["map"]["picture"]
        assert "Zwei Wege" in answer.content.decode()


def test_a_huge_plot_in_the_city_is_answered(city):
    for number in range(30):
        drawn("measure", shapely.Point(7.65 + number / 200, 49.45), city)
    found = at(city, shapely.box(7.61, 49.31, 7.89, 49.59), umkreis="800")
    assert found.group("massnahmen").count == 30 and not found.applying.is_cut
    assert {row.item.title for row in found.applying.districts} == {"Altdorf", "Neudorf"}


def test_what_is_read_no_further_is_said(city, monkeypatch, client):
    monkeypatch.setattr("insek.publish.dossier.applying.MOST_READ", 2)
    for number in range(4):
        drawn("measure", shapely.Point(7.7001 + number / 10_000, 49.4002), city)
    page = client.get(reverse("dossier"), {"form": shape_in_address(PLOT)}).content.decode()
    assert "Hier liegt sehr viel" in page


def test_what_is_not_known_is_said(city, client):
    outlined(place("Altdorf"), shapely.box(7.69, 49.39, 7.71, 49.41), schematic=True)
    make_item("measure", concept=city, title="Ohne Ort")
    page = client.get(reverse("dossier"), {"form": shape_in_address(PLOT)}).content.decode()
    assert "schematisch, nicht grenzgenau" in page and "1 Eintrag hat keinen Ort" in page
    assert "Eine beschlossene Ausgabe gibt es noch nicht" in page
    assert "Eigens für diesen Ort ist nichts eingetragen" in page


@pytest.mark.parametrize("asked", [{"wo": "\x00"}, {"wo": "x" * 900}, {"punkt": "nan,nan"}, {"punkt": "49.4,7.7"}, {"von": "\x00"}, {"von": "zzzzzzzz"},
                                   {"nummer": "\x00%"}, {"umkreis": "-1"}, {"zweck": "x"}])  # fmt: skip
def test_any_address_is_answered(city, client, asked):
    for name in ("dossier", "dossier-pdf", "dossier-docx"):
        assert client.get(reverse(name), asked).status_code in (200, 400, 404)


def test_pdf_is_tagged_and_word_opens_in_both_languages(city, client):
    drawn("measure", shapely.Point(7.7005, 49.4002), city, title="Brunnen", number="M 1")
    values = {"form": shape_in_address(PLOT), "zweck": "zustimmung", "eingang": "2026-02-02"}
    for language in ("de", "en"):
        client.cookies["django_language"] = language
        made = client.get(reverse("dossier-pdf"), values).content
        with pikepdf.open(io.BytesIO(made)) as file:
            assert file.Root.MarkInfo.Marked and "/StructTreeRoot" in file.Root
        words = words_of(made)
        assert "M 1" in words and "2. Mai 2026" in words
        assert "2. Mai 2026 verweigert" in words_of(client.get(reverse("dossier-docx"), values).content)


def test_the_pages_lead_to_it(city, client):
    measure = drawn("measure", shapely.Point(7.7005, 49.4002), city, title="Brunnen")
    paper = make_item("paper", concept=city)
    make_link(paper, place("Altdorf"), "located_in")
    check = make_item("concept_check", concept=city)
    CheckPlace.objects.create(check_row=check.concept_check, district=place("Altdorf").district)
    address = reverse("dossier")
    assert f'href="{address}"' in client.get(reverse("city-map")).content.decode()
    for item in (measure, place("Altdorf"), paper, check):
        assert f'href="{address}?von={item.pk}"' in client.get(item.url).content.decode(), item.kind
    for item in (paper, check):
        districts = client.get(address, {"von": item.pk}).context["districts"]
        assert [each["title"] for each in districts] == ["Altdorf"]


BUDGET = 55


def test_queries_do_not_grow_with_what_is_there(city, client):
    """10,000 items: the same questions as with ten, and the page in time."""
    unit = make_unit()
    goal = make_item("goal", concept=city)
    for number in range(10):
        make_link(
            goal,
            drawn("measure", shapely.Point(7.7001 + number / 20_000, 49.4002), city, responsible=unit),
            "implemented_by",
        )
    values = {"form": shape_in_address(PLOT), "zweck": "bauleitplan"}
    client.get(reverse("dossier"), values)
    with CaptureQueriesContext(
        connection,
    ) as few:
        client.get(reverse("dossier"), values)
    fill(city, 10_000)
    client.get(reverse("dossier"), values)
    with CaptureQueriesContext(connection) as many:
        answer = client.get(reverse("dossier"), values)
    assert answer.status_code == 200
    assert len(many) <= max(BUDGET, len(few)) and len(many) <= len(few) + 6, (len(few), len(many))


def fill(concept, count):
    """Measures all over the city, every other one of them drawn, the others linked with a district or the city."""
    from insek.strategy.models import Measure

    targets = [place("Altdorf").pk, place("Neudorf").pk, place("Musterstadt").pk]
    items = [
        Item(id=f"q{number:07d}", concept=concept, kind="measure", title=f"Maßnahme {number}", visibility="public", sort_key=f"{number:06d}")
        for number in range(count)
    ]  # fmt: skip
    Item.objects.bulk_create(items, batch_size=500)
    Measure.objects.bulk_create([Measure(item=item) for item in items], batch_size=500)
    rows = []
    for number, item in enumerate(items[::2]):
        row = Location(
            item=item, geometry=shapely.Point(7.62 + (number % 100) / 400, 49.32 + (number // 100) / 250)
        )
        row.keep_box()
        rows.append(row)
    Location.objects.bulk_create(rows, batch_size=500)
    Link.objects.bulk_create(
        [Link(source=item, target_id=targets[number % 3], kind="located_in", reason="Beispiel") for number, item in enumerate(items[1::2])],
        batch_size=500,
    )  # fmt: skip
