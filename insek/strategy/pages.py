"""How vision, guidelines, goals and measures are shown."""

from __future__ import annotations

from typing import Any

from django.db.models import Count, Prefetch, Q, QuerySet
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from insek.concept.asker import Asker
from insek.items.mending import Mend, register_mend
from insek.items.pages import (
    Choice,
    Filter,
    ItemPages,
    KindColumn,
    add_to_detail,
    ask_with_detail,
    is_beside,
    register_pages,
)
from insek.people.models import Unit
from insek.people.prepared import prepared
from insek.places.pages import city_map, place_filter
from insek.places.queries import map_places
from insek.places.sheets.links import offer_sheet
from insek.thread.audience import gated
from insek.thread.kinds import kind_names
from insek.thread.models import Item, Link
from insek.web.display import shown_item
from insek.web.listed import listed

from .forms import GoalForm, GuidelineForm, MeasureForm, VisionForm
from .models import CostLine, Measure
from .money_pages import cost_lines, cost_summary, measure_effects, measure_money, taking_part
from .money_words import span_words
from .queries import PLACES, places_of

GOALS_HERE = 60
"""Goals named on the page of a district."""
PLACES_SHOWN = 10
"""A measure in more places than this is one for the whole city and needs no map."""


def goal_detail(asker: Asker, item: Item) -> dict[str, Any]:
    """The goal above, and where it happens. At most two queries."""
    parent_id = item.goal.parent_id
    parent = Item.objects.visible_to(asker.actor).filter(pk=parent_id).first() if parent_id else None
    places = places_of(asker, item)
    return {
        "parent_goal": parent,
        "places": places[:PLACES_SHOWN],
        "more_places_url": f"{reverse('city-map')}" if len(places) > PLACES_SHOWN else "",
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
        item.measure_count = counts.get(item.pk, 0)  # type: ignore[attr-defined]  # put beside the columns for the page


def goal_facts(item: Item) -> list[tuple[Any, Any]]:
    """Year and number of measures."""
    facts: list[tuple[Any, Any]] = [(_("Zieljahr"), item.goal.horizon_year)]
    if hasattr(item, "measure_count"):
        facts.append((_("Maßnahmen"), str(item.measure_count)))
    return facts


def years(measure: Measure) -> str:
    """The time of a measure, such as 2026-2029, from 2026, until 2029."""
    return span_words(measure.start_year, measure.end_year)


def measure_facts(item: Item) -> list[tuple[Any, Any]]:
    """Type, responsible unit, years."""
    measure = item.measure
    return [
        (_("Art"), measure.get_type_display()),
        (_("Zuständig"), str(measure.responsible) if measure.responsible else _("noch offen")),
        (_("Zeitraum"), years(measure)),
    ]


def listed_costs(item: Item) -> str:
    """What everybody may read of the costs, in a cell of a list."""
    measure: Any = item.measure  # its lines are read with the list
    return str(cost_summary(measure.public_costs)["value"]) if measure.public_costs else ""


def measure_mark(item: Item) -> tuple[str, Any] | None:
    """A star for lighthouse projects."""
    return ("star", _("Leuchtturmprojekt")) if item.measure.is_lighthouse else None


PRIORITIES = {1: gettext_lazy("hoch"), 2: gettext_lazy("mittel"), 3: gettext_lazy("niedrig")}


def measure_detail(asker: Asker, item: Item) -> dict[str, Any]:
    """The fact sheet: who, when, what it costs and where; which resolutions carry it, the room of these adds."""
    measure, actor = item.measure, asker.actor
    lines = cost_lines(asker, item)
    sheet: list[dict[str, Any]] = [
        {"label": _("Art"), "value": measure.get_type_display()},
        {"label": _("Zuständig"), "value": str(measure.responsible or "")},
        *(
            [{"label": _("Beteiligte"), "value": measure.partners, "is_content": True}]
            if measure.partners
            else []
        ),
        {"label": _("Zeitraum"), "value": years(measure)},
        {"label": _("Priorität"), "value": PRIORITIES.get(measure.priority or 0, "")},
        cost_summary(lines),
        *(
            {"label": label, "value": value, "is_content": True}
            for label, value in (
                (_("Planungsrecht"), measure.planning_law),
                (_("Eigentum"), measure.ownership),
                (_("Stand bei der Übernahme"), measure.entry_state),
            )
            if value
        ),
    ]
    places = _places_of_measure(asker, item)
    return {
        "sheet": sheet,
        **taking_part(item, actor),
        "places": places,
        "map": _measure_map(asker, item, places) if 0 < len(places) < PLACES_SHOWN else None,
    }


def _places_of_measure(asker: Asker, item: Item) -> list[Item]:
    """Where a measure lies. One query where it lies anywhere."""
    if not is_beside(item, "places"):
        return []
    actor = asker.actor

    def read(pk: Any) -> QuerySet[Link]:
        links = Link.objects.visible_to(actor).filter(source=pk, kind="located_in").select_related("target")
        return links.order_by("target__sort_key", "pk")[:PLACES]

    return [link.target for link in prepared(gated(actor, "places of a measure"), read, item.pk)]


def _measure_map(asker: Asker, item: Item, places: list[Item]) -> dict[str, Any]:
    """The city map with the places of a measure, and the list of these places alone."""
    rows = map_places(item.concept, asker.actor)
    ids = {place.pk for place in places}
    if not any(row.pk in ids and row.level != "city" for row in rows):
        return {}
    shown = city_map(asker, rows, id="massnahme-karte", title=_("Wo das ist"), chosen=ids)
    shown["places"] = [place for place in shown["places"] if place["chosen"]]
    shown |= {"places_title": _("Ort der Maßnahme"), "sided": False}
    return shown


def goals_here(asker: Asker, item: Item) -> dict[str, Any]:
    """The goals that the measures in a district serve. One query."""
    visible = Item.objects.visible_to(asker.actor)
    here = Link.objects.filter(kind="located_in", target=item.pk).values("source")
    measures = visible.filter(kind="measure", pk__in=here).values("pk")
    serving = Link.objects.filter(kind="implemented_by", target__in=measures).values("source")
    rows = visible.filter(kind="goal", pk__in=serving).select_related("goal").defer("text")
    names = kind_names(asker)
    found = [
        {
            "item": shown_item(row, names),
            "fact": _("bis %(year)s") % {"year": row.goal.horizon_year} if row.goal.horizon_year else "",
        }
        for row in rows[:GOALS_HERE]
    ]
    return {"goals_here": listed(found, first=5) if found else None}


ask_with_detail("measure", "places", lambda pk: Link.objects.filter(source=pk, kind="located_in"))
add_to_detail("district", goals_here)
add_to_detail("measure", measure_effects)
add_to_detail("measure", measure_money)


def _has_goal(items: Any, value: str) -> Any:
    return items.filter(goal__parent=None) if value == "haupt" else items.exclude(goal__parent=None)


register_pages(
    ItemPages(
        kind="vision",
        form=VisionForm,
        detail_template="strategy/vision.html",
        reasons_empty=gettext_lazy("Das Leitbild steht am Anfang; alles andere leitet sich daraus ab."),
    )
)
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
                lambda asker: [
                    ("haupt", gettext_lazy("Hauptziele")),
                    ("unter", gettext_lazy("Unterziele")),
                ],
                _has_goal,
            ),
        ),
        columns=(KindColumn("horizon_year", lambda item: item.goal.horizon_year),),
        bulk_fields=("parent", "horizon_year"),
    )
)
register_pages(
    ItemPages(
        kind="measure",
        form=MeasureForm,
        detail_template="strategy/measure.html",
        detail=measure_detail,
        facts=measure_facts,
        mark=measure_mark,
        related=("measure__responsible",),
        filters=(
            place_filter("measure"),
            Filter(
                "typ",
                gettext_lazy("Art"),
                lambda asker: Measure.Type.choices,
                lambda items, value: items.filter(measure__type=value),
            ),
            Filter(
                "zustaendig",
                gettext_lazy("Zuständig"),
                lambda asker: [(unit.key, str(unit)) for unit in Unit.objects.all()],
                lambda items, value: items.filter(measure__responsible__key=value),
            ),
            Filter(
                "leuchtturm",
                gettext_lazy("Leuchtturmprojekte"),
                lambda asker: [("ja", gettext_lazy("nur Leuchtturmprojekte"))],
                lambda items, value: items.filter(measure__is_lighthouse=True),
            ),
        ),
        columns=(
            KindColumn("type", Choice("type", "measure")),
            KindColumn("is_lighthouse", lambda item: item.measure.is_lighthouse),
            KindColumn("responsible", lambda item: item.measure.responsible),
            KindColumn("partners", lambda item: item.measure.partners),
            KindColumn("priority", lambda item: item.measure.priority),
            KindColumn("start_year", lambda item: item.measure.start_year),
            KindColumn("end_year", lambda item: item.measure.end_year),
            KindColumn(
                "costs",
                listed_costs,
                gettext_lazy("Kosten"),
                prefetch=Prefetch(
                    "measure__cost_lines", CostLine.objects.filter(is_internal=False), to_attr="public_costs"
                ),
            ),
            KindColumn("next_step", lambda item: item.measure.next_step),
        ),
        bulk_fields=(
            "responsible",
            "type",
            "priority",
            "is_lighthouse",
            "start_year",
            "end_year",
        ),
    )
)

register_mend(
    "goal",
    Mend(
        gettext_lazy("Ziel anlegen"),
        "thread.create_item",
        lambda gap, field: f"{reverse('goal-create')}?feld={field.key}",
    ),
)
offer_sheet("goal")
