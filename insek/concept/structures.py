"""Ready models for the fields of action: where a city may begin, to be changed like everything else.

Names of cities' concepts are theirs; what the guides of the states ask for is put in words of our own.
"""

from __future__ import annotations

from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

Text = str | Promise


@dataclass(frozen=True)
class FieldIdea:
    """A field of action as a model has it: name, what it is about, colour and sign."""

    name: str
    aim: str
    colour: str
    icon: str


@dataclass(frozen=True)
class Structure:
    """A set of fields of action with where it comes from."""

    key: str
    title: Text
    source: Text
    fields: tuple[FieldIdea, ...]


GREEN, BLUE, RED, OCHRE, VIOLET, TEAL = "#2f6b4f", "#2b5f8a", "#a04030", "#8a6414", "#6b4f8a", "#1f6f78"
STRUCTURES = {
    structure.key: structure
    for structure in (
        Structure(
            "ausschreibung-2020",
            _("Fünf Felder einer Ausschreibung"),
            _("Wohnen, Mobilität, Arbeiten, Leben, Grün: wie ein Stadtentwicklungskonzept 2020 ausgeschrieben war."),
            (
                FieldIdea("Wohnen", "Wohnungen für alle, im Bestand und neu.", RED, "houses"),
                FieldIdea("Mobilität", "Wege zu Fuß, mit Rad, Bus, Bahn und Auto.", BLUE, "route"),
                FieldIdea("Arbeiten", "Wirtschaft, Wissenschaft, Handel und ihre Orte.", OCHRE, "work"),
                FieldIdea("Leben in der Stadt", "Bildung, Soziales, Kultur, Sport und Begegnung.", VIOLET, "people"),
                FieldIdea("Grün, Freiflächen, Klima", "Natur, Freiraum, Klimaschutz und Anpassung.", GREEN, "leaf"),
            ),
        ),
        Structure(
            "vier-felder",
            _("Vier Felder"),
            _("Kürzer: Wohnen und Zusammenleben, Wirtschaft und Innenstadt, Klima und Freiraum, Mobilität."),
            (
                FieldIdea("Wohnen und Zusammenleben", "Wohnen, Versorgung und Begegnung in jedem Stadtteil.", RED, "houses"),
                FieldIdea("Wirtschaft, Wissenschaft, Innenstadt", "Arbeit, Forschung und eine lebendige Mitte.", OCHRE, "bulb"),
                FieldIdea("Klima, Umwelt, Freiraum", "Hitze, Wasser, Grün und Energie.", GREEN, "leaf"),
                FieldIdea("Mobilität", "Gut ankommen, mit weniger Autoverkehr.", BLUE, "route"),
            ),
        ),
        Structure(
            "brandenburg",
            _("Nach der Arbeitshilfe Brandenburgs"),
            _("Themen, die dort für ein Stadtentwicklungskonzept erwartet werden, in eigenen Worten."),
            (
                FieldIdea("Stadtstruktur und Baukultur", "Gestalt, Denkmale, Nutzung der Flächen.", RED, "building"),
                FieldIdea("Wohnen", "Bestand, Bedarf und Quartiere.", VIOLET, "home"),
                FieldIdea("Wirtschaft, Beschäftigung, Handel", "Standorte, Arbeit und Zentren.", OCHRE, "work"),
                FieldIdea("Soziales, Bildung, Kultur", "Einrichtungen und Teilhabe.", TEAL, "school"),
                FieldIdea("Verkehr und technische Infrastruktur", "Netze für Wege, Wasser, Energie, Daten.", BLUE, "route"),
                FieldIdea("Umwelt, Klima, Energie", "Schutz, Anpassung und Versorgung.", GREEN, "leaf"),
            ),
        ),
        Structure(
            "sachsen",
            _("Nach der Arbeitshilfe Sachsens"),
            _("Fachkonzepte, aus denen dort das Gesamtkonzept entsteht, in eigenen Worten."),
            (
                FieldIdea("Städtebau und Denkmalpflege", "Raumstruktur, Stadtbild und Erbe.", RED, "building"),
                FieldIdea("Wohnen", "Nachfrage, Bestand, Leerstand.", VIOLET, "houses"),
                FieldIdea("Wirtschaft, Arbeitsmarkt, Handel, Tourismus", "Betriebe, Fachkräfte, Versorgung, Gäste.", OCHRE, "work"),
                FieldIdea("Verkehr und Technik", "Wege und Leitungen.", BLUE, "route"),
                FieldIdea("Umwelt und Klima", "Natur, Luft, Wasser, Energie.", GREEN, "leaf"),
                FieldIdea("Kultur, Sport, Freizeit", "Orte und Angebote.", TEAL, "people"),
                FieldIdea("Bildung, Erziehung, Soziales", "Kitas, Schulen, Hilfe und Pflege.", "#7a4a2b", "school"),
                FieldIdea("Finanzen und Verwaltung", "Was die Stadt sich leisten kann.", "#555f6b", "compass"),
            ),
        ),
        Structure(
            "nordrhein-westfalen",
            _("Nach der Arbeitshilfe Nordrhein-Westfalens"),
            _("Handlungsfelder, wie sie dort für die Städtebauförderung üblich sind, in eigenen Worten."),
            (
                FieldIdea("Städtebau und Wohnen", "Gebäude, Plätze und Wohnumfeld.", RED, "houses"),
                FieldIdea("Lokale Ökonomie", "Handel, Arbeit und Gründungen im Quartier.", OCHRE, "work"),
                FieldIdea("Soziale Infrastruktur und Zusammenhalt", "Begegnung, Integration, Bildung.", VIOLET, "people"),
                FieldIdea("Mobilität und öffentlicher Raum", "Wege, Straßen und Plätze für alle.", BLUE, "route"),
                FieldIdea("Klima, Umwelt, Freiraum", "Schutz, Anpassung, Grün.", GREEN, "leaf"),
                FieldIdea("Beteiligung und Steuerung", "Wer mitwirkt und wie gesteuert wird.", TEAL, "compass"),
            ),
        ),
    )
}  # fmt: skip
