"""What the words of councils' systems are chosen from: what came out, who advised, how papers come in; and votes told in words."""

from __future__ import annotations

import re
from typing import Any

import rules
from django.utils.translation import gettext as _

from insek.intake.targets import Reading, WordChoice, WordSource
from insek.intake.word_sources import of_rows
from insek.people.models import Body, Unit

from .models import Resolution, Subject

INTERNAL, PUBLIC, YES = "internal", "public", "true"
_VOTES = re.compile(r"(?P<yes>\d+)\s*(?:ja|dafür|für)|(?:ja|dafür)\D{0,12}(?P<yes2>\d+)", re.I)
_AGAINST = re.compile(r"(\d+)\s*(?:nein|dagegen|gegen)|(?:nein|dagegen)\D{0,12}(\d+)", re.I)
_ABSTAIN = re.compile(r"(\d+)\s*(?:enth)|(?:enth\w*)\D{0,6}(\d+)", re.I)
ALSO = {
    "adopted": ("beschlossen", "einstimmig beschlossen", "mehrheitlich beschlossen", "ungeändert beschlossen", "zugestimmt", "angenommen", "einstimmig angenommen", "mehrheitlich angenommen", "einstimmig zugestimmt", "mehrheitlich zugestimmt", "empfohlen", "einstimmig", "einstimmig empfohlen"),
    "adopted_with_changes": ("geändert beschlossen", "mit Änderungen beschlossen", "einstimmig geändert beschlossen", "mehrheitlich geändert beschlossen"),
    "noted": ("zur Kenntnis genommen", "Kenntnis genommen", "Kenntnisnahme"),
    "rejected": ("abgelehnt", "einstimmig abgelehnt", "mehrheitlich abgelehnt"),
}  # fmt: skip
"""How systems say what came out."""
NO_OUTCOME = (
    "vertagt",
    "zurückgestellt",
    "verwiesen",
    "abgesetzt",
    "zurückgezogen",
    "erledigt",
    "ohne Votum",
)
"""What came out and is no decision."""


def _outcomes(reading: Reading) -> list[WordChoice]:
    known = [
        WordChoice(value, str(label), [value, *ALSO[value]]) for value, label in Resolution.Outcome.choices
    ]
    return [*known, WordChoice("none", _("keine Entscheidung (vertagt, verwiesen, abgesetzt)"), NO_OUTCOME)]


def _states(reading: Reading) -> list[WordChoice]:
    found = [WordChoice(INTERNAL, _("intern"), [])]
    if rules.test_rule("thread.release_item", reading.actor):
        found.append(WordChoice(PUBLIC, _("veröffentlicht: Sie sind öffentlich, und ich gebe sie frei"), []))
    return found


OUTCOMES = WordSource("resolution.outcome", _outcomes)
STATES = WordSource("paper.came_as", _states)
SUBJECTS = WordSource(
    "paper.subject", lambda reading: [WordChoice(value, str(label), []) for value, label in Subject.choices]
)
BODIES = of_rows("people.Body", lambda reading: Body.objects.all(), Body, several=False)
UNITS = of_rows("people.Unit", lambda reading: Unit.objects.all(), Unit, several=False)
MAKES = WordSource(
    "paper.resolutions",
    lambda reading: [
        WordChoice(YES, _("ja, wo Gremium, Tag und Ergebnis einer Entscheidung bekannt sind"), [])
    ],
)


def votes_told(text: str) -> dict[str, Any]:
    """Counts of votes, and whether all agreed, as far as a text says so."""
    found: dict[str, Any] = {}
    for name, pattern in (("votes_yes", _VOTES), ("votes_no", _AGAINST), ("votes_abstain", _ABSTAIN)):
        if (
            (hit := pattern.search(text))
            and (number := next(filter(None, hit.groups()), ""))
            and len(number) < 5
        ):
            found[name] = int(number)
    if "einstimmig" in text.casefold() and not found.get("votes_no"):
        found["unanimous"] = True
    elif found.get("votes_no") or "mehrheitlich" in text.casefold():
        found["unanimous"] = False
    return found
