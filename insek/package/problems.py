"""What is wrong with a package: file, line, column, what happened, and what to do about it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.utils.translation import gettext as _

if TYPE_CHECKING:
    from .parsing import Row

MOST_PROBLEMS = 200
"""More problems than this are not collected: the file is then wrong as a whole."""


@dataclass(frozen=True)
class PackageProblem:
    """One thing that is wrong.

    ``row`` is the line in the file (the header is line 1), in a GeoJSON file the number of the feature; None where the
    whole file is meant.
    """

    code: str
    file: str
    row: int | None
    column: str
    message: str
    advice: str

    def __str__(self) -> str:
        place = [self.file]
        if self.row is not None:
            place.append(_("Zeile %(row)s") % {"row": self.row})
        if self.column:
            place.append(_("Spalte %(column)s") % {"column": self.column})
        return f"{', '.join(place)}: {self.message} {self.advice}"


class PackageRefused(Exception):
    """The package is refused as a whole; nothing was changed."""

    def __init__(self, problems: list[PackageProblem]) -> None:
        self.problems = problems
        super().__init__(str(self))

    def __str__(self) -> str:
        lines = [_("Das Paket wird nicht eingelesen, nichts wurde verändert.")]
        lines += [f"- {problem}" for problem in self.problems]
        if len(self.problems) >= MOST_PROBLEMS:
            lines.append(_("Weitere Fehler sind nicht aufgeführt."))
        return "\n".join(lines)


class Problems:
    """Collects problems, and refuses when asked or when there are too many."""

    def __init__(self) -> None:
        self._found: list[PackageProblem] = []

    def add(
        self, code: str, *, file: str, message: str, advice: str, row: int | None = None, column: str = ""
    ) -> None:
        """Note one problem. Raises PackageRefused at the last one that is collected."""
        self._found.append(PackageProblem(code, file, row, column, message, advice))
        if len(self._found) >= MOST_PROBLEMS:
            raise PackageRefused(self._found)

    def add_in_row(self, code: str, row: Row, column: str, message: str, advice: str) -> None:
        """Note what is wrong in a row of a table. Raises as ``add``."""
        self.add(code, file=row.table.path, row=row.line, column=column, message=message, advice=advice)

    def refuse_if_any(self) -> None:
        """Raises PackageRefused with all that was found."""
        if self._found:
            raise PackageRefused(
                sorted(self._found, key=lambda each: (each.file, each.row or 0, each.column))
            )

    def __iter__(self) -> Iterator[PackageProblem]:
        return iter(self._found)

    def __len__(self) -> int:
        return len(self._found)
