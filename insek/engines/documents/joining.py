"""Lines become running text: words divided at the end of a line are put together again."""

from __future__ import annotations

import re
from collections.abc import Iterable

from .pdf_lines import HYPHENS

LINKED = re.compile(r"^(?:und|oder|bzw\.|sowie|als|bis|/)(?:\s|$)")
"""What follows a hyphen that stays: "Rad- und Fußverkehr"."""


def joined(lines: Iterable[str]) -> str:
    """Lines one after the other."""
    text = ""
    for line in lines:
        text = with_line(text, line)
    return cleaned(text)


def with_line(text: str, line: str) -> str:
    """A text with one more line."""
    line = line.strip()
    if not text or not line:
        return text or line
    end = text[-1]
    if end in HYPHENS:
        return text[:-1] + (line if line[:1].islower() else "-" + line)
    if end in "-‐‑" and len(text) > 1 and text[-2].isalpha():
        if LINKED.match(line):
            return f"{text} {line}"
        return text[:-1] + line if line[:1].islower() else text + line
    if end == "/":
        return text + line
    return f"{text} {line}"


def is_divided(text: str) -> bool:
    """Whether the last word goes on in the next line."""
    return bool(text) and (
        text[-1] in HYPHENS or (text[-1] in "-‐‑" and len(text) > 1 and text[-2].isalpha())
    )


def cleaned(text: str) -> str:
    """Without signs that cannot be printed, and with single spaces."""
    for sign in HYPHENS:
        text = text.replace(sign, "-" if text.endswith(sign) else "")
    text = "".join(" " if ord(sign) < 32 or 0xD800 <= ord(sign) < 0xE000 else sign for sign in text)
    return re.sub(r"[ \t\u00a0\u2009\u200b]+", " ", text).strip()
