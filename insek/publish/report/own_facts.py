"""What stands in the own fields of an item, beside it in the report and on its sheet: only what everybody may read."""

from __future__ import annotations

from django.utils.translation import get_language, ngettext

from insek.concept.models import Concept
from insek.engines.report import blocks
from insek.engines.report.blocks import Block, run
from insek.engines.text import shortened
from insek.thread.models import Item
from insek.thread.own_fields import fields_of_kind
from insek.thread.own_models import FieldType
from insek.thread.own_values import OwnWords, is_empty

SHOWN = 8
"""Fields that have room beside an item; the page in the net has all."""
LETTERS = 120
WRITTEN = {FieldType.SHORT, FieldType.LONG, FieldType.TABLE}
"""Types whose words are German in every language."""


def own_facts(concept: Concept, item: Item, words: OwnWords, address: str = "") -> list[Block]:
    """The first fields in which something stands, in their order, and how many more there are, at ``address``.

    No query, one where a unit is named.
    """
    filled = [
        field
        for field in fields_of_kind(concept, item.kind, public_only=True)
        if not is_empty(item.own.get(field.key))
    ]
    if not filled:
        return []
    is_german = (get_language() or "de").startswith("de")
    pairs: list[tuple[object, object]] = []
    for field in filled[:SHOWN]:
        said = shortened(" ".join(words.words(field, item.own[field.key]).split()), LETTERS)
        pairs.append((str(field), said if is_german or field.type not in WRITTEN else blocks.German(said)))
    made: list[Block] = [{**blocks.facts(pairs), "stacked": True}]
    if (more := len(filled) - SHOWN) > 0:
        told = ngettext(
            "und %(count)s weitere Angabe auf der Seite im Netz",
            "und %(count)s weitere Angaben auf der Seite im Netz",
            more,
        )
        made.append(
            blocks.paragraph(
                run(told % {"count": more}, href=f"{address}#eigene-felder" if address else ""),
                style="margin",
            )
        )
    return made
