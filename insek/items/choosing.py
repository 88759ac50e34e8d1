"""Which words win when items are merged: the fields in which they differ, with the values of each side by side."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from django.db import models
from django.utils.translation import gettext as _

from insek.engines.diff import Change as Piece
from insek.engines.diff import word_diff
from insek.people.actors import Actor
from insek.release.changes import history_label, shown_rows
from insek.release.plain_values import column_named
from insek.release.reshaping import own_references
from insek.thread import history
from insek.thread.cleaning import MAX_TEXT
from insek.thread.kinds import Kind, kind_named
from insek.thread.models import Item

SOURCE = ("standing", "source_title", "source_url", "source_date", "document", "page", "confidence")
"""What is chosen together, since one without the other would say something false."""
SEEN_BY = ("visibility", "round_id")
ALL, OWN = "alle", "eigen"
OWN_WORDS = ("title", "text")
"""Fields for which words of one's own can be written."""


@dataclass(frozen=True)
class WinningOption:
    """One value that may stay: whose it is, and how it reads."""

    key: str
    label: str
    words: str
    diff: Sequence[Piece] = ()
    """Against the value of the item that stays, where both are texts."""
    is_chosen: bool = False


@dataclass
class WinningChoice:
    """One field, or several that belong together, in which the items differ."""

    name: str
    label: str
    columns: tuple[str, ...]
    options: list[WinningOption] = field(default_factory=list)
    own: str | None = None
    """Words of one's own as they stand in the form; None where there are none to write."""
    is_long: bool = False


def choices_of(
    items: Sequence[Item], actor: Actor, sent: Mapping[str, str] | None = None
) -> list[WinningChoice]:
    """The fields in which some items differ; the first is the one that stays. A few queries an item."""
    kind = kind_named(items[0].kind)
    plain = {item.pk: history.snapshot(item) for item in items}
    words = {item.pk: _words(kind, plain[item.pk], actor) for item in items}
    going = {item.pk for item in items}
    found = []
    for columns in _groups(kind, dict.fromkeys(name for each in plain.values() for name in each)):
        values = {pk: [plain[pk].get(name) for name in columns] for pk in plain}
        if all(value == values[items[0].pk] for value in values.values()):
            continue
        found.append(_choice(kind, columns, items, plain, words, going, sent or {}))
    return [choice for choice in found if len(choice.options) > 1]


def _groups(kind: Kind, plain: Mapping[str, Any]) -> list[tuple[str, ...]]:
    """The fields in the order of forms, with those that are chosen together in one."""
    together = {*SOURCE, *SEEN_BY, "hand_key"}  # where it stands in lists stays with the one that stays
    single = [name for name in plain if name not in together and not kind.is_of_room(name)]
    front = [name for name in ("number", "title", "text", "title_en", "text_en") if name in single]
    rest = [name for name in single if name not in front and name not in ("fields", "themes")]
    return [
        *((name,) for name in front),
        SOURCE,
        SEEN_BY,
        ("fields",),
        ("themes",),
        *((name,) for name in rest),
    ]


def _words(kind: Kind, plain: Mapping[str, Any], actor: Actor) -> dict[str, str]:
    """How each value reads."""
    filled = {name: [None, value] for name, value in plain.items() if value not in (None, "", [])}
    return {
        row.name: "".join(text for _op, text in row.words) for row in shown_rows(filled, kind.name, actor)
    }


def _choice(
    kind: Kind, columns: tuple[str, ...], items: Sequence[Item], plain: Mapping[str, Mapping[str, Any]],
    words: Mapping[str, Mapping[str, str]], going: set[str], sent: Mapping[str, str],
) -> WinningChoice:  # fmt: skip
    name = columns[0]
    label = {"standing": _("Verlässlichkeit und Quelle"), "visibility": _("Wer es sieht")}.get(
        name
    ) or history_label(kind.name, name)
    choice = WinningChoice(name, str(label), columns)
    read = {
        item.pk: "\n".join(words[item.pk][each] for each in columns if each in words[item.pk])
        for item in items
    }
    references = {column.attname for column in own_references(kind)}
    picked = sent.get(f"wahl-{name}") or _first_choice(name, columns, items, plain)
    seen: set[str] = set()
    first = items[0]
    choice.is_long = any("\n" in text or len(text) > 80 for text in read.values())
    for item in items:
        value = repr([plain[item.pk].get(each) for each in columns])
        if value in seen or (name in references and plain[item.pk][name] in going):
            continue
        seen.add(value)
        diff = (
            word_diff(read[first.pk], read[item.pk])
            if choice.is_long and item is not first and name not in SOURCE
            else ()
        )
        label = _("wie %(item)s") % {"item": item.number or item.title}
        choice.options.append(WinningOption(item.pk, label, read[item.pk], diff, picked == item.pk))
    if name in {"fields", "themes", *kind.many_to_many} and len(choice.options) > 1:
        union = dict.fromkeys(text for item in items for text in read[item.pk].split(", ") if text)
        choice.options.append(WinningOption(ALL, _("alle zusammen"), ", ".join(union), (), picked == ALL))
    elif _can_be_joined(kind, name):
        both = joined_text(kind, name, items, plain)
        if both and both not in read.values():
            choice.options.append(WinningOption(ALL, _("alle hintereinander"), both, (), picked == ALL))
    if name in OWN_WORDS:
        choice.own = sent.get(
            f"{OWN}-{name}",
            joined_text(kind, name, items, plain) if name == "text" else str(plain[first.pk][name]),
        )
        choice.options.append(WinningOption(OWN, _("eigener Wortlaut"), "", (), picked == OWN))
    return choice


def _first_choice(
    name: str, columns: tuple[str, ...], items: Sequence[Item], plain: Mapping[str, Mapping[str, Any]]
) -> str:
    """What is chosen beforehand: what loses nothing, then what the item that stays says, then whoever says anything."""
    if name in {"fields", "themes"}:
        return ALL
    if name in {"text", "text_en"}:
        filled = {plain[item.pk][name] for item in items if plain[item.pk][name]}
        if len(filled) > 1:
            return ALL
    if name == "visibility":
        return next((item.pk for item in items if item.visibility == "public"), items[0].pk)
    if name == "standing":
        return items[0].pk
    return next(
        (
            item.pk
            for item in items
            if any(plain[item.pk].get(each) not in (None, "", [], False) for each in columns)
        ),
        items[0].pk,
    )


def _can_be_joined(kind: Kind, name: str) -> bool:
    try:
        column = column_named(kind, name)
    except KeyError:
        return False
    return (
        name not in {"title", "title_en", "number"}
        and isinstance(column, models.TextField | models.CharField)
        and not column.choices
    )


def joined_text(kind: Kind, name: str, items: Sequence[Item], plain: Mapping[str, Mapping[str, Any]]) -> str:
    """The texts of all, one after the other, each once; empty where they do not fit together."""
    parts = [
        part for part in dict.fromkeys(str(plain[item.pk][name] or "").strip() for item in items) if part
    ]
    column = column_named(kind, name)
    long = isinstance(column, models.TextField)
    both = ("\n\n" if long else ", ").join(parts)
    limit = column.max_length or MAX_TEXT
    return both if len(both) <= limit else ""


def chosen_values(
    items: Sequence[Item], choices: Sequence[WinningChoice], sent: Mapping[str, str]
) -> dict[str, Any]:
    """The values that the item which stays shall have, by their names in the history; those it has already are left out."""
    kind = kind_named(items[0].kind)
    plain = {item.pk: history.snapshot(item) for item in items}
    values: dict[str, Any] = {}
    for choice in choices:
        picked = sent.get(f"wahl-{choice.name}", "")
        if picked == OWN and choice.own is not None:
            values[choice.name] = sent.get(f"{OWN}-{choice.name}", "").replace("\r\n", "\n").strip()
        elif picked == ALL and choice.name in {"fields", "themes", *kind.many_to_many}:
            values[choice.name] = sorted({key for each in plain.values() for key in each[choice.name]})
        elif picked == ALL:
            values[choice.name] = joined_text(kind, choice.name, items, plain)
        elif picked in {option.key for option in choice.options}:
            values |= {name: plain[picked].get(name) for name in choice.columns}
    mine = plain[items[0].pk]
    return {name: value for name, value in values.items() if mine.get(name) != value}
