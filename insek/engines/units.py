"""Units of measurement in the singular: 1 Spielplatz, 2 Spielplätze.

A unit is written in the plural (or is a sign that has none, such as ha). Those that a city counts in are in ``UNITS``, German
and English; what is not there stays as it is written, which is right for signs and wrong for a plural nobody foresaw.
"""

from __future__ import annotations

UNITS: dict[str, str] = {
    # German
    "Anlagen": "Anlage", "Anschlüsse": "Anschluss", "Arbeitsplätze": "Arbeitsplatz", "Ärztinnen und Ärzte": "Ärztin oder Arzt",
    "Bäume": "Baum", "Beiträge": "Beitrag", "Beschäftigte": "beschäftigte Person", "Betriebe": "Betrieb", "Bäder": "Bad",
    "Einrichtungen": "Einrichtung", "Einwohnerinnen und Einwohner": "Einwohnerin oder Einwohner", "Fahrten": "Fahrt",
    "Fahrräder": "Fahrrad", "Fahrzeuge": "Fahrzeug", "Fälle": "Fall", "Flächen": "Fläche", "Formate": "Format", "Gebäude": "Gebäude",
    "Geburten": "Geburt", "Gruppen": "Gruppe", "Haltestellen": "Haltestelle", "Haushalte": "Haushalt", "Jahre": "Jahr",
    "Kinder": "Kind", "Kitas": "Kita", "Kraftfahrzeuge": "Kraftfahrzeug", "Ladepunkte": "Ladepunkt", "Ladesäulen": "Ladesäule",
    "Läden": "Laden", "Maßnahmen": "Maßnahme", "Minuten": "Minute", "Monate": "Monat", "Nationen": "Nation", "Orte": "Ort",
    "Personen": "Person", "Pkw": "Pkw", "Plätze": "Platz", "Praxen": "Praxis", "Projekte": "Projekt", "Räume": "Raum",
    "Schülerinnen und Schüler": "Schülerin oder Schüler", "Schulen": "Schule", "Spielplätze": "Spielplatz", "Stellplätze": "Stellplatz",
    "Stunden": "Stunde", "Studierende": "studierende Person", "Tage": "Tag", "Unfälle": "Unfall", "Unternehmen": "Unternehmen",
    "Veranstaltungen": "Veranstaltung", "Vereine": "Verein", "Wege": "Weg", "Wohnungen": "Wohnung",
    # English
    "beds": "bed", "births": "birth", "cars": "car", "cases": "case", "children": "child", "contributions": "contribution",
    "days": "day", "doctors": "doctor", "dwellings": "dwelling", "events": "event", "formats": "format", "homes": "home",
    "households": "household", "inhabitants": "inhabitant", "jobs": "job", "measures": "measure", "minutes": "minute",
    "months": "month", "nationalities": "nationality", "people": "person", "places": "place", "playgrounds": "playground",
    "practices": "practice", "schools": "school", "shops": "shop", "sites": "site", "stops": "stop", "trees": "tree",
    "trips": "trip", "years": "year",
}  # fmt: skip
"""Units in the plural and in the singular."""
_ONE = {"1", "-1", "−1"}


def unit_of(number: str, unit: str) -> str:
    """The unit that belongs to a number as it is shown: in the singular after 1, else as it is written.

    A unit of several words is turned at its first, as in 1 Person je Haushalt.

    >>> unit_of("1", "Spielplätze"), unit_of("1,0", "Spielplätze"), unit_of("1", "Personen je Haushalt"), unit_of("1", "ha")
    ('Spielplatz', 'Spielplätze', 'Person je Haushalt', 'ha')
    """
    if number not in _ONE:
        return unit
    if unit in UNITS:
        return UNITS[unit]
    first, space, rest = unit.partition(" ")
    return f"{UNITS.get(first, first)}{space}{rest}"
