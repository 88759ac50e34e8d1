"""Which passwords are easily guessed: what remains of one when everything foreseeable is left out."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from itertools import pairwise
from typing import Any

from django.conf import settings
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from insek.engines.text.folding import fold

from .models import Unit

FEWEST = 8
"""Letters of a password that nobody can foresee."""
ROWS = (
    "1234567890", "qwertzuiop", "asdfghjkl", "yxcvbnm", "qwertyuiop", "zxcvbnm",
    "1qay", "2wsx", "3edc", "4rfv", "5tgb", "6zhn", "7ujm", "1qaz", "6yhn", "abcdefghijklmnopqrstuvwxyz",
)  # fmt: skip
"""Keys beside or below each other on German and English keyboards, and the alphabet."""
_NEIGHBOURS = {pair for row in ROWS for way in (row, row[::-1]) for pair in pairwise(way)}
WORDS = (
    "passwort", "password", "kennwort", "geheim", "secret", "anmelden", "login", "admin", "administrator", "verwaltung",
    "stadtverwaltung", "rathaus", "stadt", "stadtrat", "insek", "stadtentwicklung", "konzept", "willkommen", "welcome", "hallo",
    "test", "beispiel", "demo", "sommer", "winter", "herbst", "fruehling", "januar", "februar", "maerz", "april", "juni",
    "juli", "august", "september", "oktober", "november", "dezember", "montag", "dienstag", "mittwoch", "donnerstag",
    "freitag", "schatz", "fussball", "iloveyou", "monkey", "dragon", "sunshine", "princess",
)  # fmt: skip
_LOOKALIKE = str.maketrans("013457@$!", "oleastasi")
_YEAR = re.compile(r"(?:19|20)\d\d")
KNOWN = "\0"

_sources: list[Callable[[], Iterable[str]]] = []


def register_names(source: Callable[[], Iterable[str]]) -> None:
    """A room names words that everybody here knows: the city, its districts."""
    _sources.append(source)


def foreseeable_words() -> set[str]:
    """Words that an attacker tries first. As many queries as there are sources, and one."""
    texts = [*WORDS, *settings.INSEK_HOSTS, *Unit.objects.values_list("name", flat=True)]
    for source in _sources:
        texts += source()
    return {word for text in texts for word in re.split(r"[^a-z]+", fold(text)) if len(word) >= 4}


def unforeseeable(password: str, words: Iterable[str]) -> int:
    """How many letters of a password cannot be foreseen from those before them; a word that is known counts as one."""
    text = fold(password)
    for word in sorted(words, key=len, reverse=True):
        for table in ({}, _LOOKALIKE):
            while (at := text.translate(table).find(word)) >= 0:
                text = text[:at] + KNOWN + text[at + len(word) :]
    text = _YEAR.sub(KNOWN, text)
    count = 0
    for at, letter in enumerate(text):
        before = text[at - 1] if at else ""
        foreseen = letter == before or (before, letter) in _NEIGHBOURS
        again = at >= 2 and text[at - 2 : at + 1] in text[:at]
        count += not (foreseen or again)
    return count


class GuessablePasswordValidator:
    """Refuses repetitions, rows of keys, and names of the city and of the person with a year behind them."""

    def validate(self, password: str, user: Any = None) -> None:
        """Raise ValidationError for what is easily guessed."""
        own = [getattr(user, name, "") for name in ("username", "first_name", "last_name", "email")]
        words = foreseeable_words() | {
            word for text in own for word in re.split(r"[^a-z]+", fold(text or "")) if len(word) >= 4
        }
        if unforeseeable(password, words) < FEWEST:
            raise ValidationError(
                _(
                    "Dieses Passwort ist leicht zu erraten: Es besteht fast nur aus Wiederholungen, aus Reihen wie 12345 oder"
                    " qwertz oder aus naheliegenden Wörtern wie dem Namen der Stadt. Gut sind vier Wörter, die nichts"
                    " miteinander zu tun haben."
                ),
                code="password_foreseeable",
            )

    def get_help_text(self) -> str:
        """What the form says beside the field."""
        return _("Keine Wiederholungen, keine Reihen wie 12345 oder qwertz, nicht der Name der Stadt.")
