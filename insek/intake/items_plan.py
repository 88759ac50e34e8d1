"""What each row of a table with items would become. Nothing is dropped: what no field takes is kept in the text as said."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from typing import Any

import shapely
from django.core.exceptions import ValidationError
from django.db import models
from django.utils.translation import gettext as _

from insek.concept.models import Standing
from insek.engines.tables.references import KnownNumbers, number_key
from insek.engines.text import fold, shortened
from insek.items.pages import pages_of
from insek.thread import history, services
from insek.thread.kinds import kind_named
from insek.thread.labels import FIELD_LABELS
from insek.thread.models import Item, Link, Visibility
from insek.thread.own_fields import is_own

from .items_entries import doubled, noted, refused, same_value, value_words
from .items_references import OtherEnds
from .items_rows import ASK, asked, rows_to_write
from .items_said import RowsSaid, SaidRow, text_of, text_with
from .marks import is_row_mark, row_mark, stands_below_itself
from .models import BatchEntry
from .rehearsing import messages_of
from .shapes import SHAPE, PlannedShape, bare_key, identities_of, shape_keeper
from .targets import Reading, TableRow

Operation, Result = BatchEntry.Operation, BatchEntry.Result


class ItemsPlan(OtherEnds):
    """A whole table against the items as they are now."""

    def __init__(self, kind: str, reading: Reading, rows: Sequence[TableRow]) -> None:
        self.kind, self.reading = kind, reading
        self.spec, self.pages = kind_named(kind), pages_of(kind)
        self.sayer = RowsSaid(kind, reading)
        self.form = self.sayer.form
        columns = self.spec.model._meta.concrete_fields
        self.blobs = {column.attname for column in columns if isinstance(column, models.BinaryField)}
        self.keeper = shape_keeper() if reading.is_of_map else None
        self.planned: list[PlannedShape] = []
        self.said = [self.sayer.read(row) for row in rows]
        self.parts_of_others: set[int] = set()
        self.clashes: Counter[str] = Counter()
        if self.keeper is not None and self.keeper.joins(kind):
            self._join_shapes()
        self._known_numbers: dict[str, KnownNumbers] = {}
        self._read_existing()

    # ---- what stands there

    def _read_existing(self) -> None:
        """Items that are there already, by number and title: those of the kind, and the other ends of links."""
        seen = Item.objects.visible_to(self.reading.actor).filter(concept=self.reading.concept)
        self.taken = dict(
            Item.objects.filter(concept=self.reading.concept)
            .exclude(number="")
            .order_by()
            .values_list("number", "kind")
        )
        self.existing: dict[str, Item] = {}
        titles: dict[str, list[Item]] = {}
        for item in (
            seen.filter(kind=self.kind)
            .select_related(self.kind, "concept")
            .prefetch_related("fields", "themes")
        ):
            if item.number:
                self.existing[item.number] = item
            titles.setdefault(fold(item.title), []).append(item)
        self.by_number_key: dict[str, Item | None] = {}
        for number, item in self.existing.items():
            key = number_key(number)  # "M1.1" and "M 1.1" are one, where that is clear
            self.by_number_key[key] = None if key in self.by_number_key else item
        start = f"{self.spec.prefix} "
        self._with_letter = bool(self.existing) and all(number.startswith(start) for number in self.existing)
        self.by_title = {title: found[0] for title, found in titles.items() if len(found) == 1}
        self.by_id = {item.pk: item for found in titles.values() for item in found}
        self.by_key: dict[str, dict[str, Item | None]] = {}
        for name in identities_of(self.kind):
            known = self.by_key.setdefault(name, {})
            for item in self.by_id.values():
                if key := bare_key(getattr(self.spec.row(item), name) or ""):
                    known[key] = None if key in known else item
        kinds = {
            self.sayer.links[name].kind for name in self.reading.columns.values() if name in self.sayer.links
        }
        kinds |= {
            self.sayer.row_readings[name].refers_kind
            for name in self.reading.columns.values()
            if name in self.sayer.row_readings
        }
        if any(part["do"] == "own" for said in self.said for part in said.parts):
            kinds.add(self.kind)
        self.others: dict[tuple[str, str], dict[str, str]] = {}
        for pk, kind, number, title in (
            seen.filter(kind__in=kinds - {""}).order_by().values_list("pk", "kind", "number", "title")
        ):
            for name in {fold(number).strip(), fold(title).strip(), fold(f"{number} {title}").strip()} - {""}:
                self.others[kind, name] = {"id": pk, "title": f"{number} {title}".strip()}
        doubled: dict[str, int] = {}
        for said in self.said:
            title = str(said.values.get("title", ""))
            doubled[title] = doubled.get(title, 0) + 1
        for said in self.said:
            title = str(said.values.get("title", ""))
            names = {fold(said.number).strip()} | ({fold(title).strip()} if doubled[title] == 1 else set())
            there = self.others.get((self.kind, fold(said.number or title).strip()), {})
            meant = {"row": said.row.ref, "title": f"{said.number} {title}".strip()}
            for name in names - {""}:
                if "row" in self.others.get((self.kind, name), {}):
                    continue  # a number that comes again is refused: the first row has it
                self.others[self.kind, name] = {**there, **meant}

    # ---- entries

    def entries(self) -> Iterator[BatchEntry | None]:
        """One entry a row."""
        numbers: dict[str, TableRow] = {}
        anew: dict[tuple[str, str], None] = {}
        rest = [said for said in self.said if said.row.number not in self.parts_of_others]
        shaped: list[BatchEntry | None] = [None] * (len(self.said) - len(rest))
        for said in rest:
            self._resolve(said)
        self.marks_above = {
            row_mark(said.row.ref): value
            for said in rest
            for value in said.values.values()
            if is_row_mark(value)
        }
        for said in rest:
            for mark in said.anew:
                anew[mark["source"], mark["word"]] = None
            entry = self._entry(said, numbers)
            if self.keeper is None:
                yield entry
            else:
                shaped.append(entry)
        if self.keeper is not None:  # shapes are looked at together: they may not lie over each other
            shaped += self.keeper.finish(self.kind, self.reading, self.planned)
            yield from shaped
        self.reading.batch.task = {
            **self.reading.batch.task,
            "anew": [{"source": source, "word": word} for source, word in anew],
            "clashes": dict(self.clashes),
        }

    def _entry(self, said: SaidRow, numbers: dict[str, TableRow]) -> BatchEntry:
        title = str(said.values.get("title", "")).strip()
        entry = BatchEntry(
            row=said.row.number,
            sheet=shortened(said.row.sheet, 100),
            ref=shortened(said.row.ref, 120),
            title=shortened(f"{said.number} {title}".strip(), 400),
            act=Operation.CREATE,
            parts=said.parts,
        )
        item = self._known_as(said)
        if said.item_id and item is None:
            return refused(entry, _("Die Kennung „%(id)s“ gibt es nicht. Für etwas Neues lassen Sie sie leer.") % {"id": shortened(said.item_id, 20)})  # fmt: skip
        if item is not None:
            entry.title = shortened(str(item), 400)
        if not title and item is None:
            return refused(
                entry,
                _("Es fehlt der Titel."),
                next((head for index, head in self.sayer.heads.items() if self.reading.columns.get(index) == "title"), ""),
            )  # fmt: skip
        number = said.number
        above = next((value for value in said.values.values() if is_row_mark(value)), "")
        if stands_below_itself(said.row.ref, above, self.marks_above):
            return refused(entry, _("Das steht unter sich selbst, vielleicht über andere Zeilen."))
        if number and number in numbers:
            return refused(entry, doubled(numbers[number]))
        if number:
            numbers[number] = said.row
        if text := text_of(said):
            said.values["text"] = text
            said.shown[str(self.form.fields["text"].label)] = text
        if item is None:
            item = self._there_already(said, title)
        else:
            self._free_number(said)
        if (wrong := self._take_shape(said, item)) is not None:
            return refused(entry, wrong)
        if item is not None:
            return self._planned(said, self._change(entry, said, item), item)
        said.values = {**self._defaults(said.values), **said.values}
        entry.differences = {name: [None, value] for name, value in said.values.items()}
        try:
            self._check(said.values)
        except ValidationError as error:
            return refused(entry, " ".join(messages_of(error, self.kind)))
        entry.shown = [[label, "", words] for label, words in said.shown.items()]
        return self._planned(said, noted(entry, said), None)

    # ---- shapes

    def _join_shapes(self) -> None:
        """Several rows that name one item are its parts: they become one shape, at the first of them."""
        first: dict[tuple[str, ...], SaidRow] = {}
        parts: dict[int, list[SaidRow]] = {}
        for said in self.said:
            names = [
                said.item_id,
                said.number,
                *(str(said.values.get(name, "")) for name in identities_of(self.kind)),
            ]
            key = tuple(filter(None, names)) or (fold(str(said.values.get("title", ""))),)
            if not any(key) or said.shape is None:
                continue
            parts.setdefault(first.setdefault(key, said).row.number, []).append(said)
        for rows in parts.values():
            if len(rows) < 2:
                continue
            rows[0].shape = shapely.union_all([said.shape for said in rows])
            told = ", ".join(str(said.row.number) for said in rows)
            rows[0].notes.append({"column": "", "text": _("Aus mehreren Teilen zusammengesetzt: Zeilen %(rows)s.") % {"rows": told}})  # fmt: skip
            self.parts_of_others |= {said.row.number for said in rows[1:]}

    def _take_shape(self, said: SaidRow, item: Item | None) -> str | None:
        """Put the shape of a row into what it says; why it cannot come in, in words."""
        if self.keeper is None:
            return None
        told = self.reading.said_of_shapes.get(said.row.number, ())
        said.notes += [{"column": "", "text": text} for text, severe in told if not severe]
        if severe := [text for text, severe in told if severe]:
            return " ".join(severe)
        if said.shape is not None:
            try:
                self.keeper.take(self.kind, said, said.shape, item, self.reading)
            except ValidationError as error:
                return " ".join(messages_of(error, self.kind))
        return None

    def _planned(self, said: SaidRow, entry: BatchEntry, item: Item | None) -> BatchEntry:
        if self.keeper is not None and said.shape is not None and entry.result != Result.REFUSED:
            self.planned.append(PlannedShape(said, entry, item, said.shape))
        return entry

    def _known_as(self, said: SaidRow) -> Item | None:
        """The item that a row says it is: by the id that it carries, or by an official key."""
        if said.item_id:
            return self.by_id.get(said.item_id.strip())
        for name, known in self.by_key.items():
            value = str(said.values.get(name, ""))
            item = known.get(bare_key(value)) if value else None
            if item is not None:
                said.values.pop(name)  # 1 is 01: the key stays as it is written here
                return item
        return None

    def _there_already(self, said: SaidRow, title: str) -> Item | None:
        """The item that a row means: by its number, with or without the letter of the kind before it, however it is spaced, else by its title.

        A number that is not there yet belongs to an item of that title that has none.
        """
        number = said.number
        lettered = None
        if number and number not in self.existing:
            lettered = self.existing.get(f"{self.spec.prefix} {number}") or self.by_number_key.get(
                number_key(number)
            )
        if number and lettered is not None:
            said.values["number"] = lettered.number
            return lettered
        self._free_number(said)
        named = self.by_title.get(fold(title))
        if not number:
            return named
        item = self.existing.get(str(said.values.get("number", "")))
        return item or (named if named is not None and not named.number else None)

    def _free_number(self, said: SaidRow) -> None:
        """A number that another kind has gets the letter of its kind before it, and so does one where all others of its kind have it."""
        number = str(said.values.get("number", ""))
        if number and number not in self.taken and self._with_letter and number[0].isdigit():
            said.values["number"] = f"{self.spec.prefix} {number}"
        elif number and self.taken.get(number, self.kind) != self.kind:
            said.values["number"] = f"{self.spec.prefix} {number}"
            said.notes.append({"column": "", "text": _("Die Nummer %(old)s hat schon ein anderer Inhalt; daraus wird %(new)s.") % {"old": number, "new": said.values["number"]}})  # fmt: skip

    def _defaults(self, given: dict[str, Any]) -> dict[str, Any]:
        """What a new item has where the table is silent: what a new form opens with."""
        found: dict[str, Any] = {"visibility": Visibility.INTERNAL.value}
        for name, bound in self.form.fields.items():
            if name in {"version", "round", "visibility", "release_note", "fields_of_action", "themes"}:
                continue
            initial = self.form.get_initial_for_field(bound, name)
            known = self.sayer.history_name(name)
            if (
                known not in given
                and initial not in (None, "", [], False)
                and isinstance(initial, str | int | bool)
            ):
                found[known] = initial
        return found

    def _check(self, values: dict[str, Any]) -> None:
        """What the services would refuse, as far as memory can tell. Raises ValidationError."""
        item = Item(concept=self.reading.concept, kind=self.kind)
        row = self.spec.model(item=item)
        own = {column.attname for column in self.spec.model._meta.concrete_fields}
        for name, value in values.items():
            if name in own:
                if name in self.blobs:
                    continue  # a shape, which its keeper looked at
                if not (isinstance(value, str) and value.startswith("\x1f")):
                    setattr(row, name, value)
            elif name not in {"fields", "themes", *self.spec.many_to_many}:
                setattr(item, name, value)
        services.check_in_memory(item, row)

    def _change(self, entry: BatchEntry, said: SaidRow, item: Item) -> BatchEntry:
        """An item that is there already: what the table says otherwise changes, what it is silent about stays."""
        now = history.plain_values(
            item,
            self.spec.row(item),
            {
                "fields": [each.key for each in item.fields.all()],
                "themes": [each.key for each in item.themes.all()],
            },
        )
        entry.act, entry.item_id, entry.version = Operation.CHANGE, item.pk, item.version
        entry.is_public = item.visibility == Visibility.PUBLIC
        kept = len(said.kept)
        entry.parts = self._new_parts(said, item)
        if (said.texts or not item.text) and len(
            said.kept
        ) > kept:  # rows that stay out of the fact sheet stand in its text
            said.values["text"] = said.shown[str(self.form.fields["text"].label)] = text_of(said)
        if item.standing == Standing.OFFICIAL and item.text:
            self._keep_wording(said, item)
        if said.kept and not said.texts and item.text:
            # no column is its text: what somebody wrote stays, and what it does not say yet comes below
            said.values["text"] = text_with(item.text, said)
            said.shown[str(self.form.fields["text"].label)] = said.values["text"]
        values = {
            name: value
            for name, value in said.values.items()
            if value not in (None, "", []) and value != item.pk
        }
        entry.differences = {
            name: [now.get(name), value]
            for name, value in values.items()
            if (name in now or is_own(name)) and not same_value(now.get(name), value)
        }
        labels = {
            self.sayer.history_name(name): str(bound.label or name)
            for name, bound in self.form.fields.items()
        }
        entry.shown = [
            [
                label,
                said.words.get(name, value_words(before)),
                said.shown.get(label, value_words(after)) or value_words(after),
            ]
            for name, (before, after) in entry.differences.items()
            if (label := labels.get(name) or str(FIELD_LABELS.get(name, name)))
        ]
        entry.shown += [part["shown"] for part in entry.parts if part["do"] == SHAPE]
        new = self._labels_of(entry.parts)
        entry.shown += [[label, "", text] for label, text in said.shown.items() if label in new]
        self.clashes.update(asked(entry.parts))
        if not entry.differences and all(part["do"] == ASK for part in entry.parts):
            entry.result, entry.ticked = Result.UNCHANGED, False
            if not entry.parts:
                return entry
        noted(entry, said)
        if asked(entry.parts):
            entry.level = 1  # somebody is to look at it
        return entry

    def _labels_of(self, parts: Sequence[dict[str, Any]]) -> set[str]:
        """What the columns are called whose links and rows these are."""
        drawn = {(part["name"], part["end"]) for part in parts if part["do"] == "link"}
        rows = {part["name"] for part in parts if part["do"] == "row"}
        links = [name for name, each in self.sayer.links.items() if (each.link.name, each.end) in drawn]
        sorts = [name for name, each in self.sayer.row_readings.items() if each.rows in rows]
        return {
            str(self.reading.wanted[name].label) for name in (*links, *sorts) if name in self.reading.wanted
        }

    def _keep_wording(self, said: SaidRow, item: Item) -> None:
        """What was adopted stays word for word; what the table says instead comes below it, under its head."""
        heads = {
            name: self.sayer.heads[index] for index, name in self.reading.columns.items() if name in {"title", "text"}
        }  # fmt: skip
        title = str(said.values.pop("title", ""))
        told = [
            *([("title", title)] if fold(title) != fold(item.title) else []),
            *(("text", each) for each in said.texts),
        ]
        why = _("Der amtliche Wortlaut bleibt; was die Tabelle sagt, steht darunter.")
        for name, text in told:
            said.keep(heads.get(name, str(self.form.fields[name].label)), text, why)
            why = ""
        said.texts = []
        said.values.pop("text", None)

    def _new_parts(self, said: SaidRow, item: Item) -> list[dict[str, Any]]:
        """Links that are not drawn yet, shapes, and rows that are not there yet."""
        drawn = {
            (kind, source, target)
            for kind, source, target in Link.objects.filter(
                models.Q(source=item) | models.Q(target=item)
            ).values_list("kind", "source_id", "target_id")
        }
        found = rows_to_write(said, item, self.reading, list(self.sayer.row_readings.values()))
        for part in said.parts:
            if part["do"] == "link":
                other = part["to"].get("id", "")
                ends = (item.pk, other) if part["end"] == "target" else (other, item.pk)
                if (part["name"], *ends) not in drawn:
                    found.append(part)
            elif part["do"] == SHAPE:
                found.append(part)
        return found
