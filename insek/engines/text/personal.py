"""Signs that a text says how somebody can be reached: an address of mail, a telephone number, an IBAN."""

from __future__ import annotations

import re

MAIL, TELEPHONE, ACCOUNT = "mail", "telephone", "account"

_MAIL = re.compile(r"[\w.+-]+\s?(?:@|\(at\)|\[at\])\s?[\w-]+(?:\.[\w-]+)+", re.I)
_ACCOUNT = re.compile(r"\b[A-Z]{2}\d{2}(?:\s?\d{4}){4}\s?\d{0,2}\b")
_TELEPHONE = re.compile(
    r"(?<![\w.,/])(?:\+\d{2}|00[1-9]\d|0[1-9]\d{1,4})[\s/()-]{0,3}\d(?:[\s/-]?\d){4,10}(?![\w])"
)
_CALLED = re.compile(r"\b(?:tel|telefon|handy|mobil|fon|phone)\b[.:\s]{1,3}[\d+(][\d\s/()-]{4,}", re.I)


def personal_signs(text: str) -> list[str]:
    """Which of these a text shows. A hint for somebody who reads it, never a proof that nothing else is there."""
    found = []
    if _MAIL.search(text):
        found.append(MAIL)
    without = _ACCOUNT.sub(" ", text)
    if without != text:
        found.append(ACCOUNT)
    if _TELEPHONE.search(without) or _CALLED.search(without):
        found.append(TELEPHONE)
    return found
