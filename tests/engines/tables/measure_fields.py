"""The fields of measures as a target of reading in wants them."""

from insek.engines.tables.column_cells import Option
from insek.engines.tables.columns import Wanted
from insek.engines.tables.common_words import STATES, WHOLE_CITY

PRIORITIES = [Option("p1", "hoch"), Option("p2", "mittel"), Option("p3", "niedrig")]
STATE_OPTIONS = [Option(key, words[0], words[1:]) for key, words in STATES.items()]
FIELDS = [
    Wanted("number", "Nummer"), Wanted("title", "Titel", required=True), Wanted("text", "Beschreibung"), Wanted("unit", "Federführung", "unit"),
    Wanted("others", "Beteiligte"), Wanted("costs", "Kosten", "money", many=True), Wanted("own_share", "Eigenanteil", "money"),
    Wanted("grants", "Fördermittel", "money"), Wanted("funding", "Förderung"), Wanted("priority", "Priorität", "priority", options=PRIORITIES),
    Wanted("horizon", "Zeitraum", "horizon"), Wanted("start", "Beginn", "year"), Wanted("end", "Ende", "year"),
    Wanted("state", "Stand", "choice", options=STATE_OPTIONS), Wanted("depends", "Abhängig von", "references"), Wanted("place", "Ort", "place"),
    Wanted("field", "Handlungsfeld", "choice"), Wanted("goal", "Ziel"), Wanted("notes", "Bemerkung"),
]  # fmt: skip
CITY = Option("city", "Gesamtstadt", WHOLE_CITY)
