"""The profile of a field of action, or of the whole city, as it is printed: the sentences of the board, each with its findings and its source."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from insek.engines.report import blocks
from insek.engines.report.blocks import Block, run
from insek.findings.board import Card, cards_of
from insek.findings.profile import ProfileSentence, profile_of
from insek.thread.models import Item
from insek.web.reports import Chapter, register_chapter

from .reading import Reader


def profile_of_items(items: Sequence[Item], reader: Reader) -> list[Block]:
    """The sentences about these findings; none where there are none. Seven queries for all findings once, and three."""
    wanted = {item.pk for item in items}
    cards = [card for card in _cards(reader) if card.item.pk in wanted]
    return [blocks.paragraph(*_runs(sentence, reader)) for sentence in profile_of(cards, reader.asker)]


def _cards(reader: Reader) -> list[Card]:
    visible = Item.objects.visible_to(reader.actor).filter(concept=reader.concept, kind="finding")
    made: list[Card] = reader.asker.once(
        "findings of the report as cards", lambda: cards_of(reader.asker, visible)
    )
    return made


def _runs(sentence: ProfileSentence, reader: Reader) -> list[dict[str, Any]]:
    made: list[dict[str, Any]] = [run(sentence.text, bold=bool(sentence.cards))]
    for place, card in enumerate(sentence.cards):
        made += [run("; " if place else " "), *reader.ref(reader.known[card.item.pk])]
    if sentence.cards:
        made.append(run("."))
    if sentence.cards and sentence.source not in (
        "",
        _("Liste der Befunde"),
    ):  # the list stands in the same document
        made.append(run(f" {_('Quelle:')} {sentence.source}.", tone="quiet"))
    if sentence.is_example:
        made.append(run(f" {_('Beispiel')}", tone="example"))
    return made


def city_profile(reader: Reader) -> list[Block]:
    """The profile of the whole city."""
    return profile_of_items(reader.items("finding"), reader)


register_chapter(
    Chapter(
        "profil",
        gettext_lazy("Profil der Stadt"),
        14,
        city_profile,
        gettext_lazy(
            "Von festen Regeln aus den Befunden und der jüngsten Bewertung zusammengestellt; nichts ist von Hand gewichtet."
        ),
    )
)
