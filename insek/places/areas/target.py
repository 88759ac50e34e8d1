"""Layers of areas as a target of reading in: the areas of a map file with a class or a value, a name, source, date and licence."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from datetime import date
from typing import Any

import rules
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from insek.concept.models import Concept
from insek.engines.text import shortened
from insek.intake.batches import StepStopped
from insek.intake.models import Batch, BatchEntry
from insek.intake.moments import moment_said
from insek.intake.targets import Reading, ReadingTarget, TableRow, WantedField, register_targets
from insek.intake.word_sources import of_choices
from insek.people.actors import Actor, require
from insek.thread.setting_up import save_part

from ..area_models import AreaDelivery, AreaLayer
from ..outside.services import RIGHT
from ..read_picture import reading_picture
from .classes import MOST_CLASSES, colour_of_step
from .keeping import take_back_areas, write_areas
from .rows import read_areas

Result = BatchEntry.Result
HUES = of_choices("area_layer.hue", AreaLayer.Hue.choices)
LIMITS = {"title": 100, "meaning": 400, "source": 300, "licence": 200, "unit": 40}


class AreasTarget(ReadingTarget):
    """Areas of a map file become a layer that maps offer."""

    name = "areas"
    kind = ""
    label = gettext_lazy("Ebene mit Flächen")
    explanation = gettext_lazy(
        "Hitze, Hochwasser, Lärm und anderes mit Klassen oder Werten, als Ebene der Karten."
    )
    icon = "map"
    order = 92
    group = gettext_lazy("Karten und Adressen")
    takes_maps = True
    takes_tables = False

    def may(self, actor: Actor, concept: Concept) -> bool:
        """Whoever sets up the maps."""
        return bool(rules.test_rule(RIGHT, actor))

    def wanted(self, reading: Reading) -> list[WantedField]:
        """Class, value and name of an area; what the layer is, and whose."""
        areas, about = _("Die Flächen"), _("Über die Ebene")
        return [
            WantedField("class", _("Klasse oder Stufe"), "klasse|stufe|belastung|kategorie|bewertung|einstufung|wertstufe|legende|isophone|pegelklasse|szenario|gefahr|class|category|kl|gridcode", meaning="-", group=areas),
            WantedField("value", _("Wert"), "wert|temperatur|pegel|db|dba|lden|tiefe|wassertiefe|pet|value|grad", kind="number", meaning="-", group=areas),
            WantedField("name", _("Name der Fläche"), "name|bezeichnung|gebiet|titel|gewässer", meaning="-", group=areas),
            WantedField("title", _("Name der Ebene"), for_all=True, in_column=False, needed=True, group=about, help=_("Etwa „Hitzebelastung am Tag“. Gibt es sie schon, wird sie ersetzt.")),
            WantedField("meaning", _("Was sie zeigt"), for_all=True, in_column=False, group=about, help=_("Ein, zwei Sätze für alle, die sie auf der Karte einschalten.")),
            WantedField("source", _("Quelle"), for_all=True, in_column=False, needed=True, group=about),
            WantedField("licence", _("Lizenz"), for_all=True, in_column=False, needed=True, group=about, help=_("Etwa „dl-de/by-2-0“.")),
            WantedField("as_of", _("Stand"), for_all=True, in_column=False, group=about, help=_("Etwa 31.12.2024.")),
            WantedField("unit", _("Einheit der Werte"), for_all=True, in_column=False, group=about, help=_("Etwa „dB(A)“ oder „°C“.")),
            WantedField("hue", _("Farben"), for_all=True, in_column=False, words=HUES, group=about),
        ]  # fmt: skip

    def complaints(self, reading: Reading) -> list[str]:
        """What is too long, and a day that is none."""
        found = super().complaints(reading)
        for name, limit in LIMITS.items():
            if len(reading.for_all.get(name, "")) > limit:
                found.append(_("„%(label)s“ ist zu lang: höchstens %(limit)s Zeichen.") % {"label": reading.wanted[name].label, "limit": limit})  # fmt: skip
        if (text := reading.for_all.get("as_of", "")) and _day(text) is None:
            found.append(_("„%(text)s“ ist kein Tag. Der Stand wird als Tag angegeben, etwa 31.12.2024.") % {"text": shortened(text, 40)})  # fmt: skip
        return found

    def plan(self, reading: Reading, rows: Sequence[TableRow]) -> Iterator[BatchEntry | None]:
        """Every wrong row with its reason; the others are counted by class."""
        found = read_areas(reading, rows)
        for row, title, why, column in found.wrong:
            yield BatchEntry(row=row.number, title=shortened(title, 400), result=Result.REFUSED, level=2, ticked=False, reason=why, column=shortened(column, 200))  # fmt: skip
        count = 0 if found.too_many else len(found.areas)
        reading.batch.task = {
            **reading.batch.task, "bulk": count, "bulk_counts": {"neu": count, "alle": len(found.areas)}, "classes": found.classes,
            "elsewhere": found.elsewhere, "too_many": found.too_many,
        }  # fmt: skip

    def preview(self, reading: Reading) -> dict[str, Any]:
        """The legend with how many areas each class has, a picture, and what is replaced."""
        task = reading.batch.task
        classes, hue = task.get("classes", []), reading.for_all.get("hue", "")
        layer = self._layer(reading)
        current = layer.current if layer is not None else None
        picture = reading_picture(reading) if reading.shapes else {}
        return {
            **picture, "template": "places/_reading_areas.html",
            "classes": [{**one, "colour": colour_of_step(hue, step, len(classes))} for step, one in enumerate(classes)],
            "elsewhere": task.get("elsewhere", 0), "too_many": task.get("too_many", 0), "most": MOST_CLASSES,
            "replaced": current if current is not None and current.reading != reading.batch.pk else None, "layer": layer,
        }  # fmt: skip

    @staticmethod
    def _layer(reading: Reading) -> AreaLayer | None:
        title = reading.for_all.get("title", "")
        return AreaLayer.objects.select_related("current").filter(concept=reading.concept, title=title).first()  # fmt: skip

    def leads_to(self, batch: Batch) -> str:
        """The page that says what there is."""
        return reverse("map-setup") + "#flaechen"

    def write(self, reading: Reading, tell: Callable[[int], None]) -> None:
        """Write the layer, or its new delivery. A second call does nothing."""
        from insek.intake.readings import reading_of, rows_of, table_of

        batch, actor = reading.batch, reading.actor
        require(actor, RIGHT)
        layer = self._layer(reading)
        if layer is None or layer.current is None or layer.current.reading != batch.pk:
            table = table_of(batch)
            full = reading_of(batch, actor, table)
            found = read_areas(full, rows_of(table))
            said = full.for_all
            if layer is None:
                row = AreaLayer(concept=batch.concept)
                values = {"title": said["title"], "meaning": said.get("meaning", ""), "hue": said.get("hue") or AreaLayer.Hue.RED}  # fmt: skip
                layer = save_part(row, values=values, expected_version=None, actor=actor, right=RIGHT)
            assert layer is not None
            delivery = AreaDelivery(
                reading=batch.pk, file_name=shortened(batch.label, 200), source=said["source"], licence=said["licence"],
                as_of=_day(said.get("as_of", "")), unit=said.get("unit", ""), classes=found.classes,
            )  # fmt: skip
            write_areas(layer, delivery, found.areas, actor=actor)
        batch.task = {**batch.task, "written": batch.task.get("bulk", 0)}
        Batch.objects.filter(pk=batch.pk).update(task=batch.task)
        tell(batch.total)

    def take_back(self, reading: Reading, tell: Callable[[int], None]) -> None:
        """The delivery before counts again; a layer that came with it goes."""
        require(reading.actor, RIGHT)
        if not take_back_areas(reading.batch.pk, actor=reading.actor):
            raise StepStopped(
                _("Diese Lieferung gilt nicht mehr: Eine neuere hat sie ersetzt, oder sie ist entfernt.")
            )
        tell(reading.batch.total)


def _day(text: str) -> date | None:
    try:
        return date.fromisoformat(moment_said(text))
    except ValueError:
        return None


register_targets(lambda: [AreasTarget()])
