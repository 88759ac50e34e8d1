"""How the items of a kind are shown: each room declares its pages here, and gets list, detail, form and all else."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Literal

from django.db.models import Exists, OuterRef, QuerySet
from django.utils.functional import Promise

from insek.concept.asker import Asker
from insek.thread.kinds import Kind, kind_named
from insek.thread.lineage import with_lineage
from insek.thread.models import Item, ItemQuerySet

if TYPE_CHECKING:
    from .forms import ItemForm

Text = str | Promise


MOST_CHOICES = 100
"""What a filter offers at most; an address may name any other value."""


@dataclass(frozen=True)
class Filter:
    """One filter of a list: its name in the address, its label, its choices and what it does."""

    name: str
    label: Text
    choices: Callable[[Asker], Iterable[tuple[str, Text]]]
    apply: Callable[[ItemQuerySet, str], ItemQuerySet]
    further: Callable[[Asker, str], Text | None] | None = None
    """Where the choices are only MOST_CHOICES of many: what a value is called that is not among them, None for no value."""
    begins: bool = False
    """The database may begin with it: it names ids, or rows of the kind's own table."""
    read: Callable[[str], Any] | None = None
    """Of a filter that is typed and not chosen: reads what was typed, and raises ValidationError where it cannot."""


@dataclass(frozen=True)
class KindColumn:
    """One column of the table of a kind, on the page and in files; ``name`` is stable, for machines.

    ``label`` is its head; without one the field of that name is called as in the form. ``sort`` names the order of the list that
    this column stands for.
    """

    name: str
    value: Callable[[Item], Any]
    label: Text = ""
    sort: str = ""
    prefetch: Any = ""
    """What has to be read for it along with the items."""


@dataclass(frozen=True)
class Choice:
    """What a column of choices says in words: the column ``name`` of the own row of a kind, or of the item itself.

    For one item it asks Django, which translates every choice each time; ``for_many`` looks all words up once.
    """

    name: str
    kind: str = ""

    def __call__(self, item: Item) -> str:
        row = getattr(item, self.kind) if self.kind else item
        return str(getattr(row, f"get_{self.name}_display")())

    def for_many(self) -> Callable[[Item], Any]:
        """The same in the language of now, for many items."""
        model = kind_named(self.kind).model if self.kind else Item
        column: Any = model._meta.get_field(self.name)
        words = {key: str(label) for key, label in column.flatchoices}
        name, kind = self.name, self.kind
        if kind:
            return lambda item: words.get(value := getattr(getattr(item, kind), name), value)
        return lambda item: words.get(value := getattr(item, name), value)


@dataclass(frozen=True)
class TableColumn:
    """One column that a list can show. ``field`` names the field of the kind's form that reads it back, where there is one."""

    name: str
    label: Text
    value: Callable[[Item], Any]
    field: str = ""
    sort: str = ""
    numeric: bool = False
    width: int = 16
    related: str = ""
    prefetch: Any = ""


def for_many(value: Callable[[Item], Any]) -> Callable[[Item], Any]:
    """What gives the value of a column, made ready for many items."""
    return value.for_many() if isinstance(value, Choice) else value


@dataclass(frozen=True)
class ItemPages:
    """The pages of one kind.

    ``facts`` gives the short facts under a card of the list; ``detail`` the context of the detail page;
    ``related`` the select_related paths both need; ``prepare`` may attach more to the rows of one list page (in a
    constant number of queries). ``sorts`` are orders of this kind alone, ``default_sort`` the one a list opens with;
    ``layout`` is cards, or lines where a number or date says more than a text. ``mark`` gives name of icon and word
    that tell the items of a kind apart; ``reasons_empty`` and ``consequences_empty`` are the sentences of a why panel
    without reasons or consequences, where the usual ones would say too much.
    """

    kind: str
    form: type[ItemForm]
    detail_template: str
    detail: Callable[[Asker, Item], dict[str, Any]] = field(default=lambda asker, item: {})
    list_context: Callable[[Asker, ItemQuerySet], dict[str, Any]] = field(default=lambda asker, items: {})
    facts: Callable[[Item], Sequence[tuple[Text, Any]]] = field(default=lambda item: ())
    prepare: Callable[[list[Item]], None] = field(default=lambda items: None)
    related: tuple[str, ...] = ()
    filters: tuple[Filter, ...] = ()
    columns: tuple[KindColumn, ...] = ()
    bulk_fields: tuple[str, ...] = ()
    """Own fields, as the form names them, of which many items can be given the same value at once."""
    list_template: str = "items/item_list.html"
    sorts: Mapping[str, tuple[Text, tuple[str, ...]]] = field(default_factory=dict)
    annotated: Callable[[ItemQuerySet], ItemQuerySet] = field(default=lambda items: items)
    """Adds what an order of this kind goes by where that is no column; it is never null."""
    default_sort: str = "nummer"
    layout: Literal["cards", "lines"] = "cards"
    row: Callable[[Item], Mapping[str, Any]] | None = None
    """What a row of the list says beyond number and title, as ``item_row`` reads it (state, text, fact …); then the list is one of such rows."""
    mark: Callable[[Item], tuple[str, Text] | None] = field(default=lambda item: None)
    in_fields: bool = True
    """Whether the items of this kind belong to fields of action and themes."""
    reasons_empty: Text = ""
    consequences_empty: Text = ""
    actions: Callable[[Asker, Item], list[tuple[str, Text]]] = field(default=lambda asker, item: [])
    """Further things a member of staff can do with an item: address and verb."""

    begin: Callable[[Asker], dict[str, Any] | None] = field(default=lambda asker: {})
    """What the form of a new item starts with, from what its address names; None where that is not there."""
    next_page: Callable[[Item], str] = field(default=lambda item: "")
    """Where a new item leads first; empty: to its page."""

    @property
    def spec(self) -> Kind:
        """The kind in the register of the thread."""
        return kind_named(self.kind)

    def select(self, items: ItemQuerySet) -> ItemQuerySet:
        """Load the own rows, and what they need, with the items."""
        return self.annotated(items.select_related(self.kind, *self.related))

    def select_for_detail(self, items: ItemQuerySet) -> ItemQuerySet:
        """The same for the page of one item, with the row that a later room keeps beside items of all kinds."""
        found = self.select(items).select_related(*_read_with_detail)
        return with_lineage(found) if self.spec.reshapes else found

    def say_what_is_beside(self, items: ItemQuerySet) -> ItemQuerySet:
        """The same items, each with what ``is_beside`` tells of it."""
        asked = {**_beside.get(EVERY_KIND, {}), **_beside.get(self.kind, {})}
        return items.annotate(
            **{f"beside_{name}": Exists(rows(OuterRef("pk"))) for name, rows in asked.items()}
        )

    def select_many(self, items: ItemQuerySet) -> ItemQuerySet:
        """The same for a whole list: what many items share (a unit, a district) is read once a portion, not with each."""
        return items.select_related(self.kind).prefetch_related(*self.related)


_pages: dict[str, ItemPages] = {}
EVERY_KIND = "*"
"""What is added to the detail pages of all kinds."""
SECTION_PLACES = ("leading_sections", "side_sections", "added_sections", "closing_sections")
"""Where other rooms can put sections on a detail page."""
_read_with_detail: list[str] = []
_beside: dict[str, dict[str, Callable[[Any], QuerySet[Any]]]] = {}
_additions: dict[str, list[Callable[[Asker, Item], dict[str, Any]]]] = {}
_actions: dict[str, list[Callable[[Asker, Item], list[tuple[str, Text]]]]] = {}
_filters: dict[str, list[Callable[[Asker], list[Filter]]]] = {}


def register_pages(pages: ItemPages) -> None:
    """Make the pages of a kind known."""
    _pages[pages.kind] = pages


def pages_of(kind: str) -> ItemPages:
    """The pages of a kind. Raises KeyError."""
    return _pages[kind]


def read_with_detail(related: str) -> None:
    """Let the page of an item read a row that a later room keeps beside items, in the same query; there may be none."""
    if related not in _read_with_detail:
        _read_with_detail.append(related)


def ask_with_detail(kind: str, name: str, rows: Callable[[Any], QuerySet[Any]]) -> None:
    """Let the page of an item learn, in the query that reads it, whether there are such rows at all.

    ``rows`` takes the id of the item, or the place of it in the query. Of most items there is nothing of most sorts: what
    a room shows of them asks ``is_beside`` first, and no table of which nothing can come.
    """
    _beside.setdefault(kind, {})[name] = rows


def is_beside(item: Item, name: str) -> bool:
    """Whether there may be such rows beside an item, whoever may see them; True where it was not read for its page."""
    return bool(getattr(item, f"beside_{name}", True))


def add_to_detail(kind: str, provide: Callable[[Asker, Item], dict[str, Any]]) -> None:
    """Let a later room put something on the detail pages of an earlier room's kind."""
    providers = _additions.setdefault(kind, [])
    if provide not in providers:
        providers.append(provide)


def additions(asker: Asker, item: Item) -> dict[str, Any]:
    """What other rooms add to the detail page of an item.

    Names of templates that several rooms give for the same place are shown one after the other: ``leading_sections`` beside the
    facts, below the text; ``side_sections`` among the facts; ``added_sections`` across the page; ``closing_sections`` below the panel.
    """
    context: dict[str, Any] = {}
    sections: dict[str, list[str]] = {name: [] for name in SECTION_PLACES}
    for provide in (*_additions.get(EVERY_KIND, ()), *_additions.get(item.kind, ())):
        added = provide(asker, item)
        for name, templates in sections.items():
            templates += added.pop(name, ())
        context.update(added)
    return {**context, **sections}


def add_actions(kind: str, provide: Callable[[Asker, Item], list[tuple[str, Text]]]) -> None:
    """Let a later room offer staff more to do with the items of an earlier room's kind: address and verb."""
    providers = _actions.setdefault(kind, [])
    if provide not in providers:
        providers.append(provide)


def added_actions(asker: Asker, item: Item) -> list[tuple[str, Text]]:
    """What later rooms offer to do with an item; also stands beside the measures of the own area."""
    return [action for provide in _actions.get(item.kind, ()) for action in provide(asker, item)]


def add_filters(kind: str, provide: Callable[[Asker], list[Filter]]) -> None:
    """Let a later room filter the list of an earlier room's kind."""
    providers = _filters.setdefault(kind, [])
    if provide not in providers:
        providers.append(provide)


def added_filters(asker: Asker, kind: str) -> list[Filter]:
    """What later rooms filter the list of a kind by."""
    return [part for provide in _filters.get(kind, ()) for part in provide(asker)]


def all_pages() -> list[ItemPages]:
    """All pages, in the order of the thread."""
    return sorted(_pages.values(), key=lambda pages: pages.spec.order)
