"""What must hold between a check and what it names, in a package as on the pages."""

from __future__ import annotations

from django.utils.translation import gettext as _

from insek.concept.models import Standing
from insek.package.parsing import Package, Row
from insek.package.problems import Problems
from insek.thread.models import Visibility

from .freezing import part_tables


def check_checks(package: Package, problems: Problems) -> None:
    """What the public reads is finished and names only what it can read; no result contradicts another."""
    public = {row.key[0] for row in package.items() if row.values.get("visibility") == Visibility.PUBLIC}
    goals: dict[str, list[str]] = {}
    for row in package.table("check_goals"):
        goals.setdefault(row.values.get("check_row", ""), []).append(row.values.get("goal", ""))
    for row in package.table("checks"):
        if row.broken:
            continue
        named = goals.get(row.key[0], [])
        if named and row.values["touches_no_goal"]:
            _note(
                problems,
                row,
                "touches_no_goal",
                _("Die Prüfung nennt Ziele und sagt, dass keines berührt ist."),
            )
        if row.values.get("visibility") != Visibility.PUBLIC:
            continue
        if row.values["status"] != "final":
            _note(problems, row, "visibility", _("Öffentlich ist nur eine abgeschlossene Prüfung."))
        named = [*named, *row.values["measures"], *row.values["districts"], row.values["paper"] or ""]
        if hidden := sorted(set(named) - public - {""}):
            _note(
                problems,
                row,
                "visibility",
                _("Die Prüfung ist öffentlich und nennt, was es nicht ist: %(ids)s.")
                % {"ids": ", ".join(hidden)},
            )


def _note(problems: Problems, row: Row, column: str, message: str) -> None:
    problems.add(
        "check_not_sound",
        file=row.table.path,
        row=row.line,
        column=column,
        message=message,
        advice=_("Diese Angaben aufeinander abstimmen."),
    )


def check_successions(package: Package, problems: Problems) -> None:
    """What became of items names tables that an edition holds, and in an example everything is one."""
    editions = {row.key[0]: row for row in package.table("editions")}
    parts = {table.name for table in part_tables()}
    for row in package.table("successions"):
        if row.broken:
            continue
        named = [row.values["table"], *(entry.partition(":")[0] for entry in row.values["into"].split())]
        if strange := sorted(set(named) - parts):
            _note(
                problems,
                row,
                "into",
                _("Das steht in keiner Ausgabe: %(tables)s.") % {"tables": ", ".join(strange)},
            )
        edition = editions.get(row.values["edition"])
        if (
            edition is not None
            and edition.values.get("standing") == Standing.EXAMPLE != row.values["standing"]
        ):
            _note(problems, row, "standing", _("In einem Beispiel ist auch der Verbleib ein Beispiel."))
