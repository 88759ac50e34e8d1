"""What became of contributions: the links by which rooms above take them up, with the words for it."""

from __future__ import annotations

from collections.abc import Iterable

from django.db.models import Exists, OuterRef, QuerySet
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from insek.thread.models import Item, ItemQuerySet, Link, Visibility

_outcomes: dict[str, str | Promise] = {}


def register_outcome(link_kind: str, words: str | Promise) -> None:
    """Let a room say which of its links take a contribution up."""
    _outcomes[link_kind] = words


def outcomes() -> list[tuple[str, str | Promise]]:
    """What one can ask for: anything, nothing, or what one kind of link says became of a contribution."""
    return [("ja", _("mit etwas verknüpft")), ("nein", _("mit nichts verknüpft")), *_outcomes.items()]


def _leads() -> QuerySet[Link]:
    return Link.objects.filter(kind__in=list(_outcomes), target__visibility=Visibility.PUBLIC)


def with_any_outcome(items: ItemQuerySet, value: str) -> ItemQuerySet:
    """Contributions that were taken up in something public ("ja") or were not."""
    return items.filter(leads_somewhere()) if value == "ja" else items.filter(~leads_somewhere())


def leads_somewhere() -> Exists:
    """Whether a contribution was taken up in something public."""
    return Exists(_leads().filter(source=OuterRef("pk")))


def with_outcome(items: ItemQuerySet, value: str) -> ItemQuerySet:
    """Those of which this became: see ``outcomes``."""
    if value in {"ja", "nein"}:
        return with_any_outcome(items, value)
    return items.filter(Exists(_leads().filter(source=OuterRef("pk"), kind=value)))


def became_of(ids: Iterable[str]) -> dict[str, list[Item]]:
    """The public items in which contributions were taken up, by contribution. One query."""
    found: dict[str, list[Item]] = {}
    links = _leads().filter(source__in=list(ids)).select_related("target")
    for link in links.order_by("target__sort_key", "target"):
        if link.target not in (known := found.setdefault(link.source_id, [])):
            known.append(link.target)
    return found
