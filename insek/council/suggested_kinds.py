"""What can be proposed of a paper, and what accepting it does: it fills the draft of its check, which is begun where there is none."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import rules
from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from insek.concept.asker import Asker
from insek.people.actors import Actor
from insek.people.models import Right
from insek.suggestions.models import Suggestion
from insek.suggestions.register import (
    ShownSuggestion,
    SuggestionForm,
    SuggestionKind,
    Text,
    register_suggestion_kind,
)
from insek.thread import services
from insek.thread.kinds import kind_names
from insek.thread.models import Item
from insek.web.richtext import plain_text

from . import checking
from .models import Check, CheckGoal, WeightCriterion

GOAL, MEASURE, PLACE, WEIGHT, NOTHING = (
    "check-goal",
    "check-measure",
    "check-place",
    "paper-weight",
    "check-nothing",
)
OF_CHECK = (GOAL, MEASURE, PLACE, WEIGHT, NOTHING)
EXCERPT = 400


def draft_of(paper: Item) -> Check | None:
    """The newest check of a paper that is not finished. One query."""
    drafts = Check.objects.filter(paper=paper.pk, status=Check.Status.DRAFT).select_related(
        "item__concept", "paper__item"
    )
    return drafts.order_by("-item__created_at", "-pk").first()


def begun_check(paper: Item, actor: Actor) -> Check:
    """The draft of the check of a paper, begun where there is none. Raises PermissionDenied, ValidationError."""
    if (draft := draft_of(paper)) is not None:
        return draft
    row = paper.paper
    places = paper.consequences.filter(kind="located_in", target__visibility="public").select_related(
        "target__district"
    )
    values: dict[str, Any] = {
        "title": paper.title, "paper": row, "subject": row.subject, "weight": row.weight, "standing": "example" if paper.is_example else "working",
        "districts": [link.target.district for link in places],
    }  # fmt: skip
    if actor.has(Right.EDIT):
        values["unit"] = row.unit
    item = services.create_item(
        kind="concept_check", concept=paper.concept, values=values, actor=actor, index_later=True
    )
    check: Check = item.concept_check
    check.item = item
    return check


def _paper_of(suggestion: Suggestion) -> Item:
    item = Item.objects.filter(pk=suggestion.item_id, kind="paper").select_related("paper", "concept").first()
    if item is None:
        raise ValidationError(_("Diese Vorlage gibt es nicht mehr."))
    return item


def _named(content: Mapping[str, Any], kind: str) -> Item:
    item = Item.objects.filter(pk=content["item"], kind=kind).first()
    if item is None:
        raise ValidationError(_("Diesen Inhalt gibt es nicht mehr."))
    return item


def accept_goal(suggestion: Suggestion, content: Mapping[str, Any], actor: Actor) -> Any:
    """Say of a goal what the matter does to it."""
    goal = _named(content, "goal")
    check = begun_check(_paper_of(suggestion), actor)
    said = {name: str(content[name]) for name in ("effect", "reason", "certainty")}
    row = check.goals.filter(goal=goal.pk).first()
    return checking.set_goal(check, goal, **said, expected_version=row.version if row else 0, actor=actor)


def accept_measure(suggestion: Suggestion, content: Mapping[str, Any], actor: Actor) -> Any:
    """Say that the matter implements a measure."""
    measure = _named(content, "measure")
    check = begun_check(_paper_of(suggestion), actor)
    version = check.item.version
    return checking.set_measure(check, measure, is_implemented=True, expected_version=version, actor=actor)


def accept_place(suggestion: Suggestion, content: Mapping[str, Any], actor: Actor) -> Any:
    """Add a place that the matter touches."""
    place = _named(content, "district").district
    check = begun_check(_paper_of(suggestion), actor)
    wanted = {row.pk: row for row in [*check.districts.all(), place]}
    return services.update_item(
        check.item,
        expected_version=check.item.version,
        values={"districts": list(wanted.values())},
        actor=actor,
    )


def accept_weight(suggestion: Suggestion, content: Mapping[str, Any], actor: Actor) -> Any:
    """Say whether a matter is of citywide weight: in the draft of its check, or of the paper where nobody checks it yet."""
    paper = _paper_of(suggestion)
    check = draft_of(paper)
    if check is None:
        return services.update_item(
            paper, expected_version=paper.version, values={"weight": content["weight"]}, actor=actor
        )
    known = WeightCriterion.objects.filter(concept=paper.concept_id, key__in=content["criteria"])
    values = {"weight": content["weight"], "criteria": list(known), "weight_reason": content["reason"]}
    return services.update_item(check.item, expected_version=check.item.version, values=values, actor=actor)


def accept_nothing(suggestion: Suggestion, content: Mapping[str, Any], actor: Actor) -> Any:
    """Say that no goal is touched, with the reason."""
    check = begun_check(_paper_of(suggestion), actor)
    values = {"touches_no_goal": True, "no_goal_reason": content["reason"]}
    return services.update_item(check.item, expected_version=check.item.version, values=values, actor=actor)


class GoalSuggestionForm(SuggestionForm):
    """What the matter does to the goal: that a person says."""

    effect = forms.ChoiceField(
        choices=[*reversed(CheckGoal.Effect.choices)],
        widget=forms.RadioSelect,
        label=gettext_lazy("Wirkung auf das Ziel"),
    )
    reason = forms.CharField(
        max_length=500, label=gettext_lazy("Wie und warum?"), widget=forms.Textarea(attrs={"rows": 3})
    )
    certainty = forms.ChoiceField(
        choices=CheckGoal.Certainty.choices,
        widget=forms.RadioSelect,
        label=gettext_lazy("Wie sicher ist das?"),
    )


class WeightSuggestionForm(SuggestionForm):
    """Another weight."""

    weight = forms.ChoiceField(
        choices=Check.Weight.choices,
        widget=forms.RadioSelect,
        label=gettext_lazy("Gesamtstädtisches Gewicht"),
    )

    def content(self) -> dict[str, Any]:
        """No criteria where it has no weight."""
        chosen = super().content()
        return (
            chosen if chosen["weight"] == Check.Weight.CITYWIDE else {**chosen, "criteria": [], "reason": ""}
        )


class NothingSuggestionForm(SuggestionForm):
    """Another reason."""

    reason = forms.CharField(
        max_length=500,
        label=gettext_lazy("Warum kein Ziel berührt ist"),
        widget=forms.Textarea(attrs={"rows": 2}),
    )


def may_decide(suggestion: Suggestion, actor: Actor) -> bool:
    """Whoever may fill checks of all units, or of the own unit."""
    return bool(rules.test_rule("thread.create_item", actor, "concept_check"))


def shown_of(kind: str) -> Any:
    """How a kind is shown."""

    def shown(suggestions: Sequence[Suggestion], asker: Asker) -> Mapping[int, ShownSuggestion]:
        ids = {end for each in suggestions for end in (each.item_id, each.other_id) if end}
        items = Item.objects.visible_to(asker.actor).in_bulk(ids)
        names = kind_names(asker)
        found = {}
        for each in suggestions:
            paper = items.get(each.item_id or "")
            if paper is None:
                continue
            found[each.pk] = ShownSuggestion(
                title=f"{names('paper')}: {paper.number} {paper.shown_title}", title_url=paper.url, title_lang=paper.title_lang,
                text=plain_text(paper.text, EXCERPT), **_becomes(kind, each, items.get(each.other_id or "")),
            )  # fmt: skip
        return found

    return shown


def _becomes(kind: str, suggestion: Suggestion, other: Item | None) -> dict[str, Any]:
    content = suggestion.changed_to or suggestion.content
    if kind == WEIGHT:
        return {"becomes": str(Check.Weight(content["weight"]).label)}
    if kind == NOTHING:
        return {
            "becomes": _("Die Vorlage berührt kein Ziel."),
            "lines": [(_("Begründung, die eingetragen wird"), content["reason"])],
        }
    if other is None:
        return {}
    told: dict[str, Any] = {
        "becomes": f"{other.number} {other.shown_title}".strip(), "becomes_url": other.url, "becomes_text": plain_text(other.text, EXCERPT),
    }  # fmt: skip
    if kind == GOAL:
        told["lines"] = [
            (_("Wirkung auf das Ziel"), str(CheckGoal.Effect(content["effect"]).label)),
            (_("Begründung, die eingetragen wird"), content["reason"]),
        ]
    return told


def still_open(suggestions: Sequence[Suggestion]) -> set[int]:
    """Those whose paper has no finished check and whose check does not say it yet. A few queries."""
    papers = {each.item_id for each in suggestions if each.item_id}
    there = set(Item.objects.filter(pk__in=papers, kind="paper").values_list("pk", flat=True))
    checks = Check.objects.filter(paper__in=there)
    finished = set(checks.filter(status=Check.Status.FINAL).values_list("paper", flat=True))
    said: set[tuple[str, str, str]] = set()
    for kind, path in ((GOAL, "goals__goal"), (MEASURE, "measures"), (PLACE, "districts")):
        said |= {(kind, paper, other) for paper, other in checks.values_list("paper", path) if other}
    weighed = set(checks.exclude(weight="").values_list("paper", flat=True))
    weighed |= set(Item.objects.filter(pk__in=there).exclude(paper__weight="").values_list("pk", flat=True))
    settled = {paper for kind, paper, _other in said if kind == GOAL}
    settled |= set(checks.filter(touches_no_goal=True).values_list("paper", flat=True))
    return {
        each.pk
        for each in suggestions
        if each.item_id in there - finished
        and (each.kind, each.item_id, each.other_id or "") not in said
        and not (each.kind == WEIGHT and each.item_id in weighed)
        and not (each.kind == NOTHING and each.item_id in settled)
    }


_KINDS: tuple[tuple[str, Text, Text, Text, Any, type[SuggestionForm] | None], ...] = (
    (GOAL, gettext_lazy("Berührtes Ziel"), gettext_lazy("Ziele, die Vorlagen berühren"), gettext_lazy("Berührt die Vorlage dieses Ziel?"), accept_goal, GoalSuggestionForm),
    (MEASURE, gettext_lazy("Genannte Maßnahme"), gettext_lazy("Maßnahmen, die Vorlagen umsetzen"), gettext_lazy("Setzt die Vorlage diese Maßnahme um?"), accept_measure, None),
    (PLACE, gettext_lazy("Betroffener Raum"), gettext_lazy("Räume, die Vorlagen betreffen"), gettext_lazy("Betrifft die Vorlage diesen Raum?"), accept_place, None),
    (WEIGHT, gettext_lazy("Gesamtstädtisches Gewicht"), gettext_lazy("Gewicht von Vorlagen"), gettext_lazy("Hat die Vorlage dieses Gewicht?"), accept_weight, WeightSuggestionForm),
    (NOTHING, gettext_lazy("Kein Ziel berührt"), gettext_lazy("Vorlagen, die kein Ziel berühren"), gettext_lazy("Berührt die Vorlage kein einziges Ziel?"), accept_nothing, NothingSuggestionForm),
)  # fmt: skip
for _place, (_name, _label, _plural, _question, _accept, _form) in enumerate(_KINDS):
    register_suggestion_kind(
        SuggestionKind(
            name=_name, label=_label, plural=_plural, question=_question, accept=_accept, shown=shown_of(_name), form=_form,
            may_decide=may_decide, standing=still_open, order=30 + _place,
        )
    )  # fmt: skip
