"""Deliveries of values: their page, taking them back, files to fill in, and what waits for release."""

from io import BytesIO

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from openpyxl import load_workbook

from insek.evidence.models import ImportBatch, Observation
from insek.intake.models import Batch
from insek.release.models import Proposal
from insek.thread.models import Change
from tests.evidence.test_reading_values import preview
from tests.factories import make_item
from tests.intake.reading import begin
from tests.items.test_proposal_pages import press
from tests.reading import words


@pytest.fixture
def places(concept):
    return [make_item("district", title=title, number=number).district
            for title, number in (("Mölschbach", "O 1"), ("Hohenecken", "O 2"))]  # fmt: skip


@pytest.fixture
def indicator(concept):
    return make_item("indicator", title="Bevölkerung", number="I 1").indicator


@pytest.fixture
def lead(as_role):
    return as_role("project-lead")


def recorded(client, text, **said):
    """Read values in with all that is proposed; gives the reading."""
    batch = begin(client, "observations", text if isinstance(text, bytes) else text.encode(), "werte.csv")
    preview(client, batch, **said)
    client.post(reverse("reading-write", args=[batch.pk]))
    batch.refresh_from_db()
    return batch


def delivered(client, text, **said):
    """The delivery that came of it."""
    recorded(client, text, **said)
    return ImportBatch.objects.order_by("-pk").first()


def values():
    return {
        (row.district.item.title, row.period): str(row.value.normalize())
        for row in Observation.objects.current().select_related("district__item")
    }


def test_a_delivery_is_taken_back_as_a_whole(lead, places, indicator):
    first = delivered(lead, "Raum;Jahr;Wert\nO 1;2023;1\n", indicator=indicator.pk)
    second = delivered(lead, "Raum;Jahr;Wert\nO 1;2023;2\nO 2;2023;3\n", indicator=indicator.pk)
    refused = lead.post(reverse("import-undo", args=[first.pk]), follow=True)
    assert "beruhen schon neuere" in refused.content.decode()
    done = lead.post(reverse("import-undo", args=[second.pk]), follow=True).content.decode()
    assert "zurückgenommen" in done
    assert values() == {("Mölschbach", "2023"): "1"}
    assert Observation.objects.count() == 4
    again = lead.post(reverse("import-undo", args=[second.pk]), follow=True).content.decode()
    assert "schon zurückgenommen" in again
    told = [change.differences["value"] for change in Change.objects.filter(action="recorded").order_by("pk")]
    assert told[-2:] == [
        ["Hohenecken, 2023: 3 (Statistikstelle)", None],
        ["Mölschbach, 2023: 2 (Statistikstelle)", "Mölschbach, 2023: 1 (Statistikstelle)"],
    ]
    recorded(lead, "Raum;Jahr;Wert\nO 2;2023;8\n", indicator=indicator.pk)
    assert values()["Hohenecken", "2023"] == "8"


@pytest.mark.parametrize("role", ["council", "auditor", "administrator", "department", None])
def test_others_may_not(as_role, places, indicator, role):
    client = as_role(role)
    assert client.get(reverse("intake-begin", args=["observations"])).status_code == 403
    assert client.get(reverse("import-template-csv", args=[indicator.pk])).status_code == 403
    page = client.get(indicator.item.url).content.decode()
    assert "/einlesen/" not in page
    assert "/einlesen/" not in client.get(reverse("indicator-list")).content.decode()


def test_the_template_can_be_read_back(lead, places, indicator):
    recorded(lead, "Raum;Jahr;Wert\nO 1;2023;1,5\nO 1;2024;2\n", indicator=indicator.pk)
    csv_text = lead.get(reverse("import-template-csv", args=[indicator.pk])).content
    assert csv_text.decode("utf-8-sig").splitlines()[0] == "Raum-Nummer;Raum;2023;2024;2025"
    data = lead.get(reverse("import-template-xlsx", args=[indicator.pk])).content
    rows = list(load_workbook(BytesIO(data)).active.values)
    assert rows[1] == ("O 1", "Mölschbach", 1.5, 2, None)
    for name, content in (("a.csv", csv_text), ("a.xlsx", data)):
        batch = begin(lead, "observations", content, name)
        page = words(preview(lead, batch, indicator=indicator.pk))
        batch.refresh_from_db()
        assert batch.task["bulk_counts"]["gleich"] == 2 and batch.task["bulk"] == 0, page


def test_links_for_those_who_may(lead, places, indicator):
    assert (
        f"/einlesen/neu/observations/?indikator={indicator.pk}"
        in lead.get(indicator.item.url).content.decode()
    )
    assert 'href="/einlesen/neu/observations/"' in lead.get(reverse("indicator-list")).content.decode()


def test_what_a_planner_reads_in_waits_comes_back_and_is_sent_again(as_role, lead, places, indicator):
    planner = as_role("planner")
    batch = recorded(planner, "Raum;Jahr;Wert\nO 1;2023;1\nO 2;2023;20\n", indicator=indicator.pk)
    assert batch.state == Batch.State.DONE and not Observation.objects.exists()
    found = Proposal.objects.get()
    press(lead, found, "return", answer="O 2 stimmt nicht.")
    found.refresh_from_db()
    assert found.state == Proposal.State.RETURNED
    page = planner.get(found.url).content.decode()
    address = f"/einlesen/neu/observations/?indikator={indicator.pk}&amp;freigabe={found.pk}&amp;stand={found.version}"
    assert address in page
    address = address.replace("&amp;", "&")
    assert "O 2 stimmt nicht." in planner.get(address).content.decode()
    again = begin_at(planner, address, "Raum;Jahr;Wert\nO 1;2023;1\nO 2;2023;2\n")
    preview(planner, again, indicator=indicator.pk)
    planner.post(reverse("reading-write", args=[again.pk]))
    found.refresh_from_db()
    assert (Proposal.objects.count(), found.state) == (1, Proposal.State.WAITING)
    press(lead, found, "release")
    assert values() == {("Mölschbach", "2023"): "1", ("Hohenecken", "2023"): "2"}


def begin_at(client, address, text):
    """Upload a file at an address that names what came back."""
    answer = client.post(address, {"file": SimpleUploadedFile("werte.csv", text.encode())})
    return Batch.objects.get(pk=answer["Location"].split("/")[-2])


def test_who_may_not_release_proposes_to_take_a_delivery_back(as_role, lead, places, indicator):
    planner, inside = (
        as_role("planner"),
        make_item("indicator", visibility="internal", title="Innen").indicator,
    )
    first = "Raum;Jahr;Wert;Indikator\nO 1;2023;1;Bevölkerung\n"
    recorded(lead, first)
    text = "Raum;Jahr;Wert;Indikator\nO 1;2023;2;Bevölkerung\nO 2;2023;3;Bevölkerung\nO 1;2023;4;Innen\n"
    delivery = delivered(lead, text)
    page = words(planner.get(reverse("import-batch", args=[delivery.pk])))
    assert "Was öffentlich ist, wartet dabei auf Freigabe." in page
    assert "Hohenecken 2023 3 kein Wert" in page
    assert "Mölschbach 2023 2 1" in page
    answer = planner.post(reverse("import-undo", args=[delivery.pk]), follow=True)
    proposal = Proposal.objects.get()
    assert answer.redirect_chain[0][0] == proposal.url
    assert len(values()) == 2
    assert proposal.item_id == indicator.pk
    before, after = proposal.differences["value"]
    for line in ("Hohenecken, 2023: 3 (", "Innen: Mölschbach, 2023: 4 (", "Mölschbach, 2023: 2 ("):
        assert line in before
    assert after.endswith("Mölschbach, 2023: 1 (Statistikstelle)") and "\n" not in after
    said = words(lead.get(proposal.url))
    assert "gestrichen" in said and "Innen: Mölschbach, 2023:" in said
    assert proposal.url in planner.get(reverse("import-batch", args=[delivery.pk])).content.decode()
    planner.post(reverse("import-undo", args=[delivery.pk]))
    assert Proposal.objects.count() == 1
    press = {"act": "release", "version": 1, "item_version": indicator.item.version}
    lead.post(proposal.url, press)
    assert values() == {("Mölschbach", "2023"): "1"}
    last = Change.objects.filter(item_id=inside.pk).first()
    assert (last.released_by is not None, last.actor_id) == (True, proposal.author_id)
    proposal.refresh_from_db()
    assert "Innen" in proposal.differences["value"][0]
    assert "zurückgenommen" in words(planner.get(reverse("import-batch", args=[delivery.pk])))


def test_a_delivery_that_was_corrected_meanwhile_is_not_taken_back(as_role, lead, places, indicator):
    delivery = delivered(lead, "Raum;Jahr;Wert\nO 1;2023;1\n", indicator=indicator.pk)
    as_role("planner").post(reverse("import-undo", args=[delivery.pk]))
    proposal = Proposal.objects.get()
    recorded(lead, "Raum;Jahr;Wert\nO 1;2023;2\n", indicator=indicator.pk)
    press = {"act": "release", "version": 1, "item_version": indicator.item.version}
    refused = lead.post(proposal.url, press)
    assert refused.status_code == 400
    assert "beruhen schon neuere" in refused.content.decode()
    assert values() == {("Mölschbach", "2023"): "2"}


def test_the_former_address_leads_to_reading_in(lead, indicator):
    for address in ("/zahlen-einlesen/", "/zahlen-einlesen/0f0e0d0c-0b0a-4908-8706-050403020100/vorschau"):
        answer = lead.get(f"{address}?indikator={indicator.pk}")
        assert (answer.status_code, answer["Location"]) == (
            301,
            f"/einlesen/neu/observations/?indikator={indicator.pk}",
        )
