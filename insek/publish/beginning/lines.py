"""Small tables as people paste them: one row a line, cells divided by tabs as from Excel, by semicolons or by bars."""

from __future__ import annotations

from dataclasses import dataclass

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

MOST_LINES = 200
DIVIDERS = ("\t", ";", "|")


@dataclass(frozen=True)
class PastedLine:
    """One row with its number in what was pasted; the first cell is never empty."""

    number: int
    cells: tuple[str, ...]

    def cell(self, place: int) -> str:
        """The cell at a place, empty where the row is shorter."""
        return self.cells[place] if place < len(self.cells) else ""


def lines_of(text: str, *, most_cells: int, heads: tuple[str, ...] = ()) -> list[PastedLine]:
    """Read a pasted table. A first row that is a head and empty rows are left out; doubled rows count once.

    Raises ValidationError where a row has no first cell, more cells than there are columns, or the name of another row.
    """
    rows = text.replace("\r\n", "\n").replace("\r", "\n").split("\n")
    divider = next((sign for sign in DIVIDERS if any(sign in row for row in rows)), "\t")
    found: dict[str, PastedLine] = {}
    problems: list[str] = []
    for number, row in enumerate(rows, start=1):
        cells = [_plain(cell) for cell in row.split(divider)]
        while cells and not cells[-1]:
            cells.pop()
        if not cells or (not found and cells[0].casefold() in heads):
            continue
        if not cells[0]:
            problems.append(_("Zeile %(number)s: Der Name fehlt.") % {"number": number})
        elif len(cells) > most_cells:
            problems.append(
                _("Zeile %(number)s: %(count)s Spalten, vorgesehen sind %(most)s.")
                % {"number": number, "count": len(cells), "most": most_cells}
            )
        else:
            line = PastedLine(number, tuple(cells))
            first = found.setdefault(cells[0].casefold(), line)
            if [cell.casefold() for cell in first.cells] != [cell.casefold() for cell in cells]:
                problems.append(
                    _("Zeile %(number)s: „%(name)s“ steht schon mit anderen Angaben in Zeile %(first)s.")
                    % {"number": number, "name": cells[0], "first": first.number}
                )
    if len(found) > MOST_LINES:
        problems.append(_("Das sind mehr als %(most)s Zeilen.") % {"most": MOST_LINES})
    if problems:
        raise ValidationError(problems)
    return list(found.values())


def _plain(cell: str) -> str:
    """What a cell says, without the quotation marks in which a table program wraps it."""
    text = cell.strip()
    if len(text) > 1 and text[0] == text[-1] == '"':
        text = text[1:-1].replace('""', '"')
    return " ".join(text.split())
