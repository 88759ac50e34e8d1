"""The worker that makes a base map: one process for one file, with limited memory, so that what breaks is the worker.

It is told what to do as JSON in its argument and says how far it is as JSON lines, the last of which is the result or an error.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Callable, Iterable, Iterator
from dataclasses import asdict, replace
from pathlib import Path
from typing import Any

from ..geoworker import limit_memory
from ..names.gathering import NameGatherer
from .features import BaseAbout, BaseFeature, UnreadableBase, read_base_about, read_base_features
from .geopackage import about_mapping, read_geopackage, read_mapping
from .openstreetmap import ATTRIBUTION, LICENCE, Box, read_openstreetmap
from .tiling import write_tiles


def main(order: dict[str, Any], say: Callable[..., None]) -> dict[str, Any]:
    """Read the file, write the tiles; returns what came of it. Raises UnreadableBase."""
    path, target = Path(order["source"]), Path(order["target"])
    box: Box | None = tuple(order["box"]) if order.get("box") else None
    features, about = _read(path, order, box, say)
    if order.get("attribution"):
        about = replace(about, attribution=(order["attribution"],))
    if not about.attribution:
        raise UnreadableBase(f"{path.name}: nothing says who must be named; give --attribution")
    names = NameGatherer()
    count = write_tiles(
        _noted(features, names),
        about,
        target,
        box=box,
        title=order.get("title") or path.name,
        said=lambda done, of: say(step="tiles", done=done, of=of),
    )
    if not count:
        raise UnreadableBase(f"{path.name}: nothing in it lies in the city or near it")
    if order.get("names"):
        Path(order["names"]).write_text(json.dumps([asdict(row) for row in names.rows()]), encoding="utf-8")
    return {"features": count}


def _noted(features: Iterable[BaseFeature], names: NameGatherer) -> Iterator[BaseFeature]:
    """The same features, their names noted on the way."""
    for feature in features:
        names.add(feature)
        yield feature


def _read(
    path: Path, order: dict[str, Any], box: Box | None, say: Callable[..., None]
) -> tuple[Iterator[BaseFeature], BaseAbout]:
    def reading(part: str) -> None:
        say(step="reading", part=part)

    if path.name.endswith(".osm.pbf"):
        return read_openstreetmap(path, box, said=reading), BaseAbout((ATTRIBUTION,), (LICENCE,))
    if path.suffix == ".gpkg":
        mapping = read_mapping(Path(order["mapping"]))
        return read_geopackage(path, mapping, box, said=reading), about_mapping(mapping)
    reading(path.name)
    return read_base_features(path), read_base_about(path)


def _say(**words: Any) -> None:
    sys.stdout.write(json.dumps(words) + "\n")
    sys.stdout.flush()


if __name__ == "__main__":
    limit_memory()
    try:
        _say(result=main(json.loads(sys.argv[1]), _say))
    except UnreadableBase as error:
        _say(error=str(error))
    except MemoryError:
        _say(error="more memory is needed than there is; cut the file to the city first")
    except Exception as error:  # whatever GDAL says, the caller shall hear it
        _say(error=f"{type(error).__name__}: {error}"[:300])
