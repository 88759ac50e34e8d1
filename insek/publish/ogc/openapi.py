"""The OpenAPI 3.0 document of the interface for maps."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

_SCHEMA = "http://schemas.opengis.net/ogcapi/features/part1/1.0/openapi/ogcapi-features-1.yaml#/components"


def openapi_document(root: str, collections: Sequence[str], limit: int, most: int) -> dict[str, Any]:
    """What can be asked, for the collections there are."""
    name = {"name": "collectionId", "in": "path", "required": True, "schema": {"type": "string", "enum": list(collections)}}  # fmt: skip
    asked = [
        {
            "name": "bbox", "in": "query", "required": False, "style": "form", "explode": False,
            "description": "Only features whose shape meets this box: west, south, east, north in degrees (WGS 84).",
            "schema": {"oneOf": [{"type": "array", "minItems": 4, "maxItems": 4, "items": {"type": "number"}}, {"type": "array", "minItems": 6, "maxItems": 6, "items": {"type": "number"}}]},
        },
        {
            "name": "limit", "in": "query", "required": False, "style": "form", "explode": False, "description": "Features on one page.",
            "schema": {"type": "integer", "minimum": 1, "maximum": most, "default": limit},
        },
        {
            "name": "datetime", "in": "query", "required": False, "style": "form", "explode": False,
            "description": "A moment or an interval. Features have no time of their own, so all fit.", "schema": {"type": "string"},
        },
        {"name": "after", "in": "query", "required": False, "description": "Where the page begins; taken from the link `next`.", "schema": {"type": "string"}},
    ]  # fmt: skip
    feature = {"name": "featureId", "in": "path", "required": True, "schema": {"type": "string"}}
    return {
        "openapi": "3.0.3",
        "info": {"title": "INSEK, OGC API - Features", "version": "1.0.0", "description": "What lies somewhere in the concept and is public. Read-only, without registration."},
        "servers": [{"url": root}],
        "paths": {
            "/": _get("landing", "The landing page", "landingPage"),
            "/conformance": _get("conformance", "What it conforms to", "confClasses"),
            "/collections": _get("collections", "The collections", "collections"),
            "/collections/{collectionId}": _get("collection", "One collection", "collection", [name]),
            "/collections/{collectionId}/items": _get("items", "Features of a collection", "featureCollectionGeoJSON", [name, *asked], "application/geo+json"),
            "/collections/{collectionId}/items/{featureId}": _get("feature", "One feature", "featureGeoJSON", [name, feature], "application/geo+json"),
        },
    }  # fmt: skip


def _get(
    operation: str, summary: str, schema: str, parameters: Sequence[dict[str, Any]] = (), kind: str = "application/json"
) -> dict[str, Any]:  # fmt: skip
    answer = {
        "description": summary,
        "content": {kind: {"schema": {"$ref": f"{_SCHEMA}/schemas/{schema}"}}},
    }
    wrong = {"description": "An error as RFC 9457 wants it", "content": {"application/problem+json": {"schema": {"type": "object"}}}}  # fmt: skip
    return {
        "get": {
            "operationId": operation, "summary": summary, "parameters": list(parameters), "responses": {"200": answer, "default": wrong},
        }
    }  # fmt: skip
