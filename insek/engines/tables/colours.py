"""Traffic lights: cells whose colour is what they say. The colour becomes a word, with what the legend calls it."""

from __future__ import annotations

import colorsys
import re
from collections.abc import Mapping, Sequence
from dataclasses import replace

from .book import Place, Sheet
from .found_table import FoundColumn, FoundTable
from .notes import Note
from .notes import german as _

RED, AMBER, GREEN = "red", "amber", "green"
WORDS = {RED: "rot", AMBER: "gelb", GREEN: "grün"}
SHARE = 0.6
"""Share of the rows of data that are coloured in a column that says something by colour."""
MOST_FILLS = 20_000
"""Coloured cells of a sheet that are kept; more of them are decoration."""
_MEANING = re.compile(r"\b(?P<colour>grün|gelb|orange|rot)\w*\s*[=:–-]\s*(?P<words>[^,;|=\n]+?)\s*(?=[,;|\n]|$|\s(?:grün|gelb|orange|rot)\w*\s*[=:–-])", re.IGNORECASE)  # fmt: skip
_KEYS = {"grün": GREEN, "gelb": AMBER, "orange": AMBER, "rot": RED}


def light_of(rgb: str) -> str:
    """Which light of a traffic light a colour (``FF0000`` or ``FFFF0000``) is; empty where it is none."""
    plain = rgb[-6:]
    if len(plain) < 6 or not re.fullmatch(r"[0-9A-Fa-f]{6}", plain):
        return ""
    red, green, blue = (int(plain[place : place + 2], 16) / 255 for place in (0, 2, 4))
    hue, saturation, value = colorsys.rgb_to_hsv(red, green, blue)
    degrees = 360 * hue
    if saturation < 0.35 or value < 0.35:
        return ""
    if degrees < 20 or degrees > 340:
        return RED
    if degrees <= 65:
        return AMBER
    return GREEN if 75 <= degrees <= 170 else ""


def meanings(texts: Sequence[str]) -> dict[str, str]:
    """What a legend says that colours mean: "grün = im Plan"."""
    found: dict[str, str] = {}
    for text in texts:
        for hit in _MEANING.finditer(text):
            found.setdefault(_KEYS[hit["colour"].casefold()], " ".join(hit["words"].split()))
    return found


def colours_as_words(
    sheet: Sheet, rows: Sequence[int], columns: Sequence[int], said: Mapping[str, str]
) -> list[int]:
    """Put words into empty cells of columns that say something by colour alone; gives these columns."""
    done = []
    for column in columns:
        lights = _lights(sheet.fills, rows, column)
        if _says_something(lights, rows) and all(sheet.rows[row][column] is None for row in rows):
            for row, light in lights.items():
                sheet.rows[row][column] = shown(light, said)
            done.append(column)
    return done


def add_colours(table: FoundTable, sheet: Sheet, rows: Sequence[int], columns: Sequence[int], said: Mapping[str, str]) -> None:  # fmt: skip
    """Add a column with the colours of a column that has words too: the first of which (nearly) each row is coloured."""
    found = [(index, _lights(sheet.fills, rows, column)) for index, column in enumerate(columns)]
    whole = [one for one in found if _says_something(one[1], rows) and len(one[1]) >= 0.9 * len(rows)]
    if not whole:
        return
    coloured, lights = whole[0]
    words = {sheet.row_number(row): shown(light, said) for row, light in lights.items()}
    head = _("Ampel")
    table.columns.append(FoundColumn(len(table.columns), head, (head,), None, "colour"))
    table.rows = [replace(row, values=(*row.values, words.get(row.number))) for row in table.rows]
    table.sums = [replace(row, values=(*row.values, None)) for row in table.sums]
    table.notes.append(
        Note("colours", _("Die Farben der Spalte „%(head)s“ werden als eigene Spalte gelesen."), {"head": table.columns[coloured].shown})
    )  # fmt: skip


def shown(light: str, said: Mapping[str, str]) -> str:
    """A colour in words, with what the legend calls it."""
    return f"{WORDS[light]} ({said[light]})" if said.get(light) else WORDS[light]


def _lights(fills: Mapping[Place, str], rows: Sequence[int], column: int) -> dict[int, str]:
    return {row: light for row in rows if (light := fills.get((row, column)))}


def _says_something(lights: Mapping[int, str], rows: Sequence[int]) -> bool:
    return len(lights) >= max(2, SHARE * len(rows)) and len(set(lights.values())) > 1
