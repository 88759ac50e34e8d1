"""Assignments to the parts of a framework, proposed from the words of goals and measures; what a person accepts stands in the own field.

It looks for the beginnings of words that speak for a part, in the title and in the text. How often it is right has not been
measured: the queue shows it with what people decided.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from insek.concept.asker import Asker
from insek.people.actors import PROGRAM, Actor
from insek.release.releases import save_or_propose
from insek.suggestions.calibration import calibration_of
from insek.suggestions.item_fields import text_of
from insek.suggestions.keeping import hash_of
from insek.suggestions.models import Suggestion
from insek.suggestions.register import (
    Looking,
    Proposed,
    ShownSuggestion,
    Suggester,
    SuggestionKind,
    register_suggester,
    register_suggestion_kind,
)
from insek.thread.kinds import kind_names
from insek.thread.models import Item
from insek.thread.own_fields import fields_of_kind
from insek.web.richtext import plain_text

from .frameworks_known import Framework, frameworks_of, words_for

ASSIGNMENT = "framework-part"
NAME, VERSION = "framework-parts", "1"
FOR_EACH = 3
"""Parts of one framework that are proposed for an item, the best."""
IN_TITLE, IN_TEXT, LEAST = 0.55, 0.3, 0.3
MORE = 0.12
"""How much surer each further word makes it."""


class PartsOfFrameworks:
    """The goals and measures of a concept, and the words that speak for each part."""

    model = ""

    def __init__(self, looking: Looking) -> None:
        self.frameworks: list[Framework] = list(frameworks_of(looking.concept, PROGRAM).values())
        self.words = {each.key: words_for(each) for each in self.frameworks}
        kinds = sorted({kind for each in self.frameworks for kind in each.definitions})
        self.subjects = list(Item.objects.filter(concept=looking.concept, kind__in=kinds).order_by("pk"))
        self.calibration = calibration_of(looking.concept, NAME)
        rows = Suggestion.objects.decided().filter(concept=looking.concept, kind=ASSIGNMENT)
        self.decided = {
            (item, content["field"], content["part"])
            for item, content in rows.values_list("item", "content")
            if item
        }
        self.input_hash = hash_of(
            [[text_of(item) for item in self.subjects], [item.own for item in self.subjects], self.words, sorted(self.decided), self.calibration.plain]
        )  # fmt: skip

    def at(self, subjects: Sequence[Item]) -> Iterable[Proposed]:
        """The parts that most words of each item speak for, and that it is not set to yet."""
        for item in subjects:
            title, text = item.title.lower(), text_of(item).lower()
            for framework in self.frameworks:
                definition = framework.definitions.get(item.kind)
                if definition is None:
                    continue
                there = item.own.get(definition.key) or []
                found = []
                for part in definition.offered:
                    if part.key in there or (item.pk, definition.key, part.key) in self.decided:
                        continue
                    said = words_said(text, self.words[framework.key].get(part.key, ()))
                    if said:
                        first = IN_TITLE if any(word.lower() in title for word in said) else IN_TEXT
                        found.append((min(0.9, first + MORE * (len(said) - 1)), part, said))
                found.sort(key=lambda row: (-row[0], row[1].key))
                for raw, part, said in found[:FOR_EACH]:
                    sure = self.calibration.corrected(raw)
                    if sure >= LEAST:
                        yield Proposed(
                            kind=ASSIGNMENT, subject=f"item:{item.pk}", item=item.pk,
                            content={"field": definition.key, "part": part.key, "label": part.label, "framework": definition.name},
                            identity=[definition.key, part.key], why=why_of(said), confidence=sure, raw_confidence=raw,
                        )  # fmt: skip


def words_said(text: str, beginnings: Iterable[str]) -> list[str]:
    """The words of a text that begin so, or hold it, as they are written there; each beginning once."""
    found = []
    for beginning in beginnings:
        hit = re.search(
            rf"\w*{re.escape(beginning)}\w*" if len(beginning) > 4 else rf"\b{re.escape(beginning)}\w*", text
        )
        if hit and hit[0] not in found:
            found.append(hit[0])
    return found


def why_of(said: Sequence[str]) -> str:
    """In German, as it is content that outlives the page."""
    return f"Dafür sprechen: {', '.join(f'„{word}“' for word in said)}."


def accept_part(suggestion: Suggestion, content: Mapping[str, Any], actor: Actor) -> Any:
    """Set the item to this part beside those it has."""
    item = Item.objects.visible_to(actor).filter(pk=suggestion.item_id).first()
    if item is None:
        raise ValidationError(_("Diesen Inhalt gibt es nicht mehr."))
    definition = next(
        (each for each in fields_of_kind(item.concept, item.kind) if each.key == content["field"]), None
    )
    if definition is None or content["part"] not in {each.key for each in definition.offered}:
        raise ValidationError(_("Diesen Teil des Rahmens gibt es nicht mehr."))
    there = list(item.own.get(definition.key) or [])
    if content["part"] not in there:
        order = [each.key for each in definition.choices]
        there = sorted(
            [*there, content["part"]], key=lambda key: order.index(key) if key in order else len(order)
        )
    return save_or_propose(
        item, expected_version=item.version, values={definition.full_name: there}, actor=actor
    )


def shown_parts(suggestions: Sequence[Suggestion], asker: Asker) -> Mapping[int, ShownSuggestion]:
    """The item and the part it would be set to. One query."""
    items = Item.objects.visible_to(asker.actor).in_bulk(
        [each.item_id for each in suggestions if each.item_id]
    )
    called = kind_names(asker)
    found = {}
    for each in suggestions:
        item = items.get(each.item_id or "")
        if item is not None:
            content = each.changed_to or each.content
            found[each.pk] = ShownSuggestion(
                title=f"{called(item.kind)}: {item.number} {item.shown_title}", title_url=item.url, title_lang=item.title_lang,
                text=plain_text(item.text, 400), becomes=f"{content['framework']}: {content['label']}",
            )  # fmt: skip
    return found


def not_set_yet(suggestions: Sequence[Suggestion]) -> set[int]:
    """Those whose item is there and not set to the part. One query."""
    items = Item.objects.in_bulk([each.item_id for each in suggestions if each.item_id])
    return {
        each.pk for each in suggestions
        if (item := items.get(each.item_id or "")) is not None
        and each.content["part"] not in (item.own.get(each.content["field"]) or [])
    }  # fmt: skip


register_suggestion_kind(
    SuggestionKind(
        name=ASSIGNMENT, label=gettext_lazy("Zuordnung zu einem Rahmen"), plural=gettext_lazy("Zuordnungen zu Rahmen"),
        question=gettext_lazy("Trägt das dazu bei?"), accept=accept_part, shown=shown_parts, standing=not_set_yet, order=40,
    )
)  # fmt: skip
PARTS = Suggester(
    name=NAME, label=gettext_lazy("Rahmen zuordnen"),
    explanation=gettext_lazy("Sucht in Zielen und Maßnahmen nach Wörtern, die für einen Teil eines Rahmens sprechen (Herausforderungen der Stadt, SDG, Neue Leipzig-Charta oder ein eigener). Wie oft das stimmt, ist nicht gemessen."),
    kinds=(ASSIGNMENT,), version=VERSION, begin=PartsOfFrameworks, piece=100, order=40,
)  # fmt: skip
register_suggester(PARTS)
