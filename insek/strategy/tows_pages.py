"""Options on the pages of what they join and of what they became."""

from __future__ import annotations

from typing import Any

from django.urls import reverse

from insek.concept.asker import Asker
from insek.items.pages import add_to_detail, ask_with_detail, is_beside
from insek.people.prepared import prepared
from insek.thread.audience import gated
from insek.thread.kinds import kind_names
from insek.thread.models import Item
from insek.web.display import shown_item

from .tows_options import TowsOption
from .tows_rows import BECOMES, OPTIONS


def options_of_finding(asker: Asker, item: Item) -> dict[str, Any]:
    """The options that hang on a finding, with what became of them. One query where there are any."""
    if not is_beside(item, "options"):
        return {}
    found = list(
        OPTIONS.visible_to(OPTIONS.of_item(item), asker.actor).select_related("goal__item", "measure__item")
    )
    if not found:
        return {}
    names = kind_names(asker)
    shown = [{"row": row, "became": shown_item(row.became, names) if row.became else None} for row in found]
    return {
        "closing_sections": ["strategy/_tows_options.html"],
        "tows_options": shown,
        "tows_url": reverse("tows"),
    }


def came_from_option(asker: Asker, item: Item) -> dict[str, Any]:
    """The options that a goal or measure came of. One query where there are any."""
    if not is_beside(item, "options"):
        return {}
    actor = asker.actor
    found = prepared(
        gated(actor, "options that became this", item.kind),
        lambda pk: OPTIONS.visible_to(
            TowsOption.objects.filter(**{item.kind: pk}, finding__item__in=Item.objects.visible_to(actor)),
            actor,
        ),
        item.pk,
    )
    return {"closing_sections": ["strategy/_from_option.html"], "from_options": list(found)} if found else {}


ask_with_detail("finding", "options", lambda pk: TowsOption.objects.filter(finding=pk))
ask_with_detail("goal", "options", lambda pk: TowsOption.objects.filter(goal=pk))
ask_with_detail("measure", "options", lambda pk: TowsOption.objects.filter(measure=pk))
add_to_detail("finding", options_of_finding)
for _kind in BECOMES:
    add_to_detail(_kind, came_from_option)
