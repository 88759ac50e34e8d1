"""The operations of /api/v1: the concept and what belongs to it, items of all kinds, their links, what was deleted."""

from __future__ import annotations

from typing import Annotated, Any

from django.db.models import Max
from django.http import Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.urls import reverse
from django.utils.text import capfirst
from ninja import Field, NinjaAPI, Query, Router
from ninja.errors import ValidationError

from insek.concept.asker import Asker
from insek.concept.levels import level_name
from insek.items.aftermath import Aftermath, aftermath_of
from insek.people.actors import ANONYMOUS
from insek.people.requests import once
from insek.thread.identity import is_id
from insek.thread.kinds import all_link_kinds
from insek.thread.lineage import came_of
from insek.thread.models import Item, Tombstone
from insek.web.context import concept_of

from . import schemas
from .answers import (
    LINKS,
    Answer,
    columns,
    item_answers,
    item_page,
    link_answers,
    links_of,
    next_address,
    page_of,
)
from .budget_answers import BudgetEntries, Budgets, budget_answers, line_answers
from .filters import (
    ItemFilter,
    Moment,
    Paging,
    filtered_items,
    kind_parameter,
    refuse_unknown_parameters,
)
from .http import add_link, licence_address, problem
from .kinds import api_kinds
from .list_answers import (
    document_answers,
    edition_answers,
    field_answers,
    milestone_answers,
    sign_answers,
    theme_answers,
)
from .tables import CSV, ITEM_COLUMNS, csv_lines, item_rows, streamed

FILTERS = tuple(ItemFilter.model_fields)
PAGING = tuple(Paging.model_fields)
Since = Annotated[
    Moment | None, Field(description="Only what was deleted at or after this day (Europe/Berlin) or moment.")
]
router = Router()


class Gone(Exception):
    """The item was public and is deleted, or stood in an edition and is withdrawn: then ``after`` says what became of it."""

    def __init__(self, item_id: str, after: Aftermath | None = None) -> None:
        super().__init__(item_id)
        self.after = after


def visible_item(item_id: str, **wanted: Any) -> Item:
    """The public item behind an id. Raises Http404 or Gone."""
    if is_id(item_id):
        item = Item.objects.visible_to(ANONYMOUS).filter(pk=item_id, **wanted).first()
        if item is not None:
            return item
        if Tombstone.objects.filter(pk=item_id, was_public=True, **wanted).exists():
            raise Gone(item_id)
        after = withdrawn_item(item_id, **wanted)
        if after is not None:
            raise Gone(item_id, after)
    raise Http404


def withdrawn_item(item_id: str, **wanted: Any) -> Aftermath | None:
    """What everybody may know of an item that an edition holds and the public does not see any more; None where nothing was public.

    Some seven queries.
    """
    for model in (Item, Tombstone):
        if model.objects.filter(pk=item_id, **wanted).exists():
            return aftermath_of(Asker(ANONYMOUS), item_id)
    return None


def csv_operation(summary: str) -> dict[str, Any]:
    """What the OpenAPI document says of an operation that answers with a table."""
    content = {"text/csv": {"schema": {"type": "string", "description": summary}}}
    return {"responses": {200: {"description": "CSV: UTF-8 with BOM, semicolons.", "content": content}}}


def successors_of(item_id: str) -> list[Item]:
    """The public items that came of one that is gone by merging and splitting. Up to a few queries."""
    ids = came_of(item_id)
    found = {item.pk: item for item in Item.objects.visible_to(ANONYMOUS).filter(pk__in=ids)}
    return [found[pk] for pk in ids if pk in found]


@router.get(
    "/concepts",
    response=schemas.Concepts,
    url_name="api-concepts",
    operation_id="listConcepts",
    tags=["Concept"],
    summary="The concept this installation serves",
)
def list_concepts(request: HttpRequest) -> Answer:
    """One, or none on an empty installation."""
    refuse_unknown_parameters(request)
    concept = concept_of(request)
    if concept is None:
        return {"items": []}
    names = (
        "key", "title", "title_en", "city", "city_en", "ags", "horizon_from", "horizon_to", "licence",
    )  # fmt: skip
    return {
        "items": [
            {
                **columns(concept, *names),
                "licence_url": licence_address(request) or None,
                "introduction": concept.introduction,
                "url": request.build_absolute_uri(reverse("start")),
            }
        ]
    }


PLAIN_LISTS = (
    ("fields", "Fields of action (Handlungsfelder)", schemas.FieldsOfAction, field_answers),
    ("themes", "Cross-cutting themes (Querschnittsthemen)", schemas.Themes, theme_answers),
    ("plan-signs", "Plan signs (Planzeichen) of the spatial concept", schemas.LegendSigns, sign_answers),
    ("milestones", "Steps of the process", schemas.Milestones, milestone_answers),
    ("editions", "Editions of the concept", schemas.Editions, edition_answers),
    ("documents", "Documents that everybody may read", schemas.ReleasedDocuments, document_answers),
    ("budgets", "Budgets (Haushaltspläne) that the city published", Budgets, budget_answers),
    (
        "budget-lines",
        "Lines of the published budgets, with the measures that they pay",
        BudgetEntries,
        line_answers,
    ),
)


def add_plain_lists() -> None:
    """The short lists that have neither pages nor filters, as JSON and CSV."""
    for name, summary, schema, answers in PLAIN_LISTS:

        def as_json(request: HttpRequest, answers: Any = answers) -> Answer:
            refuse_unknown_parameters(request)
            return {"items": answers(request)}

        def as_csv(
            request: HttpRequest, name: str = name, schema: Any = schema, answers: Any = answers
        ) -> HttpResponseBase:
            refuse_unknown_parameters(request)
            [row] = schema.model_fields["items"].annotation.__args__
            lines = csv_lines(list(row.model_fields), answers(request))
            return streamed(lines, content_type=CSV, filename=f"{name}.csv")

        titled = "".join(capfirst(part) for part in name.split("-"))
        for view, path, response, operation, what, extra in (
            (as_json, f"/{name}", schema, f"list{titled}", summary, None),
            (
                as_csv,
                f"/{name}.csv",
                None,
                f"table{titled}",
                f"{summary}, as a table",
                csv_operation(summary),
            ),
        ):
            _without_defaults(view)
            router.add_api_operation(
                path,
                ["GET"],
                view,
                response={200: response},
                url_name=f"api-{name}" if response else f"api-{name}-csv",
                operation_id=operation,
                tags=["Concept"],
                summary=what,
                openapi_extra=extra,
            )


def _without_defaults(view: Any) -> None:
    """Hide the values bound in a loop from ninja, which would take them for parameters of the request."""
    import inspect

    [request, *_bound] = inspect.signature(view).parameters.values()
    view.__signature__ = inspect.Signature([request])


@router.get(
    "/kinds",
    response=schemas.Kinds,
    url_name="api-kinds",
    operation_id="listKinds",
    tags=["Items"],
    summary="Kinds of items and of links",
)
def list_kinds(request: HttpRequest) -> Answer:
    """What there is: every kind with the JSON schema of its own properties (types, machine values with German labels)
    and every kind of link with the kinds it runs between."""
    refuse_unknown_parameters(request)
    concept = concept_of(request)
    return {
        "items": [
            {
                "name": kind.name,
                "plural": kind.plural,
                "label": level_name(concept.pk, kind.kind.level, default=kind.kind.label)
                if concept
                else str(kind.kind.label),
                "explanation": str(kind.kind.explanation),
                "has_geometry": kind.has_geometry,
                "properties": kind.schema(),
            }
            for kind in api_kinds().values()
        ],
        "links": [
            {
                "name": link.name,
                "label": str(link.forward),
                "label_backward": str(link.backward),
                "pairs": sorted(list(pair) for pair in link.pairs),
            }
            for link in all_link_kinds()
        ],
    }


def add_item_lists() -> None:
    """The list of all kinds; made when all kinds are known, because `kind` names them."""
    kind_type: Any = kind_parameter()

    def list_items(
        request: HttpRequest,
        wanted: ItemFilter = Query(...),  # noqa: B008  (how ninja reads a group of parameters)
        paging: Paging = Query(...),  # noqa: B008  (how ninja reads a group of parameters)
        kind: Any = None,
    ) -> Any:
        """Every public item of every kind, oldest change first. What changes while you read moves to the end and is met
        again, so nothing is missed; keep the largest `updated_at` and ask next time with `modified_since`."""
        refuse_unknown_parameters(request, "kind", *FILTERS, *PAGING)
        items = filtered_items(request, kind, wanted)
        return with_next(request, item_page(request, items, cursor=paging.cursor, limit=paging.limit))

    def table_items(
        request: HttpRequest,
        wanted: ItemFilter = Query(...),  # noqa: B008  (how ninja reads a group of parameters)
        kind: Any = None,
    ) -> Any:
        """The common columns of every kind, in the order of numbers; the tables of single kinds have their own too."""
        refuse_unknown_parameters(request, "kind", *FILTERS)
        items = filtered_items(request, kind, wanted)
        lines = csv_lines(ITEM_COLUMNS, item_rows(request, items))
        return streamed(lines, content_type=CSV, filename="items.csv", changed=last_change(items))

    for view in (list_items, table_items):
        view.__annotations__["kind"] = kind_type
    router.add_api_operation(
        "/items", ["GET"], list_items, response=schemas.ItemPage, url_name="api-items",
        operation_id="listItems", tags=["Items"], summary="Items of all kinds",
    )  # fmt: skip
    router.add_api_operation(
        "/items.csv", ["GET"], table_items, response={200: None}, url_name="api-items-csv",
        operation_id="tableItems", tags=["Items"], summary="Items of all kinds, as a table",
        openapi_extra=csv_operation("Items of all kinds"),
    )  # fmt: skip


def last_change(items: Any) -> Any:
    """When the youngest of these items was changed. One query."""
    return items.order_by().aggregate(last=Max("updated_at"))["last"]


def with_next(request: HttpRequest, answer: Answer) -> Answer:
    """Name the next page in the header too."""
    once(request, "next", lambda: answer["next"])
    return answer


@router.get(
    "/items/{item_id}",
    response=schemas.ItemDetail,
    url_name="api-item",
    operation_id="getItem",
    tags=["Items"],
    summary="One item with its links",
)
def get_item(request: HttpRequest, item_id: str) -> Answer:
    """All that is public of an item: own properties, source, and the links in both directions with their reasons. 404 for
    an id that is unknown or not public, 410 for an item that was public and is deleted, or that stood in an edition and
    is withdrawn; where it was merged into others or split, the answer names these as `successors`, and `last_words` and `fates` say
    which edition holds its words and what became of it."""
    refuse_unknown_parameters(request)
    item = visible_item(item_id)
    links = list(links_of(item).order_by("pk")[: LINKS + 1])
    more = request.build_absolute_uri(reverse("api-item-links", args=[item.pk]))
    found = item_answers(request, [item])
    if not found:
        raise Http404
    return {
        **found[0],
        "links": link_answers(request, item, links[:LINKS]),
        "links_url": more if len(links) > LINKS else None,
    }


@router.get(
    "/items/{item_id}/links",
    response=schemas.LinkPage,
    url_name="api-item-links",
    operation_id="listLinks",
    tags=["Items"],
    summary="All links of an item",
)
def list_links(request: HttpRequest, item_id: str, paging: Paging = Query(...)) -> Answer:  # noqa: B008  (how ninja reads a group of parameters)
    """Reasons and consequences of an item, page by page."""
    refuse_unknown_parameters(request, *PAGING)
    item = visible_item(item_id)
    page = page_of(links_of(item), order=("pk",), cursor=paging.cursor, limit=paging.limit)
    return with_next(
        request,
        {
            "items": link_answers(request, item, page.rows),
            "next": next_address(request, page.next_cursor),
        },
    )


@router.get(
    "/tombstones",
    response=schemas.TombstonePage,
    url_name="api-tombstones",
    operation_id="listTombstones",
    tags=["Items"],
    summary="Deleted items",
)
def list_tombstones(request: HttpRequest, since: Since = None, paging: Paging = Query(...)) -> Answer:  # noqa: B008  (how ninja reads a group of parameters)
    """What harvesters must delete: items that were public and are deleted, in the order of their deletion, at or after
    `since` (a day or moment)."""
    refuse_unknown_parameters(request, "since", *PAGING)
    stones = Tombstone.objects.filter(concept=concept_of(request), was_public=True)
    if since is not None:
        stones = stones.filter(deleted_at__gte=since)
    page = page_of(stones, order=("deleted_at", "pk"), cursor=paging.cursor, limit=paging.limit)
    answer = {
        "items": [{"id": stone.pk, **columns(stone, "kind", "number", "deleted_at")} for stone in page.rows],
        "next": next_address(request, page.next_cursor),
    }
    return with_next(request, answer)


class Interface(NinjaAPI):
    """NinjaAPI whose answers name their next page and whose errors are problems."""

    def create_response(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        response = super().create_response(request, *args, **kwargs)
        following = once(request, "next", lambda: None)
        if following:
            add_link(response, following, "next")
        return response


def _followers_of(after: Aftermath) -> list[Item]:
    """The public items that take the place of one that is withdrawn, those of the latest edition first. One query."""
    ids = list(dict.fromkeys(each["key"] for fate in after.fates for each in fate["followers"]))
    found = {item.pk: item for item in Item.objects.visible_to(ANONYMOUS).filter(pk__in=ids)}
    return [found[pk] for pk in ids if pk in found]


def _successor(request: HttpRequest, item: Item) -> dict[str, Any]:
    return {
        "id": item.pk, "kind": item.kind, "number": item.number or None, "title": item.title,
        "url": request.build_absolute_uri(item.url),
        "api_url": request.build_absolute_uri(reverse("api-item", args=[item.pk])),
    }  # fmt: skip


def _fate(request: HttpRequest, fate: dict[str, Any]) -> dict[str, Any]:
    return {
        "fate": fate["fate"], "reason": fate["reason"] or None, "edition": fate["edition"],
        "edition_url": request.build_absolute_uri(fate["edition_url"]), "is_adopted": fate["is_adopted"],
        "is_example": fate["is_example"],
    }  # fmt: skip


def add_problems(api: NinjaAPI) -> None:
    """Errors in the words of RFC 9457."""

    def invalid(request: HttpRequest, error: Any) -> HttpResponse:
        errors = [
            {"parameter": str(each["loc"][-1]), "message": str(each["msg"]).removeprefix("Value error, ")}
            for each in error.errors
        ]
        return problem(422, "A parameter cannot be used.", errors)

    def missing(request: HttpRequest, error: Any) -> HttpResponse:
        return problem(404, "There is nothing public at this address.")

    def gone(request: HttpRequest, error: Any) -> HttpResponse:
        after: Aftermath | None = error.after
        followers = _followers_of(after) if after else successors_of(str(error))
        more: dict[str, Any] = {"successors": [_successor(request, item) for item in followers]}
        if after is not None:
            more |= {
                "last_words": {"edition": after.words_in, "url": request.build_absolute_uri(after.words_url)},
                "fates": [_fate(request, fate) for fate in after.fates],
            }
            return problem(
                410, "This item stood in an edition and is not part of the concept any more.", more=more
            )
        words = "This item was public and is deleted; its id is never used again."
        if followers:
            words = "This item was public and was merged into others or split; its id is never used again."
        return problem(410, words, more=more)

    api.add_exception_handler(ValidationError, invalid)
    api.add_exception_handler(Http404, missing)
    api.add_exception_handler(Gone, gone)
