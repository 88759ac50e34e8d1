"""datapackage.json: what is in the package, for programs that do not know INSEK (Frictionless Data Package v1)."""

from __future__ import annotations

import hashlib
import re
from typing import Any

from insek.concept.models import Concept

from .parsing import FORMAT
from .reading import Files
from .tables import Table, all_tables

LICENCES = {
    "dl-de/by-2-0": (
        "Datenlizenz Deutschland – Namensnennung – Version 2.0",
        "https://www.govdata.de/dl-de/by-2-0",
    ),
    "dl-de/zero-2-0": (
        "Datenlizenz Deutschland – Zero – Version 2.0",
        "https://www.govdata.de/dl-de/zero-2-0",
    ),
    "CC-BY-4.0": ("Creative Commons Attribution 4.0", "https://creativecommons.org/licenses/by/4.0/"),
    "CC0-1.0": ("Creative Commons Zero 1.0", "https://creativecommons.org/publicdomain/zero/1.0/"),
}
MEDIA = {
    "csv": "text/csv", "geojson": "application/geo+json", "md": "text/markdown", "zip": "application/zip",
}  # fmt: skip


def describe(concept: Concept, files: Files, profile: str) -> dict[str, Any]:
    """The descriptor of these files, without any time or place of making."""
    tables = {table.path: table for table in all_tables()}
    described: dict[str, Any] = {
        "profile": "data-package",
        "name": f"insek-{concept.key}",
        "title": concept.title,
        "insek_format": FORMAT,
        "insek_profile": profile,
        "resources": [_resource(path, files[path], tables.get(path)) for path in sorted(files)],
    }
    if concept.licence:
        title, address = LICENCES.get(concept.licence, (concept.licence, ""))
        licence = {"name": re.sub(r"[^-a-zA-Z0-9._]", "-", concept.licence), "title": title}
        described["licenses"] = [licence | ({"path": address} if address else {})]
    return described


def _resource(path: str, content: bytes, table: Table | None) -> dict[str, Any]:
    extension = path.rsplit(".", 1)[-1]
    resource: dict[str, Any] = {
        "name": table.name if table else re.sub(r"[^a-z0-9]+", "-", path.lower()).strip("-"),
        "path": path,
        "format": extension,
        "mediatype": MEDIA.get(extension, "application/octet-stream"),
        "bytes": len(content),
        "hash": f"sha256:{hashlib.sha256(content).hexdigest()}",
    }
    if extension != "zip":
        resource["encoding"] = "utf-8"
    if table:
        resource["profile"] = "tabular-data-resource"
        resource["description"] = table.note
        resource["schema"] = _schema(table)
    return resource


def _schema(table: Table) -> dict[str, Any]:
    fields = [column.describe(table.model_field(column)) for column in table.columns]
    if len(table.key) == 1:
        [key] = [field for field in fields if field["name"] == table.key[0]]
        key["constraints"] = key.get("constraints", {}) | {"unique": True}
    known = {each.name for each in all_tables()}
    schema: dict[str, Any] = {"fields": fields, "primaryKey": list(table.key), "missingValues": [""]}
    foreign = [
        {
            "fields": [column.name],
            "reference": {
                "resource": "" if column.refers == table.name else column.refers,
                "fields": ["id" if _is_items(column.refers) else "key"],
            },
        }
        for column in table.references()
        if column.type == "reference" and column.refers in known
    ]
    return schema | ({"foreignKeys": foreign} if foreign else {})


def _is_items(name: str) -> bool:
    return any(table.name == name and table.kind for table in all_tables())
