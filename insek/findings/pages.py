"""How findings are shown."""

from __future__ import annotations

from collections import Counter
from typing import Any

import rules
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from insek.concept.asker import Asker
from insek.items.pages import Choice, Filter, ItemPages, KindColumn, add_filters, register_pages
from insek.people.actors import ANONYMOUS
from insek.places.pages import place_filter
from insek.thread.models import Item, ItemQuerySet
from insek.thread.shared_cache import cached
from insek.web.paging import COUNT_LIMIT

from . import evidence
from .forms import FindingForm
from .models import Finding

PLURALS = {
    Finding.Type.STRENGTH: gettext_lazy("Stärken"),
    Finding.Type.WEAKNESS: gettext_lazy("Schwächen"),
    Finding.Type.OPPORTUNITY: gettext_lazy("Chancen"),
    Finding.Type.THREAT: gettext_lazy("Risiken"),
}


def list_context(asker: Asker, items: ItemQuerySet) -> dict[str, Any]:
    """The four types as links above the list, with numbers unless there are too many to count. One query after each change."""
    concept, actor = asker.concept, asker.actor

    def made() -> Counter[str]:
        visible = Item.objects.visible_to(actor).filter(concept=concept, kind="finding")
        return Counter(visible.order_by().values_list("finding__type", flat=True)[: COUNT_LIMIT + 1])

    counts = cached(concept, actor, "findings by type", made) if concept else Counter()
    countable = counts.total() <= COUNT_LIMIT
    chosen = asker.asked.get("typ", "")
    return {
        "doors": [
            {
                "key": key,
                "label": label,
                "count": counts[key] if countable else "",
                "chosen": key == chosen,
                "url": asker.path if key == chosen else f"?typ={key}",
            }
            for key, label in PLURALS.items()
        ]
    }


def mark(item: Item) -> tuple[str, Any]:
    """Sign and word of the type; the icons are called like the types."""
    return item.finding.type, item.finding.get_type_display()


def detail(asker: Asker, item: Item) -> dict[str, Any]:
    """How well it is founded."""
    return dict(evidence.shown_proofs(item, asker.actor))


def prepare(items: list[Item]) -> None:
    """Count what proves the findings of a page of the list, as everybody sees it."""
    counts = evidence.counted((item.pk for item in items), ANONYMOUS)
    for item in items:
        item.evidence_count = counts.get(item.pk, 0)  # type: ignore[attr-defined]  # put beside the columns for the page


def facts(item: Item) -> list[tuple[Any, Any]]:
    """How well it is founded, where the list asked for it."""
    if not hasattr(item, "evidence_count"):
        return []
    state = evidence.state_of(item, item.evidence_count)
    words = {
        evidence.PROVEN: ngettext("%(count)s Beleg", "%(count)s Belege", item.evidence_count)
        % {"count": item.evidence_count},
        evidence.ASSERTION: _("Behauptung ohne Beleg"),
        evidence.OPEN: _("fehlt noch"),
    }
    return [(_("Beleg"), words[state])]


def actions(asker: Asker, item: Item) -> list[tuple[str, Any]]:
    """Choosing evidence."""
    may = rules.test_rule("thread.link_items", asker.actor, item)
    return [(reverse("finding-evidence", args=[item.pk]), _("Beleg suchen"))] if may else []


add_filters(
    "finding",
    lambda asker: [
        Filter(
            "beleg", gettext_lazy("Beleg"), lambda asker: evidence.STATES,
            lambda items, value: evidence.in_state(items, value, asker.actor),
        )
    ],
)  # fmt: skip
register_pages(
    ItemPages(
        kind="finding",
        form=FindingForm,
        detail_template="findings/finding.html",
        detail=detail,
        prepare=prepare,
        facts=facts,
        actions=actions,
        list_template="findings/finding_list.html",
        list_context=list_context,
        mark=mark,
        filters=(
            place_filter("finding"),
            Filter(
                "typ", gettext_lazy("Art"), lambda asker: Finding.Type.choices,
                lambda items, value: items.filter(finding__type=value),
            ),
        ),
        columns=(
            KindColumn("type", Choice("type", "finding")),
            KindColumn("is_assertion", lambda item: item.finding.is_assertion),
        ),
        bulk_fields=("type",),
    )
)  # fmt: skip
