"""Places: the city and its districts on several levels, and where the items of all kinds lie."""

from __future__ import annotations

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from insek.concept.levels import level_name
from insek.concept.models import Concept
from insek.engines.tables.common_words import WHOLE_CITY
from insek.people.models import Body
from insek.thread.models import Item

from .fields import Located


class DistrictQuerySet(models.QuerySet["District"]):
    """Districts, found by their kind: by their concept alone the database would look through all its items."""

    def of(self, concept: Concept | None) -> DistrictQuerySet:
        """All of a concept, whoever asks."""
        return self.filter(item__concept=concept, item__kind="district")


class District(Located):
    """The city, a district or a quarter, with the time from when until when it is valid.

    Districts and their bodies are called otherwise in each state: Ortsbezirk and Ortsbeirat, Stadtbezirk and
    Bezirksvertretung. The columns have the names of the first city, the words are those of each city (``level_words``).
    """

    class Level(models.TextChoices):
        CITY = "city", _("Gesamtstadt")
        ORTSBEZIRK = "ortsbezirk", _("Stadtbezirk")
        STADTTEIL = "stadtteil", _("Stadtteil")

    item = models.OneToOneField(Item, primary_key=True, on_delete=models.CASCADE, related_name="district")
    level = models.CharField(max_length=10, choices=Level.choices)
    code = models.CharField(max_length=12, blank=True, help_text="Official key of the district.")
    parent = models.ForeignKey(
        "self", null=True, blank=True, on_delete=models.PROTECT, related_name="children"
    )
    has_ortsbeirat = models.BooleanField(default=False)
    ortsbeirat = models.ForeignKey(
        Body,
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="districts",
        help_text="The elected body of the Ortsbezirk.",
    )
    valid_from = models.DateField(null=True, blank=True)
    valid_to = models.DateField(null=True, blank=True)
    centre_lon = models.DecimalField(max_digits=10, decimal_places=7, null=True, blank=True)
    centre_lat = models.DecimalField(max_digits=9, decimal_places=7, null=True, blank=True)
    schematic = models.BooleanField(default=True, help_text="Drawn by hand, not the official boundary.")

    objects = DistrictQuerySet.as_manager()

    class Meta:
        indexes = [
            models.Index(fields=["level", "code"], name="district_by_code"),
            models.Index(fields=["west", "east", "south", "north"], name="district_box"),
        ]
        constraints = [
            models.CheckConstraint(
                condition=Q(valid_from=None) | Q(valid_to=None) | Q(valid_to__gte=F("valid_from")),
                name="district_dates",
            ),
            models.CheckConstraint(condition=~Q(parent=F("item")), name="district_not_its_own_parent"),
            models.CheckConstraint(
                condition=Q(has_ortsbeirat=True) | Q(ortsbeirat=None), name="district_ortsbeirat"
            ),
        ]

    def __str__(self) -> str:
        return str(self.item)

    @property
    def level_words(self) -> str:
        """What this level is called in the city."""
        return level_name(self.item.concept_id, self.level, default=self.get_level_display())

    @property
    def also_called(self) -> tuple[str, ...]:
        """What tables of offices say for it beside its name: the city as a whole has many words."""
        return WHOLE_CITY if self.level == self.Level.CITY else ()


class Location(Located):
    """Where an item of any kind lies: a point, a line or an area. Districts keep their area in their own row."""

    item = models.OneToOneField(Item, primary_key=True, on_delete=models.CASCADE, related_name="location")
    note = models.CharField(max_length=200, blank=True, help_text="How exact it is, in words.")

    class Meta:
        indexes = [models.Index(fields=["west", "east", "south", "north"], name="location_box")]
        constraints = [
            models.CheckConstraint(condition=Q(geometry__isnull=False), name="location_has_geometry")
        ]

    def __str__(self) -> str:
        return str(self.item)


from .area_models import Area, AreaDelivery, AreaLayer  # noqa: E402, F401  (likewise)
from .map_file_models import MapFileJob  # noqa: E402, F401  (likewise)
from .name_models import HouseNumber, NamedPlace, NameSource, StreetWithoutPlace  # noqa: E402, F401  (tables of the gazetteer, in a file of their own)
from .outside_models import OutsideLayer  # noqa: E402, F401  (likewise)
from .sheet_models import KeptSheet  # noqa: E402, F401  (likewise)
