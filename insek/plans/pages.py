"""How plans are shown: what they are, what they are worth today, and what follows from them."""

from __future__ import annotations

from typing import Any

import rules
from django.db.models import Count, Q
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from insek.concept.asker import Asker
from insek.documents.queries import pages_without_text
from insek.items.pages import EVERY_KIND, Choice, Filter, ItemPages, KindColumn, add_filters, register_pages
from insek.items.why import EntryState, add_states
from insek.suggestions.models import Suggestion, SuggestionRun
from insek.suggestions.queries import QueueChoice
from insek.thread.models import Item, ItemQuerySet, Link
from insek.web.display import date_words, period_words

from .appraising import computed_appraisal
from .commenting import shown_comments
from .forms import PlanForm
from .models import Bindingness, Plan, PlanAppraisal, PlanStatement
from .rubric import BINDINGS, scale_step
from .rubric_values import Rubric, changes_of, rubric_of
from .suggesting import NAME, STATEMENT

EARLIER = 10
"""Earlier appraisals shown on the page of a plan; the history has them all."""


def shown_appraisal(appraisal: PlanAppraisal, rubric: Rubric) -> dict[str, Any]:
    """An appraisal as the page reads it: bars with words, the class with what it means."""
    binding = BINDINGS[appraisal.bindingness]
    return {
        "standing": appraisal.standing,
        "visibility": "public",  # for its badge: an appraisal is seen wherever its plan is
        "is_example": appraisal.is_example,
        "bars": [
            bar(_("Aktualität"), appraisal.currency, scale_step(rubric.currency, appraisal.currency).word, appraisal.currency_reason),
            bar(_("Aussagekraft"), appraisal.substance, scale_step(rubric.substance, appraisal.substance).word, appraisal.substance_reason),
        ],
        "binding": binding,
        "binding_reason": appraisal.bindingness_reason,
        "implementation": appraisal.get_implementation_display(),
        "implementation_reason": appraisal.implementation_reason,
        "when": date_words(appraisal.appraised_on),
        "by": appraisal.appraised_by,
        "consulted": appraisal.consulted,
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
    rubric = rubric_of(item.concept_id)
    changed = changes_of(item.concept).first() if rubric.own and actor.sees_internal and appraisals else None
    return {
        "statements": statements_of(asker, item),
        "computed": computed_appraisal(item, rubric) if actor.sees_internal else None,
        "rubric_changed": changed.at if changed and changed.at > appraisals[0].created_at else None,
        "decided": appraisals[0] if appraisals else None,
        "aims": item.plan.aim_list,
        "appraisal": shown_appraisal(appraisals[0], rubric) if appraisals else None,
        "author": appraisals[0].author if appraisals and actor.sees_internal else None,
        "earlier": [shown_appraisal(row, rubric) for row in appraisals[1:]],
        "comments": shown_comments(item, actor),
        "ask_url": reverse("row-create", args=[item.pk, "stellungnahme"]) if can_appraise else "",
        "written_url": reverse("plan-written", args=[item.pk]),
        "no_text": not has_text_here(item),
        "appraise_url": reverse("plan-appraise", args=[item.pk]) if can_appraise else "",
        "overview_url": reverse("plan-overview-plans"),
    }


def has_text_here(item: Item) -> bool:
    """Whether a document or a statement of a plan is here, whoever may read it. One query."""
    here = Q(documents_about__isnull=False) | Q(plan__statements__isnull=False)
    return Item.objects.filter(here, pk=item.pk).exists()


def statements_of(asker: Asker, item: Item) -> dict[str, Any]:
    """What the plan says, counted by sort, where to read it, and for those who may, how to find more. Two queries, for insiders seven."""
    actor = asker.actor
    seen = Item.objects.visible_to(actor).filter(kind="plan_statement", plan_statement__plan=item.pk)
    counts = dict(seen.order_by().values_list("plan_statement__type").annotate(n=Count("pk")))
    shown: dict[str, Any] = {
        "count": sum(counts.values()),
        "sorts": [(label, counts[sort]) for sort, label in PlanStatement.Type.choices if sort in counts],
        "url": f"{reverse('plan_statement-list')}?aus={item.pk}",
    }
    if actor.sees_internal:
        about = list(item.documents_about.visible_to(actor))
        documents = [one for one in about if one.state == one.State.DONE]
        bare = pages_without_text(documents) if documents else {}
        shown["documents"] = [
            {"title": one.title, "url": reverse("document-page", args=[one.pk, 1]), "bare": bare.get(one.pk, 0), "total": one.total}
            for one in documents
        ]  # fmt: skip
        shown["waiting"] = (
            Suggestion.objects.visible_to(actor).waiting().filter(about=item, kind=STATEMENT).count()
        )
        shown["queue_url"] = (
            f"{reverse('suggestion-queue')}{QueueChoice(kind=STATEMENT, about=item.pk).query}"
        )
        shown["can_look"] = bool(shown["documents"]) and rules.test_rule("suggestions.run", actor)
        shown["no_text"] = not about
        shown["unread"] = [
            {"title": one.title, "url": reverse("document", args=[one.pk]), "is_working": one.is_working}
            for one in about
            if one.state != one.State.DONE
        ]
        shown["run"] = SuggestionRun.objects.filter(about=item, suggester=NAME).first() if documents else None
    return shown


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


add_states(
    "plan",
    lambda asker, items: {
        item.pk: EntryState(
            fact=", ".join(filter(None, [item.plan.get_status_display(), str(item.plan.year or "")]))
        )
        for item in items
    },
    columns=("plan__status", "plan__year"),
)

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
