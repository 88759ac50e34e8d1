"""Fields of action by the states of their measures and the lights of their goals."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from insek.concept.asker import Asker
from insek.thread.kinds import kind_named, kind_names
from insek.thread.models import Item
from insek.web.display import example_share, fields_of, number_words

from .nearer import TargetCourse, lights_of, list_of_goals
from .pages import NEAR, NEAR_LIGHTS
from .queries import AssessedMeasure
from .states import MeasureState


def field_table(
    asker: Asker,
    rows: Sequence[AssessedMeasure],
    of_item: Mapping[str, Sequence[Any]],
    goals: Mapping[str, Item],
    courses: Sequence[TargetCourse],
    *,
    chosen: str,
    url: Callable[[str, str], str],
) -> dict[str, Any] | None:
    """The table for the field that is ``chosen`` by its key, or for all; every number leads to what it counts.

    ``url`` gives the address of the measures of a field in a state, or in any. Where everything that is counted is an
    example, a note says so; else each number does. One query.
    """
    if asker.concept is None:
        return None
    states = [state for state in MeasureState if any(row.status.state == state for row in rows)]
    of_goal = fields_of(goals)
    lights = lights_of(goals, courses)
    listing = reverse(kind_named("goal").list_name)
    counted: list[Item] = []
    found = []
    for field in asker.fields:
        if chosen and field.key != chosen:
            continue
        inside = [row for row in rows if _is_in(field.key, of_item.get(row.item.pk, ()))]
        own = [pk for pk in goals if _is_in(field.key, of_goal.get(pk, ()))]
        if inside or own:
            found.append((field, inside, own))
            counted += [*(row.item for row in inside), *(goals[pk] for pk in own)]
    if not found:
        return None
    all_examples = all(item.is_example for item in counted)

    def number(items: Iterable[Item], url: str) -> dict[str, Any]:
        """A number that leads to what was counted; nought leads nowhere."""
        examples = [item.is_example for item in items]
        share = "" if all_examples else example_share(sum(examples), len(examples))
        return {
            "text": number_words(len(examples)), "url": url if examples else "", "numeric": True, "note": f"({share})" if share else "",
        }  # fmt: skip

    lines = []
    for field, inside, own in found:
        by_state = {state: [row.item for row in inside if row.status.state == state] for state in states}
        near = [goals[pk] for pk in own if lights[pk] in NEAR_LIGHTS]
        lines.append([
            {"text": str(field), "url": field.url},
            number((row.item for row in inside), url(field.key, "")),
            *(number(items, url(field.key, state.value)) for state, items in by_state.items()),
            number((goals[pk] for pk in own), f"{listing}?feld={field.key}"),
            number(near, list_of_goals(NEAR, field.key)),
        ])  # fmt: skip
    names = kind_names(asker)
    heads = [
        names("measure", plural=True), *(str(state.label) for state in states), names("goal", plural=True), _("auf Kurs oder erreicht"),
    ]  # fmt: skip
    said = {"measures": names("measure", plural=True), "goals": names("goal", plural=True)}
    return {
        "id": "felder-tabelle",
        "caption": _("Handlungsfelder nach dem Stand ihrer Maßnahmen und Ziele"),
        "hide_caption": True,
        "columns": [{"label": _("Handlungsfeld")}, *({"label": label, "numeric": True} for label in heads)],
        "rows": lines,
        "note": _("Alle %(measures)s und %(goals)s, die hier gezählt sind, sind Beispiele.") % said if all_examples else "",
    }  # fmt: skip


def _is_in(key: str, fields: Iterable[Any]) -> bool:
    return any(field.key == key for field in fields)


def field_note(rows: Sequence[AssessedMeasure], of_item: Mapping[str, Sequence[Any]]) -> str:
    """Why the bars together count more or less than there are measures; empty where they do not."""
    several = sum(len(of_item.get(row.item.pk, ())) > 1 for row in rows)
    nowhere = sum(not of_item.get(row.item.pk) for row in rows)
    notes = []
    if several:
        said = {"several": several, "all": len(rows)}
        notes.append(
            ngettext(
                "Eine Maßnahme gehört zu mehreren Handlungsfeldern und zählt in jedem.",
                "%(several)s Maßnahmen gehören zu mehreren Handlungsfeldern und zählen in jedem; insgesamt sind es %(all)s.",
                several,
            )
            % said
        )
    if nowhere:
        notes.append(
            ngettext(
                "Eine Maßnahme gehört zu keinem Handlungsfeld und steht hier nicht.",
                "%(nowhere)s Maßnahmen gehören zu keinem Handlungsfeld und stehen hier nicht.",
                nowhere,
            )
            % {"nowhere": nowhere}
        )
    return " ".join(notes)
