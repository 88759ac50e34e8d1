"""The items of a list that an address leaves: for the page, for files and for what is done with all of them."""

from __future__ import annotations

from typing import Any, NamedTuple

from django.core.exceptions import ValidationError
from django.http import Http404
from django.utils.translation import gettext as _

from insek.concept.asker import Asker
from insek.thread.models import Item, ItemQuerySet
from insek.thread.search import hits

from .filters_and_sorts import common_filters
from .own_lists import own_filters
from .pages import MOST_CHOICES, Filter, ItemPages, added_filters


class Left(NamedTuple):
    """What the filters of a list leave."""

    items: ItemQuerySet
    """To be read in the order of a list, from its beginning."""
    counted: ItemQuerySet
    """The same to be counted or read whole: the database begins with what a filter names, where one does."""
    filters: list[dict[str, Any]]
    """The filters for the page."""


def filters_of(asker: Asker, pages: ItemPages) -> list[Filter]:
    """All filters of a list, for who asks."""
    return [
        *pages.filters,
        *added_filters(asker, pages.kind),
        *own_filters(asker, pages),
        *common_filters(asker, pages),
    ]


def _refused(rule: Filter, text: str) -> str:
    """Why what was typed in a filter cannot be read; empty where it can."""
    if rule.read is None or not text.strip():
        return ""
    try:
        rule.read(text.strip())
    except ValidationError as error:
        return " ".join(error.messages)
    return ""


def left_by_filters(asker: Asker, pages: ItemPages) -> Left:
    """The items that the filters of an address leave. Unknown values give 404."""
    given, actor = asker.asked, asker.actor
    wanted: dict[str, Any] = {"concept": asker.concept, "kind": pages.kind}
    query = given.get("q", "").strip()
    items = hits(query, actor, Item.objects.filter(**wanted)) if query else Item.objects.all()
    begins = False
    shown = []
    for rule in filters_of(asker, pages):
        value = given.get(rule.name, "")
        if rule.read is not None:
            value, error = value.strip(), _refused(rule, value)
            if value and not error:
                items = rule.apply(items, value)
                begins = begins or rule.begins
            shown.append(
                {
                    "name": rule.name,
                    "label": rule.label,
                    "value": value,
                    "choices": [],
                    "typed": True,
                    "error": error,
                }
            )
            continue
        choices = [(str(key), label) for key, label in rule.choices(asker)]
        label: Any = rule.label
        if rule.further and len(choices) >= MOST_CHOICES:
            label = _("%(filter)s (Auswahl)") % {"filter": label}
        if value:
            if value not in {key for key, _label in choices}:
                further = rule.further(asker, value) if rule.further else None
                if further is None:
                    raise Http404
                choices.append((value, further))
            items = rule.apply(items, value)
            begins = begins or rule.begins
        shown.append({"name": rule.name, "label": label, "value": value, "choices": choices})
    ordered = items.visible_to(actor).filter(**wanted)
    return Left(ordered, items.checked_for(actor, **wanted) if begins else ordered, shown)


def filtered(asker: Asker, pages: ItemPages) -> tuple[ItemQuerySet, list[dict[str, Any]]]:
    """The same items in the order of a list, and the filters for the page."""
    left = left_by_filters(asker, pages)
    return left.items, left.filters
