"""Four files of the shapes in which offices send figures, untouched; all figures are made up and stand nowhere else.

Flat file of GENESIS with sex, the age-group file of a city, a wide Excel sheet with two merged head rows and protected values, an export of INKAR.
"""

from __future__ import annotations

from typing import Any

from tests.engines.tables.sheets_made import workbook
from tests.journeys.city import table

YEARS = range(2019, 2025)
OF_CITY = {year: (50_000 + 100 * (year - 2019), 51_000 + 150 * (year - 2019)) for year in YEARS}
"""Men and women of the whole city by year."""
AGES = ("0;3", "3;6", "6;10", "10;15", "15;18", "18;25", "65;75", "75;")
"""As the real file has them: from 25 to below 65 there is a gap."""
RATES = {"07312": (8.33, 9.56, 9.10), "07311": (5.30, 6.10, 5.92), "07317": (10.80, 12.02, 11.41)}
PLACES = {
    "07312": "Kaiserslautern, Stadt",
    "07311": "Frankenthal (Pfalz), Stadt",
    "07317": "Pirmasens, Stadt",
}
SECRET = "Mölschbach"


def places() -> list[dict[str, str]]:
    """The places of the city that together are all of it, by their codes."""
    return sorted((row for row in table("districts") if row["level"] != "city"), key=lambda row: row["code"])


def people_of(at: int, year: int) -> tuple[int, int]:
    """Men and women of the place with this number in the list: together those of the city."""
    of_all, count = OF_CITY[year], len(places())
    men, women = (number // count for number in of_all)
    rest = [number - part * count for number, part in zip(of_all, (men, women), strict=True)]
    shift = 40 * at - 20 * (count - 1)
    return men + shift + (rest[0] if at == 0 else 0), women + shift // 2 + (rest[1] if at == 0 else 0)


def genesis() -> bytes:
    """A flat file of the regional database, in the old form, with another district in it."""
    head = (
        "Statistik_Code;Statistik_Label;Zeit_Code;Zeit_Label;Zeit;1_Merkmal_Code;1_Merkmal_Label;1_Auspraegung_Code;1_Auspraegung_Label;"
        "2_Merkmal_Code;2_Merkmal_Label;2_Auspraegung_Code;2_Auspraegung_Label;BEV__Bevoelkerung__Anzahl"
    )
    lines = [head]
    for code, name, less in (
        ("07312", "Kaiserslautern, kreisfreie Stadt", 0),
        ("07311", "Frankenthal (Pfalz), kreisfreie Stadt", 26_000),
    ):
        for year, (men, women) in OF_CITY.items():
            for key, label, number in (
                ("GESM", "männlich", men - less),
                ("GESW", "weiblich", women - less),
                ("", "Insgesamt", men + women - 2 * less),
            ):
                lines.append(
                    f"12411;Fortschreibung des Bevölkerungsstandes;STAG;Stichtag;31.12.{year};KREISE;Kreise und kreisfreie Städte;{code};{name};GES;Geschlecht;{key};{label};{number}"
                )
    return ("\r\n".join(lines) + "\r\n").encode("cp1252")


def age_groups() -> bytes:
    """The age groups of the places of a city, as its data portal gives them."""
    lines = ["GebietsID;Gebietsname;von;BisKleinerAls;Männlich;Weiblich"]
    for at, place in enumerate(places()):
        for group, ages in enumerate(AGES):
            men = 40 + 10 * group + at
            lines.append(f"{int(place['code'])};{place['title']};{ages};{men};{men + 1}")
    return ("\r\n".join(lines) + "\r\n").encode("cp1252")


def children() -> int:
    """Children under six in all places of that file."""
    return sum(2 * (40 + 10 * group + at) + 1 for at in range(len(places())) for group in (0, 1))


def wide() -> bytes:
    """Two years, each with all, men and women, under two merged head rows; one place is protected."""
    rows: list[list[Any]] = [
        ["Bevölkerung in den Stadtteilen und Ortsbezirken der Stadt Kaiserslautern"],
        ["Stand: jeweils 31.12."],
        [],
        ["Stadtteil", "2023", None, None, "2024", None, None],
        [None, *["Insgesamt", "männlich", "weiblich"] * 2],
    ]
    for at, place in enumerate(places()):
        cells: list[Any] = [place["title"]]
        for year in (2023, 2024):
            men, women = people_of(at, year)
            hidden = place["title"] == SECRET and year == 2024
            cells += ["*", "*", "*"] if hidden else [men + women, men, women]
        rows.append(cells)
    rows += [
        ["* aus Datenschutzgründen nicht ausgewiesen"],
        ["Quelle: Referat Organisationsmanagement, Statistik"],
    ]

    def merge(sheet: Any) -> None:
        for cells in ("A1:G1", "A4:A5", "B4:D4", "E4:G4"):
            sheet.merge_cells(cells)

    return workbook(rows, merge, "Tab 1")


def inkar() -> bytes:
    """Name over year in two head rows, decimals with a comma."""
    lines = [
        "Kennziffer;Raumeinheit;Aggregat;Arbeitslosenquote;Arbeitslosenquote;Arbeitslosenquote",
        ";;;2019;2020;2021",
    ]
    for code, rates in RATES.items():
        shown = ";".join(f"{rate:.2f}".replace(".", ",") for rate in rates)
        lines.append(f"{code};{PLACES[code]};kreisfreie Stadt;{shown}")
    return ("\ufeff" + "\r\n".join(lines) + "\r\n").encode()
