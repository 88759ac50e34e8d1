"""What must be right between rows and tables: unique keys, known references, constraints, honest links."""

from __future__ import annotations

import io
from typing import Any

from django.db import models
from django.utils.translation import gettext as _

from insek.concept.models import Edition, Standing
from insek.engines.text import shortened
from insek.thread.constraints import broken_checks, condition_of, fields_in_condition
from insek.thread.kinds import link_kind_named
from insek.thread.models import Item, Visibility

from .archive import package_hash
from .columns import Column
from .parsing import Package, Row, adopted_path, filed_path
from .problems import PackageRefused, Problems
from .reading import read_zip
from .tables import Table, all_tables, item_tables


def check_package(package: Package, problems: Problems) -> None:
    """Note everything that is wrong between the rows of a package."""
    for table in all_tables():
        _check_unique(table, package, problems)
        for column in table.references():
            _check_references(table, column, package, problems)
            if column.refers == table.name and column.type == "reference":
                _check_cycles(table, column, package, problems)
        for row in package.table(table.name):
            if not row.broken:
                _check_constraints(row, problems)
    _check_items(package, problems)
    _check_links(package, problems)
    _check_waiting_fields(package, problems)
    _check_archives(package, problems)
    for table in all_tables():
        table.check(package, problems)


def _check_unique(table: Table, package: Package, problems: Problems) -> None:
    unique = [table.key] if not table.kind else []
    unique += [names for names in _unique_together(table) if names != table.key]
    for column in table.own_columns:
        field = table.model_field(column)
        if field is not None and field.unique and (column.name,) != table.key:
            unique.append((column.name,))
    for names in unique:
        seen: dict[tuple[Any, ...], int] = {}
        for row in package.table(table.name):
            value = tuple(row.values.get(name) for name in names)
            if None in value or "" in value[:1]:
                continue
            if value in seen:
                problems.add_in_row("duplicate", row, names[-1],
                    _("„%(value)s“ steht schon in Zeile %(line)s.")
                    % {"value": " · ".join(map(str, value)), "line": seen[value]},
                    _("Eine der beiden Zeilen streichen oder ändern."),
                )  # fmt: skip
            seen.setdefault(value, row.line)


def _unique_together(table: Table) -> list[tuple[str, ...]]:
    """Columns of a package that the database has once together."""
    known = {column.name for column in table.own_columns}
    return [
        tuple(constraint.fields)
        for constraint in table.model._meta.constraints
        if isinstance(constraint, models.UniqueConstraint) and constraint.condition is None
        if constraint.fields and known.issuperset(constraint.fields)
    ]


def _check_references(table: Table, column: Column, package: Package, problems: Problems) -> None:
    known = package.index(column.refers)
    for row in package.table(table.name):
        value = row.values.get(column.name)
        for name in value if isinstance(value, tuple) else [value]:
            if name and (name,) not in known:
                problems.add_in_row("unknown_reference", row, column.name,
                    _("„%(name)s“ gibt es in diesem Paket nicht (gesucht in: %(table)s).")
                    % {"name": shortened(name, 60), "table": column.refers},
                    _("Die Schreibweise prüfen oder die fehlende Zeile ergänzen."),
                )  # fmt: skip


def _check_cycles(table: Table, column: Column, package: Package, problems: Problems) -> None:
    above = {row.key[0]: row.values.get(column.name) for row in package.table(table.name)}
    settled: set[Any] = set()
    for row in package.table(table.name):
        path: list[Any] = []
        here = row.key[0]
        while here and here not in settled and here not in path:
            path.append(here)
            here = above.get(here)
        if here in path:
            problems.add_in_row("cycle", row, column.name,
                _("Die Zeile steht unter sich selbst: %(path)s.") % {"path": " → ".join(map(str, [*path, here]))},
                _("Eine der Angaben in dieser Spalte löschen oder ändern."),
            )  # fmt: skip
        settled.update(path)


def _check_constraints(row: Row, problems: Problems) -> None:
    table = row.table
    checked: list[tuple[type[models.Model], dict[str, Any]]] = [
        (table.model, {**row.values, "item": row.key[0]})
    ]
    if table.kind:
        in_round = row.values["visibility"] == Visibility.ROUND
        checked.append((Item, {**row.values, "round": row.key[0] if in_round else None}))
    for model, values in checked:
        for constraint in broken_checks(model, values):
            names = [name for name in fields_in_condition(condition_of(constraint)) if name in row.values]
            if not names:
                continue
            message = str(constraint.violation_error_message)
            if message == str(constraint.default_violation_error_message):
                message = _("Die Angaben passen nicht zusammen (%(rule)s).") % {"rule": constraint.name}
            column = next((name for name in names if values[name] in ("", None)), names[0])
            problems.add_in_row(constraint.name, row, column, message,
                _("Diese Spalten aufeinander abstimmen: %(columns)s.") % {"columns": ", ".join(names)},
            )  # fmt: skip


def _check_items(package: Package, problems: Problems) -> None:
    ids: dict[str, Row] = {}
    numbers: dict[str, Row] = {}
    for row in package.items():
        number, item_id = row.values.get("number"), row.values.get("id")
        if item_id in ids:
            problems.add_in_row("duplicate_id", row, "id",
                _("Die Kennung „%(id)s“ steht schon in %(place)s.") % {"id": item_id, "place": _place(ids[item_id])},
                _("Jeder Inhalt hat seine eigene Kennung; einer von beiden braucht eine neue."),
            )  # fmt: skip
        elif item_id:
            ids[item_id] = row
        if number in numbers:
            problems.add_in_row("duplicate_number", row, "number",
                _("Die Nummer „%(number)s“ steht schon in %(place)s.")
                % {"number": number, "place": _place(numbers[number])},
                _("Jede Nummer nur einmal vergeben, oder die Zelle leer lassen."),
            )  # fmt: skip
        elif number:
            numbers[number] = row
    for row in package.table("tombstones"):
        if row.values.get("id") in ids:
            problems.add_in_row("deleted_id", row, "id",
                _("Die Kennung „%(id)s“ gilt hier als gelöscht und steht zugleich in %(place)s.")
                % {"id": row.values["id"], "place": _place(ids[row.values["id"]])},
                _("Kennungen gelöschter Inhalte werden nie wieder vergeben: dem Inhalt eine neue geben."),
            )  # fmt: skip


def _check_links(package: Package, problems: Problems) -> None:
    items = {row.key[0]: row for table in item_tables() for row in package.table(table.name)}
    for row in package.table("links"):
        source, target = items.get(row.values.get("source", "")), items.get(row.values.get("target", ""))
        if row.broken or source is None or target is None or row.values["source"] == row.values["target"]:
            continue
        kind = link_kind_named(row.values["kind"])
        if not kind.allows(source.table.kind, target.table.kind):
            problems.add_in_row("impossible_link", row, "kind",
                _("„%(kind)s“ führt nicht von %(source)s zu %(target)s.")
                % {"kind": kind.name, "source": source.table.kind, "target": target.table.kind},
                _("Möglich ist: %(pairs)s.")
                % {"pairs": "; ".join(f"{one} → {other}" for one, other in sorted(kind.pairs))},
            )  # fmt: skip
        elif kind.commits and _is_example(source) != _is_example(target):
            problems.add_in_row("false_commitment", row, "kind",
                _("Ein Beispiel und ein echter Beschluss: Das Beispiel ist nicht angenommen, beschlossen oder finanziert."),
                _("Die Zeile streichen, oder „standing“ der beiden Inhalte berichtigen."),
            )  # fmt: skip


def _check_waiting_fields(package: Package, problems: Problems) -> None:
    """A field of action waits for an edition that is worked on, and nothing public stands in it or tells of it."""
    ahead = {row.key[0]: row.values.get("waits_for", "") for row in package.table("fields")}
    ahead = {key: edition for key, edition in ahead.items() if edition}
    if not ahead:
        return
    editions = {row.key[0]: row for row in package.table("editions")}
    worked_on = {
        key
        for key, row in editions.items()
        if row.values.get("status") in {Edition.Status.DRAFT, Edition.Status.FILED}
    }
    for row in package.table("fields"):
        if row.values.get("waits_for") and row.values["waits_for"] not in worked_on:
            problems.add_in_row("field_waits", row, "waits_for",
                _("An der Ausgabe „%(edition)s“ wird nach diesem Paket nicht gearbeitet.") % {"edition": row.values["waits_for"]},
                _("Die Ausgabe als Arbeitsfassung mitgeben, oder die Spalte leer lassen: Dann ist das Handlungsfeld öffentlich."),
            )  # fmt: skip
    for row in package.items():
        named = [key for key in row.values.get("fields", ()) if key in ahead]
        if named and row.values.get("visibility") == Visibility.PUBLIC:
            problems.add_in_row("field_waits", row, "fields",
                _("Der Inhalt ist öffentlich und steht im Handlungsfeld „%(field)s“, das erst mit der Ausgabe „%(edition)s“ öffentlich wird.")
                % {"field": named[0], "edition": ahead[named[0]]},
                _("Den Inhalt intern lassen (visibility: internal), oder das Handlungsfeld aus der Spalte nehmen."),
            )  # fmt: skip
    for row in editions.values():
        named = [key for key in row.values.get("scope_fields", "").split(";") if key in ahead]
        if named and row.values.get("is_announced") and row.values.get("status") == Edition.Status.DRAFT:
            problems.add_in_row("field_waits", row, "is_announced",
                _("Diese Arbeitsfassung ist angekündigt und nennt das Handlungsfeld „%(field)s“, das noch nicht öffentlich ist.") % {"field": named[0]},
                _("„is_announced“ auf false setzen, oder das Handlungsfeld nicht warten lassen."),
            )  # fmt: skip


def _check_archives(package: Package, problems: Problems) -> None:
    for row in package.table("editions"):
        key = str(row.values.get("key", ""))
        _check_archive(row, adopted_path(key), "sha256", package, problems)
        _check_archive(row, filed_path(key), "filed_sha256", package, problems)


def _check_archive(row: Row, path: str, column: str, package: Package, problems: Problems) -> None:
    if path in package.archives:
        archive = package.archives[path]
        try:
            found = package_hash(read_zip(io.BytesIO(archive), path))
        except PackageRefused as refused:
            [problem] = refused.problems
            problems.add(problem.code, file=path, message=problem.message, advice=problem.advice)
            return
        if found != row.values.get(column):
            problems.add_in_row("wrong_hash", row, column,
                _("%(path)s hat den Inhalt %(found)s, hier steht „%(expected)s“.")
                % {"path": path, "found": found, "expected": row.values.get(column, "")},
                _("Eine eingefrorene Ausgabe darf nicht verändert sein: die unveränderte Datei beilegen."),
            )  # fmt: skip


def _is_example(row: Row) -> bool:
    return row.values.get("standing") == Standing.EXAMPLE


def _place(row: Row) -> str:
    return _("%(file)s, Zeile %(line)s") % {"file": row.table.path, "line": row.line}
