"""The register of kinds: each room says what its items are called and how they are kept, when the app starts."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from functools import cache, cached_property
from typing import Any

from django.apps import apps
from django.db import models
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from insek.concept.asker import Asker
from insek.concept.levels import level_name
from insek.people.actors import Actor

from .models import Item

Text = str | Promise


def _no_texts(row: Any) -> Iterable[str]:
    return ()


def _never(row: Any) -> bool:
    return False


def _always(row: Any, unit_id: int | None) -> bool:
    return True


@dataclass(frozen=True)
class RoomUndo:
    """How a room takes back its own acts, those that change ``Kind.fields_of_room``.

    ``permission`` is the rule that doing and undoing takes; ``put_back`` gives an item the plain values of the history
    by name, all of one change at once, and raises ValidationError where that is no longer possible.
    """

    permission: str
    put_back: Callable[[Item, dict[str, Any], int, Any], Item]


@dataclass(frozen=True)
class Kind:
    """One kind of item.

    ``model`` is the own row's model as "room.Model"; ``list_path`` the German address of its list; ``prefix`` the
    letters before its number; ``search_texts`` gives the texts of the own row that search shall find;
    ``validate`` raises ValidationError for an own row that is wrong in itself; ``order`` is the place in menus.
    """

    name: str
    model_path: str
    label: Text
    plural: Text
    list_path: str
    prefix: str
    order: int
    level: str = ""
    explanation: Text = ""
    empty: Text = ""
    many_to_many: tuple[str, ...] = ()
    owner: str = ""
    """The column of the own row that names the responsible unit; empty where there is none."""
    fields_of_owner: frozenset[str] = frozenset()
    """What the responsible unit may change by itself."""
    begun_by_owner: bool = False
    """Whether a unit may enter items of its own, link them, and throw them away while they are not public."""
    claims: Callable[[Any, int | None], bool] = _always
    """Whether what an own row names belongs to a unit as well; asked of those who act for their unit alone."""
    is_closed: Callable[[Any], bool] = _never
    """Whether an own row is frozen: then only who sees the item can change."""
    fields_of_room: frozenset[str] = frozenset()
    """What only acts of its own room change, such as moderation."""
    room_undo: RoomUndo | None = None
    """How such acts are taken back; without it undoing in the history leaves them alone."""
    parent: str = ""
    """The column of the own row that names the item it stands below; in lists it comes with that one."""
    is_ordered: bool = False
    """Whether people put its items in an order of their own (``ordering``)."""
    reshapes: bool = False
    """Whether its items can be merged into one and split into several."""
    search_texts: Callable[[Any], Iterable[str]] = _no_texts
    search_rank: int = 90
    """How much a hit of this kind counts in search, where equal: goals and measures 100."""
    validate: Callable[[Item, Any], None] = field(default=lambda item, row: None)

    @cached_property
    def model(self) -> type[models.Model]:
        """The model of the own row."""
        return apps.get_model(self.model_path)

    @property
    def list_name(self) -> str:
        """Name of the list's address."""
        return f"{self.name}-list"

    def is_act_of_room(self, names: Iterable[str]) -> bool:
        """Whether a change of these names of the history was an act of the room that the room itself takes back."""
        return self.room_undo is not None and any(self.is_of_room(name) for name in names)

    def is_of_room(self, name: str) -> bool:
        """Whether a name of the history stands for what only acts of the room change."""
        return name.removesuffix("_id") in self.fields_of_room

    def row(self, item: Item) -> Any:
        """The own row of an item (one query unless it was selected with the item)."""
        return getattr(item, self.name)


@dataclass(frozen=True)
class LinkKind:
    """One kind of link: between which kinds, and how it reads on either end."""

    name: str
    pairs: frozenset[tuple[str, str]]
    forward: Text
    backward: Text
    commits: bool = False
    """Whether it says that a resolution adopted, decided or financed something."""

    def allows(self, source: str, target: str) -> bool:
        """Whether such a link may run from one kind to the other."""
        return (source, target) in self.pairs

    def label_towards(self, end: str) -> str:
        """How the link reads on the way to one of its ends (``source`` or ``target``)."""
        return str(self.forward if end == "target" else self.backward)

    def meets(self, kind: str, end: str) -> bool:
        """Whether such a link may have a kind at one of its ends (``source`` or ``target``)."""
        return any(pair[end == "target"] == kind for pair in self.pairs)


Validation = Callable[[Item, Any], None]
"""Raises ValidationError for the own row of an item that contradicts what a later room keeps of it."""

_kinds: dict[str, Kind] = {}
_validations: dict[str, list[Validation]] = {}
_link_kinds: dict[str, LinkKind] = {}


def register_kind(kind: Kind) -> None:
    """Make a kind known. Registering the same name twice is a programming error."""
    if kind.name in _kinds and _kinds[kind.name] != kind:
        raise ValueError(f"kind {kind.name} is registered twice")
    _kinds[kind.name] = kind


def register_validation(kind: str, check: Validation) -> None:
    """Let a later room refuse what contradicts its own rows; asked after ``Kind.validate``, also on undo and bulk changes."""
    known = _validations.setdefault(kind, [])
    if check not in known:
        known.append(check)


def validations_of(kind: str) -> list[Validation]:
    """What later rooms check of items of a kind."""
    return list(_validations.get(kind, ()))


def register_link_kind(
    name: str, pairs: Iterable[tuple[str, str]], forward: Text, backward: Text, commits: bool = False
) -> None:
    """Make a kind of link known; a later room may add pairs to it."""
    known = _link_kinds.get(name)
    all_pairs = frozenset(pairs) | (known.pairs if known else frozenset())
    _link_kinds[name] = LinkKind(name, all_pairs, forward, backward, commits)


LinkCheck = Callable[[Item, Item, Actor], None]
"""Raises ValidationError for a link from one item to another that contradicts those there are."""
_link_checks: dict[str, LinkCheck] = {}


def register_link_check(name: str, check: LinkCheck) -> None:
    """Let a room refuse links of a kind for what no pair of kinds can tell; asked where links are drawn, one at a time."""
    _link_checks[name] = check


def link_check_of(name: str) -> LinkCheck | None:
    """What a room checks of links of a kind; None where every allowed pair will do."""
    return _link_checks.get(name)


def kind_named(name: str) -> Kind:
    """The kind of that name. Raises KeyError."""
    return _kinds[name]


def all_kinds() -> list[Kind]:
    """All kinds in the order of the thread."""
    return sorted(_kinds.values(), key=lambda kind: kind.order)


def link_kind_named(name: str) -> LinkKind:
    """The kind of link of that name. Raises KeyError."""
    return _link_kinds[name]


def all_link_kinds() -> list[LinkKind]:
    """All kinds of link, in the order in which they were registered."""
    return list(_link_kinds.values())


def link_kinds_between(source: str, target: str) -> list[LinkKind]:
    """The kinds of link that may run from one kind to the other."""
    return [kind for kind in _link_kinds.values() if kind.allows(source, target)]


REASON_NOT_DOCUMENTED = _("Begründung nicht dokumentiert")


KindNames = Callable[..., str]
"""What the city calls the kinds: ``names("goal")`` or ``names("goal", plural=True)``."""


def kind_names(asker: Asker) -> KindNames:
    """What the city calls the kinds, in the language of the page. Costs the concept and one query, read once."""

    @cache
    def name(kind: str, *, plural: bool = False) -> str:
        spec = kind_named(kind)
        default = spec.plural if plural else spec.label
        concept = asker.concept
        return level_name(concept.pk, spec.level, plural=plural, default=default) if concept else str(default)

    return asker.once("kind_names", lambda: name)
