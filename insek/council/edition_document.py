"""An edition as one text to read: chapters by field of action, paragraphs that can be cited, and what is new in it.

The text is what the edition holds: of a filed or adopted one its frozen items, of a draft what is public today. The order is
that of the concept: picture of the future, guidelines, then each field with its aim, perspective, findings, goals and
measures, then what belongs to no field, and the elements of the spatial concept. What belongs to several fields stands in
full in one of them, its home (see ``_homes``); the others name it and lead there.
"""

from __future__ import annotations

import csv
import io
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.core.exceptions import ValidationError
from django.urls import reverse
from django.utils.formats import number_format
from django.utils.safestring import SafeString
from django.utils.text import slugify
from django.utils.translation import gettext as _

from insek.concept.asker import Asker
from insek.concept.models import Edition
from insek.package import Files, table_named
from insek.package.columns import SEPARATOR
from insek.people.actors import ANONYMOUS
from insek.release.changes import FieldChange
from insek.space.sign_models import PlanSign
from insek.space.signs import signs_from_rows
from insek.thread.kinds import KindNames, kind_names
from insek.thread.shared_cache import cached
from insek.web.display import period_words
from insek.web.richtext import rich_paragraphs

from .edition_items import EditionItem
from .edition_parts import DroppedItem, EditionChapter, EditionDocument, Entry, EntryGroup, Paragraph
from .edition_queries import changes_of
from .edition_words import BIG, item_facts, rows_between
from .freezing import FIELDS, Content, differing
from .in_force import edition_before, rows_before
from .indexing import archive_files
from .prospect import parts_for

MOST_AT_ONCE = 500
"""Entries that are read on one page; a longer edition is read chapter by chapter."""
NOT_SAID = frozenset({"fields", "locations", "targets", "parent", "sign", "aim", "aim_source_url"})
"""Columns that the document says otherwise than as a fact: by its chapters, its map, a sentence, a line."""
IN_FIELDS = ("findings", "goals", "measures")
BEFORE_FIELDS = ("visions", "guidelines")
SPATIAL = "features"


@dataclass(frozen=True)
class HeldPart:
    """What is read of one item, whether it is frozen or stands there today."""

    table: str
    key: str
    content: Content
    amended: str = ""

    def cell(self, name: str) -> str:
        return str(self.content["cells"].get(name, ""))

    @property
    def title(self) -> str:
        return self.cell("title") or self.cell("name")


def edition_document(edition: Edition) -> EditionDocument:
    """The text of an edition as anybody may read it; kept until something public changes. Some 15 queries where it is made.

    A draft is read as what is public now, which is what filing would freeze.
    """
    made: EditionDocument = cached(
        edition.concept,
        ANONYMOUS,
        ("edition document", edition.pk, edition.status),
        lambda: _document(edition),
    )
    return made


def _document(edition: Edition) -> EditionDocument:
    files, parts, problem = contents_of(edition)
    before = edition_before(edition)
    earlier = rows_before(edition, before) if before else {}
    today: dict[str, str] = {}
    if edition.status == Edition.Status.ADOPTED:
        rows = list(EditionItem.objects.filter(edition=edition).exclude(content=None))
        for row in rows:
            row.edition = edition
        gone_today, otherwise = _("Steht heute nicht mehr öffentlich im Konzept"), _("Lautet heute anders")
        today = {
            key: gone_today if change.after is None else otherwise
            for key, change in changes_of(edition, rows).items()
        }
    writer = _Writer(edition, parts, files, earlier if before else None, today)
    here = {(part.table, part.key) for part in parts}
    said = {}
    if edition.status != Edition.Status.DRAFT:
        said = {(each.table, each.key): each for each in edition.successions.all()}
    gone = [
        DroppedItem(
            writer.kind(table),
            row.number,
            row.title,
            reverse("edition-item", args=[row.edition.key, key]) if before else "",
            f"{fate.get_fate_display()}: {fate.reason}" if (fate := said.get((table, key))) else "",
        )
        for (table, key), row in earlier.items()
        if (table, key) not in here and table != FIELDS
    ]
    return EditionDocument(
        writer.chapters(),
        before=str(before) if before else "",
        before_url=reverse("edition", args=[before.key]) if before else "",
        gone=gone,
        located=writer.located(),
        signs=_signs_of(files),
        problem=problem,
    )


def _signs_of(files: Files) -> list[PlanSign]:
    """The plan signs as the edition holds them; those of before there was a catalogue are the usual ones."""
    there = "plan_signs.csv" in files
    return signs_from_rows(table_rows(files, "plan_signs") if there else None)


def contents_of(edition: Edition) -> tuple[Files, list[HeldPart], str]:
    """The files of an edition, its items in their order, and what is wrong with the files."""
    if edition.status == Edition.Status.DRAFT:
        files, now = parts_for(edition)
        return files, [HeldPart(part.table, part.key, part.content) for part in now], ""
    files, problem = {}, ""
    try:
        if edition.archive:
            files = archive_files(edition, "archive", edition.sha256)
        elif edition.filed_archive:
            files = archive_files(edition, "filed_archive", edition.filed_sha256)
    except ValidationError as error:
        problem = error.messages[0]
    rows = EditionItem.objects.filter(edition=edition).exclude(content=None)
    return files, [HeldPart(row.table, row.key, row.content or {}, row.amended) for row in rows], problem


def table_rows(files: Files, name: str) -> list[dict[str, str]]:
    """The rows of a table of an archive; none where it does not hold it."""
    text = files.get(table_named(name).path, b"").decode()
    return list(csv.DictReader(io.StringIO(text, newline="")))


class _Writer:
    """Writes the chapters of one edition."""

    def __init__(
        self,
        edition: Edition,
        parts: Sequence[HeldPart],
        files: Files,
        earlier: Mapping[tuple[str, str], EditionItem] | None,
        today: Mapping[str, str],
    ) -> None:
        self.edition = edition
        self.parts = parts
        self.earlier = earlier
        self.today = today
        self.by_key = {part.key: part for part in parts}
        self.anchors = _anchors(parts)
        self.units = {row["id"]: row.get("unit", "") for row in table_rows(files, "indicators")}
        self.names: KindNames = kind_names(Asker(ANONYMOUS, concept=edition.concept))
        self.served: dict[str, list[str]] = {}
        goals = {part.key for part in parts if part.table == "goals"}
        for row in table_rows(files, "links"):
            if row["source"] in goals:
                self.served.setdefault(row["target"], []).append(row["source"])
        self.written: dict[str, Entry] = {}
        self.field_keys = [part.key for part in parts if part.table == FIELDS]
        self.homes = self._homes()

    def _homes(self) -> dict[str, str]:
        """The field in whose chapter an item stands in full.

        Of several, a goal goes where most goals go whose numbers begin alike (Z 2.1, Z 2.4), a measure where most of the
        goals stand that it serves; where that leaves a choice, the first in the order of the fields.
        """
        homes: dict[str, str] = {}
        alike: dict[str, Counter[str]] = {}
        goals = self._of("goals")
        for part in goals:
            alike.setdefault(_beginning(part), Counter()).update(self.fields_of(part))
        for part in goals:
            homes[part.key] = _first(self.fields_of(part), alike[_beginning(part)])
        for part in self._of("measures"):
            served = Counter(homes[key] for key in self.served.get(part.key, ()))
            homes[part.key] = _first(self.fields_of(part), served)
        for part in self._of("findings"):
            homes[part.key] = _first(self.fields_of(part), Counter())
        return homes

    def kind(self, table: str, *, plural: bool = False) -> str:
        """What the city calls the rows of a table."""
        kind = table_named(table).kind
        if not kind:
            return _("Handlungsfelder") if plural else _("Handlungsfeld")
        return self.names(kind, plural=plural)

    def chapters(self) -> list[EditionChapter]:
        """All chapters that have something to say."""
        made = [
            EditionChapter(
                table,
                self.kind(table, plural=len(rows) != 1),
                [EntryGroup("", [self.entry(row) for row in rows])],
            )
            for table in BEFORE_FIELDS
            if (rows := self._of(table))
        ]
        fields = self._of(FIELDS)
        for part in fields:
            made.append(
                EditionChapter(
                    self.anchors[part.key],
                    part.title,
                    self._groups(part.key),
                    opening=self._opening(part),
                    colour=part.cell("colour"),
                    icon=part.cell("icon"),
                )
            )
        rest = self._groups("")
        if rest:
            title = _("Über alle Handlungsfelder") if fields else _("Inhalte")
            made.append(EditionChapter("uebergreifend", title, rest))
        if rows := self._of(SPATIAL):
            title = _("Gesamträumliches Konzept")
            made.append(EditionChapter(SPATIAL, title, [EntryGroup("", [self.entry(row) for row in rows])]))
        return [
            chapter
            for chapter in made
            if chapter.count or chapter.opening or any(g.elsewhere for g in chapter.groups)
        ]

    def _of(self, table: str) -> list[HeldPart]:
        return [part for part in self.parts if part.table == table]

    def _groups(self, key: str) -> list[EntryGroup]:
        """The findings, goals and measures of a field; with an empty key, of none that stands in the edition."""
        groups = []
        for table in IN_FIELDS:
            entries, elsewhere = [], []
            for part in self._of(table):
                fields = self.fields_of(part)
                if self.homes.get(part.key, "") == key:
                    entries.append(self.entry(part))
                elif key in fields:
                    elsewhere.append(self.entry(part))
            if entries or elsewhere:
                groups.append(EntryGroup(self.kind(table, plural=True), entries, elsewhere))
        return groups

    def fields_of(self, part: HeldPart) -> list[str]:
        """The fields of an item that stand in the edition, in its order."""
        named = part.cell("fields").split(SEPARATOR)
        return [key for key in self.field_keys if key in named]

    def _opening(self, part: HeldPart) -> list[Entry]:
        """What a field says of itself."""
        entry = self.entry(part)
        return [entry] if entry.paragraphs else []

    def entry(self, part: HeldPart) -> Entry:
        """One item in full; written once."""
        if part.key in self.written:
            return self.written[part.key]
        anchor = self.anchors[part.key]
        texts = [part.cell(name) for name in ("aim", "text", "perspective") if part.cell(name)]
        pieces = [html for text in texts for html in rich_paragraphs(text, 5)]
        state, changes = self._against_before(part)
        entry = Entry(
            anchor=anchor,
            table=part.table,
            key=part.key,
            kind=self.kind(part.table),
            number=part.cell("number"),
            title=part.title,
            standing=part.cell("standing") or part.cell("perspective_standing"),
            url=""
            if self.edition.status == Edition.Status.DRAFT
            else reverse("edition-item", args=[self.edition.key, part.key]),
            paragraphs=_numbered(anchor, pieces),
            texts=texts,
            facts=item_facts(part.table, _without(part.content, NOT_SAID)),
            targets=[self._target(row) for row in part.content["beside"].get("targets", ())],
            parent=self._number_of(part.cell("parent")),
            serves=[
                (goal.cell("number") or goal.title, self.anchors[key])
                for key in self.served.get(part.key, ())
                if (goal := self.by_key.get(key))
            ]
            if part.table == "measures"
            else (),
            state=state,
            changes=changes,
            amended=str(EditionItem.Amended(part.amended).label) if part.amended else "",
            today=self.today.get(part.key, ""),
        )
        self.written[part.key] = entry
        return entry

    def _number_of(self, key: str) -> str:
        part = self.by_key.get(key)
        return f"{part.cell('number')} {part.title}".strip() if part else ""

    def _against_before(self, part: HeldPart) -> tuple[str, list[FieldChange]]:
        """What is new in this item against the edition before, with the words."""
        if self.earlier is None:
            return "", []
        row = self.earlier.get((part.table, part.key))
        if row is None:
            return "new", []
        names = differing(row.content, part.content)
        if not names:
            return "", []
        return "changed", rows_between(part.table, row.content, part.content, names)

    def _target(self, row: Mapping[str, Any]) -> str:
        """A target in a line: what, how much, by when, from where."""
        cells = row["cells"]
        indicator = cells.get("indicator", "")
        named = row["names"].get("indicator", [indicator])[0]
        unit = self.units.get(indicator, "")
        words = {
            "indicator": named,
            "value": f"{cell_number(cells['value'])} {unit}".strip(),
            "year": cells["year"],
        }
        said = (
            _("%(indicator)s: höchstens %(value)s bis %(year)s")
            if cells.get("direction") == "at_most"
            else _("%(indicator)s: mindestens %(value)s bis %(year)s")
        ) % words
        if cells.get("base_value") and cells.get("base_period"):
            base = {"value": cell_number(cells["base_value"]), "period": period_words(cells["base_period"])}
            said = f"{said} ({_('%(period)s: %(value)s') % base})"
        return said

    def located(self) -> list[tuple[str, str, str, Mapping[str, Any]]]:
        """What lies somewhere and has a plan sign."""
        return [
            (
                f"{part.cell('number')} {part.title}".strip(),
                part.cell("sign"),
                self.anchors[part.key],
                row["geometry"],
            )
            for part in self._of(SPATIAL)
            for row in part.content["beside"].get("locations", ())
            if "geometry" in row
        ]


def _beginning(part: HeldPart) -> str:
    """The number of a goal up to its first point; its key where it has none."""
    return part.cell("number").split(".")[0] or part.key


def _first(fields: Sequence[str], votes: Counter[str]) -> str:
    """The field with the most votes, among equals the first; empty where there is none."""
    return max(fields, key=lambda key: votes[key], default="")


def cell_number(cell: str) -> str:
    """A number of a table as one reads it."""
    value = Decimal(cell)
    return str(number_format(value, force_grouping=abs(value) >= BIG))


def _without(content: Content, names: Iterable[str]) -> Content:
    """The content without some columns, and without what only says that something is not so."""
    left_out = set(names)
    return {
        part: {name: value for name, value in rows.items() if name not in left_out and value != "false"}
        for part, rows in content.items()
    }


def _numbered(anchor: str, pieces: Sequence[SafeString]) -> list[Paragraph]:
    """Paragraphs with their numbers; headings within a text have none."""
    made, number = [], 0
    for html in pieces:
        if html.startswith("<h"):
            made.append(Paragraph("", 0, html))
            continue
        number += 1
        made.append(Paragraph(f"{anchor}-abs-{number}", number, html))
    return made


def _anchors(parts: Iterable[HeldPart]) -> dict[str, str]:
    """An anchor for each item: its number as an address can hold it, and its key where that is taken or missing."""
    taken: set[str] = set()
    found = {}
    reserved = {*BEFORE_FIELDS, SPATIAL, "uebergreifend", "inhalt", "entfallen"}
    for part in parts:
        number = slugify(part.cell("number").replace(".", "-"))
        anchor = number if number and number not in taken | reserved else slugify(f"{part.table}-{part.key}")
        taken.add(anchor)
        found[part.key] = anchor
    return found
