"""A report as PDF by typst, which refuses what it finds against PDF/UA-1 and PDF/A-2a; what else is checked: docs/users/berichte.md."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from .words import FONTS, cleaned

TEMPLATES = Path(__file__).resolve().parent / "typst"
STANDARDS: list[Any] = ["ua-1", "a-2a"]


class NotTypeset(Exception):
    """typst refused the document; the message says why."""


def to_pdf(document: dict[str, Any]) -> bytes:
    """The document as PDF. Raises NotTypeset."""
    return compiled("report.typ", document)


def compiled(template: str, document: dict[str, Any]) -> bytes:
    """The document as PDF by one of our templates. Raises NotTypeset."""
    import typst  # loaded by the process that needs it, which a web worker seldom is

    data = json.dumps(cleaned(document, document["lang"]), ensure_ascii=False, default=str)
    fonts: list[Any] = [FONTS] if FONTS.exists() else []
    try:
        made = typst.compile(
            str(TEMPLATES / template),
            root=str(TEMPLATES),
            font_paths=fonts,
            ignore_system_fonts=True,
            format="pdf",
            pdf_standards=STANDARDS,
            sys_inputs={"document": data},
        )
    except Exception as error:
        raise NotTypeset(str(error)[:2000]) from error
    return bytes(made)
