"""The profile of a field of action or of the city in half a page: sentences put together by plain rules, each with what it rests on.

Nothing is judged here: which findings come first follows from the newest rating that the reader may see, without one from the number
of what proves them, then from their number.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from insek.concept.asker import Asker
from insek.engines.ratings import SPLIT
from insek.web.display import number_words

from .board import Card
from .evidence import PROVEN
from .models import Finding
from .pages import PLURALS
from .rating import Result, latest_weights
from .rating_models import RatingRound

FIRST = 2
"""Findings of each of the four that are named."""
IMPORTANT = 3.5
"""Mean importance from which a finding is called important."""
NAMED = 3


@dataclass(frozen=True)
class ProfileSentence:
    """One sentence with the findings it speaks of and the page where its figures stand."""

    text: str
    cards: Sequence[Card] = ()
    source: str = ""
    source_url: str = ""
    is_example: bool = False


def profile_of(cards: Sequence[Card], asker: Asker) -> list[ProfileSentence]:
    """The profile of these findings; empty where there are none. Two or three queries beyond the cards."""
    if not cards or asker.concept is None:
        return []
    concept = asker.concept
    round, results = asker.once("latest weights", lambda: latest_weights(concept, asker))
    return [
        _counted(cards),
        *_first(cards, round, results),
        *_by_rating(cards, round, results),
        *_unproven(cards),
    ]


def _counted(cards: Sequence[Card]) -> ProfileSentence:
    words = {
        "strength": ngettext("%(n)s Stärke", "%(n)s Stärken", n := _number(cards, "strength")) % {"n": n},
        "weakness": ngettext("%(n)s Schwäche", "%(n)s Schwächen", n := _number(cards, "weakness")) % {"n": n},
        "opportunity": ngettext("%(n)s Chance", "%(n)s Chancen", n := _number(cards, "opportunity"))
        % {"n": n},
        "threat": ngettext("%(n)s Risiko", "%(n)s Risiken", n := _number(cards, "threat")) % {"n": n},
    }
    proven = sum(card.evidence_state == PROVEN for card in cards)
    told = _(
        "Festgehalten sind %(strength)s, %(weakness)s, %(opportunity)s und %(threat)s; belegt: %(proven)s von %(all)s."
    )
    return ProfileSentence(
        told % {**words, "proven": proven, "all": len(cards)},
        source=_("Liste der Befunde"),
        source_url=reverse("finding-list"),
    )


def _number(cards: Sequence[Card], kind: str) -> int:
    return sum(card.item.finding.type == kind for card in cards)


def _first(
    cards: Sequence[Card], round: RatingRound | None, results: Mapping[str, Result]
) -> list[ProfileSentence]:
    """The findings of each of the four that weigh most."""
    found = []
    for kind, label in PLURALS.items():
        own = [card for card in cards if card.item.finding.type == kind]
        rated = [card for card in own if card.item.pk in results and results[card.item.pk].is_weighed]
        if round is not None and rated:
            top = sorted(rated, key=lambda card: -results[card.item.pk].weight)[:FIRST]
            means = ", ".join(number_words(results[card.item.pk].weight, 1) for card in top)
            told = _("%(what)s, die nach Wichtigkeit und Dringlichkeit vorn liegen (Mittel %(means)s von 5):")
            found.append(_rated(told % {"what": label, "means": means}, top, round))
        elif proven := [card for card in own if card.evidence_state == PROVEN]:
            top = sorted(proven, key=lambda card: -card.evidence)[:FIRST]
            told = _("%(what)s, die am besten belegt sind:")
            found.append(ProfileSentence(told % {"what": label}, top))
    return found


def _rated(text: str, cards: Sequence[Card], round: RatingRound) -> ProfileSentence:
    return ProfileSentence(text, cards, round.title, reverse("rating", args=[round.key]), round.is_example)


def _by_rating(
    cards: Sequence[Card], round: RatingRound | None, results: Mapping[str, Result]
) -> list[ProfileSentence]:
    """Where the city can change most of what is important, and where people do not agree."""
    if round is None:
        return []
    rated = [card for card in cards if card.item.pk in results]
    whole = {card.item.pk: results[card.item.pk].whole for card in rated}
    weak = [
        card
        for card in rated
        if card.item.finding.type in {Finding.Type.WEAKNESS, Finding.Type.THREAT}
        and (important := whole[card.item.pk]["importance"]).number
        and important.mean >= IMPORTANT
        and whole[card.item.pk]["influence"].number
    ]
    weak.sort(key=lambda card: -whole[card.item.pk]["influence"].mean)
    split = [
        card
        for card in rated
        if not (important := whole[card.item.pk]["importance"]).is_few and important.agreement < SPLIT
    ]
    found = []
    if weak:
        told = _(
            "Wichtige Schwächen und Risiken, an denen die Stadt nach dieser Bewertung am meisten ändern kann:"
        )
        found.append(_rated(told, weak[:NAMED], round))
    if split:
        told = _("Gespalten sind die Antworten zur Wichtigkeit bei")
        found.append(_rated(f"{told}{_some_of(split)}:", split[:NAMED], round))
    return found


def _some_of(cards: Sequence[Card]) -> str:
    """How many there are, where not all of them are named."""
    return (
        _(", %(named)s von %(all)s genannt") % {"named": NAMED, "all": len(cards)}
        if len(cards) > NAMED
        else ""
    )


def _unproven(cards: Sequence[Card]) -> list[ProfileSentence]:
    open_ = [card for card in cards if card.evidence_state != PROVEN]
    if not open_:
        return []
    address = f"{reverse('finding-list')}?beleg=offen"
    told = f"{_('Noch ohne Beleg')}{_some_of(open_)}:"
    return [ProfileSentence(told, open_[:NAMED], _("Liste der Befunde"), address)]
