"""The base map of this installation: one PMTiles file in the folder of files, read by whoever needs a tile.

The file is only ever replaced as a whole. Its generation is made of the file's own time and size and stands in the addresses
of the tiles, so that browsers keep them for good and every process notices a new file by itself.
"""

from __future__ import annotations

import gzip
import json
import mmap
import re
from dataclasses import dataclass
from functools import lru_cache
from html import unescape
from pathlib import Path
from typing import Any

from django.conf import settings

from .features import BaseAbout, UnreadableBase
from .openstreetmap import Box

OWN, PROTOMAPS, PROTOMAPS_3 = "insek", "protomaps", "protomaps-3"
"""The schemas of tiles that can be drawn: ours, version 4 of the Protomaps basemap, and what was before that."""
OLD_KEY = "pmap:kind"
"""The property of the class before version 4."""
PROTOMAPS_LAYERS = {"earth", "landuse", "water", "roads"}
DEEPEST = 4
"""Levels of directories in a PMTiles file, at most."""


def base_path() -> Path:
    """Where the base map of this installation lies."""
    return Path(settings.MEDIA_ROOT) / "basemap" / "base.pmtiles"


@dataclass(frozen=True)
class BaseMap:
    """An open base map."""

    generation: str
    schema: str
    about: BaseAbout
    zooms: tuple[int, int]
    extent: Box
    title: str
    size: int
    """Bytes of the file."""
    features: int
    """Features it was made of, 0 where the file does not say."""
    reader: Any

    def tile(self, z: int, x: int, y: int) -> bytes:
        """A tile as it is in the file, packed with gzip; empty where there is none."""
        return _tile(self.reader, self.generation, z, x, y)


def current_base_map() -> BaseMap | None:
    """The base map in use; None where none was read in. One look at the file, which is opened again when it is another."""
    path = base_path()
    try:
        state = path.stat()
    except OSError:
        return None
    return _opened(path, f"{state.st_mtime_ns:x}-{state.st_size:x}")


def generation_of_base_map() -> str:
    """For the name of what is kept of a page with a map; empty without a base map."""
    base = current_base_map()
    return base.generation if base else ""


@lru_cache(maxsize=2)
def _opened(path: Path, generation: str) -> BaseMap | None:
    try:
        return open_base_map(path, generation)
    except (
        OSError,
        UnreadableBase,
    ):  # a file that is gone or broken is no base map; the maps stand on plain ground
        return None


def open_base_map(path: Path, generation: str = "", name: str = "") -> BaseMap:
    """Open a PMTiles file and look at what it says of itself; ``name`` is what messages call it. Raises UnreadableBase."""
    name = name or path.name
    from pmtiles.reader import Reader
    from pmtiles.tile import Compression, TileType

    try:
        with path.open("rb") as file:
            content = mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ)
        reader = Reader(lambda offset, length: content[offset : offset + length])
        header, said = reader.header(), _unpacked(reader.metadata())
    except Exception as error:  # the library raises what it comes upon
        raise UnreadableBase(f"{name}: no PMTiles file of version 3 ({error})".replace(" ()", "")) from None
    if header["tile_type"] != TileType.MVT or header["tile_compression"] != Compression.GZIP:
        raise UnreadableBase(f"{name}: its tiles are no vector tiles packed with gzip")
    return BaseMap(
        generation=generation,
        schema=_schema(said, name),
        about=_about(said),
        zooms=(header["min_zoom"], header["max_zoom"]),
        extent=(
            header["min_lon_e7"] / 1e7, header["min_lat_e7"] / 1e7, header["max_lon_e7"] / 1e7, header["max_lat_e7"] / 1e7,
        ),
        title=str(said.get("name") or name),
        size=path.stat().st_size,
        features=_count(said),
        reader=reader,
    )  # fmt: skip


def _unpacked(said: dict[str, Any]) -> dict[str, Any]:
    """What a file says of itself; one that was converted from MBTiles says its layers in a text of JSON, as that format does."""
    inner = said.get("json")
    if not isinstance(inner, str) or "vector_layers" in said:
        return said
    try:
        told = json.loads(inner)
    except ValueError:
        return said
    return {**told, **said} if isinstance(told, dict) else said


def _schema(said: dict[str, Any], name: str) -> str:
    described = [layer for layer in said.get("vector_layers") or [] if isinstance(layer, dict)]
    layers = {str(layer.get("id")) for layer in described}
    if "insek" in said:
        return OWN
    if layers >= PROTOMAPS_LAYERS:
        return (
            PROTOMAPS_3 if any(OLD_KEY in (layer.get("fields") or {}) for layer in described) else PROTOMAPS
        )
    raise UnreadableBase(
        f"{name}: its layers ({', '.join(sorted(layers)) or 'none'}) are neither those of INSEK nor of the Protomaps basemap"
    )


def _plain_words(text: str) -> str:
    """What a file of others says in HTML ("<a href=…>&copy; OpenStreetMap</a>"), as text."""
    return " ".join(unescape(re.sub(r"<[^<>]*>", " ", text)).split())


def _count(said: dict[str, Any]) -> int:
    own = said.get("insek")
    count = own.get("features") if isinstance(own, dict) else 0
    return count if isinstance(count, int) else 0


def _about(said: dict[str, Any]) -> BaseAbout:
    own = said.get("insek") or {}
    attribution = own.get("attribution") or [_plain_words(str(said.get("attribution") or ""))]

    def texts(name: str) -> tuple[str, ...]:
        return tuple(str(one) for one in own.get(name) or ())

    return BaseAbout(
        attribution=tuple(str(one) for one in attribution if one),
        licence=texts("licence"),
        source=texts("source"),
        as_of=str(own.get("as_of") or ""),
        note=texts("note"),
    )


@lru_cache(maxsize=64)
def _directory(reader: Any, generation: str, offset: int, length: int) -> Any:
    from pmtiles.tile import deserialize_directory

    return deserialize_directory(reader.get_bytes(offset, length))


@lru_cache(maxsize=4)
def _header(reader: Any, generation: str) -> dict[str, Any]:
    return dict(reader.header())


def _tile(reader: Any, generation: str, z: int, x: int, y: int) -> bytes:
    """What ``Reader.get`` does, without unpacking the directories each time."""
    from pmtiles.tile import find_tile, zxy_to_tileid

    header = _header(reader, generation)
    tile_id = zxy_to_tileid(z, x, y)
    offset, length = header["root_offset"], header["root_length"]
    for _depth in range(DEEPEST):
        found = find_tile(_directory(reader, generation, offset, length), tile_id)
        if not found:
            return b""
        if found.run_length:
            return bytes(reader.get_bytes(header["tile_data_offset"] + found.offset, found.length))
        offset, length = header["leaf_directory_offset"] + found.offset, found.length
    return b""


def plain(tile: bytes) -> bytes:
    """A tile for whoever does not take gzip."""
    return gzip.decompress(tile) if tile else b""
