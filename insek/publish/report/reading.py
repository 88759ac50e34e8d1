"""What a report reads: the items of a concept that the asking person may see, and how they are in the thread."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from functools import cached_property
from typing import Any
from urllib.parse import urlsplit

from django.conf import settings
from django.db.models import Max
from django.utils import timezone
from django.utils.translation import get_language, override
from django.utils.translation import gettext as _

from insek import clock
from insek.concept.asker import Asker
from insek.concept.models import Concept
from insek.engines.geometry import to_geojson
from insek.engines.report import blocks, maps, pictures
from insek.engines.report.blocks import Block, lang_of, run
from insek.evidence.models import Observation
from insek.evidence.pages import detail as indicator_page
from insek.evidence.queries import city_values, latest_values
from insek.items.pages import pages_of
from insek.people.actors import Actor
from insek.places.basemap.paper import paper_base
from insek.places.models import District, Location
from insek.places.pages import geometry_of
from insek.places.queries import map_places
from insek.steering.light import LightReading
from insek.steering.models import Target
from insek.steering.queries import AssessedMeasure, assessed_measures, behind_of, targets_of
from insek.thread.kinds import all_link_kinds, kind_names, link_kind_named
from insek.thread.models import Item, Link, Visibility
from insek.thread.own_values import OwnWords
from insek.web.display import fields_of, shown_source, with_example_word

from .own_facts import own_facts
from .speaking import source_runs, spoken

IN_MARGIN = 14
"""Numbers of one side of the thread that stand in the margin; the annex has them all."""
NEIGHBOURS = 8
"""Neighbours of one kind of link that are printed; the page of the item has them all."""
LONG = 1500
"""Letters from which on an item may go on on the next page."""
COMMON = 4
"""A reason that this many links of one kind share says nothing about any of them and is not printed."""


class Reader:
    """Reads a concept once, through the gate, for one report."""

    def __init__(self, concept: Concept, actor: Actor, *, origin: str = "", is_short: bool = False) -> None:
        self.concept = concept
        self.is_short = is_short
        self.actor = actor
        self.origin = (origin or settings.INSEK_ORIGIN).rstrip("/")
        self.language = (get_language() or "de")[:2]
        self.asker = Asker(actor, concept=concept, language=self.language)
        self.names = kind_names(self.asker)

    @cached_property
    def changed_on(self) -> date:
        """The day of the last change of what the person sees, today where there is nothing. One query."""
        visible = Item.objects.visible_to(self.actor).filter(concept=self.concept)
        return timezone.localdate(visible.aggregate(last=Max("updated_at"))["last"] or clock.now())

    @property
    def words(self) -> dict[str, str]:
        """The words that the setter needs."""
        return {
            "contents": _("Inhaltsverzeichnis"), "page": _("S."), "example": _("Beispiel"), "online": _("Im Netz:"),
            "examples_here": _("Mit Beispielen"), "working": _("Arbeitsstand, nicht öffentlich"),
        }  # fmt: skip

    @cached_property
    def _read(self) -> dict[str, list[Item]]:
        return {}

    def items(self, kind: str) -> list[Item]:
        """The visible items of a kind in the order of their numbers, with their own rows. One query."""
        if kind not in self._read:
            visible = Item.objects.visible_to(self.actor).filter(concept=self.concept, kind=kind)
            self._read[kind] = [spoken(item, self.language) for item in pages_of(kind).select(visible)]
            for item in self._read[kind]:
                item.concept = self.concept
        return self._read[kind]

    @cached_property
    def known(self) -> dict[str, Item]:
        """All visible items by id. One query."""
        visible = Item.objects.visible_to(self.actor).filter(concept=self.concept)
        return {item.pk: spoken(item, self.language) for item in visible.defer("text", "text_en")}

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

    def thread(self, item: Item, *, skip: Sequence[str] = ("located_in",)) -> list[Block]:
        """The numbers of what an item rests on and of what follows from it, for the margin."""
        made = []
        for label, links, end in (
            (_("Warum?"), self.links[1], "source"),
            (_("Wozu?"), self.links[0], "target"),
        ):
            found = {getattr(link, f"{end}_id") for link in links.get(item.pk, ()) if link.kind not in skip}
            near = [self.known[pk] for pk in found if self.known[pk].number]
            if near:
                made.append(
                    blocks.paragraph(
                        run(f"{label} ", bold=True), *self.numbers_of(near, most=IN_MARGIN), style="margin"
                    )
                )
        return made

    def because(self, link: Link) -> str:
        """Why a link is there, where that says something of this link."""
        return "" if (link.kind, link.reason) in self.common_reasons else self.german(link.reason)

    def german(self, text: str) -> str:
        """A text of which there is only a German version."""
        return text if self.language == "de" else blocks.German(text)

    def ref(self, item: Item) -> list[dict[str, Any]]:
        """An item in a table or sentence: number and title, and its mark where it is an example."""
        made = [run(blocks.like(item.title, str(item)), ref=item.pk)]
        return [*made, run(f" {_('Beispiel')}", tone="example")] if item.is_example else made

    def numbers_of(self, items: Iterable[Item], *, most: int | None = None) -> list[dict[str, Any]]:
        """Items as their numbers, one after the other, each leading to its place; with ``most`` it ends in dots."""
        made: list[dict[str, Any]] = []
        ranked = sorted(items, key=lambda item: self._rank(item.pk))
        for item in ranked[:most]:
            number = item.number.replace(" ", "\u00a0") or blocks.like(
                item.title, item.title.replace(" ", "\u00a0")
            )
            made += [*([run(", ")] if made else []), run(number, ref=item.pk)]
        return [*made, run(" …")] if most is not None and len(ranked) > most else made

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
            "id": pk, "number": item.number, "title": item.title, "lang": lang_of(item.title), "reason": reason, "reason_lang": lang_of(self.german(reason)),
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
        thread: bool = False,
        fields: bool = True,
    ) -> Block:
        """An item with its heading, its content and what is in the margin.

        ``code`` adds its address to scan, ``thread`` the numbers of its neighbours, ``fields`` names its fields of action.
        """
        with override(settings.LANGUAGE_CODE):
            url = self.address(item.url)
        if not self.is_short:
            side = [*side, *own_facts(self.concept, item, self.own_words, url)]
        if thread:
            side = [*side, *self.thread(item)]
        if code and url:
            alt = _("QR-Code zur Seite im Netz: %(address)s") % {"address": url}
            side = [*side, blocks.figure(pictures.code(url), alt=alt, width="code")]
        return {
            "type": "item", "id": item.pk, "kind": item.kind, "number": item.number, "title": item.title, "lang": lang_of(item.title),
            "standing": item.standing, "standing_label": item.get_standing_display(), "level": level,
            "visibility": "" if item.visibility == Visibility.PUBLIC else item.get_visibility_display(),
            "fields": self._field_marks(item) if fields else [],
            "marks": [str(mark) for mark in marks], "side": list(side), "blocks": list(content),
            "url": url, "code": code, "address": f"{urlsplit(url).netloc}{urlsplit(url).path}" if code else urlsplit(url).path.strip("/"),
            "listed": listed or level == 2, "own_page": own_page, "long": blocks.letters(content) > LONG,
        }  # fmt: skip

    @cached_property
    def own_words(self) -> OwnWords:
        """Says what stands in own fields."""
        return OwnWords()

    def _field_marks(self, item: Item) -> list[dict[str, str]]:
        """Name and colour of its fields; of all fields at once only that."""
        found = self.fields.get(item.pk, ())
        if len(found) > 2 and len(found) == self.field_count:
            return [{"name": _("Alle Handlungsfelder"), "colour": ""}]
        return [{"name": each.name, "colour": each.colour} for each in found]

    @cached_property
    def field_count(self) -> int:
        """How many fields of action the concept has. One query."""
        return len(self.asker.fields)

    def source(self, item: Item) -> list[Block]:
        """Where an item's content comes from, as a quiet line."""
        shown = shown_source(item)
        return [blocks.paragraph(*source_runs(shown), style="quiet")] if shown else []

    @cached_property
    def latest(self) -> dict[str, Observation]:
        """The latest value for the whole city of each indicator. One query."""
        return latest_values(item.pk for item in self.items("indicator"))

    @cached_property
    def lengths(self) -> dict[str, int]:
        """How many values for the whole city each indicator has. One query."""
        found = city_values(item.pk for item in self.items("indicator"))
        return {pk: len(values) for pk, values in found.items()}

    @property
    def elsewhere(self) -> str:
        """Where the reader finds what a chapter leaves out."""
        return _("in der ausführlichen Fassung") if self.is_short else _("im Anhang")

    def marks(self, item: Item) -> list[dict[str, Any]]:
        """What must be known of an item at first sight: that it is an example, that it is not public."""
        made = [run(f" {_('Beispiel')}", tone="example")] if item.is_example else []
        if item.visibility != Visibility.PUBLIC:
            made.append(run(f" {item.get_visibility_display()}", tone="bad"))
        return made

    @staticmethod
    def named(items: Sequence[Item]) -> str:
        """Items by number and title in a caption, with the word that they are examples."""
        if items and all(item.is_example for item in items):
            return _("%(names)s (alle Beispiele)") % {"names": "; ".join(map(str, items))}
        return "; ".join(with_example_word(str(item), item.standing) for item in items)

    def in_field(self, kind: str, key: str) -> list[Item]:
        """The items of a kind that belong to a field, among others perhaps."""
        return [
            item
            for item in self.items(kind)
            if any(field.key == key for field in self.fields.get(item.pk, ()))
        ]

    @cached_property
    def by_place(self) -> dict[str, list[Item]]:
        """The items that lie in a district, by district, from the links. Costs no further query."""
        found: dict[str, list[Item]] = {}
        for links in self.links[0].values():
            for link in links:
                if link.kind == "located_in":
                    found.setdefault(link.target_id, []).append(self.known[link.source_id])
        return found

    def page_of_indicator(self, item: Item) -> dict[str, Any]:
        """Figure, charts and tables of an indicator, asked once for the whole document. Three queries."""
        if item.pk not in self._indicator_pages:
            self._indicator_pages[item.pk] = indicator_page(self.asker, item)
        return self._indicator_pages[item.pk]

    @cached_property
    def _indicator_pages(self) -> dict[str, dict[str, Any]]:
        return {}

    def plan(
        self,
        elements: Sequence[dict[str, Any]],
        *,
        size: float = 450,
        shades: Mapping[str, str] | None = None,
    ) -> str:
        """Elements with their signs and numbers on the city as SVG; empty where nothing is drawn."""
        words = {"north": _("N"), "kilometres": _("km")}
        return maps.plan_map(
            self.ground["features"],
            elements,
            outline=self.ground["outline"],
            words=words,
            size=size,
            shades=shades,
            base=paper_base(self.places, size),
        )

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
            base=paper_base(self.places, size),
        )

    @cached_property
    def ground(self) -> dict[str, Any]:
        """Outline and districts of the city as GeoJSON."""
        return geometry_of(self.places)

    @cached_property
    def homes(self) -> dict[str, str]:
        """The field in whose chapter a goal or measure of several fields stands in full, as in an edition that is read.

        A goal goes where most goals go whose numbers begin alike (Z 2.1, Z 2.4), a measure where most of the goals stand that
        it serves; where that leaves a choice, the first in the order of the fields.
        """
        keys = {
            item.pk: [field.key for field in self.fields.get(item.pk, ())]
            for kind in ("goal", "measure")
            for item in self.items(kind)
        }
        alike: dict[str, Counter[str]] = {}
        for item in self.items("goal"):
            alike.setdefault(_beginning(item), Counter()).update(keys[item.pk])
        homes = {item.pk: _most(keys[item.pk], alike[_beginning(item)]) for item in self.items("goal")}
        for item in self.items("measure"):
            served = Counter(
                homes.get(link.source_id, "")
                for link in self.links[1].get(item.pk, ())
                if link.kind == "implemented_by"
            )
            homes[item.pk] = _most(keys[item.pk], served)
        return homes

    def by_field(self, items: Sequence[Item]) -> list[tuple[str, str, list[Item]]]:
        """Items under the field in whose chapter they stand: key, name, items; those without a field last."""
        rows: list[tuple[str, str, list[Item]]] = [(field.key, str(field), []) for field in self.asker.fields]
        place = {key: found for key, _name, found in rows}
        rest: list[Item] = []
        for item in items:
            fields = self.fields.get(item.pk, ())
            key = self.homes[item.pk] if item.kind in {"goal", "measure"} else fields[0].key if fields else ""
            place.get(key, rest).append(item)
        return [*(row for row in rows if row[2]), *([("", "", rest)] if rest else [])]


def _beginning(item: Item) -> str:
    """The number of a goal up to its first point; its key where it has none."""
    return item.number.split(".")[0] or item.pk


def _most(fields: Sequence[str], votes: Counter[str]) -> str:
    """The field with the most votes, among equals the first; empty where there is none."""
    return max(fields, key=lambda key: votes[key], default="")
