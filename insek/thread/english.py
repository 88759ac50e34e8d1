"""The English version of an item: whether the German one went on without it, as far as the history knows."""

from __future__ import annotations

from django.db.models import F, OuterRef, Q, Subquery
from django.db.models.functions import Coalesce
from django.utils.translation import gettext_lazy as _

from .gaps import Gap, register_gap
from .models import Change, Item, ItemQuerySet

VERSIONS = (("title", "title_en"), ("text", "text_en"))
"""German columns of an item with their English ones."""


def _last_change_of(column: str) -> Coalesce:
    changes = Change.objects.filter(item_id=OuterRef("pk"), differences__has_key=column).order_by("-pk")
    return Coalesce(Subquery(changes.values("pk")[:1]), 0)


def with_older_english(items: ItemQuerySet) -> ItemQuerySet:
    """Items whose German title or text was changed after the English one. One query.

    What was read from a package has no history from before: its versions count as of one day until one is changed here.
    """
    behind = Q()
    for german, english in VERSIONS:
        items = items.alias(**{f"{name}_changed": _last_change_of(name) for name in (german, english)})
        behind |= ~Q(**{english: ""}) & Q(**{f"{german}_changed__gt": F(f"{english}_changed")})
    return items.filter(behind)


def is_english_older(item: Item) -> bool:
    """Whether the German title or text of an item was changed after the English one. No query without an English version, else one."""
    if not (item.title_en or item.text_en):
        return False
    return with_older_english(Item.objects.filter(pk=item.pk)).exists()


register_gap(
    Gap(
        name="english_is_older",
        severity="hint",
        title=_("Englische Fassung älter als die deutsche"),
        advice=_("Prüfen Sie, ob der englische Titel oder Text noch sagt, was der deutsche sagt."),
        find=lambda concept: with_older_english(
            Item.objects.filter(~Q(title_en="") | ~Q(text_en=""), concept=concept)
        ),
        mend="edit",
    )
)
