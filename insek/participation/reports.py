"""The chapter of minutes in the printed concept, after the steps of the process."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from insek.engines.report import blocks
from insek.web.reports import Chapter, register_chapter

from .minutes import minutes_facts


def minutes(reader: Any) -> list[blocks.Block]:
    """Who met when, what was agreed, and what follows from it; the oldest first."""
    items = sorted(reader.items("minutes"), key=lambda item: (item.minutes.date, item.pk))
    # a page may break in minutes: they are as long as they are
    return [
        {**reader.item(item, _content(item, reader), level=2, thread=True), "long": True} for item in items
    ]


def _content(item: Any, reader: Any) -> list[blocks.Block]:
    return [
        blocks.facts(minutes_facts(item)),
        *_part(_("Ergebnisse und Vereinbarungen"), item.minutes.results),
        *_part(_("Tagesordnung und Notizen"), item.text),
        *reader.source(item),
    ]


def _part(label: str, text: str) -> list[blocks.Block]:
    made = blocks.rich(text)
    return [blocks.paragraph(label, style="label"), *made] if made else []


register_chapter(
    Chapter(
        "protokolle",
        gettext_lazy("Protokolle"),
        45,
        minutes,
        gettext_lazy("Was bei den Treffen besprochen und vereinbart wurde."),
    )
)
