"""Counted things in words: "20 Ziele und eine Maßnahme"."""

from __future__ import annotations

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from insek.web.display import number_words


def counted_words(*, goals: int = 0, measures: int = 0, findings: int = 0, contributions: int = 0) -> str:
    """How many there are, without those of which there is none; empty where there is nothing."""
    parts = (
        (goals, ngettext("ein Ziel", "%(count)s Ziele", goals)),
        (measures, ngettext("eine Maßnahme", "%(count)s Maßnahmen", measures)),
        (findings, ngettext("ein Befund", "%(count)s Befunde", findings)),
        (contributions, ngettext("ein Beitrag aus der Beteiligung", "%(count)s Beiträge aus der Beteiligung", contributions)),
    )  # fmt: skip
    return _(" und ").join(words % {"count": number_words(count)} for count, words in parts if count)
