"""Entering layers of other services: read once what a service has, keep what was chosen, with history."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from insek.people.actors import Actor, require
from insek.thread.setting_up import delete_part, save_part

from ..outside_models import OutsideLayer
from .addresses import capabilities_address, checked_address, wfs_pattern, wms_pattern
from .capabilities import ServiceSaid, is_pattern, said_by
from .reading import Answer, ServiceRefused, read_service

RIGHT = "places.set_up_maps"
TILE_WORDS = {
    "{TileMatrix}": "{z}", "{TileRow}": "{y}", "{TileCol}": "{x}", "{tilematrix}": "{z}", "{tilerow}": "{y}", "{tilecol}": "{x}",
}  # fmt: skip


def ask_service(address: str, sort: str, actor: Actor, origin: str = "") -> tuple[ServiceSaid, Answer]:
    """What a service has, and whether it lets pages of this origin show it. Raises ServiceRefused, PermissionDenied, and ValidationError by field."""
    require(actor, RIGHT)
    checked = _checked({"address": address})["address"]
    answer = read_service(capabilities_address(checked, sort), origin or settings.INSEK_ORIGIN)
    return said_by(answer.content, sort, checked), answer


def save_layer(
    row: OutsideLayer, *, values: dict[str, Any], expected_version: int | None, actor: Actor
) -> OutsideLayer:
    """Create or change a layer; services of tiles are asked how a tile is called.

    Raises PermissionDenied, Conflict, and ValidationError by field.
    """
    require(actor, RIGHT)
    values = _checked(values)
    values["pattern"] = _pattern(row, values, actor)
    saved: OutsideLayer = save_part(
        row, values=values, expected_version=expected_version, actor=actor, right=RIGHT
    )
    return saved


def delete_layer(row: OutsideLayer, *, expected_version: int, actor: Actor) -> None:
    """Take a layer away. Raises PermissionDenied and Conflict."""
    delete_part(row, expected_version=expected_version, actor=actor, right=RIGHT)


def _checked(values: dict[str, Any]) -> dict[str, Any]:
    try:
        return {**values, "address": checked_address(values["address"])}
    except ValidationError as error:
        raise ValidationError({"address": error.messages}) from None


def _pattern(row: OutsideLayer, values: dict[str, Any], actor: Actor) -> str:
    """What a browser will ask for. Raises ValidationError by field."""
    address, sort, layer = values["address"], values["sort"], values["layer"]
    if sort == OutsideLayer.Sort.WMTS and "{" in address:
        pattern = address
        for theirs, ours in TILE_WORDS.items():
            pattern = pattern.replace(theirs, ours)
        if not is_pattern(pattern):
            raise ValidationError(
                {
                    "address": _(
                        "Ein Muster für Kacheln nennt {z}, {x} und {y} je einmal, nicht im Namen des Rechners."
                    )
                }
            )
        return pattern
    if "{" in address or "}" in address:
        raise ValidationError(
            {"address": _("Geschweifte Klammern gehören nur in ein Muster für Kacheln (WMTS).")}
        )
    if not layer:
        raise ValidationError({"layer": _("Bitte die Ebene nennen oder den Dienst fragen, was er hat.")})
    if row.pattern and (row.address, row.sort, row.layer) == (address, sort, layer):
        return row.pattern
    if sort == OutsideLayer.Sort.WMS:
        return wms_pattern(address, layer)
    try:
        said, _answer = ask_service(address, sort, actor)
    except ServiceRefused as error:
        if sort == OutsideLayer.Sort.WFS:
            return wfs_pattern(address, layer)
        raise ValidationError(
            {
                "address": _(
                    "%(why)s Ohne Auskunft des Dienstes bitte ein Muster mit {z}, {x} und {y} eintragen."
                )
                % {"why": error}
            }
        ) from None
    found = next((one.pattern for one in said.layers if one.name == layer), "")
    if not found:
        raise ValidationError(
            {"layer": _("Diese Ebene bietet der Dienst nicht in einer Form an, die die Karte zeichnen kann.")}
        )
    return found
