"""A city as large as wanted for the measurements: the demo's concept copied, in the demo's proportions.

Contributions, places, links, steps, reports, observations and all other rows that hang on an item are copied with it;
the districts, the vision, people and bodies stay one city's. Links lead across the copies, so that the thread is one.
"""

from __future__ import annotations

import os
import random
import sys
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

SHARED = ("district", "vision")
"""A city has one of these, however much its concept holds."""
LEFT_OUT = frozenset(
    {"thread.SearchEntry", "thread.Posting", "thread.Proposal", "release.Proposal", "thread.EditionNumber", "participation.PersonalLink",
     "participation.Contact", "concept.Edition"}
)  # fmt: skip
"""Rows that are made anew, personal, or of which there is one for all."""
PORTION = 50
"""Copies written at once."""
SPREAD = 0.03
"""Degrees by which a copied place is shifted at most, some two kilometres."""


def fill(size: int) -> None:
    """Load the demo's city where there is none, and enlarge it."""
    from insek.config.demo import prepare

    prepare()
    enlarge(size)


def enlarge(size: int, *, seed: int = 7) -> None:
    """Bring the installation to ``size`` items.

    The same size and seed give the same city but for the ids. No statistics are gathered afterwards: no installation runs
    ANALYZE. A city that was enlarged before is not enlarged again.
    """
    from insek.thread.models import Item

    missing = size - Item.objects.count()
    if missing > 0 and not Item.objects.filter(number__endswith="-1").exists():
        _Copier(random.Random(seed + size)).copy(missing)


class _Copier:
    """Copies what hangs on the items there are; ``tables`` in an order in which rows come after what they point to."""

    def __init__(self, chance: random.Random) -> None:
        from insek.thread.models import Item

        self.chance = chance
        self.originals = list(Item.objects.exclude(kind__in=SHARED).order_by("pk"))
        self.known = {item.pk for item in self.originals}
        self.tables = list(_tables(self.known))
        self.words = sorted(
            {word for item in self.originals for word in item.title.split() if word.isalpha() and word[0].isupper()}
        )  # fmt: skip
        self.terms = self._terms()

    def copy(self, missing: int) -> None:
        """Write as many items as are missing, in whole copies and a part of one."""
        from django.db import transaction

        number = 0
        while missing > 0:
            with transaction.atomic():
                portions: list[dict[Any, Any]] = []
                while missing > 0 and len(portions) < PORTION:
                    number += 1
                    portions.append(self._items(number, min(missing, len(self.originals))))
                    missing -= len(portions[-1])
                for model, rows in self.tables:
                    self._rows(model, rows, portions)

    def _items(self, number: int, amount: int) -> dict[Any, Any]:
        """One copy of the items: old id to new id."""
        from insek.thread.identity import new_id
        from insek.thread.models import Item
        from insek.thread.ordering import set_sort_keys
        from insek.thread.postings import Terms, store_new

        chosen = self.chance.sample(self.originals, amount)
        ids: dict[Any, Any] = {}
        made, entries = [], []
        for original in chosen:
            word = self.chance.choice(self.words)
            values = _values(original) | {"id": new_id(), "title": f"{original.title[:200]} {word}"}
            values["number"] = f"{original.number}-{number}" if original.number else ""
            values["text"] = self._shuffled(original.text)
            changed = original.updated_at - timedelta(minutes=self.chance.randrange(1_000_000))
            values |= {"created_at": changed, "updated_at": changed}
            item = Item(**values)
            set_sort_keys(item)
            ids[original.pk] = item.pk
            terms = self.terms[original.pk]
            made.append(item)
            entries.append((item, Terms({**self.terms[word].weights, **terms.weights})))
        Item.objects.bulk_create(made, batch_size=500)
        store_new(entries)
        return ids

    def _rows(self, model: Any, originals: list[Any], portions: list[dict[Any, Any]]) -> None:
        """The rows of one table, for all copies of a portion."""
        made, sources = [], []
        for ids in portions:
            for original in originals:
                values = self._moved(model, original, ids, portions)
                if values is None:
                    continue
                row = model(**values)
                if hasattr(row, "keep_box"):
                    self._shift(row)
                made.append(row)
                sources.append((ids, original.pk))
        written = model._default_manager.bulk_create(made, batch_size=500, ignore_conflicts=_is_link(model))
        if not _is_link(model):
            for row, (ids, old) in zip(written, sources, strict=True):
                ids.setdefault((model, old), row.pk)

    def _moved(
        self, model: Any, original: Any, ids: dict[Any, Any], portions: list[dict[Any, Any]]
    ) -> dict[str, Any] | None:
        """The columns of a copied row, pointing to what was copied with it; None where that was not copied."""
        values = _values(original)
        for field in model._meta.concrete_fields:
            value = values.get(field.attname)
            if field.unique and not field.primary_key and not field.is_relation:
                values[field.attname] = field.get_default()
            if not field.is_relation or value is None:
                continue
            far = field.related_model
            if value in self.known:
                across = self.chance.choice(portions) if _is_link(model) and field.name == "target" else ids
                if value not in across:
                    if not field.null:
                        return None
                    continue
                values[field.attname] = across[value]
            elif (far, value) in ids:
                values[field.attname] = ids[far, value]
            elif field.null and (far is model or field.unique):
                values[field.attname] = None
        if model._meta.label == "participation.Format":
            values |= {"open_from": None, "open_until": None}  # a city asks one or two things at a time
        if model._meta.label == "thread.Change":
            if original.item_id not in ids:
                return None
            values["item_id"] = ids[original.item_id]
        if not model._meta.pk.is_relation:
            values.pop(model._meta.pk.attname)
        return values

    def _shift(self, row: Any) -> None:
        """Put a place somewhere near."""
        from shapely.affinity import translate

        east, north = (self.chance.uniform(-SPREAD, SPREAD) for _ in range(2))
        if getattr(row, "lon", None) is not None:
            row.lon, row.lat = round(float(row.lon) + east, 6), round(float(row.lat) + north, 6)
        elif row.geometry is not None:
            row.geometry = translate(row.geometry, east, north)
        row.keep_box()

    def _shuffled(self, text: str) -> str:
        """The sentences of a text in another order."""
        sentences = text.split(". ")
        self.chance.shuffle(sentences)
        return ". ".join(sentences)

    def _terms(self) -> dict[str, Any]:
        """The analysed words of each original, and of each word that titles are varied with."""
        from insek.thread.indexing import analyse
        from insek.thread.kinds import kind_named

        terms: dict[str, Any] = {word: analyse(word, []) for word in self.words}
        for item in self.originals:
            kind = kind_named(item.kind)
            terms[item.pk] = analyse(str(item), [item.text, *kind.search_texts(kind.row(item))])
        return terms


def _is_link(model: Any) -> bool:
    return bool(model._meta.label == "thread.Link")


def _values(row: Any) -> dict[str, Any]:
    return {field.attname: getattr(row, field.attname) for field in row._meta.concrete_fields}


def _tables(known: set[str]) -> Iterator[tuple[Any, list[Any]]]:
    """Every table whose rows hang on these items or on a row that does, with those rows."""
    from django.apps import apps

    from insek.thread.models import Item

    waiting = [
        model
        for model in apps.get_models(include_auto_created=True)
        if model is not Item and model._meta.label not in LEFT_OUT and model._meta.label.split(".")[0] not in {"auth", "sessions"}
    ]  # fmt: skip
    copied: dict[Any, set[Any]] = {Item: set(known)}
    while True:
        found = None
        for model in waiting:
            parents = [
                field
                for field in model._meta.concrete_fields
                if field.is_relation and not field.null and field.related_model in copied
            ]  # fmt: skip
            blocked = any(
                field.is_relation and field.related_model in waiting and field.related_model is not model
                and _hangs_on_item(field.related_model)
                for field in model._meta.concrete_fields
            )  # fmt: skip
            if (parents or model._meta.label == "thread.Change") and not blocked:
                found = (model, parents)
                break
        if found is None:
            return
        model, parents = found
        waiting.remove(model)
        rows = [
            row
            for row in model._default_manager.order_by("pk")
            if not parents
            or any(getattr(row, field.attname) in copied[field.related_model] for field in parents)
        ]
        copied[model] = {row.pk for row in rows}
        yield model, rows


def _hangs_on_item(model: Any) -> bool:
    """Whether a model is an own row of an item or a row beside one."""
    from insek.thread.models import Item

    return any(
        field.is_relation and (field.related_model is Item or (field.related_model is not model and field.primary_key))
        for field in model._meta.concrete_fields
    )  # fmt: skip


if __name__ == "__main__":
    import django

    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "insek.config.settings")
    django.setup()
    fill(int(sys.argv[1]))
