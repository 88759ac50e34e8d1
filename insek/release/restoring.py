"""Bringing a deleted item back: the same id, all its fields, its links and its place, and what does not come back."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import IntegrityError, models, transaction
from django.utils.translation import gettext as _

from insek.concept.models import Concept
from insek.people.actors import Actor, require
from insek.thread import services
from insek.thread.audience import limited_kinds
from insek.thread.extensions import all_extensions, extension_holding
from insek.thread.history import PURGED, UNDOES, field_label
from insek.thread.kinds import kind_named, link_kind_named
from insek.thread.lineage import Lineage, LineageWay
from insek.thread.models import Change, Item, Tombstone, Visibility
from insek.thread.own_fields import described, is_own
from insek.thread.recording import mark_of, undoing
from insek.thread.rows import rows_of_kind, rows_of_table

from . import releases
from .models import Proposal
from .plain_values import column_named, from_plain
from .row_proposals import restore_rows

APART = frozenset({"links", UNDOES})
"""Names in the history of a deletion that stand for no field."""


@dataclass
class RestoreResult:
    """What came back, what waits for its release, and what did not come back, in words."""

    item: Item
    proposal: Proposal | None = None
    lost: list[str] = field(default_factory=list)

    @property
    def outcome(self) -> Item | Proposal:
        """The proposal where the item waits to become public again, else the item."""
        return self.proposal or self.item


@dataclass(frozen=True)
class DeletedItem:
    """A deleted item as its history knows it."""

    tombstone: Tombstone
    change: Change | None
    """The line of history that says who deleted it; None where it was imported as deleted."""

    @property
    def values(self) -> dict[str, Any]:
        """Name of each field -> what was there; empty where its words were taken out of the history."""
        if self.change is None:
            return {}
        return {name: pair[0] for name, pair in self.change.differences.items() if name not in APART}

    @property
    def links(self) -> list[dict[str, Any]]:
        """Its links, as history kept them."""
        kept = self.change.differences.get("links", [[], None])[0] if self.change is not None else []
        return [link for link in kept if isinstance(link, dict)]

    @property
    def title(self) -> str:
        """Number and title; empty where its words are gone."""
        return f"{self.values.get('number') or ''} {self.values.get('title') or ''}".strip()

    @property
    def has_purged_words(self) -> bool:
        """Whether words were taken out of what history kept."""
        return PURGED in str(self.values)


def tombstones_seen_by(actor: Actor, concept: Concept) -> models.QuerySet[Tombstone]:
    """What was deleted and the actor may know of."""
    require(actor, "thread.restore_item")
    return Tombstone.objects.filter(concept=concept).read_whole_by(actor)


def deleted_items(tombstones: list[Tombstone]) -> list[DeletedItem]:
    """Tombstones with the line of history that deleted each. One query."""
    ids = [tombstone.pk for tombstone in tombstones]
    changes = Change.objects.filter(item_id__in=ids, action=Change.Action.DELETED).select_related("actor")
    last = {change.item_id: change for change in changes.order_by("at", "pk")}
    return [DeletedItem(tombstone, last.get(tombstone.pk)) for tombstone in tombstones]


def link_titles(deleted: DeletedItem, actor: Actor) -> list[str]:
    """What the other ends of its links are called; what the actor does not see is not named. At most three queries."""
    ends = {str(entry["item"]) for entry in deleted.links}
    if not ends:
        return []
    named = set(Item.objects.visible_to(actor).filter(pk__in=ends).values_list("pk", flat=True))
    if gone := ends - named:
        gone -= set(Item.objects.filter(pk__in=gone).values_list("pk", flat=True))
        stones = Tombstone.objects.filter(pk__in=gone).read_whole_by(actor)
        named |= set(stones.values_list("pk", flat=True))
    return [
        entry["title"] if entry["item"] in named else _("ein Inhalt, den Sie nicht sehen")
        for entry in deleted.links
    ]


def why_not(deleted: DeletedItem, actor: Actor, *, as_it_was: bool = False) -> str:
    """Why an item can not come back, as far as that can be told before trying; empty where it can. At most four queries."""
    if not as_it_was and (merged := _merged_into(deleted.tombstone, actor)):
        return merged
    if not deleted.values:
        return _("Seine Worte sind auf Dauer gelöscht. Dieser Inhalt lässt sich nicht wiederherstellen.")
    try:
        kind_named(deleted.tombstone.kind)
    except KeyError:
        return _("Diese Art von Inhalt gibt es nicht mehr.")
    number = deleted.values.get("number")
    taken = Item.objects.filter(concept_id=deleted.tombstone.concept_id, number=number) if number else None
    if taken is None or not taken.exists():
        return ""
    seen = taken.visible_to(actor).first()
    title = _("„%(title)s“") % {"title": seen.title} if seen else _("ein Inhalt, den Sie nicht sehen")
    return _(
        "Die Nummer %(number)s trägt inzwischen %(title)s. Geben Sie diesem Inhalt erst eine andere Nummer."
    ) % {"number": number, "title": title}


def _merged_into(tombstone: Tombstone, actor: Actor) -> str:
    """Why what was merged into another item comes back only by taking that back; empty where it was not, or the other is gone."""
    made = Lineage.objects.filter(
        before=tombstone.pk, way=LineageWay.MERGED, reshaping__isnull=False, reshaping__undone_at=None
    )
    after = Item.objects.filter(pk__in=made.values("after")).visible_to(actor).first()
    if after is None:
        return ""
    told = _(
        "Dieser Inhalt ist in „%(item)s“ aufgegangen. Er kommt zurück, wenn Sie dort das Zusammenlegen zurücknehmen."
    )
    return told % {"item": after}


def restore_item(tombstone: Tombstone, *, actor: Actor, as_it_was: bool = False) -> RestoreResult:
    """Bring a deleted item back under its id; it goes on in its own history.

    It comes back internal or in its round; that it becomes public again waits for its release like any publication.
    ``as_it_was``: it comes back as visible as it was, at the hands of who may release it, and without rows and links: for acts that
    give it these themselves.
    Raises PermissionDenied, and ValidationError where its number is taken or a rule no longer allows it.
    """
    require(actor, "thread.restore_item")
    limited = tombstone.kind in limited_kinds(actor)
    if limited and not Tombstone.objects.filter(pk=tombstone.pk).read_whole_by(actor).exists():
        raise PermissionDenied("thread.restore_item")
    deleted = deleted_items([tombstone])[0]
    if problem := why_not(deleted, actor, as_it_was=as_it_was):
        raise ValidationError(problem)
    assert deleted.change is not None
    try:
        with transaction.atomic(), undoing(mark_of(deleted.change)):
            return _restore(deleted, deleted.change, actor, as_it_was=as_it_was)
    except IntegrityError as error:
        raise ValidationError(
            _("Das ließ sich nicht wiederherstellen: Die Angaben widersprechen anderen. Nichts ist geändert.")
        ) from error


def _restore(deleted: DeletedItem, change: Change, actor: Actor, *, as_it_was: bool) -> RestoreResult:
    tombstone = deleted.tombstone
    if not Tombstone.objects.filter(pk=tombstone.pk).delete()[0]:
        raise ValidationError(_("Dieser Inhalt ist schon wiederhergestellt."))
    kind = kind_named(tombstone.kind)
    blank = Item(pk=tombstone.pk, concept=tombstone.concept, kind=tombstone.kind)
    lost: list[str] = []
    values, many = _values(blank, deleted.values, lost)
    was_public = values.get("visibility") == Visibility.PUBLIC
    if (was_public and not as_it_was) or (values.get("round") is None and not was_public):
        values["visibility"], values["round"] = Visibility.INTERNAL, None
    item = services.create_item(
        kind=kind.name,
        concept=tombstone.concept,
        values=values,
        actor=actor,
        fields=many.get("fields", ()),
        themes=many.get("themes", ()),
        item_id=tombstone.pk,
        version=change.version + 1,
    )
    _keep_who_entered_it(item)
    for extension in all_extensions():
        kept = {name: value for name, value in deleted.values.items() if name in extension.names}
        if kept and not (as_it_was and extension.carried):
            try:
                with transaction.atomic():
                    put = extension.put if as_it_was else extension.put_back
                    item = put(item, kept, item.version, actor)
            except ValidationError as error:
                lost.append(" ".join(error.messages))
    if as_it_was:
        return RestoreResult(item, None, lost)
    for rows in rows_of_kind(kind.name):
        lost += restore_rows(rows, item, deleted.values.get(rows.table) or [])
    for entry, title in zip(deleted.links, link_titles(deleted, actor), strict=True):
        if reason := _draw(item, entry, title, actor):
            lost.append(reason)
    if not was_public:
        return RestoreResult(item, None, lost)
    outcome = releases.save_or_propose(
        item, expected_version=item.version, values={"visibility": Visibility.PUBLIC}, actor=actor
    )
    return RestoreResult(item, outcome if isinstance(outcome, Proposal) else None, lost)


def _keep_who_entered_it(item: Item) -> None:
    """Who entered an item sees it; that does not change by restoring it."""
    made = Change.objects.filter(item_id=item.pk, action=Change.Action.CREATED).order_by("at", "pk").first()
    if made is not None:
        Item.objects.filter(pk=item.pk).update(created_by=made.actor_id)
        item.created_by_id = made.actor_id


def _values(
    blank: Item, stored: dict[str, Any], lost: list[str]
) -> tuple[dict[str, Any], dict[str, list[Any]]]:
    """What the services take; what exists no more is left out and named. Raises ValidationError where it is needed."""
    spec = kind_named(blank.kind)
    values: dict[str, Any] = {}
    many: dict[str, list[Any]] = {}
    own = described(stored)
    for name, plain in stored.items():
        if is_own(name) and name not in own:
            lost.append(_("%(field)s: Dieses Feld gibt es nicht mehr.") % {"field": name})
            continue
        if extension_holding(name) is not None or rows_of_table(name) is not None:
            continue
        try:
            new = from_plain(blank, {name: plain})
        except KeyError:
            lost.append(_("%(field)s: Dieses Feld gibt es nicht mehr.") % {"field": name})
            continue
        except ValidationError as error:
            label = field_label(blank.kind, name)
            column = column_named(spec, name)
            if not column.null:
                raise ValidationError(
                    _("%(field)s: Was hier eingetragen war, gibt es nicht mehr, und ohne geht es nicht.")
                    % {"field": label}
                ) from error
            values[column.name] = None
            lost.append(_("%(field)s: Was hier eingetragen war, gibt es nicht mehr.") % {"field": label})
            continue
        for known, rows in (("fields", new.fields), ("themes", new.themes)):
            if rows is not None:
                many[known] = rows
        values |= new.values
        kept = many.get(name) if name in many else new.values.get(name)
        if isinstance(plain, list) and len(kept or ()) < len(plain):
            lost.append(
                _("%(field)s: Nicht alles, was hier eingetragen war, gibt es noch.")
                % {"field": field_label(blank.kind, name)}
            )
    return values, many


def _draw(item: Item, entry: dict[str, Any], title: str, actor: Actor) -> str:
    """Draw a link of the item again; returns why that does not go, in words."""
    what = _("Die Verknüpfung mit „%(title)s“: ") % {"title": title}
    other = Item.objects.visible_to(actor).filter(pk=entry["item"]).first()
    if other is None:
        return what + _("den anderen Inhalt gibt es nicht mehr.")
    try:
        link_kind_named(entry["kind"])
        with transaction.atomic():
            services.link_items(
                *((item, other) if entry["outward"] else (other, item)),
                kind=entry["kind"],
                reason=entry["reason"],
                locator=entry["locator"],
                actor=actor,
            )
    except (KeyError, ValidationError) as error:
        return what + " ".join(getattr(error, "messages", [_("diese Art gibt es nicht mehr.")]))
    except PermissionDenied:
        return what + _("Verknüpfen erlaubt Ihre Rolle nicht.")
    return ""
