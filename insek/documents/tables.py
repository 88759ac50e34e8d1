"""Tables of a document go where tables are read in: as a sheet, with the steps that every list has."""

from __future__ import annotations

from collections.abc import Sequence

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from insek.engines.documents import reading as engine
from insek.engines.documents.content import UnreadableDocument
from insek.intake.models import Batch
from insek.intake.readings import begin_reading
from insek.intake.table_files import BadFile
from insek.intake.targets import ReadingTarget, is_target, target_named
from insek.people.actors import Actor, require

from .jobs import local_file
from .making import all_makings
from .models import Document, DocumentPage

LEAST_ROWS, LEAST_CELLS = 3, 3


def has_table(page: DocumentPage) -> bool:
    """Whether a page seems to have a table; a form of labels and values is none."""
    rows = [block for block in page.blocks if block["type"] == "row" and len(block["cells"]) >= LEAST_CELLS]
    return len(rows) >= LEAST_ROWS


def targets_for(document: Document, actor: Actor) -> list[ReadingTarget]:
    """Where a table of a document can go: lists of what a passage can become."""
    kinds = dict.fromkeys(making.kind for making in all_makings())
    found = [target_named(f"items.{kind}") for kind in kinds if is_target(f"items.{kind}")]
    return [target for target in found if target.may(actor, document.concept)]


def read_table_in(document: Document, page: DocumentPage, *, target: str, actor: Actor) -> Batch:
    """Begin to read the table of a page in, with what continues it on the pages after.

    Raises PermissionDenied, and ValidationError where there is no table.
    """
    require(actor, "documents.edit")
    chosen = next((one for one in targets_for(document, actor) if one.name == target), None)
    if chosen is None:
        raise ValidationError(_("Bitte wählen Sie, was in der Tabelle steht."))
    rows = _ruled(document, page) or _rows_of(page)
    if len(rows) < LEAST_ROWS - 1:
        raise ValidationError(_("Auf dieser Seite ist keine Tabelle zu erkennen."))
    text = "\n".join("\t".join(" ".join(cell.split()) for cell in row) for row in rows)
    name = _("%(title)s, ab Seite %(page)s") % {"title": document.title, "page": page.number}
    try:
        return begin_reading(
            concept=document.concept,
            target=chosen,
            name=name.replace("/", " "),
            data=b"",
            pasted=text,
            actor=actor,
            task={},
        )
    except BadFile as error:
        raise ValidationError(str(error)) from error


def _ruled(document: Document, page: DocumentPage) -> Sequence[Sequence[str]]:
    """The table as its lines draw it; none where there are no lines."""
    if not document.has_pages:
        return []
    try:
        with local_file(document) as path:
            return engine.table(path, page.number)
    except UnreadableDocument:
        return []


def _rows_of(page: DocumentPage) -> Sequence[Sequence[str]]:
    """The rows of the page's text, those with the most cells and their like."""
    rows = [block["cells"] for block in page.blocks if block["type"] == "row"]
    wide = max((len(row) for row in rows), default=0)
    return [row for row in rows if len(row) > wide / 2]
