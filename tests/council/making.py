"""Rows of the council for tests of other rooms."""

from __future__ import annotations

from insek.council.amendment_rows import AMENDMENTS
from insek.council.models import Consultation, Paper
from insek.people.actors import PROGRAM
from insek.thread.row_acts import add_row


def way_arguments(paper: Paper, hidden: Paper, step: Consultation) -> dict[str, dict[str, list[object]]]:
    """What the addresses of the way of papers and of their amendments are asked with."""
    said = {"sort": "motion", "moved_by": "Fraktion", "after": "Neu."}
    moved = add_row(AMENDMENTS, paper.item, said, actor=PROGRAM)
    return {
        "amendment-take-over": {"public": [paper.pk, moved.key], "internal": [hidden.pk, "nichts"]},
        "consultation-create": {"public": [paper.pk], "internal": [hidden.pk]},
        **{name: {"": [paper.pk, step.key]} for name in ("consultation-edit", "consultation-delete")},
    }
