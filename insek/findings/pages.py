"""How findings are shown."""

from __future__ import annotations

from typing import Any

from django.db.models import Count
from django.utils.translation import gettext_lazy

from insek.concept.asker import Asker
from insek.items.pages import Choice, Filter, ItemPages, KindColumn, register_pages
from insek.places.pages import place_filter
from insek.thread.models import Item, ItemQuerySet
from insek.web.paging import COUNT_LIMIT, bounded_count

from .forms import FindingForm
from .models import Finding

PLURALS = {
    Finding.Type.STRENGTH: gettext_lazy("Stärken"),
    Finding.Type.WEAKNESS: gettext_lazy("Schwächen"),
    Finding.Type.OPPORTUNITY: gettext_lazy("Chancen"),
    Finding.Type.THREAT: gettext_lazy("Risiken"),
}


def list_context(asker: Asker, items: ItemQuerySet) -> dict[str, Any]:
    """The four types as links above the list, with numbers unless there are too many to count. Two queries."""
    concept = asker.concept
    visible = Item.objects.visible_to(asker.actor).filter(concept=concept, kind="finding")
    countable = bounded_count(visible) <= COUNT_LIMIT
    counts = (
        dict(visible.order_by().values_list("finding__type").annotate(n=Count("pk"))) if countable else {}
    )
    chosen = asker.asked.get("typ", "")
    return {
        "doors": [
            {
                "key": key,
                "label": label,
                "count": counts.get(key, 0) if countable else "",
                "chosen": key == chosen,
                "url": asker.path if key == chosen else f"?typ={key}",
            }
            for key, label in PLURALS.items()
        ]
    }


def mark(item: Item) -> tuple[str, Any]:
    """Sign and word of the type; the icons are called like the types."""
    return item.finding.type, item.finding.get_type_display()


register_pages(
    ItemPages(
        kind="finding",
        form=FindingForm,
        detail_template="findings/finding.html",
        list_template="findings/finding_list.html",
        list_context=list_context,
        mark=mark,
        filters=(
            place_filter(),
            Filter(
                "typ", gettext_lazy("Art"), lambda asker: Finding.Type.choices,
                lambda items, value: items.filter(finding__type=value),
            ),
        ),
        columns=(KindColumn("type", Choice("type", "finding")),),
        bulk_fields=("type",),
    )
)  # fmt: skip
