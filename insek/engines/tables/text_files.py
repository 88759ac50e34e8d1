"""Text files: CSV and its kin in any encoding and with any separator, JSON lines, and what is pasted from a spreadsheet."""

from __future__ import annotations

import csv
import json
from collections import Counter
from io import StringIO
from typing import Any

from .book import Book, CellValue, ReadLimits, Sheet
from .notes import FileRefused, Note
from .notes import german as _

SEPARATORS = ";\t,|"
_WINDOWS_HOLES = frozenset("\x81\x8d\x8f\x90\x9d")
_SAMPLE = 60


def decoded(data: bytes) -> tuple[str, str]:
    """The text of a file and the name of its encoding: UTF-8 or UTF-16 with or without mark, Windows' Latin, Latin-1, DOS.

    Raises FileRefused for what is no text.
    """
    if data.startswith((b"\xff\xfe", b"\xfe\xff")):
        encodings = ["utf-16"]
    elif data[1:80:2].count(0) > 20 or (len(data) < 80 and data[1::2].count(0) * 3 > len(data)):
        encodings = ["utf-16-le"]
    elif data[0:80:2].count(0) > 20 or (len(data) < 80 and data[0::2].count(0) * 3 > len(data)):
        encodings = ["utf-16-be"]
    else:
        encodings = ["utf-8-sig", *_eight_bits(data)]
    for encoding in encodings:
        try:
            text = data.decode(encoding)
        except UnicodeDecodeError:
            continue
        if "\x00" in text:
            break
        return text.removeprefix("\ufeff"), encoding
    raise FileRefused(Note("no_text", _("Die Zeichen der Datei lassen sich nicht lesen. Bitte speichern Sie sie als „CSV UTF-8“ oder XLSX.")))  # fmt: skip


def _eight_bits(data: bytes) -> list[str]:
    """Windows' Latin before Latin-1; DOS (cp850) where its umlauts are likelier: ä is 0x84 there, 0xE4 in Latin."""
    latin = sum(map(data.count, b"\xe4\xf6\xfc\xdf\xc4\xd6\xdc"))
    dos = sum(map(data.count, b"\x84\x94\x81\xe1\x8e\x99\x9a"))
    return ["cp850"] if dos > 2 * latin and dos > 1 else ["cp1252", "latin-1"]


def separator_of(text: str) -> str:
    """The sign between the columns: the one with which most lines have the same number of cells; empty where there is none."""
    sample = "\n".join(text.splitlines()[:_SAMPLE])
    best, best_score = "", (0.0, 0.0)
    for sign in SEPARATORS:
        widths = [len(row) for row in csv.reader(StringIO(sample), delimiter=sign) if any(row)]
        wide = [width for width in widths if width > 1]
        if not wide:
            continue
        _width, count = Counter(wide).most_common(1)[0]
        # a comma is a decimal comma as often as a separator: it has to be better, not as good
        score = (count / len(widths) - (0.15 if sign in ",|" else 0.0), sum(wide) / len(wide))
        if score > best_score:
            best, best_score = sign, score
    return best


def read_text_file(data: bytes, limits: ReadLimits, *, kind: str = "csv", name: str = "") -> Book:
    """A CSV file or a pasted text as one sheet; cells stay texts. Raises FileRefused."""
    text, encoding = decoded(data)
    if not text.strip(SEPARATORS + '" \r\n'):
        raise FileRefused(Note("empty", _("Die Datei enthält keine ausgefüllten Zellen.")))
    separator = separator_of(text)
    rows = _separated(text, separator, limits)
    width = max((len(row) for row in rows), default=0)
    if width > limits.columns or width * len(rows) > limits.cells:
        raise FileRefused(Note("too_large", _("Die Datei hat mehr als %(most)s Spalten. Bitte teilen Sie sie auf."), {"most": str(limits.columns)}))  # fmt: skip
    for row in rows:
        row.extend([None] * (width - len(row)))
    return Book(kind, [Sheet(name or _("Datei"), rows)], encoding=encoding, separator=separator)


def _separated(text: str, separator: str, limits: ReadLimits) -> list[list[CellValue]]:
    csv.field_size_limit(limits.cell_chars * 4)
    lines: Any = StringIO(text, newline="")
    source = csv.reader(lines, delimiter=separator) if separator else csv.reader(lines, delimiter="\x1f")
    rows: list[list[CellValue]] = []
    try:
        for row in source:
            rows.append([cell if cell and not cell.isspace() else None for cell in row])
            if len(rows) > limits.rows:
                raise FileRefused(Note("too_large", _("Die Datei hat mehr als %(most)s Zeilen. Bitte teilen Sie sie auf."), {"most": str(limits.rows)}))  # fmt: skip
    except csv.Error as error:
        raise FileRefused(
            Note(
                "csv",
                _("Ab Zeile %(row)s ist die Datei keine Tabelle mehr: Ein Anführungszeichen steht falsch oder eine Zelle ist zu lang."),
                {"row": str(source.line_num)},
            )
        ) from error  # fmt: skip
    while rows and not any(cell is not None for cell in rows[-1]):
        rows.pop()
    return rows


def read_json_lines(data: bytes, limits: ReadLimits, *, name: str = "") -> Book:
    """JSON lines, or an array of objects: keys become heads, nested keys are joined by a point. Raises FileRefused."""
    text, encoding = decoded(data)
    objects: list[Any] = []
    try:
        if text.lstrip().startswith("["):
            objects = json.loads(text)
        else:
            for number, line in enumerate(text.splitlines(), start=1):  # noqa: B007 -- named in the error below
                if line.strip():
                    objects.append(json.loads(line))
    except (ValueError, RecursionError) as error:
        where = str(number) if objects else "1"
        raise FileRefused(Note("json", _("Zeile %(row)s ist kein gültiges JSON."), {"row": where})) from error
    if len(objects) > limits.rows:
        raise FileRefused(Note("too_large", _("Die Datei hat mehr als %(most)s Zeilen. Bitte teilen Sie sie auf."), {"most": str(limits.rows)}))  # fmt: skip
    flat = [_flat(one) for one in objects if isinstance(one, dict)]
    if not flat:
        raise FileRefused(Note("json", _("Zeile %(row)s ist kein gültiges JSON."), {"row": "1"}))
    heads = list(dict.fromkeys(key for one in flat for key in one))
    if len(heads) > limits.columns:
        raise FileRefused(Note("too_large", _("Die Datei hat mehr als %(most)s Spalten. Bitte teilen Sie sie auf."), {"most": str(limits.columns)}))  # fmt: skip
    rows: list[list[CellValue]] = [list(heads), *([one.get(head) for head in heads] for one in flat)]
    return Book("jsonl", [Sheet(name or _("Datei"), rows, first_line=0)], encoding=encoding)


def _flat(value: dict[str, Any], before: str = "", depth: int = 0) -> dict[str, CellValue]:
    found: dict[str, CellValue] = {}
    for key, inner in value.items():
        if isinstance(inner, dict) and depth < 4:
            found |= _flat(inner, f"{before}{key}.", depth + 1)
        elif isinstance(inner, list | dict):
            plain = isinstance(inner, list) and all(isinstance(one, str | int | float) for one in inner)
            found[before + key] = ("; ".join(map(str, inner)) if plain else json.dumps(inner, ensure_ascii=False)) or None  # fmt: skip
        elif inner is not None and inner != "":
            found[before + key] = inner
    return found
