"""The values that the public sees once an indicator or a place is public: named before its release."""

from __future__ import annotations

from django.db.models import Q
from django.utils.formats import number_format
from django.utils.translation import gettext as _

from insek.people.actors import Actor
from insek.release.also_published import (
    AlsoPublished,
    Before,
    is_public_by_then,
    register_also_published,
)
from insek.thread.models import Item

from .models import IN_TIME, Observation, SeriesBreak
from .services import observation_words

MOST_VALUES = 1_000
"""Values that are written out; of more, the page says how many there are and where."""


def values_also_published(item: Item, actor: Actor, before: Before) -> list[AlsoPublished]:
    """Values with place and source, and breaks in the series. Two or three queries for an indicator or a place."""
    if item.kind == "district":
        return _values(item, {"district": item.pk}, is_public_by_then(before, "indicator__item"))
    if item.kind != "indicator":
        return []
    breaks = [str(row) for row in SeriesBreak.objects.filter(indicator=item.pk)]
    follows = breaks if item.indicator.formula else ()
    told = (
        [AlsoPublished(_("Die Brüche in der Reihe von"), str(item), item.url, breaks, follows)]
        if breaks
        else []
    )
    return _values(item, {"indicator": item.pk}, is_public_by_then(before, "district__item")) + told


def _values(item: Item, of_item: dict[str, str], other_end: Q) -> list[AlsoPublished]:
    """The values of an indicator or of a place, an entry for each indicator; of very many, how many there are."""
    rows = Observation.objects.current().filter(other_end, **of_item)
    ordered = rows.select_related("district__item", "indicator__item", "breakdown", "batch").order_by(
        "indicator__item__sort_key", "indicator", "district__item__sort_key", *IN_TIME
    )
    found = list(ordered[: MOST_VALUES + 1])
    by_indicator: dict[str, list[Observation]] = {}
    for row in found[:MOST_VALUES]:
        by_indicator.setdefault(row.indicator_id, []).append(row)
    told = [
        AlsoPublished(
            _("Die Werte von"),
            str(some[0].indicator.item),
            some[0].indicator.item.url,
            [observation_words(row, row.district) for row in some],
            {observation_words(row, row.district) for row in some if row.batch.is_derived},
        )
        for some in by_indicator.values()
    ]
    if len(found) > MOST_VALUES:
        count = number_format(rows.count() - MOST_VALUES, force_grouping=True)
        more = _("und %(count)s weitere; alle stehen auf den Seiten der Indikatoren") % {"count": count}
        told.append(AlsoPublished(_("Die Werte von"), str(item), item.url, [more]))
    return told


register_also_published(values_also_published)
