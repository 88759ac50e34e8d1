"""Merging items of a kind into one, and taking that back as a whole.

What is merged goes: its address and its number lead to what it was merged into. Its links, rows, place, passages and all else
that names it go on; the words that were not chosen stay in the history of both.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from django.core.exceptions import ValidationError
from django.db import models, transaction
from django.db.models import F
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from insek import clock
from insek.people.actors import Actor, require
from insek.people.addresses import address_of
from insek.people.locking import hold_version
from insek.people.models import Right
from insek.thread import carrying, history, services
from insek.thread.cleaning import clean_text
from insek.thread.extensions import ItemExtension, all_extensions
from insek.thread.kinds import Kind, kind_named
from insek.thread.known_ids import with_own_row
from insek.thread.lineage import Lineage, LineageWay, Reshaping, keep_lineage
from insek.thread.models import Change, Item, Tombstone, Visibility
from insek.thread.recording import mark_of, undoing

from .acts import Act, Differences, register_act
from .models import Proposal
from .plain_values import from_plain
from .releases import act_or_propose
from .restoring import restore_item

MOST = 6
"""Items that can be merged into one at once."""
LONGEST_REASON = 500
TOGETHER = "alle"
"""Said instead of an item whose place shall stay: the places of all, as one."""


class ChangedSince(ValidationError):
    """One of the items is not any more what it was when somebody chose what shall stay."""


def merge_or_propose(
    item: Item,
    others: Sequence[tuple[str, int]],
    *,
    values: Mapping[str, Any],
    place_of: str,
    reason: str,
    expected_version: int,
    actor: Actor,
) -> Item | Proposal:
    """Merge other items, each with the version that was seen, into one; what is public waits for its release.

    ``values``: plain values that the one shall have, by their names in the history; ``place_of`` is the id of the item whose place
    it has. Raises PermissionDenied, Conflict, ValidationError.
    """
    require(actor, "thread.reshape_items", item)
    payload = {
        "others": [[pk, version] for pk, version in others], "values": dict(values), "place_of": place_of,
        "reason": checked_reason(reason),
    }  # fmt: skip
    done: Item | Proposal = act_or_propose(
        "merge", item, payload, actor=actor, note=reason, expected_version=expected_version
    )
    return done


def checked_reason(reason: str) -> str:
    """Why items are merged or split, cleaned. Raises ValidationError where it is too long."""
    reason = str(clean_text(reason)).strip()
    if len(reason) > LONGEST_REASON:
        told = _("Bitte höchstens %(limit)s Zeichen schreiben.") % {"limit": LONGEST_REASON}
        raise ValidationError({"reason": told})
    return reason


def _merge(item: Item, payload: dict[str, Any], actor: Actor) -> Item:
    require(actor, "thread.reshape_items", item)
    kind = kind_named(item.kind)
    if not kind.reshapes:
        raise ValidationError(_("Inhalte dieser Art lassen sich nicht zusammenlegen."))
    with transaction.atomic():
        item = with_own_row(item.kind, item.pk)
        others = [_absorbed(item, pk, version) for pk, version in payload["others"]]
        if not 0 < len(others) < MOST:
            raise ValidationError(_("Bitte wählen Sie, womit zusammengelegt werden soll."))
        before = history.snapshot(item)
        item = _stand_apart(kind, item, others, actor)
        log: dict[str, Any] = {"others": [], "moves": [], "before": before}
        counts: dict[str, list[int]] = {}
        place = _place_chosen(item, others, payload.get("place_of", ""))
        log["place_before"] = read_place(item)
        count = sum(1 for _each in carrying.links_of(item))
        not_carried: list[str] = []
        words = []
        for other in others:
            words.append(words_of(other))
            kept = services.kept_of_deleted(other)
            moves = [carrying.move_link(link, end, item, actor) for link, end in carrying.links_of(other)]
            rows, told = carrying.carry_rows(other, item, actor)
            moves += rows
            not_carried += [entry[4] for entry in rows if entry[2] == "same"]
            for name, pair in told.items():
                counts[name] = [counts.get(name, pair)[0], pair[1]]
            fresh = with_own_row(other.kind, other.pk)
            services.take_down(fresh, actor=actor, kept=kept)
            log["others"].append(other.pk)
            log["moves"].append(moves)
        item = give(item, payload["values"], actor)
        if place is not None:
            item = put_place(item, place, actor)
        counts["links"] = [count, sum(1 for _each in carrying.links_of(item))]
        changed = {name: pair for name, pair in counts.items() if pair[0] != pair[1]}
        reshaping = Reshaping(
            concept_id=item.concept_id, way=LineageWay.MERGED, item_id=item.pk, reason=payload["reason"], actor_id=actor.user_id
        )  # fmt: skip
        told_words: dict[str, list[Any]] = {"merged": ["\n\n".join(words), ""]}
        if not_carried:
            told_words["not_carried"] = ["\n".join(not_carried), ""]
        if payload["reason"]:
            told_words["reason"] = ["", payload["reason"]]
        log["after"] = history.snapshot(with_own_row(item.kind, item.pk))
        log["place_after"] = read_place(item)
        return record_reshaping(
            reshaping,
            item,
            Change.Action.MERGED,
            {**told_words, **changed},
            log,
            [(other.pk, item.pk, str(other)) for other in others],
            actor,
        )


def record_reshaping(
    reshaping: Reshaping, item: Item, action: str, changed: Differences, log: dict[str, Any], pairs: Iterable[tuple[str, str, str]], actor: Actor
) -> Item:  # fmt: skip
    """Keep what the act did, what came of what, and the line of history that says it."""
    Item.objects.filter(pk=item.pk).update(version=F("version") + 1, updated_at=clock.now())
    item = with_own_row(item.kind, item.pk)
    change = history.record(item, action, actor=actor, changed=changed)
    reshaping.change, reshaping.log = change.pk, {**log, "version": item.version}
    reshaping.save()
    keep_lineage(reshaping, pairs)
    return item


def _absorbed(item: Item, pk: str, version: int) -> Item:
    """One that shall be merged into an item, as it was seen. Raises ValidationError."""
    other = (
        Item.objects.select_related(item.kind).filter(pk=pk, concept=item.concept_id, kind=item.kind).first()
    )
    if other is None or other.pk == item.pk:
        raise ValidationError(_("Einen der Inhalte, die zusammengelegt werden sollen, gibt es nicht mehr."))
    if other.version != version:
        raise ChangedSince(
            _("„%(item)s“ ist inzwischen geändert worden. Bitte sehen Sie beide noch einmal an.")
            % {"item": other}
        )
    hold_version(other, version)
    if other.is_example != item.is_example:
        raise ValidationError(_("Ein Beispiel und ein echter Inhalt lassen sich nicht zusammenlegen."))
    if Proposal.objects.undecided().filter(item=other.pk).exists():
        raise ValidationError(
            _("Zu „%(item)s“ wartet noch eine Änderung auf Freigabe. Bitte erst darüber entscheiden, damit keine Worte verloren gehen.")
            % {"item": other}
        )  # fmt: skip
    return other


def words_of(item: Item) -> str:
    """Number, title and text of an item, as the history keeps them of what goes."""
    return "\n".join(part for part in (str(item), item.text) if part)


def own_references(kind: Kind) -> list[models.ForeignKey[Any, Any]]:
    """Columns of the own row that name another item of the same kind, such as the goal above."""
    return [
        column for column in kind.model._meta.concrete_fields
        if isinstance(column, models.ForeignKey) and column.name != "item" and column.related_model is kind.model
    ]  # fmt: skip


def _stand_apart(kind: Kind, item: Item, others: Sequence[Item], actor: Actor) -> Item:
    """An item that stands below one which goes stands below what that one stood below."""
    going = {other.pk: kind.row(other) for other in others}
    values: dict[str, Any] = {}
    for column in own_references(kind):
        above = getattr(kind.row(item), column.attname)
        seen: set[str] = set()
        while above in going and above not in seen:
            seen.add(above)
            above = getattr(going[above], column.attname)
        if seen:
            values[column.attname] = None if above in going or above == item.pk else above
    return give(item, values, actor) if values else item


def give(item: Item, plain: Mapping[str, Any], actor: Actor) -> Item:
    """Give an item plain values of the history."""
    new = from_plain(item, plain)
    fresh = with_own_row(item.kind, item.pk)
    services.update_item(
        fresh, expected_version=fresh.version, values=new.values, actor=actor, fields=new.fields, themes=new.themes
    )  # fmt: skip
    return with_own_row(item.kind, item.pk)


def read_place(item: Item) -> dict[str, Any]:
    """The place of an item as history keeps it; empty where it has none."""
    values: dict[str, Any] = {}
    for extension in _of_places():
        values |= extension.read(item)
    return values


def _of_places() -> list[ItemExtension]:
    """What rooms keep of an item that one item has once, such as its place."""
    return [extension for extension in all_extensions() if not extension.carried]


def has_place(item: Item) -> bool:
    """Whether an item has a place of its own. One query."""
    return bool(read_place(item))


def _place_chosen(item: Item, others: Sequence[Item], place_of: str) -> dict[str, Any] | None:
    """The place that the item gets; None where it keeps its own. Without a choice the first that there is."""
    mine = read_place(item)
    if place_of == TOGETHER:
        return places_together([item, *others])
    if place_of:
        chosen = next((other for other in others if other.pk == place_of), None)
        return read_place(chosen) if chosen is not None else None
    if mine:
        return None
    return next((there for other in others if (there := read_place(other))), None)


def places_together(items: Sequence[Item]) -> dict[str, Any] | None:
    """The places of several items as one; None where fewer than two have one, or they do not go together. One query an item."""
    found: dict[str, Any] = {}
    for extension in _of_places():
        kept = [values for each in items if (values := extension.read(each))]
        if extension.together is not None and (united := extension.together(kept)) is not None:
            found |= united
    return found or None


def put_place(item: Item, values: Mapping[str, Any], actor: Actor) -> Item:
    """Give an item a place as history keeps it."""
    for extension in _of_places():
        wanted = {name: values.get(name) for name in extension.names}
        if any(value is not None for value in wanted.values()) or extension.read(item):
            extension.put(item, wanted, item.version, actor)
            item = with_own_row(item.kind, item.pk)
    return item


def _is_public(item: Item, payload: dict[str, Any]) -> bool:
    others = Item.objects.filter(pk__in=[pk for pk, _version in payload["others"]])
    return item.visibility == Visibility.PUBLIC or others.filter(visibility=Visibility.PUBLIC).exists()


def of_the_act(item: Item, changes: Iterable[Change]) -> Differences:
    """What a proposal says of such an act: the fields of the item and what goes where, not each link."""
    wanted = {Change.Action.UPDATED, Change.Action.RELEASED, Change.Action.MERGED, Change.Action.SPLIT}
    found: Differences = {}
    for change in changes:
        if change.item_id == item.pk and change.action in wanted:
            for name, pair in change.differences.items():
                found[name] = [found[name][0], pair[1]] if name in found else pair
    return {name: pair for name, pair in found.items() if pair[0] != pair[1]}


def rows_now(proposal: Proposal, item: Item) -> Differences:
    """What the act would change in the item as it is now."""
    now = history.snapshot(item)
    found = {
        name: [now[name], pair[1]] if name in now else pair for name, pair in proposal.differences.items()
    }
    return {name: pair for name, pair in found.items() if pair[0] != pair[1]}


def _form_at(item: Item, payload: dict[str, Any]) -> str:
    others = "&".join(f"mit={pk}" for pk, _version in payload["others"])
    return f"{address_of('item-merge', item.pk)}?{others}"


register_act(
    Act(
        "merge", gettext_lazy("Inhalte zusammenlegen"), _merge, rows=rows_now, differences=of_the_act, form_at=_form_at,
        overwrites=True, is_public=_is_public, always_waits=True,
    )
)  # fmt: skip


# -- and back --


def reshapings_of(item_id: str) -> models.QuerySet[Reshaping]:
    """What was merged into an item, or split from it, and not taken back; the last first."""
    return Reshaping.objects.filter(item_id=item_id, undone_at=None).order_by("-pk")


def unmerge_or_propose(reshaping: Reshaping, *, actor: Actor) -> Item | Proposal:
    """Take a merger back as a whole, what is public after its release. Raises PermissionDenied and ValidationError."""
    item = Item.objects.filter(pk=reshaping.item_id).first()
    if item is None:
        raise ValidationError(_("Den Inhalt, in dem alles aufging, gibt es nicht mehr."))
    require(actor, "thread.reshape_items", item)
    done: Item | Proposal = act_or_propose("unmerge", item, {"reshaping": reshaping.pk}, actor=actor)
    return done


def open_reshaping(item: Item, payload: dict[str, Any], way: str) -> Reshaping:
    """The act that shall be taken back, held until the transaction ends. Raises ValidationError."""
    mine = Reshaping.objects.select_for_update().filter(
        pk=payload["reshaping"], item_id=item.pk, way=way, undone_at=None
    )
    found = mine.first()
    if found is None or not mine.update(undone_at=clock.now()):
        raise ValidationError(_("Das ist schon zurückgenommen."))
    later = Reshaping.objects.filter(item_id=item.pk, undone_at=None, pk__gt=found.pk).exists()
    if later:
        raise ValidationError(
            _(
                "Danach ist dieser Inhalt noch einmal zusammengelegt oder geteilt worden. Nehmen Sie erst das zurück."
            )
        )
    return found


def _unmerge(item: Item, payload: dict[str, Any], actor: Actor) -> Item:
    require(actor, "thread.reshape_items", item)
    restorer = actor.with_rights(Right.SEE_HISTORY, Right.SEE_INTERNAL)
    with transaction.atomic():
        reshaping = open_reshaping(item, payload, LineageWay.MERGED)
        change = Change.objects.filter(pk=reshaping.change or 0).first()
        log, names = reshaping.log, []
        stones = {stone.pk: stone for stone in Tombstone.objects.filter(pk__in=log["others"])}
        if set(stones) != set(log["others"]):
            raise ValidationError(
                _("Einen der zusammengelegten Inhalte gibt es nicht mehr oder schon wieder.")
            )
        with undoing(mark_of(change) if change else None):
            item = give_back(item, log, actor, later=False)
            for pk, moves in reversed(list(zip(log["others"], log["moves"], strict=True))):
                other = restore_item(stones[pk], actor=restorer, as_it_was=True).item
                names.append(words_of(other))
                put_moves_back(moves, item.pk, other, actor)
            item = give_back(item, log, actor, later=True)
            Lineage.objects.filter(reshaping=reshaping).delete()
            return told_back(item, {"parted": ["", "\n\n".join(reversed(names))]}, actor)


def told_back(item: Item, changed: Differences, actor: Actor) -> Item:
    """Write into the history of an item that an act was taken back."""
    Item.objects.filter(pk=item.pk).update(version=F("version") + 1, updated_at=clock.now())
    item = with_own_row(item.kind, item.pk)
    history.record(item, Change.Action.UPDATED, actor=actor, changed=changed)
    return item


def put_moves_back(moves: Sequence[list[Any]], here: str, back: Item, actor: Actor) -> None:
    """Give an item back what went on from it, the last first; what has gone another way since stays there."""
    known = {carried.name: carried for carried in carrying.carried_with(back.kind)}
    for entry in reversed(moves):
        if entry[0] == "link":
            carrying.move_link_back(entry, here, back, actor)
        elif entry[0] in known:
            carrying.move_row_back(known[entry[0]], entry, here, back, actor)


def give_back(item: Item, log: dict[str, Any], actor: Actor, *, later: bool) -> Item:
    """The values from before the act, as far as nobody has changed them since; ``later`` those that name what comes back."""
    names = {column.attname for column in own_references(kind_named(item.kind))}
    now, before, after = history.snapshot(item), log["before"], log["after"]
    back = {
        name: value
        for name, value in before.items()
        if (name in names) == later and name in now and now[name] == after.get(name) and now[name] != value
    }  # fmt: skip
    if back:
        item = give(item, back, actor)
    if not later and read_place(item) == log["place_after"] != log["place_before"]:
        item = put_place(item, log["place_before"], actor)
    return item


def _was_public(item: Item, payload: dict[str, Any]) -> bool:
    found = Reshaping.objects.filter(pk=payload["reshaping"]).first()
    gone = Tombstone.objects.filter(pk__in=found.log.get("others", ()) if found else ())
    return item.visibility == Visibility.PUBLIC or gone.filter(was_public=True).exists()


register_act(
    Act(
        "unmerge", gettext_lazy("Zusammenlegen zurücknehmen"), _unmerge, differences=of_the_act, is_public=_was_public,
        always_waits=True,
    )
)  # fmt: skip
