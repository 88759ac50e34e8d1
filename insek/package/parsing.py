"""From files to rows: header, number of cells, type of each cell; nothing here looks into the database."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from insek.engines.text import shortened
from insek.thread.cleaning import MAX_TEXT, clean_text

from .columns import Column, WrongCell
from .older import as_of_today
from .problems import Problems
from .reading import Files
from .tables import GONE_OR_NOT, ITEMS, Table, all_tables, item_tables

DESCRIPTOR = "datapackage.json"
FORMAT = 1
"""Version of this format, raised when an older program could not read a newer package."""
EDITIONS = "editions/"


def adopted_path(key: str) -> str:
    """Where the archive of an adopted edition lies in a package."""
    return f"{EDITIONS}{key}.zip"


def filed_path(key: str) -> str:
    """Where what the council had before it lies in a package. A key has no dots, so no other edition is called so."""
    return f"{EDITIONS}{key}.filed.zip"


csv.field_size_limit(10 * MAX_TEXT)


@dataclass(slots=True)
class Row:
    """One row of a table with its parsed values; ``broken`` when a cell could not be read."""

    table: Table
    line: int
    values: dict[str, Any]
    broken: bool = False

    @property
    def key(self) -> tuple[Any, ...]:
        """The values that make it unique."""
        return tuple(self.values.get(name) for name in self.table.key)


@dataclass
class Package:
    """All rows of a package, and the archives of its frozen editions."""

    rows: dict[str, list[Row]] = field(default_factory=dict)
    archives: dict[str, bytes] = field(default_factory=dict)
    """The archives of editions by their path in the package."""
    notes: list[str] = field(default_factory=list)
    """What an older package does not have yet, in words."""
    _index: dict[str, dict[tuple[Any, ...], Row]] = field(default_factory=dict)

    def table(self, name: str) -> list[Row]:
        """The rows of a table."""
        return self.rows.get(name, [])

    def index(self, name: str) -> dict[tuple[Any, ...], Row]:
        """The rows of a table by key; of those with the same key the first."""
        if name not in self._index:
            if name == ITEMS:
                parts: list[str] = [table.name for table in item_tables()]
            elif name == GONE_OR_NOT:
                parts = [*(table.name for table in item_tables()), "tombstones"]
            else:
                parts = [name]
            index: dict[tuple[Any, ...], Row] = {}
            for part in parts:
                for row in self.table(part):
                    index.setdefault(row.key, row)
            self._index[name] = index
        return self._index[name]

    def items(self) -> Iterator[Row]:
        """The rows of all items."""
        for table in item_tables():
            yield from self.table(table.name)

    @property
    def concept(self) -> Row:
        """The one row of concept.csv."""
        return self.rows["concept"][0]


def parse_package(files: Files, problems: Problems) -> Package:
    """Read every table; notes what cannot be read."""
    listed = _read_descriptor(files, problems)
    today, older = as_of_today(files)
    listed = (listed - (files.keys() - today.keys())) | (today.keys() - files.keys())
    files = today
    for path in sorted(listed - files.keys()):
        problems.add(
            "missing_file",
            file=path,
            message=_("Die Datei fehlt, datapackage.json nennt sie."),
            advice=_("Die Datei in das Paket legen oder aus „resources“ streichen."),
        )
    package = Package(notes=older)
    for table in all_tables():
        if table.path in files:
            package.rows[table.name] = list(_read_table(table, files[table.path], problems, package.notes))
        elif table.single and table.path not in listed:
            problems.add(
                "missing_file",
                file=table.path,
                message=_("Die Datei fehlt."),
                advice=_("Ohne diese Datei ist es kein Konzeptpaket; sie muss dabei sein."),
            )
    if absent := [table.path for table in all_tables() if table.path not in files]:
        package.notes.append(
            _("Diese Tabellen hat das Paket nicht, sie bleiben leer: %(files)s.")
            % {"files": ", ".join(absent)}
        )
    if "concept" in package.rows and len(package.rows["concept"]) != 1:
        problems.add(
            "wrong_rows",
            file="concept.csv",
            message=_("Die Tabelle hat %(count)s Zeilen.") % {"count": len(package.rows["concept"])},
            advice=_("Ein Paket beschreibt genau ein Konzept: eine Kopfzeile und eine Zeile."),
        )
    known = _read_texts(files, package, problems) | {table.path for table in all_tables()} | {DESCRIPTOR}
    for row in package.table("editions"):
        for path in (adopted_path(str(row.values.get("key"))), filed_path(str(row.values.get("key")))):
            known.add(path)
            if path in files:
                package.archives[path] = files[path]
    for table in all_tables():
        if table.side_file is not None:
            known.add(table.side_file.path)
            table.side_file.read(files.get(table.side_file.path), package, problems)
    _refuse_strangers(files, known, listed, problems)
    return package


def _read_descriptor(files: Files, problems: Problems) -> set[str]:
    if DESCRIPTOR not in files:
        problems.add(
            "missing_file",
            file=DESCRIPTOR,
            message=_("Die Datei fehlt."),
            advice=_("Sie gehört in das oberste Verzeichnis des Pakets und nennt alle seine Dateien."),
        )
        problems.refuse_if_any()
    row = None
    try:
        described = json.loads(files[DESCRIPTOR].decode("utf-8-sig"))
        listed = {str(resource["path"]) for resource in described["resources"]}
        newer = int(described.get("insek_format", FORMAT)) > FORMAT
    except json.JSONDecodeError as error:
        row, reason = error.lineno, error.msg
    except (UnicodeDecodeError, KeyError, TypeError, ValueError, AttributeError, RecursionError) as error:
        reason = f"{type(error).__name__}: {error}"
    else:
        if newer:
            problems.add(
                "newer_format",
                file=DESCRIPTOR,
                message=_("Das Paket stammt aus einer neueren Fassung des Programms."),
                advice=_("Zuerst das Programm aktualisieren."),
            )
            problems.refuse_if_any()
        return listed
    problems.add(
        "broken_descriptor",
        file=DESCRIPTOR,
        row=row,
        message=_("Die Beschreibung des Pakets ist nicht lesbar (%(reason)s).")
        % {"reason": shortened(reason, 200)},
        advice=_("Es muss JSON sein mit einer Liste „resources“, deren Einträge „path“ haben."),
    )
    problems.refuse_if_any()
    raise AssertionError


def decoded(path: str, content: bytes, problems: Problems) -> str | None:
    """The text of a file, or None after noting that it is not UTF-8."""
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        problems.add(
            "not_utf8",
            file=path,
            row=content.count(b"\n", 0, error.start) + 1,
            message=_("Die Datei ist nicht in UTF-8 geschrieben."),
            advice=_("Im Tabellenprogramm als „CSV UTF-8“ speichern."),
        )
        return None


def _read_table(table: Table, content: bytes, problems: Problems, notes: list[str]) -> Iterator[Row]:
    text = decoded(table.path, content, problems)
    if text is None:
        return
    reader = csv.reader(io.StringIO(text, newline=""), strict=True)
    line = 1
    try:
        header = next(reader, [])
        if not _good_header(table, header, problems):
            return
        notes += [_note_absent(table, column) for column in table.columns if column.name not in header]
        positions = [
            (column, header.index(column.name) if column.name in header else None, table.model_field(column))
            for column in table.columns
        ]
        line = reader.line_num + 1
        for cells in reader:
            if len(cells) != len(header):
                if cells:
                    _note_wrong_count(table, line, cells, header, problems)
            else:
                yield _read_row(table, line, cells, positions, problems)
            line = reader.line_num + 1
    except csv.Error as error:
        problems.add(
            "broken_csv",
            file=table.path,
            row=line,
            message=_("Die Zeile ist kein CSV (%(error)s).") % {"error": error},
            advice=_(
                "Zellen mit Komma, Anführungszeichen oder Zeilenumbruch in Anführungszeichen setzen, innere verdoppeln."
            ),
        )


def _note_absent(table: Table, column: Column) -> str:
    place = _("%(file)s, Spalte %(column)s") % {"file": table.path, "column": column.name}
    if column.if_absent:
        said = _("Das Paket ist älter als diese Spalte; überall gilt „%(value)s“.") % {
            "value": column.if_absent
        }
    else:
        said = _("Das Paket ist älter als diese Spalte; sie bleibt leer.")
    return f"{place}: {said}"


def _good_header(table: Table, header: list[str], problems: Problems) -> bool:
    names = [column.name for column in table.columns]
    later = {column.name for column in table.columns if column.if_absent is not None}
    before = len(problems)
    for name in names:
        if header.count(name) != 1 and not (name in later and name not in header):
            problems.add(
                "missing_column" if name not in header else "duplicate_column",
                file=table.path,
                row=1,
                column=name,
                message=_("Die Spalte fehlt.") if name not in header else _("Die Spalte steht mehrfach da."),
                advice=_("Die Kopfzeile lautet: %(header)s") % {"header": ",".join(names)},
            )
    for name in header:
        if name not in names:
            message = _("Diese Spalte gibt es nicht.")
            if ";" in name:
                message = _("Die Spalten sind mit Semikolon getrennt; verlangt sind Kommas.")
            problems.add(
                "unknown_column",
                file=table.path,
                row=1,
                column=shortened(name, 60),
                message=message,
                advice=_("Die Kopfzeile lautet: %(header)s") % {"header": ",".join(names)},
            )
    return len(problems) == before


def _note_wrong_count(
    table: Table, line: int, cells: list[str], header: list[str], problems: Problems
) -> None:
    problems.add(
        "wrong_cells",
        file=table.path,
        row=line,
        column=header[min(len(cells), len(header)) - 1],
        message=_("Die Zeile hat %(found)s Zellen statt %(expected)s.")
        % {"found": len(cells), "expected": len(header)},
        advice=_("Fehlt ein Komma, oder steht ein Text mit Komma ohne Anführungszeichen da?"),
    )


def _read_row(table: Table, line: int, cells: list[str], positions: list[Any], problems: Problems) -> Row:
    row = Row(table, line, {})
    for column, position, model_field in positions:
        try:
            text = cells[position] if position is not None else column.if_absent
            row.values[column.name] = column.parse(text or "", model_field)
        except WrongCell as error:
            row.broken = True
            problems.add(
                error.code,
                file=table.path,
                row=line,
                column=column.name,
                message=error.message,
                advice=error.advice,
            )
    return row


def _read_texts(files: Files, package: Package, problems: Problems) -> set[str]:
    known = set()
    for table in all_tables():
        for row in package.table(table.name):
            for text_file in table.texts:
                path = text_file.path.format(key=row.values.get("key", ""))
                known.add(path)
                row.values[text_file.attribute] = _read_text(path, files.get(path, b""), problems)
    return known


def _read_text(path: str, content: bytes, problems: Problems) -> str:
    text = decoded(path, content, problems)
    try:
        return str(clean_text(text or "")).strip()
    except ValidationError as error:
        problems.add(
            "bad_text",
            file=path,
            message=error.messages[0],
            advice=_("Den Text kürzen oder die Zeichen entfernen."),
        )
        return ""


def _refuse_strangers(files: Files, known: set[str], listed: set[str], problems: Problems) -> None:
    for path in sorted(files):
        if path not in known:
            problems.add(
                "unknown_file",
                file=path,
                message=_("Diese Datei gehört nicht zu einem Konzeptpaket."),
                advice=_("Die Datei aus dem Paket nehmen oder ihren Namen berichtigen."),
            )
        elif path not in listed and path != DESCRIPTOR:
            problems.add(
                "unlisted_file",
                file=path,
                message=_("datapackage.json nennt diese Datei nicht."),
                advice=_("Die Datei dort unter „resources“ eintragen oder aus dem Paket nehmen."),
            )
