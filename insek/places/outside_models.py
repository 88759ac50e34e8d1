"""Layers that other services draw, as the city has entered them."""

from __future__ import annotations

from urllib.parse import urlsplit

from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from insek.concept.models import Concept, Versioned
from insek.people.models import in_language

MOST_ZOOM = 22


class OutsideLayer(Versioned):
    """A layer of a WMS, WMTS or WFS that maps offer to lay over the base map; a browser fetches it only when chosen."""

    class Sort(models.TextChoices):
        WMS = "wms", _("WMS (Bilder)")
        WMTS = "wmts", _("WMTS (Kacheln)")
        WFS = "wfs", _("WFS (Objekte als GeoJSON)")

    concept = models.ForeignKey(Concept, on_delete=models.CASCADE, related_name="outside_layers")
    title = models.CharField(_("Titel"), max_length=100)
    title_en = models.CharField(_("Titel auf Englisch"), max_length=100, blank=True)
    sort = models.CharField(_("Art des Dienstes"), max_length=4, choices=Sort.choices, default=Sort.WMS)
    address = models.CharField(_("Adresse des Dienstes"), max_length=500)
    layer = models.CharField(_("Name der Ebene"), max_length=200, blank=True)
    pattern = models.CharField(
        max_length=1000,
        blank=True,
        help_text="What a browser asks for, with {z}, {x}, {y} or the box of a tile.",
    )
    attribution = models.CharField(_("Nennung"), max_length=300)
    licence = models.CharField(_("Lizenz"), max_length=200, blank=True)
    purpose = models.CharField(_("Wozu"), max_length=300)
    purpose_en = models.CharField(_("Wozu, auf Englisch"), max_length=300, blank=True)
    min_zoom = models.PositiveSmallIntegerField(
        _("ab Zoomstufe"), default=8, validators=[MaxValueValidator(MOST_ZOOM)]
    )
    max_zoom = models.PositiveSmallIntegerField(
        _("bis Zoomstufe"), default=19, validators=[MinValueValidator(1), MaxValueValidator(MOST_ZOOM)]
    )
    is_public = models.BooleanField(_("öffentlich"), default=False)
    is_on = models.BooleanField(_("wird angeboten"), default=False)
    position = models.PositiveSmallIntegerField(_("Reihenfolge"), default=0)

    class Meta:
        ordering = ["position", "pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(min_zoom__lte=F("max_zoom")),
                name="outside_layer_zooms",
                violation_error_message=_("Die erste Zoomstufe liegt über der letzten."),
            ),
            models.CheckConstraint(
                condition=Q(address__startswith="https://")
                & (Q(pattern="") | Q(pattern__startswith="https://")),
                name="outside_layer_https",
            ),
        ]

    def __str__(self) -> str:
        return self.title

    @property
    def shown_title(self) -> str:
        """Its title in the language of the page."""
        return in_language(self.title, self.title_en)

    @property
    def shown_purpose(self) -> str:
        """What it is for, in the language of the page."""
        return in_language(self.purpose, self.purpose_en)

    @property
    def host(self) -> str:
        """The server that a browser asks."""
        return urlsplit(self.pattern or self.address).netloc
