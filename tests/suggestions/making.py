"""A suggestion for tests that only need one to be there."""

from __future__ import annotations

from typing import Any

from insek.concept.models import Concept
from insek.suggestions.models import Suggestion
from insek.thread.models import Item


def make_suggestion(concept: Concept, item: Item, **values: Any) -> Suggestion:
    """That an item belongs to the field of housing, open unless said otherwise."""
    defaults: dict[str, Any] = {
        "kind": "item-field", "subject": f"item:{item.pk}", "content": {"fields": ["wohnen"]}, "why": "Dafür spricht das Wort „Miete“.",
        "field_key": "wohnen", "confidence": 0.8, "suggester": "item-fields", "engine_version": "1",
    }  # fmt: skip
    return Suggestion.objects.create(concept=concept, item=item, **{**defaults, **values})
