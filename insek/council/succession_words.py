"""What became of an item, in words and with the way to what follows it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from django.urls import reverse

from insek.concept.asker import Asker
from insek.concept.models import Concept, Edition
from insek.items.aftermath import Aftermath
from insek.people.actors import Actor
from insek.people.addresses import address_of
from insek.thread.gaps import Gap
from insek.thread.models import Item
from insek.web.display import date_words

from .comparing import PartChange
from .edition_items import EditionItem, Succession
from .successions import open_drafts, told_of, without_fate


def shown_fates(
    rows: Iterable[Succession], actor: Actor, ahead: Mapping[str, str] | None = None
) -> dict[int, dict[str, Any]]:
    """Successions in words, by their key; what follows is named where the reader sees it. Three queries, four for what an edition before the council holds.

    ``ahead`` says how items are called that are there only once what lies ready for an edition is done.
    """
    found = list(rows)
    followers = {where for each in found for where in each.followers}
    items = {
        item.pk: item
        for item in Item.objects.visible_to(actor).filter(pk__in=[key for _table, key in followers])
    }
    names = _field_names(found, followers)
    called = {
        **_held_ahead(found, {key for table, key in followers if table != "fields"} - items.keys()),
        **(ahead or {}),
    }
    return {
        each.pk: {
            "fate": each.fate,
            "label": str(each.get_fate_display()),
            "reason": each.reason,
            "is_example": each.standing == "example",
            "standing": each.standing,
            "visibility": "public",
            "edition": str(each.edition),
            "edition_url": reverse("edition", args=[each.edition.key]),
            "day": date_words(each.edition.date),
            "is_adopted": each.edition.is_adopted,
            "followers": [_follower(table, key, items, names, called) for table, key in each.followers],
        }
        for each in found
    }


def _field_names(rows: list[Succession], followers: set[tuple[str, str]]) -> dict[str, str]:
    keys = {key for table, key in followers if table == "fields"}
    if not keys:
        return {}
    concept = rows[0].edition.concept
    return {field.key: str(field) for field in concept.fields.filter(key__in=keys)}


def _held_ahead(rows: list[Succession], missing: set[str]) -> dict[str, str]:
    """How the editions that say it call what follows and is not public yet. One query, none where nothing is missing."""
    editions = {each.edition_id for each in rows if each.edition.status != Edition.Status.DRAFT}
    if not missing or not editions:
        return {}
    found = EditionItem.objects.filter(edition__in=editions, key__in=missing).exclude(content=None)
    return {each.key: str(each) for each in found}


def _follower(
    table: str, key: str, items: dict[str, Item], names: dict[str, str], called: Mapping[str, str]
) -> dict[str, str]:
    if table == "fields":
        return {
            "key": key,
            "title": names.get(key, key),
            "url": address_of("field", key) if key in names else "",
        }
    item = items.get(key)
    if item is None:
        return {"key": key, "title": called.get(key, ""), "url": ""}
    return {"key": key, "title": str(item), "url": item.url}


def told_fates(
    concept: Concept, edition: Edition | None, changes: Iterable[PartChange], actor: Actor
) -> dict[tuple[str, str], dict[str, Any]]:
    """What became of what is gone on the second side of a comparison: said by that edition, or by the latest that says it."""
    keys = {(each.table, each.key) for each in changes}
    if not keys:
        return {}
    rows = Succession.objects.filter(edition__concept=concept, key__in={key for _table, key in keys})
    if not actor.sees_internal:
        rows = rows.exclude(edition__status=Edition.Status.DRAFT)
    chosen: dict[tuple[str, str], Succession] = {}
    for each in rows.select_related("edition__concept").order_by("edition__date", "edition__pk"):
        where = (each.table, each.key)
        if where in keys and (edition is None or where not in chosen or each.edition_id == edition.pk):
            chosen[where] = each
    shown = shown_fates(chosen.values(), actor)
    return {where: shown[each.pk] for where, each in chosen.items()}


def fates_of_item(key: str, concept: Concept, actor: Actor, *, table: str = "") -> list[dict[str, Any]]:
    """What became of one item, the latest edition first; where it stays as it is, nothing is said."""
    rows = [each for each in told_of(key, concept, table=table) if each.fate != Succession.Fate.KEPT]
    for each in rows:
        each.edition.concept = concept
    shown = shown_fates(rows, actor)
    return [shown[each.pk] for each in rows]


def last_words(key: str, concept: Concept) -> EditionItem | None:
    """An item as the latest edition has it that everybody may read and that holds it. One query."""
    rows = EditionItem.objects.filter(key=key, edition__concept=concept).exclude(content=None)
    rows = rows.exclude(edition__status=Edition.Status.DRAFT)
    return rows.select_related("edition__concept").order_by("-edition__date", "-edition__pk").first()


def aftermath(asker: Asker, item_id: str) -> Aftermath | None:
    """What the address of an item says that is not public any more and stood in an edition. Up to five queries."""
    if asker.concept is None:
        return None
    row = last_words(item_id, asker.concept)
    if row is None or Item.objects.visible_to(asker.actor).filter(pk=item_id).exists():
        return None
    return Aftermath(
        title=row.title,
        number=row.number,
        words_url=reverse("edition-item", args=[row.edition.key, row.key]),
        words_in=str(row.edition),
        fates=fates_of_item(item_id, asker.concept, asker.actor),
    )


def fate_page(gap: Gap, subject: Item) -> str:
    """Where the Verbleib of an item is said: in the draft that does not say it yet."""
    draft = next((each for each in open_drafts(subject.concept) if subject.pk in without_fate(each)), None)
    return f"{reverse('succession', args=[draft.key])}?stand=offen" if draft else reverse("edition-list")
