"""The worker that lets GDAL read one file and writes what it found as JSON; see geofile.py."""

from __future__ import annotations

import json
import sys
from typing import Any

MEMORY = 4 * 1024**3
MOST_FEATURES = 5_000
AREAS = (
    "Polygon",
    "MultiPolygon",
    "Polygon Z",
    "MultiPolygon Z",
    "PolygonZ",
    "MultiPolygonZ",
    "2.5D Polygon",
    "2.5D MultiPolygon",
)


def main(path: str, driver: str) -> dict[str, Any]:
    """The features of the file with plain properties and WKB in WGS 84, or an error."""
    import pyogrio
    import pyogrio.raw

    layers = pyogrio.list_layers(path)
    names = [str(name) for name, kind in layers if kind in AREAS or kind in {None, "Unknown"}]
    if len(names) != 1:
        return {"error": "layers", "detail": ", ".join(str(name) for name, _kind in layers)}
    info = pyogrio.read_info(path, layer=names[0], force_feature_count=True)
    if info["driver"] != driver:
        return {"error": "driver", "detail": str(info["driver"])}
    if info["features"] > MOST_FEATURES:
        return {"error": "too_many", "detail": str(info["features"])}
    if not info["crs"]:
        return {"error": "no_crs"}
    meta, _ids, geometries, values = pyogrio.raw.read(path, layer=names[0], force_2d=True)
    fields = [str(name) for name in meta["fields"]]
    features = []
    for index, geometry in enumerate(geometries):
        properties = {name: _plain(column[index]) for name, column in zip(fields, values, strict=True)}
        features.append({"properties": properties, "wkb": _in_degrees(geometry, info["crs"])})
    return {"features": features}


def _in_degrees(geometry: bytes | None, crs: str) -> str | None:
    """WKB as hexadecimal digits, longitude before latitude."""
    import numpy as np
    import shapely
    from pyproj import Transformer

    if geometry is None:
        return None
    shape = shapely.from_wkb(geometry)
    if crs != "EPSG:4326":
        change = Transformer.from_crs(crs, "EPSG:4326", always_xy=True)
        shape = shapely.transform(shape, lambda xy: np.column_stack(change.transform(xy[:, 0], xy[:, 1])))
    return str(shapely.to_wkb(shape, hex=True))


def _plain(value: Any) -> Any:
    """A value that JSON can say."""
    value = value.item() if hasattr(value, "item") else value
    return value if value is None or isinstance(value, bool | int | str) else str(value)


def limit_memory() -> None:
    """Take no more memory than MEMORY, where the system has such a limit."""
    try:
        import resource
    except ImportError:  # no such limit on Windows
        return
    _soft, hard = resource.getrlimit(resource.RLIMIT_AS)
    limit = MEMORY if hard == resource.RLIM_INFINITY else min(MEMORY, hard)
    resource.setrlimit(resource.RLIMIT_AS, (limit, hard))


if __name__ == "__main__":
    limit_memory()
    try:
        answer = main(*sys.argv[1:3])
    except Exception as error:  # whatever GDAL says, the caller shall hear it
        answer = {"error": "broken", "detail": str(error)[:200]}
    sys.stdout.write(json.dumps(answer))
