"""`insek import`: a concept package, official boundaries or a base map, whichever the words after it name."""

from __future__ import annotations

import argparse
from collections.abc import Iterator
from pathlib import Path

from insek.concept.models import Concept
from insek.concept.queries import current_concept
from insek.package import PackageRefused, import_package
from insek.places.basemap.making import BaseMapRefused, import_base_map
from insek.places.names.from_file import NamesRefused, import_names
from insek.places.official import PlacesRefused, import_places


class ImportRefused(Exception):
    """Nothing was read in; the message says why."""


def import_from(options: argparse.Namespace) -> Iterator[str]:
    """Read in what the options name; yields what there is to say. Raises ImportRefused."""
    what, *files = options.source
    try:
        if what == "places" and len(files) == 1:
            yield _places(Path(files[0]))
        elif what in ("houses", "streets") and len(files) == 1:
            yield str(
                import_names(Path(files[0]), concept=_concept(), sort=what, attribution=options.attribution)
            )
        elif what == "basemap" and len(files) == 1:
            yield from _base_map(Path(files[0]), options)
        elif files:
            raise ImportRefused(
                "Genau ein Paket angeben (Ordner oder Zip), oder: insek import places DATEI, ebenso basemap, houses oder streets"
            )
        else:
            report = import_package(Path(what), replace=options.replace)
            yield f"Eingelesen: {report}"
            yield from map(str, report.notes)
    except (PackageRefused, PlacesRefused, BaseMapRefused, NamesRefused) as error:
        raise ImportRefused(str(error)) from None


def _concept() -> Concept:
    concept = current_concept()
    if concept is None:
        raise ImportRefused("Es gibt noch kein Konzept. Zuerst ein Konzeptpaket einlesen: insek import PAKET")
    return concept


def _places(path: Path) -> str:
    return str(import_places(path, concept=_concept()))


def _base_map(path: Path, options: argparse.Namespace) -> Iterator[str]:
    yield str(
        import_base_map(
            path,
            concept=current_concept(),
            mapping=options.mapping,
            attribution=options.attribution,
            margin=options.margin,
            said=lambda words: print(words, flush=True),
        )
    )
