"""Lays compressed variants beside static files; part of building the assets, so it knows no Django."""

from __future__ import annotations

import gzip
import importlib
import importlib.util
from pathlib import Path
from typing import Any

SUFFIXES = {".css", ".js", ".mjs", ".svg", ".json"}
VARIANTS = (".gz", ".br")
SMALLEST = 400
"""Bytes below which compressing gains nothing."""


def precompress(static: Path) -> int:
    """Lay a ``.gz`` and a ``.br`` beside each text file that is newer than they are; return how many were made."""
    brotli: Any = importlib.import_module("brotli") if importlib.util.find_spec("brotli") else None
    made = 0
    for path in sorted(static.rglob("*")):
        if path.suffix in VARIANTS and not path.with_suffix("").exists():
            path.unlink()
        if path.suffix not in SUFFIXES or path.stat().st_size < SMALLEST:
            continue
        for ending in VARIANTS:
            target = path.with_name(path.name + ending)
            if target.exists() and target.stat().st_mtime >= path.stat().st_mtime:
                continue
            if ending == ".br" and brotli is None:
                continue
            content = path.read_bytes()
            packed = (
                brotli.compress(content, quality=11)
                if ending == ".br"
                else gzip.compress(content, 9, mtime=0)
            )
            unfinished = target.with_name(target.name + ".new")
            unfinished.write_bytes(packed)
            unfinished.replace(target)
            made += 1
    return made
