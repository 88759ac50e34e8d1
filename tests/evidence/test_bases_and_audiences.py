"""What follows from values never mixes counts of the population, and is never seen by more people than each of its parts."""

from decimal import Decimal

import pytest
from django.core.exceptions import ValidationError

from insek.concept.asker import Asker
from insek.evidence.derived import jobs
from insek.evidence.derived.computing import derive_all
from insek.evidence.derived.jobs import follow
from insek.evidence.district_figures import district_figures
from insek.evidence.models import Observation, SeriesBreak, Summation
from insek.evidence.pictures.profile import district_profile
from insek.evidence.queries import ranks_among_like, wholes_of
from insek.evidence.services import NewObservation, record_observations
from insek.findings.suggested_numbers import numbers_of
from insek.findings.suggested_places import of_places
from insek.people.actors import ANONYMOUS, PROGRAM
from insek.thread.models import Event, Item, Round
from insek.thread.services import update_item
from tests.factories import make_item

pytestmark = pytest.mark.django_db
CENSUS, REGISTER, OLD = "census2022", "register", "census2011"


@pytest.fixture
def city(concept):
    return make_item("district", level="city", title="Stadt").district


@pytest.fixture
def parts(city):
    return [
        make_item("district", level="stadtteil", title=f"Teil {n}", parent=city).district for n in range(6)
    ]


def people(**more):
    return make_item("indicator", title="Einwohner", unit="Personen", adds_up=True, **more).indicator


def record(indicator, *values, period="2024"):
    rows = [
        NewObservation(place, period, Decimal(n), source_title="Statistik", basis=basis)
        for place, n, basis in values
    ]
    record_observations(indicator, rows, label="Test", actor=PROGRAM)


def row_of(indicator, place):
    rows = Observation.objects.current().select_related("indicator__item")
    return rows.filter(indicator=indicator, district=place).first()


def test_a_basis_of_a_row_and_one_of_a_break_are_not_mixed(city):
    one, other = people(number="I 1"), people(number="I 2")
    record(one, (city, 50, CENSUS))
    record(other, (city, 100, ""))
    SeriesBreak.objects.create(indicator=other, period="2011", reason="Zensus", basis=OLD)
    share = make_item("indicator", unit="%", formula=f"[{one.pk}] / [{other.pk}] * 100").indicator
    derive_all(share.item.concept_id)
    row = row_of(share, city)
    assert (row.value, row.quality, row.basis) == (None, "meaningless", "")
    SeriesBreak.objects.filter(indicator=other).update(basis=CENSUS)
    derive_all(share.item.concept_id)
    row = row_of(share, city)
    assert (row.value, row.basis) == (50, CENSUS)


def test_a_place_is_no_part_of_a_city_that_was_counted_otherwise(concept, city, parts):
    indicator = people()
    record(indicator, (city, 1000, CENSUS), *((place, 10 + n, REGISTER) for n, place in enumerate(parts)))
    row = row_of(indicator, parts[0])
    assert wholes_of(parts[0], [row]) == {indicator.pk: (Decimal(75), True)}  # what was counted alike
    record(indicator, (parts[5], 15, CENSUS))
    assert wholes_of(parts[0], [row]) == {}
    place = Item.objects.select_related("district").get(pk=parts[0].pk)
    told = str(district_figures(Asker(ANONYMOUS), place))
    assert "1.000" not in told and "5. von 5" in told
    (line,) = district_profile(Asker(ANONYMOUS), place).rows
    assert line.whole is None and line.city is None
    assert (line.alike.rank, line.alike.count, line.alike.middle) == (5, 5, 12)


def test_ranks_are_among_what_was_counted_alike(city, parts):
    indicator = people()
    record(
        indicator, *((place, 10 + n, REGISTER) for n, place in enumerate(parts[:5])), (parts[5], 99, CENSUS)
    )
    assert ranks_among_like(parts[4], [row_of(indicator, parts[4])]) == {indicator.pk: (1, 5)}
    assert ranks_among_like(parts[5], [row_of(indicator, parts[5])]) == {}


def test_nothing_stands_out_that_was_counted_otherwise(concept, city):
    places = [
        make_item("district", level="stadtteil", title=f"Ort {n}", parent=city).district for n in range(13)
    ]
    share = make_item("indicator", title="Anteil", unit="%", decimals=1).indicator
    record(share, *((place, 10, REGISTER) for place in places[:12]), (places[12], 60, CENSUS))
    assert len(of_places(share.item, numbers_of(concept))) == 12
    Observation.objects.update(basis="")
    assert len(of_places(share.item, numbers_of(concept))) == 13


def test_the_people_of_a_rate_are_counted_alike(concept, city):
    places = [
        make_item("district", level="stadtteil", title=f"Ort {n}", parent=city).district for n in range(13)
    ]
    people_ = people()
    record(people_, *((place, 1000, REGISTER) for place in places[:12]), (places[12], 1000, CENSUS))
    schools = make_item("indicator", title="Schulen", unit="Schulen", adds_up=True).indicator
    record(schools, *((place, 3, REGISTER) for place in places))
    assert {one.count for one in of_places(schools.item, numbers_of(concept))} == {12}


def test_no_sum_tells_a_place_that_is_not_public(concept, city, parts, client):
    indicator = people()
    update_item(parts[0].item, expected_version=1, values={"visibility": "internal"}, actor=PROGRAM)
    record(indicator, *((place, 10 + n, "") for n, place in enumerate(parts)))
    follow(concept.pk)
    assert row_of(indicator, city) is None
    assert Summation.objects.get().outcome["closed"] == [[city.pk, "2024"]]
    page = client.get(indicator.item.url).content.decode()
    assert "nicht zusammengezählt, weil nicht alle Räume darunter so öffentlich sind" in page
    item = Item.objects.get(pk=parts[0].pk)
    update_item(item, expected_version=item.version, values={"visibility": "public"}, actor=PROGRAM)
    jobs.hear(list(Event.objects.filter(item_id=item.pk)))  # in tests a job is done at once
    assert row_of(indicator, city).value == 75
    item.refresh_from_db()
    update_item(item, expected_version=item.version, values={"visibility": "internal"}, actor=PROGRAM)
    jobs.hear(list(Event.objects.filter(item_id=item.pk)))
    assert row_of(indicator, city) is None


def test_no_difference_tells_it_either(concept, city, parts):
    indicator = people()
    update_item(parts[0].item, expected_version=1, values={"visibility": "internal"}, actor=PROGRAM)
    record(indicator, (city, 76, ""), *((place, 10 + n, "") for n, place in enumerate(parts)))
    follow(concept.pk)
    assert not Summation.objects.exists()


def test_a_city_that_is_internal_itself_has_its_sum(concept, city, parts):
    for place in (city, *parts[:2]):
        update_item(place.item, expected_version=1, values={"visibility": "internal"}, actor=PROGRAM)
    indicator = people()
    record(indicator, *((place, 10 + n, "") for n, place in enumerate(parts)))
    follow(concept.pk)
    assert row_of(indicator, city).value == 75


@pytest.mark.parametrize("part", ["internal", "other round"])
def test_an_indicator_of_a_round_rests_on_nothing_that_the_round_does_not_see(concept, city, part):
    mine, other = (Round.objects.create(concept=concept, name=name) for name in ("Beirat", "Ausschuss"))
    seen = {"visibility": "internal"} if part == "internal" else {"visibility": "round", "round": other}
    base = people(**seen)
    record(base, (city, 50, ""))
    own = {"unit": "%", "formula": f"[{base.pk}] * 2", "round": mine}
    with pytest.raises(ValidationError, match="die sie sieht"):
        make_item("indicator", visibility="round", **own)
    item = base.item
    update_item(
        item, expected_version=item.version, values={"visibility": "round", "round": mine}, actor=PROGRAM
    )
    share = make_item("indicator", visibility="round", **own).indicator
    derive_all(concept.pk)
    assert row_of(share, city).value == 100
    item = Item.objects.get(pk=base.pk)
    update_item(item, expected_version=item.version, values={"round": None, **seen}, actor=PROGRAM)
    derive_all(concept.pk)
    assert row_of(share, city) is None and share.derivation.is_closed
