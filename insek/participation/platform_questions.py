"""What is asked about a file of another platform before its preview."""

from __future__ import annotations

from insek.engines.tables.notes import Note, OpenQuestion
from insek.engines.tables.notes import german as _

from .platform_rows import SWAPPED


def question_of_swapped() -> OpenQuestion:
    """Whether longitude and latitude are turned round."""
    asked = _(
        "Die Punkte liegen weit außerhalb der Stadt, mit vertauschter Länge und Breite aber darin. Sind sie vertauscht?"
    )
    answers = (
        ("yes", Note("yes", _("Ja, Länge und Breite tauschen"))),
        ("no", Note("no", _("Nein, so lassen; Punkte außerhalb bleiben weg"))),
    )
    return OpenQuestion(SWAPPED, Note("swapped", asked), answers, proposed="yes")
