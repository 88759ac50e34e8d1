"""House coordinates in the layout in which the surveying authorities hand them out (HK-DE), as a plain table with a head.

Since version 5 the layout has a head (``…;str;hnr;adz;zone;ostwert;nordwert;…``), before that none, in 18 columns. The key of the
municipality stands in four columns, and the easting may carry the number of its zone (32410550,1).
"""

from __future__ import annotations

import csv
import io

from insek.engines.text.folding import fold

WITHOUT_HEAD = (
    "nba", "oid", "qua", "land", "rbz", "krs", "gmd", "ott", "sss", "hnr", "adz", "ostwert", "nordwert", "stn", "plz", "onm",
    "zon", "pot",
)  # fmt: skip
"""The columns up to version 4."""
MUNICIPALITY = (
    ("landschl", "land"), ("regbezschl", "rbz"), ("kreisschl", "kreissch", "krs"), ("gmdschl", "gmd"),
)  # fmt: skip
"""The columns whose values, one after the other, are the key of the municipality (AGS)."""
ZONE = 1_000_000
HEAD = (
    "Gemeindeschlüssel", "Straßenschlüssel", "Straße", "Hausnummer", "Zusatz", "Ostwert", "Nordwert", "Wohnplatz",
)  # fmt: skip


def plain_table(data: bytes) -> tuple[bytes, bool] | None:
    """The file as a table with one head, and whether its rows stand one lower than in the file; None for any other file.

    Comments become empty lines, so that rows keep their numbers; a head that was missing takes the place of the first of them.
    """
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError:
        text = data.decode("cp1252", "replace")
    lines = text.splitlines()
    first = next(
        (place for place, line in enumerate(lines) if line.strip() and not line.startswith("#")), None
    )
    if first is None:
        return None
    names = [fold(cell).strip() for cell in _cells(lines[first])]
    has_head = "ostwert" in names and "hnr" in names
    if not has_head:
        if len(names) != len(WITHOUT_HEAD) or not (_is_number(names[11]) and _is_number(names[12])):
            return None
        names = list(WITHOUT_HEAD)
    places = {name: place for place, name in enumerate(names)}
    key = [next((places[name] for name in wanted if name in places), -1) for wanted in MUNICIPALITY]
    if -1 in key or not {"str", "stn"} & places.keys():
        return None
    target = io.StringIO(newline="")
    writer = csv.writer(target, delimiter=";", lineterminator="\n")
    at = first if has_head else 0
    is_moved = not has_head and first == 0
    if is_moved:
        writer.writerow(HEAD)
    for place, line in enumerate(lines):
        if place == at and not is_moved:
            writer.writerow(HEAD)
        elif not line.strip() or line.startswith("#"):
            writer.writerow([])
        else:
            writer.writerow(_row(_cells(line), places, key))
    return target.getvalue().encode(), is_moved


def _row(cells: list[str], places: dict[str, int], key: list[int]) -> list[str]:
    def cell(*names: str) -> str:
        found = (cells[places[name]].strip() for name in names if places.get(name, len(cells)) < len(cells))
        return next(filter(None, found), "")

    ags = "".join(cells[place].strip() if place < len(cells) else "" for place in key)
    part = next((text for text in (cell("ott"), cell("pot")) if text and not text.isdigit()), "")
    east = cell("ostwert")
    if _is_number(east) and float(east.replace(",", ".")) > ZONE:
        east = east[2:]
    return [ags, cell("strschl", "sss"), cell("str", "stn"), cell("hnr"), cell("adz"), east, cell("nordwert"), part]  # fmt: skip


def _cells(line: str) -> list[str]:
    return next(csv.reader([line], delimiter=";"), [])


def _is_number(text: str) -> bool:
    return text.replace(",", "", 1).replace(".", "", 1).isdigit()
