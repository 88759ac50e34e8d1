"""What goes with an item that is deleted, beside its links: rows that hang on it, its place, and what loses its name."""

from __future__ import annotations

from typing import Any

from django.db.models import CASCADE, SET_NULL
from django.utils.translation import gettext as _

from insek.thread import carrying
from insek.thread.extensions import all_extensions, lost_with
from insek.thread.models import Item


def losses_of(item: Item) -> dict[str, Any]:
    """Rows that go with an item, what only forgets that it named it, whether its place goes, and what does not come back.

    A query for each sort of row that its kind can have.
    """
    gone: list[dict[str, Any]] = []
    forgotten: list[dict[str, Any]] = []
    for carried in carrying.carried_with(item.kind):
        count = carried.of(item.pk).count()
        remote: Any = carried.model._meta.get_field(carried.column).remote_field
        if count and remote.on_delete is CASCADE:
            gone.append({"label": carried.label, "count": count})
        elif count and remote.on_delete is SET_NULL:
            forgotten.append({"label": carried.label, "count": count})
    if any(extension.read(item) for extension in all_extensions() if not extension.carried):
        gone.append({"label": _("Ort auf der Karte"), "count": 1})
    return {"gone": gone, "forgotten": forgotten, "not_back": lost_with(item.kind)}
