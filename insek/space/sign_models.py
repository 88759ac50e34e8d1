"""The catalogue of plan signs: rows of the concept, so that a city draws its plan with signs of its own."""

from __future__ import annotations

import re
from typing import Any

from django.core.exceptions import ValidationError
from django.core.validators import MaxValueValidator, MinValueValidator, RegexValidator
from django.db import models
from django.db.models import Q
from django.db.models.functions import Lower
from django.utils.translation import gettext_lazy as _

from insek.concept.models import HEX_COLOUR, Concept, Versioned
from insek.people.models import in_language

KEY_LENGTH = 20
DASHES = re.compile(r"\d{1,2}(?:\.\d)? \d{1,2}(?:\.\d)?(?: \d{1,2}(?:\.\d)? \d{1,2}(?:\.\d)?){0,2}")


def check_dash(text: str) -> None:
    """Lengths of line and gap come in pairs. Raises ValidationError."""
    if not DASHES.fullmatch(text):
        raise ValidationError(_("Striche und Lücken stehen abwechselnd als Zahlen da, etwa „1.5 1.2“."))


class SignKeyField(models.CharField[str, str]):
    """The key of a sign. Its choices stand in the database, so Django's check of the models does not look at them."""

    def _check_choices(self) -> list[Any]:
        return []


class PlanSign(Versioned):
    """One plan sign. The elements of the spatial concept name it by its key.

    ``hatch`` fills areas; ``dash`` are lengths of line and gap in line widths; ``width`` is that of a line on the screen;
    ``arrow`` puts a head on a line; ``letter`` stands on points and beside lines and areas, and no two signs in use have the same.
    """

    class Shape(models.TextChoices):
        POINT = "point", _("Punkt")
        LINE = "line", _("Linie")
        AREA = "area", _("Fläche")

    class Hatch(models.TextChoices):
        RIGHT = "right", _("schräg nach rechts")
        LEFT = "left", _("schräg nach links")
        CROSS = "cross", _("gekreuzt")
        DOTS = "dots", _("gepunktet")
        LEVEL = "level", _("waagerecht")
        UPRIGHT = "upright", _("senkrecht")

    concept = models.ForeignKey(Concept, on_delete=models.CASCADE, related_name="plan_signs")
    key = models.CharField(
        max_length=KEY_LENGTH, validators=[RegexValidator(r"^[a-z0-9]+(?:[-_][a-z0-9]+)*$")]
    )
    position = models.PositiveSmallIntegerField(default=1)
    name = models.CharField(_("Name"), max_length=60)
    name_en = models.CharField(_("Name auf Englisch"), max_length=60, blank=True)
    shape = models.CharField(_("Gezeichnet als"), max_length=5, choices=Shape.choices)
    colour = models.CharField(_("Farbe"), max_length=7, validators=[HEX_COLOUR])
    letter = models.CharField(
        _("Buchstabe"),
        max_length=2,
        validators=[RegexValidator(r"^[^\W_]{1,2}$", _("Ein oder zwei Buchstaben oder Ziffern."))],
    )
    hatch = models.CharField(_("Schraffur"), max_length=7, choices=Hatch.choices, blank=True)
    dash = models.CharField(_("Strichart"), max_length=40, blank=True, validators=[check_dash])
    width = models.DecimalField(
        _("Strichbreite"), max_digits=3, decimal_places=1, default=3, validators=[MinValueValidator(1), MaxValueValidator(12)]
    )  # fmt: skip
    arrow = models.BooleanField(_("mit Pfeilspitze"), default=False)
    explanation = models.CharField(_("Was es bedeutet"), max_length=300, blank=True)
    explanation_en = models.CharField(_("Was es bedeutet, auf Englisch"), max_length=300, blank=True)
    retired_on = models.DateField(null=True, blank=True, help_text="Since when it is offered no more.")

    class Meta:
        ordering = ["position", "key"]
        constraints = [
            models.UniqueConstraint(fields=["concept", "key"], name="plan_sign_key_once"),
            models.UniqueConstraint(
                "concept",
                Lower("letter"),
                condition=Q(retired_on=None),
                name="plan_sign_letter_once",
                violation_error_message=_("Diesen Buchstaben hat schon ein anderes Planzeichen."),
            ),
            models.UniqueConstraint(
                "concept",
                Lower("name"),
                condition=Q(retired_on=None),
                name="plan_sign_name_once",
                violation_error_message=_("Ein Planzeichen mit diesem Namen gibt es schon."),
            ),
            models.CheckConstraint(condition=Q(shape__in=["point", "line", "area"]), name="plan_sign_shape_known"),
            models.CheckConstraint(
                condition=Q(hatch__in=["", "right", "left", "cross", "dots", "level", "upright"]), name="plan_sign_hatch_known"
            ),
        ]  # fmt: skip

    def __str__(self) -> str:
        return in_language(self.name, self.name_en)

    @property
    def is_retired(self) -> bool:
        """Whether it is offered no more."""
        return self.retired_on is not None

    @property
    def meaning(self) -> str:
        """What it means, in the language of the page."""
        return in_language(self.explanation, self.explanation_en)

    @property
    def dashes(self) -> str:
        """The lengths of line and gap in points of the screen."""
        return " ".join(f"{float(part) * float(self.width):.3g}" for part in self.dash.split())

    @property
    def drawn(self) -> dict[str, Any]:
        """How it is drawn, for the browser (place_map.js), pictures and paper."""
        return {
            "key": self.key,
            "shape": self.shape,
            "colour": self.colour,
            "letter": self.letter,
            "hatch": self.hatch,
            "dash": [float(part) for part in self.dash.split()],
            "width": float(self.width),
            "arrow": self.arrow,
        }
