"""What a check says, in words: the summary by plain rules, and the paragraph "Bezug zum INSEK" by templates."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from insek.web.display import date_words

from .models import Check, CheckGoal

ORDER = [effect.value for effect in CheckGoal.Effect]
"""Conflicts first."""
SENTENCES = {
    "conflicts": "Das Vorhaben steht im Widerspruch zu folgenden Zielen:",
    "hinders": "Das Vorhaben hemmt folgende Ziele:",
    "neutral": "Das Vorhaben berührt folgende Ziele, ohne sie zu fördern oder zu hemmen:",
    "supports": "Das Vorhaben unterstützt folgende Ziele:",
    "strong": "Das Vorhaben unterstützt folgende Ziele stark:",
}


@dataclass(frozen=True)
class Line:
    """One line of the summary: how many goals of which fields, and what happens to them."""

    effect: str
    count: int
    text: str
    fields: str


def goals_of(check: Check) -> list[CheckGoal]:
    """The goals of a check, conflicts first. Two queries."""
    rows = list(check.goals.select_related("goal__item").prefetch_related("goal__item__fields"))
    return sorted(rows, key=lambda row: ORDER.index(row.effect))


def summary_of(rows: list[CheckGoal]) -> list[Line]:
    """How many goals are met how, and of which fields; no score, because nothing was measured."""
    lines = []
    for effect in ORDER:
        met = [row for row in rows if row.effect == effect]
        if met:
            count = len(met)
            words = {
                "conflicts": ngettext(
                    "%(n)s Ziel steht im Widerspruch", "%(n)s Ziele stehen im Widerspruch", count
                ),
                "hinders": ngettext("%(n)s Ziel wird gehemmt", "%(n)s Ziele werden gehemmt", count),
                "neutral": ngettext(
                    "%(n)s Ziel wird berührt, ohne Richtung",
                    "%(n)s Ziele werden berührt, ohne Richtung",
                    count,
                ),
                "supports": ngettext("%(n)s Ziel wird unterstützt", "%(n)s Ziele werden unterstützt", count),
                "strong": ngettext(
                    "%(n)s Ziel wird stark unterstützt", "%(n)s Ziele werden stark unterstützt", count
                ),
            }[effect]
            fields = {str(field): field.position for row in met for field in row.goal.item.fields.all()}
            named = ", ".join(sorted(fields, key=lambda name: (fields[name], name)))
            lines.append(Line(effect, count, words % {"n": count}, named))
    return lines


def verdict_of(check: Check) -> str:
    """Whether the matter is of citywide weight, by the rule that one criterion is enough."""
    if check.criteria.exists():
        return _("von gesamtstädtischem Gewicht")
    return _("ohne gesamtstädtisches Gewicht")


def paragraph_of(check: Check) -> str:
    """The paragraph for the paper, in German, made from the check."""
    rows = goals_of(check)
    criteria = [row.criterion.title.rstrip(".") for row in check.criteria.select_related("criterion")]
    subject = _subject_of(check)
    parts = []
    if check.standing == "example":
        parts.append("Beispiel, erfunden und nicht beschlossen.")
    if criteria:
        parts.append(f"{subject} „{check.title}“ ist von gesamtstädtischem Gewicht. {'. '.join(criteria)}.")
    else:
        parts.append(f"{subject} „{check.title}“ ist nicht von gesamtstädtischem Gewicht.")
    if check.weight_reason:
        parts[-1] += f" {_sentence(check.weight_reason)}"
    for effect in ORDER:
        met = [row for row in rows if row.effect == effect]
        if met:
            parts.append(f"{SENTENCES[effect]}\n" + "\n".join(_goal_line(row, check) for row in met))
    if not rows:
        parts.append("Ziele des INSEK sind bisher nicht zugeordnet.")
    measures = [str(row.measure.item) for row in check.measures.select_related("measure__item")]
    if measures:
        parts.append("Umgesetzt wird damit:\n" + "\n".join(f"– {name}" for name in measures))
    places = [row.district.item.title for row in check.places.select_related("district__item")]
    if places:
        parts.append(f"Betroffene Räume: {', '.join(places)}.")
    parts.append(f"Grundlage der Prüfung: {check.concept.title}.")
    return "\n\n".join(parts)


_SUBJECTS = {
    "paper": "Die Vorlage",
    "budget": "Der Haushaltsansatz",
    "funding": "Der Förderantrag",
    "land_use": "Der Bauleitplan",
}
"""The word that a kind of matter is named by, with its article."""
_CERTAINTY = {"high": "", "medium": " (wahrscheinlich)", "low": " (unsicher)"}


def _subject_of(check: Check) -> str:
    """The matter by its kind; where no paper is there, none is named."""
    if check.paper_id is None and check.subject == Check.Subject.PAPER:
        return "Das Vorhaben"
    return _SUBJECTS[check.subject]


def _goal_line(row: CheckGoal, check: Check) -> str:
    """A made-up goal says so, unless the whole check does."""
    made_up = " (Beispiel)" if row.goal.item.is_example and check.standing != "example" else ""
    return f"– {row.goal.item}{made_up}: {_sentence(row.reason).rstrip('.')}{_CERTAINTY[row.certainty]}."


def _sentence(text: str) -> str:
    text = text.strip()
    return text if text.endswith((".", "!", "?")) else f"{text}."


def check_in_words(check: Check) -> str:
    """Everything a check says, for the history of its paper."""
    if check.pk is None:
        return ""
    stored: Any = Check.objects.get(pk=check.pk)
    head = [stored.get_subject_display(), stored.unit and str(stored.unit), stored.get_standing_display()]
    head += [date_words(stored.final_on)] if stored.final_on else []
    lines = [
        f"{stored.title} ({stored.get_status_display()})",
        ", ".join(filter(None, head)),
        verdict_of(stored),
    ]
    lines += [str(row.criterion) for row in stored.criteria.select_related("criterion")]
    lines += [
        f"{row.goal.item}: {row.get_effect_display()}, {row.get_certainty_display()}. {row.reason}"
        for row in goals_of(stored)
    ]
    lines += [str(row.measure.item) for row in stored.measures.select_related("measure__item")]
    lines += [row.district.item.title for row in stored.places.select_related("district__item")]
    return "\n".join([*lines, stored.weight_reason, stored.paragraph]).strip()
