"""Costs, funding, units taking part and effects on the page of a measure."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import rules
from django.db.models import QuerySet
from django.urls import reverse
from django.utils.translation import gettext as _

from insek.concept.asker import Asker
from insek.items.pages import ask_with_detail, is_beside
from insek.items.row_order import order_url
from insek.people.actors import Actor
from insek.people.prepared import prepared
from insek.thread.audience import gated
from insek.thread.known_ids import is_seen
from insek.thread.models import Item
from insek.web.display import period_words

from .fact_sheet import CostLine, FundingLine, GoalEffect, TakingPart
from .money_words import (
    amount_words,
    cost_notes,
    euro,
    percent_words,
    range_words,
    span_words,
)
from .rows import COSTS, EFFECTS, FUNDING, TAKING_PART
from .totals import Span, costs_of, funded_eur


def cost_lines(asker: Asker, item: Item) -> list[CostLine]:
    """The lines of costs of a measure that one may read. One query where there are any, once a request."""
    actor = asker.actor
    if not is_beside(item, "costs"):
        return []
    return asker.once(
        f"cost lines of {item.pk}",
        lambda: prepared(
            ("cost lines", actor.sees_internal),
            lambda pk: _readable(CostLine.objects.filter(measure=pk), actor),
            item.pk,
        ),
    )


def funding_lines(item: Item, actor: Actor) -> list[FundingLine]:
    """The lines of funding of a measure that one may read. One query where there are any."""
    if not is_beside(item, "funding"):
        return []
    return prepared(
        ("funding lines", actor.sees_internal),
        lambda pk: _readable(FundingLine.objects.filter(measure=pk), actor),
        item.pk,
    )


def _readable(lines: QuerySet[Any], actor: Actor) -> QuerySet[Any]:
    return lines if actor.sees_internal else lines.filter(is_internal=False)


def total_words(span: Span | None) -> str:
    """A sum in words; empty for none."""
    return "" if span is None else range_words(span.low, span.high, about=span.about)


def cost_summary(lines: Sequence[CostLine]) -> dict[str, Any]:
    """What a measure costs, in one fact: value and note; without an amount the value is empty."""
    total = costs_of(lines)
    parts = [total_words(total.once)]
    if total.yearly is not None:
        parts.append(_("%(amount)s im Jahr") % {"amount": total_words(total.yearly)})
    if total.follow_up_once is not None:
        parts.append(_("Folgekosten %(amount)s") % {"amount": total_words(total.follow_up_once)})
    if total.follow_up is not None:
        parts.append(_("Folgekosten %(amount)s im Jahr") % {"amount": total_words(total.follow_up)})
    notes = []
    if total.bases == {"gross"}:
        notes.append(str(CostLine.Basis.GROSS.label))
    elif total.bases == {"net"}:
        notes.append(str(CostLine.Basis.NET.label))
    elif len(total.bases - {""}) > 1:
        notes.append(_("teils brutto, teils netto"))
    if total.price_years:
        years = ", ".join(str(year) for year in sorted(total.price_years))
        notes.append(_("Preisstand %(year)s") % {"year": years})
    if total.open_lines and any(parts):
        notes.append(_("ein Teil ist noch offen"))
    return {"label": _("Kosten"), "value": "; ".join(filter(None, parts)), "note": ", ".join(notes)}


def measure_money(asker: Asker, item: Item) -> dict[str, Any]:
    """The section on costs and funding. A query for each of both there is."""
    actor = asker.actor
    edits = rules.test_rule(COSTS.rule, actor, item)
    costs, funding = cost_lines(asker, item), funding_lines(item, actor)
    if not (costs or funding or edits):
        return {}
    return {
        "added_sections": ["strategy/_money.html"],
        "cost_rows": [_shown_cost(item, line, edits) for line in costs],
        "funding_rows": [_shown_funding(item, line, edits) for line in funding],
        "cost_url": reverse("row-create", args=[item.pk, COSTS.address]) if edits else "",
        "funding_url": reverse("row-create", args=[item.pk, FUNDING.address]) if edits else "",
        "cost_order_url": order_url(COSTS, item) if edits and len(costs) > 1 else "",
        "funding_order_url": order_url(FUNDING, item) if edits and len(funding) > 1 else "",
    }


def _shown_line(item: Item, line: Any, address: str, edits: bool) -> dict[str, Any]:
    return {
        "standing": line.standing,
        "visibility": "public",
        "is_internal": line.is_internal,
        "source": line.source_title,
        "words": line.note,
        "edit_url": reverse("row-edit", args=[item.pk, address, line.key]) if edits else "",
    }


def _shown_cost(item: Item, line: CostLine, edits: bool) -> dict[str, Any]:
    amount = amount_words(line)
    if amount and line.rhythm == CostLine.Rhythm.YEARLY:
        amount = _("%(amount)s im Jahr") % {"amount": amount}
    return {
        **_shown_line(item, line, COSTS.address, edits),
        "title": line.title,
        "is_follow_up": line.is_follow_up,
        "amount": amount,
        "years": span_words(line.from_year, line.to_year),
        "notes": ", ".join(cost_notes(line)),
        "proviso": line.proviso,
    }


def _shown_funding(item: Item, line: FundingLine, edits: bool) -> dict[str, Any]:
    amount = funded_eur(line)
    of = []
    if line.share_percent is not None:
        of.append(percent_words(line.share_percent))
    if line.eligible_eur is not None:
        of.append(_("von %(amount)s förderfähigen Kosten") % {"amount": euro(line.eligible_eur)})
    times = []
    if line.apply_by and line.state == FundingLine.State.IDEA:
        times.append(_("Antrag bis %(time)s") % {"time": period_words(line.apply_by)})
    if line.granted_from or line.granted_until:
        begin, end = (period_words(text) if text else "" for text in (line.granted_from, line.granted_until))
        times.append(_("bewilligt: %(time)s") % {"time": " – ".join(filter(None, [begin, end]))})
    if line.bound_until:
        times.append(_("Zweckbindung bis %(time)s") % {"time": period_words(line.bound_until)})
    return {
        **_shown_line(item, line, FUNDING.address, edits),
        "who": line.source,
        "programme": line.programme,
        "state": line.get_state_display(),
        "amount": euro(amount) if amount is not None else "",
        "is_computed": amount is not None and line.amount_eur is None,
        "share": " ".join(of),
        "own_share": euro(line.own_share_eur) if line.own_share_eur is not None else "",
        "times": ", ".join(times),
    }


def taking_part(item: Item, actor: Actor) -> dict[str, Any]:
    """The units that take part, for the fact sheet. One query where there are any."""
    rows: list[TakingPart] = []
    if is_beside(item, "units"):
        rows = prepared(
            "units taking part",
            lambda pk: TakingPart.objects.filter(measure=pk).select_related("unit"),
            item.pk,
        )
    edits = rules.test_rule(TAKING_PART.rule, actor, item)
    return {
        "taking_part": [
            {
                "unit": str(row.unit),
                "task": row.task,
                "edit_url": reverse("row-edit", args=[item.pk, TAKING_PART.address, row.key])
                if edits
                else "",
            }
            for row in rows
        ],
        "taking_part_url": reverse("row-create", args=[item.pk, TAKING_PART.address]) if edits else "",
    }


def measure_effects(asker: Asker, item: Item) -> dict[str, Any]:
    """What the measure does to goals that one may see. One query where there is anything."""
    actor = asker.actor
    edits = rules.test_rule(EFFECTS.rule, actor, item)
    rows: list[GoalEffect] = []
    if is_beside(item, "effects"):
        rows = prepared(
            gated(actor, "effects of a measure"),
            lambda pk: (
                GoalEffect.objects.filter(is_seen(Item.objects.visible_to(actor), "goal"), measure=pk)
                .select_related("goal__item")
                .order_by("goal__item__sort_key", "key")
            ),
            item.pk,
        )
    shown = [
        {
            "goal": row.goal.item,
            "direction": row.direction,
            "label": ", ".join(
                filter(None, [str(row.get_direction_display()), str(row.get_strength_display())])
            ),
            "certainty": row.get_certainty_display(),
            "reason": row.reason,
            "edit_url": reverse("row-edit", args=[item.pk, EFFECTS.address, row.key]) if edits else "",
        }
        for row in rows
    ]
    if not (shown or edits):
        return {}
    return {
        "added_sections": ["strategy/_effects.html"],
        "effects": shown,
        "effect_url": reverse("row-create", args=[item.pk, EFFECTS.address]) if edits else "",
    }


ask_with_detail("measure", "costs", lambda pk: CostLine.objects.filter(measure=pk))
ask_with_detail("measure", "funding", lambda pk: FundingLine.objects.filter(measure=pk))
ask_with_detail("measure", "units", lambda pk: TakingPart.objects.filter(measure=pk))
ask_with_detail("measure", "effects", lambda pk: GoalEffect.objects.filter(measure=pk))
