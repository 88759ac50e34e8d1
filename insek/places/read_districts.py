"""All districts of a map file looked at together: where they lie, whether they lie over each other, and the city from its parts."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import combinations
from typing import Any

import shapely
from django.utils.translation import gettext as _
from shapely.geometry.base import BaseGeometry

from insek.concept.models import Concept
from insek.intake.items_entries import refused
from insek.intake.models import BatchEntry
from insek.intake.shapes import PlannedShape
from insek.intake.targets import Reading
from insek.people.models import Right
from insek.thread.labels import FIELD_LABELS
from insek.thread.models import Visibility

from .models import District
from .official import OVERLAP
from .outlines import canonical, lies_outside
from .shape_words import centre_of, same_shape, shape_words

Level = District.Level
RANK = {Level.CITY: 0, Level.ORTSBEZIRK: 1, Level.STADTTEIL: 2}
REFUSED = 0.2
"""Share of the smaller of two districts that cannot be a slip of the pen any more."""
LIES_IN = 0.95
"""Share of a district that lies in another one, of which it then is a part."""


class DistrictsTogether:
    """The districts of a file and those that are there already."""

    def __init__(self, reading: Reading, planned: Sequence[PlannedShape]) -> None:
        self.reading, self.planned = reading, planned
        self.concept: Concept = reading.concept
        here = District.objects.of(self.concept).select_related("item").order_by("item__sort_key", "pk")
        self.there = {each.pk: each for each in here}
        self.city = next((each for each in self.there.values() if each.level == Level.CITY), None)
        self.known = {
            pk: area for pk, each in self.there.items() if isinstance(area := each.geometry, BaseGeometry)
        }
        self.in_file = {each.item.pk for each in planned if each.item is not None}

    def finish(self) -> list[BatchEntry]:
        """Say what is wrong at the entries; gives the entry of the city where it follows from its parts."""
        city_area = next((each.shape for each in self.planned if self._level(each) == Level.CITY), None)
        from_parts = None
        if city_area is None and self._all_parts_are_here():
            from_parts = canonical(shapely.union_all([each.said.shape for each in self.planned]))
        for each in self.planned:
            self._find_parent(each)
        self._check_position(city_area if city_area is not None else from_parts)
        self._check_overlaps()
        if from_parts is None or any(each.entry.result == BatchEntry.Result.REFUSED for each in self.planned):
            return []
        return list(self._city_entry(from_parts))

    def _level(self, each: PlannedShape) -> str:
        said = each.said.values.get("level") or (each.item.district.level if each.item is not None else "")
        return str(said or Level.ORTSBEZIRK)

    def _area(self, each: PlannedShape) -> BaseGeometry:
        assert each.said.shape is not None
        return each.said.shape

    def _all_parts_are_here(self) -> bool:
        parts = {pk for pk, each in self.there.items() if each.level != Level.CITY and each.valid_to is None}
        return bool(self.planned) and parts <= self.in_file

    def _find_parent(self, each: PlannedShape) -> None:
        """A new district of which the file says nothing lies in the smallest one above it that it lies in."""
        if each.item is not None or each.said.values.get("parent_id") or self._level(each) == Level.CITY:
            return
        area, rank = self._area(each), RANK[Level(self._level(each))]
        above = [
            (known.area, pk)
            for pk, known in self.known.items()
            if RANK[Level(self.there[pk].level)] < rank
            and known.intersection(area).area >= LIES_IN * area.area
        ]
        best = self.there[min(above)[1]] if above else self.city
        if best is not None:
            each.entry.differences = {**each.entry.differences, "parent_id": [None, best.pk]}
            each.entry.shown = [*each.entry.shown, [str(FIELD_LABELS["parent"]), "", str(best.item)]]

    def _check_position(self, city_area: BaseGeometry | None) -> None:
        checks: list[tuple[BaseGeometry, bool]] = []
        if self.city is not None and self.city.geometry is not None:
            checks.append((self.city.geometry, self.city.schematic))
        if city_area is not None:
            checks.append((city_area, False))
        for each in self.planned:
            shares = [lies_outside(self._area(each), outline, drawn=drawn) for outline, drawn in checks]
            if share := next(filter(None, shares), 0.0):
                refused(each.entry, _("Liegt zu %(share)s %% außerhalb der Stadt. Stimmt das Bezugssystem, ist es die richtige Datei?") % {"share": round(100 * share)})  # fmt: skip

    def _others(self) -> Iterator[tuple[str, str, BaseGeometry, BatchEntry | None]]:
        """Level, name, area and entry of all that will be there on the ground and is no mere drawing."""
        for each in self.planned:
            if each.entry.result != BatchEntry.Result.REFUSED:
                yield self._level(each), each.entry.title, self._area(each), each.entry
        for pk, row in self.there.items():
            if pk not in self.in_file and not row.schematic and row.geometry is not None and row.valid_to is None:  # fmt: skip
                yield str(row.level), str(row.item), row.geometry, None

    def _check_overlaps(self) -> None:
        """Districts of one level do not lie over each other, but for what digitising does."""
        known = list(self._others())
        for (level, name, area, entry), (other_level, other_name, other_area, other) in combinations(known, 2):  # fmt: skip
            if level != other_level or level == Level.CITY or not area.intersects(other_area):
                continue
            share = area.intersection(other_area).area / min(area.area, other_area.area)
            if share <= OVERLAP:
                continue
            for mine, there in ((entry, other_name), (other, name)):
                if mine is None or mine.result == BatchEntry.Result.REFUSED:
                    continue
                words = _("Die Fläche und die von „%(other)s“ überdecken sich (%(share)s %% der kleineren).") % {"other": there, "share": round(100 * share)}  # fmt: skip
                if share > REFUSED:
                    refused(mine, words)
                else:
                    mine.notes, mine.level = [*mine.notes, {"column": "", "text": words}], max(1, mine.level)

    def _city_entry(self, area: BaseGeometry) -> Iterator[BatchEntry]:
        """The city itself, whose area is the union of its parts."""
        words = _("aus ihren Teilen gebildet: %(size)s") % {"size": shape_words(area, self.concept)}
        values: dict[str, Any] = {"geometry": area.wkt, "schematic": False, **centre_of(self.city, area)}
        entry = BatchEntry(row=0, shown=[[str(FIELD_LABELS["geometry"]), "", words]])
        if self.city is None and len(self.planned) < 2:
            return  # one part is no city
        if self.city is None:
            seen = Visibility.PUBLIC if self.reading.actor.has(Right.RELEASE) else Visibility.INTERNAL
            values |= {"title": self.concept.city, "level": Level.CITY.value, "visibility": seen.value}
            entry.act, entry.title = BatchEntry.Operation.CREATE, self.concept.city
            entry.differences = {name: [None, value] for name, value in values.items()}
            yield entry
            return
        if same_shape(self.city.geometry, area):
            return
        item = self.city.item
        entry.act, entry.title, entry.item_id = BatchEntry.Operation.CHANGE, str(item), item.pk
        entry.version, entry.is_public = item.version, item.visibility == Visibility.PUBLIC
        before = {"geometry": known.wkt if (known := self.known.get(self.city.pk)) is not None else None, "schematic": self.city.schematic}  # fmt: skip
        entry.differences = {name: [before.get(name), value] for name, value in values.items()}
        yield entry
