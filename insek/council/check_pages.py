"""How checks are shown: their list, their page, and what they say on the pages of papers and goals."""

from __future__ import annotations

from typing import Any

import rules
from django.db.models import QuerySet
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from insek.concept.asker import Asker
from insek.items.filtered import filtered
from insek.items.pages import (
    Choice,
    Filter,
    ItemPages,
    KindColumn,
    add_to_detail,
    ask_with_detail,
    is_beside,
    pages_of,
    register_pages,
)
from insek.people.actors import Actor
from insek.people.prepared import prepared
from insek.thread.audience import gated
from insek.thread.identity import is_id
from insek.thread.kinds import kind_names
from insek.thread.known_ids import is_seen
from insek.thread.models import Change, Item, ItemQuerySet
from insek.web.display import date_words, shown_item, shown_items
from insek.web.listed import listed

from .answering import has_conflict, not_asked
from .check_outcomes import (
    Outcome,
    goal_choices,
    goal_title,
    of_outcome,
    outcome_bar,
    prepare_rows,
    row_of_check,
    unit_choices,
    with_day,
)
from .checking import what_is_missing
from .forms import CheckForm
from .models import Check, CheckGoal, Paper
from .wording import edition_of_check, goals_of, goals_verdict_of, paragraph_shown, summary_of, verdict_of

CHECKS_SHOWN = 20


def check_facts(item: Item) -> list[tuple[Any, Any]]:
    """Kind of matter, state and unit, for a line of the list."""
    check = item.concept_check
    return [
        (_("Art der Sache"), check.get_subject_display()),
        (_("Stand"), state_of(check)),
        (_("Federführung"), str(check.unit) if check.unit else ""),
    ]


def state_of(check: Check) -> str:
    """Draft, or when it was finished."""
    if check.final_on is None:
        return str(check.get_status_display())
    return _("abgeschlossen am %(day)s") % {"day": date_words(check.final_on)}


def check_detail(asker: Asker, item: Item) -> dict[str, Any]:
    """Summary, goals, measures, places and the paragraph; what the actor may not see of it is left out."""
    check, actor = item.concept_check, asker.actor
    check.item = item
    visible = Item.objects.visible_to(actor)
    all_goals = goals_of(check)
    seen = _seen(visible, check, all_goals)
    rows = [row for row in all_goals if row.goal_id in seen]
    shown = shown_items([row.goal.item for row in rows], kind_names(asker)) if rows else []
    can_edit = actor.user_id is not None and rules.test_rule("council.edit_check", actor, item)
    edition = edition_of_check(check)
    return {
        "check": check,
        "goals": [{"row": row, "item": each} for row, each in zip(rows, shown, strict=True)],
        "summary": summary_of(rows),
        "unsure": sum(1 for row in rows if row.certainty == "low"),
        "verdict": verdict_of(check),
        "goals_verdict": goals_verdict_of(check, len(all_goals)),
        "edition": {"title": str(edition), "url": reverse("edition", args=[edition.key])}
        if edition
        else None,
        "criteria": list(check.criteria.order_by("position", "key")),
        "paper_item": seen.get(check.paper_id or ""),
        "measures": [seen[pk] for pk in seen if seen[pk].kind == "measure"],
        "places": [seen[pk] for pk in seen if seen[pk].kind == "district"],
        "paragraph": paragraph_shown(check),
        "answer": {
            "text": check.answer,
            "day": date_words(check.answered_on),
            "until": date_words(check.answer_until),
        },
        "state": state_of(check),
        "finished_by": _finished_by(item) if check.is_final and actor.sees_internal else "",
        "can_edit_check": can_edit,
        "missing": what_is_missing(check) if can_edit else [],
    }


def _seen(visible: ItemQuerySet, check: Check, goals: list[CheckGoal]) -> dict[str, Item]:
    """What a check names and the actor may see, by id, in the order of numbers. Three queries."""
    named = {row.goal_id for row in goals} | {check.paper_id}
    named |= set(check.measures.values_list("pk", flat=True))
    named |= set(check.districts.values_list("pk", flat=True))
    return {item.pk: item for item in visible.filter(pk__in=named - {None}).order_by("sort_key", "pk")}


def _finished_by(item: Item) -> str:
    """Who finished a check, as its history says. One query."""
    change = (
        Change.objects.filter(item_id=item.pk, differences__has_key="final_on")
        .select_related("actor")
        .order_by("-pk")
        .first()
    )
    return str(change.actor) if change is not None and change.actor is not None else ""


def check_actions(asker: Asker, item: Item) -> list[tuple[str, Any]]:
    """What is done with a draft beyond its form."""
    if not rules.test_rule("council.edit_check", asker.actor, item):
        return []
    find = reverse("check-find", args=[item.pk])
    check = item.concept_check
    check.item = item
    asks = not_asked(check).exists()
    return [
        (reverse("check-sheet", args=[item.pk]), _("Auf einer Seite prüfen")),
        *(
            [(reverse("check-ask", args=[item.pk]), _("Um Antwort bitten"))]
            if asks and rules.test_rule("council.confirm_check", asker.actor, item)
            else []
        ),
        *(
            [(reverse("check-answer", args=[item.pk]), _("Zum Widerspruch antworten"))]
            if has_conflict(check)
            else []
        ),
        (find, _("Ziele wählen")),
        (f"{find}?art=massnahme", _("Maßnahmen wählen")),
        (reverse("check-paragraph", args=[item.pk]), _("Absatz bearbeiten")),
        (reverse("check-finish", args=[item.pk]), _("Abschließen")),
    ]


def begin_check(asker: Asker) -> dict[str, Any] | None:
    """What the form of a new check starts with: the paper that ``?vorlage=`` names, its title, unit and places."""
    item_id = str(asker.asked.get("vorlage", ""))
    if not item_id:
        return {}
    papers = Paper.objects.filter(item__in=Item.objects.visible_to(asker.actor)).select_related("item")
    paper = papers.filter(pk=item_id).first() if is_id(item_id) else None
    if paper is None:
        return None
    places = paper.item.consequences.filter(kind="located_in", target__visibility="public")
    return {
        "paper": paper.pk,
        "title": paper.item.title,
        "unit": paper.unit_id,
        "standing": "example" if paper.item.is_example else "working",
        "districts": list(places.values_list("target_id", flat=True)),
    }


def check_lines(checks: QuerySet[Check]) -> list[dict[str, Any]]:
    """Checks in a list outside their own. One query."""
    return [
        {
            "title": check.item.title,
            "url": check.item.url,
            "subject": check.get_subject_display(),
            "unit": str(check.unit) if check.unit else "",
            "date": date_words(check.final_on) or check.get_status_display(),
            "standing": check.item.standing,
            "visibility": check.item.visibility,
        }
        for check in checks.select_related("unit", "item").order_by("-final_on", "-pk")[:CHECKS_SHOWN]
    ]


def visible_checks(actor: Actor) -> QuerySet[Check]:
    """The checks whose items the actor may see."""
    return Check.objects.filter(is_seen(Item.objects.visible_to(actor), "pk"))


EFFECT_MARKS = {
    "conflicts": ("at_risk", "close"), "hinders": ("delayed", "warning"), "neutral": ("unknown", "arrow-right"),
    "supports": ("on_track", "check"), "strong": ("on_track", "check"),
}  # fmt: skip
"""How the effect of a project on a goal is marked: the colour of a state, a sign."""


def checked_at_goal(asker: Asker, item: Item) -> dict[str, Any]:
    """The checks that name a goal, with what they say about it. One query where there are any."""
    if not is_beside(item, "checks"):
        return {}
    actor = asker.actor
    rows = prepared(
        gated(actor, "checks of a goal"),
        lambda pk: (
            CheckGoal.objects.filter(goal=pk)
            .filter(is_seen(Item.objects.visible_to(actor), "check_row"))
            .select_related("check_row__item")
            .order_by("-check_row__final_on", "-check_row__pk")[:CHECKS_SHOWN]
        ),
        item.pk,
    )
    names = kind_names(asker)
    checked = [
        {
            "item": shown_item(row.check_row.item, names),
            "state": {
                "name": EFFECT_MARKS[row.effect][0],
                "icon": EFFECT_MARKS[row.effect][1],
                "label": row.get_effect_display(),
            },
            "text": row.reason,
            "fact": date_words(row.check_row.final_on) or row.check_row.get_status_display(),
        }
        for row in rows
    ]
    return (
        {"checked": listed(checked, first=4), "closing_sections": ["council/_checked.html"]}
        if checked
        else {}
    )


ask_with_detail("goal", "checks", lambda pk: CheckGoal.objects.filter(goal=pk))
add_to_detail("goal", checked_at_goal)


def list_context(asker: Asker, items: ItemQuerySet) -> dict[str, Any]:
    """The way to the criteria, for those who may see them, and how those of this list come out. Three queries, for visitors kept."""
    sees = rules.test_rule("council.see_criteria", asker.actor)
    if asker.asked.get("ergebnis"):
        others = {name: value for name, value in asker.asked.items() if name != "ergebnis"}
        items, _filters = filtered(asker.about(others), pages_of("concept_check"))
    return {
        "criteria_url": reverse("criterion-list") if sees else "",
        "share_url": reverse("decision-share") if sees else "",
        "outcome_bar": outcome_bar(asker, items),
    }


register_pages(
    ItemPages(
        kind="concept_check",
        form=CheckForm,
        detail_template="council/check.html",
        list_template="council/check_list.html",
        list_context=list_context,
        detail=check_detail,
        actions=check_actions,
        begin=begin_check,
        next_page=lambda item: reverse("check-sheet", args=[item.pk]),
        facts=check_facts,
        prepare=prepare_rows,
        row=row_of_check,
        layout="lines",
        in_fields=False,
        related=("concept_check__paper__item", "concept_check__unit", "concept_check__edition"),
        annotated=with_day,
        sorts={"stand": (gettext_lazy("Tag des Abschlusses"), ("-finished", "pk"))},
        default_sort="stand",
        filters=(
            Filter("ergebnis", gettext_lazy("Ergebnis"), lambda asker: Outcome.choices, of_outcome),
            Filter(
                "art",
                gettext_lazy("Art der Sache"),
                lambda asker: Check.Subject.choices,
                lambda items, value: items.filter(concept_check__subject=value),
            ),
            Filter(
                "stand",
                gettext_lazy("Stand"),
                lambda asker: Check.Status.choices,
                lambda items, value: items.filter(concept_check__status=value),
            ),
            Filter(
                "gewicht",
                gettext_lazy("Gesamtstädtisches Gewicht"),
                lambda asker: Check.Weight.choices,
                lambda items, value: items.filter(concept_check__weight=value),
            ),
            Filter(
                "federfuehrung",
                gettext_lazy("Federführung"),
                unit_choices,
                lambda items, value: items.filter(concept_check__unit__key=value),
            ),
            Filter(
                "ziel",
                gettext_lazy("Ziel"),
                goal_choices,
                lambda items, value: items.filter(concept_check__goals__goal=value),
                goal_title,
            ),
        ),
        columns=(
            KindColumn("subject", Choice("subject", "concept_check")),
            KindColumn("status", Choice("status", "concept_check"), gettext_lazy("Stand")),
            KindColumn(
                "final_on", lambda item: item.concept_check.final_on, gettext_lazy("Abgeschlossen am")
            ),
            KindColumn("weight", lambda item: verdict_of(item.concept_check)),
            KindColumn("unit", lambda item: item.concept_check.unit, gettext_lazy("Federführung")),
        ),
        reasons_empty=gettext_lazy("Mit dieser Prüfung ist noch nichts verknüpft."),
        consequences_empty=gettext_lazy("Aus dieser Prüfung folgt noch nichts."),
    )
)
