"""Names of files that leave the house: readable, without umlauts, never cut inside a word."""

from __future__ import annotations

from django.utils.text import slugify

from insek.engines.text.folding import fold

LONGEST = 60


def file_stem(text: str, *, otherwise: str) -> str:
    """The words of a title as the name of a file, at most LONGEST characters; ``otherwise`` where none can be written so.

    >>> file_stem("M 17 Grünflächen an der Straße", otherwise="x")
    'm-17-gruenflaechen-an-der-strasse'
    """
    stem = slugify(fold(text))
    if len(stem) > LONGEST:
        whole, _dash, _rest = stem[: LONGEST + 1].rpartition("-")
        stem = whole or stem[:LONGEST]
    return stem or otherwise
