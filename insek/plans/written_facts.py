"""What is known of plans, as far as somebody may see it, and what stands for all of it."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass, field
from hashlib import sha256

from django.conf import settings
from django.utils import translation

from insek.concept.models import Concept, Field
from insek.documents.models import Document
from insek.people.actors import ANONYMOUS, PROGRAM, Actor
from insek.thread.models import Item, Link, Visibility
from insek.web.display import fields_of

from .appraising import PARTLY, SUPERSEDED, ComputedAppraisal, computed_appraisal
from .models import Plan, PlanAppraisal, PlanStatement
from .rubric_values import Rubric, rubric_of, usual_rubric


@dataclass
class PlanFacts:
    """What is known of a plan, as far as somebody may see it."""

    item: Item
    appraisal: PlanAppraisal | None = None
    statements: list[PlanStatement] = field(default_factory=list)
    before: list[tuple[Item, bool]] = field(default_factory=list)
    """Plans that it replaces, and whether only in part."""
    after: list[tuple[Item, bool]] = field(default_factory=list)
    """Plans that replace it, and whether only in part."""
    field_names: list[str] = field(default_factory=list)
    all_fields: int = 0
    places: list[str] = field(default_factory=list)
    checkable: set[str] = field(default_factory=set)
    """Its statements of which one can see later whether they came true: with a quantity, a year, who is to do it, or a district."""
    no_text: bool = False
    """Whether neither a document nor a statement of it is here, whoever may read them."""
    computed: ComputedAppraisal | None = None
    """For insiders, where nobody appraised it yet."""
    rubric: Rubric = field(default_factory=usual_rubric)

    @property
    def plan(self) -> Plan:
        """Its own row."""
        plan: Plan = self.item.plan
        return plan


def facts_of(
    concept: Concept, items: Sequence[Item], actor: Actor, *, compute: bool = False
) -> list[PlanFacts]:
    """What is known of some plans of a concept, in their order. Ten queries; with ``compute`` six more for each plan that nobody appraised."""
    rubric = rubric_of(concept.pk)
    found = {item.pk: PlanFacts(item, rubric=rubric) for item in items}
    for appraisal in PlanAppraisal.objects.filter(plan__in=list(found), superseded_by=None):
        found[appraisal.plan_id].appraisal = appraisal
    seen = Item.objects.visible_to(actor).filter(concept=concept, kind="plan_statement")
    statements = PlanStatement.objects.filter(plan__in=list(found), item__in=seen).select_related("item")
    owners = {row.pk: row.plan_id for row in statements}
    for row in statements.order_by("item__sort_key", "pk"):
        if row.plan_id in found:
            row.plan = found[row.plan_id].plan
            found[row.plan_id].statements.append(row)
            if row.is_checkable:
                found[row.plan_id].checkable.add(row.pk)
    links = Link.objects.visible_to(actor).filter(kind__in=[SUPERSEDED, PARTLY])
    for link in links.filter(source__concept=concept).select_related("source", "target"):
        if link.source_id in found:
            found[link.source_id].after.append((link.target, link.kind == PARTLY))
        if link.target_id in found:
            found[link.target_id].before.append((link.source, link.kind == PARTLY))
    count = Field.objects.filter(concept=concept).count()
    names: dict[str, dict[str, str]] = {pk: {} for pk in found}
    for pk, shown in fields_of([*found, *owners]).items():
        names[pk if pk in found else owners[pk] or ""] |= {each.key: each.name for each in shown}
    places: dict[str, dict[str, str]] = {pk: {} for pk in found}
    located = Link.objects.visible_to(actor).filter(kind="located_in", source__in=[*found, *owners])
    for link in located.select_related("target").order_by("target__sort_key", "target"):
        if (owner := owners.get(link.source_id)) in found:
            found[owner or ""].checkable.add(link.source_id)
        places[link.source_id if link.source_id in found else owners[link.source_id] or ""][link.target_id] = link.target.shown_title  # fmt: skip
    with_text = set(Document.objects.filter(about__in=list(found)).values_list("about", flat=True))
    with_text |= set(PlanStatement.objects.filter(plan__in=list(found)).values_list("plan", flat=True))
    for pk, one in found.items():
        one.field_names, one.all_fields = [*names[pk].values()], count
        one.places, one.no_text = [*places[pk].values()], pk not in with_text
        if compute and one.appraisal is None:
            one.computed = computed_appraisal(one.item, rubric)
    return list(found.values())


def facts_key(concept: Concept, items: Sequence[Item], actor: Actor) -> str:
    """Stands for all that the drafts of these plans rest on: another one where a fact is another. The day is none of them."""
    rubric, told = rubric_of(concept.pk), []
    set_otherwise = {key: rubric[key] for key in rubric.own}
    for one in facts_of(concept, items, actor):
        plan, judged = one.plan, one.appraisal
        told.append(
            [
                one.item.pk, one.item.title, str(one.item.confidence), plan.type, plan.status, plan.year, plan.decision_date, plan.decision_body,
                plan.horizon_year, plan.area, plan.aims, judged.version if judged else 0, one.no_text, sorted(one.field_names), sorted(one.places),
                sorted((item.pk, part) for item, part in one.before), sorted((item.pk, part) for item, part in one.after),
                *([sorted(set_otherwise.items())] if set_otherwise else []),
                [[row.pk, row.item.text, row.type, row.marking, str(row.amount), row.amount_unit, row.target_year, row.who] for row in one.statements],
            ]
        )  # fmt: skip
    return sha256(json.dumps(told, sort_keys=True).encode()).hexdigest()[:16]


def facts_key_of(item: Item) -> str:
    """The same of one plan: as everybody sees it where it is public, else as insiders do."""
    with translation.override(settings.LANGUAGE_CODE):
        return facts_key(item.concept, [item], ANONYMOUS if item.visibility == Visibility.PUBLIC else PROGRAM)
