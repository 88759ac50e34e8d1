"""The list of a kind: filtered, sorted, shared by its address, downloaded as a table."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator
from itertools import islice
from typing import Any

import rules
from django.http import Http404, HttpRequest, HttpResponse, StreamingHttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from insek.engines.csv_cells import harmless_cell
from insek.people.actors import actor_of
from insek.thread.models import Item, ItemQuerySet
from insek.thread.shared_cache import cached
from insek.web.context import asker_of, concept_fields, concept_of, kind_names_of
from insek.web.display import KindNames, ShownItem, count_words, fields_of, shown_field, shown_items
from insek.web.paging import (
    COUNT_LIMIT,
    PAGE_SIZE,
    BadCursor,
    KeysetPage,
    bounded_count,
    keyset_page,
    pager,
)
from insek.web.richtext import plain_text

from ..filtered import filtered
from ..filters_and_sorts import HOW_SHOWN, order_of, sorts_of
from ..pages import Choice, ItemPages, for_many, pages_of
from ..saved_views import views_of_list
from .items import create_label, item_breadcrumb, kind_title, shown_facts
from .list_tables import ListTable, address_with, kept_query, layout_links, list_tools

FILTERS_SHOWN = 2
"""Own filters of a kind that stand beside the search word; all others fold away."""


@require_safe
def item_list(request: HttpRequest, kind: str) -> HttpResponse:
    """One page of the list."""
    pages = pages_of(kind)
    if len(ticked := request.GET.getlist("spalten")) > 1:
        return redirect(request.path + address_with(request, spalten=",".join(ticked)))
    items, filters = filtered(asker_of(request), pages)
    sort = request.GET.get("sortierung", pages.default_sort)
    table = ListTable.asked_for(request, pages)
    selected = pages.select(items)
    try:
        page = keyset_page(
            table.load(selected) if table else selected, order=order_of(pages, sort),
            cursor=request.GET.get("nach", ""), size=PAGE_SIZE,
        )  # fmt: skip
    except (BadCursor, KeyError) as error:
        raise Http404 from error
    names = kind_names_of(request)
    context = {
        "pages": pages,
        "page": page,
        "rows": page.rows if table else _rows(pages, page.rows, names),
        "table": table.shown(page.rows, sort) if table else None,
        "list_views": views_of_list(asker_of(request), pages, kept_query(request).urlencode()),
        "page_title": names(kind, plural=True),
        "page_lead": pages.spec.explanation,
        "active_nav": kind,
        "breadcrumb": item_breadcrumb(request, pages)[:2],
        "create_label": create_label(kind_title(request, pages)),
        "create_url": reverse(f"{kind}-create")
        if rules.test_rule("thread.create_item", actor_of(request), kind)
        else "",
        **_navigation(request, pages, page, sort, filters),
        **layout_links(request, pages),
        **list_tools(request, pages),
        **_counted(request, pages, items, filters),
        **pages.list_context(asker_of(request), items),
    }
    return render(request, pages.list_template, context)


def _rows(pages: ItemPages, items: list[Item], names: KindNames) -> list[dict[str, Any]]:
    pages.prepare(items)
    return [_row(pages, item, shown) for item, shown in zip(items, shown_items(items, names), strict=True)]


def _row(pages: ItemPages, item: Item, shown: ShownItem) -> dict[str, Any]:
    """What a card or line shows of one item."""
    return {
        "item": shown,
        "own_title": pages.own_title(item),
        "facts": shown_facts(pages, item),
        "text": plain_text(item.text, 150),
        "mark": pages.mark(item),
    }


def _counted(
    request: HttpRequest, pages: ItemPages, items: ItemQuerySet, filters: list[dict[str, Any]]
) -> dict[str, Any]:
    """How many items the filters leave, as number and in words; kept."""
    concept = concept_of(request)
    chosen = (request.GET.get("q", "").strip(), *(part["value"] for part in filters))
    count = (
        cached(concept, actor_of(request), ("count", pages.kind, chosen), lambda: bounded_count(items))
        if concept
        else 0
    )
    names = kind_names_of(request)
    return {
        "count": count,
        "result_label": count_words(count, COUNT_LIMIT, names(pages.kind), names(pages.kind, plural=True)),
    }


def _navigation(
    request: HttpRequest,
    pages: ItemPages,
    page: KeysetPage[Item],
    sort: str,
    filters: list[dict[str, Any]],
) -> dict[str, Any]:
    """Filter bar, chips of the fields, orders, pager and table, each with the address that keeps the rest."""
    kept = kept_query(request)

    def address(**changes: str) -> str:
        return address_with(request, **changes)

    shown = [_select(part) for part in filters if part["name"] != "feld"]
    own = [rule.name for rule in pages.filters][:FILTERS_SHOWN]
    first = [{"name": "q", "label": _("Suchwort"), "type": "search", "value": request.GET.get("q", "")}]
    more = [part for part in shown if part["name"] not in own]
    chosen = request.GET.get("feld", "")
    fields = [shown_field(field) for field in concept_fields(request)] if pages.in_fields else []
    return {
        "filters": first + [part for part in shown if part["name"] in own],
        "more_filters": more,
        "more_open": any(part["value"] for part in more),
        "hidden": [
            {"name": name, "value": request.GET[name]} for name in ("feld", *sorted(HOW_SHOWN)) if request.GET.get(name)
        ],
        "field_links": [
            {"field": field, "url": address(feld="" if field.key == chosen else field.key),
             "chosen": field.key == chosen}
            for field in fields
        ],
        "all_fields_url": address(feld=""),
        "field_chosen": bool(chosen),
        "sort_links": [
            {"label": label, "url": address(sortierung="" if key == pages.default_sort else key),
             "chosen": key == sort}
            for key, (label, _order) in sorts_of(pages).items()
        ],
        "is_filtered": bool(set(kept) - HOW_SHOWN),
        "reset_url": address(**dict.fromkeys(set(kept) - HOW_SHOWN, "")) if set(kept) - HOW_SHOWN else "",
        "table_url": f"{reverse(f'{pages.kind}-table')}{f'?{kept.urlencode()}' if kept else ''}",
        **pager(page, lambda cursor: address(nach=cursor)),
    }  # fmt: skip


def _select(part: dict[str, Any]) -> dict[str, Any]:
    """A filter as a select of the filter bar."""
    options = [
        {"value": key, "label": label, "selected": key == part["value"]} for key, label in part["choices"]
    ]
    return {**part, "type": "select", "options": options}


@require_safe
def item_table(request: HttpRequest, kind: str) -> StreamingHttpResponse:
    """The whole list as CSV: UTF-8 with BOM for Excel, semicolons as German Excel expects, decimals with a point."""
    pages = pages_of(kind)
    items, _filters = filtered(asker_of(request), pages)
    response = StreamingHttpResponse(table_rows(pages, items), content_type="text/csv; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="{pages.spec.list_path}.csv"'
    return response


PORTION = 1000
"""Lines of a table that are read and sent together."""


def table_rows(pages: ItemPages, items: ItemQuerySet) -> Iterator[str]:
    """The lines of the table, read in portions; ``Beispiel`` stands in the column standing."""
    buffer = io.StringIO()
    writer = csv.writer(buffer, delimiter=";", lineterminator="\r\n")
    own = [for_many(column.value) for column in pages.columns]
    standing, visibility = Choice("standing").for_many(), Choice("visibility").for_many()
    buffer.write("\ufeff")
    writer.writerow(
        ["id", "number", "title", "text", "standing", "visibility", "fields", "source_title", "source_url",
         "source_date", *[column.name for column in pages.columns]]
    )  # fmt: skip
    rows = pages.select_many(items).order_by("sort_key", "pk").iterator(chunk_size=PORTION)
    while portion := list(islice(rows, PORTION)):
        fields = fields_of(item.pk for item in portion)
        for item in portion:
            cells = [
                item.pk, item.number, item.title, item.text, standing(item), visibility(item),
                ", ".join(field.name for field in fields.get(item.pk, ())), item.source_title, item.source_url,
                item.source_date, *[value(item) for value in own],
            ]  # fmt: skip
            writer.writerow([harmless_cell(cell) for cell in cells])
        yield _taken(buffer)
    yield _taken(buffer)


def _taken(buffer: io.StringIO) -> str:
    """What was written since last."""
    text = buffer.getvalue()
    buffer.seek(0)
    buffer.truncate()
    return text
