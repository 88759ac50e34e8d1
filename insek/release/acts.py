"""What can wait for its release: a register of acts, and those of the thread itself."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from django.core.exceptions import ValidationError
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from insek.people.actors import Actor
from insek.people.addresses import address_of
from insek.people.locking import Conflict
from insek.thread import history, services
from insek.thread.models import Change, Item, Link, Visibility
from insek.thread.own_fields import names_in, public_names

from .models import Proposal
from .plain_values import from_plain

Differences = dict[str, list[Any]]


def differences_of(item: Item, changes: Iterable[Change]) -> Differences:
    """What history says of one item."""
    return {
        name: pair
        for change in changes
        if change.item_id == item.pk
        for name, pair in change.differences.items()
    }


def as_written(proposal: Proposal, item: Item) -> Differences:
    """What the proposal said when it was written; for acts that add something and overwrite nothing."""
    return dict(proposal.differences)


def is_public_item(item: Item, payload: dict[str, Any]) -> bool:
    """Whether the public sees the item, and so what is done to it."""
    return item.visibility == Visibility.PUBLIC


def nothing(item: Item, payload: dict[str, Any]) -> str:
    """For acts that are of use whatever happened while they waited."""
    return ""


def nowhere(item: Item, payload: dict[str, Any]) -> str:
    """For acts without a form: taking something away can only be proposed again, or withdrawn."""
    return ""


@dataclass(frozen=True)
class Act:
    """Something that can wait for its release."""

    name: str
    label: str | Promise
    perform: Callable[[Item, dict[str, Any], Actor], Any]
    """Does it: the item as it is now, the payload, and who acts. Raises what the services raise."""
    rows: Callable[[Proposal, Item], Differences] = as_written
    """What it would change now: name of the field -> [before, after]."""
    differences: Callable[[Item, Iterable[Change]], Differences] = differences_of
    """What the proposal says of it, from the lines of history that it writes; for acts that reach further than their item."""
    foreseen: Callable[[Item, dict[str, Any], Actor], Differences] | None = None
    """What it would change and write into history, found out without writing: for acts with much to write. Raises what ``perform`` raises."""
    in_pieces: Callable[[Item, dict[str, Any], Actor, Callable[[], None]], Any] | None = None
    """The same as ``perform`` in transactions of its own, for acts with much to write: the last one makes it count and calls what it is given."""
    form_at: Callable[[Item, dict[str, Any]], str] = nowhere
    """The address of the form in which its author writes it anew, made of item and payload."""
    overwrites: bool = False
    """Whether it puts values in the place of others, so that a change made meanwhile can clash."""
    is_public: Callable[[Item, dict[str, Any]], bool] = is_public_item
    """Whether the public would see what it does, so that it waits."""
    always_waits: bool = False
    """Whether its form is no release: it waits even where its author may release it, who then sees all words before and after."""
    speaks_against: Callable[[Item, dict[str, Any]], str] = nothing
    """Why it is not done any more once it waited, in words; empty where it is."""
    waits_for: Callable[[Item, dict[str, Any]], str] = nothing
    """What must happen before it can be released, in words; its page says so. Empty where nothing must."""

    def why_not(self, item: Item, payload: dict[str, Any]) -> str:
        """Why it cannot be done now, in words; empty where it can."""
        return self.waits_for(item, payload) or self.speaks_against(item, payload)


_acts: dict[str, Act] = {}


def register_act(act: Act) -> None:
    """Make an act known. Registering another one under the same name is a programming error."""
    if act.name in _acts and _acts[act.name] != act:
        raise ValueError(f"act {act.name} is registered twice")
    _acts[act.name] = act


_made: list[tuple[Callable[[str], Act | None], Callable[[], list[Act]]]] = []


def register_acts_of(make: Callable[[str], Act | None], each: Callable[[], list[Act]]) -> None:
    """Let acts follow from something declared elsewhere: ``make`` gives the act of a name, or None; ``each`` gives all."""
    _made.append((make, each))


def act_named(name: str) -> Act:
    """The act of that name. Raises KeyError."""
    if name in _acts:
        return _acts[name]
    found = next((act for make, _each in _made if (act := make(name)) is not None), None)
    if found is None:
        raise KeyError(name)
    return found


def all_acts() -> list[Act]:
    """All acts: those registered, in order, and those that follow from something declared elsewhere."""
    return [*_acts.values(), *(act for _make, each in _made for act in each())]


def _update(item: Item, payload: dict[str, Any], actor: Actor) -> None:
    new = from_plain(item, payload)
    services.update_item(
        item,
        expected_version=item.version,
        values=new.values,
        actor=actor,
        fields=new.fields,
        themes=new.themes,
    )


def _rows_now(proposal: Proposal, item: Item) -> Differences:
    """What would change in the item as it is now; all of it where it becomes public."""
    now = history.snapshot(item)
    after = {**now, **proposal.payload}
    if item.visibility != Visibility.PUBLIC and after["visibility"] == Visibility.PUBLIC:
        hidden = names_in(after) - public_names(item.concept, item.kind)
        shown = {name: value for name, value in after.items() if name not in hidden}
        return history.differences({"visibility": now["visibility"]}, _without_empty(shown))
    return history.differences(now, after)


def _without_empty(values: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in values.items() if value not in (None, "", [])}


def is_public_link(source: Item, target: Item) -> bool:
    """Whether the public sees a link between these two."""
    return source.visibility == target.visibility == Visibility.PUBLIC


def _target_of(payload: dict[str, Any]) -> Item:
    target = Item.objects.filter(pk=payload["target"]).first()
    if target is None:
        raise ValidationError(_("Das andere Ende der Verknüpfung gibt es nicht mehr."))
    return target


def _is_between_public(item: Item, payload: dict[str, Any]) -> bool:
    return is_public_link(item, _target_of(payload))


def _would_be_hidden(item: Item, payload: dict[str, Any]) -> str:
    if _is_between_public(item, payload):
        return ""
    return _(
        "Ein Ende der Verknüpfung ist inzwischen nicht mehr öffentlich. Sie wäre nicht zu sehen und wird deshalb nicht angelegt."
    )


def _link(item: Item, payload: dict[str, Any], actor: Actor) -> Link:
    return services.link_items(
        item,
        _target_of(payload),
        kind=payload["kind"],
        reason=payload["reason"],
        locator=payload["locator"],
        actor=actor,
    )


def _link_of(payload: dict[str, Any]) -> Link:
    link = Link.objects.select_related("source", "target").filter(pk=payload["link"]).first()
    if link is None:
        raise ValidationError(_("Diese Verknüpfung gibt es nicht mehr."))
    if link.version != payload["version"]:
        raise Conflict(link)
    return link


def _is_public_as_linked(item: Item, payload: dict[str, Any]) -> bool:
    link = _link_of(payload)
    return is_public_link(link.source, link.target)


def _change_link(item: Item, payload: dict[str, Any], actor: Actor) -> Link:
    return services.change_link(
        _link_of(payload),
        expected_version=payload["version"],
        reason=payload["reason"],
        locator=payload["locator"],
        actor=actor,
    )


def _unlink(item: Item, payload: dict[str, Any], actor: Actor) -> None:
    services.unlink_items(_link_of(payload), actor=actor)


register_act(
    Act("update", gettext_lazy("Inhalt ändern"), _update, _rows_now, overwrites=True, always_waits=True)
)


def _link_form(item: Item, payload: dict[str, Any]) -> str:
    other = Item.objects.filter(pk=payload["target"]).values_list("kind", flat=True).first()
    query = {"link": f"folgen.{payload['kind']}.{other}", "other": payload["target"]}
    query |= {name: payload[name] for name in ("reason", "locator")}
    return f"{address_of('item-link', item.pk)}?{urlencode(query)}"


register_act(
    Act(
        "link", gettext_lazy("Verknüpfung anlegen"), _link, form_at=_link_form,
        is_public=_is_between_public, always_waits=True, speaks_against=_would_be_hidden,
    )
)  # fmt: skip
register_act(
    Act(
        "change_link", gettext_lazy("Begründung ändern"), _change_link,
        form_at=lambda item, payload: address_of("link-edit", payload["link"]),
        is_public=_is_public_as_linked, always_waits=True,
    )
)  # fmt: skip
register_act(
    Act(
        "unlink", gettext_lazy("Verknüpfung lösen"), _unlink,
        is_public=_is_public_as_linked, always_waits=True,
    )
)  # fmt: skip
