"""The values that the public sees once an indicator is public: named before its release."""

from __future__ import annotations

from django.utils.formats import number_format
from django.utils.translation import gettext as _

from insek.people.actors import Actor
from insek.release.waiting_changes import AlsoPublished, register_also_published
from insek.thread.models import Item, Visibility

from .models import Observation, SeriesBreak
from .services import observation_words

MOST_VALUES = 1_000
"""Values that are written out; of more, the page says how many there are and where."""


def values_also_published(item: Item, actor: Actor) -> list[AlsoPublished]:
    """Values with place and source, and breaks in the series. Two or three queries for an indicator."""
    if item.kind != "indicator":
        return []
    public = {"district__item__visibility": Visibility.PUBLIC}
    rows = Observation.objects.current().filter(indicator=item.pk, **public).select_related("district__item")
    rows = rows.order_by("district__item__sort_key", "period", "pk")
    values = [observation_words(row, row.district) for row in rows[: MOST_VALUES + 1]]
    if len(values) > MOST_VALUES:
        count = number_format(rows.count() - MOST_VALUES, force_grouping=True)
        values[MOST_VALUES:] = [
            _("und %(count)s weitere; alle stehen auf der Seite des Indikators") % {"count": count}
        ]
    breaks = [str(row) for row in SeriesBreak.objects.filter(indicator=item.pk)]
    found = [
        AlsoPublished(_("Die Werte von"), str(item), item.url, values),
        AlsoPublished(_("Die Brüche in der Reihe von"), str(item), item.url, breaks),
    ]
    return [entry for entry in found if entry.words]


register_also_published(values_also_published)
