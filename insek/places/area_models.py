"""Layers of areas that the city has read in, such as heat, flood and noise: what they say, their deliveries, and the areas."""

from __future__ import annotations

from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from insek.concept.models import Concept, Versioned
from insek.people.models import in_language
from insek.thread.identity import new_id

from .fields import Located


class AreaLayer(Versioned):
    """A layer that maps offer to lay over the ground; off until somebody chooses it. What it draws is its current delivery."""

    class Hue(models.TextChoices):
        RED = "red", _("gelb bis rot (Hitze)")
        BLUE = "blue", _("hell- bis dunkelblau (Wasser)")
        VIOLET = "violet", _("hell- bis dunkelviolett (Lärm)")
        GREEN = "green", _("hell- bis dunkelgrün (Natur)")

    concept = models.ForeignKey(Concept, on_delete=models.CASCADE, related_name="area_layers")
    key = models.SlugField(max_length=20, default=new_id, help_text="Its name in the concept package.")
    title = models.CharField(_("Name der Ebene"), max_length=100)
    title_en = models.CharField(_("Name auf Englisch"), max_length=100, blank=True)
    meaning = models.CharField(_("Was sie zeigt"), max_length=400, blank=True)
    meaning_en = models.CharField(_("Was sie zeigt, auf Englisch"), max_length=400, blank=True)
    hue = models.CharField(_("Farben"), max_length=6, choices=Hue.choices, default=Hue.RED)
    is_public = models.BooleanField(_("öffentlich"), default=False)
    is_on = models.BooleanField(_("wird angeboten"), default=True)
    position = models.PositiveSmallIntegerField(_("Reihenfolge"), default=0)
    current = models.ForeignKey(
        "places.AreaDelivery", null=True, blank=True, on_delete=models.SET_NULL, related_name="+"
    )

    class Meta:
        ordering = ["position", "pk"]
        constraints = [
            models.UniqueConstraint(fields=["concept", "title"], name="area_layer_title_once"),
            models.UniqueConstraint(fields=["concept", "key"], name="area_layer_key_once"),
        ]

    def __str__(self) -> str:
        return self.title

    @property
    def shown_title(self) -> str:
        """Its title in the language of the page."""
        return in_language(self.title, self.title_en)

    @property
    def shown_meaning(self) -> str:
        """What it shows, in the language of the page."""
        return in_language(self.meaning, self.meaning_en)


class AreaDelivery(models.Model):
    """The areas of a layer that were read in together. They count when the layer names them as its current ones."""

    layer = models.ForeignKey(AreaLayer, on_delete=models.CASCADE, related_name="deliveries")
    reading = models.UUIDField(help_text="The batch that it was read in with.")
    file_name = models.CharField(max_length=200, blank=True)
    source = models.CharField(max_length=300)
    licence = models.CharField(max_length=200)
    as_of = models.DateField(null=True, blank=True)
    unit = models.CharField(max_length=40, blank=True, help_text="Of the values, where they have one.")
    classes = models.JSONField(
        default=list, help_text="Name of each class from low to high: label, number of areas."
    )
    coarse = models.BinaryField(
        default=b"",
        help_text="All areas of each class as one shape, simplified, as packed GeoJSON: for the view from afar.",
    )
    former = models.ForeignKey(
        "self", null=True, blank=True, on_delete=models.SET_NULL, related_name="later",
        help_text="What it replaced, kept while it can be taken back.",
    )  # fmt: skip
    read_at = models.DateTimeField(default=timezone.now)

    class Meta:
        verbose_name_plural = "area deliveries"

    def __str__(self) -> str:
        return f"{self.layer}: {self.file_name}"


class Area(Located):
    """One area with its class, and a value and a name where the file has them."""

    delivery = models.ForeignKey(AreaDelivery, on_delete=models.CASCADE, related_name="areas", db_index=False)
    step = models.PositiveSmallIntegerField(help_text="Place of its class in the delivery's list.")
    value = models.DecimalField(max_digits=16, decimal_places=4, null=True, blank=True)
    name = models.CharField(max_length=200, blank=True)

    class Meta:
        indexes = [models.Index(fields=["delivery", "west", "east", "south", "north"], name="area_box")]

    def __str__(self) -> str:
        return self.name or f"{self.delivery_id}/{self.step}"
