"""How vision, guidelines, goals and measures are shown."""

from __future__ import annotations

from typing import Any

from django.db.models import Count, Q
from django.urls import reverse
from django.utils.formats import number_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from insek.concept.asker import Asker
from insek.evidence.pages import shown_value
from insek.evidence.queries import latest_values
from insek.items.mending import Mend, register_mend
from insek.items.pages import Choice, Filter, ItemPages, KindColumn, register_pages
from insek.people.models import Unit
from insek.places.pages import city_map, place_filter
from insek.places.queries import map_places
from insek.thread.kinds import kind_names
from insek.thread.models import Item, Link
from insek.web.display import period_words, shown_items
from insek.web.richtext import plain_text

from .forms import GoalForm, GuidelineForm, MeasureForm, VisionForm
from .models import Measure

MEASURED = 12
"""Indicators shown in the facts of a goal; the why panel has them all."""
PLACES_SHOWN = 10
"""A measure in more places than this is one for the whole city and needs no map."""


def goal_detail(asker: Asker, item: Item) -> dict[str, Any]:
    """The goals above and below this one, and the indicators that measure it with their latest values."""
    visible = Item.objects.visible_to(asker.actor)
    names = kind_names(asker)
    parent_id = item.goal.parent_id
    below = list(visible.filter(kind="goal", goal__parent=item.pk))
    indicators = list(
        visible.filter(pk__in=Link.objects.filter(source=item, kind="measured_by").values("target"))[
            :MEASURED
        ]
    )
    latest = latest_values(indicator.pk for indicator in indicators) if indicators else {}
    return {
        "parent_goal": visible.filter(pk=parent_id).first() if parent_id else None,
        "sub_goals": [
            {"item": shown, "text": plain_text(sub.text, 150)}
            for sub, shown in zip(below, shown_items(below, names) if below else [], strict=True)
        ],
        "measured_by": [
            {
                "url": indicator.url,
                "title": indicator.title,
                "standing": indicator.standing,
                "visibility": indicator.visibility,
                "value": shown_value(latest[indicator.pk]) if indicator.pk in latest else "",
                "period": period_words(latest[indicator.pk].period) if indicator.pk in latest else "",
            }
            for indicator in indicators
        ],
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


def measure_mark(item: Item) -> tuple[str, Any] | None:
    """A star for lighthouse projects."""
    return ("star", _("Leuchtturmprojekt")) if item.measure.is_lighthouse else None


def cost(measure: Measure) -> dict[str, str]:
    """The costs in words, with price year and basis; without an amount the value is empty."""
    if measure.cost_eur is None:
        return {"label": _("Kosten"), "value": "", "note": ""}
    basis = [measure.get_cost_basis_display()] if measure.cost_basis else []
    if measure.cost_year:
        basis.append(_("Preisstand %(year)s") % {"year": measure.cost_year})
    amount = number_format(measure.cost_eur, force_grouping=True)
    return {
        "label": _("Kosten"),
        "value": _("rund %(amount)s Euro") % {"amount": amount},
        "note": ", ".join(str(part) for part in basis),
    }


PRIORITIES = {1: gettext_lazy("hoch"), 2: gettext_lazy("mittel"), 3: gettext_lazy("niedrig")}


def measure_detail(asker: Asker, item: Item) -> dict[str, Any]:
    """The fact sheet: who, when, what it costs and where; which resolutions carry it, the room of these adds."""
    measure, actor = item.measure, asker.actor
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
        cost(measure),
    ]
    links = Link.objects.visible_to(actor).filter(source=item, kind="located_in").select_related("target")
    places = [link.target for link in links.order_by("target__sort_key", "pk")[:40]]
    return {
        "sheet": sheet,
        "places": places,
        "map": _measure_map(asker, item, places) if 0 < len(places) < PLACES_SHOWN else None,
    }


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
            place_filter(),
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
            KindColumn("cost_eur", lambda item: item.measure.cost_eur),
            KindColumn("cost_year", lambda item: item.measure.cost_year),
            KindColumn("next_step", lambda item: item.measure.next_step),
        ),
        bulk_fields=(
            "responsible",
            "type",
            "priority",
            "is_lighthouse",
            "start_year",
            "end_year",
            "cost_year",
            "cost_basis",
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
