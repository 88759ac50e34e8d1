"""Rating findings: rounds, the groups asked in them, their answers; names apart from all of it, with an end."""

from __future__ import annotations

import secrets

from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from insek import clock
from insek.concept.models import Concept, Field

from .models import Finding

ALPHABET = "23456789ABCDEFGHJKMNPQRSTUVWXYZ"
"""Of codes that are read from a wall and typed on a phone: no letter looks like a digit."""


def new_code() -> str:
    """A code for a workshop."""
    return "".join(secrets.choice(ALPHABET) for _each in range(6))


def new_row_key() -> str:
    """A key that nobody guesses."""
    return secrets.token_hex(6)


class RatingRound(models.Model):
    """One time of asking what people think of the findings."""

    concept = models.ForeignKey(Concept, on_delete=models.CASCADE, related_name="rating_rounds")
    key = models.CharField(max_length=40, primary_key=True, default=new_row_key, editable=False)
    title = models.CharField(_("Name der Runde"), max_length=200)
    text = models.TextField(_("Was die Befragten lesen"), blank=True)
    field = models.ForeignKey(
        Field,
        verbose_name=_("Handlungsfeld"),
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="+",
    )
    opens_on = models.DateField(_("Erster Tag"))
    closes_on = models.DateField(_("Letzter Tag"))
    is_anonymous = models.BooleanField(_("Ohne Namen"), default=True)
    includes_internal = models.BooleanField(_("Auch interne Befunde"), default=False)
    threshold = models.PositiveSmallIntegerField(
        _("Kleinste Zahl von Antworten, die gezeigt wird"),
        default=5,
        validators=[MinValueValidator(3), MaxValueValidator(50)],
    )
    earlier = models.ForeignKey(
        "self",
        verbose_name=_("Vergleichen mit"),
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="later",
    )
    is_example = models.BooleanField(default=False)
    published_on = models.DateField(null=True, blank=True)
    version = models.PositiveIntegerField(default=1, editable=False)

    class Meta:
        ordering = ["-opens_on", "key"]
        constraints = [
            models.CheckConstraint(
                condition=Q(closes_on__gte=F("opens_on")),
                name="rating_round_days",
                violation_error_message=_("Der letzte Tag liegt vor dem ersten."),
            )
        ]

    def __str__(self) -> str:
        return self.title

    @property
    def is_open(self) -> bool:
        """Whether answers are taken today."""
        return self.opens_on <= clock.today() <= self.closes_on


class RatingGroup(models.Model):
    """One group of people who are asked, such as the associations; with a link and a code of its own."""

    round = models.ForeignKey(RatingRound, on_delete=models.CASCADE, related_name="groups")
    key = models.CharField(max_length=40, primary_key=True, default=new_row_key, editable=False)
    position = models.PositiveSmallIntegerField(default=1)
    name = models.CharField(max_length=120)
    nonce = models.CharField(max_length=16, default=new_row_key, editable=False)
    code = models.CharField(max_length=6, blank=True, db_index=True)
    revoked_on = models.DateField(null=True, blank=True)

    class Meta:
        ordering = ["round", "position", "key"]
        constraints = [models.UniqueConstraint(fields=["round", "name"], name="rating_group_once")]

    def __str__(self) -> str:
        return self.name


class RatingSheet(models.Model):
    """What one person answered. Who that was stands nowhere here."""

    class Way(models.TextChoices):
        LINK = "link", _("über den Link")
        WORKSHOP = "workshop", _("in der Werkstatt")
        PAPER = "on_paper", _("auf Papier")

    group = models.ForeignKey(RatingGroup, on_delete=models.CASCADE, related_name="sheets")
    key = models.CharField(max_length=40, primary_key=True, default=new_row_key, editable=False)
    digest = models.CharField(max_length=64, blank=True, db_index=True)
    way = models.CharField(max_length=8, choices=Way.choices)
    received_on = models.DateField(default=clock.today)

    class Meta:
        ordering = ["group", "key"]

    def __str__(self) -> str:
        return self.key


class RatingName(models.Model):
    """The name somebody gave with a sheet of their own accord: apart from the answers, with an end."""

    sheet = models.OneToOneField(RatingSheet, primary_key=True, on_delete=models.CASCADE, related_name="name")
    name = models.CharField(max_length=120)
    ends = models.DateField(db_index=True)

    def __str__(self) -> str:
        return str(self.sheet_id)


class Rating(models.Model):
    """How one person rates one finding, from 1 to 5; what was left open is empty."""

    sheet = models.ForeignKey(RatingSheet, on_delete=models.CASCADE, related_name="ratings")
    finding = models.ForeignKey(Finding, on_delete=models.CASCADE, related_name="ratings")
    importance = models.PositiveSmallIntegerField(_("Wichtigkeit"), null=True, blank=True)
    urgency = models.PositiveSmallIntegerField(_("Dringlichkeit"), null=True, blank=True)
    influence = models.PositiveSmallIntegerField(_("Einfluss der Stadt"), null=True, blank=True)
    confidence = models.PositiveSmallIntegerField(_("Sicherheit des Urteils"), null=True, blank=True)

    class Meta:
        ordering = ["sheet", "finding"]
        constraints = [
            models.UniqueConstraint(fields=["sheet", "finding"], name="rating_once"),
            *(
                models.CheckConstraint(
                    condition=Q(**{name: None}) | Q(**{f"{name}__gte": 1, f"{name}__lte": 5}),
                    name=f"rating_{name}",
                )
                for name in ("importance", "urgency", "influence", "confidence")
            ),
        ]

    def __str__(self) -> str:
        return f"{self.sheet_id} {self.finding_id}"


DIMENSIONS = ("importance", "urgency", "influence", "confidence")
QUESTIONS = {
    "importance": _("Wie wichtig ist das für die Stadt?"),
    "urgency": _("Wie eilig ist es?"),
    "influence": _("Wie viel kann die Stadt selbst daran ändern?"),
    "confidence": _("Wie sicher sind Sie sich?"),
}
"""What each dimension asks; 1 is little, 5 is much."""
