"""The lists of single kinds (JSON, CSV, GeoJSON), made for every registered kind, and the values of indicators."""

from __future__ import annotations

from typing import Annotated, Any

from django.http import HttpRequest
from django.http.response import HttpResponseBase
from ninja import Query, Router
from pydantic import WithJsonSchema, create_model

from insek.evidence.all_values import part_cells
from insek.evidence.models import TOTAL
from insek.evidence.queries import values_of
from insek.evidence.views import observation_lines
from insek.items.pages import pages_of
from insek.items.views.lists import table_rows
from insek.people.actors import ANONYMOUS
from insek.places.queries import districts
from insek.thread.models import Item
from insek.web.context import concept_of

from . import schemas
from .answers import Answer, columns, item_page
from .filters import ItemFilter, Paging, filtered_items, refuse_unknown_parameters
from .kinds import ApiKind
from .operations import FILTERS, PAGING, csv_operation, last_change, visible_item, with_next
from .tables import CSV, GEOJSON, feature_collection, streamed

router = Router()
PART_NAMES = ("sex", "age_from", "age_to", "breakdown")


def page_schema(kind: ApiKind) -> type[schemas.Page]:
    """The schema of a list of one kind, with its own properties."""
    properties: Any = Annotated[dict[str, Any], WithJsonSchema(kind.schema())]
    item = create_model(
        kind.schema_name, __base__=schemas.Item, __doc__=_note(kind), properties=(properties, ...)
    )
    row: Any = list[item]  # type: ignore[valid-type]  # made for each kind when the program starts
    return create_model(
        f"{kind.schema_name}Page", __base__=schemas.Page, __doc__="One page of a list.", items=(row, ...)
    )


def _note(kind: ApiKind) -> str:
    """What the kind is, without what its table says of itself behind a semicolon."""
    note = kind.table.note.split(";")[0].rstrip(".") if kind.table else f"Items of the kind {kind.name}"
    return f"{note}."


def add_kind(kind: ApiKind) -> None:
    """The list of one kind, its table and, where its items lie somewhere, its GeoJSON."""

    def as_json(request: HttpRequest, wanted: ItemFilter = Query(...), paging: Paging = Query(...)) -> Answer:  # noqa: B008  (how ninja reads a group of parameters)
        """Oldest change first, as /items."""
        refuse_unknown_parameters(request, *FILTERS, *PAGING)
        items = filtered_items(request, kind.name, wanted)
        return with_next(request, item_page(request, items, cursor=paging.cursor, limit=paging.limit))

    def as_csv(request: HttpRequest, wanted: ItemFilter = Query(...)) -> HttpResponseBase:  # noqa: B008  (how ninja reads a group of parameters)
        """The whole list with the columns of the page's download, in the order of numbers."""
        refuse_unknown_parameters(request, *FILTERS)
        items = filtered_items(request, kind.name, wanted)
        lines = table_rows(pages_of(kind.name), items, for_people=False, concept=concept_of(request))
        return streamed(lines, content_type=CSV, filename=f"{kind.plural}.csv", changed=last_change(items))

    def as_geojson(request: HttpRequest, wanted: ItemFilter = Query(...)) -> HttpResponseBase:  # noqa: B008  (how ninja reads a group of parameters)
        """RFC 7946, WGS 84, longitude before latitude; items without a place are left out. Open the address in QGIS as a
        vector layer."""
        refuse_unknown_parameters(request, *FILTERS)
        items = filtered_items(request, kind.name, wanted)
        parts = feature_collection(request, kind, items)
        name = f"{kind.plural}.geojson"
        return streamed(parts, content_type=GEOJSON, filename=name, changed=last_change(items))

    note, titled = _note(kind).rstrip("."), f"{kind.plural[0].upper()}{kind.plural[1:]}".replace("-", "_")
    given: dict[str, Any] = {"tags": ["Lists"]}
    router.add_api_operation(
        f"/{kind.plural}", ["GET"], as_json, response=page_schema(kind), url_name=f"api-{kind.plural}",
        operation_id=f"list{titled}", summary=note, **given,
    )  # fmt: skip
    router.add_api_operation(
        f"/{kind.plural}.csv", ["GET"], as_csv, response={200: None}, url_name=f"api-{kind.plural}-csv",
        operation_id=f"table{titled}", summary=f"{note}, as a table", openapi_extra=csv_operation(note), **given,
    )  # fmt: skip
    if kind.has_geometry:
        content = {GEOJSON: {"schema": {"type": "object", "description": "FeatureCollection"}}}
        extra = {"responses": {200: {"description": "GeoJSON.", "content": content}}}
        router.add_api_operation(
            f"/{kind.plural}.geojson", ["GET"], as_geojson, response={200: None}, url_name=f"api-{kind.plural}-geojson",
            operation_id=f"map{titled}", summary=f"{note}, as GeoJSON", openapi_extra=extra, **given,
        )  # fmt: skip


def _indicator(item_id: str) -> Item:
    return visible_item(item_id, kind="indicator")


@router.get(
    "/indicators/{item_id}/observations",
    response=schemas.Observations,
    url_name="api-observations",
    operation_id="listObservations",
    tags=["Indicators"],
    summary="Values of an indicator",
)
def list_observations(
    request: HttpRequest,
    item_id: str,
    parts: bool = Query(False, description="Whether values of parts come too: men, women, ages and others."),
) -> Answer:
    """All current values in all public places, each with period, quality and source, and the breaks in the series.

    Of the whole only; with `parts=true` also those of men, women, age groups and further parts.
    """
    refuse_unknown_parameters(request, "parts")
    item = _indicator(item_id)
    indicator = item.indicator
    names = (
        "period", "period_start", "period_end", "quality", "sample_size", "basis", "source_title", "source_url", "source_date", "confidence", "note",
    )  # fmt: skip
    rows = values_of(indicator, ANONYMOUS).select_related("breakdown")
    places = {row.pk: row.item.title for row in districts(item.concept, ANONYMOUS)}
    return {
        "indicator": item.pk,
        "title": item.title,
        **columns(indicator, "unit", "unit_en", "decimals"),
        "breaks": [columns(each, "period", "reason") for each in indicator.breaks.all()],
        "items": [
            {
                "district": point.district_id,
                "district_title": places[point.district_id],
                "value": None if point.value is None else float(point.value),
                "standard_error": None if point.standard_error is None else float(point.standard_error),
                **dict(
                    zip(
                        PART_NAMES,
                        (cell if cell != "" else None for cell in part_cells(point, for_people=False)[2:]),
                        strict=True,
                    )
                ),
                **columns(point, *names),
            }
            for point in (rows if parts else rows.filter(breakdown=TOTAL))
        ],
    }


@router.get(
    "/indicators/{item_id}/observations.csv",
    response={200: None},
    url_name="api-observations-csv",
    operation_id="tableObservations",
    tags=["Indicators"],
    summary="Values of an indicator, as a table",
    openapi_extra=csv_operation("Values of an indicator"),
)
def table_observations(request: HttpRequest, item_id: str) -> HttpResponseBase:
    """The table of the indicator's page: one row a place and period, decimals with a point."""
    refuse_unknown_parameters(request)
    item = _indicator(item_id)
    return streamed(
        observation_lines(item, ANONYMOUS, for_people=False), content_type=CSV, filename=f"{item.pk}.csv"
    )
