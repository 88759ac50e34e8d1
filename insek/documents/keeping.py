"""Passages go with an item and come back with it: what the history keeps of them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from insek.people.actors import Actor
from insek.thread.extensions import ItemExtension
from insek.thread.lineage import Lineage
from insek.thread.models import Item

from .models import Document, Passage

NAME = "passages"


def read(item: Item) -> dict[str, Any]:
    """The passages of an item as plain values. One query; for an item that names no document one to see that it came of no other."""
    if not item.document and not Lineage.objects.filter(after=item.pk).exists():
        return {}
    rows = Passage.objects.filter(item=item).select_related("document")
    kept = [
        {"title": f"{row.document} {row.page}", "document": row.document_id, "page": row.page, "first": row.first, "last": row.last,
         "quotation": row.quotation}
        for row in rows
    ]  # fmt: skip
    return {NAME: kept} if kept else {}


def put_back(item: Item, values: Mapping[str, Any], expected_version: int, actor: Actor) -> Item:
    """Cite again what an item cited. Raises ValidationError where a document is gone."""
    wanted = values.get(NAME) or []
    there = set(
        Document.objects.filter(pk__in=[row["document"] for row in wanted]).values_list("pk", flat=True)
    )
    for row in wanted:
        if row["document"] in there:
            Passage.objects.create(
                document_id=row["document"], page=row["page"], first=row["first"], last=row["last"], quotation=row["quotation"],
                item=item, created_by_id=actor.user_id,
            )  # fmt: skip
    if len(there) < len({row["document"] for row in wanted}):
        raise ValidationError(_("Ein Dokument, aus dem zitiert war, gibt es nicht mehr."))
    return item


PASSAGES = ItemExtension(names=frozenset({NAME}), read=read, put_back=put_back, carried=True)
