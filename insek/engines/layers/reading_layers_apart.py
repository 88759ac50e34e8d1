"""Reading a map file in a process of its own, with limits of time and memory, as tables are (``tables.reading_apart``)."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import asdict

from insek.engines.tables.book import ReadLimits
from insek.engines.tables.notes import Decisions
from insek.engines.tables.reading_apart import answer_apart, answer_here

from .reading_layers import LayerInfo, LayerRead, layer_from_json, layer_json, list_layers, read_layer

LAYER_LIMITS = ReadLimits(memory_bytes=3 * 1024 * 1024 * 1024)
"""GDAL and the reference systems take much address space, though little memory."""
_MODULE = "insek.engines.layers.reading_layers_apart"


def list_layers_apart(data: bytes, limits: ReadLimits = LAYER_LIMITS) -> list[LayerInfo]:
    """``reading_layers.list_layers`` in a process of its own. Raises FileRefused."""
    told = json.loads(answer_apart(_MODULE, ["list"], data, limits))
    return [LayerInfo(**one | {"fields": tuple(one["fields"])}) for one in told]


def read_layer_apart(
    data: bytes,
    *,
    layer: str = "",
    near: tuple[float, float] | None = None,
    decisions: Decisions | None = None,
    limits: ReadLimits = LAYER_LIMITS,
) -> LayerRead:
    """``reading_layers.read_layer`` in a process of its own. Raises FileRefused."""
    order = json.dumps({"layer": layer, "near": near, "decisions": dict(decisions or {})})
    return layer_from_json(json.loads(answer_apart(_MODULE, ["read", order], data, limits)))


def _answer(data: bytes, arguments: Sequence[str], limits: ReadLimits) -> bytes:
    if arguments[0] == "list":
        return json.dumps([asdict(one) for one in list_layers(data, limits)]).encode()
    order = json.loads(arguments[1])
    near = tuple(order["near"]) if order["near"] else None
    read = read_layer(data, layer=order["layer"], near=near, decisions=order["decisions"], limits=limits)
    return json.dumps(layer_json(read)).encode()


if __name__ == "__main__":
    answer_here(_answer)
