"""Reading values in: long and wide tables of offices become observations, once, and go again as a whole."""

from decimal import Decimal

import pytest
from django.urls import reverse

from insek.evidence.models import ImportBatch, Observation
from insek.intake import batches
from insek.intake.models import Batch
from insek.release.models import Proposal
from tests.factories import make_item, make_user
from tests.intake.reading import begin, sent_by, workbook
from tests.items.test_saved_views import client_of
from tests.reading import words

SOURCE = {"alle.source_title": "Statistikstelle"}


@pytest.fixture
def lead(concept):
    return make_user("project-lead")


@pytest.fixture
def places(concept):
    city = make_item("district", title="Musterstadt", level="city")
    return [city, *(make_item("district", title=title) for title in ("Nord", "Süd", "Hafen"))]


def indicator(title="Einwohner", **values):
    return make_item("indicator", title=title, **{"unit": "Personen", **values})


def preview(client, batch, answers={}, **said):  # noqa: B006  (never changed)
    """Take what is proposed at each step; gives the preview."""
    client.post(reverse("reading-table", args=[batch.pk]), {"weiter": "1"})
    address = reverse("reading-columns", args=[batch.pk])
    sent = sent_by(client.get(address)) | SOURCE | {f"alle.{name}": value for name, value in said.items()}
    answer = client.post(address, sent)
    assert answer.status_code == 302, words(answer)
    for _time in range(4):
        if not answer["Location"].endswith("/woerter"):
            break
        answer = client.post(answer["Location"], sent_by(client.get(answer["Location"])) | answers)
    return client.get(answer["Location"])


def written(client, batch):
    client.post(reverse("reading-write", args=[batch.pk]))
    batch.refresh_from_db()
    return {
        (row.indicator.item.title, row.district.item.title, row.period): row.value
        for row in Observation.objects.current().select_related("indicator__item", "district__item")
    }


def test_places_and_years_with_titles_signs_and_a_sum(lead, places):
    people = indicator()
    client = client_of(lead)
    batch = begin(client, "observations", workbook(
        ["Bevölkerung nach Stadtteilen"], ["Stadtteil", 2022, 2023], ["01 - Nord", "1.111", "1.120"], ["02 - Süd", "987", "(7)"],
        ["03 - Hafen", "*", "-"], ["Summe", "2.098", "1.127"], ["* geschützt"],
    ))  # fmt: skip
    page = words(preview(client, batch, indicator=people.pk, source_date="31.12.2023"))
    assert "1 × geheim" in page
    found = written(client, batch)
    assert found == {
        ("Einwohner", "Nord", "2022"): 1111, ("Einwohner", "Nord", "2023"): 1120, ("Einwohner", "Süd", "2022"): 987,
        ("Einwohner", "Süd", "2023"): 7, ("Einwohner", "Hafen", "2022"): None, ("Einwohner", "Hafen", "2023"): 0,
    }  # fmt: skip
    limited = Observation.objects.get(value=7)
    assert limited.quality == "limited" and limited.source_title == "Statistikstelle"
    assert limited.source_date == "2023-12-31"


def test_long_tables_of_several_indicators_and_wide_ones_with_their_names(lead, places):
    indicator(), indicator("Arbeitslose", unit="%")
    client = client_of(lead)
    table = "Raum;Indikator;Jahr;Wert;Quelle\nNord;Einwohner;2023;1200;Amt\nNord;Arbeitslose;31.12.2023;12,5 %;Amt\nMond;Einwohner;2023;5;Amt\nNord;Einwohner;irgendwann;5;Amt\n"
    batch = begin(client, "observations", table)
    page = words(preview(client, batch))
    assert "„Mond“ ist nicht zugeordnet." in page and "2 Nicht möglich" in page
    assert written(client, batch) == {
        ("Einwohner", "Nord", "2023"): 1200, ("Arbeitslose", "Nord", "2023-12-31"): Decimal("12.5")
    }  # fmt: skip
    batch = begin(client, "observations", "Stadtteil;Einwohner;Arbeitslose\nSüd;900;7,5\n")
    preview(client, batch, period="2023")
    found = written(client, batch)
    assert found["Einwohner", "Süd", "2023"] == 900 and found["Arbeitslose", "Süd", "2023"] == Decimal("7.5")


def test_what_is_there_is_corrected_or_left_and_odd_values_are_asked_about(lead, places):
    people = indicator()
    client = client_of(lead)
    batch = begin(client, "observations", "Raum;2022;2023\nNord;1000;1100\nSüd;500;600\n")
    preview(client, batch, indicator=people.pk)
    written(client, batch)
    batch = begin(
        client,
        "observations",
        "Raum;2022;2023\nNord;1000;9900\nSüd;510;600\nMusterstadt;2000;2100\nHafen;1990;3\n",
    )
    page = words(preview(client, batch, indicator=people.pk))

    assert "2 Schon so" in page and "2 Anders als bisher" in page and "4 Neu" in page
    assert "Bisher stand hier ein ganz anderer Wert." in page and "fast der Wert der ganzen Stadt" in page
    written(client, batch)
    client.post(reverse("reading-undo", args=[batch.pk]))
    batch.refresh_from_db()
    assert batch.state == "undone"
    counting = {(row.district.item.title, row.period): row.value for row in Observation.objects.current()}
    assert counting == {
        ("Nord", "2022"): 1000,
        ("Nord", "2023"): 1100,
        ("Süd", "2022"): 500,
        ("Süd", "2023"): 600,
    }


def test_values_of_public_indicators_wait_where_one_may_not_release(concept, places):
    people = indicator()
    hidden = indicator("Arbeitslose", visibility="internal")
    client = client_of(make_user("planner"))
    batch = begin(client, "observations", "Raum;Einwohner;Arbeitslose\nNord;1000;50\n")
    preview(client, batch, period="2023")
    assert written(client, batch) == {("Arbeitslose", "Nord", "2023"): 50}
    proposal = Proposal.objects.get(item_id=people.pk)
    assert proposal.state == "waiting" and hidden.pk
    assert "warten auf ihre Freigabe" in words(client.get(reverse("reading", args=[batch.pk])))
    client.post(reverse("reading-undo", args=[batch.pk]))
    proposal.refresh_from_db()
    assert proposal.state == "withdrawn" and not Observation.objects.current().exists()


def test_values_that_changed_since_the_preview_are_looked_at_again(lead, places):
    people = indicator()
    client = client_of(lead)
    one, other = (begin(client, "observations", f"Raum;2022\nNord;{value}\n") for value in (1000, 1001))
    preview(client, one, indicator=people.pk), preview(client, other, indicator=people.pk)
    written(client, one)
    assert written(client, other) == {("Einwohner", "Nord", "2022"): 1000}
    assert (other.state, bool(other.problem)) == ("ready", True)
    client.post(reverse("reading-again", args=[other.pk]))
    assert written(client, other) == {("Einwohner", "Nord", "2022"): 1001}


def test_a_delivery_whose_process_was_killed_is_written_once(lead, places, monkeypatch):
    from insek.evidence import deliveries

    people = indicator()
    client = client_of(lead)
    batch = begin(client, "observations", "Raum;2022\nNord;1000\nSüd;5\n")
    preview(client, batch, indicator=people.pk)
    real = deliveries._write
    monkeypatch.setattr(deliveries, "AT_ONCE", 0)
    monkeypatch.setattr(deliveries, "_take_away", lambda batch: None)

    def dies(*args):
        real(*args)
        raise SystemExit

    monkeypatch.setattr(deliveries, "_write", dies)
    with pytest.raises(SystemExit):
        written(client, batch)
    monkeypatch.undo()
    assert ImportBatch.objects.get().is_valid is False
    batches.resume_batch.func(str(batch.pk), "running")
    batch.refresh_from_db()
    assert batch.state == "done"
    assert Observation.objects.count() == 2 and ImportBatch.objects.get().is_valid


def test_the_page_of_an_indicator_leads_here_with_its_templates_and_is_taken_for_all_rows(lead, places):
    people = indicator()
    client = client_of(lead)
    address = f"{reverse('intake-begin', args=['observations'])}?indikator={people.pk}"
    assert f'href="{address}"' in client.get(people.get_absolute_url()).content.decode()
    page = client.get(address).content.decode()
    assert reverse("import-template-xlsx", args=[people.pk]) in page
    template = client.get(reverse("import-template-csv", args=[people.pk])).content.decode("utf-8-sig")
    filled = "\n".join(
        [template.splitlines()[0].replace("Raum-Nummer;Raum", "Raum-Nummer;Raum;1999"), ";Nord;17"]
    )
    answer = client.post(address, {"pasted": filled})
    batch = Batch.objects.get(pk=answer["Location"].split("/")[-2])
    preview(client, batch)
    assert written(client, batch) == {("Einwohner", "Nord", "1999"): 17}
    assert batch.label in client.get(address).content.decode()  # the last deliveries
