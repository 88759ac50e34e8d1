"""The concept package: a folder or zip of CSV, GeoJSON and Markdown that holds a whole concept.

It is the exchange format between city and practice and the form in which an edition is frozen. Rooms register their
tables here when the app starts (see tables.py); docs/developers/concept-package.md describes the format.
"""

from __future__ import annotations

from pathlib import Path

from django.db import IntegrityError
from django.utils.translation import gettext as _

from insek.concept.models import Concept
from insek.people.actors import PROGRAM, Actor, require

from . import (  # noqa: F401  (register: weekly reading of adopted editions; tables of concept, people, thread)
    editions,
    foundation,
    own_tables,
)
from .archive import package_hash, zip_bytes
from .checks import check_package
from .columns import Column, plain_decimal
from .frozen import archive_name
from .load import ImportReport, load, prepare_items
from .older import register_older
from .parsing import Package, Row, parse_package
from .present import check_database
from .problems import PackageProblem, PackageRefused, Problems
from .reading import Files, read_files
from .tables import (
    ITEMS,
    SideFile,
    Table,
    TextFile,
    all_tables,
    derived,
    register_derived,
    register_table,
    table_named,
)
from .target import ExportRefused, write_folder, write_zip
from .writing import edition_files, package_files

__all__ = [
    "ITEMS",
    "Column",
    "ExportRefused",
    "Files",
    "ImportReport",
    "Package",
    "PackageProblem",
    "PackageRefused",
    "Problems",
    "Row",
    "SideFile",
    "Table",
    "TextFile",
    "all_tables",
    "archive_name",
    "edition_files",
    "export_package",
    "import_package",
    "package_files",
    "package_hash",
    "plain_decimal",
    "read_files",
    "register_derived",
    "register_older",
    "register_table",
    "table_named",
    "zip_bytes",
]  # fmt: skip


def import_package(path: Path | str, *, actor: Actor = PROGRAM, replace: bool = False) -> ImportReport:
    """Bring a package into the database, as a whole or not at all.

    With ``replace`` it takes the place of the concept with the same key: its items, links and observations are then
    those of the package; items it does not hold leave a tombstone; the history of changes begins anew; units and
    bodies are brought up to date and none is deleted; frozen editions must be the same.

    Raises PackageRefused with all problems found, and PermissionDenied.
    """
    require(actor, "thread.create_item")
    require(actor, "thread.release_item")
    problems = Problems()
    package = parse_package(read_files(path), problems)
    problems.refuse_if_any()
    check_package(package, problems)
    old = check_database(package, problems, replace=replace)
    problems.refuse_if_any()
    entries = prepare_items(package)
    try:
        report = load(package, entries, old=old, actor=actor)
    except IntegrityError as error:
        problems.add(
            "database",
            file=Path(path).name,
            message=_("Die Datenbank nimmt die Daten nicht an (%(error)s).") % {"error": error},
            advice=_("Wurde gleichzeitig etwas geändert? Noch einmal versuchen, sonst den Fehler melden."),
        )
        raise PackageRefused(list(problems)) from error
    for _model_path, _scope, build in derived():
        build(report.concept)
    return report


def export_package(concept: Concept, path: Path | str, *, profile: str = "working") -> str:
    """Write a concept as a package, as a zip where the path ends with .zip, else as a folder; returns the package hash.

    A folder that is there already must be empty or hold a package. Raises ExportRefused.
    """
    files = package_files(concept, profile=profile)
    path = Path(path)
    if path.suffix == ".zip":
        write_zip(path, files)
    else:
        write_folder(path, files)
    return package_hash(files)
