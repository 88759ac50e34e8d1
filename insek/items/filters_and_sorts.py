"""The filters and the orders that every list has."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from insek.concept.asker import Asker
from insek.concept.models import Standing
from insek.thread.models import Visibility
from insek.web.paging import flipped

from .pages import Filter, ItemPages

TABLE = "tabelle"
"""The value of ``ansicht`` for a list as a table."""
HOW_SHOWN = {"sortierung", "ansicht", "spalten"}
"""Parts of the address that say how a list is shown, not what is in it."""
SORTS = {
    "nummer": (gettext_lazy("Reihenfolge"), ("sort_key", "pk")),
    "titel": (gettext_lazy("Titel"), ("title_key", "pk")),
    "neu": (gettext_lazy("zuletzt geändert"), ("-updated_at", "pk")),
}


def in_field() -> Filter:
    """A filter by field of action."""
    return Filter(
        "feld",
        _("Handlungsfeld"),
        lambda asker: [(field.key, str(field)) for field in asker.fields],
        lambda items, value: items.filter(fields__key=value),
    )


def common_filters(asker: Asker, pages: ItemPages) -> list[Filter]:
    """The filters that every list has."""
    in_fields = [
        in_field(),
        Filter(
            "thema", _("Querschnittsthema"), lambda asker: [(theme.key, str(theme)) for theme in asker.themes],
            lambda items, value: items.filter(themes__key=value),
        ),
    ]  # fmt: skip
    filters = [
        *(in_fields if pages.in_fields else []),
        Filter(
            "verlaesslichkeit", _("Verlässlichkeit"), lambda asker: Standing.choices,
            lambda items, value: items.filter(standing=value),
        ),
    ]  # fmt: skip
    if asker.actor.sees_internal:
        filters.append(
            Filter(
                "sichtbarkeit", _("Sichtbarkeit"), lambda asker: Visibility.choices,
                lambda items, value: items.filter(visibility=value),
            )
        )  # fmt: skip
    return filters


def sorts_of(pages: ItemPages) -> dict[str, tuple[Any, tuple[str, ...]]]:
    """The orders of a list by name; a minus before the name turns one round."""
    return {**pages.sorts, **SORTS}


def order_of(pages: ItemPages, sort: str) -> tuple[str, ...]:
    """The columns of the database that an order goes by. Raises KeyError."""
    order = sorts_of(pages)[sort.removeprefix("-")][1]
    return order if not sort.startswith("-") else tuple(flipped(name) for name in order)
