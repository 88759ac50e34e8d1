"""Map files by what is in them: which of the few formats that are read, laid down in a folder where GDAL finds it.

GDAL is only ever given a file that was recognised here and named by us, so no format that could lead elsewhere (VRT and its
kin) is opened. GeoJSON is read as text first: in any encoding, and also as a bare array of features.
"""

from __future__ import annotations

import io
import json
import re
import zipfile
from pathlib import Path, PurePosixPath
from typing import Any

from insek.engines.tables.book import ReadLimits
from insek.engines.tables.notes import FileRefused, Note
from insek.engines.tables.notes import german as _
from insek.engines.tables.text_files import decoded

SHAPE_PARTS = {".shp", ".shx", ".dbf", ".prj", ".cpg"}
SUFFIXES = {
    "gpkg": ".gpkg",
    "geojson": ".geojson",
    "kml": ".kml",
    "gml": ".gml",
    "fgb": ".fgb",
    "shp": ".shp",
}
KINDS = tuple(SUFFIXES)
MOST_PARTS = 2_000


def is_layer_file(data: bytes) -> bool:
    """Whether a file is one of the formats of maps, so that it is not taken for a table."""
    try:
        return bool(kind_of_layer(data))
    except FileRefused:
        return False


def kind_of_layer(data: bytes) -> str:
    """Which of ``KINDS`` a file is; ``zip`` for an archive with one in it. Raises FileRefused."""
    if data.startswith(b"SQLite format 3\x00"):
        return "gpkg"
    if data.startswith(b"fgb\x03"):
        return "fgb"
    if data.startswith(b"PK"):
        return "zip"
    begin = _beginning(data)
    if begin.startswith(("{", "[")):
        if re.search(
            r'"(?:Feature|FeatureCollection|Polygon|MultiPolygon|Point|LineString|MultiLineString|MultiPoint)"',
            data[:200_000].decode("utf-8", "replace").replace("\x00", ""),
        ):
            return "geojson"
        raise _not_a_map()
    if begin.startswith("<"):
        if "opengis.net/kml" in begin or "earth.google.com/kml" in begin or re.search(r"<kml\b", begin):
            return "kml"
        if "opengis.net/gml" in begin or "FeatureCollection" in begin:
            return "gml"
    if data[:4] == b"\x00\x00\x27\x0a":
        raise FileRefused(Note("shape_alone", _("Von einem Shapefile wird ein ZIP gebraucht, in dem mindestens die Dateien .shp, .shx und .dbf liegen.")))  # fmt: skip
    raise _not_a_map()


def _beginning(data: bytes) -> str:
    if data.startswith((b"\xff\xfe", b"\xfe\xff")):
        return data[:8000].decode("utf-16", "replace").lstrip("\ufeff \r\n\t")
    return data[:8000].replace(b"\x00", b"").decode("utf-8", "replace").lstrip("\ufeff \r\n\t")


def _not_a_map() -> FileRefused:
    return FileRefused(
        Note("no_map", _("Das ist keine Kartendatei. Gelesen werden GeoPackage, Shapefile als ZIP, GeoJSON, KML, KMZ, GML und FlatGeobuf."))
    )  # fmt: skip


def lay_down(data: bytes, folder: Path, limits: ReadLimits) -> Path:
    """Write a file into a folder under a name of ours and say where GDAL shall look. Raises FileRefused."""
    kind = kind_of_layer(data)
    if kind == "zip":
        return _unpacked(data, folder, limits)
    if kind == "geojson":
        data = _as_collection(data)
    if kind in {"kml", "gml"}:
        data = _without_instructions(data)
    path = folder / f"layer{SUFFIXES[kind]}"
    path.write_bytes(data)
    return path


def _without_instructions(data: bytes) -> bytes:
    """XML without entities that unpack without end. Raises FileRefused."""
    for sign in ("<!DOCTYPE", "<!ENTITY"):
        if any(sign.encode(encoding) in data for encoding in ("utf-8", "utf-16-le", "utf-16-be")):
            raise FileRefused(Note("entities", _("Die Datei enthält Anweisungen, die in eine Karte nicht gehören. Sie wird nicht gelesen.")))  # fmt: skip
    return data


def _as_collection(data: bytes) -> bytes:
    """GeoJSON as GDAL likes it: UTF-8, a collection even where the file is an array of features or one geometry."""
    text, _encoding = decoded(data)
    try:
        value: Any = json.loads(text)
    except (ValueError, RecursionError) as error:
        raise FileRefused(Note("json", _("Die Datei ist kein gültiges GeoJSON."))) from error
    if isinstance(value, list):
        value = {"type": "FeatureCollection", "features": [one for one in value if isinstance(one, dict)]}
    elif isinstance(value, dict) and value.get("type") not in {"FeatureCollection", "Feature"}:
        value = {
            "type": "FeatureCollection",
            "features": [{"type": "Feature", "properties": {}, "geometry": value}],
        }
    elif isinstance(value, dict) and value.get("type") == "Feature":
        value = {"type": "FeatureCollection", "features": [value]}
    if not isinstance(value, dict) or not value.get("features"):
        raise FileRefused(Note("empty", _("Die Datei enthält keine Flächen, Linien oder Punkte.")))
    return json.dumps(value, ensure_ascii=False).encode()


def _unpacked(data: bytes, folder: Path, limits: ReadLimits) -> Path:
    """The map file in an archive: the parts of one shapefile, or one file of another kind. Raises FileRefused."""
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            parts = [
                part for part in archive.infolist() if not part.is_dir() and "__MACOSX" not in part.filename
            ]
            if len(parts) > MOST_PARTS or sum(part.file_size for part in parts) > limits.unpacked_bytes:
                raise FileRefused(
                    Note("bomb", _("Die Datei wird beim Auspacken zu groß. Sie wird nicht gelesen."))
                )
            if any(part.flag_bits & 1 for part in parts):
                raise FileRefused(Note("password", _("Die Datei ist mit einem Kennwort geschützt. Bitte speichern Sie sie ohne Kennwort.")))  # fmt: skip
            shapes = [part for part in parts if part.filename.lower().endswith(".shp")]
            if shapes:
                return _shapefile(archive, parts, shapes, folder)
            for part in parts:
                suffix = PurePosixPath(part.filename).suffix.lower()
                if suffix in {".gpkg", ".geojson", ".json", ".kml", ".gml", ".fgb"}:
                    inner = archive.read(part)
                    if kind_of_layer(inner) == "zip":
                        continue
                    return lay_down(inner, folder, limits)
    except (zipfile.BadZipFile, OSError, EOFError, NotImplementedError, RuntimeError, ValueError) as error:
        raise FileRefused(Note("broken", _("Die Datei ist beschädigt. Bitte speichern oder packen Sie sie neu."))) from error  # fmt: skip
    raise _not_a_map()


def _shapefile(archive: zipfile.ZipFile, parts: list[zipfile.ZipInfo], shapes: list[zipfile.ZipInfo], folder: Path) -> Path:  # fmt: skip
    """All shapefiles of an archive in one folder, so that each is a layer."""
    for number, shape in enumerate(shapes):
        stem = str(PurePosixPath(shape.filename).with_suffix(""))
        name = re.sub(r"[^\w-]+", "_", PurePosixPath(shape.filename).stem)[:60] or f"layer{number}"
        found = set()
        for part in parts:
            path = PurePosixPath(part.filename)
            if str(path.with_suffix("")).lower() == stem.lower() and path.suffix.lower() in SHAPE_PARTS:
                (folder / f"{name}{path.suffix.lower()}").write_bytes(archive.read(part))
                found.add(path.suffix.lower())
        missing = [suffix for suffix in (".shx", ".dbf") if suffix not in found]
        if missing:
            raise FileRefused(Note("shape_parts", _("Im Shapefile „%(name)s“ fehlt %(missing)s. Bitte packen Sie alle Dateien dieses Namens in das ZIP."), {"name": name, "missing": ", ".join(missing)}))  # fmt: skip
    first = re.sub(r"[^\w-]+", "_", PurePosixPath(shapes[0].filename).stem)[:60] or "layer0"
    return folder if len(shapes) > 1 else folder / f"{first}.shp"
