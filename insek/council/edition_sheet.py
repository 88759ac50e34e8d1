"""The spatial concept of an edition as a map sheet: signs, places and outlines as the edition holds them."""

from __future__ import annotations

import json
from dataclasses import dataclass

import shapely
from django.http import Http404
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from insek.concept.asker import Asker
from insek.concept.models import Edition
from insek.places.sheets.content import OnSheet, SheetContent, SheetOutline, SheetSource, register_sheet
from insek.space.signs import unknown_sign
from insek.thread.models import Visibility
from insek.web.display import date_words

from .edition_document import SPATIAL, edition_document
from .edition_figures import CITY, edition_figures

KEEPS = "ausgabe"


@dataclass(frozen=True)
class HeldElement:
    """An element as an edition holds it."""

    pk: str
    number: str
    shown_title: str
    url: str
    is_example: bool
    visibility: str = Visibility.PUBLIC

    def __str__(self) -> str:
        return f"{self.number} {self.shown_title}".strip()


def edition_asked(asker: Asker) -> Edition:
    """The edition that the address names. One query. Raises Http404."""
    rows = asker.concept.editions.visible_to(asker.actor) if asker.concept else Edition.objects.none()
    key = str(asker.asked.get(KEEPS, ""))
    edition = rows.filter(key=key).first() if "\x00" not in key else None
    if edition is None:
        raise Http404
    return edition


def edition_sheet(asker: Asker) -> SheetContent:
    """What lies somewhere in an edition; where it was filed or adopted, nothing of today is on the sheet but the base map."""
    edition = edition_asked(asker)
    document, figures = edition_document(edition), edition_figures(edition)
    signs = {sign.key: sign for sign in document.signs}
    page = reverse("edition", args=[edition.key])
    entries = {
        entry.anchor: entry
        for chapter in document.chapters
        for group in chapter.groups
        for entry in group.entries
        if entry.table == SPATIAL
    }
    shown = []
    for _title, key, anchor, geometry in document.located:
        entry, sign = entries.get(anchor), signs.get(key, unknown_sign(key))
        if entry is None:
            continue
        held = HeldElement(anchor, entry.number, entry.title, f"{page}#{anchor}", entry.standing == "example")
        shown.append(OnSheet(held, shapely.from_geojson(json.dumps(geometry)), sign.drawn, str(sign)))
    order = {sign.key: place for place, sign in enumerate(document.signs)}
    shown.sort(key=lambda each: order.get(each.sign["key"], len(order)))
    features = [(each["properties"]["id"], each["geometry"], False) for each in figures.districts["features"]]
    if figures.outline:
        features.append((CITY, figures.outline, True))
    outlines = [
        SheetOutline(pk, figures.names.get(pk, ""), shapely.from_geojson(json.dumps(geometry)), is_city, figures.is_schematic)
        for pk, geometry, is_city in features
    ]  # fmt: skip
    notes = []
    if is_frozen(edition):
        notes.append(_("Die Grundkarte ist die von dem Tag, an dem dieses Blatt entstand."))
    return SheetContent(
        _("Gesamträumliches Konzept"), str(edition), shown, page, notes=notes, state=_state(edition), outlines=outlines
    )  # fmt: skip


def is_frozen(edition: Edition) -> bool:
    """Whether its content does not change any more."""
    return edition.status != Edition.Status.DRAFT


def _state(edition: Edition) -> str:
    said = f"{edition}: {edition.get_status_display()}"
    day = edition.date if edition.status == Edition.Status.ADOPTED else edition.filed_on
    return f"{said}, {date_words(day)}" if day else said


def _known_by(asker: Asker) -> str:
    edition = edition_asked(asker)
    return f"{edition.pk} {edition.version} {edition.status}" if is_frozen(edition) else ""


register_sheet(
    SheetSource(
        KEEPS, gettext_lazy("Gesamträumliches Konzept einer Ausgabe"), edition_sheet, (KEEPS,), _known_by
    )
)
