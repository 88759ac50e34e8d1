"""How checks come out, for their list: the sharpest word of each, how many there are of each, and what one can filter by.

Who sees a check sees all goals that it names: with one of them it goes out of sight.
"""

from __future__ import annotations

from collections import Counter
from datetime import date
from typing import Any
from urllib.parse import urlencode

from django.db import models
from django.db.models import Exists, OuterRef
from django.db.models.functions import Coalesce
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from insek.concept.asker import Asker
from insek.items.pages import MOST_CHOICES
from insek.people.models import Unit
from insek.thread.identity import is_id
from insek.thread.models import Item, ItemQuerySet
from insek.thread.shared_cache import cached
from insek.web.display import date_words, example_share, fields_of
from insek.web.state_bar import state_parts

from .models import CheckGoal

Effect = CheckGoal.Effect
NOT_YET = date(9999, 12, 31)
"""The day of a check that is not finished, for the order: before all others."""


class Outcome(models.TextChoices):
    """The sharpest that a check says of any goal."""

    CONFLICTS = "widerspricht", gettext_lazy("widersprechend")
    HINDERS = "hemmt", gettext_lazy("hemmend")
    SUPPORTS = "stuetzt", gettext_lazy("stützend")
    NEUTRAL = "beruehrt", gettext_lazy("ohne Richtung")
    NO_GOAL = "kein-ziel", gettext_lazy("kein Ziel berührt")
    OPEN = "offen", gettext_lazy("noch nicht angesehen")


ICONS = {
    Outcome.CONFLICTS: "warning", Outcome.HINDERS: "arrow-down", Outcome.SUPPORTS: "check", Outcome.NEUTRAL: "arrow-right",
    Outcome.NO_GOAL: "unlink", Outcome.OPEN: "eye",
}  # fmt: skip
_BY_EFFECT = {
    Outcome.CONFLICTS: (Effect.CONFLICTS,),
    Outcome.HINDERS: (Effect.HINDERS,),
    Outcome.SUPPORTS: (Effect.SUPPORTS, Effect.STRONG),
    Outcome.NEUTRAL: (Effect.NEUTRAL,),
}
"""The sharpest first."""


def _told(*effects: str) -> Exists:
    """Whether a check says one of these of a goal, or anything of one."""
    rows = CheckGoal.objects.filter(check_row=OuterRef("pk"))
    return Exists(rows.filter(effect__in=effects) if effects else rows)


def of_outcome(items: ItemQuerySet, value: str) -> ItemQuerySet:
    """The checks that come out so: nothing sharper is said of any goal."""
    if value in {Outcome.NO_GOAL, Outcome.OPEN}:
        chosen = items.filter(concept_check__touches_no_goal=value == Outcome.NO_GOAL)
        return chosen.filter(~_told())
    sharper: list[str] = []
    for outcome, effects in _BY_EFFECT.items():
        if outcome == value:
            found = items.filter(_told(*effects))
            return found.filter(~_told(*sharper)) if sharper else found
        sharper += effects
    return items.none()


def outcome_of(counts: Counter[str], *, touches_no_goal: bool) -> Outcome:
    """How a check comes out that says so much of so many goals."""
    for outcome, effects in _BY_EFFECT.items():
        if any(counts[effect] for effect in effects):
            return outcome
    return Outcome.NO_GOAL if touches_no_goal else Outcome.OPEN


def with_day(items: ItemQuerySet) -> ItemQuerySet:
    """The day on which a check was finished, or one after all others: the newest stand first."""
    return items.annotate(finished=Coalesce("concept_check__final_on", NOT_YET))


def prepare_rows(items: list[Item]) -> None:
    """Attach to the checks of a page what they say of goals. Two queries."""
    told: dict[str, Counter[str]] = {item.pk: Counter() for item in items}
    goals: dict[str, list[str]] = {item.pk: [] for item in items}
    rows = CheckGoal.objects.filter(check_row__in=list(told)).order_by("goal__item__sort_key", "goal")
    for check, goal, effect in rows.values_list("check_row", "goal", "effect"):
        told[check][effect] += 1
        goals[check].append(goal)
    fields = fields_of({goal for named in goals.values() for goal in named})
    for item in items:
        touched = {field.key: field for goal in goals[item.pk] for field in fields.get(goal, ())}
        item.told = told[item.pk]  # type: ignore[attr-defined]  # read by row_of_check
        item.touched_fields = list(touched.values())  # type: ignore[attr-defined]  # read by row_of_check


def row_of_check(item: Item) -> dict[str, Any]:
    """What a row of the list says of a check beyond its title."""
    check = item.concept_check
    told: Counter[str] = item.told  # type: ignore[attr-defined]  # of prepare_rows
    return {
        "state": shown_outcome(outcome_of(told, touches_no_goal=check.touches_no_goal)),
        "text": " · ".join(
            part
            for part in (
                str(check.get_subject_display()),
                *_counts(told),
                str(check.get_weight_display()) if check.weight else "",
                str(check.unit or ""),
            )
            if part
        ),
        "text_is_own": True,
        "fact": date_words(check.final_on) or check.get_status_display(),
        "fields": item.touched_fields,  # type: ignore[attr-defined]  # of prepare_rows
    }


def _counts(told: Counter[str]) -> list[str]:
    """How many goals are met how: "unterstützt 4"."""
    words = {
        Outcome.CONFLICTS: _("widerspricht %(count)s"), Outcome.HINDERS: _("hemmt %(count)s"),
        Outcome.SUPPORTS: _("unterstützt %(count)s"), Outcome.NEUTRAL: _("berührt %(count)s"),
    }  # fmt: skip
    counted = {outcome: sum(told[effect] for effect in effects) for outcome, effects in _BY_EFFECT.items()}
    return [words[outcome] % {"count": count} for outcome, count in counted.items() if count]


def shown_outcome(outcome: Outcome) -> dict[str, str]:
    """An outcome as sign and word."""
    return {"name": f"check-{outcome.value}", "icon": ICONS[outcome], "label": str(outcome.label)}


def outcome_bar(asker: Asker, checks: ItemQuerySet) -> dict[str, Any] | None:
    """How the checks of a list come out, each word leading to these alone; nothing for fewer than four. Two queries, kept.

    ``checks`` are those that all other filters leave, so that the bar stays as it is when one outcome is chosen.
    """
    concept = asker.concept
    if concept is None:
        return None
    asked = {name: value for name, value in asker.asked.items() if value and name in KEPT}
    chosen = asker.asked.get("ergebnis", "")

    def counted() -> list[tuple[str, int, int]]:
        rows = list(
            checks.order_by().values_list("pk", "standing", "concept_check__touches_no_goal")[:MOST_COUNTED]
        )
        told: dict[str, Counter[str]] = {pk: Counter() for pk, _standing, _none in rows}
        goals = CheckGoal.objects.filter(check_row__in=checks.order_by().values("pk"))
        for check, effect in goals.values_list("check_row", "effect"):
            if check in told:
                told[check][effect] += 1
        found: Counter[str] = Counter()
        examples: Counter[str] = Counter()
        for pk, standing, none in rows:
            outcome = outcome_of(told[pk], touches_no_goal=none).value
            found[outcome] += 1
            examples[outcome] += standing == "example"
        return [(outcome.value, found[outcome.value], examples[outcome.value]) for outcome in Outcome]

    parts = cached(concept, asker.actor, ("outcomes of checks", tuple(sorted(asked.items()))), counted)
    total = sum(count for _value, count, _examples in parts)
    if total < FEWEST_FOR_BAR or total >= MOST_COUNTED:
        return None
    return {
        "label": _("Wie die Prüfungen ausgehen"),
        "parts": state_parts(
            [
                {
                    **shown_outcome(Outcome(value)),
                    "count": count,
                    "share": example_share(examples, count),
                    "url": _address(asker, "" if chosen == value else value),
                    "chosen": chosen == value,
                }
                for value, count, examples in parts
            ]
        ),
    }


def _address(asker: Asker, outcome: str) -> str:
    """The same list with another outcome chosen, from its first page on."""
    rest = {name: value for name, value in asker.asked.items() if value and name not in {"ergebnis", "nach"}}
    chosen = {**rest, "ergebnis": outcome} if outcome else rest
    return f"{asker.path}?{urlencode(chosen)}" if chosen else asker.path


FEWEST_FOR_BAR = 4
MOST_COUNTED = 5000
"""From so many on the list says nothing of all: counting would cost more than it tells."""
KEPT = (
    "q",
    "art",
    "stand",
    "gewicht",
    "federfuehrung",
    "ziel",
    "ergebnis",
    "verlaesslichkeit",
    "sichtbarkeit",
)
"""What an address says that leaves other checks in the list."""


def unit_choices(asker: Asker) -> list[tuple[str, str]]:
    """The units that lead visible checks. One query, kept."""
    concept = asker.concept
    if concept is None:
        return []
    visible = Item.objects.visible_to(asker.actor).filter(concept=concept, kind="concept_check")
    units = Unit.objects.filter(checks__in=visible.values("pk")).distinct()
    return cached(concept, asker.actor, "units of checks", lambda: [(unit.key, str(unit)) for unit in units])


def goal_choices(asker: Asker) -> list[tuple[str, str]]:
    """The first visible goals that visible checks name, by number. One query, kept."""
    concept = asker.concept
    if concept is None:
        return []
    visible = Item.objects.visible_to(asker.actor).filter(concept=concept)
    checks = visible.filter(kind="concept_check").order_by().values("pk")
    goals = visible.filter(kind="goal", pk__in=CheckGoal.objects.filter(check_row__in=checks).values("goal"))
    named = goals.order_by("sort_key", "pk").only("pk", "number", "title", "title_en", "sort_key")
    return cached(
        concept,
        asker.actor,
        "goals of checks",
        lambda: [(item.pk, str(item)) for item in named[:MOST_CHOICES]],
    )


def goal_title(asker: Asker, value: str) -> str | None:
    """What a goal is called that is none of the first. One query."""
    if not is_id(value):
        return None
    named = Item.objects.visible_to(asker.actor).filter(concept=asker.concept, kind="goal", pk=value)
    return next((str(item) for item in named), None)
