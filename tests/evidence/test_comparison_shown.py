"""The city beside other areas: how each value came about is said, nothing projected is its own, and it is always in its own picture."""

import json
from decimal import Decimal

import pytest

from insek.concept.asker import Asker
from insek.evidence.comparison.keeping import NewComparison, keep_comparison
from insek.evidence.comparison.shown import MOST_SHOWN, comparison_of
from insek.evidence.models import ComparisonArea, ImportBatch
from insek.evidence.services import NewObservation, record_observations
from insek.people.actors import ANONYMOUS, PROGRAM
from insek.thread.models import Item
from tests.factories import make_item

pytestmark = pytest.mark.django_db


@pytest.fixture
def city(concept):
    return make_item("district", level="city", title="Kaiserslautern").district


@pytest.fixture
def indicator(concept):
    return make_item("indicator", title="Arbeitslosenquote", unit="%", decimals=1).indicator


def keep(indicator, values, quality="measured", period="2024"):
    rows = []
    for name, value in values.items():
        area, _made = ComparisonArea.objects.get_or_create(
            concept=indicator.item.concept,
            name=name,
            defaults={"code": str(1 + ComparisonArea.objects.count())},
        )
        rows.append(NewComparison(indicator.pk, area.pk, period, Decimal(value), quality, "INKAR", "", ""))
    keep_comparison(rows, ImportBatch.objects.create(label="INKAR"))


def record(indicator, city, value, quality="measured", period="2024"):
    new = NewObservation(city, period, Decimal(value), quality=quality, source_title="BA")
    record_observations(indicator, [new], label="x", actor=PROGRAM)


def shown(indicator):
    item = Item.objects.select_related("indicator").get(pk=indicator.pk)
    return comparison_of(Asker(ANONYMOUS), item)["comparison"]


def test_what_is_estimated_or_projected_says_so(indicator, city, client):
    keep(indicator, {"Trier": "5.1"}, "forecast")
    keep(indicator, {"Mainz": "6"})
    record(indicator, city, "8.4", "estimated")
    found = shown(indicator)
    assert [(row[0]["text"], row[2]["note"]) for row in found["table"]["rows"]] == [
        ("Kaiserslautern", "(geschätzt)"),
        ("Mainz", ""),
        ("Trier", "(vorausberechnet)"),
    ]
    assert "Trier (vorausberechnet)" in json.dumps(found["chart"]["spec"], ensure_ascii=False)
    assert "(vorausberechnet)" in client.get(indicator.item.url).content.decode()


def test_a_projection_is_not_the_own_value(indicator, city):
    record(indicator, city, "8.4", "forecast")
    keep(indicator, {"Trier": "5.1"})
    found = shown(indicator)
    assert found["without_own"] and len(found["table"]["rows"]) == 1


def test_the_own_city_is_in_its_own_picture_and_what_is_left_out_is_said(indicator, city):
    record(indicator, city, "0.5")
    keep(indicator, {f"Stadt {n}": str(n) for n in range(1, 60)})
    found = shown(indicator)
    spec = json.dumps(found["chart"]["spec"], ensure_ascii=False)
    assert spec.count('"tip": "Stadt ') == MOST_SHOWN - 1 and '"tip": "Kaiserslautern' in spec
    assert "40 von 60 Gebieten" in found["chart"]["description"]
    assert len(found["table"]["rows"]) == 60
    keep(indicator, {f"Stadt {n}": str(n) for n in range(1, 60)}, period="2023")
    ComparisonArea.objects.exclude(name__in=["Stadt 1", "Stadt 2"]).delete()
    found = shown(indicator)
    assert found["chart"]["description"] == "2024"
    assert '["Kaiserslautern"]' in json.dumps(found["chart"]["spec"])
