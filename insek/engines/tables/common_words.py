"""Words that lists of measures have in common, for the options of a target (``Option.also``): the whole city, states, priorities."""

from __future__ import annotations

WHOLE_CITY = (
    "gesamtstädtisch", "Gesamtstadt", "gesamte Stadt", "gesamtes Stadtgebiet", "Stadtgebiet", "stadtweit", "Stadt insgesamt", "ganze Stadt", "alle", "alle Stadtteile",
    "alle Ortsteile", "alle Ortsbezirke", "Stadt", "übergreifend", "city-wide", "whole city",
)  # fmt: skip
"""Names of the city as a whole in a column of places."""
STATES: dict[str, tuple[str, ...]] = {
    "idea": ("Idee", "Vorschlag", "neu", "Vorüberlegung", "Projektidee", "Prüfung", "in Prüfung", "Anregung", "idea"),
    "planned": ("geplant", "in Planung", "Planung", "in Vorbereitung", "Vorbereitung", "vorgesehen", "beschlossen", "Konzeptphase", "in Bearbeitung (Planung)", "planned"),
    "running": ("in Umsetzung", "läuft", "laufend", "begonnen", "in Arbeit", "in Bau", "im Bau", "in Bearbeitung", "Umsetzung", "Daueraufgabe", "teilweise umgesetzt", "running", "in progress"),
    "done": ("abgeschlossen", "umgesetzt", "erledigt", "fertiggestellt", "realisiert", "fertig", "done", "completed"),
    "paused": ("ruht", "zurückgestellt", "pausiert", "unterbrochen", "verschoben", "ausgesetzt", "paused", "on hold"),
    "dropped": ("entfallen", "verworfen", "aufgegeben", "nicht weiterverfolgt", "gestrichen", "wird nicht verfolgt", "dropped", "cancelled"),
}  # fmt: skip
"""States of a measure and what offices call them."""
