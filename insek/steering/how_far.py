"""How far a goal is: the course of its indicators on the way to the values it sets, as charts and rows."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from decimal import Decimal
from typing import Any

import rules
from django.urls import reverse
from django.utils.translation import gettext as _

from insek.concept.asker import Asker
from insek.concept.models import Standing
from insek.engines.course import ON_COURSE
from insek.engines.periods import are_years, year_in
from insek.evidence.models import Observation, SeriesBreak
from insek.evidence.queries import CityValue, city_values, latest_values
from insek.items.pages import add_to_detail, ask_with_detail, is_beside
from insek.strategy.queries import indicators_measuring, subgoals_of
from insek.thread.kinds import kind_names
from insek.thread.models import Item
from insek.web.display import number_words, period_words, shown_item, shown_source
from insek.web.listed import listed
from insek.web.path_chart import FEWEST, Stop, TargetWay, path_chart, place_in_time
from insek.web.richtext import plain_text

from .light import ICONS, Light, LightReading
from .light_words import light_reason, outlook_of, words_of
from .models import Target
from .queries import read_targets, visible_targets

CHARTS = 4
"""Targets shown as charts; the others are rows."""
BEFORE = 10
"""Years before the base that a chart still shows."""
VALUES = 40
"""Values in the table below a chart; the page of the indicator has all."""
WORST_FIRST = (Light.MISSED, Light.RED, Light.YELLOW, Light.GREEN, Light.REACHED, Light.GREY)
"""Which light speaks for a goal with several targets: the worst of those that say something."""

Values = Sequence[CityValue]


def light_of(readings: Iterable[LightReading]) -> Light | None:
    """The light that speaks for a goal: the worst of its targets of which something can be said; None without targets."""
    lights = {reading.light for reading in readings}
    return next((light for light in WORST_FIRST if light in lights), None)


def shown_light(light: Light) -> dict[str, str]:
    """A light as sign and word, for rows, charts and bars."""
    return {"name": light.value, "icon": ICONS[light], "label": str(light.label)}


def drawn_series(
    values: Values, breaks: Iterable[str], decimals: int, target: Target | None = None, unit: str = ""
) -> dict[str, Any]:
    """The drawing of a series with the way to its target; {} below four values."""
    since = int(target.base_period[:4]) - BEFORE if target else 0
    shown = [(period, value) for period, value, _error in values if year_in(period) >= since]
    if len(shown) < FEWEST:
        return {}
    periods = [period for period, _value in shown] + ([target.base_period] if target else [])
    by_year = are_years(periods)

    def stop(period: str, value: Any, words: str) -> Stop:
        return Stop(
            at=place_in_time(period, by_year=by_year),
            value=float(value),
            period=period_words(period),
            words=words,
        )

    stops = [stop(period, value, _amount(value, decimals, unit)) for period, value in shown]
    way = None
    if target is not None:
        aim = target.aim
        words = f"{_amount(target.value, decimals, unit)} · {target.year}"
        bound = None if aim.holds else float(aim.base_value + aim.way * Decimal(str(ON_COURSE)))
        way = TargetWay(
            start=stop(target.base_period, target.base_value, ""),
            end=stop(str(target.year), target.value, words),
            bound=bound,
        )
    return path_chart(
        stops,
        number=lambda value: _amount(value, _needed(value, decimals), unit),
        way=way,
        breaks=[place_in_time(period, by_year=by_year) for period in breaks],
    )


def _needed(value: float, decimals: int) -> int:
    """How many decimals a value of an axis needs: none where it is whole."""
    return 0 if value == int(value) else decimals or 1


def _amount(value: Any, decimals: int, unit: str) -> str:
    return " ".join(filter(None, [number_words(value, decimals), unit if unit == "%" else ""]))


def target_chart(
    target: Target,
    reading: LightReading,
    values: Values,
    breaks: Iterable[str],
    *,
    latest: Observation | None = None,
    edit_url: str = "",
) -> dict[str, Any]:
    """A target as the component ``path_chart`` reads it: drawn from four values on, else in words alone."""
    indicator = target.indicator
    drawn = drawn_series(values, breaks, indicator.decimals, target, indicator.unit_text)
    example = Standing.EXAMPLE in (target.standing, indicator.item.standing)
    base = _("Ausgangswert %(period)s: %(value)s") % {
        "period": period_words(target.base_period), "value": number_words(target.base_value, indicator.decimals),
    }  # fmt: skip
    return {
        "id": f"pfad-{target.key}",
        "title": indicator.title_text,
        "title_url": indicator.item.url,
        "words": words_of(target),
        "light": shown_light(reading.light),
        "sentence": " ".join(filter(None, [light_reason(target, reading), outlook_of(target, reading)])),
        "note": base,
        "remark": target.note,
        "standing": Standing.EXAMPLE if example else target.standing,
        "visibility": indicator.item.visibility,
        "drawn": drawn,
        "legend": bool(drawn),
        "table": _table(target.key, indicator.title_text, indicator.unit_text, values, indicator.decimals)
        if drawn
        else None,
        "source": shown_source(latest) if latest is not None else None,
        "target_source": {"title": target.source_title or target.source_url, "url": target.source_url},
        "edit_url": edit_url,
    }


def _table(key: str, title: str, unit: str, values: Values, decimals: int) -> dict[str, Any]:
    return {
        "id": f"werte-{key}",
        "caption": title,
        "hide_caption": True,
        "columns": [{"label": _("Stichtag oder Zeitraum")}, {"label": unit, "numeric": True}],
        "rows": [
            [period_words(period), {"text": number_words(value, decimals), "numeric": True}]
            for period, value, _error in list(reversed(values))[:VALUES]
        ],
    }


def goal_course(asker: Asker, item: Item) -> dict[str, Any]:
    """How far a goal is: its targets as charts, its other indicators and the goals below it as rows.

    Five queries where it is measured; those of the goals below come with the same.
    """
    actor = asker.actor
    may_set = rules.test_rule("steering.set_target", actor)
    below = subgoals_of(asker, item)
    measured = indicators_measuring(asker, item)
    aiming = [item.pk] if is_beside(item, "targets") else []
    aiming += [sub.pk for sub in below]
    targets = visible_targets(Target.objects.filter(goal__in=aiming), actor) if aiming else []
    ids = {indicator.pk for indicator in measured} | {target.indicator_id for target in targets}
    values = city_values(ids) if ids else {}
    breaks = breaks_of(ids) if ids else {}
    readings = read_targets(targets, values, breaks)
    own = [(target, reading) for target, reading in readings if target.goal_id == item.pk]
    latest = latest_values(ids) if ids else {}
    charts = [
        target_chart(
            target, reading, values.get(target.indicator_id, ()), breaks.get(target.indicator_id, ()),
            latest=latest.get(target.indicator_id),
            edit_url=reverse("target-edit", args=[target.goal_id, target.key]) if may_set else "",
        )
        for target, reading in own
    ]  # fmt: skip
    aimed = {target.indicator_id for target, _reading in own}
    others = [
        _indicator_row(asker, indicator, latest.get(indicator.pk))
        for indicator in measured
        if indicator.pk not in aimed
    ]
    further = [_target_row(asker, target, reading) for target, reading in own[CHARTS:]]
    return {
        "leading_sections": ["steering/_how_far.html"],
        "charts": charts[:CHARTS],
        "further_targets": listed(further, first=0) if further else None,
        "other_indicators": listed(others, first=4) if others else None,
        "is_measured": bool(measured or own),
        "target_count": len(own),
        "lights": _counted([reading for _target, reading in own]),
        "sub_goals": _subgoal_rows(asker, below, readings),
        "target_url": reverse("target-create", args=[item.pk]) if may_set else "",
    }


def breaks_of(ids: Iterable[str]) -> dict[str, list[str]]:
    """The periods in which the series of indicators break. One query."""
    found: dict[str, list[str]] = {}
    wanted = list(ids)
    if wanted:
        rows = SeriesBreak.objects.filter(indicator__in=wanted)
        for pk, period in rows.values_list("indicator", "period"):
            found.setdefault(pk, []).append(period)
    return found


def _counted(readings: Sequence[LightReading]) -> list[dict[str, str]]:
    """The lights of a goal, the worst first; of several targets each with how many it is."""
    lights = [reading.light for reading in readings]
    shown = []
    for light in WORST_FIRST:
        if count := lights.count(light):
            words = shown_light(light)
            shown.append(words if len(lights) == 1 else {**words, "label": f"{count} {words['label']}"})
    return shown


def _indicator_row(asker: Asker, indicator: Item, latest: Observation | None) -> dict[str, Any]:
    """An indicator for which the goal sets no value: its latest value with its date."""
    row: dict[str, Any] = {"item": shown_item(indicator, kind_names(asker)), "text_is_own": True}
    if latest is None:
        return {**row, "text": _("Für die ganze Stadt liegt noch kein Wert vor.")}
    number = number_words(latest.value, latest.indicator.decimals)
    row["fact"] = f"{number} {latest.indicator.unit_after(number)}"
    row["text"] = _("Letzter Wert von %(period)s; ein Zielwert ist nicht gesetzt.") % {
        "period": period_words(latest.period)
    }
    return row


def _target_row(asker: Asker, target: Target, reading: LightReading) -> dict[str, Any]:
    return {
        "item": shown_item(target.indicator.item, kind_names(asker)),
        "state": shown_light(reading.light),
        "text": light_reason(target, reading),
        "text_is_own": True,
        "fact": words_of(target),
    }


def _subgoal_rows(
    asker: Asker, below: Sequence[Item], readings: Sequence[tuple[Target, LightReading]]
) -> dict[str, Any] | None:
    """The goals below with their lights and years."""
    if not below:
        return None
    names = kind_names(asker)
    by_goal: dict[str, list[LightReading]] = {}
    for target, reading in readings:
        by_goal.setdefault(target.goal_id, []).append(reading)
    rows = []
    for sub in below:
        light = light_of(by_goal.get(sub.pk, ()))
        rows.append(
            {
                "item": shown_item(sub, names),
                "state": shown_light(light) if light else None,
                "text": plain_text(sub.shown_text, 150),
                "text_is_own": not sub.text_lang,
                "fact": _("bis %(year)s") % {"year": sub.goal.horizon_year} if sub.goal.horizon_year else "",
            }
        )
    return listed(rows)


ask_with_detail("goal", "targets", lambda pk: Target.objects.filter(goal=pk))
add_to_detail("goal", goal_course)
