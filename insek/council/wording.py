"""What a check says, in words: the summary by plain rules, and the paragraph "Bezug zum INSEK" by templates."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext, override

from insek import clock
from insek.concept.models import Concept, Edition
from insek.thread.models import EditionNumber

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
class EffectLine:
    """One line of the summary: how many goals of which fields, and what happens to them."""

    effect: str
    count: int
    text: str
    fields: str


def goals_of(check: Check) -> list[CheckGoal]:
    """The goals of a check, conflicts first. Two queries."""
    rows = list(check.goals.select_related("goal__item").prefetch_related("goal__item__fields"))
    return sorted(rows, key=lambda row: ORDER.index(row.effect))


def summary_of(rows: list[CheckGoal]) -> list[EffectLine]:
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
            lines.append(EffectLine(effect, count, words % {"n": count}, named))
    return lines


def verdict_of(check: Check) -> str:
    """Whether the matter is of citywide weight, as a person chose; that nobody has looked is no result."""
    return str(check.get_weight_display()) if check.weight else _("noch nicht angesehen")


def goals_verdict_of(check: Check, count: int) -> str:
    """Which goals are touched: their number, none as a person chose, or that nobody has looked."""
    if count:
        return ngettext("%(n)s Ziel", "%(n)s Ziele", count) % {"n": count}
    return _("berührt kein Ziel") if check.touches_no_goal else _("noch nicht angesehen")


def edition_of_check(check: Check) -> Edition | None:
    """The edition a check rests on: the one it names, else the one in force on its day; None where there is none.

    An example rests on an example, adopted or not. At most two queries.
    """
    if check.edition_id is not None:
        return check.edition
    return edition_on(check.item.concept_id, check.final_on, example=check.item.is_example)


def edition_on(concept: Concept | int, day: date | None = None, *, example: bool = False) -> Edition | None:
    """The adopted edition in force on a day, today without one; None where there is none. At most two queries.

    An example rests on an example, adopted or not.
    """
    editions = Edition.objects.filter(concept=concept)
    adopted = editions.filter(
        status__in=[Edition.Status.ADOPTED, Edition.Status.SUPERSEDED],
        date__lte=day or clock.today(),
    ).order_by("-date", "-pk")
    if not example:
        return adopted.exclude(standing="example").first()
    drafts = editions.filter(status=Edition.Status.DRAFT, standing="example").order_by("-pk")
    return adopted.filter(standing="example").first() or drafts.first()


def paragraph_of(check: Check) -> str:
    """The paragraph for the paper, in German whatever the page speaks, made from the check."""
    with override("de"):
        return "\n\n".join(_parts(check))


def _parts(check: Check) -> Iterable[str]:
    rows = goals_of(check)
    title = check.item.title
    if check.item.is_example:
        yield "Beispiel, erfunden und nicht beschlossen."
    yield " ".join(_weight(check, f"{_subject_of(check)} „{title}“"))
    for effect in ORDER:
        met = [row for row in rows if row.effect == effect]
        if met:
            yield f"{SENTENCES[effect]}\n" + "\n".join(_goal_line(row, check) for row in met)
    if not rows and check.touches_no_goal:
        yield f"Das Vorhaben berührt kein Ziel des INSEK. {_sentence(check.no_goal_reason)}".strip()
    elif not rows:
        yield "Welche Ziele des INSEK berührt sind, ist noch nicht geprüft."
    measures = [str(row.item) for row in check.measures.select_related("item").order_by("item__sort_key")]
    if measures:
        yield "Umgesetzt wird damit:\n" + "\n".join(f"– {name}" for name in measures)
    places = check.districts.select_related("item").order_by("item__sort_key")
    if places:
        yield f"Betroffene Räume: {', '.join(row.item.title for row in places)}."
    yield _foundation(check, rows)


def _weight(check: Check, subject: str) -> Iterable[str]:
    """Whether it is of citywide weight, by which criteria, and why."""
    if check.weight == Check.Weight.CITYWIDE:
        yield f"{subject} ist von gesamtstädtischem Gewicht."
        criteria = check.criteria.order_by("position", "key")
        yield from (f"{row.title.rstrip('.')}." for row in criteria)
    elif check.weight == Check.Weight.LOCAL:
        yield f"{subject} ist nicht von gesamtstädtischem Gewicht."
    else:
        yield f"Ob {subject[0].lower()}{subject[1:]} von gesamtstädtischem Gewicht ist, ist noch nicht geprüft."
    if check.weight_reason:
        yield _sentence(check.weight_reason)


def _foundation(check: Check, rows: list[CheckGoal]) -> str:
    """What the check rests on: the edition with its day, and which of the goals are not in it."""
    edition = edition_of_check(check)
    concept = check.item.concept.title
    if edition is None:
        return f"Grundlage der Prüfung: {concept}, Arbeitsstand ohne beschlossene Ausgabe."
    said = f"Grundlage der Prüfung: {edition.title}"
    said += f", beschlossen am {date_format(edition.date, 'j. F Y')}." if edition.date else ", Entwurf."
    numbered = set(
        EditionNumber.objects.filter(edition=edition, item_id__in=[row.goal_id for row in rows]).values_list(
            "item_id", flat=True
        )
    )
    later = [row.goal.item.number for row in rows if row.goal.item.number and row.goal_id not in numbered]
    if later and edition.numbers.exists():
        said += f" Nicht Teil dieser Ausgabe: {', '.join(later)}."
    return said


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
    made_up = " (Beispiel)" if row.goal.item.is_example and not check.item.is_example else ""
    return f"– {row.goal.item}{made_up}: {_sentence(row.reason).rstrip('.')}{_CERTAINTY[row.certainty]}."


def _sentence(text: str) -> str:
    text = text.strip()
    return text if not text or text.endswith((".", "!", "?")) else f"{text}."


def paragraph_shown(check: Check) -> str:
    """The paragraph as somebody worded or froze it, or as it follows from the check."""
    return check.paragraph or paragraph_of(check)
