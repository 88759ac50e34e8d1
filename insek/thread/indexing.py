"""Making the full-text table anew from the items, after a restore or when the analysis has changed."""

from __future__ import annotations

from . import search
from .kinds import all_kinds
from .models import Item
from .services import analyse_item


def reindex() -> int:
    """Analyse all items again; returns their number. Some 1,200 new words a second, known words cost nothing."""
    done = 0
    for kind in all_kinds():
        for item in Item.objects.filter(kind=kind.name).select_related(kind.name).iterator(chunk_size=500):
            search.store(item, analyse_item(kind, item, kind.row(item)))
            done += 1
    return done
