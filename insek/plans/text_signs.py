"""What the texts of a plan show beside its statements: whether they name indicators, and whether they hold a map.

Found by words, so that each find has a page on which a person can look. docs/methods/appraisal.md says what counts.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from django.utils.translation import gettext as _

from insek.documents.models import Document, DocumentPage
from insek.documents.services import place_words
from insek.thread.models import Item

INDICATOR_WORDS = re.compile(
    r"\b(?:\w+-?)?(?:indikator|kennzahl|kennziffer|messgröße|zielwert)(?:en|n|e|s)?\b|\bmonitoring",
    re.IGNORECASE,
)
MAP_WORDS = re.compile(
    r"\b(?:\w+)?(?:karte|plankarte|lageplan|strukturplan|übersichtsplan|bestandsplan)\s+(?:nr\.\s*)?\d"
    r"|\bplanzeichnung\b|\b(?:im\s+)?maßstab\s+(?:von\s+)?1\s*:\s*\d|\bM\.?\s*1\s*:\s*\d",
    re.IGNORECASE,
)
NAMED_PAGES = 3


@dataclass(frozen=True)
class TextSigns:
    """On which pages of the documents of a plan indicators and maps are named; in words, the first few."""

    has_documents: bool
    indicators: tuple[str, ...] = ()
    maps: tuple[str, ...] = ()


def signs_of(item: Item, texts: Sequence[str]) -> TextSigns:
    """Look through the documents that were read, and through the words of the statements (``texts``). One query."""
    pages = DocumentPage.objects.filter(document__about=item.pk, document__state=Document.State.DONE)
    rows = pages.select_related("document").defer("blocks").order_by("document__sha256", "number")
    indicators: list[str] = []
    maps: list[str] = []
    seen = False
    for page in rows.iterator(chunk_size=50):
        seen = True
        for found, words in ((indicators, INDICATOR_WORDS), (maps, MAP_WORDS)):
            if len(found) < NAMED_PAGES and words.search(page.text):
                found.append(_("S. %(page)s") % {"page": place_words(page.document, page)})
    if not indicators and any(INDICATOR_WORDS.search(text) for text in texts):
        indicators.append(_("Kernaussage"))
    return TextSigns(seen, tuple(indicators), tuple(maps))
