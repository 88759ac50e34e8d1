"""One model field for geometry: Shapely in Python, WKB in the column, WGS 84 throughout (see docs/decisions)."""

from __future__ import annotations

from typing import Any

import shapely
from django.core.exceptions import ValidationError
from django.db import models
from shapely.geometry.base import BaseGeometry

from insek.engines.geometry import to_wkb


class GeometryField(models.BinaryField):
    """Keeps a Shapely geometry as WKB, longitude before latitude, rounded to 7 places (about a centimetre)."""

    description = "Geometry in WGS 84"

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        kwargs.setdefault("editable", False)
        super().__init__(*args, **kwargs)

    def from_db_value(self, value: Any, expression: Any, connection: Any) -> BaseGeometry | None:
        """WKB from the database to Shapely."""
        return None if value is None else shapely.from_wkb(bytes(value))

    def to_python(self, value: Any) -> BaseGeometry | None:
        """Accept Shapely, or WKB as bytes or hexadecimal digits."""
        if value is None or isinstance(value, BaseGeometry):
            return value
        try:
            return shapely.from_wkb(value if isinstance(value, str) else bytes(value))
        except (shapely.errors.ShapelyError, TypeError, ValueError) as error:
            raise ValidationError(str(error)) from error

    def get_db_prep_value(self, value: Any, connection: Any, prepared: bool = False) -> Any:
        """Shapely to WKB."""
        if isinstance(value, BaseGeometry):
            value = to_wkb(value)
        return super().get_db_prep_value(value, connection, prepared)

    def value_to_string(self, obj: models.Model) -> str:
        """Text for backups: WKB as hexadecimal digits."""
        value = self.value_from_object(obj)
        return "" if value is None else shapely.to_wkb(value, hex=True)


class Located(models.Model):
    """A row with a geometry and its bounding box beside it, so that a database index can prefilter."""

    geometry = GeometryField(null=True, blank=True)
    west = models.FloatField(null=True, blank=True, editable=False)
    south = models.FloatField(null=True, blank=True, editable=False)
    east = models.FloatField(null=True, blank=True, editable=False)
    north = models.FloatField(null=True, blank=True, editable=False)

    class Meta:
        abstract = True

    def save(self, *args: Any, **kwargs: Any) -> None:
        """Keep the bounding box in step with the geometry."""
        self.keep_box()
        super().save(*args, **kwargs)

    def keep_box(self) -> None:
        """Write the bounding box beside the geometry; rows that are saved in bulk need it said."""
        area: BaseGeometry | None = self.geometry
        self.west, self.south, self.east, self.north = area.bounds if area is not None else (None,) * 4
