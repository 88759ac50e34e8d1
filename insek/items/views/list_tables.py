"""A list as a table: which columns the address names, how they are sorted, and the choice of both."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import rules
from django.http import HttpRequest, QueryDict
from django.urls import reverse
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from insek.people.actors import actor_of
from insek.thread.models import Item, ItemQuerySet
from insek.web.context import concept_of
from insek.web.richtext import plain_text

from ..columns import TableColumn, cell_text, chosen_names, columns_of, default_names, with_columns
from ..filters_and_sorts import TABLE
from ..list_tools import tool_of_rows, tools_of_list
from ..pages import ItemPages

LONGEST_CELL = 150
ENGLISH_COLUMNS = {"title_en", "text_en"}
ENGLISH = SafeString(' lang="en"')


def kept_query(request: HttpRequest) -> QueryDict:
    """The address of a list without the place of the page in it."""
    kept = request.GET.copy()
    kept.pop("nach", None)
    return kept


def address_with(request: HttpRequest, **changes: str) -> str:
    """The address of this list with some parts changed; an empty value takes a part away."""
    changed = kept_query(request)
    for name, value in changes.items():
        changed[name] = value
        if not value:
            del changed[name]
    return f"?{changed.urlencode()}" if changed else request.path


def layout_links(request: HttpRequest, pages: ItemPages) -> dict[str, Any]:
    """The way between the usual list and the table."""
    chosen = request.GET.get("ansicht") == TABLE
    usual = pgettext("list", "Karten") if pages.layout == "cards" else _("Zeilen")
    return {
        "layouts": [
            {"label": usual, "icon": "grid", "url": address_with(request, ansicht="", spalten=""), "chosen": not chosen},
            {"label": _("Tabelle"), "icon": "table", "url": address_with(request, ansicht=TABLE), "chosen": chosen},
        ],
        "is_table": chosen,
    }  # fmt: skip


def list_tools(request: HttpRequest, pages: ItemPages) -> dict[str, Any]:
    """What this person can do with the list as a whole."""
    actor, query = actor_of(request), kept_query(request).urlencode()
    return {
        "saves_views": actor.user_id is not None,
        "shares_views": rules.test_rule("items.share_view", actor),
        "save_view_url": reverse(f"{pages.kind}-save-view"),
        "view_query": query,
        "workbook_url": f"{reverse(f'{pages.kind}-workbook')}{f'?{query}' if query else ''}",
        "list_tools": tools_of_list(pages, actor),
    }


@dataclass(frozen=True)
class ListTable:
    """The table that an address asks for."""

    request: HttpRequest
    pages: ItemPages
    known: Mapping[str, TableColumn]
    names: Sequence[str]

    @classmethod
    def asked_for(cls, request: HttpRequest, pages: ItemPages) -> ListTable | None:
        """The table, or None where the list is shown as usual."""
        if request.GET.get("ansicht") != TABLE:
            return None
        actor = actor_of(request)
        known = columns_of(pages, actor, concept_of(request))
        wanted = ",".join(request.GET.getlist("spalten"))
        return cls(request, pages, known, chosen_names(wanted, known, default_names(pages, actor)))

    @property
    def columns(self) -> list[TableColumn]:
        """The chosen columns, in order."""
        return [self.known[name] for name in self.names]

    def load(self, items: ItemQuerySet) -> ItemQuerySet:
        """The items with what the columns need."""
        return with_columns(items, self.columns)

    def shown(self, items: Sequence[Item], sort: str) -> dict[str, Any]:
        """The table for the page, with the choice of its columns."""
        return {
            "id": "tabelle",
            "heads": [self._head(column, sort) for column in self.columns],
            "rows": [
                {"item": item, "cells": [self._cell(column, item) for column in self.columns]} for item in items
            ],
            "choices": [
                {"name": name, "label": column.label, "on": name in self.names} for name, column in self.known.items()
            ],
            "is_chosen": bool(self.request.GET.get("spalten")),
            "default_url": address_with(self.request, spalten=""),
            "hidden": [
                {"name": name, "value": value}
                for name, values in kept_query(self.request).lists()
                if name != "spalten"
                for value in values
            ],
            "rows_tool": tool_of_rows(self.pages, actor_of(self.request)) if items else None,
            "query": kept_query(self.request).urlencode(),
        }  # fmt: skip

    def _head(self, column: TableColumn, sort: str) -> dict[str, Any]:
        """A head; where an order goes with it, it leads there, and once there to the order turned round."""
        head = {"label": column.label, "numeric": column.numeric}
        if not column.sort:
            return head
        here = sort.removeprefix("-") == column.sort
        turned = here and not sort.startswith("-")
        target = f"-{column.sort}" if turned else column.sort
        url = address_with(self.request, sortierung="" if target == self.pages.default_sort else target)
        descends = (column.sort in {"neu", "datum"}) != sort.startswith("-")
        return {**head, "url": url, "sorted": ("descending" if descends else "ascending") if here else ""}

    def _cell(self, column: TableColumn, item: Item) -> dict[str, Any]:
        is_title = column.name == "title"
        value = item.shown_title if is_title else column.value(item)
        text = cell_text(value)
        if column.name in {"text", "text_en"} or len(text) > LONGEST_CELL:
            text = plain_text(text, LONGEST_CELL)
        return {
            "text": text,
            "url": item.url if is_title else "",
            "numeric": column.numeric,
            "is_head": is_title,
            "lang": item.title_lang if is_title else ENGLISH if column.name in ENGLISH_COLUMNS else None,
            "is_wide": column.width > 25 and len(text) > 25,
            "is_content": isinstance(value, str) and bool(text) and not isinstance(value, datetime),
        }
