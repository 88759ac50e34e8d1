"""The list of a kind: filtered, sorted, shared by its address, downloaded as a table."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import islice
from typing import Any, NamedTuple

import rules
from django.http import Http404, HttpRequest, HttpResponse, StreamingHttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from insek.concept.models import Concept
from insek.people.actors import ANONYMOUS, Actor, actor_of
from insek.thread.labels import FIELD_LABELS
from insek.thread.models import Item, ItemQuerySet
from insek.thread.shared_cache import cached
from insek.web.context import asker_of, concept_fields, concept_of, kind_names_of
from insek.web.csv_tables import CONTENT_TYPE, CsvTable
from insek.web.display import KindNames, ShownItem, count_words, fields_of, shown_field, shown_items
from insek.web.listed import listed
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

from ..columns import SEPARATOR, form_label
from ..filtered import Left, filtered, left_by_filters
from ..filters_and_sorts import HOW_SHOWN, order_of, sorts_of
from ..own_lists import ordered_by, own_columns, own_orders
from ..pages import Choice, ItemPages, for_many, pages_of
from ..saved_views import views_of_list
from .items import create_label, item_breadcrumb, kind_title, shown_facts
from .list_tables import ListTable, address_with, kept_query, layout_links, list_tools

FEW = 500
"""Ids that are kept of what filters leave."""
FILTERS_SHOWN = 2
"""Own filters of a kind that stand beside the search word; all others fold away."""


@require_safe
def item_list(request: HttpRequest, kind: str) -> HttpResponse:
    """One page of the list."""
    pages = pages_of(kind)
    if len(ticked := request.GET.getlist("spalten")) > 1:
        return redirect(request.path + address_with(request, spalten=",".join(ticked)))
    found = left_by_filters(asker_of(request), pages)
    sort = request.GET.get("sortierung", pages.default_sort)
    table = ListTable.asked_for(request, pages)
    counted = _count(request, pages, found)
    few = _known(request, pages, counted.few) if counted.few is not None else None
    selected = pages.select(found.items if few is None else few)
    own = own_orders(asker_of(request).concept, pages, actor_of(request)).get(sort.removeprefix("-"))
    try:
        if own is not None:
            selected, order = ordered_by(selected, own, descending=sort.startswith("-"))
        else:
            order = order_of(pages, sort)
        page = keyset_page(
            table.load(selected) if table else selected, order=order, cursor=request.GET.get("nach", ""), size=PAGE_SIZE
        )  # fmt: skip
    except (BadCursor, KeyError) as error:
        raise Http404 from error
    names = kind_names_of(request)
    context = {
        "pages": pages,
        "page": page,
        "rows": (rows := page.rows if table else _rows(pages, page.rows, names)),
        "listed": None if table or pages.row is None else listed(rows, first=len(rows)),
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
        **_navigation(request, pages, page, sort, found.filters),
        **layout_links(request, pages),
        **list_tools(request, pages),
        **_count_words(request, pages, counted.amount),
        **pages.list_context(asker_of(request), found.counted if few is None else few),
    }
    context["is_single"] = (
        counted.amount == 1 and not (context["is_filtered"] or table) and actor_of(request).user_id is None
    )
    return render(request, pages.list_template, context)


def _rows(pages: ItemPages, items: list[Item], names: KindNames) -> list[dict[str, Any]]:
    pages.prepare(items)
    return [_row(pages, item, shown) for item, shown in zip(items, shown_items(items, names), strict=True)]


def _row(pages: ItemPages, item: Item, shown: ShownItem) -> dict[str, Any]:
    """What a card or line shows of one item."""
    made = {
        "item": shown,
        "facts": shown_facts(pages, item),
        "mark": pages.mark(item),
        "fields": shown.fields,
        **(pages.row(item) if pages.row else {}),
    }
    if "text" not in made:
        made |= {"text": plain_text(item.shown_text, 150), "text_is_own": not item.text_lang}
    return made


class Counted(NamedTuple):
    """What the filters of a list leave: how many, counted up to COUNT_LIMIT + 1, and their ids where they are few."""

    amount: int
    few: frozenset[str] | None


def _count(request: HttpRequest, pages: ItemPages, left: Left) -> Counted:
    """Count what the filters leave; kept."""
    concept = concept_of(request)
    chosen = (request.GET.get("q", "").strip(), *(part["value"] for part in left.filters))

    def count() -> Counted:
        if not any(chosen):
            return Counted(bounded_count(left.items), None)
        ids = frozenset(left.counted.order_by().values_list("pk", flat=True)[: COUNT_LIMIT + 1])
        return Counted(len(ids), ids if len(ids) <= FEW else None)

    if concept is None:
        return Counted(0, None)
    return cached(
        concept, actor_of(request), ("left by filters", pages.kind, chosen, concept.own_fields_stamp), count
    )


def _known(request: HttpRequest, pages: ItemPages, ids: frozenset[str]) -> ItemQuerySet:
    """A few items by their ids, through the gate: in an order of a list the database would look through all of a kind."""
    actor, concept = actor_of(request), concept_of(request)
    return Item.objects.filter(pk__among=ids).checked_for(actor, concept=concept, kind=pages.kind)


def _count_words(request: HttpRequest, pages: ItemPages, count: int) -> dict[str, Any]:
    """How many items the filters leave, as number and in words."""
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
        ] + [
            {"label": own, "url": address(sortierung=name), "chosen": name == sort}
            for name, own in own_orders(asker_of(request).concept, pages, actor_of(request)).items()
            if name == sort.removeprefix("-")
        ],
        "is_filtered": bool(set(kept) - HOW_SHOWN),
        "reset_url": address(**dict.fromkeys(set(kept) - HOW_SHOWN, "")) if set(kept) - HOW_SHOWN else "",
        "table_url": f"{reverse(f'{pages.kind}-table')}{f'?{kept.urlencode()}' if kept else ''}",
        **pager(page, lambda cursor: address(nach=cursor)),
    }  # fmt: skip


def _select(part: dict[str, Any]) -> dict[str, Any]:
    """A filter as a select of the filter bar, or as a box for what is typed."""
    if part.get("typed"):
        return {**part, "type": "text"}
    options = [
        {"value": key, "label": label, "selected": key == part["value"]} for key, label in part["choices"]
    ]
    return {**part, "type": "select", "options": options}


@require_safe
def item_table(request: HttpRequest, kind: str) -> StreamingHttpResponse:
    """The whole list as CSV, as the spreadsheet of the page's language opens it."""
    pages = pages_of(kind)
    items, _filters = filtered(asker_of(request), pages)
    rows = table_rows(pages, items, concept=concept_of(request), actor=actor_of(request))
    response = StreamingHttpResponse(rows, content_type=CONTENT_TYPE)
    response["Content-Disposition"] = f'attachment; filename="{pages.spec.list_path}.csv"'
    return response


def _plain_cell(value: Any) -> Any:
    """Several values in one cell as other tables have them."""
    return SEPARATOR.join(map(str, value)) if isinstance(value, list) else value


PORTION = 1000
"""Lines of a table that are read and sent together."""


def table_rows(
    pages: ItemPages,
    items: ItemQuerySet,
    *,
    for_people: bool = True,
    concept: Concept | None = None,
    actor: Actor = ANONYMOUS,
) -> Iterator[str]:
    """The lines of the table, read in portions; ``Beispiel`` stands in the column standing."""
    labels = FIELD_LABELS
    common = (
        "number",
        "title",
        "text",
        "title_en",
        "text_en",
        "standing",
        "visibility",
        "fields",
        "source_title",
        "source_url",
        "source_date",
    )
    own_fields = own_columns(concept, pages, actor)
    table = CsvTable(
        [
            ("id", _("Kennung")),
            *[(name, labels[name]) for name in common],
            *[(column.name, column.label or form_label(pages, column.name)) for column in pages.columns],
            *[(column.name, column.label) for column in own_fields],
        ],
        for_people=for_people,
    )
    own = [for_many(column.value) for column in pages.columns]
    standing, visibility = Choice("standing").for_many(), Choice("visibility").for_many()
    needed = [column.prefetch for column in pages.columns if column.prefetch]
    ordered = pages.select_many(items).prefetch_related(*needed).order_by("sort_key", "pk")
    rows = ordered.iterator(chunk_size=PORTION)
    while portion := list(islice(rows, PORTION)):
        fields = fields_of(item.pk for item in portion)
        for item in portion:
            table.line(
                [
                    item.pk, item.number, item.title, item.text, item.title_en, item.text_en, standing(item), visibility(item),
                    ", ".join(field.name for field in fields.get(item.pk, ())), item.source_title, item.source_url,
                    item.source_date, *[value(item) for value in own], *[_plain_cell(column.value(item)) for column in own_fields],
                ]
            )  # fmt: skip
        yield table.taken()
    yield table.taken()
