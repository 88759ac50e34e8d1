"""Whether the goals come nearer: goals by their light, what changed within a year, and targets as charts and rows."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import Any
from urllib.parse import urlencode

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from insek.concept.asker import Asker
from insek.evidence.queries import CityValue, city_values, latest_values
from insek.thread.kinds import kind_named, kind_names
from insek.thread.models import Item
from insek.web.display import date_words, example_share, number_words, shown_item
from insek.web.listed import listed
from insek.web.state_bar import state_parts

from .how_far import WORST_FIRST, breaks_of, light_of, shown_light, target_chart
from .light import Light, LightReading, year_of
from .light_words import light_reason, words_of
from .models import Target
from .queries import read_targets, visible_targets

CHARTS = 6
"""Targets shown as charts; the others are rows."""
ROWS = 24
BEST_LAST = (Light.MISSED, Light.RED, Light.YELLOW, Light.GREEN, Light.REACHED)
"""The lights that say something, the worst first."""


@dataclass(frozen=True)
class TargetCourse:
    """A target with its light today, that of a year ago by the values of then, and the values of its indicator."""

    target: Target
    reading: LightReading
    before: LightReading
    values: Sequence[CityValue] = ()
    breaks: Sequence[str] = field(default_factory=tuple)

    @property
    def change(self) -> int | None:
        """How the light changed within a year: 1 better, -1 worse, 0 the same; None where one of both says nothing."""
        lights = (self.before.light, self.reading.light)
        if Light.GREY in lights:
            return None
        then, now = (BEST_LAST.index(light) for light in lights)
        return (now > then) - (now < then)


def year_before(today: date) -> date:
    """The same day a year ago; the 28th of February for a 29th."""
    try:
        return today.replace(year=today.year - 1)
    except ValueError:
        return today.replace(year=today.year - 1, day=28)


def courses_of(targets: Iterable[Target], today: date) -> list[TargetCourse]:
    """Targets with the course of their indicators. Two queries."""
    rows = list(targets)
    ids = {target.indicator_id for target in rows}
    if not ids:
        return []
    values, breaks, then = city_values(ids), breaks_of(ids), year_before(today)
    bound = Decimal(then.year) + (Decimal(then.timetuple().tm_yday) / 366)
    known = {pk: [each for each in series if _end_of(each.period) <= bound] for pk, series in values.items()}
    now, before = read_targets(rows, values, breaks, today), read_targets(rows, known, breaks, then)
    return [
        TargetCourse(
            target, reading, past, values.get(target.indicator_id, ()), breaks.get(target.indicator_id, ())
        )
        for (target, reading), (_same, past) in zip(now, before, strict=True)
    ]


def _end_of(period: str) -> Decimal:
    """When a period is over, in years: a year at its end, a day on itself."""
    return year_of(period)


def nearer(
    asker: Asker,
    goals: Mapping[str, Item],
    courses: Sequence[TargetCourse],
    *,
    today: date,
    field: str = "",
) -> dict[str, Any]:
    """What the page says of goals, of a ``field`` by its key or of all: the bar, sentences, charts and rows."""
    lights = lights_of(goals, courses)
    shown = sorted(courses, key=_worst_first)
    latest = latest_values({course.target.indicator_id for course in shown}) if shown else {}
    charts: list[dict[str, Any]] = []
    rows: list[dict[str, Any]] = []
    for course in shown:
        if len(charts) < CHARTS and course.reading.light != Light.GREY:
            chart = target_chart(
                course.target,
                course.reading,
                course.values,
                course.breaks,
                latest=latest.get(course.target.indicator_id),
            )
            if chart["drawn"]:
                goal = course.target.goal.item
                charts.append({
                    **chart, "kicker": {"number": goal.number, "title": goal.shown_title, "lang": goal.title_lang, "url": goal.url, "item": goal}, "table": None,
                    "source": None, "legend": not charts, "before": _before_words(course),
                })  # fmt: skip
                continue
        rows.append(_row(asker, course))
    return {
        "goal_sentence": goal_sentence(lights, courses),
        "year_sentence": _year_sentence(courses, today),
        "goal_bar": goal_bar(goals, lights, field),
        "charts": charts,
        "target_list": listed(rows[:ROWS], narrow=0) if rows else None,
        "targets_more": _("Hier stehen die ersten %(shown)s von %(all)s.") % {"shown": ROWS, "all": len(rows)} if len(rows) > ROWS else "",
        "has_targets": bool(courses),
    }  # fmt: skip


def lights_of(goals: Iterable[str], courses: Iterable[TargetCourse]) -> dict[str, Light | None]:
    """The light that speaks for each goal; None for one without a target."""
    by_goal: dict[str, list[LightReading]] = {}
    for course in courses:
        by_goal.setdefault(course.target.goal_id, []).append(course.reading)
    return {pk: light_of(by_goal[pk]) if pk in by_goal else None for pk in goals}


def _worst_first(course: TargetCourse) -> tuple[int, Any, Any]:
    return (
        WORST_FIRST.index(course.reading.light), course.target.goal.item.sort_key, course.target.indicator.item.sort_key,
    )  # fmt: skip


def _row(asker: Asker, course: TargetCourse) -> dict[str, Any]:
    """A target without chart: its goal, the indicator with what shall be reached, and why nothing is drawn."""
    indicator = course.target.indicator
    return {
        "item": shown_item(course.target.goal.item, kind_names(asker)),
        "state": shown_light(course.reading.light),
        "text": f"{indicator.title_text}: {light_reason(course.target, course.reading)}",
        "text_is_own": True,
        "fact": words_of(course.target),
    }


def _before_words(course: TargetCourse) -> str:
    """What the light was a year ago, where it was another that said something."""
    if not course.change:
        return ""
    return _("vor einem Jahr: %(light)s") % {"light": course.before.label}


def list_of_goals(light: Light | str | None, field: str = "", beside: Mapping[str, str] | None = None) -> str:
    """The list of the goals with a light, of all fields or one; None: of those without a target. ``beside``: what else is chosen."""
    asked = {"zielwert": "ohne"} if light is None else {"ampel": str(light)}
    asked |= {"feld": field} if field else {}
    asked |= beside or {}
    return f"{reverse(kind_named('goal').list_name)}?{urlencode(asked)}"


def goal_bar(
    goals: Mapping[str, Item],
    lights: Mapping[str, Light | None],
    field: str = "",
    beside: Mapping[str, str] | None = None,
) -> dict[str, Any]:
    """The goals of a field or of all by their light, each word leading to the list of these alone."""
    examples: Counter[Any] = Counter(lights[pk] for pk, goal in goals.items() if goal.is_example)
    counts: Counter[Any] = Counter(lights.values())
    parts: list[dict[str, Any]] = [
        {
            **shown_light(light), "count": counts[light], "share": example_share(examples[light], counts[light]),
            "url": list_of_goals(light, field, beside),
        }
        for light in WORST_FIRST
    ]  # fmt: skip
    parts.append(
        {
            "name": "none", "icon": "info", "label": _("ohne Zielwert"), "count": counts[None],
            "share": example_share(examples[None], counts[None]), "url": list_of_goals(None, field, beside),
        }
    )  # fmt: skip
    return {"label": _("Ziele nach ihrer Ampel"), "parts": state_parts(parts)}


def goal_sentence(lights: Mapping[str, Light | None], courses: Sequence[TargetCourse]) -> str:
    """How many goals can be judged, and how many of these come near enough."""
    judged = [light for light in lights.values() if light not in {None, Light.GREY}]
    said = {"all": number_words(len(lights)), "judged": number_words(len(judged))}
    if not courses:
        return _(
            "Noch hat kein Ziel einen Zielwert. Ob die Ziele näher kommen, lässt sich deshalb nicht sagen."
        )
    if not judged:
        return _("Noch lässt sich von keinem Ziel sagen, ob es näher kommt: Es fehlen Zielwerte oder Werte.")
    on = sum(light in {Light.GREEN, Light.REACHED} for light in judged)
    first = ngettext(
        "Von einem der %(all)s Ziele lässt sich sagen, ob es näher kommt", "Von %(judged)s der %(all)s Ziele lässt sich sagen, ob sie näher kommen",
        len(judged),
    ) % said if len(lights) > 1 else _("Von dem Ziel lässt sich sagen, ob es näher kommt")  # fmt: skip
    if on == 0:
        return f"{first}: " + _("Keines ist auf Kurs oder erreicht.")
    return f"{first}: " + ngettext(
        "Eines ist auf Kurs oder erreicht.", "%(on)s sind auf Kurs oder erreicht.", on
    ) % {"on": number_words(on)}


def _year_sentence(courses: Sequence[TargetCourse], today: date) -> str:
    """What changed within a year, by the values that were there then; empty where nothing can be compared."""
    changes = [course.change for course in courses if course.change is not None]
    if not changes:
        return ""
    said = [
        words % {"count": number_words(count)}
        for words, count in (
            (_("besser: %(count)s"), changes.count(1)),
            (_("schlechter: %(count)s"), changes.count(-1)),
            (_("unverändert: %(count)s"), changes.count(0)),
            (_("ohne Vergleich: %(count)s"), len(courses) - len(changes)),
        )
        if count
    ]
    return _("Ampeln der Zielwerte gegenüber dem Vorjahr, gerechnet mit den Werten bis %(day)s: %(said)s.") % {
        "day": date_words(year_before(today)), "said": ", ".join(said),
    }  # fmt: skip


def visible_courses(asker: Asker, today: date) -> list[TargetCourse]:
    """All targets of the concept that the asker may see, with their courses. Three queries."""
    targets = Target.objects.filter(goal__item__concept=asker.concept)
    return courses_of(visible_targets(targets, asker.actor), today)
