"""Layers of a map file read with GDAL: shapes in degrees, attributes, and what was mended or is missing, with its row."""

from __future__ import annotations

import base64
import re
import sqlite3
import tempfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from pathlib import Path
from typing import Any

import numpy as np
import shapely
from pyproj.exceptions import CRSError, ProjError
from shapely.geometry.base import BaseGeometry

from insek.engines.geometry import to_wkb
from insek.engines.tables.book import USUAL_LIMITS, CellValue, ReadLimits, cell_shown
from insek.engines.tables.found_table import FoundColumn, FoundRow, FoundTable
from insek.engines.tables.notes import Decisions, FileRefused, Note, OpenQuestion, RowProblem
from insek.engines.tables.notes import german as _

from .layer_files import lay_down
from .reference_systems import (
    GAUSS_KRUEGER,
    NAMES,
    Bounds,
    are_swapped,
    epsg_of,
    is_possible,
    likely_systems,
    transformer,
)

MOST_FEATURES = 200_000
MOST_VERTICES = 10_000_000
_NOISE = frozenset({
    "gml_id", "lowercorner", "uppercorner", "timestamp", "begin", "end", "altitudemode", "tessellate", "extrude", "visibility", "draworder", "icon", "fid", "ogc_fid",
})  # fmt: skip
"""Attributes that formats add by themselves."""
_SAYS_NAME = re.compile(r"name|bezeichnung|titel|title|ortsteil|stadtteil", re.IGNORECASE)
_CURVES = re.compile(
    rb"<(?:\w+:)?(?:Arc|ArcString|ArcByCenterPoint|CircleByCenterPoint|Circle|CompositeCurve)\b"
)


@dataclass(frozen=True)
class LayerInfo:
    """A layer of a file, before one is chosen."""

    name: str
    geometry: str
    """Polygon, LineString, Point …; ``Unknown`` where it is mixed."""
    features: int
    fields: tuple[str, ...]
    epsg: int | None


@dataclass(frozen=True)
class LayerFeature:
    """One shape with its attributes."""

    row: int
    """Its place in the file, from 1."""
    values: tuple[CellValue, ...]
    wkb: bytes
    """In degrees (WGS 84), valid, rounded to 7 places; empty where there is none, or while the reference system is asked for."""
    name: str = ""
    """What it is called, for problems."""


@dataclass
class LayerRead:
    """A layer that was read."""

    layer: str
    fields: tuple[str, ...] = ()
    features: list[LayerFeature] = field(default_factory=list)
    epsg: int | None = None
    """The reference system it was in."""
    questions: list[OpenQuestion] = field(default_factory=list)
    problems: list[RowProblem] = field(default_factory=list)
    notes: list[Note] = field(default_factory=list)

    def as_table(self) -> FoundTable:
        """The attributes as a table, so that columns and words are found as in any other."""
        table = FoundTable(self.layer, "layer", head_rows=(0,), sheets=(self.layer,))
        table.columns = [FoundColumn(index, name, (name,), index) for index, name in enumerate(self.fields)]
        table.rows = [FoundRow(one.row, one.values, self.layer) for one in self.features]
        return table


def list_layers(data: bytes, limits: ReadLimits = USUAL_LIMITS) -> list[LayerInfo]:
    """The layers of a file. Raises FileRefused."""
    import pyogrio

    with tempfile.TemporaryDirectory(prefix="insek-layer-") as folder:
        path = lay_down(data, Path(folder), limits)
        _quieten()
        found = []
        try:
            for name, _geometry in pyogrio.list_layers(path):
                info = pyogrio.read_info(path, layer=name)
                if info["geometry_type"] is not None:
                    found.append(
                        LayerInfo(str(name), str(info["geometry_type"]), int(info["features"]), tuple(map(str, info["fields"])), epsg_of(info["crs"]))
                    )  # fmt: skip
        except (pyogrio.errors.DataSourceError, pyogrio.errors.DataLayerError, UnicodeDecodeError, ValueError) as error:  # fmt: skip
            raise _unreadable() from error
    if not found:
        raise FileRefused(Note("empty", _("Die Datei enthält keine Flächen, Linien oder Punkte.")))
    return found


def read_layer(
    data: bytes,
    *,
    layer: str = "",
    near: tuple[float, float] | None = None,
    decisions: Decisions | None = None,
    limits: ReadLimits = USUAL_LIMITS,
) -> LayerRead:
    """One layer of a file. Raises FileRefused.

    Parameters
    ----------
    layer : its name; may be empty where there is one only
    near : longitude and latitude of the city, by which reference systems are proposed
    decisions : ``crs`` (an EPSG code) and ``swapped`` (``yes`` or ``no``)
    """
    import pyogrio

    layers = list_layers(data, limits)
    chosen = next((one for one in layers if one.name == layer), None) if layer else layers[0]
    if chosen is None or (not layer and len(layers) > 1):
        names = ", ".join(one.name for one in layers)
        raise FileRefused(Note("choose_layer", _("Die Datei enthält mehrere Ebenen: %(names)s. Bitte wählen Sie eine aus."), {"names": names}))  # fmt: skip
    if chosen.features > MOST_FEATURES:
        raise FileRefused(Note("too_large", _("Die Ebene hat mehr als %(most)s Elemente. Bitte teilen Sie sie auf."), {"most": str(MOST_FEATURES)}))  # fmt: skip
    with tempfile.TemporaryDirectory(prefix="insek-layer-") as folder:
        path = lay_down(data, Path(folder), limits)
        curved = _is_curved(path, chosen.name, data)
        try:
            meta, shapes, columns = _raw(path, chosen.name)
        except (pyogrio.errors.DataSourceError, pyogrio.errors.DataLayerError, UnicodeDecodeError, ValueError) as error:  # fmt: skip
            raise _unreadable() from error
    read = LayerRead(chosen.name, notes=[_curve_note()] if curved else [])
    fields, rows = _attributes(list(map(str, meta["fields"])), columns, len(shapes))
    read.fields = fields
    _Shapes(read, rows, near, decisions or {}).read(shapes, epsg_of(meta["crs"]))
    return read


def _unreadable() -> FileRefused:
    return FileRefused(Note("broken", _("Die Datei ist beschädigt oder in einer Form, die nicht gelesen werden kann. Bitte speichern Sie sie als GeoPackage.")))  # fmt: skip


def _curve_note() -> Note:
    return Note("curves", _("Gebogene Linien sind durch gerade Stücke ersetzt."))


def _quieten() -> None:
    """No download of schemas, no reading of neighbours: GDAL looks at this file and nothing else."""
    import pyogrio

    pyogrio.set_gdal_config_options({
        "GML_SKIP_RESOLVE_ELEMS": "ALL", "GDAL_HTTP_MAX_RETRY": "0", "CPL_VSIL_CURL_ALLOWED_EXTENSIONS": ".none", "OGR_GEOJSON_MAX_OBJ_SIZE": "0",
        "GML_GFS_TEMPLATE": "", "OGR_ENABLE_PARTIAL_REPROJECTION": False,
    })  # fmt: skip


def _raw(path: Path, layer: str) -> tuple[dict[str, Any], Any, Any]:
    """Attributes in the encoding that the file names, else UTF-8, else Windows' Latin."""
    from pyogrio.raw import read

    _quieten()
    options: dict[str, Any] = {"layer": layer, "force_2d": True, "datetime_as_string": True}
    shape = path if path.suffix == ".shp" else path / f"{layer}.shp" if path.is_dir() else None
    if shape is not None and not shape.with_suffix(".cpg").exists():
        try:
            rows = shape.with_suffix(".dbf").read_bytes()
            rows[int.from_bytes(rows[8:10], "little") :].decode("utf-8")  # behind the head, which is no text
            options["encoding"] = "UTF-8"
        except UnicodeDecodeError:
            options["encoding"] = "CP1252"
    if path.suffix == ".gml":
        options["DOWNLOAD_SCHEMA"] = "NO"
    try:
        meta, _index, shapes, columns = read(path, **options)
    except UnicodeDecodeError:
        meta, _index, shapes, columns = read(path, **options | {"encoding": "CP1252"})
    return meta, shapes, columns


def _is_curved(path: Path, layer: str, data: bytes) -> bool:
    """Whether a layer has curved shapes, which GDAL hands over as straight pieces without saying so."""
    if path.suffix == ".gml":
        return _CURVES.search(data) is not None
    if path.suffix != ".gpkg":
        return False
    try:
        connection = sqlite3.connect(f"file:{path}?mode=ro&immutable=1", uri=True)
        try:
            column = connection.execute("SELECT column_name FROM gpkg_geometry_columns WHERE table_name = ?", (layer,)).fetchone()  # fmt: skip
            if column is None:
                return False
            quoted = [part.replace('"', '""') for part in (column[0], layer)]
            statement = f'SELECT substr("{quoted[0]}", 1, 90) FROM "{quoted[1]}" LIMIT 50000'  # noqa: S608 -- names quoted as SQLite asks for
            for (blob,) in connection.execute(statement):
                if blob and _curve_in(bytes(blob)):
                    return True
        finally:
            connection.close()
    except sqlite3.Error:
        return False
    return False


def _curve_in(blob: bytes) -> bool:
    """Whether the geometry of a GeoPackage (header, envelope, WKB) is one of the curved kinds of ISO 13249."""
    if blob[:2] != b"GP" or len(blob) < 9:
        return False
    start = 8 + {0: 0, 1: 32, 2: 48, 3: 48, 4: 64}.get((blob[3] >> 1) & 7, 0)
    inner = blob[start : start + 5]
    if len(inner) < 5:
        return False
    number = int.from_bytes(inner[1:5], "little" if inner[0] else "big")
    return number % 1000 in {8, 9, 10, 11, 12}


def _attributes(names: Sequence[str], columns: Sequence[Any], count: int) -> tuple[tuple[str, ...], list[tuple[CellValue, ...]]]:  # fmt: skip
    """Names and rows of the attributes, without what formats add by themselves and without empty ones."""
    kept: list[tuple[str, list[CellValue]]] = []
    for name, column in zip(names, columns, strict=True):
        values = [_plain(value) for value in column]
        if name.casefold() in _NOISE or not any(value is not None for value in values):
            continue
        kept.append((name, values))
    rows = [tuple(values[place] for _name, values in kept) for place in range(count)]
    return tuple(name for name, _values in kept), rows


def _plain(value: Any) -> CellValue:
    if value is None or (isinstance(value, float | np.floating) and np.isnan(value)):
        return None
    if isinstance(value, np.datetime64):
        return None if np.isnat(value) else value.astype("datetime64[D]").astype(date)
    if isinstance(value, np.generic):
        value = value.item()
    if isinstance(value, float) and value.is_integer() and abs(value) < 1e15:
        return int(value)
    if isinstance(value, str):
        return value if value.strip() else None
    if isinstance(value, bool | int | float | datetime | date):
        return value
    return str(value)


class _Shapes:
    """The shapes of a layer on their way to degrees."""

    def __init__(self, read: LayerRead, rows: Sequence[tuple[CellValue, ...]], near: tuple[float, float] | None, decisions: Decisions) -> None:  # fmt: skip
        self.layer, self.rows, self.near, self.decisions = read, rows, near, decisions
        self.name_column = next(
            (place for place, name in enumerate(read.fields) if _SAYS_NAME.search(name)), 0
        )

    def read(self, wkbs: Any, epsg: int | None) -> None:
        shapes = shapely.from_wkb(np.asarray(wkbs, dtype=object), on_invalid="ignore")
        filled = [one for one in shapes if one is not None and not one.is_empty]
        if sum(int(shapely.get_num_coordinates(one)) for one in filled) > MOST_VERTICES:
            raise FileRefused(
                Note("vertices", _("Die Ebene hat zu viele Stützpunkte. Bitte vereinfachen Sie sie."))
            )
        if not filled:
            raise FileRefused(Note("empty", _("Die Datei enthält keine Flächen, Linien oder Punkte.")))
        west, south, east, north = map(float, shapely.total_bounds(filled))
        system = self._system(epsg, (west, south, east, north))
        turned = system is not None and self._swapped(system, (west, south, east, north))
        self.layer.epsg = system
        if system in GAUSS_KRUEGER:
            self.layer.notes.append(Note("gauss_krueger", _("Gauß-Krüger-Koordinaten sind ohne amtliches Gitter umgerechnet; die Lage stimmt auf etwa 3 m.")))  # fmt: skip
        for place, shape in enumerate(shapes):
            name = self._name(place)
            wkb = b""
            if shape is None or shape.is_empty:
                self._say(place, Note("no_geometry", _("„%(name)s“ hat keine Geometrie. Bitte ergänzen Sie sie oder lassen Sie die Zeile weg."), {"name": name}))  # fmt: skip
            elif system is not None and turned is not None:
                wkb = self._degrees(place, shape, system, turned)
            self.layer.features.append(LayerFeature(place + 1, self.rows[place], wkb, name))

    def _name(self, place: int) -> str:
        row = self.rows[place]
        value = row[self.name_column] if row else None
        return cell_shown(value) or f"Nr. {place + 1}"

    def _say(self, place: int, note: Note, *, severe: bool = True) -> None:
        self.layer.problems.append(
            RowProblem(place + 1, note, self.layer.layer, "", self._name(place), severe)
        )

    def _system(self, epsg: int | None, bounds: Bounds) -> int | None:
        """The EPSG code: as decided, as the file says where its numbers can be that, else asked for."""
        answer = self.decisions.get("crs", "").removeprefix("EPSG:").strip()
        if answer.isascii() and answer.isdigit() and len(answer) < 7 and is_possible(int(answer), bounds):
            return int(answer)
        if epsg is not None and is_possible(epsg, bounds):
            return epsg
        swapped = are_swapped(bounds, self.near)
        likely = likely_systems(
            (bounds[1], bounds[0], bounds[3], bounds[2]) if swapped else bounds, self.near
        )
        offered = [*likely, *(code for code in NAMES if code not in likely and is_possible(code, bounds))]
        words = _("Die Datei sagt nicht, in welchem Bezugssystem ihre Koordinaten stehen (die kleinsten: %(x)s; %(y)s). Welches ist es?") if epsg is None else _("Die Koordinaten der Datei (die kleinsten: %(x)s; %(y)s) passen nicht zu dem Bezugssystem, das sie nennt. Welches ist es?")  # fmt: skip
        self.layer.questions.append(
            OpenQuestion(
                "crs", Note("crs", words, {"x": f"{bounds[0]:.6g}" if abs(bounds[0]) < 1000 else f"{bounds[0]:.0f}", "y": f"{bounds[1]:.6g}" if abs(bounds[1]) < 1000 else f"{bounds[1]:.0f}"}),
                tuple((str(code), Note("epsg", "%(what)s (EPSG:%(code)s)", {"what": NAMES[code], "code": str(code)})) for code in offered), str(likely[0]) if likely else "", free=True,
            )
        )  # fmt: skip
        return None

    def _swapped(self, system: int, bounds: Bounds) -> bool | None:
        """Whether longitude and latitude are turned round; None while it is asked."""
        if system not in {4326, 4258} or not are_swapped(bounds, self.near):
            return False
        answer = self.decisions.get("swapped", "")
        if answer in {"yes", "no"}:
            return answer == "yes"
        self.layer.questions.append(
            OpenQuestion(
                "swapped", Note("swapped", _("Längen- und Breitengrad scheinen vertauscht zu sein: So wie sie dastehen, liegt die Karte nicht bei der Stadt. Sollen sie getauscht werden?")),
                (("yes", Note("yes", _("ja, tauschen"))), ("no", Note("no", _("nein, so lassen")))), "yes",
            )
        )  # fmt: skip
        return None

    def _degrees(self, place: int, shape: BaseGeometry, system: int, turned: bool) -> bytes:
        """A shape in degrees, mended where its border crosses itself; empty where nothing is left of it."""
        mended = self._mended(place, shape)
        if mended is None:
            return b""
        try:
            change = transformer(system)

            def moved(xy: Any) -> Any:
                if turned:
                    xy = xy[:, ::-1]
                return (
                    xy
                    if system == 4326
                    else np.column_stack(change.transform(xy[:, 0], xy[:, 1], errcheck=True))
                )

            return to_wkb(shapely.transform(mended, moved))
        except (ProjError, CRSError):
            self._say(
                place,
                Note(
                    "outside", _("„%(name)s“ liegt außerhalb des Bezugssystems."), {"name": self._name(place)}
                ),
            )
            return b""

    def _mended(self, place: int, shape: BaseGeometry) -> BaseGeometry | None:
        flat = shapely.force_2d(shape)
        parts = [part for part in shapely.get_parts(shapely.get_parts(flat)) if not part.is_empty]
        highest = max((int(shapely.get_dimensions(part)) for part in parts), default=-1)
        if flat.geom_type == "GeometryCollection":
            flat = _united([part for part in parts if shapely.get_dimensions(part) == highest], highest)
        if flat.is_valid:
            return flat
        mended = shapely.make_valid(flat, method="structure", keep_collapsed=False)
        if mended.is_empty:
            self._say(place, Note("nothing_left", _("Von „%(name)s“ bleibt nach dem Reparieren nichts übrig. Bitte zeichnen Sie die Fläche neu."), {"name": self._name(place)}))  # fmt: skip
            return None
        reason = shapely.is_valid_reason(flat).split("[")[0].strip()
        note = Note("mended", _("Die Grenze von „%(name)s“ überschneidet sich selbst und wurde repariert. Bitte prüfen Sie die Fläche auf der Karte."), {"name": self._name(place), "reason": reason})  # fmt: skip
        self._say(place, note, severe=False)
        return mended


def _united(parts: Sequence[BaseGeometry], dimension: int) -> BaseGeometry:
    made: BaseGeometry = (shapely.multipoints, shapely.multilinestrings, shapely.multipolygons)[dimension](
        parts
    )
    return made


def layer_json(read: LayerRead) -> dict[str, Any]:
    """A layer as plain values, for the way between processes and for keeping."""
    return {
        "layer": read.layer, "fields": list(read.fields), "epsg": read.epsg,
        "features": [[one.row, [_kept(value) for value in one.values], base64.b64encode(one.wkb).decode(), one.name] for one in read.features],
        "questions": [
            {
                "key": one.key, "note": one.note.as_json(), "choices": [[key, note.as_json()] for key, note in one.choices], "proposed": one.proposed, "free": one.free,
            }
            for one in read.questions
        ],
        "problems": [[one.row, one.note.as_json(), one.value, one.severe] for one in read.problems],
        "notes": [note.as_json() for note in read.notes],
    }  # fmt: skip


def _kept(value: CellValue) -> Any:
    return value.isoformat() if isinstance(value, date) else value


def layer_from_json(kept: Mapping[str, Any]) -> LayerRead:
    """The layer that ``layer_json`` made plain; days come as texts."""
    layer = kept["layer"]
    return LayerRead(
        layer, tuple(kept["fields"]),
        [LayerFeature(row, tuple(values), base64.b64decode(wkb), name) for row, values, wkb, name in kept["features"]], kept["epsg"],
        [
            OpenQuestion(one["key"], Note.from_json(one["note"]), tuple((key, Note.from_json(note)) for key, note in one["choices"]), one["proposed"], free=one["free"])
            for one in kept["questions"]
        ],
        [RowProblem(row, Note.from_json(note), layer, "", value, severe) for row, note, value, severe in kept["problems"]],
        [Note.from_json(note) for note in kept["notes"]],
    )  # fmt: skip
