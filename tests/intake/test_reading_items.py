"""Reading lists of items in: an office's list comes in with all it says, once, and goes again as a whole."""

import re
from pathlib import Path

import pytest
from django.urls import reverse

from insek.intake import batches, items_writing, reading_pages
from insek.intake.models import Batch, KeptWord
from insek.intake.targets import ANEW, AS_SAID
from insek.people.models import Membership, Role, Unit
from insek.release.models import Proposal
from insek.strategy.models import CostLine
from insek.thread.models import Item, Link, Tombstone
from insek.thread.services import update_item
from tests.factories import make_actor, make_item, make_unit, make_user
from tests.intake.lists import ROWS, office_list
from tests.intake.reading import begin, go_on, sent_by, workbook, write
from tests.items.test_saved_views import client_of
from tests.reading import words

CASES = [folder / "shared" / "cases" / "tables" for folder in Path(__file__).resolve().parents]
OFFICE = next(
    (path for folder in CASES if (path := folder / "massnahmen_buero.xlsx").exists()), Path("nowhere")
)


SAID_APART = re.compile(r",? \(?\d+ %\)?| beantragt")
"""What a line of funding says in columns of its own: its rate and how far it has come."""


@pytest.fixture
def lead(db):
    """Leads the project and manages people too, as in a small city."""
    user = make_user("project-lead")
    Membership.objects.create(user=user, role=Role.objects.get(key="administrator"))
    return user


def measures():
    return {item.number: item for item in Item.objects.filter(kind="measure").select_related("measure")}


def everything(item):
    """All that an item and what hangs on it says, as one text."""
    measure = item.measure
    return " ".join(map(str, [
        item.number, item.title, item.text, *item.fields.all(), " / ".join(map(str, [measure.responsible, *measure.units_taking_part.all()])), measure.priority, f"{measure.start_year}–{measure.end_year}", measure.start_year,
        measure.partners, measure.planning_law, measure.ownership, measure.entry_state,
        *measure.funding_lines.values_list("source", "note"), *Link.objects.filter(target=item).values_list("source__number", "source__title"), *Link.objects.filter(source=item).values_list("target__title"),
    ]))  # fmt: skip


def test_a_list_of_an_office_comes_in_with_all_it_says(concept, lead):
    unit, goal, place = (
        make_unit("tiefbau"),
        make_item("goal", number="Z 1"),
        make_item("district", title="Nordstadt"),
    )
    client = client_of(lead)
    batch = begin(client, "items.measure", office_list())
    page = go_on(
        client,
        batch,
        {"Zu Ziel": "link.implemented_by.goal.source", "Worum": "text"},
        {"hafen": AS_SAID, "gesamte stadt": AS_SAID},
    )
    text = words(page)
    assert "5 Neu" in text and "Verkehr" in text
    assert "Summe" in text  # left out, and why
    assert not measures()
    write(client, batch)
    found = measures()
    assert set(found) == {"W 1", "W 2", "W 3", "V 1", "V 2"}
    first, second, third = found["W 1"], found["W 2"], found["W 3"]
    assert first.title == "Baulücken schließen"
    assert "- Kataster\n- Beratung" in first.text and "**Bemerkung:** mit Land abgestimmt" in first.text
    assert [field.key for field in first.fields.all()] == ["wohnen"]
    assert [field.name for field in found["V 1"].fields.all()] == ["Verkehr"]
    assert (first.measure.responsible, first.measure.priority, first.measure.start_year) == (unit, 1, 2025)
    assert second.measure.responsible.name == third.measure.responsible.name == "Amt 41"
    assert (second.measure.start_year, second.measure.end_year, second.measure.priority) == (2025, None, 1)
    assert (third.measure.start_year, third.measure.end_year) == (2026, 2027)
    assert "Zeitraum:** 2025 ff." in second.text
    assert {(link.source_id, link.target_id, link.kind) for link in Link.objects.all()} == {
        (goal.pk, first.pk, "implemented_by"), (goal.pk, found["V 1"].pk, "implemented_by"),
        (first.pk, place.pk, "located_in"), (second.pk, place.pk, "located_in"),
    }  # fmt: skip
    assert "Hafen" in second.text
    lines = CostLine.objects.order_by("measure__item__number").values_list("measure__item__number", "amount_eur", "up_to_eur", "precision", "rhythm", "note")  # fmt: skip
    assert set(lines) == {
        ("W 1", 1_200_000, None, "about", "once", ""), ("W 2", 1_500_000, 2_000_000, "exact", "once", ""),
        ("W 3", None, None, "about", "once", ""), ("V 1", 80_000, None, "exact", "yearly", ""),
        ("V 2", 3_400_000, None, "exact", "once", ""),
    }  # fmt: skip
    for said in ("Z 9", "gesamte Stadt", "ruht"):  # what is unknown stays as said
        assert said in third.text
    assert {item.visibility for item in found.values()} == {"internal"}


@pytest.mark.skipif(not OFFICE.exists(), reason="the file of the shape is not here")
def test_the_list_of_60_measures_comes_in_whole(concept, lead):
    client = client_of(lead)
    batch = begin(client, "items.measure", OFFICE.read_bytes())
    fields = (
        "wohnen und quartiere",
        "mobilitaet",
        "wirtschaft, wissenschaft, hafen",
        "klima, gruen und kueste",
        "zusammenleben, bildung, kultur",
    )
    go_on(client, batch, words=dict.fromkeys(fields, ANEW))
    Batch.objects.filter(pk=batch.pk, state="ready").get()
    write(client, batch)
    found = measures()
    assert len(found) == 60
    assert len({field.pk for item in found.values() for field in item.fields.all()}) == 5
    assert all(item.fields.count() == 1 and item.measure.responsible for item in found.values())
    assert found["1.10"].title == "Machbarkeitsstudie Holstentorplatz"
    assert (
        Link.objects.filter(kind="prerequisite_of").count() == 55
    )  # all but the first of each field rest on the one before
    lines = [line for item in found.values() for line in item.measure.cost_lines.all()]
    assert len(lines) == 60 and {line.up_to_eur for line in lines} == {None, 2_000_000}
    assert {line.rhythm for line in lines} == {"once", "yearly"} and {line.note for line in lines} == {""}
    assert {line.state for item in found.values() for line in item.measure.funding_lines.all()} == {
        "idea",
        "applied",
    }
    assert all(item.measure.entry_state for item in found.values())
    from openpyxl import load_workbook

    missing = []
    for row in load_workbook(OFFICE).active.iter_rows(min_row=6, max_row=69, values_only=True):
        if row[2]:
            said = " ".join(everything(found[row[0]]).split())
            missing += [
                (row[0], cell)
                for cell in (
                    *row[3:6],
                    SAID_APART.sub("", row[7] or ""),
                    *row[9:13],
                )  # costs are figures only
                if cell and " ".join(cell.split()) not in said
            ]
    assert missing == []


def test_what_was_said_is_offered_next_time_and_the_same_list_changes_nothing(concept, lead):
    client = client_of(lead)
    said = {"hafen": AS_SAID, "nordstadt": AS_SAID, "gesamte stadt": AS_SAID}
    batch = begin(client, "items.measure", office_list())
    go_on(client, batch, {"Bemerkung": ""}, said)
    write(client, batch)
    again = begin(client, "items.measure", office_list())
    client.post(reverse("reading-table", args=[again.pk]), {"weiter": "1"})
    page = client.get(reverse("reading-columns", args=[again.pk]))
    assert sent_by(page)["spalte.9"] == ""
    answer = client.post(reverse("reading-columns", args=[again.pk]), sent_by(page))
    assert answer["Location"] == reverse("reading", args=[again.pk])  # no word is asked again
    assert "5 Schon so" in words(client.get(answer["Location"]))
    assert KeptWord.objects.filter(word="hafen").count() == 1


def test_taking_back_leaves_what_somebody_has_touched(concept, lead):
    client = client_of(lead)
    goal = make_item("goal", number="Z 1")
    batch = begin(client, "items.measure", office_list())
    go_on(client, batch, {"Zu Ziel": "link.implemented_by.goal.source"})
    write(client, batch)
    touched = measures()["V 2"]
    update_item(
        touched, expected_version=touched.version, values={"title": "Bahnhof"}, actor=make_actor("planner")
    )
    page = client.post(reverse("reading-undo", args=[batch.pk]), follow=True)
    assert "Seitdem geändert; bleibt, wie es ist." in words(page)
    assert [item.title for item in Item.objects.filter(kind="measure")] == ["Bahnhof"]
    assert Tombstone.objects.filter(kind="measure").count() == 4
    assert Item.objects.filter(pk=goal.pk).exists()
    assert not concept.fields.filter(name="Wohnen und mehr").exists()
    batch.refresh_from_db()
    assert (batch.state, bytes(batch.data), bytes(batch.table)) == ("undone", b"", b"")
    assert [made[1] for made in batch.task["made"]] == ["Verkehr"]  # V 2 still belongs to it; the unit went


def test_a_unit_to_which_people_came_meanwhile_stays(concept, lead):
    client = client_of(lead)
    batch = begin(client, "items.measure", "Titel\tZuständig\nPark\tAmt 77\nWall\tAmt 78\n")
    go_on(client, batch, {"Zuständig": "responsible"}, dict.fromkeys(("amt 77", "amt 78"), ANEW))
    write(client, batch)
    lead.unit = Unit.objects.get(name="Amt 77")
    lead.save()
    client.post(reverse("reading-undo", args=[batch.pk]))
    lead.refresh_from_db()
    assert lead.unit is not None and not Unit.objects.filter(name="Amt 78").exists()
    assert not Item.objects.filter(kind="measure").exists()


def test_a_killed_process_is_followed_by_one_that_goes_on(concept, lead, monkeypatch):
    client = client_of(lead)
    batch = begin(client, "items.measure", office_list())
    go_on(client, batch)
    real, done = items_writing._write_entry, []

    def dies(*args):
        if len(done) == 3:
            raise SystemExit
        done.append(real(*args))

    monkeypatch.setattr(items_writing, "_write_entry", dies)
    with pytest.raises(SystemExit):
        write(client, batch)
    batch.refresh_from_db()
    assert batch.state == "running"
    monkeypatch.setattr(items_writing, "_write_entry", real)
    batches.resume_batch.func(str(batch.pk), "running")
    batch.refresh_from_db()
    assert batch.state == "done"
    assert len(measures()) == 5 and concept.fields.count() == 3
    write(client, batch)  # a second click does nothing
    assert len(measures()) == 5


def test_what_is_there_already_changes_word_by_word_and_waits_where_it_is_public(concept):
    client = client_of(make_user("planner"))
    public = make_item("measure", number="W 1", title="Baulücken", next_step="Anfangen")
    inside = make_item("measure", number="W 2", title="Treff", visibility="internal")
    make_item("goal", number="V 1")
    table = "Nr.\tMaßnahme\tBeschreibung\nW 1\tBaulücken schließen\t\nW 2\tTreff\tEin Haus\nV 1\tRadweg\t\n\tOhne Nummer\t\nW 2\tDoppelt\t\n\t\tNur Text\n"
    batch = begin(client, "items.measure", table)
    page = words(go_on(client, batch))
    assert "2 Neu" in page and "2 Anders als bisher" in page and "2 Nicht möglich" in page
    assert "Es fehlt der Titel." in page and "Die Nummer steht schon in Zeile 3." in page
    assert "daraus wird M V 1" in page
    write(client, batch)
    assert Item.objects.get(pk=public.pk).title == "Baulücken"
    assert Proposal.objects.get(item_id=public.pk).payload["title"] == "Baulücken schließen"
    assert Item.objects.get(pk=public.pk).measure.next_step == "Anfangen"  # the table is silent about it
    assert Item.objects.get(pk=inside.pk).text == "Ein Haus"
    client.post(reverse("reading-undo", args=[batch.pk]))
    assert Item.objects.get(pk=inside.pk).text == ""
    assert Proposal.objects.get(item_id=public.pk).state == "withdrawn"
    assert Item.objects.filter(kind="measure").count() == 2


def test_a_text_stays_where_no_column_is_one_and_days_are_kept_as_days(concept, lead):
    inside = make_item(
        "goal", number="Z 1", title="Grün", text="Das hat jemand geschrieben.", visibility="internal"
    )
    client = client_of(lead)
    table = "Nr.\tTitel\tAnlass\tStand der Quelle\nZ 1\tGrün\tBürgerforum\t31.12.2023\nZ 2\tRuhe\tRat\tJuni 2024\n"
    for _time in range(2):  # the same table says nothing more
        batch = begin(client, "items.goal", table)
        go_on(client, batch, {"Anlass": "note", "Stand der Quelle": "source_date"})
        write(client, batch)
    goals = {item.title: item for item in Item.objects.filter(kind="goal")}
    assert goals["Grün"].pk == inside.pk
    assert goals["Grün"].text == "Das hat jemand geschrieben.\n\n- **Anlass:** Bürgerforum"
    assert goals["Ruhe"].text == "- **Anlass:** Rat"
    assert [goals[title].source_date for title in ("Grün", "Ruhe")] == ["2023-12-31", "2024-06"]


def test_what_was_written_before_a_failure_can_be_taken_back(concept, lead, monkeypatch):
    client = client_of(lead)
    batch = begin(client, "items.goal", "Titel\tText\nGrün\tviel\nRuhe\tmehr\n")
    go_on(client, batch)

    def fails(*args):
        raise RuntimeError("the disk is full")

    monkeypatch.setattr(items_writing, "_write_links", fails)
    write(client, batch)
    page = words(client.get(reverse("reading", args=[batch.pk])))
    assert (
        "Das ist nicht gelungen." in page and "ist eingelesen" not in page and "Noch ist nichts" not in page
    )
    client.post(reverse("reading-undo", args=[batch.pk]))
    assert not Item.objects.filter(kind="goal").exists()


def test_a_click_corrects_where_the_table_is(concept, lead, monkeypatch):
    client = client_of(lead)
    batch = begin(
        client,
        "items.goal",
        workbook(["Stand", "Mai"], ["Titel", "Text"], ["Grün", "viel"], ["Ruhe", "mehr"], ["Anhang", "nein"]),
    )
    address = reverse("reading-table", args=[batch.pk])
    assert "Erkannt sind 3 Zeilen mit Angaben." in words(client.get(address))
    client.post(address, {"zeile": "kopf:2"})  # it is none
    assert "Erkannt sind 3 Zeilen mit Angaben." not in words(client.get(address))
    for act in ("kopf:2", "letzte:4"):
        assert client.post(address, {"zeile": act})["Location"] == address
    page = client.get(address)
    assert "Erkannt sind 2 Zeilen mit Angaben." in words(page)
    client.post(address, {"zeile": "weg:4"})
    assert "Erkannt ist eine Zeile mit Angaben." in words(client.get(address))
    monkeypatch.setattr(reading_pages, "LEFT_OUT", 1)
    page = words(go_on(client, batch))
    assert "3 Zeilen sind weggelassen" in page and "und weitere" in page, page
    write(client, batch)
    assert [item.title for item in Item.objects.filter(kind="goal")] == ["Grün"]


def test_only_the_owner_goes_on_and_the_lead_sees_it_and_may_take_it_back(concept, lead):
    owner, other = client_of(make_user("practice")), client_of(make_user("practice"))
    batch = begin(owner, "items.goal", "Titel\tText\nGrün\tviel\nRuhe\tmehr\n")
    page = reverse("reading", args=[batch.pk])
    assert owner.get(page)["Location"] == reverse("reading-table", args=[batch.pk])  # where it was left
    go_on(owner, batch)
    assert other.get(page).status_code == 404
    assert client_of(lead).get(page).status_code == 200
    assert client_of(lead).post(reverse("reading-write", args=[batch.pk])).status_code == 404
    assert "liste" not in words(other.get(reverse("intake-home")))
    write(owner, batch)
    assert Item.objects.filter(kind="goal").count() == 2
    client_of(lead).post(
        reverse("reading-undo", args=[batch.pk])
    )  # the practice may not delete, the lead may
    assert not Item.objects.filter(kind="goal").exists()


@pytest.mark.parametrize(
    ("data", "said"),
    [
        (b"<html><table><tr><td>1</td></tr></table></html>", "HTML"),
        (b"%PDF-1.7 x", "PDF"),
        (b"PK\x03\x04" + b"x" * 200, ""),
        (b"Titel\n", ""),
        (b"\x00\x01\x02" * 90, ""),
    ],
)
def test_files_that_are_no_tables_are_refused_in_words(concept, lead, data, said):
    from django.core.files.uploadedfile import SimpleUploadedFile

    answer = client_of(lead).post(
        reverse("intake-begin", args=["items.goal"]), {"file": SimpleUploadedFile("liste.xls", data)}
    )
    assert answer.status_code == 400 and said in words(answer)
    assert not Batch.objects.exists()


def test_the_preview_of_many_rows_costs_as_many_queries_as_that_of_few(
    concept, lead, django_assert_max_num_queries
):
    client = client_of(lead)
    batch = begin(
        client, "items.goal", "Titel\tText\n" + "".join(f"Ziel {n}\tText {n}\n" for n in range(120))
    )
    go_on(client, batch)
    with django_assert_max_num_queries(22):
        page = client.get(reverse("reading", args=[batch.pk]))
    assert "120 Neu" in words(page) and "Nächste" in words(page)
    assert ROWS


def test_several_grants_in_one_cell_become_several_lines_of_funding(concept):
    client = client_of(make_user("project-lead"))
    sheet = workbook(
        ["Nr.", "Maßnahme", "Geldgeber", "Zuwendungen"],
        ["1", "Radweg", None, "Land 60.000 €; Bund 40.000 €"],
        ["2", "Brücke", None, "Land 60 T€ / Bund 40 T€, Eigenanteil 10 T€"],
        ["3", "Platz", "Land; Bund", "Land 60.000 € und Bund 40.000 €"],
        ["4", "Schule", "Land; Bund", "100.000 €"],
        ["5", "Park", None, "100.000 €"],
    )
    batch = begin(client, "items.measure", sheet)
    go_on(client, batch, {"Geldgeber": "rows.funding_line", "Zuwendungen": "rows.funding_grant"})
    write(client, batch)
    found = {
        item.title: [(line.source, line.amount_eur, line.own_share_eur) for line in item.measure.funding_lines.order_by("pk")]
        for item in Item.objects.filter(kind="measure")
    }  # fmt: skip
    both = [("Land", 60000, None), ("Bund", 40000, None)]
    assert found["Radweg"] == both and found["Platz"] == both
    assert found["Brücke"] == [("Land", 60000, 10000), ("Bund", 40000, None)]
    assert found["Schule"] == [("Land", None, None), ("Bund", None, None)], (
        "nobody says how the sum is shared"
    )
    assert found["Park"] == [("Zuwendungen", 100000, None)]
    assert "100.000 €" in Item.objects.get(title="Schule").text


def test_costs_from_and_to_in_two_columns_are_one_range(concept, lead):
    """Two sums would double what a measure costs; where an end is missing, the other stands as it is."""
    client = client_of(lead)
    batch = begin(
        client, "items.measure",
        "Nr.;Maßnahme;Kosten von [T€];Kosten bis [T€]\n1;Platz;1.200;1.500\n2;Kataster;40;40\n3;Busspur;300;\n4;Steg;90;20\n",
    )  # fmt: skip
    go_on(client, batch)
    write(client, batch)
    lines = CostLine.objects.order_by("measure__item__title", "amount_eur")
    assert list(lines.values_list("measure__item__title", "amount_eur", "up_to_eur")) == [
        ("Busspur", 300_000, None), ("Kataster", 40_000, None), ("Platz", 1_200_000, 1_500_000),
        ("Steg", 20_000, None), ("Steg", 90_000, None),
    ]  # fmt: skip
