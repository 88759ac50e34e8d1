"""The tree that a document proposes: corrected, accepted by one act, taken back by another."""

from __future__ import annotations

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from insek.concept.models import Field
from insek.documents import outlines
from insek.documents.models import Document, Outline, Passage
from insek.intake import batches
from insek.intake.models import Batch
from insek.people.models import Membership, Role, User
from insek.thread.models import Item, Link
from tests.documents.made_concept import make_concept as made_pdf
from tests.documents.making_documents import block, make_document, row
from tests.factories import make_actor, make_item, make_unit
from tests.reading import form_values, words

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _files_in_a_folder_of_their_own(settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path


@pytest.fixture
def document(concept):
    made = make_document(
        concept,
        [
            block("Handlungsfeld 2: Mobilität", "heading", 1), block("Wie wir uns bewegen."), block("Ziel 2.1: Wege kurz halten", "heading", 2),
            block("Wer kurze Wege hat, fährt seltener."), block("• Maßnahme 2.1.1 Radweg bauen", "item"),
        ],
        [block("2.2 Verfahren", "heading", 2), block("Ziel 2.3: Busse takten", "heading", 2)],
        [block("Maßnahme 2.1.1: Radweg bauen", "heading", 2), block("Der Radweg führt am Ufer entlang. Er ist drei Meter breit.")],
    )  # fmt: skip
    outlines.propose_outline(made)
    return made


def _sent(document, **more):
    """What the form of the whole outline sends."""
    outline = Outline.objects.get(document=document)
    sent = {"version": outline.version, "zeile": list(range(len(outline.lines))), "tun": "uebernehmen"}
    for place, line in enumerate(outline.lines):
        sent |= {
            f"art-{place}": line["making"],
            f"titel-{place}": line["title"],
            f"unter-{place}": "" if line["parent"] is None else line["parent"] + 1,
        }
        if line["take"]:
            sent[f"nimm-{place}"] = "on"
    return {**sent, **more}


def test_an_outline_is_accepted_as_a_whole_and_taken_back_as_a_whole(concept, document, as_role):
    client = as_role("project-lead")
    address = reverse("document-outline", args=[document.pk])
    page = client.get(address).content.decode()
    assert "4 von 5 Zeilen würden angelegt" in page and "2.1.1" in page
    assert (
        "Was neu entsteht, lässt sich danach auf einmal zurücknehmen." in page
    )  # passages of older items stay
    answer = client.post(address, _sent(document))
    batch = Batch.objects.get()
    assert answer["Location"] == reverse("batch", args=[batch.pk]) and batch.state == "done"
    field = Field.objects.get(name="Mobilität")
    assert field.aim == "Wie wir uns bewegen."
    found = {(item.kind, item.number, item.title, item.page) for item in Item.objects.all()}
    assert found == {
        ("goal", "Z 2.1", "Wege kurz halten", "11"), ("goal", "Z 2.3", "Busse takten", "12"), ("measure", "M 2.1.1", "Radweg bauen", "13"),
    }  # fmt: skip
    measure = Item.objects.get(kind="measure")
    assert measure.text == "Der Radweg führt am Ufer entlang. Er ist drei Meter breit."
    assert (measure.standing, measure.visibility, list(measure.fields.all())) == (
        "official",
        "internal",
        [field],
    )
    link = Link.objects.get()
    assert (link.source.title, link.kind, link.target, link.reason) == (
        "Wege kurz halten",
        "implemented_by",
        measure,
        "",
    )
    assert link.locator == "INSEK 2030, Seite 13"
    quoted = Passage.objects.get(item=measure)
    assert (quoted.page, quoted.quotation) == (
        3,
        "Maßnahme 2.1.1: Radweg bauen\n\nDer Radweg führt am Ufer entlang. Er ist drei Meter breit.",
    )
    assert Passage.objects.get(field=field).page == 1
    # accepted once more, nothing comes a second time
    client.post(address, _sent(document))
    assert (Item.objects.count(), Field.objects.count(), Link.objects.count(), Passage.objects.count()) == (
        3,
        3,
        1,
        4,
    )
    page = client.get(reverse("batch", args=[Batch.objects.latest("created_at").pk])).content.decode()
    assert "Gibt es schon; die Fundstelle ist ergänzt." in page
    client.post(reverse("batch-undo", args=[batch.pk]))
    assert (
        not Item.objects.exists()
        and not Field.objects.filter(name="Mobilität").exists()
        and not Passage.objects.exists()
    )
    assert "Gliederung: INSEK 2030" in client.get(reverse("batch-list")).content.decode()


def test_every_line_can_be_corrected(concept, document, as_role):
    client, address = as_role("project-lead"), reverse("document-outline", args=[document.pk])
    lines = Outline.objects.get(document=document).lines
    verfahren = next(place for place, line in enumerate(lines) if line["title"] == "Verfahren")
    radweg = next(place for place, line in enumerate(lines) if line["making"] == "measure")
    ziel = next(place for place, line in enumerate(lines) if line["title"] == "Busse takten")
    more = {
        f"art-{verfahren}": "guideline",
        f"nimm-{verfahren}": "on",
        f"titel-{verfahren}": "Offen planen",
        f"unter-{ziel}": verfahren + 1,
    }
    client.post(address, {**_sent(document, **more), "tun": "speichern"})
    assert not Item.objects.exists()
    sent = _sent(document)
    del sent[f"nimm-{radweg}"]
    client.post(address, sent)
    assert sorted(Item.objects.values_list("kind", "title")) == [
        ("goal", "Busse takten"),
        ("goal", "Wege kurz halten"),
        ("guideline", "Offen planen"),
    ]
    assert Link.objects.values_list("source__title", "kind", "target__title").get() == (
        "Offen planen",
        "guides",
        "Busse takten",
    )


@pytest.mark.parametrize(
    ("more", "told"),
    [({"unter-1": "9"}, "Zeile 2: Bitte die Nummer einer Zeile weiter oben"), ({"unter-1": "oben"}, "Zeile 2: Bitte die Nummer einer Zeile weiter oben"), ({"art-1": "plan"}, "Zeile 2: Diese Art gibt es nicht"), ({"titel-1": " "}, "Zeile 2: Bitte einen Titel")],
)  # fmt: skip
def test_what_cannot_be_is_refused_with_its_line(document, as_role, more, told):
    more = {"titel-0": "Unterwegs", "titel-3": "Takte", **more}
    answer = as_role("planner").post(reverse("document-outline", args=[document.pk]), _sent(document, **more))
    page = answer.content.decode()
    assert answer.status_code == 400 and told in page
    assert not Item.objects.exists()
    # what was typed in the other lines stands there still
    assert 'value="Unterwegs"' in page and 'value="Takte"' in page
    assert Outline.objects.get().lines[0]["title"] == "Mobilität"


def test_who_was_slower_is_told_and_overwrites_nothing(document, as_role):
    client, address = as_role("planner"), reverse("document-outline", args=[document.pk])
    sent = _sent(document)
    client.post(address, {**sent, "tun": "speichern"})
    answer = client.post(address, {**sent, "titel-1": "Anders"}, follow=True)
    assert "jemand anderes diese Gliederung geändert" in answer.content.decode()
    assert not Item.objects.exists() and Outline.objects.get().lines[1]["title"] == "Wege kurz halten"
    # neither does a form that was opened before all lines were proposed anew
    sent = _sent(document, **{"titel-1": "Anders"})
    client.post(address, {"tun": "neu"})
    assert "jemand anderes" in client.post(address, sent, follow=True).content.decode()
    assert Outline.objects.get().lines[1]["title"] == "Wege kurz halten"


def test_what_is_there_already_is_cited_and_not_made_again(concept, document, as_role):
    goal = make_item("goal", visibility="internal", title="Wege kurz halten", number="", concept=concept)
    other = make_item(
        "measure", visibility="internal", title="Etwas anderes", number="M 2.1.1", concept=concept
    )
    as_role("project-lead").post(reverse("document-outline", args=[document.pk]), _sent(document))
    assert Item.objects.filter(kind="goal", title="Wege kurz halten").get() == goal
    assert Passage.objects.filter(item=goal).exists() and not Passage.objects.filter(item=other).exists()
    assert Item.objects.get(kind="measure", title="Radweg bauen").number == ""  # its number is taken


def test_a_planner_who_may_not_set_up_gets_all_but_the_fields(document, as_role):
    as_role("planner").post(reverse("document-outline", args=[document.pk]), _sent(document))
    assert Item.objects.count() == 3 and not Field.objects.filter(name="Mobilität").exists()
    assert Batch.objects.get().entries.get(result="refused").reason == "Das dürfen Sie nicht."


def test_each_line_is_an_entry_of_the_batch_and_comes_back_by_itself(document):
    actor = make_actor("project-lead")
    batch = outlines.accept(Outline.objects.select_related("document__concept").get(), actor=actor)
    assert batches.counts_of(batch) == {"created": 4}
    batches.undo(batch)
    assert batches.counts_of(batch) == {"undone": 4}


def test_a_table_of_a_pdf_is_read_in_like_any_other_list(concept, as_role, tmp_path):
    made = made_pdf(fields=1, goals=2, measures=2, chapters=1)
    client = as_role("planner")
    sent = SimpleUploadedFile("insek.pdf", made.data)
    client.post(reverse("document-upload"), {"uploads": [sent], "kind": "concept"})
    document = Document.objects.get()
    page = client.get(reverse("document-page", args=[document.pk, made.pages])).content.decode()
    assert 'value="items.measure"' in page
    address = reverse("document-table", args=[document.pk, made.pages])
    answer = client.post(address, {"ziel": "items.measure"})
    batch = Batch.objects.get()
    assert answer["Location"] == reverse("reading", args=[batch.pk]) and batch.total == 4
    text = client.get(answer["Location"], follow=True).content.decode()
    titles = [part.title for part in made.parts if part.kind == "measure"]
    assert all(title in text for title in titles) and "Federführung" in text
    for number, ziel, told in (
        (1, "items.measure", "keine Tabelle zu erkennen"),
        (made.pages, "items.unit", "was in der Tabelle steht"),
    ):
        answer = client.post(
            reverse("document-table", args=[document.pk, number]), {"ziel": ziel}, follow=True
        )
        assert told in answer.content.decode()


def test_two_lines_with_the_same_title_are_two_items_however_often_they_are_accepted(concept, as_role):
    make_item("goal", visibility="internal", number="Z 1.1", title="Etwas anderes", concept=concept)
    make_item("goal", visibility="internal", number="Z 2.1", title="Noch etwas", concept=concept)
    document = make_document(
        concept, [block("Ziel 1.1: Orte öffnen", "heading", 2), block("Ziel 2.1: Orte öffnen", "heading", 2)]
    )
    outlines.propose_outline(document)
    for _time in range(2):
        as_role("planner").post(reverse("document-outline", args=[document.pk]), _sent(document))
        assert Item.objects.filter(title="Orte öffnen").count() == 2 == Passage.objects.count()
    first = Batch.objects.order_by("created_at")[0]  # numbers that others have are not lost without a word
    assert [entry.reason for entry in first.entries.order_by("row")] == [
        f"Die Nummer {number} ist schon vergeben und bleibt weg." for number in ("1.1", "2.1")
    ]


def test_what_fact_sheets_say_goes_into_fields_costs_units_and_links(concept, as_role):
    roads, parks = make_unit("tiefbau", name="Tiefbauamt"), make_unit("gruen", name="Grünflächenamt")

    def sheet(number, title, *answers):
        return [
            block(f"Maßnahme {number}: {title}", "heading", 2),
            *(row(label, text) for label, text in answers),
        ]

    made = make_document(
        concept,
        [block("Handlungsfeld 2: Mobilität", "heading", 1), block("Ziel 2.1: Wege kurz halten", "heading", 2)],
        sheet("2.1.1", "Radweg", ("Kosten:", "ca. 1,2 Mio. €"), ("Zeitraum:", "2026–2028"), ("Zuständig:", "Tiefbauamt, Grünflächenamt"),
              ("Priorität:", "hoch"), ("Ziele:", "2.1, 3.4"), ("Ort:", "am Ufer"), ("Bemerkung:", "vor der Schule")),
        sheet("2.1.2", "Brücke", ("Kosten:", "offen"), ("Zeitraum:", "bis 2030"), ("Zuständig:", "Amt 66; Hafenmeisterei"), ("Priorität:", "dringlich"),
              ("Ziele:", "2.1 und 9.9"), ("Ort:", "Hafen"), ("Bemerkung:", "–")),
        [block("Handlungsfeld 3: Klima", "heading", 1), block("Ziel 3.4: Schatten", "heading", 2)],
    )  # fmt: skip
    outlines.propose_outline(made)
    client, address = as_role("project-lead", username="leitung"), reverse("document-outline", args=[made.pk])
    Membership.objects.create(
        user=User.objects.get(username="leitung"), role=Role.objects.get(key="administrator")
    )
    page = words(client.get(address))
    assert "Kosten: ca. 1,2 Mio. € → wird Kosten: ca. 1,2 Mio. €" in page
    assert "Zuständig: Tiefbauamt, Grünflächenamt → wird Zuständig: Tiefbauamt" in page
    assert "Ziele: 2.1, 3.4 → wird" in page and "2.1 Wege kurz halten; 3.4 Schatten" in page
    assert "„9.9“ gibt es nicht; steht im Text." in page
    assert "Was diese Wörter meinen" in page and "„ Amt 66 “" in page
    # a word is decided, an answer stays in the text alone, and the rest is accepted
    sent = form_values(client.get(address))
    at = next(name for name, value in sent.items() if name.startswith("wort-") and value.endswith("|amt 66"))
    harbour = next(
        name for name, value in sent.items() if name.startswith("wort-") and value.endswith("|hafenmeisterei")
    )
    bridge = next(
        place for place, line in enumerate(Outline.objects.get().lines) if line["title"] == "Brücke"
    )
    kept = [label for label in sent[f"nimm-angabe-{bridge}"] if label != "Zeitraum"]
    client.post(
        address,
        {
            **sent,
            **_sent(made),
            f"heisst-{at[5:]}": str(roads.pk),
            f"heisst-{harbour[5:]}": "+",
            f"nimm-angabe-{bridge}": kept,
            f"angabe-{bridge}": [*kept, "Zeitraum"],
            "tun": "uebernehmen",
        },
    )
    radweg, bruecke = (Item.objects.get(title=title) for title in ("Radweg", "Brücke"))
    assert "Kosten: ca. 1,2 Mio. €" in radweg.text and "Zuständig: Tiefbauamt, Grünflächenamt" in radweg.text
    fields = ("responsible_id", "priority", "start_year", "end_year")
    assert [getattr(radweg.measure, name) for name in fields] == [roads.pk, 1, 2026, 2028]
    assert [getattr(bruecke.measure, name) for name in fields] == [roads.pk, None, None, None]
    [cost] = radweg.measure.cost_lines.all()
    assert (cost.amount_eur, cost.precision) == (1_200_000, "about")
    assert radweg.measure.units_taking_part.get().unit == parks
    assert bruecke.measure.units_taking_part.get().unit.name == "Hafenmeisterei"
    assert sorted(link.source.number for link in Link.objects.filter(target=radweg)) == ["Z 2.1", "Z 3.4"]
    assert [link.source.number for link in Link.objects.filter(target=bruecke)] == ["Z 2.1"]
    client.post(reverse("batch-undo", args=[Batch.objects.get().pk]))
    assert not Item.objects.exists()


def test_findings_and_places_are_proposed_where_the_document_calls_them_so(concept, as_role):
    made = make_document(
        concept,
        [block("Handlungsfeld 1: Wohnen", "heading", 1), block("Stärken", "heading", 3), block("• Viele Genossenschaften", "item"),
         block("Schwächen im Bestand", "heading", 3), block("• Wenig barrierefreie Wohnungen", "item"), block("Stärken und Schwächen", "heading", 3),
         block("• Das ist keins von beiden", "item")],
        [block("Handlungsfeld 2: Klima", "heading", 1), row("Stärken", "Schwächen"), row("• Große Wälder • Kalte Luft", "Versiegelte Mitte"),
         row("Chancen", "Risiken"), row("Förderung des Bundes", "Mehr Hitzetage"), block("Räumliche Schwerpunkte", "heading", 3),
         block("• Uferpark", "item")],
    )  # fmt: skip
    outlines.propose_outline(made)
    found = [
        (line["making"], line["title"], line["take"])
        for line in Outline.objects.get().lines
        if line["making"] != "handlungsfeld"
    ]
    assert found == [
        ("finding-strength", "Viele Genossenschaften", True), ("finding-weakness", "Wenig barrierefreie Wohnungen", True),
        ("finding-strength", "Große Wälder", True), ("finding-strength", "Kalte Luft", True), ("finding-weakness", "Versiegelte Mitte", True),
        ("finding-opportunity", "Förderung des Bundes", True), ("finding-threat", "Mehr Hitzetage", True), ("feature", "Uferpark", False),
    ]  # fmt: skip
    client, address = as_role("project-lead"), reverse("document-outline", args=[made.pk])
    place = len(Outline.objects.get().lines) - 1
    answer = client.post(address, _sent(made, **{f"nimm-{place}": "on"}))
    assert (
        "Bitte „Planzeichen“ wählen" in words(answer)
        or "Bitte „Planzeichen“ wählen" in answer.content.decode()
    )
    client.post(address, _sent(made, **{f"nimm-{place}": "on", f"wahl-{place}": "green"}))
    park = Item.objects.get(kind="feature")
    assert (park.title, park.feature.sign, [field.name for field in park.fields.all()]) == (
        "Uferpark",
        "green",
        ["Klima"],
    )
    assert sorted(Item.objects.filter(kind="finding", fields__name="Wohnen").values_list("title", "finding__type")) == [
        ("Viele Genossenschaften", "strength"), ("Wenig barrierefreie Wohnungen", "weakness"),
    ]  # fmt: skip
