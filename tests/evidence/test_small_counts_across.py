"""Several indicators together: a hidden count is not to be had by subtracting or dividing; where the city keeps figures that allow it, its page says so."""

from decimal import Decimal

import pytest
from django.urls import reverse

from insek.evidence.derived.computing import derive_all
from insek.evidence.models import Observation, SmallCounts
from insek.evidence.secrecy.across import ways_round
from insek.evidence.secrecy.showing import decide
from insek.evidence.services import NewObservation, record_observations
from insek.people.actors import PROGRAM
from insek.people.models import Right, Role
from tests.factories import make_item, make_user

pytestmark = pytest.mark.django_db
MEN = {"Nord": 413, "Ost": 2, "Süd": 520, "West": 390, "Mitte": 275}
WOMEN = {"Nord": 431, "Ost": 307, "Süd": 498, "West": 402, "Mitte": 251}
PEOPLE = {name: 5_000 + 10 * number for number, name in enumerate(MEN)}


@pytest.fixture
def places(concept):
    city = make_item("district", level="city", title="Stadt")
    return {
        name: make_item("district", level="stadtteil", title=name, parent=city.district).district
        for name in MEN
    }


def counted(number, title, places, values, *, unit="Personen", by_sex=False, **more):
    row = make_item(
        "indicator",
        number=number,
        title=title,
        unit=unit,
        adds_up=unit == "Personen",
        by_sex=by_sex,
        decimals=4,
        **more,
    ).indicator
    write(row, places, values)
    return row


def write(row, places, values, breakdown=""):
    new = [
        NewObservation(places[name], "2024", Decimal(str(value)), source_title="Amt", breakdown=breakdown)
        for name, value in values.items()
    ]
    record_observations(row, new, label="x", actor=PROGRAM)


@pytest.fixture
def men(places):
    row = make_item("indicator", number="I 1", title="Männer", unit="Personen", adds_up=True).indicator
    SmallCounts.objects.create(indicator=row, rule="keep", below=3)
    write(row, places, MEN)
    decide(row.pk)
    return row


def public(*rows):
    """All values that stand anywhere, by indicator and place."""
    found = Observation.objects.current().filter(value__isnull=False, indicator__in=rows, breakdown=0)
    return {
        (row.indicator_id, row.district.item.title): float(row.value)
        for row in found.select_related("district__item")
    }


def test_what_follows_by_formula_gives_nothing_back(places, men):
    """An attacker subtracts, adds, multiplies and divides all pairs of public values of one place."""
    women = counted("I 2", "Frauen", places, WOMEN)
    people = counted("I 3", "Menschen", places, PEOPLE)
    made = [
        make_item(
            "indicator",
            number=f"I {number}",
            title=f"Folgt {number}",
            unit="%",
            formula=formula.format(men=men.pk, women=women.pk, people=people.pk),
        ).indicator
        for number, formula in enumerate(
            [
                "[{men}] + [{women}]",
                "[{men}] / [{people}] * 100",
                "([{men}] - [{women}]) / [{people}] * 1000",
            ],
            4,
        )
    ]
    derive_all(men.item.concept_id)
    rows = [men, women, people, *made]
    known = public(*rows)
    hidden = [name for name in MEN if (men.pk, name) not in known]
    assert "Ost" in hidden
    for name in hidden:
        values = [value for (_key, place), value in known.items() if place == name]
        assert len(values) == 2, "nothing is derived there"
        reached = {
            calculated
            for a in values
            for b in values
            for calculated in (a - b, a + b, a * b / 100, a / b * 100)
        }
        assert not any(abs(value - MEN[name]) < 0.5 for value in reached)
    assert ways_round(men) == []


def test_figures_of_others_that_betray_it_are_named_on_its_page(places, men, client):
    women = counted("I 2", "Frauen", places, WOMEN)
    assert ways_round(men) == []
    both = counted("I 3", "Empfangende", places, {name: MEN[name] + WOMEN[name] for name in MEN})
    [way] = ways_round(men)
    assert (way.how, way.first, way.second, way.told) == (
        "less",
        (both.pk, 0),
        (women.pk, 0),
        len(MEN) - len(public(men)),
    )
    people = counted("I 4", "Menschen", places, PEOPLE)
    share = counted(
        "I 5",
        "Anteil der Männer",
        places,
        {name: round(MEN[name] / PEOPLE[name] * 100, 4) for name in MEN},
        unit="%",
    )
    assert {(way.how, frozenset(filter(None, (way.first, way.second)))) for way in ways_round(men)} == {
        ("less", frozenset({(both.pk, 0), (women.pk, 0)})),
        ("share", frozenset({(people.pk, 0), (share.pk, 0)})),
    }
    role = Role.objects.create(
        key="statistik",
        name="Statistikstelle",
        rights=[str(right) for right in (Right.SEE_INTERNAL, Right.EDIT, Right.RELEASE, Right.SEE_PROTECTED)],
    )
    user = make_user(None)
    user.memberships.create(role=role)
    client.force_login(user, backend="django.contrib.auth.backends.ModelBackend")
    page = client.get(reverse("small-counts", args=[men.pk])).content.decode()
    assert "Sie sind „I 3 Empfangende“ ohne „I 2 Frauen“." in page
    assert "(Anteil und Ganzes)" in page
    both.item.visibility = "internal"
    both.item.save()
    assert [way.how for way in ways_round(men)] == ["share"], "what nobody sees betrays nothing"


def test_the_part_of_one_and_the_whole_of_another(places):
    row = make_item(
        "indicator", number="I 1", title="Empfangende", unit="Personen", adds_up=True, by_sex=True
    ).indicator
    SmallCounts.objects.create(indicator=row, rule="keep", below=3)
    write(row, places, {name: MEN[name] + WOMEN[name] for name in MEN})
    write(row, places, MEN, "sex=male")
    write(row, places, WOMEN, "sex=female")
    decide(row.pk)
    women = counted("I 2", "Frauen", places, WOMEN)
    ways = ways_round(row)
    assert any(way.first == (women.pk, 0) and way.how == "same" for way in ways), ways
    assert any(way.how == "less" and way.second == (women.pk, 0) for way in ways), ways
