"""The page of a field of action: where it stands, what shall change, what is done for it, what it rests on.

It is put together from all rooms below, in plain values, and kept for all who see the same until something changes.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from insek.concept.asker import Asker
from insek.concept.models import Concept, Field
from insek.council.pages import resolution_lines
from insek.evidence.models import SeriesBreak
from insek.evidence.queries import city_values
from insek.findings.models import Finding
from insek.participation.queries import takes_contributions
from insek.places.sheets.content import sheet_address
from insek.steering.how_far import light_of, shown_light
from insek.steering.light import LightReading
from insek.steering.models import Target
from insek.steering.queries import AssessedMeasure, assessed_measures, read_targets, visible_targets
from insek.steering.status import ICONS
from insek.strategy.pages import measure_mark, years
from insek.thread.kinds import KindNames, kind_named, kind_names
from insek.thread.models import Item, Link
from insek.web.display import (
    ShownField,
    count_words,
    fields_of,
    number_words,
    shown_item,
)
from insek.web.listed import listed
from insek.web.richtext import plain_text

from .field_stand import (
    goal_bar,
    leading_number,
    map_of_measures,
    measure_bar,
    readings_by_goal,
    sentences_on,
    target_charts,
)

GOALS = 300
"""Goals of one field that are read; the list of goals has all of them."""
MEASURES = 600
"""Measures of one field that are read."""
FINDINGS = 200
OPEN = 10
"""Goals that stand open with their measures; the others are folded."""
OPEN_NARROW = 4
"""Goals that stand open on a phone."""
BELOW = 6
"""Measures named below a goal; its page has all of them."""
EACH = 3
"""Findings named of each sort."""
FIGURES = 60
"""Indicators of one field among which the leading number is looked for."""


def field_page(asker: Asker, concept: Concept, field: Field) -> dict[str, Any]:
    """What the page of a field says. Some twenty queries, whatever the number of its items."""
    visible = Item.objects.visible_to(asker.actor).filter(concept=concept)
    of_field = visible.filter(fields=field)
    goals = list(of_field.filter(kind="goal").select_related("goal").defer("text", "text_en")[:GOALS])
    measures = assessed_measures(
        of_field.filter(kind="measure")
        .select_related("measure__responsible")
        .defer("text", "text_en")[:MEASURES],
        asker.actor,
    )
    targets = visible_targets(Target.objects.filter(goal__in=[goal.pk for goal in goals]), asker.actor)
    indicators = list(
        of_field.filter(kind="indicator").select_related("indicator").defer("text", "text_en")[:FIGURES]
    )
    ids = {target.indicator_id for target in targets} | {indicator.pk for indicator in indicators}
    values = city_values(ids) if ids else {}
    breaks = _breaks(ids) if values else {}
    readings = read_targets(targets, values, breaks)
    serving, linked = _links(goals, measures)
    marks = fields_of(goal.pk for goal in goals)
    return {
        "lead": leading_number(readings, indicators, values, breaks),
        "sentences": sentences_on(field, goals, measures, readings),
        "measure_bar": measure_bar(field, measures),
        "goal_bar": goal_bar(field, goals, readings),
        "charts": target_charts(readings, values, breaks),
        "map": map_of_measures(asker, concept, field, measures, linked),
        "sheet_url": sheet_address("karte", feld=field.key),
        "tree": _tree(asker, field, goals, measures, serving, readings, marks),
        "loose": _loose(asker, field, measures, serving),
        "findings": (findings := _findings(asker, field, of_field)),
        "findings_label": ", ".join(str(group["label"]) for group in findings),
        "figures_url": f"{reverse(kind_named('indicator').list_name)}?feld={field.key}" if indicators else "",
        "adopting": _adopting(asker, visible, field),
        "follow_url": f"{reverse('follow')}?feld={field.key}",
        "say_url": f"{reverse('contribute')}?feld={field.key}" if takes_contributions(concept) else "",
        "is_empty": not (goals or measures or indicators),
    }


def _breaks(ids: Iterable[str]) -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    for pk, period in SeriesBreak.objects.filter(indicator__in=list(ids)).values_list("indicator", "period"):
        found.setdefault(pk, []).append(period)
    return found


def _links(
    goals: Sequence[Item], measures: Sequence[AssessedMeasure]
) -> tuple[dict[str, list[str]], dict[str, set[str]]]:
    """By goal its measures, and by place the measures that are linked to it. One query."""
    ids = [row.item.pk for row in measures]
    serving: dict[str, list[str]] = {}
    linked: dict[str, set[str]] = {}
    rows = Link.objects.filter(
        Q(kind="implemented_by", source__in=[goal.pk for goal in goals], target__in=ids)
        | Q(kind="located_in", source__in=ids)
    )
    for kind, source, target in rows.order_by("target__sort_key", "pk").values_list(
        "kind", "source", "target"
    ):
        if kind == "implemented_by":
            serving.setdefault(source, []).append(target)
        else:
            linked.setdefault(target, set()).add(source)
    return serving, linked


def _measure_row(asker: Asker, row: AssessedMeasure) -> dict[str, Any]:
    """A measure in one line: state, title, years; why it serves the goal says the page of either."""
    state = row.status.state
    mark = measure_mark(row.item)
    return {
        "item": shown_item(row.item, kind_names(asker)),
        "state": {"name": state.value, "icon": ICONS[state], "label": row.status.label},
        "fact": years(row.measure),
        "mark": (mark[0], str(mark[1])) if mark else None,
    }


def _tree(
    asker: Asker,
    field: Field,
    goals: Sequence[Item],
    measures: Sequence[AssessedMeasure],
    serving: Mapping[str, Sequence[str]],
    readings: Sequence[tuple[Target, LightReading]],
    marks: Mapping[str, Sequence[ShownField]],
) -> dict[str, Any] | None:
    """The goals of the field with what stands below them: goals, and measures with their states."""
    if not goals:
        return None
    names = kind_names(asker)
    known = {row.item.pk: row for row in measures}
    by_goal = readings_by_goal(readings)
    here = {goal.pk for goal in goals}
    children: dict[str, list[Item]] = {}
    for goal in goals:
        if goal.goal.parent_id in here:
            children.setdefault(goal.goal.parent_id, []).append(goal)

    def branch(goal: Item, depth: int = 0) -> dict[str, Any]:
        light = light_of(by_goal.get(goal.pk, ()))
        done = [_measure_row(asker, known[pk]) for pk in serving.get(goal.pk, ()) if pk in known]
        below = [branch(child, depth + 1) for child in children.get(goal.pk, ())] if depth < 3 else []
        year = goal.goal.horizon_year
        return {
            "item": shown_item(goal, names),
            "state": shown_light(light) if light else None,
            "fact": _("bis %(year)s") % {"year": year} if year else "",
            "fields": [other for other in marks.get(goal.pk, ()) if other.key != field.key],
            "goals": below,
            "measures": listed(done, first=BELOW) if done else None,
            "done_words": _done_words(done, names),
        }

    tops = [goal for goal in goals if goal.goal.parent_id not in here]
    begin = OPEN_NARROW if len(tops) > OPEN_NARROW + 1 else OPEN
    more = len(goals) == GOALS
    address = f"{reverse(kind_named('goal').list_name)}?feld={field.key}"
    return {
        "open": [branch(goal) for goal in tops[:begin]],
        "folded": [branch(goal) for goal in tops[begin:OPEN]],
        "folded_label": _more_goals(len(tops[begin:OPEN])),
        "rest": [branch(goal) for goal in tops[OPEN:]],
        "rest_label": _more_goals(len(tops[OPEN:])),
        "all_url": address if more else "",
        "all_label": _("Alle Ziele dieses Feldes"),
    }


def _more_goals(count: int) -> str:
    return ngettext("%(count)s weiteres Ziel", "%(count)s weitere Ziele", count) % {
        "count": number_words(count)
    }


def _done_words(rows: Sequence[Mapping[str, Any]], names: KindNames) -> str:
    """What is done for a goal, in a line: 3 Maßnahmen: läuft nach Plan (2), verzögert (1); empty without measures."""
    if not rows:
        return ""
    counts = Counter(row["state"]["label"] for row in rows)
    many = count_words(len(rows), MEASURES, names("measure"), names("measure", plural=True))
    parts = [
        f"{label} ({number_words(number)})" if len(rows) > 1 else label
        for label, number in counts.most_common()
    ]
    return f"{many}: {', '.join(parts)}"


def _loose(
    asker: Asker, field: Field, measures: Sequence[AssessedMeasure], serving: Mapping[str, Sequence[str]]
) -> dict[str, Any] | None:
    """Measures of the field that serve no goal of it."""
    served = {pk for rows in serving.values() for pk in rows}
    rows = [_measure_row(asker, row) for row in measures if row.item.pk not in served]
    address = (
        f"{reverse(kind_named('measure').list_name)}?feld={field.key}" if len(measures) == MEASURES else ""
    )
    return (
        listed(rows, first=5, all_url=address, all_label=_("Alle Maßnahmen dieses Feldes")) if rows else None
    )


def _findings(asker: Asker, field: Field, of_field: Any) -> list[dict[str, Any]]:
    """Strengths, weaknesses, opportunities and threats, of each the first. One query."""
    names = kind_names(asker)
    rows = list(of_field.filter(kind="finding").select_related("finding")[:FINDINGS])
    address = f"{reverse(kind_named('finding').list_name)}?feld={field.key}&typ="
    groups = []
    for sort, label in (
        (Finding.Type.STRENGTH, _("Stärken")), (Finding.Type.WEAKNESS, _("Schwächen")),
        (Finding.Type.OPPORTUNITY, _("Chancen")), (Finding.Type.THREAT, _("Risiken")),
    ):  # fmt: skip
        found = [row for row in rows if row.finding.type == sort]
        if not found:
            continue
        shown = [
            {
                "item": shown_item(row, names),
                "text": plain_text(row.shown_text, 110),
                "text_is_own": not row.text_lang,
            }
            for row in found[:EACH]
        ]
        all_words = _("Alle %(n)s ansehen") % {"n": number_words(len(found))}
        groups.append(
            {
                "key": sort.value,
                "label": label,
                "list": listed(
                    shown,
                    first=EACH,
                    all_url=address + sort.value if len(found) > EACH else "",
                    all_label=all_words if len(rows) < FINDINGS else _("Alle ansehen"),
                ),
            }
        )
    return groups


def _adopting(asker: Asker, visible: Any, field: Field) -> dict[str, Any] | None:
    """The resolutions that adopted the field. Two queries."""
    rows = visible.filter(kind="resolution", resolution__adopted_fields=field).select_related(
        "resolution__body"
    )[:5]
    lines = resolution_lines(rows, kind_names(asker))
    if not lines:
        return None
    return listed(
        [
            {
                "item": line["item"],
                "text": f"{line['body']}: {line['outcome']}",
                "text_is_own": True,
                "fact": line["date"],
            }
            for line in lines
        ]
    )
