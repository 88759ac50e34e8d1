"""Where a field of action stands: the number that leads, three sentences, bars, ways to targets, a map."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from insek import clock
from insek.concept.asker import Asker
from insek.concept.models import Concept, Field, Standing
from insek.engines.periods import begins_after, in_time
from insek.evidence.figures import age_in_months, may_lead
from insek.evidence.models import IN_TIME, Observation, SeriesBreak
from insek.evidence.pages import figure
from insek.evidence.queries import CityValue
from insek.places.lying import drawn_items, lying_in_each
from insek.places.models import District
from insek.places.pages import city_map
from insek.places.queries import map_places
from insek.steering.dashboard import state_bar
from insek.steering.how_far import WORST_FIRST, light_of, shown_light, target_chart
from insek.steering.light import Light, LightReading
from insek.steering.models import Target
from insek.steering.nearer import goal_bar as bar_of_goals
from insek.steering.queries import AssessedMeasure
from insek.steering.states import MeasureState
from insek.thread.kinds import kind_named
from insek.thread.models import Item
from insek.web.display import (
    date_words,
    example_share,
    number_words,
)
from insek.web.path_chart import sparkline

CHARTS = 3
PLACES = 6
"""Places that stand open beside the map."""


def leading_number(
    readings: Sequence[tuple[Target, LightReading]],
    indicators: Sequence[Item],
    values: Mapping[str, Sequence[CityValue]],
    breaks: Mapping[str, Sequence[str]],
) -> dict[str, Any] | None:
    """The number that leads: young enough, rather with a target that says something, rather no example. One query."""
    candidates: dict[str, tuple[Any, tuple[bool, bool, bool]]] = {}
    for target, reading in readings:
        example = target.indicator.item.standing == Standing.EXAMPLE
        rank = (example, reading.light == Light.GREY, False)
        candidates.setdefault(target.indicator_id, (target.indicator, rank))
    for item in indicators:
        item.indicator.item = item
        rank = (
            item.standing == Standing.EXAMPLE,
            True,
            item.indicator.direction == item.indicator.Direction.NONE,
        )
        candidates.setdefault(item.pk, (item.indicator, rank))
    young = [
        (rank, place, indicator)
        for place, (pk, (indicator, rank)) in enumerate(candidates.items())
        if values.get(pk) and may_lead(values[pk][-1][0]) and age_in_months(values[pk][-1][0]) >= 0
    ]
    if not young:
        return None
    indicator = min(young, key=lambda entry: entry[:2])[2]
    points = list(
        Observation.objects.figures()
        .filter(indicator=indicator.pk, district__level=District.Level.CITY)
        .order_by(*IN_TIME)
    )
    for point in points:
        point.indicator = indicator
    broken = [SeriesBreak(indicator=indicator, period=period) for period in breaks.get(indicator.pk, ())]
    begun = [entry.period for entry in broken if not begins_after(entry.period, points[-1].period)]
    since = max(begun, key=in_time, default="")
    light = next((reading for target, reading in readings if target.indicator_id == indicator.pk), None)
    return {
        **figure(points, broken, label=indicator.title_text),
        "url": indicator.item.url,
        "standing": indicator.item.standing,
        "visibility": indicator.item.visibility,
        "spark": sparkline(
            [float(point.known) for point in points if not since or not begins_after(since, point.period)][
                -20:
            ]
        ),
        "light": shown_light(light.light) if light and light.light != Light.GREY else None,
    }


def sentences_on(
    field: Field,
    goals: Sequence[Item],
    measures: Sequence[AssessedMeasure],
    readings: Sequence[tuple[Target, LightReading]],
) -> list[dict[str, Any]]:
    """Where the field stands, in at most three sentences, each with the way to what it counts."""
    said = [
        _measure_sentence(field, measures),
        _goal_sentence(field, goals, readings),
        _next_sentence(measures),
    ]
    return [sentence for sentence in said if sentence]


def _measure_sentence(field: Field, measures: Sequence[AssessedMeasure]) -> dict[str, str]:
    if not measures:
        return {"text": _("Zu diesem Feld gibt es noch keine Maßnahme.")}
    counts = Counter(row.status.state for row in measures)
    late = counts[MeasureState.DELAYED] + counts[MeasureState.AT_RISK]
    parts = [
        ngettext("%(n)s läuft nach Plan", "%(n)s laufen nach Plan", n) % {"n": number_words(n)}
        if (n := counts[MeasureState.ON_TRACK])
        else "",
        ngettext("%(n)s ist verzögert oder gefährdet", "%(n)s sind verzögert oder gefährdet", late)
        % {"n": number_words(late)}
        if late
        else "",
        ngettext("zu %(n)s fehlt ein aktueller Stand", "zu %(n)s fehlt ein aktueller Stand", n)
        % {"n": number_words(n)}
        if (n := counts[MeasureState.UNKNOWN])
        else "",
    ]
    parts = [part for part in parts if part]
    all_words = ngettext("%(n)s Maßnahme gehört dazu", "%(n)s Maßnahmen gehören dazu", len(measures)) % {
        "n": number_words(len(measures))
    }
    text = (
        _("%(all)s: %(parts)s.") % {"all": all_words, "parts": ", ".join(parts)} if parts else f"{all_words}."
    )
    return {
        "text": text,
        "share": _share([row.item for row in measures]),
        "url": f"{reverse('steering')}?feld={field.key}#alle",
        "label": ngettext("Die Maßnahme ansehen", "Alle %(n)s Maßnahmen ansehen", len(measures))
        % {"n": number_words(len(measures))},
    }


def _share(items: Sequence[Item]) -> str:
    """How many of the counted items are examples."""
    return example_share(sum(item.is_example for item in items), len(items))


def _goal_sentence(
    field: Field, goals: Sequence[Item], readings: Sequence[tuple[Target, LightReading]]
) -> dict[str, str]:
    if not goals:
        return {"text": _("Ein Ziel ist für dieses Feld noch nicht gesetzt.")}
    by_goal = readings_by_goal(readings)
    aimed = sum(goal.pk in by_goal for goal in goals)
    said = {"all": number_words(len(goals)), "n": number_words(aimed)}
    if not aimed:
        text = ngettext(
            "Das Ziel hat noch keinen Zielwert; ob es näher kommt, lässt sich nicht sagen.",
            "Von %(all)s Zielen hat noch keines einen Zielwert; ob sie näher kommen, lässt sich nicht sagen.",
            len(goals),
        )
    elif len(goals) == 1:
        text = _("Das Ziel hat einen Zielwert, an dem man sieht, ob es näher kommt.")
    else:
        text = ngettext(
            "Von %(all)s Zielen hat eines einen Zielwert, an dem man sieht, ob es näher kommt.",
            "Von %(all)s Zielen haben %(n)s einen Zielwert, an dem man sieht, ob sie näher kommen.",
            aimed,
        )
    return {
        "text": text % said,
        "share": _share(goals),
        "url": f"{reverse(kind_named('goal').list_name)}?feld={field.key}",
        "label": ngettext("Das Ziel ansehen", "Alle %(all)s Ziele ansehen", len(goals)) % said,
    }


def _next_sentence(measures: Sequence[AssessedMeasure]) -> dict[str, Any]:
    """The step that comes next."""
    today = clock.today()
    ahead = [
        (task.due, row.item.sort_key, task, row)
        for row in measures
        for task in row.tasks
        if task.due and not task.done and task.due >= today
    ]
    if not ahead:
        return {}
    _due, _key, task, row = min(ahead, key=lambda entry: entry[:2])
    words = _("Als Nächstes steht an: „%(title)s“, bis %(day)s.")
    return {
        "text": words % {"title": task.title, "day": date_words(task.due)},
        "url": row.item.url,
        "label": f"{row.item.number} {row.item.shown_title}".strip(),
        "item": row.item,
    }


def readings_by_goal(readings: Iterable[tuple[Target, LightReading]]) -> dict[str, list[LightReading]]:
    found: dict[str, list[LightReading]] = {}
    for target, reading in readings:
        found.setdefault(target.goal_id, []).append(reading)
    return found


def measure_bar(field: Field, measures: Sequence[AssessedMeasure]) -> dict[str, Any] | None:
    """The measures by their state, each word leading to the list of these; None without measures."""
    if not measures:
        return None
    address = f"{reverse(kind_named('measure').list_name)}?feld={field.key}&stand="
    return state_bar(measures, "", lambda state: address + state)


def goal_bar(
    field: Field, goals: Sequence[Item], readings: Sequence[tuple[Target, LightReading]]
) -> dict[str, Any] | None:
    """The goals by their light, each word leading to these; None where no goal has a target."""
    by_goal = readings_by_goal(readings)
    lights = {goal.pk: light_of(by_goal.get(goal.pk, ())) for goal in goals}
    if not any(lights.values()):
        return None
    return bar_of_goals({goal.pk: goal for goal in goals}, lights, field.key)


def target_charts(
    readings: Sequence[tuple[Target, LightReading]],
    values: Mapping[str, Sequence[CityValue]],
    breaks: Mapping[str, Sequence[str]],
) -> list[dict[str, Any]]:
    """The ways to targets that can be drawn, the worst light first; each says which goal set it."""
    drawn = []
    for target, reading in sorted(readings, key=lambda pair: WORST_FIRST.index(pair[1].light)):
        pk = target.indicator_id
        chart = target_chart(target, reading, values.get(pk, ()), breaks.get(pk, ()))
        if chart["drawn"]:
            goal = target.goal.item
            chart |= {
                "sentence": "",
                "table": None,
                "note": "",
                "remark": "",
                "target_source": {},
                "legend": False,
            }
            chart["goal"] = {
                "number": goal.number,
                "title": goal.shown_title,
                "lang": goal.title_lang,
                "url": goal.url,
            }
            drawn.append(chart)
        if len(drawn) == CHARTS:
            break
    return drawn


def map_of_measures(
    asker: Asker,
    concept: Concept,
    field: Field,
    measures: Sequence[AssessedMeasure],
    linked: Mapping[str, set[str]],
) -> dict[str, Any] | None:
    """Where the measures of the field are, by district, each number leading to these. Two queries, one where they lie nowhere.

    ``linked`` are the measures by the place they are linked to.
    """
    drawn = drawn_items(row.item.pk for row in measures) if measures else []
    if not (linked or drawn):
        return None
    rows = map_places(concept, asker.actor)
    lying = lying_in_each(rows, linked, drawn)
    parts = {row.pk: row for row in rows if row.level != District.Level.CITY}
    counts = {pk: len(items) for pk, items in lying.items() if pk in parts}
    if not counts or not any(parts[pk].geometry is not None for pk in counts):
        return None
    labels = {pk: number_words(number) for pk, number in counts.items()}
    order = sorted(counts, key=lambda pk: (-counts[pk], parts[pk].item.title))
    shown = city_map(
        asker,
        rows,
        id="feld-karte",
        title=_("Wo etwas geplant ist"),
        values=counts,
        labels=labels,
        order=order,
    )
    listing = f"{reverse(kind_named('measure').list_name)}?feld={field.key}&ort="
    named = [{**place, "url": listing + place["id"]} for place in shown["places"] if place["id"] in counts]
    shown["places"], shown["more_places"] = (
        (named, []) if len(named) <= PLACES + 1 else (named[:PLACES], named[PLACES:])
    )
    shown["more_label"] = ngettext(
        "%(n)s weiterer Raum", "%(n)s weitere Räume", len(shown["more_places"])
    ) % {"n": number_words(len(shown["more_places"]))}
    everywhere = sum(len(lying.get(row.pk, ())) for row in rows if row.level == District.Level.CITY)
    notes = [
        ngettext(
            "Eine Maßnahme gilt für die ganze Stadt.",
            "%(n)s Maßnahmen gelten für die ganze Stadt.",
            everywhere,
        )
        % {"n": number_words(everywhere)}
        if everywhere
        else "",
        _share_words(measures, lying),
    ]
    shown |= {
        "sided": False,
        "folds": True,
        "legend_title": _("Maßnahmen je Raum"),
        "places_title": _("Maßnahmen je Raum"),
        "note": " ".join(note for note in notes if note),
    }
    return shown


def _share_words(measures: Sequence[AssessedMeasure], lying: Mapping[str, set[str]]) -> str:
    """How many of the counted measures are examples; empty where none is."""
    placed = set().union(*lying.values())
    examples = [row.item.is_example for row in measures if row.item.pk in placed]
    number = sum(examples)
    if not number:
        return ""
    if number == len(examples):
        return ngettext(
            "Die gezählte Maßnahme ist ein Beispiel.", "Alle gezählten Maßnahmen sind Beispiele.", number
        )
    return ngettext(
        "Eine der gezählten Maßnahmen ist ein Beispiel.",
        "%(n)s der gezählten Maßnahmen sind Beispiele.",
        number,
    ) % {"n": number_words(number)}
