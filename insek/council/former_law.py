"""The law on hearings as older packages have it: not at all, for the program took that of Rhineland-Palatinate for granted."""

from __future__ import annotations

from django.utils.translation import gettext as _

from insek.concept.states import state_of
from insek.package.older import Files, older_table, written

CONCEPT = "concept.csv"


def read_former_law(files: Files) -> tuple[Files, list[str]]:
    """The files with the law that the state of the city has; nothing changes where a package says it, or none is known."""
    concept = older_table(files, CONCEPT)
    if concept is None or "hearing_norm" in concept.header:
        return files, []
    states = [state_of(row.get("ags", "")) for row in concept.rows]
    norms = [state.hearing_norm if state else "" for state in states]
    if not any(norms):
        return files, []
    rows = [{**row, "hearing_norm": norm} for row, norm in zip(concept.rows, norms, strict=True)]
    return {**files, CONCEPT: written([*concept.header, "hearing_norm"], rows)}, [
        _("concept.csv: Die Anhörung örtlicher Gremien ist nach %(norm)s eingetragen; sie galt bisher ohne Angabe.")
        % {"norm": next(filter(None, norms))}
    ]  # fmt: skip
