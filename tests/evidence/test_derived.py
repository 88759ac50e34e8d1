"""Derived indicators: worked out from others place by place, kept up with them, never typed; their formula is what is kept."""

import random
from decimal import Decimal
from types import SimpleNamespace

import pytest
from django.core.exceptions import ValidationError
from django.urls import reverse

from insek.concept.models import Concept
from insek.evidence.derived import computing, jobs
from insek.evidence.derived.computing import derive_all
from insek.evidence.models import Derivation, ImportBatch, Observation, SeriesBreak
from insek.evidence.releasing import take_back_or_propose
from insek.evidence.services import NewObservation, record_observations
from insek.evidence.values_plan import usable_indicators
from insek.package import PackageRefused, export_package, import_package, package_files, read_files
from insek.people.actors import PROGRAM
from insek.release.models import Proposal
from insek.release.releases import release
from insek.thread.events import deliver
from insek.thread.models import Change
from insek.thread.services import create_item, delete_item, update_item
from tests.factories import make_actor, make_item
from tests.reading import form_values

pytestmark = pytest.mark.django_db


@pytest.fixture
def city(concept):
    return make_item("district", level="city", title="Ganze Stadt").district


@pytest.fixture
def district(concept, city):
    return make_item("district", level="stadtteil", title="Nord").district


@pytest.fixture
def births(concept):
    return make_item("indicator", number="I 2", title="Geborene", unit="Kinder").indicator


@pytest.fixture
def people(concept):
    return make_item("indicator", number="I 1", title="Einwohner", unit="Personen").indicator


def record(indicator, place, period, number, **more):
    new = NewObservation(
        place, period, None if number is None else Decimal(number), source_title="Statistik", **more
    )
    record_observations(indicator, [new], label="Test", actor=PROGRAM)


def derived(formula, **values):
    own = {"unit": "je 1.000 Personen", "periodicity": "year", "formula": formula, **values}
    return create_item(
        kind="indicator", concept=Concept.objects.get(), actor=PROGRAM,
        values={"title": "Geburtenrate", "visibility": "public", "standing": "working", "number": "I 9", "decimals": 1, **own},
    ).indicator  # fmt: skip


def rate_of(births, people, **values):
    return derived(f"[{births.pk}] / [{people.pk}] * 1000", **values)


def shown(indicator):
    rows = Observation.objects.current().filter(indicator=indicator).select_related("district__item")
    return {(row.district.item.title, row.period): row.value for row in rows}


def told(indicator, period="2024"):
    return Observation.objects.current().get(indicator=indicator, period=period)


def change(indicator, **values):
    item = indicator.item
    item.refresh_from_db()
    return update_item(item, expected_version=item.version, values=values, actor=PROGRAM)


def test_a_value_follows_where_all_parts_are_there(city, district, births, people):
    record(births, city, "2024", 900)
    record(people, city, "2024-12-31", 100_000)
    record(births, district, "2024", 90)  # no people
    record(people, city, "2023-12-31", 99_000)  # no births
    rate = rate_of(births, people)
    assert derive_all(rate.item.concept_id) == [rate.pk]
    assert shown(rate) == {("Ganze Stadt", "2024"): 9}
    row = told(rate)
    assert row.source_title == "abgeleitet aus I 2 Geborene, I 1 Einwohner"
    assert row.batch.is_derived
    assert rate.derivation.counts == {
        "values": 1,
        "errors": 0,
        "missing": 2,
        "mixed": 0,
        "zero": 0,
        "turn": 0,
    }
    assert derive_all(rate.item.concept_id) == []  # nothing is written that says nothing new
    assert ImportBatch.objects.filter(is_derived=True).count() == 1


def test_of_a_year_and_its_last_day_the_year_counts(city, births, people):
    record(births, city, "2024-12-31", 1)
    record(births, city, "2024", 900)
    record(people, city, "2024-12-31", 100_000)
    rate = rate_of(births, people)
    derive_all(rate.item.concept_id)
    assert shown(rate) == {("Ganze Stadt", "2024"): 9}


def test_zero_below_and_secret_parts_are_said(city, births, people):
    record(births, city, "2024", 900)
    record(people, city, "2024", 0, quality="nil")
    record(births, city, "2023", None, quality="protected")
    record(people, city, "2023", 5)
    record(births, city, "2022", 7, quality="provisional", source_date="2023-01-02")
    record(people, city, "2022", 70, quality="forecast", source_date="2021")
    rate = rate_of(births, people)
    derive_all(rate.item.concept_id)
    assert (told(rate).value, told(rate).quality, told(rate).note) == (
        None,
        "meaningless",
        "Der Nenner ist null: I 1.",
    )
    assert (told(rate, "2023").value, told(rate, "2023").quality) == (None, "protected")
    last = told(rate, "2022")
    assert (last.value, last.quality, last.source_date) == (100, "forecast", "2021")


def test_the_standard_error_is_propagated(city, births, people):
    change(people, uncertainty=Decimal(1_000))
    record(births, city, "2024", 900, standard_error=Decimal(30))
    record(people, city, "2024", 100_000)
    rate = rate_of(births, people)
    derive_all(rate.item.concept_id)
    assert told(rate).standard_error == Decimal("0.313209")  # sqrt(0.3² + 0.09²)


def test_parts_on_different_counts_are_not_mixed(city, births, people):
    younger = make_item("indicator", number="I 3", title="Unter 6", unit="Kinder").indicator
    for year in range(2020, 2025):
        record(people, city, f"{year}-12-31", 100_000)
        record(younger, city, f"{year}-12-31", 5_000)
        record(births, city, str(year), 900)
    basis = {"basis": "census2022", "reason": "Zensus 2022"}
    SeriesBreak.objects.create(
        indicator=people, period="2011-12-31", reason="Zensus 2011", basis="census2011"
    )
    SeriesBreak.objects.create(indicator=people, period="2022-12-31", **basis)
    SeriesBreak.objects.create(indicator=younger, period="2023-12-31", **basis)
    share, rate = (
        derived(f"[{younger.pk}] / [{people.pk}] * 100", unit="%", number="I 8"),
        rate_of(births, people),
    )
    derive_all(rate.item.concept_id)
    assert [year for (_place, year), value in sorted(shown(share).items()) if value is None] == ["2022-12-31"]
    assert "verschiedenen Zählungen" in told(share, "2022-12-31").note
    assert share.derivation.counts["mixed"] == 1
    assert all(shown(rate).values())  # births rest on no count
    assert [(row.period, row.reason, row.basis) for row in rate.breaks.all()] == [
        ("2011", "I 1: Zensus 2011", "census2011"),
        ("2022", "I 1: Zensus 2022", "census2022"),
    ]


def test_breaks_go_with_those_of_the_parts(city, births, people):
    record(births, city, "2024", 900)
    record(people, city, "2024", 100_000)
    SeriesBreak.objects.create(indicator=people, period="2024", reason="Anders gezählt")
    rate = rate_of(births, people)
    derive_all(rate.item.concept_id)
    assert rate.breaks.get().reason == "I 1: Anders gezählt"
    people.breaks.all().delete()
    derive_all(rate.item.concept_id)
    assert not rate.breaks.exists()


def test_what_happens_to_a_part_is_followed_by_one_job(city, births, people, monkeypatch):
    asked = []
    rate = rate_of(births, people)
    double = derived(f"[{rate.pk}] * 2", unit="x", number="I 10")
    deliver()
    monkeypatch.setattr(jobs, "derive_values", SimpleNamespace(enqueue=lambda *said: asked.append(said)))
    record(births, city, "2024", 900)
    record(people, city, "2024", 100_000)
    make_item("goal")
    deliver()
    assert asked == [(rate.item.concept_id, sorted([births.pk, people.pk]))]
    assert derive_all(*asked[0]) == [rate.pk, double.pk]
    assert shown(double) == {("Ganze Stadt", "2024"): 18}
    assert [
        each.differences["value"] for each in Change.objects.filter(item_id=rate.pk, action="recorded")
    ] == [[None, "1 Wert neu abgeleitet"]]
    assert derive_all(rate.item.concept_id, [make_item("indicator").pk]) == []


def test_a_correction_and_a_withdrawal_reach_what_follows(city, births, people):
    record(births, city, "2024", 900)
    record(people, city, "2024", 100_000)
    rate = rate_of(births, people)
    deliver()
    assert shown(rate) == {("Ganze Stadt", "2024"): 9}
    record(births, city, "2024", 800)
    deliver()
    assert shown(rate) == {("Ganze Stadt", "2024"): 8}
    take_back_or_propose(Observation.objects.get(indicator=people).batch, actor=PROGRAM)
    deliver()
    assert shown(rate) == {}
    assert rate.observations.count() == 2  # both stay as what was said once


def test_another_formula_and_none(city, births, people):
    record(births, city, "2024", 900)
    record(people, city, "2024", 100_000)
    rate = rate_of(births, people)
    deliver()
    change(rate, formula=f"[{births.pk}] / [{people.pk}] * 100")
    deliver()
    assert shown(rate) == {("Ganze Stadt", "2024"): Decimal("0.9")}
    change(rate, formula="")
    deliver()
    assert shown(rate) == {}
    assert not Derivation.objects.exists()
    rate.refresh_from_db()
    record(rate, city, "2024", 1)  # entered by hand from now on
    deliver()
    assert shown(rate) == {("Ganze Stadt", "2024"): 1}


def test_a_part_that_is_gone_takes_the_values_along(city, births, people):
    record(births, city, "2024", 900)
    record(people, city, "2024", 100_000)
    rate = rate_of(births, people)
    deliver()
    change(people, visibility="internal")
    deliver()
    assert shown(rate) == {}
    assert Derivation.objects.get().is_closed
    change(rate, title="Rate", visibility="internal")
    deliver()
    assert shown(rate) == {("Ganze Stadt", "2024"): 9}


def test_what_is_no_formula_is_refused(city, births, people):
    record(births, city, "2024", 900)
    rate = rate_of(births, people)
    for formula, why in (
        (f"[{births.pk}] / ", "Zeichen 14"),
        ("[abcdefgh] * 2", "gibt es nicht: abcdefgh"),
        (f"[{rate.pk}] * 2", "I 9 → I 9"),
    ):
        with pytest.raises(ValidationError, match=why):
            change(rate, formula=formula)
    double = derived(f"[{rate.pk}] * 2", number="I 10", unit="x")
    with pytest.raises(ValidationError, match="I 9 → I 10 → I 9"):
        change(rate, formula=f"[{double.pk}] / 2")
    with pytest.raises(ValidationError, match="eingetragene Werte"):
        change(births, formula=f"[{people.pk}] * 2")
    with pytest.raises(ValidationError, match="keine Gliederung"):
        change(rate, by_sex=True)
    secret = make_item("indicator", number="I 7", visibility="internal")
    with pytest.raises(ValidationError, match="nicht öffentlich: I 7"):
        change(rate, formula=f"[{secret.pk}] * 2")


def test_derived_values_are_not_entered_or_taken_back(city, births, people, as_role):
    record(births, city, "2024", 900)
    record(people, city, "2024", 100_000)
    rate = rate_of(births, people)
    deliver()
    with pytest.raises(ValidationError, match="abgeleitet und nicht eingetragen"):
        record(rate, city, "2024", 5)
    with pytest.raises(ValidationError, match="nicht zurücknehmen"):
        take_back_or_propose(told(rate).batch, actor=PROGRAM)
    assert rate not in usable_indicators(rate.item.concept, make_actor("planner"))
    client = as_role("planner")
    assert client.get(reverse("observation-create", args=[rate.pk])).headers["Location"] == rate.item.url
    page = client.get(rate.item.url).content.decode()
    assert f'{reverse("observation-create", args=[rate.pk])}"' not in page
    assert f"?indikator={rate.pk}" not in page


def test_the_page_says_what_a_value_follows_from(
    city, births, people, client, as_role, django_assert_max_num_queries
):
    record(births, city, "2024", 900)
    record(people, city, "2024", 100_000)
    rate = rate_of(births, people, unit="je 100 Personen")
    page = client.get(rate.item.url).content.decode()
    assert "werden gerade neu abgeleitet" in page
    deliver()
    with django_assert_max_num_queries(40):
        page = client.get(rate.item.url).content.decode()
    assert "werden gerade neu abgeleitet" not in page
    assert (
        f'<a href="{births.item.url}" title="Geborene">I 2</a> / <a href="{people.item.url}" title="Einwohner">I 1</a> · 1000'
        in page
    )
    assert "abgeleitet aus I 2 Geborene, I 1 Einwohner" in page
    assert "nimmt aber nicht mit 100 mal" not in page  # for those who can mend it
    assert "nimmt aber nicht mit 100 mal" in as_role("planner").get(rate.item.url).content.decode()
    record(births, city, "2024", 800)
    assert "werden gerade neu abgeleitet" in client.get(rate.item.url).content.decode()


def test_the_form_takes_numbers_and_history_shows_them(city, births, people, as_role):
    rate = rate_of(births, people)
    client = as_role("project-lead")
    page = client.get(reverse("item-edit", args=[rate.pk]))
    form = page.context["form"]
    assert form["formula"].value() == "[I 2] / [I 1] * 1000"
    assert "<li><code>[I 1]</code> Einwohner</li>" in page.content.decode()
    sent = form_values(page)
    refused = client.post(page.request["PATH_INFO"], {**sent, "formula": "I 2 / I 99"})
    assert "„I 99“ ist keine Nummer" in refused.content.decode()
    saved = client.post(page.request["PATH_INFO"], {**sent, "formula": "(I 2 : [einwohner]) * 100"})
    assert saved.status_code == 302, saved.context["form"].errors
    release(Proposal.objects.get(), expected_version=1, actor=PROGRAM)  # as any other field
    rate.refresh_from_db()
    assert rate.formula == f"([{births.pk}] : [{people.pk}]) * 100"
    history = client.get(reverse("item-history", args=[rate.pk])).content.decode()
    assert "[I 1]" in history
    assert f"[{births.pk}]" not in history


def test_a_package_holds_the_formula_and_not_the_values(city, births, people, tmp_path):
    record(births, city, "2024", 900)
    record(people, city, "2024", 100_000)
    SeriesBreak.objects.create(indicator=people, period="2024", reason="Zensus", basis="census2022")
    rate = rate_of(births, people)
    deliver()
    before = shown(rate)
    files = package_files(rate.item.concept)
    assert f"[{births.pk}] / [{people.pk}] * 1000".encode() in files["indicators.csv"]
    assert rate.pk.encode() not in files["observations.csv"]
    assert rate.pk.encode() not in files["series_breaks.csv"]
    export_package(rate.item.concept, tmp_path / "p")
    import_package(tmp_path / "p", replace=True)
    assert shown(rate) == before == {("Ganze Stadt", "2024"): 9}
    assert rate.breaks.count() == 1
    assert package_files(Concept.objects.get()) == read_files(tmp_path / "p")
    table = tmp_path / "p" / "observations.csv"
    table.write_text(table.read_text() + f"{rate.pk},{city.pk},2023,,1,measured,Hand,,,,,,,\n")
    lines = (tmp_path / "p" / "indicators.csv").read_text()
    (tmp_path / "p" / "indicators.csv").write_text(
        lines.replace(f"[{people.pk}] * 1000", f"[{rate.pk}] * 1000")
    )
    with pytest.raises(PackageRefused) as caught:
        import_package(tmp_path / "p", replace=True)
    assert {"derived_value", "circular_formula"} <= {problem.code for problem in caught.value.problems}


def test_derived_equals_recomputed(city, district, monkeypatch):
    """After any acts in any order, what stands there is what all parts say together."""
    monkeypatch.setattr(jobs, "derive_values", SimpleNamespace(enqueue=lambda *said: derive_all(*said)))
    draw = random.Random(11)
    parts = [
        make_item("indicator", number=f"I {number}", title=f"Teil {number}").indicator
        for number in range(1, 4)
    ]
    one, two, three = (part.pk for part in parts)
    first = derived(f"([{one}] - [{two}]) / [{three}] * 1000")
    second = derived(f"[{first.pk}] + [{one}] / 2", number="I 10", unit="x")
    for _act in range(40):
        part, place, year = draw.choice(parts), draw.choice([city, district]), str(draw.randint(2020, 2023))
        known = Observation.objects.current().filter(indicator=part, district=place, period=year).first()
        if known is not None and known.supersedes.count() == 0 and draw.random() < 0.3:
            take_back_or_propose(known.batch, actor=PROGRAM)
        else:
            record(part, place, year, draw.randint(0, 4))
        if draw.random() < 0.6:
            deliver()
    deliver()
    kept = [(shown(first)), (shown(second))]
    values = {
        (row.indicator_id, row.district.item.title, row.period): row.known
        for row in Observation.objects.figures().filter(indicator__in=parts)
    }
    expected = {}
    for _part, place, year in values:
        a, b, c = (values.get((key, place, year)) for key in (one, two, three))
        if a is not None and b is not None and c is not None:
            expected[place, year] = ((a - b) / c * 1000).quantize(Decimal("0.000001")) if c else None
    assert kept[0] == expected
    assert {None, True} <= {value and True for value in expected.values()}
    rows = Observation.objects.filter(indicator__in=[first, second])
    rows._raw_delete(rows.db)
    derive_all(first.item.concept_id)
    assert [(shown(first)), (shown(second))] == kept


def test_many_values_are_worked_out_in_pieces_with_one_line_of_history(city, births, people, monkeypatch):
    monkeypatch.setattr("insek.evidence.deliveries.in_transaction", lambda: False)
    for indicator in (births, people):
        new = [
            NewObservation(city, str(1000 + year), Decimal(year + 1), source_title="x") for year in range(400)
        ]
        record_observations(indicator, new, label="Test", actor=PROGRAM)
    rate = rate_of(births, people)
    assert derive_all(rate.item.concept_id) == [rate.pk]
    assert len(shown(rate)) == 400
    assert Change.objects.filter(item_id=rate.pk, action="recorded").count() == 1


def test_somebody_who_writes_meanwhile_is_waited_for(city, births, people, monkeypatch):
    rate, tries = rate_of(births, people), []

    def overtaken(indicator):
        tries.append(indicator)
        raise computing.Overtaken

    monkeypatch.setattr(computing, "_derive", overtaken)
    with pytest.raises(computing.Overtaken):
        derive_all(rate.item.concept_id)
    assert len(tries) == computing.TRIES


def test_what_was_missed_is_made_up_for(city, births, people):
    rate = rate_of(births, people)
    record(births, city, "2024", 900)
    record(people, city, "2024", 100_000)
    jobs.derive_what_was_missed()
    assert shown(rate) == {("Ganze Stadt", "2024"): 9}


def test_a_deleted_part_is_said(city, births, people, client):
    rate = rate_of(births, people)
    delete_item(people.item, expected_version=people.item.version, actor=PROGRAM)
    deliver()
    assert "Ein Teil der Formel fehlt" in client.get(rate.item.url).content.decode()
    change(rate, title="Geburten auf Tausend")  # what is wrong for other reasons can still be changed
