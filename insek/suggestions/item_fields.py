"""Fields of action for items that have none: from the words of the fields, and from the items that have theirs already.

Rooms say of which kinds (`propose_fields_of`). What a person accepted or changed is among what is learnt from, since the item has
its field then; what somebody refused is not proposed again. How sure a proposal is, is set right by the decisions once there are enough.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from django import forms
from django.core.exceptions import ValidationError
from django.db.models import Q
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from insek.concept.asker import Asker
from insek.concept.models import Concept, Field
from insek.engines.text.classes import ClassModel, Texts
from insek.people.actors import Actor
from insek.release.releases import save_or_propose
from insek.thread.kinds import kind_names
from insek.thread.models import Item
from insek.web.richtext import plain_text

from .calibration import Calibration, calibration_of
from .keeping import hash_of
from .models import Suggestion
from .no_field import NoFieldModel, why_none
from .register import (
    Looking,
    Proposed,
    ShownSuggestion,
    Suggester,
    SuggestionForm,
    SuggestionKind,
    register_suggester,
    register_suggestion_kind,
)

ITEM_FIELD = "item-field"
ITEM_NO_FIELD = "item-no-field"
NAME, VERSION = "item-fields", "2"
LONGEST = 4000
"""Characters of an item that are read."""
LEAST = 0.3
"""Less sure proposals are not made."""
WORDLESS = 0.6
"""Where no word can be named that speaks for it, it is never called surer: what belongs to no field at all looks like this."""
EXCERPT = 400

_kinds: dict[str, Q] = {}


def propose_fields_of(kind: str, only: Q | None = None) -> None:
    """Let fields of action be proposed for items of a kind (those that ``only`` allows) which have none."""
    _kinds[kind] = only or Q()


def text_of(item: Item) -> str:
    """The words of an item that are read."""
    return f"{item.title}\n{plain_text(item.text, LONGEST)}".strip()


def description_of(field: Field) -> str:
    """The words of a field of action: its name as a title and once more, its aim and its perspective."""
    return f"{field.name}\n{field.name}. {plain_text(field.aim, 600)} {plain_text(field.perspective, 600)}".strip()


@dataclass(frozen=True)
class FieldGuess:
    """The field of action that fits a text best: how sure, and the words that speak for it."""

    key: str
    chance: float
    sure: float
    words: Sequence[str]


class FieldModel:
    """What the fields of a concept are about, learnt from their words and from all that has its field already."""

    def __init__(self, looking: Looking) -> None:
        self.looking = looking
        fields = list(Field.objects.filter(concept=looking.concept))
        self.names = [description_of(field) for field in fields]
        self.keys = [field.key for field in fields]
        self.with_field, self.bare = _items(looking.concept)
        self.calibration: Calibration = calibration_of(looking.concept, NAME, ITEM_FIELD)
        known = [(text_of(item), keys) for item, keys in self.with_field]
        asked = [text_of(item) for item in self.bare]
        self.input: list[Any] = [self.names, known, asked, self.calibration.plain, looking.seed]
        self.learnt: ClassModel | None = None
        self.encoder = ""

    def learn(self) -> None:
        """Learn, where there is something to choose from."""
        if len(self.keys) < 2:
            return
        self.encoder = self.looking.encoder().id
        known = [text_of(item) for item, _keys in self.with_field]
        asked = [text_of(item) for item in self.bare]
        belongs = np.array(
            [[key in keys for key in self.keys] for _item, keys in self.with_field], dtype=bool
        )
        vectors = self.looking.vectors
        self.learnt = ClassModel(
            Texts(self.names, vectors(self.names)), Texts(known, vectors(known)), belongs,
            others=Texts(asked, vectors(asked)), seed=self.looking.seed,
        )  # fmt: skip

    def guesses(self, texts: Texts, refused: Sequence[set[str]] = ()) -> list[FieldGuess | None]:
        """The field of each text, none where it is not sure enough; ``refused`` are fields that are no answer for it."""
        if self.learnt is None:
            return [None] * len(texts.texts)
        barred = np.array(
            [[key in out for key in self.keys] for out in refused or [set()] * len(texts.texts)], dtype=bool
        ).reshape(-1, len(self.keys))
        judged = self.learnt.judge(texts).without(barred)
        best, chances = judged.best, self.learnt.chances(judged)
        words = self.learnt.speaking(texts.texts, list(best))
        found: list[FieldGuess | None] = []
        for place, chance, said, out in zip(best, chances, words, barred, strict=True):
            sure = self.calibration.corrected(float(chance))
            if not said:
                sure = min(sure, WORDLESS)
            is_one = sure >= LEAST and not out[place]
            found.append(FieldGuess(self.keys[place], float(chance), sure, said) if is_one else None)
        return found


class FieldsOfItems:
    """The items of a concept that have no field, and what was learnt of the others."""

    def __init__(self, looking: Looking) -> None:
        self.looking = looking
        self.learnt = FieldModel(looking)
        if self.learnt.bare:
            self.learnt.learn()
        self.refused, settled, asked_before = _decided(looking.concept)
        self.asked_before = asked_before
        self.without = calibration_of(looking.concept, NAME, ITEM_NO_FIELD)
        self.input_hash = hash_of(
            [
                *self.learnt.input,
                sorted(self.refused),
                sorted(settled),
                sorted(asked_before),
                self.without.plain,
            ]
        )
        self.model = self.learnt.encoder
        bare = [item for item in self.learnt.bare if item.pk not in settled]
        self.subjects: Sequence[Item] = bare if self.learnt.learnt else []
        known = [(text_of(item), keys) for item, keys in self.learnt.with_field]
        self.no_field = NoFieldModel(dict(zip(self.learnt.keys, self.learnt.names, strict=True)), known)

    def at(self, subjects: Sequence[Item]) -> Iterable[Proposed]:
        """The field that fits each item best, where it is sure enough; or that it belongs to none, where that is surer."""
        texts = [text_of(item) for item in subjects]
        out = [{key for key in self.learnt.keys if (item.pk, key) in self.refused} for item in subjects]
        guesses = self.learnt.guesses(Texts(texts, self.looking.vectors(texts)), out)
        for item, guess, none in zip(subjects, guesses, self.no_field.at(texts), strict=True):
            sure = self.without.corrected(none.chance) if none is not None else 0.0
            if (
                none is not None
                and item.pk not in self.asked_before
                and sure >= max(LEAST, guess.sure if guess else 0.0)
            ):
                yield Proposed(
                    kind=ITEM_NO_FIELD, subject=f"item:{item.pk}", item=item.pk, content={"fields": []},
                    why=why_none(none), confidence=sure, raw_confidence=none.chance,
                )  # fmt: skip
            elif guess is not None:
                yield Proposed(
                    kind=ITEM_FIELD, subject=f"item:{item.pk}", item=item.pk, content={"fields": [guess.key]}, identity=guess.key,
                    field_key=guess.key, why=why_of(guess), confidence=guess.sure, raw_confidence=guess.chance,
                )  # fmt: skip


def why_of(guess: FieldGuess) -> str:
    """What speaks for a field. In German, as it is content that outlives the page."""
    if not guess.words:
        return "Der Text klingt im Ganzen wie die Beschreibung des Handlungsfelds und wie das, was ihm zugeordnet ist."
    named = ", ".join(f"„{word}“" for word in guess.words)
    return f"Dafür sprechen vor allem {'die Wörter' if len(guess.words) > 1 else 'das Wort'} {named}."


def _items(concept: Concept) -> tuple[list[tuple[Item, list[str]]], list[Item]]:
    """Items of these kinds with the keys of their fields, and those that have none. Two queries a kind."""
    known: list[tuple[Item, list[str]]] = []
    asked: list[Item] = []
    for kind, only in sorted(_kinds.items()):
        rows = Item.objects.filter(only, concept=concept, kind=kind).prefetch_related("fields").order_by("pk")
        for item in rows:
            keys = sorted(field.key for field in item.fields.all())
            if keys:
                known.append((item, keys))
            else:
                asked.append(item)
    return known, asked


def _decided(concept: Concept) -> tuple[set[tuple[str, str]], set[str], set[str]]:
    """Item and field of each decision; the items of which somebody said that they belong to none; and all that were asked about that. Two queries."""
    rows = Suggestion.objects.decided().filter(concept=concept, item__isnull=False)
    fields = rows.filter(kind=ITEM_FIELD).values_list("item", "field_key")
    none = list(rows.filter(kind=ITEM_NO_FIELD).values_list("item", "state"))
    settled = {item for item, state in none if item and state == Suggestion.State.ACCEPTED}
    return {(item, key) for item, key in fields if item}, settled, {item for item, _state in none if item}


class ItemFieldsForm(SuggestionForm):
    """Other fields than the proposed one, or several."""

    chosen = forms.MultipleChoiceField(
        label=gettext_lazy("Handlungsfelder"), widget=forms.CheckboxSelectMultiple
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.initial["chosen"] = self.suggestion.content["fields"]
        offered: Any = self.fields["chosen"]
        offered.choices = [(field.key, str(field)) for field in self.asker.fields]
        offered.offers_content = True

    def content(self) -> dict[str, Any]:
        """The content with the fields that were chosen."""
        return {**self.suggestion.content, "fields": self.cleaned_data["chosen"]}


def accept_fields(suggestion: Suggestion, content: Mapping[str, Any], actor: Actor) -> Any:
    """Give the item these fields beside those it has."""
    item = Item.objects.filter(pk=suggestion.item_id).first()
    if item is None:
        raise ValidationError(_("Diesen Inhalt gibt es nicht mehr."))
    chosen = list(Field.objects.filter(concept=suggestion.concept_id, key__in=content["fields"]))
    if len(chosen) < len(set(content["fields"])):
        raise ValidationError(_("Dieses Handlungsfeld gibt es nicht mehr."))
    fields = {field.pk: field for field in [*item.fields.all(), *chosen]}
    return save_or_propose(
        item, expected_version=item.version, values={}, actor=actor, fields=list(fields.values())
    )


def shown_fields(suggestions: Sequence[Suggestion], asker: Asker) -> Mapping[int, ShownSuggestion]:
    """The item and the field it would have. One query, and the fields and words of kinds once a page."""
    items = Item.objects.visible_to(asker.actor).in_bulk(
        [each.item_id for each in suggestions if each.item_id]
    )
    names = {field.key: str(field) for field in asker.fields}
    called = kind_names(asker)
    found = {}
    for each in suggestions:
        item = items.get(each.item_id or "")
        if item is None:
            continue
        keys = (each.changed_to or each.content)["fields"]
        found[each.pk] = ShownSuggestion(
            title=f"{called(item.kind)}: {item.shown_title}", title_url=item.url, title_lang=item.title_lang,
            text=plain_text(item.text, EXCERPT), becomes=", ".join(names.get(key, key) for key in keys) or _("Kein Handlungsfeld"),
        )  # fmt: skip
    return found


def accept_no_field(suggestion: Suggestion, content: Mapping[str, Any], actor: Actor) -> Any:
    """Leave the item without a field, from then on unasked; or give it those that somebody named instead."""
    return accept_fields(suggestion, content, actor) if content["fields"] else None


def still_without_field(suggestions: Sequence[Suggestion]) -> set[int]:
    """Those whose item is there and has no field yet; of those that propose several, those whose item has not this one. One query."""
    ids = [each.item_id for each in suggestions if each.item_id]
    has: dict[str, set[str]] = {}
    for pk, key in Item.objects.filter(pk__in=ids).values_list("pk", "fields__key"):
        has.setdefault(pk, set()).update({key} - {None})
    return {
        each.pk
        for each in suggestions
        if each.item_id in has
        and (each.field_key not in has[each.item_id] if each.suggester != NAME else not has[each.item_id])
    }


def register() -> None:
    """Make kind and suggester known."""
    register_suggestion_kind(
        SuggestionKind(
            name=ITEM_FIELD, label=gettext_lazy("Handlungsfeld"), plural=gettext_lazy("Handlungsfelder von Inhalten"),
            question=gettext_lazy("Gehört das zu diesem Handlungsfeld?"), accept=accept_fields, shown=shown_fields, form=ItemFieldsForm,
            standing=still_without_field, order=20,
        )
    )  # fmt: skip
    register_suggestion_kind(
        SuggestionKind(
            name=ITEM_NO_FIELD, label=gettext_lazy("Kein Handlungsfeld"), plural=gettext_lazy("Inhalte, die zu keinem Handlungsfeld gehören"),
            question=gettext_lazy("Gehört das zu keinem Handlungsfeld?"), accept=accept_no_field, shown=shown_fields, form=ItemFieldsForm,
            standing=still_without_field, order=21,
        )
    )  # fmt: skip
    register_suggester(
        Suggester(
            name=NAME, label=gettext_lazy("Handlungsfelder zuordnen"),
            explanation=gettext_lazy("Liest Beiträge, Befunde, Maßnahmen und andere Inhalte ohne Handlungsfeld und vergleicht sie mit Namen und Beschreibung der Handlungsfelder und mit allem, was schon zugeordnet ist."),
            kinds=(ITEM_FIELD, ITEM_NO_FIELD), version=VERSION, begin=FieldsOfItems, piece=100, order=20,
        )
    )  # fmt: skip


register()
