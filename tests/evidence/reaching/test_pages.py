"""The pages of an analysis: what everybody sees, what staff can do, files, the indicator made of it, and what if."""

import io
from decimal import Decimal

import pytest
from django.urls import reverse
from openpyxl import load_workbook

from insek.evidence.models import Indicator, Observation, ReachAnalysis
from insek.evidence.reaching.runs import ask_to_measure
from insek.evidence.reaching.tryout import spot_of
from insek.release.models import Proposal
from insek.thread.models import Item
from tests.factories import make_actor, make_item

from . import town
from .conftest import analysis_of, computed, line, record

pytestmark = pytest.mark.django_db


def page(client, item, name="item", **asked):
    return client.get(reverse(name, args=[item.pk]), asked)


def text(answer):
    return answer.content.decode()


def test_everybody_reads_the_answer_the_map_and_the_table(base, analysis, places, client):
    run = computed(analysis)
    said = text(page(client, analysis.item))
    share = round(run.result["city"]["share"] * 100)
    assert (
        f"{share} % der Menschen sind zu Fuß in höchstens 10 Minuten am nächsten Ziel: Eigene Liste." in said
    )
    assert 'id="reichweite-karte"' in said and "Wegenetz; Wohngebäude nach Grundfläche" in said
    assert "Überholt" not in said and "Neu rechnen" not in said
    assert run.input_hash[:16] in said and "Einwohner" in said and "<li>Schule</li>" in said


def test_an_estimate_says_so_in_the_lead_and_in_the_table(analysis, client):
    computed(analysis)
    said = text(page(client, analysis.item))
    assert "Schätzung: Luftlinie; ganze Fläche des Raums" in said
    assert "Schätzung in 2 von 2 Räumen" in said
    assert '<span class="muted">Schätzung</span>' in said


def test_beside_the_uses_of_a_result_staff_have_their_tools(base, analysis, places, as_role):
    computed(analysis)
    said = text(page(as_role("planner"), analysis.item))
    for name in ("reach-try", "reach-table", "item-edit", "item-history"):
        assert f'href="{reverse(name, args=[analysis.item.pk])}"' in said
    assert 'href=""' not in said


def test_a_result_over_other_numbers_is_called_outdated(base, analysis, people, places, client):
    computed(analysis)
    record(people, (places["west"], 2_500), (places["east"], 500))
    assert "Überholt" in text(page(client, analysis.item))


def test_an_internal_analysis_is_no_visitors(base, people, client, as_role):
    hidden = analysis_of(people, points=line("Schule", 900, 1_000), visibility="internal")
    computed(hidden)
    for name in ("item", "reach-table", "reach-workbook", "reach-try", "reach-state"):
        assert page(client, hidden.item, name).status_code == 404, name
        assert page(as_role("planner"), hidden.item, name).status_code == 200, name
    assert "Weg zur Schule" not in text(client.get(reverse("reach-list")))


def test_a_result_on_internal_numbers_is_withheld(base, people, client, as_role):
    analysis = analysis_of(people, points=line("Schule", 900, 1_000))
    computed(analysis)
    Item.objects.filter(pk=people.pk).update(visibility="internal")
    said = text(page(client, analysis.item))
    assert (
        "nicht öffentlich sind" in said
        and "der Menschen sind" not in said
        and "Einwohner" not in said.replace("Einwohnerzahl", "")
    )
    for name in ("reach-table", "reach-workbook", "reach-try"):
        assert page(client, analysis.item, name).status_code == 404, name
    assert "Öffentlich erscheint das Ergebnis nicht" in text(page(as_role("planner"), analysis.item))


def test_a_district_that_is_internal_is_no_visitors(base, analysis, places, client):
    computed(analysis)
    Item.objects.filter(pk=places["east"].pk).update(visibility="internal")
    assert "East" not in text(page(client, analysis.item)) + text(page(client, analysis.item, "reach-table"))


def test_what_makes_it_public_waits_for_a_release(people, nobody_measures, as_role):
    data = {
        "title": "Weg zum Arzt", "standing": "working", "visibility": "public", "facilities": "stops", "mode": "walking",
        "minutes": "10", "people": people.pk, "spread": "buildings",
    }  # fmt: skip
    as_role("planner").post(reverse("reach-create"), data)
    made = ReachAnalysis.objects.get(item__title="Weg zum Arzt")
    assert made.item.visibility == "internal" and Proposal.objects.filter(item=made.item).exists()


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        ({"facilities": "names"}, "Bitte mindestens ein Wort"),
        ({"facilities": "list"}, "Die eigene Liste ist leer"),
        ({"facilities": "list", "points": "Schule; x"}, "Zeile 1"),
        ({"facilities": "kind:../../etc"}, "keine gültige Auswahl"),
        ({"minutes": "0"}, "1"),
        ({"minutes": "91"}, "90"),
    ],
)  # fmt: skip
def test_a_question_without_an_answer_is_refused(people, as_role, wrong, said):
    data = {
        "title": "Frage", "standing": "working", "visibility": "internal", "facilities": "stops", "mode": "walking",
        "minutes": "10", "people": people.pk, "spread": "buildings",
    }  # fmt: skip
    answer = as_role("planner").post(reverse("reach-create"), {**data, **wrong})
    assert said in text(answer)
    assert not ReachAnalysis.objects.exists()


def test_shares_are_no_people(as_role, places):
    share = make_item("indicator", title="Quote", unit="%").indicator
    data = {
        "title": "Frage", "standing": "working", "visibility": "internal", "facilities": "stops", "mode": "walking",
        "minutes": "10", "people": share.pk, "spread": "buildings",
    }  # fmt: skip
    assert "zählt keine Menschen" in text(as_role("planner").post(reverse("reach-create"), data))


def test_a_page_that_waits_says_how_far_it_is(analysis, nobody_measures, client):
    run = ask_to_measure(analysis, actor=make_actor("planner"))
    run.percent = 50
    run.state = "running"
    run.save()
    assert 'value="50"' in text(page(client, analysis.item))
    assert 'value="50"' in text(page(client, analysis.item, "reach-state"))
    run.delete()
    assert page(client, analysis.item, "reach-state")["HX-Refresh"] == "true"


def test_files_hold_the_table_and_what_it_rests_on(base, analysis, client):
    run = computed(analysis)
    said = page(client, analysis.item, "reach-table").content.decode("utf-8-sig").splitlines()
    assert said[0].startswith("Raum;Schlüssel;Menschen;davon in 10 Minuten;Anteil in %")
    assert len(said) == 4 and said[-1].startswith("Alle zusammen;;3000;")
    book = load_workbook(io.BytesIO(page(client, analysis.item, "reach-workbook").content))
    rows = list(book.worksheets[0].iter_rows(values_only=True))
    assert rows[-1][2] == 3_000 and rows[-1][4] == round(run.result["city"]["share"] * 100)
    about = dict(book.worksheets[1].iter_rows(values_only=True))
    assert run.input_hash[:16] in about["Fassung und Prüfsumme"] and "Register" in about["Einwohnerzahlen"]


def test_no_name_of_a_destination_becomes_a_formula_or_markup(base, people, client):
    name = '=HYPERLINK("x")<script>alert(1)</script>'
    analysis = analysis_of(people, title="=1+1", points=line(name, 900, 1_000))
    computed(analysis)
    for address in ("item", "reach-try"):
        assert "<script>alert" not in text(page(client, analysis.item, address)), address
    book = load_workbook(io.BytesIO(page(client, analysis.item, "reach-workbook").content))
    assert all(
        cell.data_type != "f" for sheet in book.worksheets for row in sheet.iter_rows() for cell in row
    )


def test_it_becomes_an_internal_indicator_of_estimates_in_one_step(base, analysis, places, as_role):
    run = computed(analysis)
    answer = as_role("planner").post(reverse("reach-take", args=[analysis.pk]))
    made = Indicator.objects.get(unit="%")
    assert answer.status_code == 302 and answer.url == made.item.url
    assert made.item.visibility == "internal" and "reachability.md" in made.method
    values = {row.district_id: row for row in Observation.objects.filter(indicator=made)}
    assert values.keys() == {place.pk for place in places.values()}
    assert {row.quality for row in values.values()} == {"estimated"}
    assert values[places["city"].pk].value == Decimal(str(run.result["city"]["share"])) * 100
    assert all(
        run.input_hash[:16] in row.note and "Weg zur Schule" in row.source_title for row in values.values()
    )


def test_values_of_a_public_indicator_wait_for_their_release(base, analysis, as_role):
    computed(analysis)
    public = make_item("indicator", title="Anteil", unit="%").indicator
    as_role("planner").post(reverse("reach-take", args=[analysis.pk]), {"indicator": public.pk})
    assert not Observation.objects.filter(indicator=public).exists()
    assert Proposal.objects.filter(item=public.item).count() == 1


def test_only_shares_take_shares_and_only_a_result_of_today(base, analysis, people, places, as_role):
    computed(analysis)
    planner, address = as_role("planner"), reverse("reach-take", args=[analysis.pk])
    assert "Anteile in Prozent" in text(planner.post(address, {"indicator": people.pk}))
    record(people, (places["west"], 2_500), (places["east"], 500))
    assert "Bitte rechnen Sie zuerst neu" in text(planner.post(address))
    assert not Indicator.objects.filter(unit="%").exists()


def test_who_may_not_edit_takes_nothing(base, analysis, as_role, client):
    computed(analysis)
    address = reverse("reach-take", args=[analysis.pk])
    assert client.post(address).status_code == 302
    assert as_role("council").post(address).status_code == 403
    assert not Indicator.objects.filter(unit="%").exists()


def spot(east, north):
    lon, lat = town.degrees_of(east, north)
    return f"{lat:.6f},{lon:.6f}"


def test_a_planned_destination_shows_the_difference_by_district(base, analysis, places, client):
    run = computed(analysis)
    answer = page(client, analysis.item, "reach-try", point=spot(town.WIDE + town.RIVER + 500, 1_000))
    assert "Menschen mehr hätten ein Ziel in 10 Minuten" in text(answer)
    rows = {
        str(row[0]["text"] if isinstance(row[0], dict) else row[0]): [cell["text"] for cell in row[1:]]
        for row in answer.context["table"]["rows"]
    }
    assert rows["West"][2] == "±0", "the river is in between"
    east = int(rows["East"][2].removeprefix("+"))
    whole = computed(
        analysis_of(
            analysis.people, points=f"{analysis.points}\n{line('Neu', town.WIDE + town.RIVER + 500, 1_000)}"
        )
    )
    assert east == pytest.approx(whole.result["city"]["reaching"] - run.result["city"]["reaching"], abs=10)


def test_a_closed_destination_takes_people_away_and_what_it_leaves_is_measured_anew(base, people, client):
    both = f"{line('Alt', 900, 1_000)}\n{line('Bleibt', 100, 1_000)}"
    analysis, alone = analysis_of(people, points=both), analysis_of(people, points=line("Bleibt", 100, 1_000))
    run, left = computed(analysis), computed(alone)
    answer = page(client, analysis.item, "reach-try", zu="Alt")
    assert "Menschen weniger hätten ein Ziel" in text(answer)
    after = answer.context["table"]["rows"][-1][2]["text"]
    assert (
        after
        == f"{round(left.result['city']['share'] * 100)} %"
        != f"{round(run.result['city']['share'] * 100)} %"
    )


def test_the_address_holds_all_that_is_tried_and_each_can_be_left_out(base, analysis, client):
    computed(analysis)
    answer = page(
        client, analysis.item, "reach-try", neu=[spot(1_700, 1_000)], zu="Schule", point=spot(100, 100)
    )
    tried = answer.context["tried"]
    assert len(tried) == 3
    again = client.get(tried[0]["remove_url"])
    assert [one["words"] for one in again.context["tried"]] == [one["words"] for one in tried[1:]]


@pytest.mark.parametrize(
    "asked",
    [
        {"neu": "x"}, {"neu": "91.0,7.7"}, {"neu": "nan,inf"}, {"neu": "1e9,1e9"}, {"zu": "gibt es nicht"}, {"zu": "' OR 1=1 --"},
        {"point": "<script>"}, {"address": "\x00" * 500}, {"neu": ["49.44,7.76"] * 200}, {"zu": ["Schule"] * 400},
    ],
)  # fmt: skip
def test_hostile_addresses_do_nothing(base, analysis, client, asked):
    computed(analysis)
    answer = page(client, analysis.item, "reach-try", **asked)
    assert answer.status_code == 200
    assert "<script>alert" not in text(answer)
    assert len(answer.context["tried"]) <= 2


def test_a_place_beyond_the_city_is_said_and_not_counted(base, analysis, client):
    computed(analysis)
    answer = page(client, analysis.item, "reach-try", point="52.5200, 13.4050")
    assert "außerhalb der Stadt" in text(answer) and not answer.context["tried"]


def test_a_district_of_the_gazetteer_is_found_by_its_name(base, analysis, client):
    computed(analysis)
    answer = page(client, analysis.item, "reach-try", address="East")
    assert len(answer.context["tried"]) == 1 and "Menschen mehr" in text(answer)


@pytest.mark.parametrize(
    ("typed", "found"),
    [("49.44, 7.75", (7.75, 49.44)), ("49,44; 7,75", (7.75, 49.44)), ("7.75", None), ("", None), ("99.1, 7.5", None)],
)  # fmt: skip
def test_a_point_is_read_as_people_write_it(typed, found):
    assert spot_of(typed) == found


def test_each_page_costs_few_queries(base, analysis, client, django_assert_max_num_queries):
    computed(analysis)
    for name, most in (("item", 30), ("reach-try", 16), ("reach-table", 12)):
        page(client, analysis.item, name)
        with django_assert_max_num_queries(most):
            page(client, analysis.item, name)
    with django_assert_max_num_queries(18):
        page(client, analysis.item, "reach-try", point=spot(1_700, 1_000), zu="Schule")
