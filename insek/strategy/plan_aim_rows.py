"""Quoted aims of plans, declared once as rows beside a plan, and their form."""

from __future__ import annotations

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from insek.engines.text import shortened
from insek.items.row_forms import RowForm, RowPages, register_row_pages
from insek.people.actors import Actor
from insek.thread.models import Item
from insek.thread.rows import RowField, Rows, register_rows
from insek.web.choices import offer_rows

from .models import Goal, Guideline
from .plan_aims import PlanAim
from .rows import FORMS

Decision = PlanAim.Decision
NAMING = {Decision.TAKEN, Decision.ADAPTED, Decision.REPLACED}
"""Decisions that lead to something in the concept."""


def aim_words(row: PlanAim) -> str:
    """A quoted aim in one line."""
    return f"{row.number} {shortened(row.quotation, 120)}".strip()


def _sound(row: PlanAim, actor: Actor) -> None:
    """What is taken over, adapted or replaced says by what, within the same concept; what is dropped names nothing."""
    if not row.document:
        row.document = row.plan.item.title
    named = row.guideline or row.goal
    if row.decision == Decision.DROPPED and named is not None:
        raise ValidationError(
            {
                "decision": _(
                    "Was entfällt, wird zu nichts. Wählen Sie „ersetzt“, wenn etwas anderes an seine Stelle tritt."
                )
            }
        )
    if row.decision in {Decision.TAKEN, Decision.ADAPTED} and named is None:
        raise ValidationError({"goal": _("Bitte sagen, zu welchem Ziel oder welcher Leitlinie es wurde.")})
    if named is not None and named.item.concept_id != row.plan.item.concept_id:
        raise ValidationError(_("Das gehört zu einem anderen Konzept."))


AIMS = Rows(
    name="plan_aim",
    table="plan_aims",
    model_path="strategy.PlanAim",
    kind="plan",
    owner="plan",
    label=gettext_lazy("Ziel des Planwerks"),
    plural=gettext_lazy("Ziele des Planwerks"),
    note="Guidelines and goals of plans in their own words, and what the concept made of them.",
    order=59,
    rule="strategy.edit_sheet",
    acts={
        "add": gettext_lazy("Ziel eines Planwerks eintragen"),
        "change": gettext_lazy("Ziel eines Planwerks ändern"),
        "remove": gettext_lazy("Ziel eines Planwerks herausnehmen"),
    },
    forms=FORMS,
    address="planziele",
    called=aim_words,
    called_by="quotation",
    also=("guideline", "goal"),
    check=_sound,
    fields=(
        RowField("number", gettext_lazy("Nummer im Planwerk"), "The number it has in the plan."),
        RowField("quotation", gettext_lazy("Wortlaut im Planwerk"), "The words of the plan."),
        RowField("document", gettext_lazy("Dokument"), "Document that holds the words."),
        RowField("page", gettext_lazy("Seite"), "Page of that document."),
        RowField("decision", gettext_lazy("Was daraus wurde"), "What was decided: open, taken over, adapted, replaced, dropped."),
        RowField("reason", gettext_lazy("Warum"), "Why."),
        RowField("guideline", gettext_lazy("Leitlinie"), "Id of the guideline that it became.", refers="guidelines"),
        RowField("goal", gettext_lazy("Ziel"), "Id of the goal that it became.", refers="goals"),
    ),
)  # fmt: skip
register_rows(AIMS)


class PlanAimForm(RowForm):
    """One guideline or goal of a plan."""

    groups = (
        (gettext_lazy("Was im Planwerk steht"), ("number", "quotation", "document", "page")),
        (gettext_lazy("Was daraus wurde"), ("decision", "goal", "guideline", "reason")),
    )

    class Meta:
        model = PlanAim
        fields = ["number", "quotation", "document", "page", "decision", "goal", "guideline", "reason"]
        widgets = {
            "quotation": forms.Textarea(attrs={"rows": 5}),
            "decision": forms.RadioSelect,
            "reason": forms.Textarea(attrs={"rows": 3}),
        }
        help_texts = {
            "quotation": gettext_lazy("Wort für Wort, wie es dort steht"),
            "document": gettext_lazy("Leer: das Planwerk selbst. Heißt hier ein hochgeladenes Dokument zu diesem Planwerk so, führt die Seite dorthin."),
            "goal": gettext_lazy("Das Ziel des Konzepts, zu dem es wurde oder das an seine Stelle tritt"),
            "guideline": gettext_lazy("Oder die Leitlinie; nur eines von beiden"),
            "reason": gettext_lazy("Ein Satz. Pflicht, sobald entschieden ist"),
        }  # fmt: skip

    def offer(self) -> None:
        seen = Item.objects.visible_to(self.actor).filter(concept=self.item.concept_id)
        models: tuple[tuple[str, Any], ...] = (("goal", Goal), ("guideline", Guideline))
        for name, model in models:
            rows = model.objects.filter(pk__in=seen.filter(kind=name).values("pk")).select_related("item")
            offer_rows(self, name, rows.order_by("item__sort_key"))
            self.fields[name].required = False


register_row_pages(
    RowPages(
        AIMS, PlanAimForm, "planziele", gettext_lazy("Das Ziel des Planwerks ist eingetragen."),
        gettext_lazy("Das Ziel des Planwerks ist gespeichert."), gettext_lazy("Das Ziel des Planwerks ist herausgenommen."),
        gettext_lazy("Das Planwerk wird wörtlich zitiert; daneben steht, was das Konzept daraus gemacht hat und warum."),
    )
)  # fmt: skip
