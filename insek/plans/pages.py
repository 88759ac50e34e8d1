"""How plans are shown: what they are, what they are worth today, and what follows from them."""

from __future__ import annotations

from typing import Any

import rules
from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from insek.concept.asker import Asker
from insek.items.pages import EVERY_KIND, Choice, Filter, ItemPages, KindColumn, add_filters, register_pages
from insek.thread.models import Item, ItemQuerySet, Link
from insek.web.display import date_words, period_words

from .forms import PlanForm
from .models import Bindingness, Plan, PlanAppraisal
from .rubric import BINDINGS, CURRENCY, SUBSTANCE, scale_step

EARLIER = 10
"""Earlier appraisals shown on the page of a plan; the history has them all."""


def shown_appraisal(appraisal: PlanAppraisal) -> dict[str, Any]:
    """An appraisal as the page reads it: bars with words, the class with what it means."""
    binding = BINDINGS[appraisal.bindingness]
    return {
        "standing": appraisal.standing,
        "visibility": "public",  # for its badge: an appraisal is seen wherever its plan is
        "is_example": appraisal.is_example,
        "bars": [
            bar(_("Aktualität"), appraisal.currency, scale_step(CURRENCY, appraisal.currency).word, appraisal.currency_reason),
            bar(_("Aussagekraft"), appraisal.substance, scale_step(SUBSTANCE, appraisal.substance).word, appraisal.substance_reason),
        ],
        "binding": binding,
        "binding_reason": appraisal.bindingness_reason,
        "implementation": appraisal.get_implementation_display(),
        "implementation_reason": appraisal.implementation_reason,
        "when": date_words(appraisal.appraised_on),
        "by": appraisal.appraised_by,
    }  # fmt: skip


def bar(label: Any, value: int, word: Any, reason: str = "") -> dict[str, Any]:
    """A value between 0 and 100 as a bar with its number and its word."""
    return {"label": label, "value": value, "word": word, "reason": reason}


def prepare(items: list[Item]) -> None:
    """Attach the appraisals that hold to the plans of one page. One query."""
    found = current_appraisals(item.pk for item in items)
    for item in items:
        item.appraisal = found.get(item.pk)  # type: ignore[attr-defined]  # put beside the columns for the page


def current_appraisals(plan_ids: Any) -> dict[str, PlanAppraisal]:
    """The appraisals that hold, by plan. One query."""
    rows = PlanAppraisal.objects.filter(plan__in=list(plan_ids), superseded_by=None)
    return {row.plan_id: row for row in rows}


def facts(item: Item) -> list[tuple[Any, Any]]:
    """Sort, state and year; in lists also what it is worth."""
    plan = item.plan
    shown: list[tuple[Any, Any]] = [
        (_("Art"), plan.get_type_display()),
        (_("Stand"), plan.get_status_display()),
    ]
    if not hasattr(item, "appraisal"):
        return [
            *shown,
            (_("Jahr"), str(plan.year or "")),
            (_("Beschluss oder Vorstellung"), _decision(plan)),
            (_("Blickt bis"), str(plan.horizon_year or "")),
            (_("Gebiet"), plan.area),
        ]
    shown.append((_("Jahr"), str(plan.year or "")))
    if item.appraisal is None:
        return [*shown, (_("Bewertung"), _("noch keine"))]
    appraisal = item.appraisal
    values = {"currency": appraisal.currency, "substance": appraisal.substance}
    text = _("Aktualität %(currency)s, Aussagekraft %(substance)s") % values
    label = _("Bewertung (Beispiel)") if appraisal.is_example else _("Bewertung")
    return [*shown, (_("Bindung"), BINDINGS[appraisal.bindingness].short), (label, text)]


def _decision(plan: Plan) -> str:
    return ", ".join(filter(None, [plan.decision_body, period_words(plan.decision_date)]))


def detail(asker: Asker, item: Item) -> dict[str, Any]:
    """The aims, the appraisal that holds and, for those who see histories, the earlier ones."""
    actor = asker.actor
    rows = PlanAppraisal.objects.filter(plan=item.pk).order_by("-version")
    if rules.test_rule("thread.see_history", actor):
        appraisals = list(rows.select_related("author")[: EARLIER + 1])
    else:
        appraisals = list(rows.filter(superseded_by=None))
    can_appraise = rules.test_rule("thread.edit_item", actor, item) and actor.user_id is not None
    return {
        "aims": item.plan.aim_list,
        "appraisal": shown_appraisal(appraisals[0]) if appraisals else None,
        "author": appraisals[0].author if appraisals and actor.sees_internal else None,
        "earlier": [shown_appraisal(row) for row in appraisals[1:]],
        "appraise_url": reverse("plan-appraise", args=[item.pk]) if can_appraise else "",
        "overview_url": reverse("plan-overview"),
    }


def actions(asker: Asker, item: Item) -> list[tuple[str, Any]]:
    """Appraise the plan."""
    if rules.test_rule("thread.edit_item", asker.actor, item):
        return [(reverse("plan-appraise", args=[item.pk]), _("Bewerten"))]
    return []


def _by_binding(items: ItemQuerySet, value: str) -> ItemQuerySet:
    return items.filter(
        pk__in=PlanAppraisal.objects.filter(superseded_by=None, bindingness=value).values("plan")
    )


PAGES = ItemPages(
    kind="plan",
    form=PlanForm,
    detail_template="plans/plan.html",
    list_template="plans/plan_list.html",
    list_context=lambda asker, items: {"overview_url": reverse("plan-overview")},
    detail=detail,
    facts=facts,
    prepare=prepare,
    actions=actions,
    filters=(
        Filter(
            "art", gettext_lazy("Art"), lambda asker: Plan.Type.choices,
            lambda items, value: items.filter(plan__type=value),
        ),
        Filter(
            "stand", gettext_lazy("Stand"), lambda asker: Plan.Status.choices,
            lambda items, value: items.filter(plan__status=value),
        ),
        Filter("bindung", gettext_lazy("Bindungswirkung"), lambda asker: Bindingness.choices, _by_binding),
    ),
    reasons_empty=gettext_lazy("Ein Planwerk steht am Anfang; hier stünde, welcher Beschluss zu ihm geführt hat."),
    consequences_empty=gettext_lazy("Noch folgt im Konzept nichts aus diesem Planwerk."),
    columns=(
        KindColumn("type", Choice("type", "plan")),
        KindColumn("status", Choice("status", "plan")),
        KindColumn("year", lambda item: item.plan.year),
        KindColumn("decision_date", lambda item: item.plan.decision_date),
        KindColumn("decision_body", lambda item: item.plan.decision_body),
        KindColumn("horizon_year", lambda item: item.plan.horizon_year),
        KindColumn("area", lambda item: item.plan.area),
        KindColumn("aims", lambda item: item.plan.aims),
        KindColumn("document_url", lambda item: item.plan.document_url),
    ),
    bulk_fields=("type", "status", "decision_body", "horizon_year"),
)  # fmt: skip
register_pages(PAGES)


MOST_PLANS = 200
"""Plans to choose from in the filter of the search."""


def tied_to_plan() -> Filter:
    """A filter for the search: what is linked with a plan."""
    return Filter(
        "planwerk",
        gettext_lazy("Planwerk"),
        lambda asker: list(
            Item.objects.visible_to(asker.actor)
            .filter(concept=asker.concept, kind="plan")
            .order_by("title_key", "pk")
            .values_list("pk", "title")[:MOST_PLANS]
        ),
        lambda items, value: items.filter(
            Q(pk=value)
            | Q(pk__in=Link.objects.filter(source=value).values("target"))
            | Q(pk__in=Link.objects.filter(target=value).values("source"))
        ),
    )


add_filters(EVERY_KIND, lambda asker: [tied_to_plan()])
