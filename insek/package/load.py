"""Loading a checked package into the database: everything in one transaction, or nothing."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import Any

from django.apps import apps
from django.db import models, transaction

from insek.concept.models import Concept
from insek.people.actors import Actor
from insek.thread import events, history, indexing, postings
from insek.thread.kinds import all_kinds, kind_named
from insek.thread.models import Change, Item, Round, SearchEntry, Tombstone, Visibility
from insek.thread.ordering import renew_order, set_sort_keys
from insek.thread.replacing import announced

from .frozen import Archives
from .own_tables import definitions_of, own_values_of
from .parsing import Package, Row
from .tables import ITEM_MANY, Table, all_tables, derived, item_tables

BATCH = 500
ROUND_NAME = "Aus dem Konzeptpaket"


@dataclass
class LoadedItem:
    """An item with its own row, made in memory, and what search will find it by."""

    row: Row
    item: Item
    own: Any
    terms: postings.Terms


@dataclass(frozen=True)
class ImportReport:
    """What an import brought."""

    concept: Concept
    counts: dict[str, int] = field(default_factory=dict)
    replaced: bool = False
    notes: tuple[str, ...] = ()
    """What the package does not have yet, because it is older than the program."""

    def __str__(self) -> str:
        counts = ", ".join(f"{name} {count}" for name, count in self.counts.items() if count)
        return f"{self.concept} ({counts})"


def prepare_items(package: Package) -> list[LoadedItem]:
    """Make items and own rows in memory and analyse their German; slow, so it comes before the transaction."""
    entries = []
    fields, own_values = list(definitions_of(package).values()), own_values_of(package)
    for table in item_tables():
        spec = kind_named(table.kind)
        for row in package.table(table.name):
            common = {
                column.name: row.values[column.name]
                for column in table.columns
                if table.is_common(column) and column.name not in ITEM_MANY
            }
            item = Item(kind=table.kind, own=own_values.get(row.key[0], {}), **common)
            item.own_fields_known = [field for field in fields if field.kind == table.kind]  # type: ignore[attr-defined]  # search reads it where no definition is stored yet
            set_sort_keys(item)
            own = table.model(item_id=item.pk, **_plain_values(table, row))
            table.prepare(own)
            table.tell(own, package)
            entries.append(LoadedItem(row, item, own, indexing.analyse_item(spec, item, own)))
    return entries


def load(package: Package, entries: list[LoadedItem], *, old: Concept | None, actor: Actor) -> ImportReport:
    """Write the package, in place of ``old`` where there is one."""
    with announced(), Archives() as archives, transaction.atomic():
        loader = _Loader(package, actor, archives)
        loader.load(entries, old)
    counts = {table.name: len(package.table(table.name)) for table in all_tables()}
    return ImportReport(loader.concept, counts, old is not None, tuple(package.notes))


class _Loader:
    def __init__(self, package: Package, actor: Actor, archives: Archives) -> None:
        self.package, self.actor, self.archives = package, actor, archives
        self.keys: dict[str, dict[str, Any]] = {}
        """Name of a table -> key of a row -> its primary key."""
        self.versions: dict[str, int] = {}
        self.rounds: dict[str, int] = {}
        self.concept = Concept()

    def load(self, entries: list[LoadedItem], old: Concept | None) -> None:
        if old is not None:
            self.archives.remember(old)
            self._clear(old)
        self._load_concept(old)
        for table in all_tables():
            if table.order < 10 and not table.single:
                self._load_keyed(table)
        self._load_items(entries)
        for table in all_tables():
            if table.order >= 10 and not table.kind:
                self._load_rows(table)
        for kind in all_kinds():
            if kind.parent and any(e.item.hand_key for e in entries if e.item.kind == kind.name):
                renew_order(self.concept.pk, kind)
        events.tell(concept_id=self.concept.pk, action="loaded")

    def _clear(self, old: Concept) -> None:
        """Take away everything but the concept's own row, its rounds and tombstones; foreign keys are checked at the end."""
        items = Item.objects.filter(concept=old)
        for pk, version, round_id in items.values_list("pk", "version", "round_id"):
            self.versions[pk] = version
            if round_id is not None:
                self.rounds[pk] = round_id
        postings.remove(list(self.versions))
        kept = {row.key[0] for row in self.package.items()}
        named = {row.key[0] for row in self.package.table("tombstones")}
        Tombstone.objects.bulk_create(
            Tombstone(
                pk=pk, concept=old, kind=kind, number=number, was_public=visibility == Visibility.PUBLIC
            )
            for pk, kind, number, visibility in items.values_list("pk", "kind", "number", "visibility")
            if pk not in kept and pk not in named
        )
        for model_path, scope, _build in derived():
            apps.get_model(model_path)._default_manager.filter(**{scope: old})._raw_delete(items.db)
        for table in reversed(all_tables()):
            if table.stays_if_absent and table.name not in self.package.rows:
                continue
            stays = table.name == "tombstones" or table.beside_those_there is not None
            if table.scope and not table.single and not stays:
                rows = table.model._default_manager.filter(**{_scope(table): old})
                for column in table.own_columns:
                    if column.type == "references":
                        relation: Any = table.model._meta.get_field(column.name)
                        link = f"{relation.m2m_field_name()}__in"
                        relation.remote_field.through._default_manager.filter(**{link: rows})._raw_delete(
                            items.db
                        )
                table.clear(rows)
        for through in (Item.fields.through, Item.themes.through):
            through._default_manager.filter(item__in=items)._raw_delete(items.db)
        SearchEntry.objects.filter(item__in=items)._raw_delete(items.db)
        Change.objects.filter(concept=old)._raw_delete(items.db)
        items._raw_delete(items.db)

    def _load_concept(self, old: Concept | None) -> None:
        row = self.package.concept
        self.concept = Concept(pk=old.pk if old else None, **_plain_values(row.table, row))
        self.concept.save()
        self.keys["concept"] = {row.key[0]: self.concept.pk}

    def _load_keyed(self, table: Table) -> None:
        """Rows that others name by their key: created, or where concepts share them, brought up to date."""
        shared: Iterable[Any] = () if table.scope else table.model._default_manager.all()
        known = {(each.key,): each for each in shared}
        rows = self.package.table(table.name)
        made: dict[Any, Any] = {}
        for row in rows:
            values = _plain_values(table, row) | ({"concept": self.concept} if table.scope else {})
            key = row.key[0]
            made[key] = known.get((key,)) or table.model()
            for name, value in values.items():
                setattr(made[key], name, value)
            if table.name == "editions":
                self.archives.attach(made[key], self.package.archives)
        _create(table.model, (each for each in made.values() if each.pk is None))
        self.keys[table.name] = {key: each.pk for key, each in made.items()}
        for row in rows:
            for name, value in self._references(table, row).items():
                setattr(made[row.key[0]], name, value)
        for row in rows:
            if row.key in known:
                known[row.key].version += 1
        changed = [made[row.key[0]] for row in rows if row.key in known or any(table.references())]
        names = [each.name for each in table.model._meta.concrete_fields if not each.primary_key]
        table.model._default_manager.bulk_update(changed, names, batch_size=BATCH)

    def _load_items(self, entries: list[LoadedItem]) -> None:
        for entry in entries:
            entry.item.concept = self.concept
            entry.item.created_by_id = self.actor.user_id
            entry.item.version = self.versions.get(entry.item.pk, 0) + 1
            if entry.item.visibility == Visibility.ROUND:
                entry.item.round_id = self.rounds.get(entry.item.pk) or self._round()
            for name, value in self._references(entry.row.table, entry.row).items():
                setattr(entry.own, name, value)
        _create(Item, (entry.item for entry in entries))
        for table in item_tables():
            own = [entry for entry in entries if entry.row.table is table]
            _create(table.model, (entry.own for entry in own))
            for name in (column.name for column in table.columns if column.type == "references"):
                self._load_many(table, name, own)
        postings.store_new([(entry.item, entry.terms) for entry in entries])
        _create(Change, (self._creation(entry) for entry in entries))

    def _load_many(self, table: Table, name: str, entries: Iterable[LoadedItem]) -> None:
        model = Item if name in ITEM_MANY else table.model
        relation: Any = model._meta.get_field(name)
        keys = self.keys.get(table.column(name).refers)
        here, there = f"{relation.m2m_field_name()}_id", f"{relation.m2m_reverse_field_name()}_id"
        through = relation.remote_field.through
        _create(
            through,
            (
                through(**{here: entry.item.pk, there: key if keys is None else keys[key]})
                for entry in entries
                for key in entry.row.values[name]
            ),
        )

    def _load_rows(self, table: Table) -> None:
        shared: dict[str, Any] = table.shared_values(self.concept, self.actor)
        if table.scope == "concept":
            shared["concept"] = self.concept
        rows: Iterator[Any] = (
            table.model(**_plain_values(table, row), **self._references(table, row), **shared)
            for row in self.package.table(table.name)
        )
        if table.name == "tombstones":
            there = set(Tombstone.objects.values_list("pk", flat=True))
            rows = (row for row in rows if row.pk not in there)
        made = list(rows)
        table.complete(made, self.package.table(table.name))
        for each in made:
            table.prepare(each)
        if table.beside_those_there is not None:
            made = list(table.beside_those_there(self.concept, made))
        _create(table.model, made)
        table.finish(made, self.package.table(table.name))

    def _references(self, table: Table, row: Row) -> dict[str, Any]:
        """The foreign keys of a row. Items are their own key."""
        values = {}
        for column in table.own_columns:
            if column.type == "reference" and not table.keeps_key(column):
                model_field = table.model_field(column)
                assert model_field is not None
                key = row.values[column.name] or None
                keys = self.keys.get(column.refers)
                values[model_field.attname] = key if keys is None or key is None else keys[key]
        return values

    def _round(self) -> int:
        """The round for items whose own round is not known here. Nobody is in it, so nobody sees more than before."""
        made, _created = Round.objects.get_or_create(concept=self.concept, name=ROUND_NAME)
        return made.pk

    def _creation(self, entry: LoadedItem) -> Change:
        many = {
            column.name: entry.row.values[column.name]
            for column in entry.row.table.columns
            if column.type == "references"
        }
        values = history.plain_values(entry.item, entry.own, many)
        return Change(
            concept=self.concept, item_id=entry.item.pk, action=Change.Action.CREATED, version=entry.item.version,
            actor_id=self.actor.user_id, differences=history.differences({}, values),
        )  # fmt: skip


def _plain_values(table: Table, row: Row) -> dict[str, Any]:
    """What is neither common to items nor a reference: cells, texts and what the side file says."""
    plain = (
        column.name
        for column in table.own_columns
        if (not column.is_reference or table.keeps_key(column)) and column.name not in table.lookups
    )
    values = {name: row.values[name] for name in plain}
    for text_file in table.texts:
        values[text_file.attribute] = row.values[text_file.attribute]
    if table.side_file is not None:
        values[table.side_file.attribute] = row.values[table.side_file.attribute]
    return values


def _scope(table: Table) -> str:
    return "item__concept" if table.kind else table.scope


def _create(model: type[models.Model], rows: Iterable[Any]) -> None:
    model._default_manager.bulk_create(rows, batch_size=BATCH)
