"""The form of a scenario."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext_lazy as _

from insek.items.forms import ItemForm
from insek.web.choices import offer_rows
from insek.web.number_fields import NumberField, WholeNumberField

from ..models import Indicator
from .inputs import counts_people
from .models import Scenario

INDICATORS = ("people", "ages", "places", "births", "deaths", "dwellings")


def indicator_label(indicator: Indicator) -> str:
    """Number and title, in the language of the page where it is known."""
    return f"{indicator.item.number} {indicator.item.shown_title}".strip()


class ScenarioForm(ItemForm):
    """From which indicators it starts, how far ahead, and what is assumed."""

    kind = "scenario"
    groups = (
        (_("Annahmen"), ("path", "years", "births_change", "deaths_change", "net_migration")),
        (_("Womit gerechnet wird"), ("people", "ages", "places", "births", "deaths", "seed")),
        (
            _("Wohnungsbedarf"),
            (
                "household_size",
                "dwellings",
                "reserve",
                "replacement",
                "density",
                "pipeline",
                "inner_sites",
                "threshold",
            ),
        ),
    )

    class Meta:
        model = Scenario
        fields = ["path", "years", "births_change", "deaths_change", "net_migration", "people", "ages", "places", "births", "deaths", "seed",
            "household_size", "dwellings", "reserve", "replacement", "density", "pipeline", "inner_sites", "threshold",
        ]  # fmt: skip
        field_classes = {
            "years": WholeNumberField,
            "births_change": NumberField,
            "deaths_change": NumberField,
            "net_migration": WholeNumberField,
            "seed": WholeNumberField,
            "household_size": NumberField,
            "reserve": NumberField,
            "replacement": NumberField,
            "density": NumberField,
            "pipeline": WholeNumberField,
            "inner_sites": WholeNumberField,
            "threshold": WholeNumberField,
        }

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        hints = {
            "path": _("Niedrig, mittel und hoch sind festgelegt; die drei Angaben darunter gelten nur bei eigenen Annahmen."),
            "years": _("1 bis 40 Jahre"),
            "births_change": _("Geburten je Frau im letzten Jahr gegenüber heute, in Prozent, etwa -10"),
            "deaths_change": _("Sterberisiko in jedem Alter im letzten Jahr gegenüber heute, in Prozent. In den letzten Jahrzehnten sank es um etwa 15 in 20 Jahren."),
            "net_migration": _("Menschen, die die Stadt im Jahr durch Umzüge gewinnt oder verliert; leer: wie zuletzt, abklingend"),
            "people": _("Einwohnerzahl, mindestens drei Jahre ohne Bruch"),
            "ages": _("Einwohnerzahl nach Altersgruppen; leer: die der Einwohnerzahl, sonst die Geburtsjahrgänge Deutschlands"),
            "places": _("Einwohnerzahl der Räume in einem Jahr; leer: die der Einwohnerzahl"),
            "births": _("Geborene im Jahr; ohne sie folgen sie aus dem Alter der Menschen"),
            "deaths": _("Gestorbene im Jahr; ohne sie gilt die Sterbetafel Deutschlands"),
            "household_size": _("Menschen je Haushalt heute, etwa 1,8; leer: ohne Wohnungsbedarf"),
            "dwellings": _("Zahl der Wohnungen; leer: so viele, wie die Haushalte von heute brauchen"),
            "reserve": _("Teil der Wohnungen, der leer stehen muss, damit Umzüge möglich sind, in Prozent"),
            "replacement": _("Teil der Wohnungen, der im Jahr wegfällt und ersetzt werden muss, in Prozent"),
            "density": _("Wohnungen je Hektar Bauland, etwa 25 bei Einfamilienhäusern, 60 bei Geschosswohnungen; leer: ohne Hektar"),
            "pipeline": _("Wohnungen in Vorhaben, die gebaut werden oder genehmigt sind"),
            "inner_sites": _("Wohnungen, die darüber hinaus innerhalb der bebauten Fläche möglich sind (Baulücken, Brachen, Nachverdichtung)"),
            "threshold": _("Neue Wohnungen, die der Regionalplan bis zum letzten Jahr zulässt; leer: keiner bekannt"),
            "seed": _("Gleicher Startwert, gleiches Ergebnis"),
        }  # fmt: skip
        for name, hint in hints.items():
            if name in self.fields:
                self.fields[name].help_text = hint
        self.counted = {"people", "births", "deaths"} & self.fields.keys()
        indicators = Indicator.objects.filter(item__concept=self.concept).select_related("item")
        for name in INDICATORS:
            if name in self.fields:
                offer_rows(self, name, indicators.order_by("item__sort_key"), label=indicator_label)

    def clean(self) -> dict[str, Any]:
        """Refuse shares and rates where people, births and deaths are counted."""
        cleaned: dict[str, Any] = super().clean() or {}
        for name in sorted(self.counted):
            indicator = cleaned.get(name)
            if isinstance(indicator, Indicator) and not counts_people(indicator):
                said = _("Die Einheit dieses Indikators zählt keine Menschen: %(unit)s")
                self.add_error(name, said % {"unit": indicator.unit_text})
        return cleaned
