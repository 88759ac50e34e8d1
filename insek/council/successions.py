"""Verbleib: what becomes of each item of the edition before in the next one, said by a person, one or many at once."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import translation
from django.utils.translation import gettext as _

from insek.concept.models import Concept, Edition, Standing
from insek.package import Table, table_named
from insek.people.actors import Actor, require
from insek.people.locking import Conflict
from insek.thread import history
from insek.thread.cleaning import clean_text
from insek.thread.lineage import Lineage, LineageWay
from insek.thread.models import Change, Item, ItemQuerySet

from .edition_items import EditionItem, Succession
from .freezing import EditionPart, differing, part_tables
from .in_force import Where, rows_before

FindDone = Callable[[Concept], Mapping[str, str]]
"""Gives what is done: ids of items, each with the sentence that says how that is known."""
_done: list[FindDone] = []
MOST_AT_ONCE = 1000


def register_done(find: FindDone) -> None:
    """Let a later room say which items are done, by id: then that is proposed as their Verbleib."""
    if find not in _done:
        _done.append(find)


@dataclass(frozen=True)
class SuccessionEntry:
    """An item of the edition before: what was said to become of it, or what may be proposed."""

    row: EditionItem
    said: Succession | None
    proposed: str
    """What is known without a person; empty where it is not there any more and nothing is known."""
    is_there: bool
    """Whether the next edition would hold it, as things stand."""
    reason: str = ""
    """How that is known, in a sentence that a person may confirm as the reason."""
    into: tuple[str, ...] = ()
    """Ids of the items that follow it, where it was merged or split."""

    @property
    def where(self) -> Where:
        """Table and key."""
        return (self.row.table, self.row.key)

    @property
    def is_open(self) -> bool:
        """Whether nobody has said anything yet."""
        return self.said is None

    @property
    def may_confirm(self) -> bool:
        """Whether what is proposed can be said as it stands: all but that something was changed, of which only a person knows why."""
        return self.proposed not in {"", Succession.Fate.CHANGED.value}

    @property
    def is_contradicted(self) -> bool:
        """Whether it was said to stay and is not there, or to stay as it is and reads otherwise."""
        if self.said is None or self.said.leaves:
            return False
        return not self.is_there or (self.said.fate == Succession.Fate.KEPT and self.proposed == "changed")


def entries_of(
    edition: Edition, parts: Iterable[EditionPart], lineage: Iterable[Lineage] = ()
) -> list[SuccessionEntry]:
    """Every item of the edition before with its Verbleib in this one; ``parts`` are those of this one. Some five queries.

    ``lineage`` is what came of what, with what lies ready for this edition done. What is finished today says nothing of what an edition
    holds that is frozen.
    """
    there = {(part.table, part.key): part for part in parts}
    said = {(each.table, each.key): each for each in Succession.objects.filter(edition=edition)}
    finished = {pk: why for find in _done for pk, why in find(edition.concept).items()}
    came = _came_of(lineage)
    rows = sorted(rows_before(edition).values(), key=lambda row: (table_named(row.table).order, row.position))
    entries = []
    before = {row.key for row in rows}
    for row in rows:
        where = (row.table, row.key)
        part = there.get(where)
        ways, followers = came.get(row.key, ([], []))
        followers = [pk for pk in followers if (row.table, pk) in there]
        is_split = LineageWay.SPLIT in {each.way for each in ways} and bool(set(followers) - before)
        if ways and followers and (part is None or is_split):
            entries.append(_came_of_it(row, said.get(where), part is not None, ways, followers))
            continue
        if row.key in finished and (part is None or edition.status == Edition.Status.DRAFT):
            proposed = Succession.Fate.DONE.value
        elif part is None:
            proposed = ""
        else:
            fate = Succession.Fate.CHANGED if differing(row.content, part.content) else Succession.Fate.KEPT
            proposed = fate.value
        entries.append(
            SuccessionEntry(row, said.get(where), proposed, part is not None, finished.get(row.key, ""))
        )
    return entries


def _came_of(lineage: Iterable[Lineage]) -> dict[str, tuple[list[Lineage], list[str]]]:
    """By the id of an item how it was merged or split, and what came of it, followed to the end."""
    after: dict[str, list[Lineage]] = {}
    for each in lineage:
        after.setdefault(each.before, []).append(each)

    def ends(pk: str, seen: frozenset[str]) -> list[str]:
        steps = [each.after for each in after.get(pk, ()) if each.after not in seen]
        found = [end for step in steps for end in ends(step, seen | {step})]
        return found if steps and all(each.way == LineageWay.MERGED for each in after[pk]) else [pk, *found]

    return {pk: (ways, list(dict.fromkeys(ends(pk, frozenset({pk}))))) for pk, ways in after.items()}


def _came_of_it(
    row: EditionItem, said: Succession | None, is_there: bool, ways: list[Lineage], followers: list[str]
) -> SuccessionEntry:
    """What is proposed of an item that was merged into another or split into several."""
    fate = Succession.Fate.SPLIT if len(followers) > 1 else Succession.Fate.MERGED
    with translation.override(settings.LANGUAGE_CODE):  # content
        told = _("Beim Zusammenlegen ist dieser Inhalt in einem anderen aufgegangen.")
        if fate == Succession.Fate.SPLIT:
            told = _("Dieser Inhalt wurde geteilt.")
    reason = next((each.reason for each in ways if each.reason), told)
    return SuccessionEntry(row, said, fate.value, is_there, reason, tuple(followers))


def confirm_proposed(
    edition: Edition,
    entries: Sequence[SuccessionEntry],
    *,
    actor: Actor,
    reason: str = "",
    ahead: Mapping[str, str] | None = None,
) -> list[Succession]:
    """Say of some items what is proposed, each with how it is known, or with ``reason``. All or none.

    Those of which nothing can be confirmed are left out. Raises what ``say_fate`` raises.
    """
    groups: dict[tuple[str, str, tuple[str, ...]], list[Seen]] = {}
    for entry in entries:
        if entry.may_confirm or (entry.proposed and reason):
            why = "" if entry.proposed == Succession.Fate.KEPT and not reason else reason or entry.reason
            seen = Seen(*entry.where, entry.said.version if entry.said else 0)
            groups.setdefault((entry.proposed, why, entry.into), []).append(seen)
    made: list[Succession] = []
    with transaction.atomic():
        for (fate, why, into), some in groups.items():
            made += say_fate(edition, some, fate=fate, reason=why, into=into, ahead=ahead, actor=actor)
    return made


def vanished(edition: Edition, parts: Iterable[EditionPart]) -> list[EditionItem]:
    """What the edition before held, this one does not, and of which nobody has said what became of it."""
    return [entry.row for entry in entries_of(edition, parts) if not entry.is_there and entry.is_open]


@dataclass(frozen=True)
class Seen:
    """An item of the edition before as somebody saw it: with the version of what was said of it, 0 where nothing was."""

    table: str
    key: str
    version: int


def say_fate(
    edition: Edition,
    seen: Sequence[Seen],
    *,
    fate: str,
    actor: Actor,
    reason: str = "",
    into: Sequence[str] = (),
    ahead: Mapping[str, str] | None = None,
    is_example: bool = False,
) -> list[Succession]:
    """Say what becomes of some items, all or none. ``into`` names what follows, as ids of items or keys of fields;
    ``ahead`` are the tables of items, by id, that are there once what lies ready for the edition is done.

    Raises PermissionDenied, Conflict where somebody said otherwise meanwhile, ValidationError by field.
    """
    require(actor, "council.edit_succession", edition)
    if not seen:
        raise ValidationError(_("Bitte kreuzen Sie an, wovon Sie den Verbleib sagen."))
    if len(seen) > MOST_AT_ONCE:
        raise ValidationError(_("Bitte höchstens %(count)s Inhalte auf einmal.") % {"count": MOST_AT_ONCE})
    before = rows_before(edition)
    followers = followers_named(edition, into, ahead or {})
    if fate == Succession.Fate.SPLIT and len(followers) < 2:
        raise ValidationError({"into": _("Aufgeteilt ist etwas auf mindestens zwei Inhalte.")})
    text = str(clean_text(reason)).strip()
    standing = Standing.EXAMPLE if is_example or edition.is_example else Standing.WORKING
    made = []
    with transaction.atomic():
        known = {
            (each.table, each.key): each
            for each in Succession.objects.select_for_update().filter(edition=edition)
        }
        for each in seen:
            row = before.get((each.table, each.key))
            if row is None:
                raise ValidationError(_("Das stand nicht in der Ausgabe davor."))
            current = known.get((each.table, each.key))
            if (current.version if current else 0) != each.version:
                raise Conflict(current)
            was = words_of(current)
            succession = current or Succession(edition=edition, table=each.table, key=each.key, version=0)
            succession.fate, succession.reason, succession.standing = fate, text, standing
            succession.into = " ".join(f"{table}:{key}" for table, key in followers)
            succession.version += 1
            succession.full_clean()
            succession.save()
            _record(edition, row, was, words_of(succession), actor)
            made.append(succession)
    return made


def take_back_fate(edition: Edition, seen: Sequence[Seen], *, actor: Actor) -> int:
    """Take back what was said of some items, all or none; returns how many. Raises PermissionDenied and Conflict."""
    require(actor, "council.edit_succession", edition)
    with transaction.atomic():
        for each in seen:
            rows = Succession.objects.filter(edition=edition, table=each.table, key=each.key)
            current = rows.first()
            if current is None or current.version != each.version:
                raise Conflict(current)
            rows.delete()
            row = EditionItem(edition=edition, table=each.table, key=each.key)
            _record(edition, row, words_of(current), None, actor)
    return len(seen)


def followers_named(edition: Edition, into: Iterable[str], ahead: Mapping[str, str]) -> list[Where]:
    """Table and key of what follows, from ids of items and keys of fields of action. Raises ValidationError."""
    found: list[Where] = []
    fields = dict(edition.concept.fields.values_list("key", "key"))
    tables = {table.kind: table.name for table in _item_tables()}
    for name in dict.fromkeys(into):
        item = Item.objects.filter(concept=edition.concept, pk=name).first()
        if item is not None and item.kind in tables:
            found.append((tables[item.kind], item.pk))
        elif name in ahead:
            found.append((ahead[name], name))
        elif name in fields:
            found.append(("fields", name))
        else:
            raise ValidationError(
                {
                    "into": _("„%(name)s“ gibt es nicht, oder es kann in keiner Ausgabe stehen.")
                    % {"name": name}
                }
            )
    return found


def _item_tables() -> list[Table]:
    return [table for table in part_tables() if table.kind]


def words_of(succession: Succession | None) -> str | None:
    """What was said of an item, as history keeps it."""
    if succession is None:
        return None
    said = str(succession.get_fate_display())
    named = ", ".join(key for _table, key in succession.followers)
    said = f"{said} ({named})" if named else said
    return f"{succession.edition}: {said}. {succession.reason}".strip()


def _record(edition: Edition, row: EditionItem, before: str | None, after: str | None, actor: Actor) -> None:
    """A line in the history of the item; where it is a field or gone, in that of the edition."""
    if before == after:
        return
    item = None if row.table == "fields" else Item.objects.filter(pk=row.key).first()
    if item is not None:
        history.record(item, Change.Action.UPDATED, actor=actor, changed={"succession": [before, after]})
        return
    Change.objects.create(
        concept_id=edition.concept_id,
        item_id="",
        action=Change.Action.UPDATED,
        version=edition.version,
        actor_id=actor.user_id,
        differences={"subject": [None, str(edition)], "succession": [before, after]},
    )


def told_of(key: str, concept: Concept, *, table: str = "") -> list[Succession]:
    """What everybody may know of what became of an item, the latest edition first. One query."""
    rows = Succession.objects.filter(key=key, edition__concept=concept)
    rows = rows.exclude(edition__status=Edition.Status.DRAFT).select_related("edition")
    if table:
        rows = rows.filter(table=table)
    return sorted(
        rows, key=lambda each: (each.edition.date is None, each.edition.date, each.pk), reverse=True
    )


def came_from(key: str, edition: Edition) -> list[Succession]:
    """What this item follows in an edition: what was merged into it or split into it. One query."""
    rows = Succession.objects.filter(edition=edition, into__contains=key)
    return [each for each in rows if any(key == name for _table, name in each.followers)]


def open_drafts(concept: Concept) -> list[Edition]:
    """The editions that are worked on. One query."""
    return list(
        Edition.objects.filter(concept=concept, status=Edition.Status.DRAFT).select_related("follows")
    )


def without_fate(draft: Edition) -> set[str]:
    """Ids of items of the edition before of which a draft does not say yet what becomes of them. Some four queries."""
    rows = rows_before(draft)
    said = set(Succession.objects.filter(edition=draft).values_list("table", "key"))
    return {key for table, key in rows if table != "fields" and (table, key) not in said}


def items_without_fate(concept: Concept) -> ItemQuerySet:
    """Items that stand in what a draft updates, of which nobody has said yet what becomes of them."""
    keys = {key for draft in open_drafts(concept) for key in without_fate(draft)}
    return Item.objects.filter(concept=concept, pk__in=keys)
