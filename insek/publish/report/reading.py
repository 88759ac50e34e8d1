"""What a report reads: the items of a concept that the asking person may see, and how they are in the thread."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from functools import cached_property
from typing import Any
from urllib.parse import urlsplit

from django.conf import settings
from django.utils.translation import get_language, override
from django.utils.translation import gettext as _

from insek.concept.asker import Asker
from insek.concept.models import Concept
from insek.engines.geometry import to_geojson
from insek.engines.report import blocks, maps, pictures
from insek.engines.report.blocks import Block, run
from insek.items.pages import pages_of
from insek.people.actors import Actor
from insek.places.models import District, Location
from insek.places.pages import geometry_of
from insek.places.queries import map_places
from insek.steering.light import LightReading
from insek.steering.models import Target
from insek.steering.queries import AssessedMeasure, assessed_measures, behind_of, targets_of
from insek.thread.kinds import all_link_kinds, kind_names, link_kind_named
from insek.thread.models import Item, Link, Visibility
from insek.web.display import fields_of, shown_source

NEIGHBOURS = 8
"""Neighbours of one kind of link that are printed; the page of the item has them all."""
COMMON = 4
"""A reason that this many links of one kind share says nothing about any of them and is not printed."""


class Reader:
    """Reads a concept once, through the gate, for one report."""

    def __init__(self, concept: Concept, actor: Actor, *, origin: str = "") -> None:
        self.concept = concept
        self.actor = actor
        self.origin = (origin or settings.INSEK_ORIGIN).rstrip("/")
        self.language = (get_language() or "de")[:2]
        self.asker = Asker(actor, concept=concept, language=self.language)
        self.names = kind_names(self.asker)

    @cached_property
    def _read(self) -> dict[str, list[Item]]:
        return {}

    def items(self, kind: str) -> list[Item]:
        """The visible items of a kind in the order of their numbers, with their own rows. One query."""
        if kind not in self._read:
            visible = Item.objects.visible_to(self.actor).filter(concept=self.concept, kind=kind)
            self._read[kind] = list(pages_of(kind).select(visible))
            for item in self._read[kind]:
                item.concept = self.concept
        return self._read[kind]

    @cached_property
    def known(self) -> dict[str, Item]:
        """All visible items by id. One query."""
        visible = Item.objects.visible_to(self.actor).filter(concept=self.concept)
        return {item.pk: item for item in visible.defer("text")}

    @cached_property
    def links(self) -> tuple[dict[str, list[Link]], dict[str, list[Link]]]:
        """The visible links by source and by target. One query."""
        sources: dict[str, list[Link]] = {}
        targets: dict[str, list[Link]] = {}
        for link in Link.objects.visible_to(self.actor).filter(source__concept=self.concept).order_by("pk"):
            if link.source_id in self.known and link.target_id in self.known:
                sources.setdefault(link.source_id, []).append(link)
                targets.setdefault(link.target_id, []).append(link)
        return sources, targets

    @cached_property
    def common_reasons(self) -> set[tuple[str, str]]:
        """Sentences that stand at many links of one kind. Costs no further query."""
        found = Counter((link.kind, link.reason) for links in self.links[0].values() for link in links)
        return {key for key, number in found.items() if number >= COMMON}

    @cached_property
    def locations(self) -> dict[str, Any]:
        """Where the visible items lie, as GeoJSON by id. One query."""
        rows = Location.objects.filter(item__concept=self.concept).order_by("pk")
        return {row.pk: to_geojson(row.geometry, 5) for row in rows if row.pk in self.known}

    @cached_property
    def fields(self) -> dict[str, list[Any]]:
        """The fields of action of all visible items. One query."""
        return fields_of(self.known)

    @cached_property
    def _assessed(self) -> dict[str, AssessedMeasure]:
        return {}

    def standing(self, item: Item) -> AssessedMeasure:
        """The state of a measure; asked once for all measures that were read. Three queries, and a fourth beside
        the targets where an indicator is behind."""
        if item.pk not in self._assessed:
            rows = self._read.get("measure") or [item]
            behind = behind_of([row.pk for row in rows], self.actor, readings=self.readings)
            found = assessed_measures(rows, self.actor, behind=behind)
            self._assessed.update(zip((row.pk for row in rows), found, strict=True))
        return self._assessed[item.pk]

    @cached_property
    def readings(self) -> list[tuple[Target, LightReading]]:
        """The targets of the concept with their lights. Three queries."""
        return targets_of(Target.objects.filter(goal__item__concept=self.concept), self.actor)

    @cached_property
    def places(self) -> list[District]:
        """The places of the map. One query."""
        return map_places(self.concept, self.actor)

    def targets(self, item: Item, kind: str) -> list[Item]:
        """Where the links of a kind lead from an item."""
        return [self.known[link.target_id] for link in self.links[0].get(item.pk, ()) if link.kind == kind]

    def neighbours(
        self, item: Item, *, skip: Sequence[str] = ("located_in",), heads: tuple[str, str] | None = None
    ) -> Block:
        """Why the item is there and what follows from it, each with its reason."""
        before, after = (
            self._ends(links.get(item.pk, ()), end, skip)
            for links, end in ((self.links[1], "source"), (self.links[0], "target"))
        )
        return blocks.links(before, after, heads=heads or (_("Warum?"), _("Wozu?")))

    def _ends(
        self, links: Iterable[Link], end: str, skip: Sequence[str]
    ) -> list[tuple[str, list[dict[str, Any]]]]:
        order = [kind.name for kind in all_link_kinds()]
        found: dict[str, list[Link]] = {}
        for link in links:
            if link.kind not in skip:
                found.setdefault(link.kind, []).append(link)
        groups = []
        for kind in sorted(found, key=order.index):
            ends = sorted(found[kind], key=lambda link: self._rank(getattr(link, f"{end}_id")))
            entries = [
                self.entry(getattr(link, f"{end}_id"), self.because(link)) for link in ends[:NEIGHBOURS]
            ]
            groups.append((self.capital(link_kind_named(kind).label_towards(end)), entries))
        return groups

    def because(self, link: Link) -> str:
        """Why a link is there, where that says something of this link."""
        return "" if (link.kind, link.reason) in self.common_reasons else link.reason

    def ref(self, item: Item) -> list[dict[str, Any]]:
        """An item in a table or sentence: number and title, and its mark where it is an example."""
        made = [run(str(item), ref=item.pk)]
        return [*made, run(f" {_('Beispiel')}", tone="example")] if item.is_example else made

    def numbers_of(self, items: Iterable[Item]) -> list[dict[str, Any]]:
        """Items as their numbers, one after the other, each leading to its place."""
        made: list[dict[str, Any]] = []
        for item in sorted(items, key=lambda item: self._rank(item.pk)):
            made += [*([run(", ")] if made else []), run(item.number or item.title, ref=item.pk)]
        return made

    def _rank(self, pk: str) -> tuple[str, str]:
        return self.known[pk].sort_key, pk

    @staticmethod
    def capital(text: str) -> str:
        """The text with a capital first letter."""
        return text[:1].upper() + text[1:]

    def entry(self, pk: str, reason: str = "") -> dict[str, Any]:
        """An item as a line that leads to it."""
        item = self.known[pk]
        return {
            "id": pk, "number": item.number, "title": item.title, "reason": reason,
            "example": item.is_example, "url": self.address(item.url),
        }  # fmt: skip

    def address(self, path: str) -> str:
        """The permanent address; empty where the installation does not know its own."""
        return blocks.safe_address(f"{self.origin}{path}") if self.origin else ""

    def item(
        self,
        item: Item,
        content: Sequence[Block],
        *,
        level: int = 3,
        side: Sequence[Block] = (),
        marks: Sequence[str] = (),
        listed: bool = False,
        own_page: bool = False,
        code: bool = False,
    ) -> Block:
        """An item with its heading, its content and what is in the margin; ``code`` adds its address to scan."""
        with override(settings.LANGUAGE_CODE):
            url = self.address(item.url)
        if code and url:
            alt = _("QR-Code zur Seite im Netz: %(address)s") % {"address": url}
            side = [*side, blocks.figure(pictures.code(url), alt=alt, width="code")]
        return {
            "type": "item", "id": item.pk, "kind": item.kind, "number": item.number, "title": item.title,
            "standing": item.standing, "standing_label": item.get_standing_display(), "level": level,
            "visibility": "" if item.visibility == Visibility.PUBLIC else item.get_visibility_display(),
            "fields": self._field_marks(item),
            "marks": [str(mark) for mark in marks], "side": list(side), "blocks": list(content),
            "url": url, "code": code, "address": f"{urlsplit(url).netloc}{urlsplit(url).path}" if code else urlsplit(url).path.strip("/"),
            "listed": listed or level == 2, "own_page": own_page,
            **self._rough(item, content, side),
        }  # fmt: skip

    @staticmethod
    def _rough(item: Item, content: Sequence[Block], side: Sequence[Block]) -> dict[str, int]:
        """How high the item will be in millimetres, and how high without the two columns of neighbours."""
        ties = [block for block in content if block["type"] == "links" and block["groups"] and block["after"]]
        rest = [block for block in content if block not in ties]
        head = 20 + len(item.title) // 8
        top = max(head + blocks.rough_height(rest), 45 + blocks.rough_height(side))
        return {"rough": top + blocks.rough_height(ties), "rough_top": top}

    def _field_marks(self, item: Item) -> list[dict[str, str]]:
        """Name and colour of its fields; of all fields at once only that."""
        found = self.fields.get(item.pk, ())
        if len(found) > 2 and len(found) == self.field_count:
            return [{"name": _("Alle Handlungsfelder"), "colour": ""}]
        return [{"name": each.name, "colour": each.colour} for each in found]

    @cached_property
    def field_count(self) -> int:
        """How many fields of action the concept has. One query."""
        return self.concept.fields.count()

    def source(self, item: Item) -> list[Block]:
        """Where an item's content comes from, as a quiet line."""
        shown = shown_source(item)
        return [blocks.paragraph(*source_runs(shown), style="quiet")] if shown else []

    def map(
        self,
        chosen: Iterable[str] = (),
        *,
        places: Sequence[Any] = (),
        size: float = 300,
        names: bool = False,
        dark: bool = False,
    ) -> str:
        """The city with the chosen districts and exact places as SVG; empty without outlines."""
        return maps.district_map(
            self.ground["features"],
            outline=self.ground["outline"],
            chosen=chosen,
            places=places,
            size=size,
            dark=dark,
        )

    @cached_property
    def ground(self) -> dict[str, Any]:
        """Outline and districts of the city as GeoJSON."""
        return geometry_of(self.places)

    def by_field(self, items: Sequence[Item]) -> list[tuple[str, str, list[Item]]]:
        """Items under the first of their fields: key, name, items; those without a field last."""
        rows: list[tuple[str, str, list[Item]]] = [
            (field.key, str(field), []) for field in self.concept.fields.all()
        ]
        place = {key: found for key, _name, found in rows}
        rest: list[Item] = []
        for item in items:
            fields = self.fields.get(item.pk, ())
            (place[fields[0].key] if fields and fields[0].key in place else rest).append(item)
        return [*(row for row in rows if row[2]), *([("", "", rest)] if rest else [])]


def source_runs(shown: dict[str, str]) -> list[dict[str, Any]]:
    """A source as a line: title with its address, document, page, date."""
    host = urlsplit(shown.get("source_url", "")).netloc
    runs = [
        run(_("Quelle: ")),
        run(shown.get("source_title") or host or shown.get("document"), href=shown.get("source_url", "")),
    ]
    rest = []
    if shown.get("document") and shown.get("source_title"):
        rest.append(shown["document"])
    if shown.get("page"):
        rest.append(_("Seite %(page)s") % {"page": shown["page"]})
    if shown.get("source_date_label"):
        rest.append(_("Stand %(date)s") % {"date": shown["source_date_label"]})
    return [*runs, run("".join(f", {part}" for part in rest))]
