"""The Word template of a report: its fields filled in, and the place where the content comes."""

from __future__ import annotations

from pathlib import Path
from typing import Any
from zipfile import BadZipFile

from docx.document import Document as WordDocument
from docx.opc.exceptions import PackageNotFoundError
from docxtpl import DocxTemplate  # type: ignore[import-untyped]  # comes without types
from jinja2 import TemplateError
from jinja2.sandbox import SandboxedEnvironment

MARK = "[[INHALT]]"
"""The paragraph of the template at whose place the content comes."""


class TemplateRefused(Exception):
    """The template cannot be used; the message says why, for the person who made it."""


def filled(template: Path, data: dict[str, Any]) -> WordDocument:
    """The template with title, city and date, still without content. Raises TemplateRefused."""
    try:
        word = DocxTemplate(template)
        word.render(
            {
                "titel": data["title"], "stadt": data["city"], "untertitel": " · ".join(filter(None, [data["subtitle_line"] or data["subtitle"], data["form"]])),
                "stand": data["state"], "hinweis": data["notice"],
                "kennzeichen": data["words"]["working"] if data["working"] else "",
                "inhalt": MARK, "inhaltsverzeichnis": data["words"]["contents"],
            },
            SandboxedEnvironment(autoescape=True),
            autoescape=True,
        )  # fmt: skip
    except (PackageNotFoundError, BadZipFile, KeyError, OSError, TemplateError, ValueError) as error:
        raise TemplateRefused(
            f"Die Word-Vorlage {template.name} kann nicht verwendet werden: {error}"
        ) from error
    made: WordDocument = word.docx
    return made
