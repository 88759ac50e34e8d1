"""Street register and house coordinates as targets of reading in: they fill the gazetteer, before what the base map knows."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from datetime import date
from typing import Any

import rules
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from insek.concept.models import Concept
from insek.engines.layers.reference_systems import NAMES
from insek.engines.text import shortened
from insek.intake.batches import StepStopped
from insek.intake.layer_pages import system_words
from insek.intake.models import Batch, BatchEntry
from insek.intake.moments import moment_said
from insek.intake.targets import (
    Reading,
    ReadingTarget,
    TableRow,
    WantedField,
    WordChoice,
    WordSource,
    register_targets,
)
from insek.intake.word_sources import of_rows
from insek.people.actors import Actor, require
from insek.web.display import number_words

from ..models import District, HouseNumber, NameSource
from ..outside.services import RIGHT
from .exchange import plain_table
from .gathering import rows_of_points
from .register_lines import RegisterLines, read_register
from .rows import NameRow
from .writing import NameDelivery, is_written, take_back_names, write_names

Result = BatchEntry.Result
SHOWN = 20


def _districts(reading: Reading) -> Any:
    return District.objects.of(reading.concept).select_related("item").order_by("level", "item__sort_key")


DISTRICTS = of_rows("items.district", _districts, District, several=False)
SYSTEMS = WordSource(
    "reference-systems",
    lambda reading: [WordChoice(str(epsg), f"{_(name)} (EPSG:{epsg})") for epsg, name in NAMES.items()],
)


class NamesTarget(ReadingTarget):
    """Rows become names of the gazetteer: all at once, in the place of the delivery before."""

    group = gettext_lazy("Karten und Adressen")
    takes_maps = True
    kind = ""
    sort: NameSource.Sort
    houses: bool

    def may(self, actor: Actor, concept: Concept) -> bool:
        """Whoever sets up the maps."""
        return bool(rules.test_rule(RIGHT, actor))

    def wanted(self, reading: Reading) -> list[WantedField]:
        """The address or street, where it lies, and whose delivery it is."""
        place, part, about = _("Wo es liegt"), _("Teil der Stadt"), _("Über die Lieferung")
        found = [
            WantedField("street", _("Straße"), "straße|strasse|straßenname|name der straße|strassenname|straßenbezeichnung|str|stn|bezeichnung|name|anschrift|adresse|lagebezeichnung", needed=True, meaning="-"),
            WantedField("key", _("Amtlicher Schlüssel der Straße"), "straßenschlüssel|strassenschluessel|schlüssel|strschl|sss|straßennummer|straßen nr|lageschlüssel|str nr|kennziffer", meaning="-"),
        ]  # fmt: skip
        if self.houses:
            found += [
                WantedField("number", _("Hausnummer"), "hausnummer|hausnr|hnr|haus nr|nr|nummer|hsnr", meaning="-"),
                WantedField("suffix", _("Zusatz zur Hausnummer"), "zusatz|adz|hausnummernzusatz|hnr zusatz|hausnummer zusatz|buchstabe|adressierungszusatz|hausnrzusatz", meaning="-"),
            ]  # fmt: skip
        if not reading.is_of_map:
            found += [
                WantedField("east", _("Ostwert, Rechtswert oder Länge"), "ostwert|rechtswert|ost|east|easting|x|lon|long|laenge|längengrad|longitude|x koordinate|utm ost|e|koordinate x", meaning="-", needed=self.houses, group=place),
                WantedField("north", _("Nordwert, Hochwert oder Breite"), "nordwert|hochwert|nord|north|northing|y|lat|breite|breitengrad|latitude|y koordinate|utm nord|n|koordinate y", meaning="-", needed=self.houses, group=place),
                WantedField("system", _("Bezugssystem"), for_all=True, in_column=False, words=SYSTEMS, group=place, help=_("Nur nötig, wo die Zahlen selbst es nicht sagen.")),
            ]  # fmt: skip
        return [
            *found,
            WantedField("district", _("Stadtteil"), "stadtteil|ortsteil|statistischer bezirk|stt|quartier|gemarkung|ott|otn|districts|stadtteile|stadtteilschlüssel", words=DISTRICTS, kind="place", meaning="-", group=part),
            WantedField("above", _("Übergeordneter Bezirk"), "stadtbezirk|ortsbezirk|bezirk", words=DISTRICTS, kind="place", meaning="-", group=part),
            WantedField("beside", _("Zusatz, der gleiche Namen unterscheidet"), "postort|wohnplatz|lage", meaning="-", group=part),
            WantedField("ags", _("Gemeindeschlüssel"), "ags|gemeindeschlüssel|gemeindekennziffer|gkz", meaning="-", group=part, help=_("Zeilen anderer Gemeinden bleiben weg.")),
            WantedField("attribution", _("Quelle"), for_all=True, in_column=False, needed=True, group=about, help=_("Wessen Verzeichnis das ist; es steht, wo Adressen gezeigt werden.")),
            WantedField("as_of", _("Stand"), for_all=True, in_column=False, group=about, help=_("Etwa 31.12.2024.")),
        ]  # fmt: skip

    def complaints(self, reading: Reading) -> list[str]:
        """The day of the delivery has to be one."""
        found = super().complaints(reading)
        if (text := reading.for_all.get("as_of", "")) and _day(text) is None:
            found.append(_("„%(text)s“ ist kein Tag. Der Stand wird als Tag angegeben, etwa 31.12.2024.") % {"text": shortened(text, 40)})  # fmt: skip
        if len(reading.for_all.get("attribution", "")) > 300:
            found.append(_("Die Quelle ist länger als 300 Zeichen."))
        names = set(reading.columns.values())
        if len({"east", "north"} & names) == 1:
            found.append(_("Zu einer Koordinate fehlt die andere."))
        return list(dict.fromkeys(found))

    # ---- preview

    def plan(self, reading: Reading, rows: Sequence[TableRow]) -> Iterator[BatchEntry | None]:
        """Every wrong row with its reason; the others are counted."""
        lines = read_register(reading, rows, houses=self.houses)
        found = rows_of_register(lines)
        for row, title, why, column in lines.wrong:
            yield BatchEntry(row=row.number, sheet=row.sheet, title=shortened(title, 400), result=Result.REFUSED, level=2, ticked=False, reason=why, column=shortened(column, 200))  # fmt: skip
        for row, title, words in lines.noticed:
            yield BatchEntry(row=row.number, sheet=row.sheet, title=shortened(title, 400), result=Result.LEFT, level=1, ticked=False, notes=[{"column": "", "text": words}])  # fmt: skip
        houses = sum(len(row.houses) for row in found)
        count = houses if self.houses else len(found) + len(lines.unplaced)
        columns = lines.columns
        reading.batch.task = {
            **reading.batch.task, "bulk": count, "bulk_counts": {"neu": count, "alle": count},
            "names": len(found), "unplaced": len(lines.unplaced), "houses": houses, "elsewhere": lines.elsewhere, "twice": lines.twice,
            "system": system_words(columns.epsg) if columns and columns.epsg else "", "swapped": bool(columns and columns.are_swapped),
            "sample": [_sample(row) for row in found[:SHOWN]], "with_key": sum(bool(row.official_key) for row in found),
        }  # fmt: skip

    def preview(self, reading: Reading) -> dict[str, Any]:
        """Figures, the first streets, and what is replaced."""
        task = reading.batch.task
        here = NameSource.objects.filter(city=reading.concept.key, sort=self.sort, is_valid=True).first()
        replaced = here if here is not None and here.reading != reading.batch.pk else None
        words = [(_("Straßen und Plätze"), number_words(task.get("names", 0), 0))]
        if self.houses:
            words.append((_("Hausnummern"), number_words(task.get("houses", 0), 0)))
        words += [
            (label, number_words(task[name], 0))
            for name, label in (
                ("unplaced", _("ohne Ort, bis eine Karte sie kennt")),
                ("with_key", _("mit amtlichem Schlüssel")),
                ("elsewhere", _("Zeilen anderer Gemeinden, weggelassen")),
                ("twice", _("Zeilen, die schon dastehen")),
            )
            if task.get(name)
        ]
        if task.get("system"):
            order = _("Norden zuerst") if task.get("swapped") else ""
            words.append((_("Koordinaten"), "; ".join(filter(None, [task["system"], order]))))
        return {
            "template": "places/_reading_names.html", "facts": words, "rows": task.get("sample", []), "houses": self.houses,
            "replaced": replaced, "replaced_names": replaced.places.count() if replaced else 0,
            "replaced_houses": HouseNumber.objects.filter(street__source=replaced).count() if replaced and self.houses else 0,
        }  # fmt: skip

    def leads_to(self, batch: Batch) -> str:
        """The page that says what there is."""
        return reverse("map-setup")

    # ---- writing

    def write(self, reading: Reading, tell: Callable[[int], None]) -> None:
        """Write all, in the place of the delivery before. A second call does nothing."""
        from insek.intake.readings import reading_of, rows_of, table_of

        batch = reading.batch
        require(reading.actor, RIGHT)
        if not is_written(batch.pk):
            table = table_of(batch)
            full = reading_of(batch, reading.actor, table)
            lines = read_register(full, rows_of(table), houses=self.houses)
            write_names(
                rows_of_register(lines), city=batch.concept.key, sort=self.sort, unplaced=lines.unplaced,
                attribution=batch.task["for_all"].get("attribution", ""),
                delivery=NameDelivery(batch.pk, batch.label, _day(batch.task["for_all"].get("as_of", ""))),
            )  # fmt: skip
        batch.task = {**batch.task, "written": batch.task.get("bulk", 0)}
        Batch.objects.filter(pk=batch.pk).update(task=batch.task)
        tell(batch.total)

    def take_back(self, reading: Reading, tell: Callable[[int], None]) -> None:
        """The delivery before counts again."""
        require(reading.actor, RIGHT)
        if not take_back_names(reading.batch.pk):
            raise StepStopped(
                _("Diese Lieferung gilt nicht mehr: Eine neuere hat sie ersetzt, oder sie ist entfernt.")
            )
        tell(reading.batch.total)


def rows_of_register(lines: RegisterLines) -> list[NameRow]:
    """The names of what was read, each with its houses."""
    return rows_of_points(lines.lines, lines.shapes)


def _sample(row: NameRow) -> list[str]:
    numbers = sorted(row.houses)[:6]
    said = ", ".join(f"{number}{suffix}" for number, suffix, _lon, _lat in numbers)
    return [row.name, row.official_key, row.beside, f"{said} …" if len(row.houses) > len(numbers) else said]


def _day(text: str) -> date | None:
    try:
        return date.fromisoformat(moment_said(text))
    except ValueError:
        return None


class HousesTarget(NamesTarget):
    """House coordinates."""

    name = "houses"
    label = gettext_lazy("Hauskoordinaten")
    explanation = gettext_lazy(
        "Adressen mit Koordinaten, damit „Hauptstraße 12a“ auf der Karte gefunden wird."
    )
    icon = "map"
    order = 91
    sort, houses = NameSource.Sort.HOUSES, True

    def received(self, data: bytes, name: str) -> tuple[bytes, str]:
        """Files of the surveying authorities as a plain table."""
        found = plain_table(data) if name.lower().endswith((".csv", ".txt")) else None
        if found is None:
            return data, name
        table, is_moved = found
        return table, _("%(name)s (mit ergänzter Kopfzeile: Zeilen zählen eins mehr)") % {
            "name": name
        } if is_moved else name


class StreetsTarget(NamesTarget):
    """The street register."""

    name = "streets"
    label = gettext_lazy("Straßenverzeichnis")
    explanation = gettext_lazy("Straßen mit amtlichem Schlüssel und Stadtteil; mit oder ohne Koordinaten.")
    icon = "map"
    order = 90
    sort, houses = NameSource.Sort.STREETS, False


register_targets(lambda: [StreetsTarget(), HousesTarget()])
