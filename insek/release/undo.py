"""Undo: what taking back one change of the history would change, word by word, and the act itself.

Undoing is a new change through the same services as any other: with permission, history and optimistic locking, and through
the release step where something public changes. What somebody changed again since is named and left alone unless asked for.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Literal

from django.core.exceptions import ValidationError
from django.db import models, transaction
from django.utils.translation import gettext as _

from insek.people.actors import Actor, require
from insek.thread import history, services
from insek.thread.extensions import extension_holding, values_outside_row
from insek.thread.history import COMMON_FIELDS, PURGED, UNDOES
from insek.thread.kinds import Kind, kind_named, link_kind_named
from insek.thread.models import Change, FieldDefinition, Item, Link, Tombstone
from insek.thread.own_fields import described, is_own, may_edit, owner_of
from insek.thread.recording import mark_of, undoing
from insek.thread.rows import Rows, rows_named

from . import releases
from .models import Proposal
from .plain_values import column_named, from_plain
from .row_proposals import put_back

Reversal = Literal["fields", "reason", "link", "unlink", "delete", "restore", "none"]
REVERSALS: dict[str, Reversal] = {
    Change.Action.CREATED: "delete",
    Change.Action.UPDATED: "fields",
    Change.Action.RELEASED: "fields",
    Change.Action.WITHDRAWN: "fields",
    Change.Action.LINKED: "unlink",
    Change.Action.UNLINKED: "link",
    Change.Action.LINK_CHANGED: "reason",
    Change.Action.DELETED: "restore",
}
MANY = ("fields", "themes")
LINK_FIELDS = ("reason", "locator")
LINK = "link"


@dataclass(frozen=True)
class UndoStep:
    """One thing that would change back: its name in the history, what is there now and what would be there."""

    name: str
    now: Any
    back: Any
    changed_since: bool = False
    """Whether somebody changed it again after the change that is undone."""
    problem: str = ""
    """Why it stays as it is; empty where it can change back."""


@dataclass(frozen=True)
class UndoPlan:
    """What undoing a change would do, and why it can not where it can not."""

    change: Change
    item: Item
    reversal: Reversal
    steps: list[UndoStep] = field(default_factory=list)
    problem: str = ""
    link: Link | None = None
    ends: tuple[Item, Item] | None = None
    """Source and target of the link in question."""

    @property
    def open_steps(self) -> list[UndoStep]:
        """What can change back."""
        return [step for step in self.steps if not step.problem]


def is_undoable(change: Change, kind: Kind) -> bool:
    """Whether a change is of those that can be undone at all. Costs no query."""
    reversal = REVERSALS.get(change.action, "none")
    if reversal == "fields":
        return any(
            _has_way_back(kind, name) and not (is_row(name) and _only_words(pair))
            for name, pair in change.differences.items()
        )
    if reversal in {"reason", "link", "unlink"}:
        return any(entry and "item" in entry for entry in change.differences.get(LINK, ()))
    return reversal == "delete"


def rule_of_undoing(change: Change, kind: Kind) -> str:
    """The rule that undoing a change takes: that of deleting, of links, of rows, or of the room for its own acts."""
    reversal = REVERSALS.get(change.action, "none")
    if reversal == "delete":
        return "thread.delete_item"
    if reversal in {"reason", "link", "unlink"}:
        return "thread.link_items"
    if kind.room_undo and kind.is_act_of_room(change.differences):
        return kind.room_undo.permission
    of_rows = [rows_named(name) for name in change.differences if name != UNDOES]
    if len(of_rows) == 1 and of_rows[0] is not None:
        return of_rows[0].rule
    return "thread.edit_item"


def plan_undo(change: Change, item: Item, actor: Actor) -> UndoPlan:
    """Find out what undoing a change of an item would do. A handful of queries, whatever the item."""
    reversal = REVERSALS.get(change.action, "none")
    if reversal == "fields":
        plan = UndoPlan(change, item, reversal, _field_steps(change, item, actor))
    elif reversal in {"reason", "link", "unlink"}:
        plan = _plan_of_link(change, item, reversal, actor)
    elif reversal == "delete":
        return UndoPlan(change, item, reversal)
    else:
        return UndoPlan(change, item, "none", problem=_("Diese Änderung lässt sich hier nicht zurücknehmen."))
    if not plan.problem and not plan.steps:
        return UndoPlan(
            change, item, reversal, problem=_("Es steht schon wieder so da, wie es vor dieser Änderung war.")
        )
    return plan


def undo_change(
    change: Change, *, actor: Actor, fields: set[str] | None = None, expected_version: int | None = None
) -> Item | Proposal | Link | None:
    """Take back a change as a new change; what is public waits for its release as a proposal.

    ``fields`` names the steps to take back; None takes back all that nobody changed since. ``expected_version`` is the
    version of the item (or of the link, for its reason) that the person saw. Returns the item, the proposal or the
    link; None where an item or a link is gone. Raises PermissionDenied, Conflict, and ValidationError when there is
    nothing to take back or a rule no longer allows it.
    """
    if REVERSALS.get(change.action) == "restore":
        from .restoring import restore_item

        return restore_item(Tombstone.objects.get(pk=change.item_id), actor=actor).outcome
    item = Item.objects.get(pk=change.item_id)
    plan = plan_undo(change, item, actor)
    if plan.problem:
        raise ValidationError(plan.problem)
    if plan.reversal == "delete":
        with undoing(mark_of(change)):
            version = item.version if expected_version is None else expected_version
            services.delete_item(item, expected_version=version, actor=actor)
        return None
    chosen = [
        step
        for step in plan.open_steps
        if (not step.changed_since if fields is None else step.name in fields)
    ]
    if not chosen:
        raise ValidationError(_("Bitte wählen Sie, was zurückgenommen werden soll."))
    with undoing(mark_of(change)):
        if plan.reversal == "fields":
            return _put_fields_back(change, item, chosen, actor, expected_version)
        return _put_link_back(plan, chosen, actor, expected_version)


def _put_fields_back(
    change: Change, item: Item, steps: list[UndoStep], actor: Actor, expected_version: int | None
) -> Item | Proposal:
    kind = kind_named(item.kind)
    require(actor, rule_of_undoing(change, kind), item)
    version = item.version if expected_version is None else expected_version
    if kind.room_undo is not None and kind.is_act_of_room(change.differences):
        return kind.room_undo.put_back(item, {step.name: step.back for step in steps}, version, actor)
    for step in steps:
        if (rows := rows_named(step.name)) is not None:
            return put_back(rows, item, step.now, step.back, actor) or item
    here = {step.name: step.back for step in steps if extension_holding(step.name) is None}
    elsewhere: dict[str, Any] = {step.name: step.back for step in steps if step.name not in here}
    result: Item | Proposal = item
    with transaction.atomic():
        if here:
            new = from_plain(item, here)
            result = releases.save_or_propose(
                item,
                expected_version=version,
                values=new.values,
                actor=actor,
                fields=new.fields,
                themes=new.themes,
            )
        for extension in {extension_holding(name) for name in elsewhere}:
            assert extension is not None
            mine = {name: value for name, value in elsewhere.items() if name in extension.names}
            if isinstance(result, Item):
                version = result.version if here else version
            result = extension.put_back(item, mine, version, actor)
    return result


def _put_link_back(
    plan: UndoPlan, steps: list[UndoStep], actor: Actor, expected_version: int | None
) -> Link | Proposal | None:
    assert plan.ends is not None
    if plan.reversal == "link":
        wanted = steps[0].back
        return releases.link_or_propose(
            *plan.ends,
            kind=wanted["kind"],
            reason=wanted.get("reason", ""),
            locator=wanted.get("locator", ""),
            actor=actor,
        )
    assert plan.link is not None
    if plan.reversal == "unlink":
        return releases.unlink_or_propose(plan.link, actor=actor)
    words = {name: getattr(plan.link, name) for name in LINK_FIELDS} | {
        step.name: step.back for step in steps
    }
    version = plan.link.version if expected_version is None else expected_version
    return releases.change_link_or_propose(plan.link, expected_version=version, actor=actor, **words)


def _is_of_item(kind: Kind, name: str) -> bool:
    """Whether a name of the history stands for a field of the item, its own row, or an extension."""
    if (
        name in COMMON_FIELDS
        or name in MANY
        or name in kind.many_to_many
        or extension_holding(name) is not None
    ):
        return True
    if is_row(name) or is_own(name):
        return True
    return any(column.attname == name for column in kind.model._meta.concrete_fields)


def _has_way_back(kind: Kind, name: str) -> bool:
    """Whether a field can be put back by undoing, and not only by an act of its room."""
    return _is_of_item(kind, name) and (kind.room_undo is not None or not kind.is_of_room(name))


def _field_steps(change: Change, item: Item, actor: Actor) -> list[UndoStep]:
    kind = kind_named(item.kind)
    current = history.snapshot(item) | values_outside_row(item)
    by_room = kind.is_act_of_room(change.differences)
    limited = None if by_room else services.changeable(kind, kind.row(item), actor)
    own = described(change.differences)
    steps = []
    for name, (before, after) in change.differences.items():
        now = current.get(name)
        if (rows := rows_named(name)) is not None:
            steps += _row_steps(rows, item, before, after)
            continue
        if name == UNDOES or not _is_of_item(kind, name) or _same(kind, name, now, before):
            continue
        steps.append(
            UndoStep(
                name=name,
                now=now,
                back=before,
                changed_since=not _same(kind, name, now, after),
                problem=_problem_of_own(own.get(name), item, before, actor)
                if is_own(name)
                else _problem(item, kind, name, before, limited),
            )
        )
    return steps


def is_row(name: str) -> bool:
    """Whether a name of the history stands for one row beside the item."""
    return rows_named(name) is not None


def _only_words(pair: Sequence[Any]) -> bool:
    """Whether version 0.1 kept only words of a row, from which it cannot be put back."""
    return not any(isinstance(value, dict) for value in pair)


def _row_steps(rows: Rows, item: Item, before: Any, after: Any) -> list[UndoStep]:
    """What would happen to a row; nothing where it stands as before, or where version 0.1 kept only words of it."""
    if _only_words((before, after)):
        return []
    one = before or after
    key = one["key"] if rows.life != "chain" or after is None else after["key"]
    stored = rows.of_item(item).filter(key=key).first()
    gone = stored is None or getattr(stored, "retracted_on", None) or getattr(stored, "taken_back_on", None)
    now = None if gone else rows.plain(stored)
    before, after = (side and rows.settled(side) for side in (before, after))
    if now and rows.numbered and (not before or not after or rows.unmoved(before, after) == before):
        before, after = (side and rows.unmoved(side, now) for side in (before, after))
    if now == before:
        return []
    problem = purged_words() if PURGED in str(before) else ""
    if rows.life == "appended" and before is not None:
        problem = _("Was zurückgezogen wurde, kommt nicht zurück. Bitte neu eintragen.")
    return [UndoStep(rows.name, now, before, changed_since=now != after, problem=problem)]


def _same(kind: Kind, name: str, one: Any, other: Any) -> bool:
    """Whether two stored values say the same; 7.7 and 7.7000000 do."""
    if one == other or one is None or other is None:
        return bool(one == other)
    try:
        column = column_named(kind, name)
    except KeyError:
        return False
    return isinstance(column, models.DecimalField) and column.to_python(one) == column.to_python(other)


def _problem(item: Item, kind: Kind, name: str, back: Any, limited: frozenset[str] | None) -> str:
    """Why a field can not be put back; empty where it can."""
    if limited is not None and name not in limited:
        if kind.is_closed(kind.row(item)):
            return _("Das ist abgeschlossen und ändert sich nicht mehr.")
        return _("Das zu ändern, erlaubt Ihre Rolle nicht.")
    if not _has_way_back(kind, name):
        return _("Dafür gibt es auf der Seite des Inhalts einen eigenen Weg.")
    if PURGED in str(back):
        return purged_words()
    return "" if extension_holding(name) is not None else what_is_gone(item, name, back)


def _problem_of_own(field: FieldDefinition | None, item: Item, back: Any, actor: Actor) -> str:
    """Why an own field can not be put back; empty where it can."""
    if field is None or field.is_retired:
        return _("Dieses Feld wird nicht mehr geführt.")
    if PURGED in str(back):
        return purged_words()
    row = kind_named(item.kind).row(item)
    if kind_named(item.kind).is_closed(row):
        return _("Das ist abgeschlossen und ändert sich nicht mehr.")
    return (
        "" if may_edit(field, actor, owner_of(item, row)) else _("Das zu ändern, erlaubt Ihre Rolle nicht.")
    )


def what_is_gone(item: Item, name: str, plain: Any) -> str:
    """Why a stored value can no longer be given to an item; empty where it can."""
    try:
        new = from_plain(item, {name: plain})
    except ValidationError:
        return _("Was hier eingetragen war, gibt es nicht mehr oder ist heute nicht mehr möglich.")
    rows = {"fields": new.fields, "themes": new.themes}.get(name, next(iter(new.values.values()), None))
    if isinstance(plain, list) and len(rows or ()) < len(plain):
        return _("Nicht alles, was hier eingetragen war, gibt es noch.")
    return ""


def purged_words() -> str:
    """Why words that were purged stay away."""
    return _("Hier wurden Worte auf Dauer aus dem Verlauf gestrichen. Sie kommen nicht zurück.")


def _plan_of_link(change: Change, item: Item, reversal: Reversal, actor: Actor) -> UndoPlan:
    entry = next((entry for entry in change.differences.get(LINK, ()) if entry), None)
    other = Item.objects.visible_to(actor).filter(pk=(entry or {}).get("item", "")).first()
    if entry is None or other is None:
        return UndoPlan(
            change, item, reversal, problem=_("Den anderen Inhalt dieser Verknüpfung gibt es nicht mehr.")
        )
    try:
        ends = (item, other) if _is_outward(change, item, other, entry) else (other, item)
    except KeyError:
        return UndoPlan(change, item, reversal, problem=_("Diese Art der Verknüpfung gibt es nicht mehr."))
    link = Link.objects.filter(source=ends[0], target=ends[1], kind=entry["kind"]).first()
    steps = []
    if reversal == "link":
        if link is None:
            purged = PURGED in f"{entry.get('reason', '')}{entry.get('locator', '')}"
            steps = [UndoStep(LINK, None, entry, problem=purged_words() if purged else "")]
    elif link is None:
        missing = _("Die Verknüpfung gibt es nicht mehr.") if reversal == "reason" else ""
        return UndoPlan(change, item, reversal, problem=missing, ends=ends)
    elif reversal == "unlink":
        since = link.version > 1
        steps = [UndoStep(LINK, {**entry, "reason": link.reason, "locator": link.locator}, None, since)]
    else:
        for name in LINK_FIELDS:
            before, after = change.differences.get(name, (None, None))
            now = getattr(link, name)
            if name in change.differences and now != (before or ""):
                purged = PURGED in str(before)
                steps.append(
                    UndoStep(name, now, before or "", now != after, purged_words() if purged else "")
                )
    return UndoPlan(change, item, reversal, steps, link=link, ends=ends)


def _is_outward(change: Change, item: Item, other: Item, entry: Mapping[str, Any]) -> bool:
    """Whether the link ran from the item to the other. Older lines do not say so: then the kinds tell, or which of
    the two lines was written first, which is that of the source."""
    if "outward" in entry:
        return bool(entry["outward"])
    kind = link_kind_named(entry["kind"])
    if not kind.allows(other.kind, item.kind):
        return True
    if not kind.allows(item.kind, other.kind):
        return False
    twins = Change.objects.filter(item_id=other.pk, action=change.action, version=other.version)
    return twins.filter(pk=change.pk + 1).exists()
