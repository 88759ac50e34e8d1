"""What an address of the spatial concept asks for: a variant, and a step ahead in time."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.http import Http404

from insek.concept.asker import Asker
from insek.thread.models import Item, ItemQuerySet

from .ahead import STEP, STEPS, WORDS, requested_horizon
from .pages import variant_filter
from .queries import features


@dataclass(frozen=True)
class AskedPlan:
    """The variant ("" for all), and the horizon up to which elements are shown (None for all)."""

    variant: str
    step: str | None
    choices: Sequence[tuple[str, str]]

    @property
    def values(self) -> dict[str, str]:
        """As they stand in an address."""
        said = {variant_filter.name: self.variant} if self.variant else {}
        return {**said, **({STEP: WORDS[self.step]} if self.step is not None else {})}

    def shows(self, item: Item) -> bool:
        """Whether an element is there by then."""
        return self.step is None or STEPS.index(item.feature.horizon) <= STEPS.index(self.step)

    def of_variant(self, items: ItemQuerySet) -> ItemQuerySet:
        """The elements of the variant, at every time."""
        return variant_filter.apply(items, self.variant) if self.variant else items

    @property
    def filter_parts(self) -> list[dict[str, Any]]:
        """The choice of the variant, for the page; none where there is none."""
        if not self.choices:
            return []
        options = [
            {"value": key, "label": label, "selected": key == self.variant} for key, label in self.choices
        ]
        return [
            {
                "name": variant_filter.name,
                "label": variant_filter.label,
                "type": "select",
                "value": self.variant,
                "options": options,
            }
        ]


def asked_plan(asker: Asker) -> AskedPlan:
    """What the address asks for. One query. Raises Http404 for what there is not."""
    variant = asker.asked.get(variant_filter.name, "")
    choices = [(str(key), str(label)) for key, label in variant_filter.choices(asker)]
    if variant and variant not in {key for key, _label in choices}:
        raise Http404
    return AskedPlan(variant, requested_horizon(asker.asked.get(STEP, "")), choices)


def planned(asker: Asker, asked: AskedPlan, most: int) -> list[Item]:
    """The elements of the variant with sign and place, at every time, in the order of their numbers. One query."""
    items = asked.of_variant(features(asker.concept, asker.actor))
    return list(items.select_related("concept", "feature", "location").order_by("sort_key", "pk")[: most + 1])
