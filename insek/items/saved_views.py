"""Saved views: the address of a list under a name, own or shared with everybody who can sign in."""

from __future__ import annotations

from typing import Any

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.http import QueryDict
from django.utils.translation import gettext as _

from insek.concept.asker import Asker
from insek.concept.models import Concept
from insek.people.actors import Actor, require
from insek.thread.cleaning import clean_text

from .filtered import filters_of
from .filters_and_sorts import TABLE, sorts_of
from .models import SavedView
from .own_lists import own_orders
from .pages import ItemPages

MAX_QUERY = 4000
MOST = 200
"""Views that one person may keep."""


class ViewChanged(Exception):
    """Somebody else changed the view since the form was opened."""


def tidy_query(query: str) -> str:
    """An address as it is kept: without the place of a page and without empty parts. Raises ValidationError."""
    if len(query) > MAX_QUERY:
        raise ValidationError(_("Diese Adresse ist zu lang, um gespeichert zu werden."))
    parts = QueryDict(str(clean_text(query)).lstrip("?"), mutable=True)
    kept = QueryDict(mutable=True)
    for name, values in parts.lists():
        chosen = [str(clean_text(value)) for value in values if value]
        if name != "nach" and chosen:
            kept.setlist(name, chosen)
    return kept.urlencode()


def save_view(*, concept: Concept, kind: str, name: str, query: str, shared: bool, actor: Actor) -> SavedView:
    """Keep an address under a name. Raises PermissionDenied and ValidationError."""
    if actor.user_id is None:
        raise PermissionDenied("a saved view needs an owner")
    if shared:
        require(actor, "items.share_view")
    view = SavedView(
        concept=concept, owner_id=actor.user_id, kind=kind, name=_named(name), query=tidy_query(query), shared=shared
    )  # fmt: skip
    if SavedView.objects.filter(owner=actor.user_id).count() >= MOST:
        raise ValidationError(_("Sie haben schon 200 Ansichten. Bitte löschen Sie zuerst einige."))
    view.full_clean()
    with transaction.atomic():
        view.save()
    return view


def change_view(
    view: SavedView, *, name: str, shared: bool, expected_version: int, actor: Actor
) -> SavedView:
    """Rename a view, share it or stop sharing it. Raises PermissionDenied, ViewChanged, ValidationError."""
    require(actor, "items.change_view", view)
    if shared and not view.shared:
        require(actor, "items.share_view")
    view.name, view.shared = _named(name), shared
    view.full_clean()
    with transaction.atomic():
        changed = SavedView.objects.filter(pk=view.pk, version=expected_version).update(
            name=view.name, shared=shared, version=expected_version + 1
        )
        if not changed:
            raise ViewChanged
    view.version = expected_version + 1
    return view


def delete_view(view: SavedView, *, actor: Actor) -> None:
    """Delete a view; its address answers 404 from then on. Raises PermissionDenied."""
    require(actor, "items.change_view", view)
    view.delete()


def _named(name: str) -> str:
    return str(clean_text(name)).strip()


def views_of_list(asker: Asker, pages: ItemPages, query: str) -> list[dict[str, Any]]:
    """The views of a list that this person sees, the own ones first; ``query`` is the address as it is. One query; none for visitors."""
    actor, concept = asker.actor, asker.concept
    if actor.user_id is None or concept is None:
        return []
    views = SavedView.objects.visible_to(actor).filter(concept=concept, kind=pages.kind)
    found = [
        {"view": view, "own": view.owner_id == actor.user_id, "chosen": view.query == query} for view in views
    ]
    return sorted(found, key=lambda entry: not entry["own"])


def usable_query(asker: Asker, pages: ItemPages, query: str) -> tuple[str, list[str]]:
    """What of a kept address a list still understands, and in words what it does not any more."""
    parts = QueryDict(query)
    filters = {rule.name: rule for rule in filters_of(asker, pages)}
    orders = {*sorts_of(pages), *own_orders(asker.concept, pages, asker.actor)}
    kept, gone = QueryDict(mutable=True), []
    for name, values in parts.lists():
        value = values[-1]
        rule = filters.get(name)
        if rule is not None:
            if rule.read is not None or value in {str(key) for key, _label in rule.choices(asker)}:
                kept[name] = value
            else:
                gone.append(f"{rule.label}: {value}")
        elif name == "sortierung" and value.removeprefix("-") not in orders:
            gone.append(_("Reihenfolge: %(name)s") % {"name": value})
        elif name == "ansicht" and value != TABLE:
            continue
        elif name in {"q", "spalten", "sortierung", "ansicht"}:
            kept.setlist(name, values)
        else:
            gone.append(f"{name}: {value}")
    return kept.urlencode(), gone
