"""What became of contributions: the links by which rooms above take them up, with the words for it."""

from __future__ import annotations

from django.utils.functional import Promise

from insek.thread.models import ItemQuerySet, Link, Visibility

_outcomes: dict[str, str | Promise] = {}


def register_outcome(link_kind: str, words: str | Promise) -> None:
    """Let a room say which of its links take a contribution up."""
    _outcomes[link_kind] = words


def outcomes() -> list[tuple[str, str | Promise]]:
    """The kinds of link, and what each says became of a contribution."""
    return list(_outcomes.items())


def with_outcome(items: ItemQuerySet, link_kind: str) -> ItemQuerySet:
    """Those that such a link leads to something public. One query with theirs."""
    leads = Link.objects.filter(kind=link_kind, target__visibility=Visibility.PUBLIC)
    return items.filter(pk__in=leads.values("source"))
