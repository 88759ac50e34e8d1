"""The gazetteer: names of streets, squares, stops and places with their points, and house numbers.

Rows belong to what was read in together (``NameSource``) and count only when all of it is there. They hang on the key of the
city, not on its concept: a concept that is read in anew keeps its streets.
"""

from __future__ import annotations

from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from .fields import GeometryField
from .names import kinds


class NameSource(models.Model):
    """Names that were read in together: from a base map, a street register, or house coordinates."""

    class Sort(models.TextChoices):
        BASE = "base", _("Grundkarte")
        STREETS = "streets", _("Straßenverzeichnis")
        HOUSES = "houses", _("Hauskoordinaten")

    city = models.SlugField(help_text="Key of the concept.")
    sort = models.CharField(max_length=10, choices=Sort.choices)
    is_valid = models.BooleanField(
        default=False, help_text="All of it is written; the one before is gone or goes."
    )
    attribution = models.CharField(max_length=300, blank=True)
    as_of = models.DateField(null=True, blank=True, help_text="Of which day the delivery is.")
    file_name = models.CharField(max_length=200, blank=True)
    reading = models.UUIDField(null=True, blank=True, help_text="The batch that it was read in with.")
    former = models.ForeignKey(
        "self",
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="later",
        help_text="What it replaced, kept while it can be taken back.",
    )
    read_at = models.DateTimeField(null=True, blank=True, default=timezone.now)

    class Meta:
        indexes = [models.Index(fields=["city", "sort"], name="name_source_of_city")]

    def __str__(self) -> str:
        return f"{self.city}: {self.get_sort_display()}"


class NamedPlace(models.Model):
    """A name with the point that stands for it, and the box it fills (degrees, WGS 84)."""

    class Kind(models.TextChoices):
        STREET = kinds.STREET, _("Straße")
        SQUARE = kinds.SQUARE, _("Platz")
        STATION = kinds.STATION, _("Bahnhof")
        STOP = kinds.STOP, _("Haltestelle")
        PART = kinds.PART, _("Ortsteil")
        PLACE = kinds.PLACE, _("Ort")

    source = models.ForeignKey(NameSource, on_delete=models.CASCADE, related_name="places")
    kind = models.CharField(max_length=10, choices=Kind.choices)
    name = models.CharField(max_length=120)
    key = models.CharField(max_length=120, help_text="See insek.engines.place_names.")
    lon = models.FloatField()
    lat = models.FloatField()
    west = models.FloatField()
    south = models.FloatField()
    east = models.FloatField()
    north = models.FloatField()
    shape = GeometryField(
        null=True, blank=True, help_text="Where it runs, generalised: lines, or the points of its houses."
    )
    codes = models.CharField(
        max_length=60,
        blank=True,
        help_text="Keys of the districts it lies in, most of it first, as the source says.",
    )
    beside = models.CharField(max_length=80, blank=True, help_text="Part of the city, as the source says.")
    official_key = models.CharField(
        max_length=20, blank=True, help_text="Of the street register of the city."
    )

    class Meta:
        indexes = [models.Index(fields=["source", "key"], name="named_place_by_key")]

    def __str__(self) -> str:
        return self.name


class StreetWithoutPlace(models.Model):
    """A street of the register of which nothing says where it lies: kept, and told where somebody asks for it.

    It counts no more once another source knows a street of its key.
    """

    source = models.ForeignKey(NameSource, on_delete=models.CASCADE, related_name="unplaced")
    name = models.CharField(max_length=120)
    key = models.CharField(max_length=120, help_text="See insek.engines.place_names.")
    codes = models.CharField(
        max_length=60, blank=True, help_text="Keys of the districts, as the source says."
    )
    beside = models.CharField(max_length=80, blank=True, help_text="Part of the city, as the source says.")
    official_key = models.CharField(max_length=20, blank=True)

    def __str__(self) -> str:
        return self.name


class HouseNumber(models.Model):
    """Where a house stands. Looked up by its street and number."""

    street = models.ForeignKey(NamedPlace, on_delete=models.CASCADE, related_name="houses", db_index=False)
    number = models.PositiveSmallIntegerField()
    suffix = models.CharField(max_length=8, blank=True, help_text="The letter behind the number, small.")
    lon = models.FloatField()
    lat = models.FloatField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["street", "number", "suffix"], name="house_number_once")
        ]

    def __str__(self) -> str:
        return f"{self.street} {self.number}{self.suffix}"
