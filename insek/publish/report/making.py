"""Makes the file of a report: collected, set, returned as bytes."""

from __future__ import annotations

from collections.abc import Collection
from pathlib import Path
from typing import Any

from django.conf import settings
from django.utils import translation

from insek.concept.models import Concept
from insek.people.actors import Actor
from insek.thread.models import Item

from .collect import Progress, concept_report, item_report


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
    working: bool = False,
    origin: str = "",
    progress: Progress = lambda percent, step: None,
) -> bytes:
    """The concept as PDF or Word. Raises NotTypeset or TemplateRefused."""
    with translation.override(language):
        document = concept_report(
            concept, actor, wanted=wanted, working=working, origin=origin, progress=progress
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
    if format == "docx":  # either setter is loaded by the process that needs it, which a web worker seldom is
        from insek.engines.report.word import to_word

        return to_word(document, word_template())
    from insek.engines.report.pdf import to_pdf

    return to_pdf(document)
