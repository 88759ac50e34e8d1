"""What the fields of items are called on the page; one place for forms, history and tables, filled by the rooms."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from django.utils.translation import gettext_lazy as _

if TYPE_CHECKING:
    from django.utils.functional import _StrPromise

FIELD_LABELS: dict[str, _StrPromise] = {
    "number": _("Nummer"),
    "title": _("Titel"),
    "title_en": _("Titel auf Englisch"),
    "text": _("Text"),
    "text_en": _("Text auf Englisch"),
    "standing": _("Verlässlichkeit"),
    "visibility": _("Sichtbarkeit"),
    "round": _("Runde"),
    "source_title": _("Quelle"),
    "source_url": _("Adresse der Quelle"),
    "source_date": _("Stand der Quelle"),
    "document": _("Dokument"),
    "page": _("Seite"),
    "confidence": _("Sicherheit der Angabe"),
    "fields": _("Handlungsfelder"),
    "themes": _("Querschnittsthemen"),
    "hand_key": _("Stelle in der Reihenfolge"),
    "reason": _("Begründung"),
    "locator": _("Fundstelle"),
    "link": _("Verknüpfung"),
    "merged": _("Hier aufgegangen"),
    "split": _("Abgeteilt"),
    "parted": _("Wieder getrennt"),
    "links": _("Verknüpfungen"),
    "not_carried": _("Stand hier schon; bleibt nur im Verlauf"),
    # fields of action
    "name": _("Name"),
    "name_en": _("Name auf Englisch"),
    "aim": _("Worum es geht"),
    "aim_en": _("Worum es geht, auf Englisch"),
    "aim_source_url": _("Adresse der Quelle"),
    "perspective": _("Perspektive: wie es im Zieljahr aussieht"),
    "perspective_en": _("Perspektive auf Englisch"),
    "perspective_standing": _("Verlässlichkeit der Perspektive"),
    "colour": _("Farbe"),
    "icon": _("Zeichen"),
}
"""Name of a field, or of a field of one kind as ``kind.name``, and its label; in the order in which they are shown."""


def register_labels(labels: Mapping[str, _StrPromise]) -> None:
    """Let a room say what its fields are called, in the order of its forms. What is known already keeps its words."""
    for name, label in labels.items():
        FIELD_LABELS.setdefault(name, label)


def field_order(*names: str) -> int:
    """Where a field stands among all: the place of the first of these names that is known; what is not comes last."""
    known = list(FIELD_LABELS)
    return next((known.index(name) for name in names if name in FIELD_LABELS), len(known))
