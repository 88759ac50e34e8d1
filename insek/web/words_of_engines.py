"""What engines have to say, in the language of the page: they speak German patterns, the catalogue has the rest."""

from __future__ import annotations

from django.utils.translation import gettext

from insek.engines.tables.notes import Note


def say(note: Note) -> str:
    """A note of an engine in words."""
    text = gettext(note.text) if note.text else ""
    return text % note.values
