"""A made-up concept as real ones are printed, and what stands in it: two columns, running heads, fact sheets as forms, tables.

Every word is drawn from the lists below, so that nothing is anybody's text. What a reader of the file should find is returned with
it: the tree of fields, goals and measures with their pages, and the vision and guidelines.
"""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from pathlib import Path
from random import Random
from typing import Any

import pikepdf
import typst

HERE = Path(__file__).parent

FIELDS = [
    "Wohnen und Nachbarschaft", "Mobilität und Wege", "Wirtschaft und Bildung", "Grün, Wasser und Klima", "Mitte und Kultur",
]  # fmt: skip
DO = ["Ausbau", "Umbau", "Aufwertung", "Sicherung", "Entwicklung", "Neubau", "Vernetzung", "Erneuerung"]
WHAT = [
    "der Quartiersplätze", "der Radverkehrsverbindungen", "des Bahnhofsumfelds", "der Grundschulstandorte", "der Uferwege am Mühlbach",
    "der Gewerbeflächen", "der Nachbarschaftstreffs", "des Wohnungsbestands", "der Frischluftschneisen", "der Ortsteilzentren",
]  # fmt: skip
WHERE = [
    "in der Nordstadt",
    "am Hafenrand",
    "im Ortsteil Birkental",
    "zwischen Altstadt und Südbahnhof",
    "in Grünau",
    "stadtweit",
]
AIMS = [
    "Bezahlbare Wohnungen für alle Haushalte schaffen", "Kurze Wege im Alltag ermöglichen", "Flächen sparsam entwickeln",
    "Den öffentlichen Raum gemeinsam gestalten", "Die Stadt an Hitze und Starkregen anpassen", "Bildungsorte im Stadtteil öffnen",
    "Arbeitsplätze am Standort halten", "Das Zentrum als Treffpunkt stärken",
]  # fmt: skip
WHO = [
    "Amt für Stadtplanung",
    "Tiefbauamt",
    "Grünflächenamt",
    "Wirtschaftsförderung",
    "Amt für Bildung und Jugend",
]
SUBJECTS = [
    "Die Musterstadt", "Der Stadtrat", "Die Wohnungswirtschaft", "Das Stadtplanungsamt", "Die Nachbarschaft im Birkental",
    "Der Umweltverbund", "Ein Beteiligungsverfahren", "Die Bevölkerungsentwicklung", "Der Einzelhandelsstandort", "Die Stadtgesellschaft",
]  # fmt: skip
VERBS = ["braucht", "stärkt", "verändert", "verlangt", "ermöglicht", "beeinflusst", "sichert", "begleitet"]
OBJECTS = [
    "verlässliche Verkehrsverbindungen zwischen den Stadtteilen", "neue Wohnungsangebote für Familien und ältere Menschen",
    "eine vorausschauende Flächenentwicklung", "zusätzliche Grünflächen in den verdichteten Wohnquartieren",
    "Einrichtungen der Kinderbetreuung und Jugendarbeit", "die Zusammenarbeit mit den Nachbargemeinden",
    "gut erreichbare Nahversorgungseinrichtungen", "die Anpassung an Hitzeperioden und Starkregenereignisse",
]  # fmt: skip
TAILS = [
    "und schafft damit Voraussetzungen für die kommenden Jahre", "auch wenn die Haushaltslage angespannt bleibt",
    "weil sich die Altersstruktur spürbar verschiebt", "ohne dass weitere Flächen versiegelt werden müssen",
    "was in den Werkstattgesprächen mehrfach angesprochen wurde", "und knüpft an frühere Beschlüsse an",
]  # fmt: skip


@dataclass
class Part:
    """One part that a reader should find."""

    kind: str
    number: str
    title: str
    parent: str = ""
    page: int = 0


@dataclass
class MadeConcept:
    """The file, and what stands in it."""

    data: bytes
    parts: list[Part]
    pages: int
    sheets: list[dict[str, Any]] = field(default_factory=list)
    """What its fact sheets say."""
    sentences: list[str] = field(default_factory=list)
    """Sentences of the running text that stand in it exactly so."""


def make_concept(
    *,
    fields: int = 4,
    goals: int = 2,
    measures: int = 2,
    chapters: int = 3,
    length: int = 1,
    layout: str = "concept",
    seed: int = 8,
) -> MadeConcept:
    """A concept of so many fields, goals a field and measures a goal. The default has some 40 pages.

    ``layout`` is ``concept`` (numbered headings, forms as tables), ``designed`` (words above titles, forms in two columns), ``office`` or
    ``magazine`` (words in coloured fields, labels above their answers in three columns, boxes beside each other).
    """
    draw = Random(seed)
    sentences: list[str] = []

    def sentence() -> str:
        made = f"{draw.choice(SUBJECTS)} {draw.choice(VERBS)} {draw.choice(OBJECTS)}, {draw.choice(TAILS)}."
        sentences.append(made)
        return made

    def text(count: int) -> str:
        return " ".join(sentence() for _each in range(count))

    parts = [Part("vision", "", "Musterstadt 2040: nah, grün und offen")]
    guidelines = []
    for number, title in enumerate(["Gemeinsam planen", "Bestand vor Neubau", "Wege kurz halten"], 1):
        parts.append(Part("guideline", str(number), title))
        guidelines.append({"number": number, "title": title, "text": text(3)})
    made_fields: list[dict[str, Any]] = []
    sheets: list[dict[str, Any]] = []
    for one in range(1, fields + 1):
        made_goals = []
        parts.append(Part("field", str(one), FIELDS[one - 1]))
        for two in range(1, goals + 1):
            number = f"{one}.{two}"
            title = AIMS[(one * 3 + two) % len(AIMS)]
            parts.append(Part("goal", number, title, str(one)))
            listed = []
            for three in range(1, measures + 1):
                name = f"{draw.choice(DO)} {draw.choice(WHAT)} {draw.choice(WHERE)}"
                parts.append(Part("measure", f"{number}.{three}", name, number))
                listed.append({"number": f"{number}.{three}", "title": name})
                sheets.append(
                    {
                        "number": f"{number}.{three}", "title": name, "goal": f"{number} {title}", "field": FIELDS[one - 1],
                        "text": text(4), "who": draw.choice(WHO), "with": draw.choice(WHO), "when": f"{draw.randint(2026, 2029)} bis {draw.randint(2030, 2038)}",
                        "cost": f"ca. {draw.randint(1, 40) * 50} T€", "funding": draw.choice(["Städtebauförderung", "offen", "Eigenmittel der Stadt"]),
                        "priority": draw.choice(["hoch", "mittel", "niedrig"]), "step": sentence(),
                    }
                )  # fmt: skip
            made_goals.append({"number": number, "title": title, "text": text(5), "measures": listed})
        made_fields.append(
            {"number": one, "title": FIELDS[one - 1], "text": [text(7) for _each in range(6 * length)], "goals": made_goals,
             "strengths": [draw.choice(OBJECTS) for _each in range(4)], "weaknesses": [draw.choice(OBJECTS) for _each in range(4)]}
        )  # fmt: skip
    analysis = [
        {"title": title, "sections": [{"title": name, "text": [text(8) for _each in range(4 * length)]} for name in ("Bestand", "Entwicklung seit 2010", "Ausblick")]}
        for title in ("Bevölkerung und Haushalte", "Siedlungsstruktur", "Soziale Infrastruktur", "Stadtklima", "Verkehrsentwicklung", "Haushalt der Stadt")[:chapters]
    ]  # fmt: skip
    aims = [goal["number"] for one in made_fields for goal in one["goals"]]
    for place, sheet in enumerate(sheets):  # no further draw: the other layouts stay as they are
        first, other = sheet["number"].rpartition(".")[0], aims[(place * 7 + 3) % len(aims)]
        sheet["goals"] = first if place % 3 or other == first else f"{first}, {other}"
    data = {
        "vision": {"title": parts[0].title, "text": text(6)}, "guidelines": guidelines, "fields": made_fields,
        "sheets": sheets, "analysis": analysis,
    }  # fmt: skip
    pdf = bytes(
        typst.compile(
            str(HERE / f"{layout}.typ"), root=str(HERE), font_paths=_fonts(), ignore_system_fonts=True,
            format="pdf", sys_inputs={"data": json.dumps(data)},
        )
    )  # fmt: skip
    return MadeConcept(pdf, parts, _pages_of(pdf), sheets, sentences)


def _fonts() -> list[Any]:
    from insek.engines.report.words import FONTS

    return [FONTS] if FONTS.exists() else []


def _pages_of(pdf: bytes) -> int:
    import io

    with pikepdf.open(io.BytesIO(pdf)) as opened:
        return len(opened.pages)
