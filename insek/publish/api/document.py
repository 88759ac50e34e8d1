"""The interface put together: operations of all kinds, and the OpenAPI document that describes them."""

from __future__ import annotations

from functools import cache
from typing import Any

from django.utils.translation import override
from ninja.openapi import get_schema

from . import (
    edition_operations,  # noqa: F401  (adds its operation on import)
    kind_operations,
    operations,
)
from .kinds import api_kinds
from .schemas import Problem

PREFIX = "/api/v1/"
DESCRIPTION = """\
Everything the portal shows to the public, for programs: read-only, without registration, without cookies, from any
web page (CORS). Every item says how far it can be relied on (`standing`); items with `standing: example` are made up
and no statement of the city. The licence of the content stands in the header `Link` (`rel="license"`).

Lists come in pages of 50 (`limit`, at most 500); follow `next` until it is null. CSV and GeoJSON give the whole list at
once. JSON answers carry an `ETag`: send it back as `If-None-Match` and get 304 while nothing changed. Parameters that do
not exist are refused with 422, so that a misspelt filter does not quietly give everything. Errors follow RFC 9457.

Times are RFC 3339, texts German and Markdown where said so. Within v1 operations, parameters and properties are only
added, never renamed or taken away; ignore what you do not know."""
TAGS = {
    "Concept": "The concept and what orders it.",
    "Items": "Items of every kind and the links between them.",
    "Lists": "One list for each kind, with its own properties; filters as in /items.",
    "Indicators": "Values behind the indicators.",
}
PROBLEM = {"application/problem+json": {"schema": {"$ref": "#/components/schemas/Problem"}}}


@cache
def interface() -> operations.Interface:
    """The interface, made once, when all rooms have registered their kinds."""
    api = operations.Interface(
        title="INSEK", version="1.0.0", description=DESCRIPTION, openapi_url=None, docs_url=None,
        urls_namespace="insek-api",
        openapi_extra={"tags": [{"name": name, "description": text} for name, text in TAGS.items()]},
    )  # fmt: skip
    operations.add_plain_lists()
    operations.add_item_lists()
    for kind in api_kinds().values():
        kind_operations.add_kind(kind)
    api.add_router("", operations.router)
    api.add_router("", kind_operations.router)
    operations.add_problems(api)
    return api


@cache
def openapi_document() -> dict[str, Any]:
    """The OpenAPI document, the same for every request; labels in it are German."""
    with override("de"):
        document: dict[str, Any] = dict(get_schema(interface(), path_prefix=PREFIX))
    document["components"].pop("securitySchemes", None)
    told = Problem.model_json_schema(ref_template="#/components/schemas/{model}")
    document["components"]["schemas"] |= {**told.pop("$defs", {}), "Problem": told}
    for path, methods in document["paths"].items():
        for operation in methods.values():
            answers = {str(code): answer for code, answer in operation["responses"].items()}
            answers["422"] = {"description": "A parameter cannot be used.", "content": PROBLEM}
            if "{item_id}" in path:
                answers["404"] = {"description": "Unknown or not public.", "content": PROBLEM}
                answers["410"] = {
                    "description": "Was public and is deleted, or stood in an edition and is withdrawn.",
                    "content": PROBLEM,
                }
            answers["304"] = {"description": "Not changed since the ETag that was sent."}
            operation["responses"] = answers
            for parameter in operation["parameters"]:
                _tidy(parameter)
            operation["description"] = " ".join(operation.get("description", "").split())
    document["servers"] = [{"url": "/"}]
    return document


def _tidy(parameter: dict[str, Any]) -> None:
    """A parameter in an address is there or not, never null; and its name needs no second writing."""
    schema = parameter["schema"]
    schema.pop("title", None)
    choices = [each for each in schema.get("anyOf", ()) if each != {"type": "null"}]
    if len(choices) == 1:
        schema.pop("anyOf")
        schema.update(choices[0])
    elif choices:
        schema["anyOf"] = choices
    if parameter["name"] == "item_id":
        parameter["description"] = "Permanent id of the item."
    elif "description" in schema:
        parameter.setdefault("description", schema.pop("description"))
