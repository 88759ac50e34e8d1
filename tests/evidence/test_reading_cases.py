"""Files as offices send them go through the pages: what is understood comes in, what is open is asked, what is refused is said."""

from __future__ import annotations

import re
from decimal import Decimal
from io import BytesIO
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from openpyxl import load_workbook

from insek.evidence.models import Breakdown, Observation
from insek.evidence.queries import city_values, series_of
from insek.intake.models import Batch
from insek.people.actors import ANONYMOUS
from tests.engines.tables.sheets_made import case
from tests.factories import make_item, make_user
from tests.intake.reading import sent_by
from tests.items.test_saved_views import client_of
from tests.reading import words

NAMES = (
    "Erzhütten/Wiesenthalerhof", "Einsiedlerhof", "Morlautern", "Erlenbach", "Mölschbach", "Dansenberg", "Hohenecken", "Siegelbach", "Erfenbach",
)  # fmt: skip
BY_ALL = {"by_sex": True, "by_age": True}


class World:
    """A city of nine districts with a number of people and a rate, and somebody who reads in."""

    def __init__(self, concept: Any, **people: Any) -> None:
        concept.ags = "07312000"
        concept.save()
        make_item("district", title="Kaiserslautern", level="city", code="07312000")
        for number, name in enumerate(NAMES, 10):
            make_item("district", title=name, code=str(number), level="ortsbezirk")
        self.people = make_item(
            "indicator", title="Bevölkerung", unit="Personen", **{"adds_up": True, **people}
        )
        self.rate = make_item("indicator", title="Arbeitslosenquote", unit="%", decimals=2)
        self.client = client_of(make_user("project-lead"))
        self.asked: list[str] = []
        self.preview = ""

    def begin(self, name: str, data: bytes) -> str:
        """Upload a file; what is said where it is refused."""
        answer = self.client.post(
            reverse("intake-begin", args=["observations"]), {"file": SimpleUploadedFile(name, data)}
        )
        if answer.status_code != 302:
            return words(answer)
        self.batch = Batch.objects.get(pk=answer["Location"].split("/")[-2])
        return ""

    def read(self, name: str, data: bytes, answers: dict[str, str] = {}, **said: str) -> None:  # noqa: B006  (never changed)
        """Take what is proposed, with these answers; ``said`` holds for all rows."""
        assert self.begin(name, data) == ""
        page = self.client.get(reverse("reading-table", args=[self.batch.pk]))
        self._look(page)
        sent = {key: value for key, value in sent_by(page).items() if key.startswith("frage")}
        self.client.post(reverse("reading-table", args=[self.batch.pk]), sent | {"weiter": "1"})
        address = reverse("reading-columns", args=[self.batch.pk])
        page = self.client.get(address)
        sent = dict(
            re.findall(r'name="(alle\.[a-z_]+)"[^>]*value="([^"]*)"', page.content.decode())
        ) | sent_by(page)
        sent |= {"alle.source_title": "Amt"} | {f"alle.{key}": value for key, value in said.items()}
        answer = self.client.post(address, sent)
        assert answer.status_code == 302, words(answer)
        for _time in range(4):
            if not answer["Location"].endswith("/woerter"):
                break
            page = self.client.get(answer["Location"])
            self._look(page)
            answer = self.client.post(answer["Location"], sent_by(page) | answers)
        self.preview = words(self.client.get(answer["Location"]))

    def _look(self, page: Any) -> None:
        self.asked += re.findall(r'name="frage\.([a-z_]+):', page.content.decode())

    def written(self) -> dict[tuple[str, str, str], tuple[Decimal | None, str]]:
        """Write; the values that count by place, period and part."""
        self.client.post(reverse("reading-write", args=[self.batch.pk]))
        self.batch.refresh_from_db()
        assert self.batch.state == "done", self.batch.problem
        rows = Observation.objects.current().select_related("district__item", "breakdown")
        return {
            (row.district.item.title, row.period, row.breakdown.key): (row.value, row.quality) for row in rows
        }


def told(
    found: dict[tuple[str, str, str], tuple[Decimal | None, str]], place: str, period: str, part: str = ""
) -> str:
    value, quality = found[place, period, part]
    number = "–" if value is None else f"{value.normalize():f}"
    return number if quality == "measured" else f"{number} {quality}"


# ---- the files of the cases, where they are


WIDE = {("Dansenberg", "2022"): "1000", ("Einsiedlerhof", "2023"): "1121", ("Siegelbach", "2024"): "1908"}
SERIAL = {("Dansenberg", "2023-12-31"): "1000", ("Siegelbach", "2023-12-31"): "1008"}
CASES: list[tuple[str, dict[str, Any], set[str], int, dict[Any, str], str]] = [
    *((name, {}, set(), 27, WIDE, "") for name in ("wide_clean.csv", "wide_bom.csv", "wide_latin1_tab.txt", "wide_utf16_unicodetext.txt")),
    ("thousand_ambig.csv", {}, {"thousands"}, 3, {("Dansenberg", "2023"): "2765", ("Erlenbach", "2023"): "987"}, ""),
    ("pointdec_mixed.csv", {"of": "rate"}, set(), 3, {("Erfenbach", "2023"): "3.112"}, ""),
    ("spacethou.csv", {}, set(), 3, {("Dansenberg", "2023"): "2765", ("Erlenbach", "2023"): "1012345"}, "„12 34“ ist keine Zahl"),
    ("pcttext.csv", {"of": "rate"}, {"bare_percent"}, 9, {("Dansenberg", "2023"): "12.5", ("Einsiedlerhof", "2023"): "13"}, ""),
    ("percent.xlsx", {"of": "rate"}, set(), 18, {("Dansenberg", "2023"): "12", ("Dansenberg", "2024"): "12.5"}, ""),
    ("percent.xlsx", {"answers": {"frage.percent:values:": "share"}}, {"percent"}, 18, {("Dansenberg", "2023"): "0.12"}, ""),
    ("dates_head.xlsx", {}, set(), 18, {("Dansenberg", "2023-12-31"): "1000"}, ""),
    ("years_numeric.xlsx", {}, set(), 18, {("Dansenberg", "2024"): "1010"}, ""),
    *((name, {}, {"serial"}, 9, SERIAL, "") for name in ("serial.xlsx", "serial.csv")),
    ("quarter.csv", {}, {"split_year"}, 1, {("Siegelbach", "2023-12-31"): "9"}, "1. Quartal 2023 passt nicht zum Turnus des Indikators (jährlich)"),
    ("quarter.csv", {"people": {"periodicity": "irregular"}}, {"split_year"}, 6, {("Dansenberg", "2023-Q1"): "5", ("Erfenbach", "2023-H1"): "6", ("Erlenbach", "2020-2022"): "7", ("Morlautern", "2022/23"): "8", ("Hohenecken", "2023-12"): "9"}, "Schuljahr 2022/23"),
    ("protected.csv", {}, set(), 18, {
        ("Einsiedlerhof", "2023"): "– protected", ("Erlenbach", "2023"): "– unknown", ("Hohenecken", "2023"): "0 nil", ("Mölschbach", "2023"): "– meaningless",
        ("Morlautern", "2023"): "– uncertain", ("Erzhütten/Wiesenthalerhof", "2023"): "– later", ("Siegelbach", "2023"): "7 limited", ("Siegelbach", "2024"): "9",
    }, "1 × geheim"),
    ("merged.xlsx", {}, set(), 18, {("Dansenberg", "2023"): "1000", ("Hohenecken", "2024"): "– protected"}, "36 Zahlen nach Geschlecht, Alter oder anderem sind weggelassen"),
    ("merged.xlsx", {"people": BY_ALL}, set(), 54, {("Dansenberg", "2023", "sex=male"): "500", ("Erfenbach", "2023"): "1002"}, ""),
    ("hidden.xlsx", {}, {"hidden_rows", "hidden_column"}, 9, {("Dansenberg", "2023"): "1000"}, ""),
    ("formula_cache.xlsx", {}, set(), 16, {("Dansenberg", "2024"): "1010"}, "2 Nicht möglich"),
    ("formula_nocache.xlsx", {}, set(), 9, {("Dansenberg", "2023"): "1000"}, "9 Nicht möglich"),
    ("textnums.xlsx", {"answers": {"frage.zero:values:": "zero"}}, {"brackets", "zero"}, 8, {
        ("Dansenberg", "2023"): "1234", ("Morlautern", "2023"): "0", ("Einsiedlerhof", "2023"): "12.5", ("Erfenbach", "2023"): "1234.5", ("Erzhütten/Wiesenthalerhof", "2023"): "0 nil", ("Siegelbach", "2023"): "120 limited",
    }, ""),
    ("ffcsv.csv", {}, set(), 3, {("Kaiserslautern", "2021-12-31"): "102021"}, "6 Zahlen"),
    ("ffcsv.csv", {"people": BY_ALL}, set(), 9, {("Kaiserslautern", "2021-12-31", "sex=male"): "52021"}, ""),
    ("ffcsv_total.csv", {}, set(), 3, {("Kaiserslautern", "2023-12-31"): "102023"}, ""),
    ("ffcsv_new.csv", {}, set(), 3, {("Kaiserslautern", "2022-12-31"): "– later"}, "1 × später"),
    ("genesis_table.csv", {"people": BY_ALL}, set(), 6, {("Kaiserslautern", "2022-12-31", "sex=female"): "50442", ("Kaiserslautern", "2023-12-31", "sex=male"): "– meaningless"}, "Landau in der Pfalz, kreisfreie Stadt (1)"),
    ("inkar.csv", {"of": ""}, set(), 3, {("Kaiserslautern", "2019"): "8.33", ("Kaiserslautern", "2021"): "9.1"}, "Frankenthal (Pfalz), Stadt (1)"),
    ("altersgruppen_stadtteile.csv", {"people": BY_ALL, "period": "31.12.2023"}, set(), 48, {("Morlautern", "2023-12-31", "sex=female;age=75-"): "116", ("Morlautern", "2023-12-31", "sex=male;age=0-3"): "40"}, "Lücken (25 bis unter 65)"),
    ("alt.xls", {}, set(), 18, {("Dansenberg", "2023"): "1000"}, ""), ("libre.ods", {}, set(), 9, {("Dansenberg", "2023"): "1000"}, ""),
]  # fmt: skip


@pytest.mark.slow
@pytest.mark.parametrize(
    ("name", "how", "asked", "count", "some", "said"),
    CASES,
    ids=lambda one: one if isinstance(one, str) and "." in one else "",
)
def test_case(concept, name, how, asked, count, some, said):
    data = case(f"tables/{name}")
    world = World(concept, **how.get("people", {}))
    of = {"people": world.people.pk, "rate": world.rate.pk, "": ""}[how.get("of", "people")]
    by_words = name in {"ffcsv_new.csv"}
    common = {} if by_words else {"indicator": of}
    if "period" in how:
        common["period"] = how["period"]
    world.read(name, data, how.get("answers", {}), **common)
    assert (set(world.asked), said in world.preview) == (asked, True), world.preview
    found = world.written()
    assert len(found) == count
    assert {key: told(found, *key) for key in some} == some


@pytest.mark.slow
@pytest.mark.parametrize(("name", "why"), [("html_as.xls", "Das ist eine Internetseite (HTML)"), ("only_head.csv", "höchstens Überschriften und keine Angaben")])  # fmt: skip
def test_case_that_is_refused(concept, name, why):
    assert why in World(concept).begin(name, case(f"tables/{name}"))


# ---- own files of the same shapes


def test_what_is_refused_is_called_by_the_words_of_the_file_and_not_by_its_column(concept):
    """A clerk looks for the row with this place and year, not for one that is called as its column is."""
    world = World(concept, visibility="public")
    world.read("werte.csv", (
        b"Stadtteil;Jahr;Wert\nKaiserslautern;2023;300\nNirgendwo;2023;12\nMorlautern;irgendwann;5\n"
    ), indicator=world.people.pk)  # fmt: skip
    titles = {entry.title: entry.column for entry in world.batch.entries.filter(result="refused")}
    assert titles.keys() == {"Nirgendwo, 2023", "Morlautern, irgendwann"}, titles


def test_parts_periods_status_and_uncertainty_from_the_file_to_every_output_and_back(concept):
    world = World(concept, **BY_ALL, periodicity="irregular", by_other="Haushalte", visibility="public")
    world.read("teile.csv", (
        "Stadtteil;Zeitraum;Geschlecht;Alter;Haushalte;Wert;Standardfehler;Stichprobe\n"
        "Kaiserslautern;2023;insgesamt;insgesamt;;300;1,5;200\nKaiserslautern;2023;männlich;unter 18;;50;;\nKaiserslautern;2023;männlich;ab 18;;90p;;\n"
        "Kaiserslautern;2023;weiblich;unter 18;;*;;\nKaiserslautern;2023;weiblich;ab 18;;100;;\nKaiserslautern;2023;;;1 Person;20;;\n"
        "Kaiserslautern;2024;insgesamt;insgesamt;;...;;\nMorlautern;2023-Q1;m;unter 18;;4;;\nMorlautern;2023-Q1;w;unter 18;;5;;\nMorlautern;2023-Q1;m;18 und älter;;6;;\nMorlautern;2023-Q1;w;18 und älter;;7;;\n"
    ).encode(), indicator=world.people.pk)  # fmt: skip
    found = world.written()
    assert told(found, "Kaiserslautern", "2023", "sex=male;age=18-") == "90 provisional"
    assert told(found, "Kaiserslautern", "2023", "sex=female;age=0-18") == "– protected"
    assert told(found, "Kaiserslautern", "2024") == "– later"
    assert told(found, "Morlautern", "2023-Q1") == "22"  # added up, nothing is missing
    assert len(found) == 12
    whole = Observation.objects.figures().get(value=300)
    assert (whole.standard_error, whole.sample_size) == (Decimal("1.5"), 200)
    assert Observation.objects.get(value=22).note == "aus den Teilen zusammengezählt"

    # one figure is only ever the whole, and nothing that is missing
    assert city_values([world.people.pk]) == {world.people.pk: [("2023", 300, Decimal("1.5"))]}
    assert [
        [point.value for point in series.points] for series in series_of(world.people.indicator, ANONYMOUS)
    ] == [[300], [22]]
    page = world.client.get(world.people.get_absolute_url())
    text = words(page)
    assert "2024: später" in text and "Standardfehler ±1,5, Stichprobe 200" in text
    assert re.search(
        r"Gruppe insgesamt männlich weiblich alle 300 .*unter 18 Jahren – 50 geheim .*ab 18 Jahren – 90 \(vorläufig\) 100",
        text,
    )
    assert "Haushalte: 1 Person 20" in text
    morlautern = next(row for row in Observation.objects.filter(period="2023-Q1"))
    chosen = words(
        world.client.get(f"{world.people.get_absolute_url()}?raum={morlautern.district_id}&zeitraum=2023-Q1")
    )
    assert "Morlautern, 1. Quartal 2023" in chosen

    # files and interface
    lines = (
        world.client.get(reverse("observation-table", args=[world.people.pk]))
        .content.decode("utf-8-sig")
        .splitlines()
    )
    assert len(lines) == 13 and "männlich;18;;" in next(line for line in lines if ";90;" in line)
    sheet = load_workbook(BytesIO(world.client.get(reverse("all-values-workbook")).content))
    assert [row[9] for row in sheet["Raum und Jahr"].iter_rows(values_only=True)] == ["2023", 300, 22]
    api = f"/api/v1/indicators/{world.people.pk}/observations"
    items = world.client.get(api).json()["items"]
    assert [(one["period"], one["value"], one["quality"]) for one in items] == [
        ("2023", 300, "measured"),
        ("2024", None, "later"),
        ("2023-Q1", 22, "measured"),
    ]
    parts = world.client.get(f"{api}?parts=true").json()["items"]
    assert (
        len(parts) == 12
        and {"sex": "male", "age_from": 18, "age_to": None}.items()
        <= next(one for one in parts if one["value"] == 90).items()
    )

    # a correction of a part, taken back
    world.read(
        "neu.csv",
        b"Stadtteil;Zeitraum;Geschlecht;Alter;Wert\nKaiserslautern;2023;m;ab 18;91\n",
        indicator=world.people.pk,
    )
    assert "1 Anders als bisher" in world.preview and "männlich, ab 18 Jahren" in world.preview
    assert told(world.written(), "Kaiserslautern", "2023", "sex=male;age=18-") == "91"
    world.client.post(reverse("reading-undo", args=[world.batch.pk]))
    again = Observation.objects.current().get(breakdown__key="sex=male;age=18-", district__level="city")
    assert (again.value, again.quality) == (90, "provisional")
    assert Observation.objects.current().count() == 12 and Breakdown.objects.get(pk=0).key == ""


def test_codes_of_statistics_tell_places_and_what_lies_elsewhere_is_left_out(concept):
    world = World(concept, by_sex=True)
    rows = (
        "Statistik_Code;Zeit_Code;Zeit;1_Merkmal_Code;1_Merkmal_Label;1_Auspraegung_Code;1_Auspraegung_Label;2_Merkmal_Code;2_Merkmal_Label;2_Auspraegung_Code;2_Auspraegung_Label;BEV__Bevoelkerung__Anzahl\n"
        "1;STAG;31.12.2023;KREISE;Kreise;07312;Musterstadt, krfr. Stadt;GES;Geschlecht;GESM;männlich;10\n"
        "1;STAG;31.12.2023;KREISE;Kreise;07312;Musterstadt, krfr. Stadt;GES;Geschlecht;GESW;weiblich;...\n"
        "1;STAG;31.12.2023;KREISE;Kreise;07111;Woanders;GES;Geschlecht;GESM;männlich;5\n"
    )
    world.read("flach.csv", rows.encode("cp1252"), indicator=world.people.pk)
    assert "Woanders (1)" in world.preview and not world.asked
    assert {key: value for key, (value, _quality) in world.written().items()} == {
        ("Kaiserslautern", "2023-12-31", "sex=male"): 10, ("Kaiserslautern", "2023-12-31", "sex=female"): None,
    }  # fmt: skip
