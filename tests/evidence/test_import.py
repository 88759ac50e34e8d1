"""From the file to the values: preview, recording once, taking back, and who may see what."""

import time
from datetime import timedelta
from io import BytesIO

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from django.utils import timezone
from openpyxl import load_workbook

from insek.evidence.import_services import MOST_PENDING, purge_imports
from insek.evidence.models import ImportBatch, Observation, PendingImport
from insek.jobs.clock import all_recurring
from insek.release.models import Proposal
from insek.thread import pieces
from insek.thread.models import Change
from tests.factories import make_item
from tests.reading import words

SOURCE = {"quality": "measured", "source_title": "Statistikstelle"}
LONG = {"column_0": "district", "column_1": "period", "column_2": "value", "sign": ","}


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


def upload(client, text, *, name="werte.csv", **query):
    data = text if isinstance(text, bytes) else text.encode()
    return client.post(reverse("import-upload"), {"file": SimpleUploadedFile(name, data)}, query_params=query)


def looked_at(client, text, said, **more):
    """Upload, say what the columns are, and ask for the preview: its response and its address."""
    response = upload(client, text, **more)
    assert response.status_code == 302, response.content.decode()
    said_response = client.post(response["Location"], said)
    assert said_response.status_code == 302, said_response.context["form"].errors
    address = said_response["Location"]
    return client.get(address), address


def recorded(client, text, said, **more):
    response, address = looked_at(client, text, said, **more)
    return client.post(address, {"plan": response.context["plan"].fingerprint}, follow=True)


def values():
    return {
        (row.district.item.title, row.period): str(row.value.normalize())
        for row in Observation.objects.current().select_related("district__item")
    }


def test_long_from_upload_to_chart(lead, places, indicator):
    text = "Raum;Jahr;Wert\nmoelschbach;2023;1,5\nO 2;31.12.2024;1.234,5\nHohenecken;2025;\n"
    response, address = looked_at(lead, text, {**LONG, **SOURCE, "indicator": indicator.pk})
    plan = response.context["plan"]
    assert (len(plan.new), len(plan.corrected), len(plan.refused), plan.empty) == (2, 0, 0, 1)
    assert not Observation.objects.exists()
    assert not ImportBatch.objects.exists()
    done = lead.post(address, {"plan": plan.fingerprint}, follow=True)
    assert values() == {("Mölschbach", "2023"): "1.5", ("Hohenecken", "2024-12-31"): "1234.5"}
    assert "2 Werte eingetragen" in done.content.decode()
    assert ImportBatch.objects.get().label == "werte.csv"
    assert Change.objects.filter(action="recorded").count() == 1
    pending = PendingImport.objects.get()
    assert (pending.applied, bytes(pending.data)) == (True, b"")


def test_applying_twice_does_it_once(lead, places, indicator):
    response, address = looked_at(
        lead, "Raum;Jahr;Wert\nO 1;2023;1\n", {**LONG, **SOURCE, "indicator": indicator.pk}
    )
    said = {"plan": response.context["plan"].fingerprint}
    first, second = lead.post(address, said), lead.post(address, said)
    assert first["Location"] == second["Location"]
    assert lead.get(address)["Location"] == first["Location"]
    assert (Observation.objects.count(), ImportBatch.objects.count()) == (1, 1)


def test_wide_with_years_as_columns_corrects_and_keeps(lead, places, indicator):
    wide = {
        "column_0": "district",
        "column_1": "period_value",
        "column_2": "period_value",
        "sign": ",",
        **SOURCE,
    }
    recorded(lead, "Raum;2023;2024\nO 1;1;2\nO 2;3;4\n", {**wide, "indicator": indicator.pk})
    response, address = looked_at(
        lead, "Raum;2023;2024\nO 1;1;2,5\nO 2;3;\n", {**wide, "indicator": indicator.pk}
    )
    plan = response.context["plan"]
    assert (len(plan.new), len(plan.corrected), len(plan.unchanged), plan.empty) == (0, 1, 2, 1)
    assert plan.corrected[0].before.value == 2
    lead.post(address, {"plan": plan.fingerprint})
    assert values()["Mölschbach", "2024"] == "2.5"
    assert Observation.objects.count() == 5


def test_many_indicators_and_own_sources_by_row(lead, places, indicator):
    make_item("indicator", title="Kinder", number="I 2")
    text = "Indikator,Ort,Jahr,Wert,Qualität,Quelle,Link\nI 1,O 1,2024,5,geschätzt,A,\nkinder,O 1,2024,6,,,https://example.org/a\n"
    roles = ["indicator", "district", "period", "value", "quality", "source_title", "source_url"]
    said = {f"column_{index}": role for index, role in enumerate(roles)} | {
        "sign": ",",
        "quality": "measured",
    }
    done = recorded(lead, text, said)
    assert len(done.context["entries"]) == 2
    assert sorted(Observation.objects.values_list("quality", "source_title", "source_url")) == [
        ("estimated", "A", ""), ("measured", "", "https://example.org/a"),
    ]  # fmt: skip


def test_proposals_and_the_question_of_decimals(lead, places, indicator):
    page = lead.get(
        upload(lead, "Stadtteil;Stichtag;Anzahl\nO 1;2024;1.234\n", indikator=indicator.pk)["Location"]
    )
    form = page.context["form"]
    assert [form[f"column_{n}"].initial for n in range(3)] == ["district", "period", "value"]
    assert form["sign"].value() == ""
    assert form["indicator"].value() == indicator.pk
    refused = lead.post(page.request["PATH_INFO"], {**LONG, **SOURCE, "sign": "", "indicator": indicator.pk})
    assert refused.status_code == 400
    assert "1.234" in str(refused.context["form"].errors["sign"])


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"source_title": ""}, "source_title"), ({"indicator": ""}, "indicator"), ({"column_0": ""}, "district"),
        ({"column_1": ""}, "period"), ({"column_2": ""}, "__all__"), ({"column_1": "value"}, "__all__"),
        ({"indicator": "zzzzzzzz"}, "indicator"), ({"source_url": "javascript:alert(1)"}, "source_url"),
        ({"source_date": "gestern"}, "source_date"), ({"column_1": "unsinn"}, "column_1"),
        ({"column_1": "period_value"}, "__all__"),
    ],
)  # fmt: skip
def test_what_is_missing_is_asked_for(lead, places, indicator, change, field):
    address = upload(lead, "Raum;Jahr;Wert\nO 1;2023;1\n")["Location"]
    response = lead.post(address, {**LONG, **SOURCE, "indicator": indicator.pk, **change})
    assert response.status_code == 400
    assert field in response.context["form"].errors


def test_each_wrong_cell_is_named_and_nothing_is_recorded(lead, places, indicator):
    text = (
        "Raum;Jahr;Wert\nO 1;2023;1\nAtlantis;2023;1\nO 1;2024-13;1\nO 1;2024;viel\nO 1;2023;2\n;2024;1\n"
        "=cmd|'/c calc'!A1;2024;1\n<script>alert(1)</script>;2024;1\nO 2;2024;1,1234567\nO 2;2025;=1+1\n"
    )
    response, address = looked_at(lead, text, {**LONG, **SOURCE, "indicator": indicator.pk})
    plan, shown = response.context["plan"], response.content.decode()
    assert [(entry.row, entry.column) for entry in plan.refused] == [
        (3, "Raum"), (4, "Jahr"), (5, "Wert"), (6, "Wert"), (7, "Raum"), (8, "Raum"), (9, "Raum"), (10, "Wert"), (11, "Wert"),
    ]  # fmt: skip
    assert "<script>alert" not in shown
    assert "Übernehmen</span>" not in shown
    assert lead.post(address, {"plan": plan.fingerprint}).status_code == 400
    assert not Observation.objects.exists()
    assert not PendingImport.objects.get().applied


def test_formulas_in_texts_stay_texts_and_leave_harmless(lead, places, indicator):
    recorded(lead, "Raum;Jahr;Wert\nO 1;2023;1\n",
             {**LONG, **SOURCE, "indicator": indicator.pk, "source_title": "=cmd|' /C calc'!A0"})  # fmt: skip
    table = lead.get(reverse("observation-table", args=[indicator.pk])).content.decode()
    assert "'=cmd" in table


def test_a_double_name_must_be_told_apart(lead, places, indicator):
    make_item("district", title="Hohenecken", number="O 9")
    response, _address = looked_at(
        lead, "Raum;Jahr;Wert\nHohenecken;2023;1\n", {**LONG, **SOURCE, "indicator": indicator.pk}
    )
    assert "heißen mehrere" in response.context["plan"].refused[0].reason


def test_a_preview_that_is_out_of_date_is_shown_again(lead, places, indicator):
    said = {**LONG, **SOURCE, "indicator": indicator.pk}
    response, address = looked_at(lead, "Raum;Jahr;Wert\nO 1;2023;1\n", said)
    recorded(lead, "Raum;Jahr;Wert\nO 1;2023;9\n", said)
    late = lead.post(address, {"plan": response.context["plan"].fingerprint})
    assert late.status_code == 409
    assert values() == {("Mölschbach", "2023"): "9"}
    lead.post(address, {"plan": late.context["plan"].fingerprint})
    assert values() == {("Mölschbach", "2023"): "1"}


def test_a_delivery_is_taken_back_as_a_whole(lead, places, indicator):
    said = {**LONG, **SOURCE, "indicator": indicator.pk}
    first = recorded(lead, "Raum;Jahr;Wert\nO 1;2023;1\n", said).context["batch"]
    second = recorded(lead, "Raum;Jahr;Wert\nO 1;2023;2\nO 2;2023;3\n", said).context["batch"]
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
    recorded(lead, "Raum;Jahr;Wert\nO 2;2023;8\n", said)
    assert values()["Hohenecken", "2023"] == "8"


def test_a_file_is_seen_by_its_owner_only_and_for_a_day(lead, as_role, places, indicator):
    response, address = looked_at(
        lead, "Raum;Jahr;Wert\nO 1;2023;1\n", {**LONG, **SOURCE, "indicator": indicator.pk}
    )
    other = as_role("project-lead")
    pending = PendingImport.objects.get()
    for name in ("import-columns", "import-preview"):
        assert other.get(reverse(name, args=[pending.pk])).status_code == 404
    assert other.post(address, {"plan": response.context["plan"].fingerprint}).status_code == 404
    assert other.post(reverse("import-discard", args=[pending.pk])).status_code == 404
    pending.expires_at = timezone.now() - timedelta(minutes=1)
    pending.save()
    assert lead.get(address).status_code == 404
    purge_imports()
    assert not PendingImport.objects.exists()
    assert "purge-imports" in {job.name for job in all_recurring()}


def test_discarding_leaves_nothing_and_few_files_wait(lead, places, indicator):
    for _number in range(MOST_PENDING + 2):
        upload(lead, "Raum;Jahr;Wert\nO 1;2023;1\n")
    assert PendingImport.objects.count() == MOST_PENDING
    lead.post(reverse("import-discard", args=[PendingImport.objects.first().pk]))
    assert PendingImport.objects.count() == MOST_PENDING - 1


@pytest.mark.parametrize("role", ["council", "auditor", "administrator", "department", None])
def test_others_may_not(as_role, places, indicator, role):
    client = as_role(role)
    assert client.get(reverse("import-upload")).status_code == 403
    assert upload(client, "Raum;Jahr;Wert\nO 1;2023;1\n").status_code == 403
    assert client.get(reverse("import-template-csv", args=[indicator.pk])).status_code == 403
    page = client.get(indicator.item.url).content.decode()
    assert "zahlen-einlesen" not in page
    assert "zahlen-einlesen" not in client.get(reverse("indicator-list")).content.decode()


def test_a_broken_file_is_refused_in_the_form_and_not_kept(lead, concept):
    response = upload(lead, b"%PDF-1.7", name="../../x.csv")
    assert response.status_code == 400
    assert "keine Tabelle" in response.content.decode()
    assert not PendingImport.objects.exists()


def test_a_source_for_all_rows_corrects_no_value_that_stays(lead, places, indicator):
    own = {**LONG, "indicator": indicator.pk, "quality": "measured"}
    recorded(lead, "Raum;Jahr;Wert\nO 1;2023;1\nO 2;2023;2\n", {**own, "source_title": "Alt"})
    said = {**own, "quality": "estimated", "source_title": "Neu", "source_url": "https://example.org/neu"}
    plan = looked_at(lead, "Raum;Jahr;Wert\nO 1;2023;1\nO 2;2023;3\n", said)[0].context["plan"]
    assert ([line.new.value for line in plan.corrected], len(plan.unchanged)) == ([3], 1)
    named = "Raum;Jahr;Wert;source_url\nO 1;2023;1;https://example.org/neu\n"
    plan = looked_at(lead, named, {**own, "column_3": "source_url", "source_title": "Neu"})[0].context["plan"]
    assert (len(plan.corrected), len(plan.unchanged)) == (1, 0)


def test_the_template_can_be_read_back(lead, places, indicator):
    said = {**LONG, **SOURCE, "indicator": indicator.pk}
    recorded(lead, "Raum;Jahr;Wert\nO 1;2023;1,5\nO 1;2024;2\n", said)
    csv_text = lead.get(reverse("import-template-csv", args=[indicator.pk])).content
    assert csv_text.decode("utf-8-sig").splitlines()[0] == "Raum-Nummer;Raum;2023;2024;2025"
    data = lead.get(reverse("import-template-xlsx", args=[indicator.pk])).content
    rows = list(load_workbook(BytesIO(data)).active.values)
    assert rows[1] == ("O 1", "Mölschbach", 1.5, 2, None)
    wide = {
        "column_0": "district",
        **{f"column_{n}": "period_value" for n in (2, 3, 4)},
        "sign": ",",
        **SOURCE,
    }
    for name, content in (("a.csv", csv_text), ("a.xlsx", data)):
        response, _address = looked_at(lead, content, {**wide, "indicator": indicator.pk}, name=name)
        assert (len(response.context["plan"].unchanged), response.context["plan"].refused) == (2, [])


def test_links_for_those_who_may(lead, places, indicator):
    assert f"/zahlen-einlesen/?indikator={indicator.pk}" in lead.get(indicator.item.url).content.decode()
    assert 'href="/zahlen-einlesen/"' in lead.get(reverse("indicator-list")).content.decode()


def test_five_thousand_rows_in_reasonable_time(
    lead, concept, indicator, django_assert_max_num_queries, monkeypatch
):
    monkeypatch.setattr(pieces, "AIM", 100)  # however slow the machine: the pieces grow as far as they may
    places = [make_item("district", title=f"Ort {n}", number=f"O {n}") for n in range(50)]
    lines = [f"{place.number};{year};{year},5" for place in places for year in range(1900, 2000)]
    said = {**LONG, **SOURCE, "indicator": indicator.pk}
    start = time.monotonic()
    response, address = looked_at(lead, "Raum;Jahr;Wert\n" + "\n".join(lines), said)
    assert len(response.context["plan"].new) == 5000
    with django_assert_max_num_queries(150):
        lead.post(address, {"plan": response.context["plan"].fingerprint})
    assert Observation.objects.count() == 5000
    assert time.monotonic() - start < 30


def test_what_a_planner_reads_in_waits_for_public_indicators_alone(as_role, lead, places, indicator):
    planner = as_role("planner")
    said = {**LONG, **SOURCE, "indicator": indicator.pk}
    response, address = looked_at(planner, "Raum;Jahr;Wert\nO 1;2023;1\nO 2;2023;2\n", said)
    assert "warten danach auf Freigabe" in response.content.decode()
    answer = planner.post(address, {"plan": response.context["plan"].fingerprint}, follow=True)
    assert "warten auf Freigabe" in answer.content.decode()
    assert not Observation.objects.exists()
    found = Proposal.objects.get()
    lead.post(found.url, {"act": "release", "version": 1, "item_version": indicator.item.version})
    assert Observation.objects.count() == 2
    internal = make_item("indicator", visibility="internal", title="Innen")
    done = recorded(planner, "Raum;Jahr;Wert\nO 1;2023;1\n", {**said, "indicator": internal.pk})
    assert "1 Wert eingetragen" in done.content.decode()


def test_who_may_not_release_proposes_to_take_a_delivery_back(as_role, lead, places, indicator):
    planner, inside = (
        as_role("planner"),
        make_item("indicator", visibility="internal", title="Innen").indicator,
    )
    own = {
        **SOURCE,
        "column_0": "district",
        "column_1": "period",
        "column_2": "value",
        "column_3": "indicator",
        "sign": ",",
    }
    first = "Raum;Jahr;Wert;Indikator\nO 1;2023;1;Bevölkerung\n"
    recorded(lead, first, own)
    text = "Raum;Jahr;Wert;Indikator\nO 1;2023;2;Bevölkerung\nO 2;2023;3;Bevölkerung\nO 1;2023;4;Innen\n"
    delivery = recorded(lead, text, own).context["batch"]
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
    said = {**LONG, **SOURCE, "indicator": indicator.pk}
    delivery = recorded(lead, "Raum;Jahr;Wert\nO 1;2023;1\n", said).context["batch"]
    as_role("planner").post(reverse("import-undo", args=[delivery.pk]))
    proposal = Proposal.objects.get()
    recorded(lead, "Raum;Jahr;Wert\nO 1;2023;2\n", said)
    press = {"act": "release", "version": 1, "item_version": indicator.item.version}
    refused = lead.post(proposal.url, press)
    assert refused.status_code == 400
    assert "beruhen schon neuere" in refused.content.decode()
    assert values() == {("Mölschbach", "2023"): "2"}
