"""The forms of costs, funding, units taking part and effects of a measure."""

from __future__ import annotations

from django import forms
from django.utils.translation import gettext_lazy as _

from insek.items.row_forms import RowForm, RowPages, register_row_pages
from insek.people.models import Unit
from insek.thread.models import Item
from insek.web.choices import offer_rows
from insek.web.number_fields import EuroField, NumberField, WholeNumberField

from .fact_sheet import CostLine, FundingLine, GoalEffect, TakingPart
from .models import Goal
from .rows import COSTS, EFFECTS, FUNDING, TAKING_PART

_ORDER_HELP = _("Leer: an letzter Stelle.")
_NOTE = forms.Textarea(attrs={"rows": 3})
_INTERNAL_HELP = _(
    "Mit Haken steht die Zeile auf keiner öffentlichen Seite und zählt in keiner öffentlichen Summe."
)
_RELIABLE = (
    _("Verlässlichkeit und Sichtbarkeit"),
    ("standing", "source_title", "note", "is_internal", "position"),
)


class CostLineForm(RowForm):
    """One line of costs."""

    groups = (
        (_("Betrag"), ("title", "amount_eur", "up_to_eur", "precision", "price_year", "basis", "proviso")),
        (_("Wann"), ("rhythm", "from_year", "to_year", "is_follow_up")),
        (_("Haushalt"), ("budget", "budget_product", "duty")),
        _RELIABLE,
    )

    class Meta:
        model = CostLine
        fields = [
            "title", "amount_eur", "up_to_eur", "precision", "price_year", "basis", "proviso", "rhythm", "from_year", "to_year",
            "is_follow_up", "budget", "budget_product", "duty", "standing", "source_title", "note", "is_internal", "position",
        ]  # fmt: skip
        field_classes = dict.fromkeys(
            ["from_year", "to_year", "price_year", "position"], WholeNumberField
        ) | {
            "amount_eur": EuroField,
            "up_to_eur": EuroField,
        }
        help_texts = {
            "title": _("Etwa Planung, Bau oder Betrieb. Leer, wenn die Zeile die ganze Maßnahme meint."),
            "amount_eur": _("In ganzen Euro, etwa 1.500.000. Leer, solange der Betrag offen ist."),
            "up_to_eur": _("Nur bei einer Spanne: der obere Betrag"),
            "price_year": _("Das Jahr, dessen Preise gemeint sind"),
            "from_year": _("Bei jährlichen Kosten das erste Jahr, in dem sie anfallen"),
            "to_year": _("Leer bei jährlichen Kosten: ohne Ende"),
            "is_follow_up": _("Was entsteht, weil es die Maßnahme gibt: Betrieb, Pflege, Personal"),
            "budget_product": _("Produkt oder Buchungsstelle, etwa 5.610"),
            "proviso": _("Wovon es abhängt, etwa „vorbehaltlich der Förderung“"),
            "note": _("Auch: der Wortlaut der Liste, aus der die Zeile stammt"),
            "is_internal": _INTERNAL_HELP,
            "position": _ORDER_HELP,
        }
        widgets = {"note": _NOTE}

    def offer(self) -> None:
        self.fields["position"].required = False


class FundingLineForm(RowForm):
    """One line of funding."""

    groups = (
        (_("Förderung"), ("source", "programme", "state")),
        (_("Betrag"), ("eligible_eur", "share_percent", "amount_eur", "own_share_eur")),
        (_("Fristen"), ("apply_by", "granted_from", "granted_until", "bound_until")),
        _RELIABLE,
    )

    class Meta:
        model = FundingLine
        fields = [
            "source", "programme", "state", "eligible_eur", "share_percent", "amount_eur", "own_share_eur", "apply_by",
            "granted_from", "granted_until", "bound_until", "standing", "source_title", "note", "is_internal", "position",
        ]  # fmt: skip
        field_classes = dict.fromkeys(["eligible_eur", "amount_eur", "own_share_eur"], EuroField) | {
            "share_percent": NumberField,
            "position": WholeNumberField,
        }
        help_texts = {
            "source": _("Etwa Land, Bund, EU, Stiftung"),
            "programme": _("Etwa Sozialer Zusammenhalt"),
            "eligible_eur": _("In ganzen Euro"),
            "share_percent": _("Welcher Teil der förderfähigen Kosten gezahlt wird"),
            "amount_eur": _("Leer: Fördersatz mal förderfähige Kosten"),
            "own_share_eur": _("Was die Stadt selbst trägt"),
            "apply_by": _("Jahr, Monat oder Tag. Solange der Stand „Idee“ ist, erinnert das Programm daran."),
            "granted_from": _("Jahr, Monat oder Tag, etwa 2026-07"),
            "granted_until": _("Jahr, Monat oder Tag"),
            "bound_until": _("Jahr, Monat oder Tag"),
            "note": _("Auch: der Wortlaut der Liste, aus der die Zeile stammt"),
            "is_internal": _INTERNAL_HELP,
            "position": _ORDER_HELP,
        }
        widgets = {"note": _NOTE}

    def offer(self) -> None:
        self.fields["position"].required = False


class TakingPartForm(RowForm):
    """One unit that takes part."""

    class Meta:
        model = TakingPart
        fields = ["unit", "task"]
        help_texts = {"task": _("Was die Stelle beiträgt")}

    def offer(self) -> None:
        offer_rows(self, "unit", Unit.objects.exclude(pk=self.item.measure.responsible_id or 0))


class GoalEffectForm(RowForm):
    """What the measure does to one goal."""

    class Meta:
        model = GoalEffect
        fields = ["goal", "direction", "strength", "certainty", "reason"]
        widgets = {
            "direction": forms.RadioSelect,
            "reason": forms.Textarea(attrs={"rows": 3}),
        }
        help_texts = {
            "goal": _("Auch ein Ziel, dem die Maßnahme nicht dient, kann sie fördern oder hemmen."),
            "strength": _("Bei „berührt ohne Richtung“ leer"),
            "reason": _("Ein Satz: Warum ist das so?"),
        }

    def offer(self) -> None:
        seen = Item.objects.visible_to(self.actor).filter(concept=self.item.concept_id, kind="goal")
        goals = Goal.objects.filter(pk__in=seen.values("pk")).select_related("item")
        offer_rows(self, "goal", goals.order_by("item__sort_key"))


register_row_pages(
    RowPages(
        COSTS, CostLineForm, "kosten", _("Die Kosten sind eingetragen."), _("Die Kosten sind gespeichert."),
        _("Die Kostenzeile ist gelöscht."),
        _("Eine Zeile für jeden Betrag, der für sich steht: Planung, Bau, Betrieb. Spannen bleiben Spannen, auch in Summen."),
    )
)  # fmt: skip
register_row_pages(
    RowPages(
        FUNDING, FundingLineForm, "kosten", _("Die Finanzierung ist eingetragen."), _("Die Finanzierung ist gespeichert."),
        _("Die Finanzierung ist gelöscht."),
    )
)  # fmt: skip
register_row_pages(
    RowPages(
        TAKING_PART, TakingPartForm, "mitwirkung", _("Die Stelle wirkt mit."), _("Die Angabe ist gespeichert."),
        _("Die Stelle ist herausgenommen."),
        _("Zuständig ist genau eine Stelle; mitwirken können beliebig viele. Wer außerhalb der Verwaltung mitwirkt, steht im Steckbrief."),
    )
)  # fmt: skip
register_row_pages(
    RowPages(
        EFFECTS, GoalEffectForm, "wirkungen", _("Die Wirkung ist eingetragen."), _("Die Wirkung ist gespeichert."),
        _("Die Wirkung ist gelöscht."),
    )
)  # fmt: skip
