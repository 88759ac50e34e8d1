"""The forms of vision, guidelines, goals and measures."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from insek.items.forms import ItemForm
from insek.web.choices import offer_rows
from insek.web.number_fields import WholeNumberField

from .models import Goal, Guideline, Measure, Vision


class VisionForm(ItemForm):
    """A vision has no fields of its own."""

    kind = "vision"

    class Meta:
        model = Vision
        fields: list[str] = []


class GuidelineForm(ItemForm):
    """A guideline has no fields of its own."""

    kind = "guideline"

    class Meta:
        model = Guideline
        fields: list[str] = []


class GoalForm(ItemForm):
    """A goal: where it is in the tree and by when."""

    kind = "goal"

    class Meta:
        model = Goal
        fields = ["parent", "horizon_year"]
        field_classes = {"horizon_year": WholeNumberField}

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if "parent" not in self.fields:  # who may not edit is asked for less
            return
        goals = (
            Goal.objects.filter(item__concept=self.concept, item__kind="goal")
            .select_related("item")
            .order_by("item__sort_key")
        )
        if self.item is not None:
            goals = goals.exclude(pk=self.item.pk)
        offer_rows(self, "parent", goals)


class MeasureForm(ItemForm):
    """The fact sheet of a measure."""

    kind = "measure"
    groups = (
        (
            _("Steckbrief"),
            ("type", "is_lighthouse", "occasion", "responsible", "partners", "priority", "next_step"),
        ),
        (_("Zeit"), ("start_year", "end_year")),
        (_("Voraussetzungen"), ("planning_law", "ownership", "entry_state")),
    )

    class Meta:
        model = Measure
        fields = [
            "type", "is_lighthouse", "occasion", "responsible", "partners", "priority", "next_step", "start_year",
            "end_year", "planning_law", "ownership", "entry_state",
        ]  # fmt: skip
        field_classes = dict.fromkeys(["start_year", "end_year"], WholeNumberField)
        widgets = {
            "priority": forms.Select(
                choices=[
                    ("", _("ohne Angabe")),
                    (1, _("1 – hoch")),
                    (2, _("2 – mittel")),
                    (3, _("3 – niedrig")),
                ]
            ),
            "occasion": forms.Textarea(attrs={"rows": 4}),
            "next_step": forms.Textarea(attrs={"rows": 3}),
            "planning_law": forms.Textarea(attrs={"rows": 2}),
            "ownership": forms.Textarea(attrs={"rows": 2}),
        }
