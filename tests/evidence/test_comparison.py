"""Other cities, the state and the country: a set of areas that is data, whose rows of tables are kept and shown beside the city."""

from decimal import Decimal

import pytest
from django.urls import reverse

from insek.evidence.comparison.keeping import NewComparison, area_options, keep_comparison
from insek.evidence.models import ComparisonArea, ComparisonValue, ImportBatch
from insek.evidence.services import NewObservation, record_observations, take_back
from insek.package import export_package, import_package
from insek.people.actors import PROGRAM
from insek.thread.models import Change
from tests.evidence.test_reading_cases import World
from tests.factories import make_item

pytestmark = pytest.mark.django_db


@pytest.fixture
def city(concept):
    return make_item("district", level="city", title="Kaiserslautern", code="07312000").district


@pytest.fixture
def indicator(concept):
    return make_item("indicator", number="I 1", title="Arbeitslosenquote", unit="%", decimals=1).indicator


@pytest.fixture
def trier(concept):
    return ComparisonArea.objects.create(concept=concept, code="07211", name="Trier")


def keep(indicator, area, value, period="2024", title="INKAR"):
    batch = ImportBatch.objects.create(label="INKAR")
    keep_comparison(
        [NewComparison(indicator.pk, area.pk, period, Decimal(value), "measured", title, "", "2025")], batch
    )
    return batch


def test_codes_are_known_as_tables_write_them(trier):
    assert area_options(trier.concept)[0].also == ("07211", "07211000", "7211")


def test_what_is_read_later_takes_the_place(indicator, trier):
    keep(indicator, trier, "5.1")
    keep(indicator, trier, "5.3")
    assert [row.value for row in ComparisonValue.objects.all()] == [Decimal("5.3")]


def test_the_page_shows_the_newest_period_that_both_have(indicator, city, trier, client):
    for period, value in (("2023", "8.1"), ("2024-12-31", "8.4"), ("2025", "8.9")):
        record_observations(
            indicator,
            [NewObservation(city, period, Decimal(value), source_title="BA")],
            label="x",
            actor=PROGRAM,
        )
    keep(indicator, trier, "5.1")
    page = client.get(indicator.item.url).content.decode()
    assert "Im Vergleich mit anderen" in page and "Arbeitslosenquote im Vergleich, " in page
    assert "Trier" in page and "5,1" in page and "INKAR" in page and "8,4" in page
    assert "Vergleichsgebiete" not in page


def test_without_an_own_value_the_page_says_so(indicator, city, trier, client):
    keep(indicator, trier, "5.1")
    assert "keinen Wert aus demselben Zeitraum" in client.get(indicator.item.url).content.decode()


def test_the_set_is_kept_on_a_page(concept, as_role, client):
    address = reverse("comparison-areas")
    assert client.get(address).status_code == 302
    assert as_role("planner").get(address).status_code == 403
    lead = as_role("project-lead")
    assert "Noch ist kein Gebiet aufgenommen" in lead.get(address).content.decode()
    assert lead.post(address, {"code": "7x", "name": "Land", "sort": "state"}).status_code == 400
    assert lead.post(address, {"code": "07", "name": "Rheinland-Pfalz", "sort": "state"}).status_code == 302
    assert lead.post(address, {"code": "07", "name": "Noch einmal", "sort": "state"}).status_code == 400
    area = ComparisonArea.objects.get()
    assert Change.objects.get(item_id="").differences["name"] == [None, "Rheinland-Pfalz"]
    assert lead.post(address, {"remove": area.pk}).status_code == 302
    assert not ComparisonArea.objects.exists()


def test_taking_the_delivery_back_takes_them_too(indicator, city, trier):
    batch = record_observations(
        indicator, [NewObservation(city, "2024", Decimal(8), source_title="BA")], label="x", actor=PROGRAM,
        at_end=lambda made: keep_comparison([NewComparison(indicator.pk, trier.pk, "2024", Decimal(5), "measured", "BA", "", "")], made),
    )  # fmt: skip
    assert ComparisonValue.objects.count() == 1
    take_back(batch, actor=PROGRAM)
    assert not ComparisonValue.objects.exists()


def test_a_package_holds_them(concept, indicator, trier, tmp_path):
    keep(indicator, trier, "5.1")
    export_package(concept, tmp_path / "city.zip", profile="working")
    ComparisonArea.objects.all().delete()
    import_package(tmp_path / "city.zip", replace=True)
    row = ComparisonValue.objects.get()
    assert (row.area.name, row.value, row.period_end.year) == ("Trier", Decimal("5.1"), 2024)


def test_rows_of_the_set_are_kept_when_a_table_is_read_in(concept, trier):
    world = World(concept)
    rows = (
        "Statistik_Code;Zeit_Code;Zeit;1_Merkmal_Code;1_Merkmal_Label;1_Auspraegung_Code;1_Auspraegung_Label;BEV__Bevoelkerung__Anzahl\n"
        "1;STAG;31.12.2023;KREISE;Kreise;07312;Musterstadt, krfr. Stadt;10\n"
        "1;STAG;31.12.2023;KREISE;Kreise;07211;Trier, krfr. Stadt;20\n"
        "1;STAG;31.12.2023;KREISE;Kreise;07111;Woanders;5\n"
    )
    world.read("flach.csv", rows.encode("cp1252"), indicator=world.people.pk)
    assert "Woanders (1)" in world.preview and "1 Werte von 1 Vergleichsgebieten" in world.preview
    assert [value for value, _quality in world.written().values()] == [10]
    row = ComparisonValue.objects.get()
    assert (row.area, row.value, row.period, row.source_title) == (trier, 20, "2023-12-31", "Amt")
