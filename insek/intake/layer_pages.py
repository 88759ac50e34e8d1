"""The page on which a layer of a map file is chosen and its reference system said."""

from __future__ import annotations

from typing import Any

from django.http import QueryDict
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from insek.engines.layers.reference_systems import NAMES
from insek.engines.tables.notes import FileRefused, Note
from insek.web.words_of_engines import say

from . import layer_reading
from .models import Batch
from .table_files import BadFile

MOST_SAID = 50
SORTS = {
    "Point": gettext_lazy("Punkte"), "MultiPoint": gettext_lazy("Punkte"), "LineString": gettext_lazy("Linien"), "MultiLineString": gettext_lazy("Linien"),
    "Polygon": gettext_lazy("Flächen"), "MultiPolygon": gettext_lazy("Flächen"), "CurvePolygon": gettext_lazy("Flächen"), "MultiSurface": gettext_lazy("Flächen"),
}  # fmt: skip


def layer_page(batch: Batch) -> dict[str, Any]:
    """The layers of the file, what is asked about the chosen one, and what is to be said of it."""
    chosen = batch.task["sheet"]
    found: dict[str, Any] = {
        "layers": [
            {
                "name": each["name"], "chosen": each["name"] == chosen, "features": each["features"],
                "sort": SORTS.get(each["geometry"].split(" ")[0], _("Formen")), "fields": ", ".join(each["fields"][:8]),
            }
            for each in batch.task[layer_reading.LAYERS]
        ],
    }  # fmt: skip
    try:
        read = layer_reading.layer_of(batch)
    except BadFile as error:
        return {**found, "broken": str(error)}
    decided = batch.task.get("decisions", {})
    return {
        **found,
        "count": len(read.features),
        "system": system_words(read.epsg),
        "can_change_system": bool(decided.get("crs")),
        "notes": [say(note) for note in read.notes],
        "questions": [
            {
                "key": question.key, "text": say(question.note), "free": question.free,
                "choices": [
                    {"key": key, "label": say(note), "chosen": decided.get(question.key, question.proposed) == key}
                    for key, note in question.choices
                ],
            }
            for question in read.questions
        ],
        "problems": [
            {"row": problem.row, "text": say(problem.note), "severe": problem.severe}
            for problem in read.problems[:MOST_SAID]
        ],
        "more_problems": max(0, len(read.problems) - MOST_SAID),
    }  # fmt: skip


def system_words(epsg: int | None) -> str:
    """A reference system as one says it; empty where it is not known."""
    if epsg is None:
        return ""
    name = say(Note("epsg", NAMES[epsg])) if epsg in NAMES else ""
    return f"{name} (EPSG:{epsg})" if name else f"EPSG:{epsg}"


def said_layer(batch: Batch, sent: QueryDict) -> tuple[bool, str]:
    """Take what was said about the layer; whether the columns come next, and what is wrong in words."""
    answers = {name: sent.get(f"frage.{name}", "") for name in layer_reading.ANSWERS}
    typed = sent.get("anderes", "").upper().removeprefix("EPSG:").strip()
    if typed:
        answers["crs"] = typed
    if "neu" in sent:
        batch.task = {
            **batch.task,
            "decisions": {
                name: said
                for name, said in batch.task.get("decisions", {}).items()
                if name not in layer_reading.ANSWERS
            },
        }
        answers, batch.table = {}, b""
    layer = sent.get("blatt", batch.task["sheet"])
    is_other = layer != batch.task["sheet"]
    try:
        done = layer_reading.say_layer(batch, layer, answers)
    except (BadFile, FileRefused) as error:
        return False, str(error)
    if typed and not done and layer_reading.layer_of(batch).questions:
        return False, _("EPSG:%(code)s passt nicht zu den Koordinaten der Datei.") % {"code": typed[:20]}
    return done and not is_other and "weiter" in sent, ""
