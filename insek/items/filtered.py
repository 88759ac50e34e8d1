"""The items of a list that an address leaves: for the page, for files and for what is done with all of them."""

from __future__ import annotations

from typing import Any

from django.http import Http404
from django.utils.translation import gettext as _

from insek.concept.asker import Asker
from insek.thread.models import Item, ItemQuerySet
from insek.thread.search import hits

from .filters_and_sorts import common_filters
from .pages import MOST_CHOICES, ItemPages, added_filters


def filtered(asker: Asker, pages: ItemPages) -> tuple[ItemQuerySet, list[dict[str, Any]]]:
    """The items that the filters of an address leave, and the filters for the page. Unknown values give 404."""
    given = asker.asked
    items = Item.objects.visible_to(asker.actor).filter(concept=asker.concept, kind=pages.kind)
    query = given.get("q", "").strip()
    if query:
        items = hits(query, asker.actor, items)
    shown = []
    for rule in (*pages.filters, *added_filters(asker, pages.kind), *common_filters(asker, pages)):
        value = given.get(rule.name, "")
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
        shown.append({"name": rule.name, "label": label, "value": value, "choices": choices})
    return items, shown
