"""Counts are added up from places to those above: only where nothing is missing, never over what was entered; bases of the population never mix."""

import random
from datetime import date
from decimal import Decimal

import pytest
from django.core.exceptions import ValidationError

from insek.evidence.basis_breaks import keep_basis_breaks
from insek.evidence.derived.jobs import follow
from insek.evidence.models import Observation, SeriesBreak, SmallCounts, Summation
from insek.evidence.queries import wholes_of
from insek.evidence.remarkable import is_stale, missing_years, unusual_change
from insek.evidence.secrecy.showing import decide
from insek.evidence.services import NewObservation, record_observations, take_back
from insek.evidence.sums.adding import PartOfSum, PlaceInSum, add_up
from insek.package import package_files
from insek.people.actors import PROGRAM
from tests.factories import make_item

SOURCE = ("Statistik", "", "2025")
CITY = [
    PlaceInSum("city", None),
    PlaceInSum("a", "city"),
    PlaceInSum("b", "city"),
    PlaceInSum("a1", "a"),
    PlaceInSum("a2", "a"),
]


def part(place, value, period="2024", breakdown=0, **more):
    number = None if value is None else Decimal(value)
    return PartOfSum(place, period, breakdown, number, *(more.get(name, known) for name, known in (
        ("quality", "measured"), ("error", None), ("sample", None), ("source", SOURCE), ("basis", ""),
    )))  # fmt: skip


def sums(parts, places=CITY):
    return {(one.place, one.period): one.value for one in add_up(parts, places).sums}


def test_places_add_up_level_by_level():
    found = add_up([part("a1", 3), part("a2", 4), part("b", 10)], CITY)
    assert {one.place: one.value for one in found.sums} == {"a": 7, "city": 17}
    assert found.missing == [] and found.differ == []


@pytest.mark.parametrize("seed", range(20))
def test_sums_keep_totals(seed):
    chance = random.Random(seed)
    places = [PlaceInSum("city", None)]
    for number in range(chance.randint(2, 5)):
        places.append(PlaceInSum(f"p{number}", "city"))
        places += [
            PlaceInSum(f"p{number}.{inner}", f"p{number}") for inner in range(chance.choice([0, 2, 3, 6]))
        ]
    leaves = [one.key for one in places if not any(other.parent == one.key for other in places)]
    values = {key: chance.randint(0, 900) for key in leaves}
    found = sums([part(key, value) for key, value in values.items()], places)
    assert found["city", "2024"] == sum(values.values())
    for one in places:
        inner = [value for key, value in values.items() if key.startswith(f"{one.key}.")]
        if inner:
            assert found[one.key, "2024"] == sum(inner)
    gone = chance.choice(leaves)
    less = add_up([part(key, value) for key, value in values.items() if key != gone], places)
    assert "city" not in {one.place for one in less.sums}
    assert gone in {key for _place, _period, lacking in less.missing for key in lacking} or len(leaves) < 3


def test_an_entered_total_stands_with_its_difference():
    found = add_up([part("a1", 3), part("a2", 4), part("a", 8), part("b", 10), part("city", 18)], CITY)
    assert found.sums == []
    assert found.differ == [
        ("a", "2024", 0, Decimal(8), Decimal(7))
    ]  # the city's is the sum of what was entered below it


def test_a_secret_part_leaves_no_sum_and_a_secret_total_none_either():
    assert sums([part("a", None, quality="protected"), part("b", 10)]) == {}
    assert ("city", "2024") not in sums(
        [part("a", 1), part("b", 10), part("city", None, quality="protected")]
    )


def test_places_that_are_not_the_whole_make_no_sum_in_any_year():
    parts = [
        part("a", 30, "2023"),
        part("b", 40, "2023"),
        part("city", 100, "2023"),
        part("a", 31),
        part("b", 41),
    ]
    found = add_up(parts, CITY)
    assert (found.sums, found.doubted) == ([], ["city"])


def test_places_count_while_they_are_there():
    places = [
        PlaceInSum("city", None), PlaceInSum("a", "city"), PlaceInSum("old", "city", until=date(2019, 12, 31)), PlaceInSum("new", "city", since=date(2020, 1, 1)),
    ]  # fmt: skip
    parts = [
        part("a", 1, "2019"),
        part("old", 2, "2019"),
        part("a", 1, "2020"),
        part("new", 5, "2020"),
        part("old", 9, "2020"),
    ]
    assert sums(parts, places) == {("city", "2019"): 3, ("city", "2020"): 6}


def test_what_is_unsure_of_the_parts_is_so_of_the_sum():
    one = add_up(
        [
            part("a", 3, error=Decimal(3), sample=10, quality="estimated"),
            part("b", 4, error=Decimal(4), sample=20),
        ],
        CITY,
    ).sums[0]
    from insek.evidence.sums.adding import error_of, weakest

    assert error_of(p.error for p in one.parts) == 5
    assert weakest(p.quality for p in one.parts) == "estimated"


def test_counts_of_the_population_do_not_mix():
    found = add_up([part("a", 3, basis="register"), part("b", 4, basis="census2022")], CITY)
    assert (found.sums, found.mixed) == ([], [("city", "2024")])


# ---- in the database


@pytest.fixture
def places(concept):
    city = make_item("district", level="city", title="Stadt").district
    return {
        "Stadt": city,
        **{name: make_item("district", level="stadtteil", title=name, parent=city).district for name in ("Nord", "Süd")},
    }  # fmt: skip


@pytest.fixture
def indicator(concept):
    return make_item("indicator", number="I 1", title="Einwohner", unit="Personen", adds_up=True).indicator


def record(indicator, place, value, period="2024", **more):
    new = NewObservation(place, period, Decimal(value), source_title="Statistik", **more)
    return record_observations(indicator, [new], label="Test", actor=PROGRAM)


def of_city(indicator, period="2024"):
    rows = Observation.objects.current().filter(indicator=indicator, district__level="city", period=period)
    return rows.select_related("batch").first()


@pytest.mark.django_db
def test_a_sum_is_written_corrected_and_gives_way(concept, places, indicator, client):
    record(indicator, places["Nord"], 3)
    record(indicator, places["Süd"], 4)
    follow(concept.pk)
    row = of_city(indicator)
    assert (row.value, row.note, row.batch.is_derived) == (7, "aus 2 Räumen zusammengezählt", True)
    assert wholes_of(places["Nord"], [Observation.objects.current().get(district=places["Nord"].pk)]) == {
        indicator.pk: (Decimal(7), True)
    }
    assert b"zusammengez" not in package_files(concept, profile="working")["observations.csv"]
    page = client.get(indicator.item.url).content.decode()
    assert "1 Wert ist aus den Räumen darunter zusammengezählt" in page
    record(indicator, places["Süd"], 5)
    follow(concept.pk, [indicator.pk])
    assert of_city(indicator).value == 8
    entered = record(indicator, places["Stadt"], 8)  # the same number, but entered
    assert not of_city(indicator).batch.is_derived
    record(indicator, places["Süd"], 6)
    follow(concept.pk, [indicator.pk])
    assert of_city(indicator).value == 8
    page = client.get(indicator.item.url).content.decode()
    assert "Es gilt, was eingetragen ist." in page and "Gesamtzahl und Summe der Räume" in page
    take_back(entered, actor=PROGRAM)
    assert of_city(indicator) is None
    follow(concept.pk, [indicator.pk])
    assert of_city(indicator).value == 9
    change = indicator.item
    change.indicator.adds_up = False
    change.indicator.save()
    follow(concept.pk, [indicator.pk])
    assert of_city(indicator) is None and not Summation.objects.exists()


@pytest.mark.django_db
def test_a_rate_follows_from_sums(concept, places, indicator):
    births = make_item("indicator", number="I 2", title="Geborene", unit="Kinder", adds_up=True).indicator
    rate = make_item(
        "indicator", number="I 3", unit="%", formula=f"[{births.pk}] / [{indicator.pk}] * 100"
    ).indicator
    for place, people, children in (("Nord", 200, 3), ("Süd", 300, 7)):
        record(indicator, places[place], people)
        record(births, places[place], children)
    follow(concept.pk)
    assert of_city(rate).value == 2  # 10 of 500, not the middle of 1.5 and 2.33


@pytest.mark.django_db
def test_hidden_counts_go_into_sums_that_are_hidden_where_they_must(concept, places, indicator):
    SmallCounts.objects.create(indicator=indicator, rule="keep", below=5)
    for place, number in (("Nord", 2), ("Süd", 40)):
        record(indicator, places[place], number)
    follow(concept.pk)
    decide(indicator.pk)
    shown = {row.district_id: row.value for row in Observation.objects.current().filter(indicator=indicator)}
    assert shown[places["Nord"].pk] is None and list(shown.values()).count(None) >= 2
    follow(concept.pk)
    assert (
        Observation.objects.filter(indicator=indicator).count() == 3
    )  # nothing is written that says nothing new


@pytest.mark.django_db
def test_how_totals_may_differ_is_said(concept, places, indicator, client):
    for place, number in (("Nord", 3), ("Süd", 4), ("Stadt", 8)):
        record(indicator, places[place], number)
    indicator.sums_differ = "cell_key"
    indicator.save()
    follow(concept.pk)
    page = client.get(indicator.item.url).content.decode()
    assert "Cell-Key-Methode" in page and "Gesamtzahl und Summe der Räume" in page
    assert of_city(indicator).value == 8


@pytest.mark.django_db
def test_the_basis_is_obligatory_and_its_change_breaks_the_series(concept, places, indicator):
    indicator.needs_basis = True
    indicator.save()
    with pytest.raises(ValidationError, match="Zählung der Bevölkerung"):
        record(indicator, places["Stadt"], 100_000)
    for period, basis in (
        ("2020", "census2011"),
        ("2021", "census2011"),
        ("2022", "census2022"),
        ("2023", "census2022"),
    ):
        record(indicator, places["Stadt"], 100_000, period, basis=basis)
    follow(concept.pk)
    row = SeriesBreak.objects.get()
    assert (row.period, row.basis) == ("2022", "census2022")
    assert row.reason == "Grundlage der Bevölkerung: Zensus 2022, vorher Zensus 2011"
    record(indicator, places["Stadt"], 100_000, "2022", basis="census2011")
    keep_basis_breaks(concept.pk)
    assert SeriesBreak.objects.get().period == "2023"


@pytest.mark.django_db
def test_a_rate_of_two_bases_is_refused(concept, places, indicator):
    women = make_item("indicator", number="I 2", title="Frauen", unit="Personen").indicator
    share = make_item(
        "indicator", number="I 3", unit="%", formula=f"[{women.pk}] / [{indicator.pk}] * 100"
    ).indicator
    record(indicator, places["Stadt"], 100, basis="register")
    record(women, places["Stadt"], 50, basis="census2022")
    record(indicator, places["Stadt"], 100, "2023", basis="register")
    record(women, places["Stadt"], 50, "2023", basis="register")
    follow(concept.pk)
    assert of_city(share).quality == "meaningless"
    assert (of_city(share, "2023").value, of_city(share, "2023").basis) == (50, "register")


# ---- what is told of a series


def points(values, first=2010):
    return [
        Observation(period=str(first + at), value=Decimal(value))
        for at, value in enumerate(values)
        if value is not None
    ]


def test_missing_years_are_named():
    assert missing_years(points([1, 2, None, 4, None, 6])) == [2012, 2014]
    assert missing_years(points([1, 2, 3])) == missing_years([]) == []


def test_a_value_is_stale_nine_months_after_the_next_period():
    assert not is_stale("year", date(2024, 12, 31), date(2026, 9, 1))
    assert is_stale("year", date(2024, 12, 31), date(2026, 10, 30))
    assert not is_stale("irregular", date(1990, 12, 31), date(2026, 10, 30))


def test_an_unusual_change_is_told_unless_a_break_explains_it():
    steady = [100, 102, 103, 106, 107, 110, 111]
    assert unusual_change(points([*steady, 113]), []) is None
    assert unusual_change(points([*steady, 160]), []) == (49, 1, 3)
    assert unusual_change(points([*steady, 160]), ["2017"]) is None
