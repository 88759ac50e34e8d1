"""The pages of a reading: two windows on one, many that were begun, words that are many, rules of the database."""

from django.core.exceptions import ValidationError
from django.urls import reverse

from insek.intake import batches, reading_words
from insek.intake.models import Batch
from insek.intake.rehearsing import messages_of
from insek.thread.models import Item
from tests.factories import make_item, make_unit, make_user
from tests.intake.reading import begin, go_on, sent_by, write
from tests.items.test_saved_views import client_of
from tests.reading import words

TABLE = "Nr.\tTitel\tZuständig\nM 1\tPark\tBauamt\nM 2\tWall\tAmt 9\n"


def test_two_windows_on_one_reading_notice_each_other(concept):
    client = client_of(make_user("project-lead"))
    batch = begin(client, "items.measure", TABLE)
    client.post(reverse("reading-table", args=[batch.pk]), {"weiter": "1"})
    address = reverse("reading-columns", args=[batch.pk])
    first, second = client.get(address), client.get(address)
    stand = {"stand": str(first.context["batch"].version)}
    client.post(address, sent_by(first, **stand, **{"spalte.2": "note"}))
    late = client.post(address, sent_by(second, **stand, **{"spalte.2": "partners"}))
    assert late.status_code == 409 and "In einem anderen Fenster" in late.content.decode()
    assert sent_by(late)["spalte.2"] == "partners"  # what was chosen here stays chosen here
    batch.refresh_from_db()
    assert batch.task["columns"]["2"] == "note"  # and nothing is overwritten
    client.post(address, sent_by(late))
    batch.refresh_from_db()
    assert batch.task["columns"]["2"] == "partners"
    old = {"stand": stand["stand"]}
    assert (
        "In einem anderen Fenster"
        in client.post(reverse("reading-write", args=[batch.pk]), old, follow=True).content.decode()
    )
    assert not Item.objects.filter(kind="measure").exists()  # what this window did not show is not written


def test_no_reading_goes_because_another_is_begun(concept):
    client = client_of(make_user("project-lead"))
    for _number in range(batches.MOST_DRAFTS):
        last = begin(client, "items.measure", TABLE)
    refused = client.post(reverse("intake-begin", args=["items.measure"]), {"pasted": TABLE})
    assert refused.status_code == 400 and "schon 10 Tabellen angefangen" in words(refused)
    client.post(reverse("reading-discard", args=[last.pk]))
    begin(client, "items.measure", TABLE)
    assert Batch.objects.count() == batches.MOST_DRAFTS


def test_choices_of_words_are_kept_when_the_known_ones_are_shown_and_many_can_be_typed(concept, monkeypatch):
    monkeypatch.setattr(reading_words, "MOST_CHOICES", 2)
    wanted = [make_unit(f"amt-{number}", name=f"Stelle {number}") for number in range(5)][4]
    make_unit("bauamt", name="Bauamt")
    client = client_of(make_user("project-lead"))
    batch = begin(client, "items.measure", TABLE)
    client.post(reverse("reading-table", args=[batch.pk]), {"weiter": "1"})
    address = reverse("reading-columns", args=[batch.pk])
    answer = client.post(address, sent_by(client.get(address)))
    page = client.get(answer["Location"])
    assert "2 stehen in der Liste, 4 nicht" in words(page)
    wrong = client.post(answer["Location"], sent_by(page, **{"name.0": "Mondamt"}), follow=True)
    assert "„Mondamt“ ist weder Name noch Nummer" in wrong.content.decode()
    shown = client.post(answer["Location"], sent_by(page, alle="1", **{"name.0": "stelle 4"}), follow=True)
    assert "Bauamt" in words(shown)
    batch.refresh_from_db()
    assert str(wanted.pk) in batch.task["decisions"].values()


def test_finished_readings_are_paged(concept, monkeypatch, django_assert_max_num_queries):
    from insek.intake.views import readings

    monkeypatch.setattr(readings, "SHOWN", 2)
    user = make_user("project-lead")
    for number in range(3):
        Batch.objects.create(
            concept=concept, owner=user, kind="goal", target="items.goal", origin="read", state="done", label=f"Liste {number}"
        )  # fmt: skip
    client = client_of(user)
    with django_assert_max_num_queries(20):
        page = client.get(reverse("intake-home"))
    assert words(page).count("Liste ") == 2
    assert "Liste 0" in words(client.get(reverse("intake-home") + page.context["pager"]["next_url"]))


def test_names_of_rules_of_the_database_reach_nobody(concept):
    from django.db.models import BaseConstraint

    error = ValidationError(BaseConstraint.default_violation_error_message % {"name": "cost_line_years"})
    assert messages_of(error, "measure") == [
        "Diese Angaben passen nicht zueinander. Bitte prüfen Sie sie im Formular des Inhalts."
    ]


def test_rows_of_equal_number_on_several_sheets_are_told_apart(concept):
    from io import BytesIO

    from openpyxl import Workbook

    book = Workbook()
    for name, rows in (("HF 1 Wohnen", [["W 1", "Park", 2026, ""], ["W 2", "Hof", 2027, "W 1"]]), ("HF 2 Verkehr", [["V 1", "Radweg", 2030, "W 2"], ["W 1", "Platz", 2031, ""]])):  # fmt: skip
        sheet = book.create_sheet(name)
        for row in (["Nr.", "Maßnahme", "Beginn", "Abhängig von"], *rows):
            sheet.append(row)
    kept = BytesIO()
    book.save(kept)
    make_item("district", title="Stadt")
    client = client_of(make_user("project-lead"))
    batch = begin(client, "items.measure", kept.getvalue())
    page = words(go_on(client, batch))
    assert "Die Nummer steht schon im Blatt „HF 1 Wohnen“ in Zeile 2." in page
    assert "Blatt „HF 2 Verkehr“, Zeile 2" in page
    write(client, batch)
    begins = dict(Item.objects.filter(kind="measure").values_list("number", "measure__start_year"))
    assert begins == {"W 1": 2026, "W 2": 2027, "V 1": 2030}
    assert {(link.source.number, link.target.number) for item in Item.objects.filter(kind="measure") for link in item.reasons.all()} == {("W 1", "W 2"), ("W 2", "V 1")}  # fmt: skip
