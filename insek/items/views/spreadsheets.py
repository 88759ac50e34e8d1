"""A list as a workbook."""

from __future__ import annotations

from django.http import FileResponse, HttpRequest
from django.views.decorators.http import require_GET

from insek.people.actors import actor_of
from insek.people.models import Right
from insek.web.context import asker_of, concept_of

from ..columns import chosen_names, columns_of
from ..pages import pages_of
from ..spreadsheets import CONTENT_TYPE, write_workbook
from .items import kind_title
from .lists import filtered


@require_GET
def item_workbook(request: HttpRequest, kind: str) -> FileResponse:
    """The list as XLSX: the same items; the columns that the address names, or all."""
    pages, actor = pages_of(kind), actor_of(request)
    items, _filters = filtered(asker_of(request), pages)
    known = columns_of(pages, actor)
    columns = [
        known[name] for name in chosen_names(",".join(request.GET.getlist("spalten")), known, list(known))
    ]
    concept = concept_of(request)
    readable: frozenset[str] = frozenset()
    if concept is not None:
        fields = (
            pages.form(concept=concept, actor=actor).fields
            if actor.has(Right.EDIT)
            else pages.spec.fields_of_owner
        )
        readable = frozenset(column.name for column in columns if column.field in fields)
    title = kind_title(request, pages, plural=True)
    file = write_workbook(
        pages.select(items).order_by("sort_key", "pk"),
        columns,
        title=title,
        editable=readable,
        kind=kind,
        actor=actor,
    )
    response = FileResponse(
        file, as_attachment=True, filename=f"{pages.spec.list_path}.xlsx", content_type=CONTENT_TYPE
    )
    if actor.user_id is not None:
        response["Cache-Control"] = "private, no-store"
    return response
