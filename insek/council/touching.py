"""What a paper says and what a city has for its fields, goals and measures, ready for the engine that finds what is touched."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property

from django.urls import reverse
from django.utils.translation import gettext as _

from insek.concept.models import Concept, Field
from insek.documents.models import Document, DocumentPage
from insek.documents.services import place_words
from insek.engines.text.statements.sentences import Sentence
from insek.engines.text.touching import AimWords, FieldWords, ReadPaper, TouchModel, read_paper
from insek.suggestions.register import Basis
from insek.thread.models import Item, Visibility
from insek.web.richtext import plain_text

from .models import Check, CheckGoal

LONGEST = 200_000
"""Characters of the text of a paper itself that are read."""
MOST_KNOWN = 1_500
"""Papers that were decided from which it is learnt, the last first."""
GAP = "\n\n"
_KINDS = (("goal", 2.0), ("measure", 1.0), ("finding", 1.0))


@dataclass(frozen=True)
class PaperText:
    """The words of a paper: its own text, then the pages of its documents, and where each begins."""

    item: Item
    text: str
    starts: tuple[int, ...]
    places: tuple[tuple[str, str], ...]

    @cached_property
    def read(self) -> ReadPaper:
        """As the engine reads it."""
        return read_paper(self.item.title, self.text)

    def basis(self, sentences: Iterable[Sentence]) -> list[Basis]:
        """Sentences as evidence: their words, where they stand and the address that leads there."""
        return [
            Basis(one.text, *self.places[max(0, bisect_right(self.starts, one.start) - 1)])
            for one in sentences
        ]


def texts_of(items: Sequence[Item]) -> list[PaperText]:
    """The words of some papers. Two queries."""
    pages: dict[str, list[tuple[str, str, str]]] = defaultdict(list)
    documents = {
        row.pk: row
        for row in Document.objects.filter(about__in=[item.pk for item in items], state=Document.State.DONE)
    }
    rows = DocumentPage.objects.filter(document__in=list(documents)).order_by("document__sha256", "number")
    for page in rows.only("document_id", "number", "label", "text"):
        document = documents[page.document_id]
        where = f"{document.title}, {_('Seite')} {place_words(document, page)}"
        pages[document.about_id or ""].append(
            (page.text, where, reverse("document-page", args=[document.pk, page.number]))
        )
    return [_joined(item, pages[item.pk]) for item in items]


def _joined(item: Item, pages: Sequence[tuple[str, str, str]]) -> PaperText:
    text, starts, places = plain_paragraphs(item.text), [0], [(_("Text der Vorlage"), item.url)]
    for words, where, url in pages:
        text += GAP
        starts.append(len(text))
        places.append((where, url))
        text += words
    return PaperText(item, text, tuple(starts), tuple(places))


def plain_paragraphs(text: str, most: int = LONGEST) -> str:
    """The paragraphs of a text without the signs of its markup."""
    parts = re.split(r"\n\s*\n", text[:most])
    return GAP.join(filter(None, (plain_text(part, len(part) + 1) for part in parts)))


class CityWords:
    """The fields, public goals and measures of a concept with their words, and the papers whose fields people decided. Some ten queries."""

    def __init__(self, concept: Concept) -> None:
        self.concept = concept
        self.fields = list(Field.objects.filter(concept=concept))
        by_kind = {kind: self._items(kind) for kind, _weight in _KINDS}
        texts: dict[str, list[tuple[str, str, float]]] = defaultdict(list)
        for kind, weight in _KINDS:
            for item, keys in by_kind[kind]:
                for key in keys:
                    texts[key].append((item.title, plain_text(item.text, 1_000), weight / len(keys)))
        self.field_words = [
            FieldWords(
                each.key,
                f"{each.name}. {plain_text(each.aim, 1_000)} {plain_text(each.perspective, 1_000)}",
                texts[each.key],
            )
            for each in self.fields
        ]
        self.goals, self.measures = self._aims(by_kind["goal"]), self._aims(by_kind["measure"])
        self.known = self._known()

    @cached_property
    def model(self) -> TouchModel:
        """Fields and goals, and what people decided of papers."""
        return TouchModel(self.field_words, self.goals, self._read_known)

    @cached_property
    def measure_model(self) -> TouchModel:
        """The same with measures in the place of goals."""
        return TouchModel(self.field_words, self.measures, self._read_known)

    @cached_property
    def _read_known(self) -> list[tuple[ReadPaper, list[str]]]:
        return [(read_paper(title, text), keys) for title, text, keys in self.known]

    @property
    def plain(self) -> list[object]:
        """All of it as plain values, for the hash of a run."""
        return [
            [(each.key, each.words, each.texts) for each in self.field_words],
            [(each.key, each.title, each.text, each.fields) for each in (*self.goals, *self.measures)],
            self.known,
        ]

    def _items(self, kind: str) -> list[tuple[Item, list[str]]]:
        rows = Item.objects.filter(concept=self.concept, kind=kind).prefetch_related("fields").order_by("pk")
        return [(item, sorted(field.key for field in item.fields.all())) for item in rows]

    def _aims(self, items: Sequence[tuple[Item, list[str]]]) -> list[AimWords]:
        return [
            AimWords(item.pk, item.title, plain_text(item.text, 1_000), tuple(keys))
            for item, keys in items
            if item.visibility == Visibility.PUBLIC
        ]

    def _known(self) -> list[tuple[str, str, list[str]]]:
        """Papers with fields that people gave them, or with a finished check: title, beginning, keys."""
        keys: dict[str, set[str]] = defaultdict(set)
        given = Item.fields.through._default_manager.filter(item__concept=self.concept, item__kind="paper")
        for pk, key in given.values_list("item", "field__key"):
            keys[pk].add(key)
        checked = CheckGoal.objects.filter(
            check_row__item__concept=self.concept,
            check_row__status=Check.Status.FINAL,
            check_row__paper__isnull=False,
        )
        for pk, key in checked.values_list("check_row__paper", "goal__item__fields__key"):
            if key:
                keys[pk].add(key)
        items = Item.objects.filter(pk__in=list(keys)).order_by("-created_at", "pk")[:MOST_KNOWN]
        return [(item.title, plain_text(item.text, 4_000), sorted(keys[item.pk])) for item in items]
