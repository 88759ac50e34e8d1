"""Costs of measures as they were until 0.1, three columns of the measure, read as a line of costs.

The migration, older packages and archives of editions all make the same line of them, under the same key.
"""

from __future__ import annotations

from django.utils.translation import gettext as _

from insek.package.older import Files, older_table, written
from insek.thread.identity import derived_id

FORMER = ("cost_eur", "cost_year", "cost_basis")
MEASURES, LINES = "measures.csv", "cost_lines.csv"


def key_of_former(measure: str) -> str:
    """The key of the line that the costs of a measure became."""
    return derived_id("cost_line", measure)


def cells_of_former(measure: str, cells: dict[str, str]) -> dict[str, str]:
    """The line of costs in the cells of a package; empty where the measure named no amount."""
    if not cells.get("cost_eur"):
        return {}
    line = {
        "key": key_of_former(measure), "measure": measure, "position": "1", "amount_eur": cells["cost_eur"], "precision": "about",
        "rhythm": "once", "price_year": cells.get("cost_year", ""), "basis": cells.get("cost_basis", ""), "is_follow_up": "false",
        "is_internal": "false", "standing": "example" if cells.get("standing") == "example" else "working",
    }  # fmt: skip
    return {name: text for name, text in line.items() if text}


def read_former_costs(files: Files) -> tuple[Files, list[str]]:
    """The files with costs in lines, and what to say of it; nothing changes where they are already."""
    measures = older_table(files, MEASURES)
    if measures is None or "cost_eur" not in measures.header:
        return files, []
    from insek.package import table_named

    lines = [line for row in measures.rows if (line := cells_of_former(row["id"], row))]
    header = [name for name in measures.header if name not in FORMER]
    read = {**files, MEASURES: written(header, measures.rows)}
    if LINES not in files:
        names = [column.name for column in table_named("cost_lines").columns]
        read[LINES] = written(names, sorted(lines, key=lambda line: line["key"]))
    return read, [
        _("measures.csv: Die Kosten der Maßnahmen standen in Spalten; sie sind jetzt Kostenzeilen.")
    ]
