"""How vision, guidelines, goals and measures are shown."""

from __future__ import annotations

from typing import Any

from django.db.models import Count, Q
from django.http import HttpRequest
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from insek.people.models import Unit
from insek.thread.models import Item, Link
from insek.web.pages import Column, Filter, ItemPages, register_pages

from .forms import GoalForm, GuidelineForm, MeasureForm, VisionForm
from .models import Measure


def goal_detail(request: HttpRequest, item: Item) -> dict[str, Any]:
    """The goals above and below this one."""
    visible = Item.objects.visible_to(request.actor)  # type: ignore[attr-defined]
    parent_id = item.goal.parent_id
    return {
        "parent_goal": visible.filter(pk=parent_id).first() if parent_id else None,
        "sub_goals": list(visible.filter(kind="goal", goal__parent=item.pk).prefetch_related("fields")),
    }


def prepare_goals(items: list[Item]) -> None:
    """Attach the number of public measures to the goals of one page. One query."""
    counts = dict(
        Link.objects.filter(
            Q(source__in=[item.pk for item in items]), kind="implemented_by", target__visibility="public"
        )
        .values_list("source")
        .annotate(n=Count("pk"))
    )
    for item in items:
        item.measure_count = counts.get(item.pk, 0)  # type: ignore[attr-defined]


def goal_facts(item: Item) -> list[tuple[Any, Any]]:
    """Year and number of measures."""
    facts: list[tuple[Any, Any]] = [(_("Zieljahr"), item.goal.horizon_year)]
    if hasattr(item, "measure_count"):
        facts.append((_("Maßnahmen"), item.measure_count))
    return facts


def years(measure: Measure) -> str:
    """The time of a measure, such as 2026-2029, from 2026, until 2029."""
    if measure.start_year and measure.end_year:
        if measure.start_year == measure.end_year:
            return str(measure.start_year)
        return f"{measure.start_year}–{measure.end_year}"
    if measure.start_year:
        return _("ab %(year)s") % {"year": measure.start_year}
    return _("bis %(year)s") % {"year": measure.end_year} if measure.end_year else ""


def measure_facts(item: Item) -> list[tuple[Any, Any]]:
    """Type, responsible unit, years."""
    measure = item.measure
    return [
        (_("Art"), measure.get_type_display()),
        (_("Zuständig"), str(measure.responsible) if measure.responsible else _("noch offen")),
        (_("Zeitraum"), years(measure)),
    ]


def measure_detail(request: HttpRequest, item: Item) -> dict[str, Any]:
    """The years as text, for the fact sheet."""
    return {"years": years(item.measure)}


def _has_goal(items: Any, value: str) -> Any:
    return items.filter(goal__parent=None) if value == "haupt" else items.exclude(goal__parent=None)


register_pages(ItemPages(kind="vision", form=VisionForm, detail_template="strategy/vision.html"))
register_pages(ItemPages(kind="guideline", form=GuidelineForm, detail_template="strategy/guideline.html"))
register_pages(
    ItemPages(
        kind="goal",
        form=GoalForm,
        detail_template="strategy/goal.html",
        detail=goal_detail,
        facts=goal_facts,
        prepare=prepare_goals,
        filters=(
            Filter(
                "stufe",
                gettext_lazy("Stufe"),
                lambda request: [
                    ("haupt", gettext_lazy("Hauptziele")),
                    ("unter", gettext_lazy("Unterziele")),
                ],
                _has_goal,
            ),
        ),
        columns=(
            Column("horizon_year", lambda item: item.goal.horizon_year),
            Column("parent_id", lambda item: item.goal.parent_id),
        ),
    )
)
register_pages(
    ItemPages(
        kind="measure",
        form=MeasureForm,
        detail_template="strategy/measure.html",
        detail=measure_detail,
        facts=measure_facts,
        related=("measure__responsible",),
        filters=(
            Filter(
                "typ",
                gettext_lazy("Art"),
                lambda request: Measure.Type.choices,
                lambda items, value: items.filter(measure__type=value),
            ),
            Filter(
                "zustaendig",
                gettext_lazy("Zuständig"),
                lambda request: [(unit.key, str(unit)) for unit in Unit.objects.all()],
                lambda items, value: items.filter(measure__responsible__key=value),
            ),
            Filter(
                "leuchtturm",
                gettext_lazy("Leuchtturmprojekte"),
                lambda request: [("ja", gettext_lazy("nur Leuchtturmprojekte"))],
                lambda items, value: items.filter(measure__is_lighthouse=True),
            ),
        ),
        columns=(
            Column("type", lambda item: item.measure.get_type_display()),
            Column("is_lighthouse", lambda item: item.measure.is_lighthouse),
            Column("responsible", lambda item: item.measure.responsible),
            Column("partners", lambda item: item.measure.partners),
            Column("priority", lambda item: item.measure.priority),
            Column("start_year", lambda item: item.measure.start_year),
            Column("end_year", lambda item: item.measure.end_year),
            Column("cost_eur", lambda item: item.measure.cost_eur),
            Column("cost_year", lambda item: item.measure.cost_year),
            Column("next_step", lambda item: item.measure.next_step),
        ),
    )
)
