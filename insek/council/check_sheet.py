"""The whole check on one page: what is proposed and what is said already, in one form; and what saving it does."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from insek.concept.models import Field
from insek.people.actors import Actor, require
from insek.people.locking import Conflict
from insek.people.models import Right
from insek.suggestions import services as deciding
from insek.suggestions.item_fields import ITEM_FIELD
from insek.suggestions.models import Suggestion
from insek.thread import services
from insek.thread.models import Item

from . import checking
from .models import Check, CheckGoal
from .suggested_kinds import GOAL, MEASURE, NOTHING, OF_CHECK, PLACE, WEIGHT

NONE = "none"
"""What is chosen of a goal that is not touched: a suggestion is refused by it, a goal that was named is left out."""
EFFECTS = [(NONE, gettext_lazy("kein Bezug")), *reversed(CheckGoal.Effect.choices)]


@dataclass(frozen=True)
class SheetGoal:
    """A goal on the sheet: named already (``row``), proposed (``suggestion``), or both."""

    item: Item
    row: CheckGoal | None = None
    suggestion: Suggestion | None = None


@dataclass
class CheckSheet:
    """What is known of a check and of its paper."""

    check: Check
    goals: list[SheetGoal]
    measures: list[Item]
    places: list[Item]
    fields: list[Field]
    by_kind: Mapping[str, list[Suggestion]] = field(default_factory=dict)

    def of(self, kind: str, other: str = "") -> Suggestion | None:
        """The open suggestion of a kind (that names this item)."""
        return next(
            (each for each in self.by_kind.get(kind, ()) if not other or each.other_id == other), None
        )

    def of_field(self, key: str) -> Suggestion | None:
        """The open suggestion of a field of action."""
        return next((each for each in self.by_kind.get(ITEM_FIELD, ()) if each.field_key == key), None)

    @property
    def suggestions(self) -> list[Suggestion]:
        """All of them."""
        return [each for some in self.by_kind.values() for each in some]


def entitled(actor: Actor) -> Actor:
    """Whoever fills a check decides what is proposed of its paper; that they may fill it was checked."""
    return actor.with_rights(Right.EDIT, Right.SEE_INTERNAL)


def sheet_of(check: Check) -> CheckSheet:
    """The sheet of a check. About ten queries, however much there is."""
    found: dict[str, list[Suggestion]] = {}
    if check.paper_id is not None:
        rows = Suggestion.objects.waiting().filter(item=check.paper_id, kind__in=[*OF_CHECK, ITEM_FIELD])
        for each in rows.order_by("-confidence", "pk"):
            found.setdefault(each.kind, []).append(each)
    named = [each.other_id for some in found.values() for each in some if each.other_id]
    public = {
        item.pk: item
        for item in Item.objects.filter(pk__in=named, visibility="public")
        .prefetch_related("fields")
        .order_by("pk")
    }
    rows_of = list(check.goals.select_related("goal__item").prefetch_related("goal__item__fields"))
    goals = [SheetGoal(row.goal.item, row) for row in rows_of]
    known = {row.goal_id for row in rows_of}
    for each in found.get(GOAL, ()):
        if each.other_id in public and each.other_id not in known:
            goals.append(SheetGoal(public[each.other_id], suggestion=each))
    return CheckSheet(
        check, goals,
        _with_proposed([row.item for row in check.measures.select_related("item").order_by("item__sort_key")], found.get(MEASURE, ()), public),
        _with_proposed([row.item for row in check.districts.select_related("item").order_by("item__sort_key")], found.get(PLACE, ()), public),
        list(Field.objects.filter(concept=check.item.concept_id, key__in=[each.field_key for each in found.get(ITEM_FIELD, ())])), found,
    )  # fmt: skip


def _with_proposed(
    there: list[Item], proposed: Iterable[Suggestion], public: Mapping[str, Item]
) -> list[Item]:
    known = {item.pk for item in there}
    named = [public.get(each.other_id or "") for each in proposed]
    return [*there, *(item for item in named if item is not None and item.pk not in known)]


class CheckSheetForm(forms.Form):
    """One form for all of it; for each goal what happens to it, why, and how surely."""

    version = forms.IntegerField(widget=forms.HiddenInput)
    weight = forms.ChoiceField(
        required=False,
        choices=Check.Weight.choices,
        widget=forms.RadioSelect,
        label=gettext_lazy("Gesamtstädtisches Gewicht"),
    )
    criteria = forms.MultipleChoiceField(
        required=False, widget=forms.CheckboxSelectMultiple, label=gettext_lazy("Was zutrifft")
    )
    weight_reason = forms.CharField(
        required=False,
        max_length=500,
        label=gettext_lazy("Warum, in einem Satz"),
        widget=forms.Textarea(attrs={"rows": 2}),
    )
    touches_no_goal = forms.BooleanField(required=False, label=gettext_lazy("Kein Ziel ist berührt"))
    no_goal_reason = forms.CharField(
        required=False,
        max_length=500,
        label=gettext_lazy("Warum kein Ziel berührt ist"),
        widget=forms.Textarea(attrs={"rows": 2}),
    )
    measures = forms.MultipleChoiceField(
        required=False, widget=forms.CheckboxSelectMultiple, label=gettext_lazy("Genannte Maßnahmen")
    )
    districts = forms.MultipleChoiceField(
        required=False, widget=forms.CheckboxSelectMultiple, label=gettext_lazy("Betroffene Räume")
    )
    fields_of_paper = forms.MultipleChoiceField(
        required=False,
        widget=forms.CheckboxSelectMultiple,
        label=gettext_lazy("Vorgeschlagene Handlungsfelder der Vorlage"),
    )

    def __init__(self, data: Any, *, sheet: CheckSheet, **kwargs: Any) -> None:
        check = sheet.check
        weight, nothing = sheet.of(WEIGHT), sheet.of(NOTHING)
        super().__init__(
            data,
            initial={
                "version": check.item.version, "weight": check.weight,
                "criteria": [row.key for row in check.criteria.all()], "weight_reason": check.weight_reason,
                "touches_no_goal": check.touches_no_goal,
                "no_goal_reason": check.no_goal_reason or (nothing.content["reason"] if nothing else ""),
                "measures": [row.pk for row in check.measures.all()], "districts": [row.pk for row in check.districts.all()],
            },
            **kwargs,
        )  # fmt: skip
        self.sheet = sheet
        self._offer("criteria", [(row.key, row.title) for row in check.item.concept.weight_criteria.all()])
        self._offer("measures", [(item.pk, str(item)) for item in sheet.measures])
        self._offer("districts", [(item.pk, item.title) for item in sheet.places])
        self._offer("fields_of_paper", [(one.key, str(one)) for one in sheet.fields])
        self.proposed_weight = weight
        for each in sheet.goals:
            self._add_goal(each)

    def _offer(self, name: str, choices: Sequence[tuple[str, str]]) -> None:
        offered: Any = self.fields[name]
        offered.choices = choices
        offered.offers_content = True

    def _add_goal(self, goal: SheetGoal) -> None:
        row, said = goal.row, goal.suggestion.content if goal.suggestion else {}
        pk = goal.item.pk
        self.fields[f"effect_{pk}"] = forms.ChoiceField(
            required=False,
            choices=EFFECTS,
            widget=forms.RadioSelect,
            label=_("Wirkung auf das Ziel"),
            initial=row.effect if row else "",
        )
        self.fields[f"reason_{pk}"] = forms.CharField(
            required=False, max_length=500, label=_("Wie und warum?"), initial=row.reason if row else said.get("reason", ""),
            widget=forms.Textarea(attrs={"rows": 2}),
        )  # fmt: skip
        self.fields[f"certainty_{pk}"] = forms.ChoiceField(
            required=False, choices=CheckGoal.Certainty.choices, label=_("Wie sicher ist das?"),
            initial=row.certainty if row else CheckGoal.Certainty.MEDIUM.value,
        )  # fmt: skip

    def clean(self) -> dict[str, Any]:
        """What is chosen of a goal has its sentence; none touched and some touched exclude each other."""
        cleaned = super().clean() or self.cleaned_data
        touched = [
            each for each in self.sheet.goals if cleaned.get(f"effect_{each.item.pk}") not in {"", NONE, None}
        ]
        for each in touched:
            if not cleaned.get(f"reason_{each.item.pk}"):
                self.add_error(f"reason_{each.item.pk}", _("Bitte sagen Sie in einem Satz, wie und warum."))
        if cleaned.get("touches_no_goal"):
            if touched:
                self.add_error("touches_no_goal", _("Es sind Ziele gewählt. Nehmen Sie diese erst heraus."))
            elif not cleaned.get("no_goal_reason"):
                self.add_error(
                    "no_goal_reason", _("Bitte sagen Sie in einem Satz, warum kein Ziel berührt ist.")
                )
        if cleaned.get("criteria") and cleaned.get("weight") == Check.Weight.LOCAL:
            self.add_error(
                "weight", _("Es trifft ein Kriterium zu: Dann hat die Sache gesamtstädtisches Gewicht.")
            )
        elif cleaned.get("criteria"):
            cleaned["weight"] = Check.Weight.CITYWIDE.value
        return cleaned


def save_sheet(sheet: CheckSheet, said: Mapping[str, Any], *, actor: Actor) -> Check:
    """Do what the form says: all of it or nothing. What was proposed is decided by it, what nobody touched stays open.

    Raises PermissionDenied, ValidationError, Conflict (somebody changed the check meanwhile) and AlreadyDecided.
    """
    require(actor, "council.edit_check", sheet.check.item)
    with transaction.atomic():
        now = Item.objects.select_for_update().get(pk=sheet.check.pk)
        if now.version != said["version"]:
            raise Conflict(now)
        saving = _Saving(sheet, said, actor)
        saving.weight()
        saving.leave_goals_out()
        saving.nothing()
        saving.goals()
        saving.measures_and_places()
        saving.fields()
        return saving.check()


class _Saving:
    """One saving of a sheet, step by step."""

    def __init__(self, sheet: CheckSheet, said: Mapping[str, Any], actor: Actor) -> None:
        self.sheet, self.said, self.actor = sheet, said, actor
        self.decider = entitled(actor)

    def check(self) -> Check:
        """The check as it is now."""
        return Check.objects.select_related("item__concept", "paper__item").get(pk=self.sheet.check.pk)

    def accept(self, suggestion: Suggestion, **content: Any) -> None:
        """Accept what is proposed, as the person says it."""
        changed = {**suggestion.content, **content}
        deciding.accept(
            suggestion,
            expected_version=suggestion.version,
            actor=self.decider,
            changed_to=None if changed == suggestion.content else changed,
        )

    def update(self, **values: Any) -> None:
        """Change columns of the check, those that differ."""
        check = self.check()
        services.update_item(check.item, expected_version=check.item.version, values=values, actor=self.actor)

    def weight(self) -> None:
        """Weight, criteria and why."""
        check, said = self.check(), self.said
        wanted = (said["weight"], sorted(said["criteria"]), said["weight_reason"])
        if wanted == (check.weight, sorted(row.key for row in check.criteria.all()), check.weight_reason):
            return
        proposed = self.sheet.of(WEIGHT)
        if proposed is not None and said["weight"]:
            self.accept(
                proposed, weight=said["weight"], criteria=said["criteria"], reason=said["weight_reason"]
            )
            return
        known = check.item.concept.weight_criteria.filter(key__in=said["criteria"])
        self.update(weight=said["weight"], criteria=list(known), weight_reason=said["weight_reason"])

    def nothing(self) -> None:
        """That no goal is touched."""
        check, said = self.check(), self.said
        wanted = (said["touches_no_goal"], said["no_goal_reason"] if said["touches_no_goal"] else "")
        if wanted == (check.touches_no_goal, check.no_goal_reason):
            return
        proposed = self.sheet.of(NOTHING)
        if proposed is not None and said["touches_no_goal"]:
            self.accept(proposed, reason=said["no_goal_reason"])
        else:
            self.update(touches_no_goal=wanted[0], no_goal_reason=wanted[1])

    def leave_goals_out(self) -> None:
        """Goals that are named and are not touched after all, and suggestions that are wrong."""
        for each in self.sheet.goals:
            if self.said[f"effect_{each.item.pk}"] != NONE:
                continue
            if each.row is not None:
                checking.leave_out(
                    self.check(), each.item, expected_version=each.row.version, actor=self.actor
                )
            elif each.suggestion is not None:
                deciding.refuse(each.suggestion, expected_version=each.suggestion.version, actor=self.decider)

    def goals(self) -> None:
        """What the matter does to each goal."""
        for each in self.sheet.goals:
            pk = each.item.pk
            effect = self.said[f"effect_{pk}"]
            if effect in {"", NONE}:
                continue
            values = {
                "effect": effect,
                "reason": self.said[f"reason_{pk}"],
                "certainty": self.said[f"certainty_{pk}"] or "medium",
            }
            if each.row is None and each.suggestion is not None:
                self.accept(each.suggestion, **values)
            elif each.row is not None and any(
                getattr(each.row, name) != value for name, value in values.items()
            ):
                checking.set_goal(
                    self.check(), each.item, **values, expected_version=each.row.version, actor=self.actor
                )

    def measures_and_places(self) -> None:
        """What the matter implements, and where."""
        for kind, name, items in (
            (MEASURE, "measures", self.sheet.measures),
            (PLACE, "districts", self.sheet.places),
        ):
            there = {row.pk for row in getattr(self.check(), name).all()}
            wanted = set(self.said[name])
            for item in items:
                proposed = self.sheet.of(kind, item.pk)
                if item.pk in wanted - there and proposed is not None:
                    self.accept(proposed)
            if gone := there - wanted:
                self.update(
                    **{name: [row for row in getattr(self.check(), name).all() if row.pk not in gone]}
                )

    def fields(self) -> None:
        """The fields of action of the paper: what is proposed and ticked is accepted."""
        for key in self.said["fields_of_paper"]:
            if (proposed := self.sheet.of_field(key)) is not None:
                self.accept(proposed)


def problem_of(error: ValidationError) -> str:
    """What a service refused, in one line."""
    return " ".join(error.messages)
