"""What became of the aims of a plan, on its page and on the page of what they became: word by word, in both directions."""

from __future__ import annotations

from collections import Counter
from typing import Any

import rules
from django.urls import reverse
from django.utils.translation import gettext as _

from insek.concept.asker import Asker
from insek.documents.models import Document
from insek.engines.diff import word_diff
from insek.items.pages import add_to_detail, ask_with_detail, is_beside
from insek.people.prepared import prepared
from insek.thread.audience import gated
from insek.thread.kinds import kind_names
from insek.thread.models import Item
from insek.web.display import shown_item

from .plan_aim_rows import AIMS, NAMING
from .plan_aims import PlanAim


def aims_of_plan(asker: Asker, item: Item) -> dict[str, Any]:
    """The quoted aims of a plan with what became of each. Two queries, one more where there are any."""
    actor = asker.actor
    rows = AIMS.visible_to(AIMS.of_item(item), actor).select_related("goal__item", "guideline__item")
    found = list(rows)
    edits = rules.test_rule(AIMS.rule, actor, item)
    if not found and not edits:
        return {}
    counts = Counter(row.decision for row in found)
    return {
        "added_sections": ["strategy/_plan_aims.html"],
        "plan_aims": _shown(asker, found, item, edits),
        "plan_aim_counts": [
            {"label": label, "count": counts[value]} for value, label in PlanAim.Decision.choices if counts[value]
        ],
        "plan_aim_url": reverse("row-create", args=[item.pk, AIMS.address]) if edits else "",
    }  # fmt: skip


def came_from_plans(asker: Asker, item: Item) -> dict[str, Any]:
    """The aims of plans that a goal or guideline came of, each beside its words of today. Three queries where there are any."""
    if not is_beside(item, "aims_of_plans"):
        return {}
    actor = asker.actor
    found = prepared(
        gated(actor, "aims of plans that became this", item.kind),
        lambda pk: (
            PlanAim.objects.filter(**{item.kind: pk})
            .filter(plan__item__in=Item.objects.visible_to(actor))
            .select_related("plan__item", "goal__item", "guideline__item")
        ),
        item.pk,
    )
    if not found:
        return {}
    return {
        "closing_sections": ["strategy/_from_plans.html"],
        "from_plans": _shown(asker, list(found), None, False),
    }


def _shown(asker: Asker, rows: list[PlanAim], plan: Item | None, edits: bool) -> list[dict[str, Any]]:
    pages = _pages_of(asker, rows)
    names = kind_names(asker)
    shown = []
    for row in rows:
        became = row.goal or row.guideline
        today = f"{became.item.title}\n\n{became.item.text}".strip() if became else ""
        differs = bool(today) and row.decision in NAMING
        shown.append(
            {
                "row": row,
                "plan": shown_item(row.plan.item, names) if plan is None else None,
                "decision": row.get_decision_display(),
                "became": shown_item(became.item, names) if became else None,
                "words": word_diff(row.quotation, today) if differs else (),
                "is_same": became is not None and differs and _is_same(row.quotation, became.item),
                "page_url": pages.get((row.plan_id, row.document, row.page), ""),
                "where": ", ".join(filter(None, [row.document, _("S. %(page)s") % {"page": row.page} if row.page else ""])),
                "edit_url": reverse("row-edit", args=[row.plan_id, AIMS.address, row.key]) if edits else "",
            }
        )  # fmt: skip
    return shown


def _is_same(quotation: str, item: Item) -> bool:
    """Whether a quotation is the title, the text, or both of an item, but for spaces and the full stop."""
    ways = (f"{item.title} {item.text}", item.title, item.text)
    return _plain(quotation) in {_plain(way) for way in ways}


def _plain(text: str) -> str:
    return " ".join(text.split()).strip(" .")


def _pages_of(asker: Asker, rows: list[PlanAim]) -> dict[tuple[str, str, str], str]:
    """Where the pages stand that are quoted, for documents that are here. One query."""
    wanted = {(row.plan_id, row.document, row.page) for row in rows if row.page.isdecimal()}
    if not wanted:
        return {}
    seen = Document.objects.visible_to(asker.actor).filter(
        about__in={plan for plan, _document, _page in wanted}
    )
    known = {(about, title): pk for pk, about, title in seen.values_list("pk", "about", "title")}
    return {
        (plan, document, page): reverse("document-page", args=[known[plan, document], int(page)])
        for plan, document, page in wanted
        if (plan, document) in known
    }


add_to_detail("plan", aims_of_plan)
ask_with_detail("goal", "aims_of_plans", lambda pk: PlanAim.objects.filter(goal=pk))
ask_with_detail("guideline", "aims_of_plans", lambda pk: PlanAim.objects.filter(guideline=pk))
add_to_detail("goal", came_from_plans)
add_to_detail("guideline", came_from_plans)
