"""How the city stands, at a glance: goals by their light, measures by state, contributions with an answer, what comes next."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.db.models import Count, Q
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from insek import clock
from insek.concept.asker import Asker
from insek.concept.models import Concept
from insek.participation.models import Format
from insek.steering.dashboard import state_bar, state_sentence
from insek.steering.models import MeasureTask
from insek.steering.nearer import goal_bar, goal_sentence, lights_of, list_of_goals, visible_courses
from insek.steering.pages import GOING, GOING_STATES, NEAR, NEAR_LIGHTS
from insek.steering.queries import AssessedMeasure, assessed_measures, behind_of
from insek.thread.kinds import kind_named
from insek.thread.known_ids import is_seen
from insek.thread.models import Item
from insek.web.display import date_words, example_share, fields_of, number_words

MOST = 2000
"""Goals and measures that are read; with more of them the page says how many there are and leads to the page of implementation."""
AHEAD = 4


def at_a_glance(asker: Asker, concept: Concept) -> dict[str, Any]:
    """Figures, bars and sentences; parts of which nothing is known are left out. Some twelve queries."""
    visible = Item.objects.visible_to(asker.actor).filter(concept=concept)
    goals = {
        goal.pk: goal for goal in visible.filter(kind="goal").only("pk", "standing", "sort_key")[: MOST + 1]
    }
    measures = list(
        visible.filter(kind="measure")
        .select_related("measure__responsible")
        .defer("text")
        .order_by()[: MOST + 1]
    )
    courses = visible_courses(asker, clock.today()) if goals else []
    readings = [(course.target, course.reading) for course in courses]
    rows = []
    if len(measures) <= MOST:
        behind = behind_of([item.pk for item in measures], asker.actor, readings=readings)
        rows = assessed_measures(measures, asker.actor, behind=behind)
    figures = [*_goal_figures(goals, courses), *_measure_figures(rows), *_answer_figures(asker, concept)]
    return {
        "figures": figures,
        "goals": _goals(goals, courses) if 0 < len(goals) <= MOST else None,
        "measures": {
            "sentence": state_sentence(rows),
            "bar": state_bar(rows, "", lambda value: f"{reverse('steering')}?stand={value}#alle"),
        }
        if rows
        else None,
        "field_bars": _by_field(rows),
        "day": date_words(clock.today()),
    }


def _of_all(count: int, examples: int) -> str:
    """Of how many, and how many of these are examples."""
    share = _("von %(all)s") % {"all": number_words(count)}
    said = example_share(examples, count)
    return f"{share} ({said})" if said else share


def _goals(goals: dict[str, Item], courses: Sequence[Any]) -> dict[str, Any]:
    lights = lights_of(goals, courses)
    return {"sentence": goal_sentence(lights, courses), "bar": goal_bar(goals, lights)}


def _goal_figures(goals: dict[str, Item], courses: Sequence[Any]) -> list[dict[str, Any]]:
    if not 0 < len(goals) <= MOST:
        return []
    near = sum(light in NEAR_LIGHTS for light in lights_of(goals, courses).values())
    return [
        {
            "value": number_words(near),
            "label": ngettext("Ziel auf Kurs oder erreicht", "Ziele auf Kurs oder erreicht", near),
            "share": _of_all(len(goals), sum(goal.is_example for goal in goals.values())),
            "url": list_of_goals(NEAR) if near else "",
        }
    ]


def _measure_figures(rows: Sequence[AssessedMeasure]) -> list[dict[str, Any]]:
    if not rows:
        return []
    going = sum(row.status.state in GOING_STATES for row in rows)
    return [
        {
            "value": number_words(going),
            "label": ngettext(
                "Maßnahme nach Plan oder abgeschlossen", "Maßnahmen nach Plan oder abgeschlossen", going
            ),
            "share": _of_all(len(rows), sum(row.item.is_example for row in rows)),
            "url": f"{reverse(kind_named('measure').list_name)}?stand={GOING}" if going else "",
        }
    ]


def _answer_figures(asker: Asker, concept: Concept) -> list[dict[str, Any]]:
    """How many public contributions are answered. One query."""
    public = Item.objects.filter(concept=concept, kind="contribution", visibility="public").order_by()
    counts = public.aggregate(
        all=Count("pk"),
        answered=Count("pk", filter=~Q(contribution__reply="")),
        examples=Count("pk", filter=Q(standing="example")),
    )
    if not counts["all"]:
        return []
    return [
        {
            "value": number_words(counts["answered"]),
            "label": ngettext("Beitrag beantwortet", "Beiträge beantwortet", counts["answered"]),
            "share": _of_all(counts["all"], counts["examples"]),
            "url": f"{reverse('contribution-list')}?rueckmeldung=ja" if counts["answered"] else "",
        }
    ]


def _by_field(rows: Sequence[AssessedMeasure]) -> dict[str, dict[str, Any]]:
    """A bar of states for each field of action that has measures, by its key. One query."""
    of_item = fields_of(row.item.pk for row in rows) if rows else {}
    inside: dict[str, list[AssessedMeasure]] = {}
    for row in rows:
        for field in of_item.get(row.item.pk, ()):
            inside.setdefault(field.key, []).append(row)
    return {
        key: {
            "bar": state_bar(own, "", lambda value: ""),
            "sentence": state_sentence(own),
            "share": example_share(sum(row.item.is_example for row in own), len(own)),
        }
        for key, own in inside.items()
    }


def what_comes_next(asker: Asker, concept: Concept) -> list[dict[str, Any]]:
    """Dates ahead that the public may know: formats that begin or end, and steps of measures, the next first. Two queries."""
    today, visible = clock.today(), Item.objects.visible_to(asker.actor).filter(concept=concept)
    found: list[tuple[Any, str, Item, str]] = []
    formats = Format.objects.filter(is_seen(visible, "pk")).select_related("item")
    for row in formats.filter(Q(starts__gt=today) | Q(open_until__gte=today)):
        if row.starts and row.starts > today:
            found.append((row.starts, _("Beginn"), row.item, ""))
        elif row.open_until:
            found.append((row.open_until, _("letzter Tag zum Mitmachen"), row.item, ""))
    tasks = MeasureTask.objects.filter(is_seen(visible, "measure"), done=None, due__gte=today)
    for task in tasks.select_related("measure__item").order_by("due", "pk")[:AHEAD]:
        found.append((task.due, "", task.measure.item, task.title))
    found.sort(key=lambda entry: (entry[0], entry[2].pk))
    return [
        {
            "date": date_words(day), "what": what, "step": step, "title": f"{item.number} {item.shown_title}".strip(), "lang": item.title_lang, "url": item.url,
            "standing": item.standing, "visibility": item.visibility,
        }
        for day, what, item, step in found[:AHEAD]
    ]  # fmt: skip
