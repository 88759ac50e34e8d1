"""Tables, figures and maps of an edition in print, all from what it holds: targets, measures, and where they lie."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import shapely
from django.utils.translation import get_language, gettext_lazy, ngettext
from django.utils.translation import gettext as _

from insek.concept.models import Standing
from insek.council.edition_document import SPATIAL
from insek.council.edition_figures import EditionFigures
from insek.council.edition_parts import EditionChapter, EditionDocument, Entry
from insek.engines.report import blocks, maps
from insek.engines.report.blocks import Block, Run, run
from insek.places.basemap.paper import paper_base_of
from insek.space.signs import unknown_sign
from insek.thread.kinds import KindNames
from insek.web.display import number_words

from .field_chapters import ROWS_TOGETHER, TINTS
from .space import MEASURE_SIGN

AT_A_GLANCE = gettext_lazy("Auf einen Blick")
NAMED = 20
"""Districts that the description of a map names."""


def place_of(entry: Entry) -> str:
    """The name under which an entry is found in the document."""
    return f"a-{entry.anchor}"


def mark_of(entry: Entry) -> list[Run]:
    """The word that an entry is an example."""
    return [run(f" {_('Beispiel')}", tone="example")] if entry.standing == Standing.EXAMPLE else []


class EditionTables:
    """Makes the blocks of one edition; ``stand`` is the day whose state it holds, in words."""

    def __init__(self, read: EditionDocument, figures: EditionFigures, stand: str, names: KindNames) -> None:
        self.read, self.figures, self.stand, self.names = read, figures, stand, names
        self.entries = {
            entry.key: entry
            for chapter in read.chapters
            for group in chapter.groups
            for entry in group.entries
        }

    @staticmethod
    def german(text: str) -> str:
        """The wording of an edition is German in every language."""
        return text if (get_language() or "de").startswith("de") else blocks.German(text)

    def of(self, table: str) -> list[Entry]:
        """All entries of a table in the order of the edition."""
        return [entry for entry in self.entries.values() if entry.table == table]

    def glance(self) -> list[Block]:
        """How much the edition holds, where it lies, and what shall be reached."""
        goals, measures, features = (self.of(table) for table in ("goals", "measures", SPATIAL))
        targets = sum(len(self.figures.targets.get(goal.key, ())) for goal in goals)
        with_targets = (
            ngettext("mit einem Zielwert", "mit %(count)s Zielwerten", targets)
            % {"count": number_words(targets)}
            if targets
            else ""
        )
        shown = [
            (len(goals), self.names("goal", plural=len(goals) != 1), with_targets),
            (len(measures), self.names("measure", plural=len(measures) != 1), ""),
            (len(features), self.names("feature", plural=len(features) != 1), ""),
        ]
        rows = [
            {
                "value": number_words(count),
                "unit": "",
                "name": name,
                "note": note,
                "ref": "",
                "example": False,
            }
            for count, name, note in shown
            if count
        ]
        if not rows:
            return []
        made: list[Block] = [blocks.figures(rows), blocks.paragraph(self.stand)]
        if located := self.districts_map(measures):
            made.append(blocks.rest([blocks.heading(_("Wo etwas geschieht"), 2)], located, least=80))
        if targets:
            made.append(blocks.heading(_("Zielwerte"), 2, own_page=True))
            lead = _("Der Ausgangswert und der Zielwert, wie sie in dieser Ausgabe stehen.")
            made.append(blocks.paragraph(lead, style="sticky"))
            made += [block for chapter in self.read.chapters for block in self._targets(chapter)]
        return made

    def _targets(self, chapter: EditionChapter) -> Iterator[Block]:
        """The targets of a field as small tables with its title above."""
        columns = [
            {"label": _("Ziel"), "share": 0.9}, {"label": _("Indikator"), "share": 4}, {"label": _("Ausgangswert"), "share": 2.2},
            {"label": _("Zielwert"), "share": 2.4}, {"label": _("bis"), "share": 0.7},
        ]  # fmt: skip
        rows = [
            [
                [run(goal.cited.replace(" ", "\u00a0") if goal.number else goal.title, ref=place_of(goal))],
                [run(self.german(target.indicator)), *([run(f" {_('Beispiel')}", tone="example")] if target.is_example else [])],
                [run(target.base or "–")], [run(target.value)], [run(target.year)],
            ]
            for group in chapter.groups for goal in group.entries if goal.table == "goals"
            for target in self.figures.targets.get(goal.key, ())
        ]  # fmt: skip
        for start in range(0, len(rows), ROWS_TOGETHER):
            title = blocks.paragraph(chapter.title, style="label")
            yield blocks.keep(title, blocks.table(columns, rows[start : start + ROWS_TOGETHER]))

    def measures(self, entries: Sequence[Entry], *, printed: bool) -> list[Block]:
        """The measures of a chapter as a table; ``printed`` where each stands below in its wording."""
        columns = [
            {"label": _("Nr."), "share": 0.8}, {"label": _("Maßnahme"), "share": 4.2}, {"label": _("Zuständig"), "share": 2.4},
            {"label": _("Zeitraum"), "share": 1.3}, {"label": _("Dient"), "share": 1.6},
        ]  # fmt: skip
        rows = [self._measure(entry, printed=printed) for entry in entries]
        made = []
        for start in range(0, len(rows), ROWS_TOGETHER):
            first, last = entries[start], entries[min(start + ROWS_TOGETHER, len(rows)) - 1]
            said = f"{first.cited} – {last.cited}" if first is not last else first.cited
            title = blocks.paragraph(said, style="label")
            made.append(blocks.keep(title, blocks.table(columns, rows[start : start + ROWS_TOGETHER])))
        return made

    def _measure(self, entry: Entry, *, printed: bool) -> list[list[Run]]:
        known = self.figures.measures[entry.key]
        place = place_of(entry)
        served = [
            piece
            for number, anchor in entry.serves
            for piece in (run(", "), run(number.replace(" ", "\u00a0"), ref=f"a-{anchor}"))
        ]
        return [
            [
                run(
                    (entry.number or "–").replace(" ", "\u00a0"),
                    ref=place if printed else "",
                    anchor="" if printed else place,
                )
            ],
            [
                run(self.german(entry.title)),
                *([run(f" ({_('Leuchtturmprojekt')})", tone="accent")] if known.is_lighthouse else []),
                *mark_of(entry),
            ],
            [run(known.responsible or _("noch offen"))],
            [run(known.years or _("noch offen"))],
            served[1:] or [run("–")],
        ]

    def places(self, chapter: EditionChapter) -> list[Block]:
        """The spatial statement of a field: its measures on the map, as far as the edition holds where they lie."""
        measures = [
            entry
            for group in chapter.groups
            for entry in (*group.entries, *group.elsewhere)
            if entry.table == "measures"
        ]
        placed = [entry for entry in measures if entry.key in self.figures.geometries]
        elements = [
            {"geometry": self.figures.geometries[entry.key], "sign": MEASURE_SIGN, "number": entry.number}
            for entry in placed
        ]
        drawn = self.districts_map(measures, elements=elements, named=placed)
        if drawn is None:
            return []
        return [blocks.floating(blocks.heading(_("Räumliche Aussage"), 2), {**drawn, "width": "full"})]

    def districts_map(
        self,
        measures: Sequence[Entry],
        *,
        elements: Sequence[Mapping[str, Any]] = (),
        named: Sequence[Entry] = (),
    ) -> Block | None:
        """The parts of the city tinted by how many of the measures lie there; nothing where none does."""
        parts = {each["properties"]["id"] for each in self.figures.districts["features"]}
        found: dict[str, list[Entry]] = {}
        for entry in measures:
            for place in self.figures.lying.get(entry.key, ()):
                if place in parts:
                    found.setdefault(place, []).append(entry)
        most = max(map(len, found.values()), default=1)
        shades = {
            place: TINTS[(len(TINTS) - 1) * (len(here) - 1) // max(1, most - 1)]
            for place, here in found.items()
        }
        svg = self._drawn(elements, size=440, shades=shades)
        if not svg:
            return None
        ranked = sorted(found.items(), key=lambda row: (-len(row[1]), self.figures.names.get(row[0], "")))
        said = "; ".join(f"{self.figures.names.get(place, '')} {len(here)}" for place, here in ranked[:NAMED])
        exact = "; ".join(f"{entry.number} {entry.title}".strip() for entry in named)
        alt = _("Karte der Stadt; je dunkler ein Stadtteil, desto mehr Maßnahmen liegen dort: %(places)s") % {
            "places": said or _("keine einzelnen Orte")
        }
        caption = _("Je dunkler, desto mehr Maßnahmen liegen dort.") if shades else ""
        if exact:
            caption += " " + _("Mit genauem Ort: %(names)s.") % {"names": exact}
            alt += f". {exact}"
        invented = any(entry.standing == Standing.EXAMPLE for entry in measures)
        if invented:
            caption += " " + _("Mit Beispielen.")
        return blocks.figure(svg, alt=alt, caption=f"{caption} {self.below}".strip(), example=invented)

    def plan(self) -> Block | None:
        """The spatial concept as the edition holds it, on a sheet across."""
        known = {sign.key: sign for sign in self.read.signs}
        located = [(title, sign, geometry) for title, sign, _anchor, geometry in self.read.located]
        elements = [
            {"geometry": geometry, "sign": known.get(sign, unknown_sign(sign)).drawn, "number": " ".join(title.split(" ")[:2])}
            for title, sign, geometry in located
        ]  # fmt: skip
        svg = self._drawn(elements, size=620) if elements else ""
        if not svg:
            return None
        used = {sign for _title, sign, _geometry in located}
        signs = [
            (maps.swatch(sign.drawn), self.german(sign.name), self.german(sign.explanation))
            for sign in self.read.signs
            if sign.key in used
        ]
        alt = _("Karte des gesamträumlichen Konzepts. %(elements)s") % {
            "elements": "; ".join(title for title, _sign, _geometry in located)
        }
        caption = _("Die Raumelemente, wie sie in dieser Ausgabe liegen; jedes steht hier mit seinem Text.")
        invented = any(entry.standing == Standing.EXAMPLE for entry in self.of(SPATIAL))
        shown = blocks.figure(svg, alt=alt, caption=f"{caption} {self.below}", width="full", example=invented)
        return blocks.plate([blocks.heading(_("Der Plan"), 2)], shown, foot=[blocks.legend(signs)], wide=True)

    def cover(self) -> str:
        """The city with its parts for the cover; empty where the edition holds no outlines."""
        return maps.district_map(self.figures.districts, outline=self.figures.outline, size=420, dark=True)

    @property
    def below(self) -> str:
        """What must be said of the outlines and of what lies below them."""
        said = []
        if self.figures.is_schematic:
            said.append(_("Die Grenzen der Stadtteile sind schematisch gezeichnet, nicht amtlich."))
        if base := paper_base_of(self._shapes(), 300):
            said.append(
                _("Die Grundkarte darunter gehört nicht zur Ausgabe (%(source)s).") % {"source": base.credit}
            )
        return " ".join(said)

    def _shapes(self) -> list[Any]:
        outlines = [each["geometry"] for each in self.figures.districts["features"]]
        if self.figures.outline:
            outlines.append(self.figures.outline)
        return [shapely.geometry.shape(each) for each in outlines]

    def _drawn(
        self,
        elements: Sequence[Mapping[str, Any]],
        *,
        size: float,
        shades: Mapping[str, str] | None = None,
    ) -> str:
        return maps.plan_map(
            self.figures.districts,
            elements,
            outline=self.figures.outline,
            words={"north": _("N"), "kilometres": _("km")},
            size=size,
            shades=shades,
            base=paper_base_of(self._shapes(), size),
        )
