"""A map file as what is read in: its layers, the reference system, and the shapes beside the rows.

The attributes of a layer are a table like any other, so columns and words are found as everywhere; its shapes go beside the
rows (``Reading.shapes``). A layer is read in a process of its own, and anew when another one is chosen or another
reference system is said; what was read is kept in the place of the cells.
"""

from __future__ import annotations

import io
import json
import zipfile
import zlib
from collections.abc import Mapping
from pathlib import PurePosixPath
from typing import Any

import shapely
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from shapely.geometry.base import BaseGeometry

from insek.concept.models import Concept
from insek.engines.layers.layer_files import is_layer_file, kind_of_layer
from insek.engines.layers.reading_layers import LayerRead, layer_from_json, layer_json
from insek.engines.layers.reading_layers_apart import list_layers_apart, read_layer_apart
from insek.engines.tables.found_table import FoundTable
from insek.engines.tables.notes import FileRefused
from insek.people.actors import Actor
from insek.web.words_of_engines import say

from . import batches
from .models import Batch
from .shapes import shape_keeper
from .table_files import BadFile

LAYERS = "layers"
"""Under which a reading of a map file keeps what layers there are."""
ANSWERS = ("crs", "swapped")
MAP_SUFFIXES = {".shp", ".gpkg", ".geojson", ".json", ".kml", ".gml", ".fgb"}
MAP_FILES = ".gpkg,.zip,.geojson,.json,.kml,.kmz,.gml,.fgb"


def is_map(data: bytes) -> bool:
    """Whether a file is a map: by what is in it, and of an archive by what lies in it."""
    if not is_layer_file(data):
        return False
    if kind_of_layer(data) != "zip":
        return True
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            names = archive.namelist()
    except (zipfile.BadZipFile, OSError, ValueError):
        return False
    return "[Content_Types].xml" not in names and any(
        PurePosixPath(name).suffix.lower() in MAP_SUFFIXES for name in names
    )


def begin_layer(
    *, concept: Concept, kind: str, label: str, data: bytes, actor: Actor, task: Mapping[str, Any]
) -> Batch:
    """Keep a map file, if it can be read. Raises BadFile."""
    try:
        layers = list_layers_apart(data)
    except FileRefused as refused:
        raise BadFile(say(refused.note)) from None
    known = [
        {"name": each.name, "geometry": each.geometry, "features": each.features, "fields": list(each.fields)}
        for each in layers
    ]
    batch = batches.begin(
        concept=concept, kind=kind, origin=Batch.Origin.READ, label=label or _("Kartendatei"),
        task={**task, LAYERS: known, "sheet": layers[0].name}, total=layers[0].features, language=get_language() or "de",
        actor=actor, data=data,
    )  # fmt: skip
    try:
        read_chosen(batch)
    except BadFile:
        if len(layers) == 1:
            batch.delete()
            raise
    return batch


def is_of_map(batch: Batch) -> bool:
    """Whether a reading is of a map file."""
    return LAYERS in batch.task


def read_chosen(batch: Batch) -> LayerRead:
    """Read the chosen layer with what was said about it, and keep it. Raises BadFile."""
    keeper = shape_keeper()
    decisions = {
        name: said for name, said in batch.task.get("decisions", {}).items() if name in ANSWERS and said
    }
    try:
        read = read_layer_apart(
            bytes(batch.data), layer=batch.task["sheet"], near=keeper.near(batch.concept) if keeper else None, decisions=decisions
        )  # fmt: skip
    except FileRefused as refused:
        Batch.objects.filter(pk=batch.pk).update(table=b"", total=0)
        batch.table = b""
        raise BadFile(say(refused.note)) from None
    batch.table = zlib.compress(json.dumps(layer_json(read), separators=(",", ":")).encode(), 1)
    batch.total = len(read.features)
    waiting = Batch.objects.filter(pk=batch.pk, state__in=[Batch.State.DRAFT, Batch.State.READY])
    waiting.update(
        table=batch.table, total=batch.total, task=batch.task, state=Batch.State.DRAFT, problem="",
        expires_at=timezone.now() + Batch.READING_KEPT,
    )  # fmt: skip
    batch.state = Batch.State.DRAFT
    return read


def layer_of(batch: Batch) -> LayerRead:
    """The layer that was read. Raises BadFile where none could be."""
    if not batch.table:
        raise BadFile(_("Diese Ebene kann nicht gelesen werden. Bitte wählen Sie eine andere."))
    return layer_from_json(json.loads(zlib.decompress(bytes(batch.table))))


def table_of_layer(read: LayerRead) -> FoundTable:
    """The attributes of a layer as a table. Raises BadFile while its reference system is asked for."""
    if read.questions:
        raise BadFile(_("Bitte sagen Sie zuerst, in welchem Bezugssystem die Karte ist."))
    return read.as_table()


def shapes_of_layer(read: LayerRead) -> dict[int, BaseGeometry]:
    """Row -> its shape in degrees, of the rows that have one."""
    rows = [each for each in read.features if each.wkb]
    shapes = shapely.from_wkb([each.wkb for each in rows])
    return {each.row: shape for each, shape in zip(rows, shapes, strict=True)}


def said_of_shapes(read: LayerRead) -> dict[int, list[tuple[str, bool]]]:
    """Row -> what is to be said of its shape, in words, and whether the row cannot come in for it."""
    found: dict[int, list[tuple[str, bool]]] = {}
    for problem in read.problems:
        found.setdefault(problem.row, []).append((say(problem.note), problem.severe))
    return found


def say_layer(batch: Batch, layer: str, answers: Mapping[str, str]) -> bool:
    """Choose a layer and answer what is asked about it; whether the columns come next. Raises BadFile."""
    names = {each["name"] for each in batch.task[LAYERS]}
    chosen = layer if layer in names else batch.task["sheet"]
    decisions = dict(batch.task.get("decisions", {}))
    if chosen != batch.task["sheet"]:
        decisions = {name: said for name, said in decisions.items() if name not in ANSWERS}
        batch.task = {**batch.task, "columns": {}, "for_all": {}}
    decisions |= {name: said for name, said in answers.items() if name in ANSWERS and said}
    is_other = chosen != batch.task["sheet"] or decisions != batch.task.get("decisions", {})
    batch.task = {**batch.task, "sheet": chosen, "decisions": decisions}
    read = read_chosen(batch) if is_other or not batch.table else layer_of(batch)
    return not read.questions and bool(read.features)
