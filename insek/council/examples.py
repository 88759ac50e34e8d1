"""An example is never adopted, and no text is changed, by a real resolution: the same in a package that is read in."""

from __future__ import annotations

from django.utils.translation import gettext as _

from insek.concept.models import Standing
from insek.package import Package, Problems, Row


def check_examples(package: Package, problems: Problems) -> None:
    """Editions and what adopted them, and deviations and what decided them, are both real or both made up."""
    editions = {row.key[0]: row for row in package.table("editions")}
    resolutions = {row.key[0]: row for row in package.table("resolutions")}
    for row in package.table("deviations"):
        edition = editions.get(row.values.get("edition", ""))
        resolution = resolutions.get(row.values.get("resolution") or "")
        if edition is not None and resolution is not None and _is_example(edition) != _is_example(resolution):
            _note(problems, row, "resolution")
    for row in resolutions.values():
        edition = editions.get(row.values.get("edition") or "")
        if edition is not None and _is_example(edition) != _is_example(row):
            _note(problems, row, "edition")


def _is_example(row: Row) -> bool:
    return row.values.get("standing") == Standing.EXAMPLE


def _note(problems: Problems, row: Row, column: str) -> None:
    problems.add(
        "false_commitment",
        file=row.table.path,
        row=row.line,
        column=column,
        message=_("Ein Beispiel und ein echter Beschluss: Das eine kann das andere nicht betreffen."),
        advice=_("Die Zelle leeren, oder „standing“ der Ausgabe und des Beschlusses berichtigen."),
    )
