"""Makes the file of a report: collected, set, returned as bytes."""

from __future__ import annotations

from collections.abc import Collection
from pathlib import Path
from typing import Any

from django.conf import settings
from django.utils import translation

from insek.concept.models import Concept, Edition
from insek.engines.report.pdf import to_pdf
from insek.people.actors import Actor
from insek.thread.models import Item

from .collect import Progress, concept_report, item_report
from .editions import edition_report

TYPES = {
    "pdf": "application/pdf",
    "docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
}
"""The sorts of files with what they are called in the net."""


def word_template() -> Path:
    """The city's own template (INSEK_WORD_TEMPLATE, or vorlage.docx in the data directory), else the one that comes along."""
    from insek.engines.report.word import DEFAULT_TEMPLATE

    named = settings.INSEK_WORD_TEMPLATE
    own = Path(named) if named else Path(settings.INSEK_DATA_DIR) / "vorlage.docx"
    return own if named or own.exists() else DEFAULT_TEMPLATE


def make_concept(
    concept: Concept,
    actor: Actor,
    *,
    format: str = "pdf",
    language: str = "de",
    wanted: Collection[str] = (),
    is_short: bool = False,
    edition: Edition | None = None,
    working: bool = False,
    origin: str = "",
    progress: Progress = lambda percent, step: None,
) -> bytes:
    """The concept, or the text of an edition, as PDF or Word. Raises NotTypeset or TemplateRefused."""
    with translation.override(language):
        if edition is not None:
            return typeset(edition_report(edition, is_short=is_short, origin=origin), format)
        document = concept_report(
            concept,
            actor,
            wanted=wanted,
            is_short=is_short,
            working=working,
            origin=origin,
            progress=progress,
        )
        progress(80, translation.gettext("Satz"))
        return typeset(document, format)


def make_item(
    item: Item, actor: Actor, *, format: str = "pdf", working: bool = False, origin: str = ""
) -> bytes:
    """The sheet of an item in the active language. Raises KeyError for kinds without one."""
    return typeset(item_report(item, actor, working=working, origin=origin), format)


def typeset(document: dict[str, Any], format: str) -> bytes:
    """A collected document as a file."""
    if format == "docx":  # loaded by the process that needs it, which a web worker seldom is
        from insek.engines.report.word import to_word

        return to_word(document, word_template())
    return to_pdf(document)
