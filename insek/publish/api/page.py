"""The page about the interface, made from the OpenAPI document."""

from __future__ import annotations

from datetime import timedelta
from itertools import groupby
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from insek import clock
from insek.people.breadcrumbs import breadcrumb
from insek.web.context import concept_of

from .document import TAGS, openapi_document
from .filters import LIMIT, MOST
from .http import licence_address

FORMATS = {"json": "JSON", "csv": "CSV", "geojson": "GeoJSON"}


@require_safe
def api(request: HttpRequest) -> HttpResponse:
    """How to get at the data: three examples, what holds everywhere, and every operation."""
    root = request.build_absolute_uri("/api/v1")
    concept = concept_of(request)
    groups = _groups()
    texts = {
        parameter["name"]: parameter["text"]
        for group in groups
        for operation in group["operations"]
        for parameter in operation["parameters"]
    }
    context = {
        "root": root,
        "examples": _examples(root),
        "groups": groups,
        "parameters": [{"name": name, "text": text} for name, text in texts.items()],
        "limit": LIMIT,
        "most": MOST,
        "openapi_url": reverse("api-openapi"),
        "feed_url": reverse("feed"),
        "licence": concept.licence if concept else "",
        "licence_url": licence_address(request),
        "page_title": _("Daten für Programme"),
        "page_lead": _(
            "Alles Öffentliche dieses Konzepts zum Weiterverwenden: ohne Anmeldung, ohne Schlüssel, ohne Cookies."
        ),
        "active_nav": "start",
        "breadcrumb": breadcrumb(
            (_("Über dieses Konzept"), reverse("about")), (_("Daten für Programme"), "")
        ),
    }
    return render(request, "publish/api.html", context)


def _examples(root: str) -> list[dict[str, str]]:
    day = clock.today() - timedelta(days=1)
    return [
        {
            "title": _("Eine Liste als Tabelle"),
            "text": _(
                "Die Adresse lässt sich auch im Browser öffnen oder in der Tabellenkalkulation als Datenquelle angeben."
            ),
            "code": f"curl -O {root}/measures.csv",
        },
        {
            "title": _("In Python, drei Zeilen"),
            "text": _("Ziele mit Nummer und Verlässlichkeit; „next“ führt zur nächsten Seite."),
            "code": "import json, urllib.request\n"
            f'goals = json.load(urllib.request.urlopen("{root}/goals?limit=500"))["items"]\n'
            'print(*[(g["number"], g["title"], g["standing"]) for g in goals], sep="\\n")',
        },
        {
            "title": _("Auf der Karte, in QGIS"),
            "text": _("Layer › Layer hinzufügen › Vektorlayer, Quelltyp „Protokoll“, diese Adresse:"),
            "code": f"{root}/districts.geojson",
        },
        {
            "title": _("Nur, was sich geändert hat"),
            "text": _("Täglich abgleichen: Geändertes seit gestern, und was gelöscht wurde."),
            "code": f"curl '{root}/items?modified_since={day}'\ncurl '{root}/tombstones?since={day}'",
        },
    ]


def _groups() -> list[dict[str, Any]]:
    """Operations by tag, in the order of the document; a list and its table and map layer are one entry."""
    entries: dict[str, dict[str, Any]] = {}
    for path, methods in openapi_document()["paths"].items():
        operation = methods["get"]
        address = {
            "path": path.removeprefix("/api/v1"),
            "url": "" if "{" in path else path,
            "format": FORMATS[path.rpartition(".")[2] if "." in path else "json"],
        }
        base = path.split(".")[0]
        if base in entries:
            entries[base]["addresses"].append(address)
        else:
            entries[base] = {
                "tag": operation["tags"][0],
                "summary": operation["summary"],
                "text": operation["description"].replace("`", ""),
                "addresses": [address],
                "parameters": [
                    {"name": parameter["name"], "text": parameter["description"].replace("`", "")}
                    for parameter in operation["parameters"]
                    if parameter["in"] == "query"
                ],
            }
    order = list(TAGS)
    found = sorted(entries.values(), key=lambda entry: order.index(entry["tag"]))
    return [
        {"id": tag.lower(), "title": tag, "text": TAGS[tag], "operations": list(operations)}
        for tag, operations in groupby(found, key=lambda entry: entry["tag"])
    ]
