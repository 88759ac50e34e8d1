"""Formats in which people take part, and what they contributed."""

from __future__ import annotations

import hashlib
import secrets
from datetime import date

import shapely
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from insek import clock
from insek.concept.models import Concept, Milestone
from insek.people.models import Body
from insek.places.fields import Located
from insek.places.models import District
from insek.thread.models import Item

KEY = r"[A-Za-z0-9_-]{32}\Z"
"""The secret of a personal link: 24 random bytes."""
CORRECTABLE_HOURS = 24
"""How long a contributor may correct or withdraw, as long as nobody has moderated."""


class Format(models.Model):
    """A way of taking part: an event, a walk, a questionnaire, a map dialogue."""

    item = models.OneToOneField(Item, primary_key=True, on_delete=models.CASCADE, related_name="format")
    starts = models.DateField(_("Beginn"), null=True, blank=True)
    precision = models.CharField(
        _("Genauigkeit des Datums"),
        max_length=5,
        choices=Milestone.Precision.choices,
        default=Milestone.Precision.DAY,
    )
    ends = models.DateField(_("Ende"), null=True, blank=True)
    place = models.CharField(_("Ort"), max_length=200, blank=True)
    people = models.PositiveIntegerField(_("Zahl der Teilnehmenden"), null=True, blank=True)
    people_rounded = models.BooleanField(_("Die Zahl ist gerundet oder geschätzt"), default=False)
    results = models.TextField(_("Ergebnisse"), blank=True)
    open_from = models.DateField(_("Beiträge ab"), null=True, blank=True)
    open_until = models.DateField(_("Beiträge bis"), null=True, blank=True)

    class Meta:
        indexes = [
            models.Index(
                fields=["open_from", "item"], condition=Q(open_from__isnull=False), name="format_opening"
            )
        ]
        constraints = [
            models.CheckConstraint(
                condition=Q(starts=None) | Q(ends=None) | Q(ends__gte=F("starts")),
                name="format_dates",
                violation_error_message=_("Das Ende liegt vor dem Beginn."),
            ),
            models.CheckConstraint(
                condition=Q(open_from=None) | Q(open_until=None) | Q(open_until__gte=F("open_from")),
                name="format_open_dates",
                violation_error_message=_("„Beiträge bis“ liegt vor „Beiträge ab“."),
            ),
        ]

    def __str__(self) -> str:
        return str(self.item)

    def is_open(self, today: date | None = None) -> bool:
        """Whether contributions are taken: from a first day on, up to a last day or without end."""
        today = today or clock.today()
        return (
            self.open_from is not None
            and self.open_from <= today
            and (self.open_until is None or today <= self.open_until)
        )

    def goes_on(self) -> bool:
        """Whether it takes contributions from its first day on and has no last day."""
        return self.ends is None and self.open_until is None and self.open_from == self.starts is not None


class Contribution(Located):
    """What somebody said about the city: internal until a moderator publishes it."""

    class Type(models.TextChoices):
        IDEA = "idea", _("Idee")
        PRAISE = "praise", _("Lob")
        PROBLEM = "problem", _("Problem")
        QUESTION = "question", _("Frage")

    class State(models.TextChoices):
        NEW = "new", _("neu")
        PUBLIC = "public", _("veröffentlicht")
        MERGED = "merged", _("zusammengeführt")
        REJECTED = "rejected", _("abgelehnt")

    item = models.OneToOneField(Item, primary_key=True, on_delete=models.CASCADE, related_name="contribution")
    format = models.ForeignKey(
        Format,
        verbose_name=_("Format"),
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="contributions",
    )
    type = models.CharField(_("Art"), max_length=10, choices=Type.choices, default=Type.IDEA, db_index=True)
    lon = models.DecimalField(
        _("Geografische Länge"), max_digits=10, decimal_places=7, null=True, blank=True,
        validators=[MinValueValidator(-180), MaxValueValidator(180)],
    )  # fmt: skip
    lat = models.DecimalField(
        _("Geografische Breite"), max_digits=9, decimal_places=7, null=True, blank=True,
        validators=[MinValueValidator(-90), MaxValueValidator(90)],
    )  # fmt: skip
    district = models.ForeignKey(
        District, verbose_name=_("Raum"), null=True, blank=True, on_delete=models.SET_NULL, related_name="+"
    )
    about = models.ForeignKey(
        Item, verbose_name=_("Bezug"), null=True, blank=True, on_delete=models.SET_NULL,
        related_name="contributions_about",
    )  # fmt: skip
    state = models.CharField(_("Stand"), max_length=10, choices=State.choices, default=State.NEW)
    merged_into = models.ForeignKey(
        "self", verbose_name=_("Zusammengeführt mit"), null=True, blank=True,
        on_delete=models.PROTECT, related_name="merged",
    )  # fmt: skip
    rejection_reason = models.TextField(_("Grund der Ablehnung"), blank=True)
    reply = models.TextField(_("Rückmeldung"), blank=True)
    replied_on = models.DateField(_("Rückmeldung vom"), null=True, blank=True)
    received_on = models.DateField(_("Eingegangen am"), default=clock.today)
    checked = models.BooleanField(
        _("Mit Rechenaufgabe geprüft"), default=False, help_text="Sent with a solved proof of work."
    )
    original_id = models.CharField(
        _("Ursprüngliche Nummer"), max_length=100, blank=True,
        help_text="What it is called on the platform it came from; the source of the item names that.",
    )  # fmt: skip
    votes_for = models.PositiveIntegerField(_("Stimmen dafür"), null=True, blank=True)
    votes_against = models.PositiveIntegerField(_("Stimmen dagegen"), null=True, blank=True)
    topic_there = models.CharField(_("Thema auf der Plattform"), max_length=200, blank=True)
    taken_over = models.BooleanField(
        _("Aus einem früheren Verfahren übernommen"), default=False,
        help_text="Was read in when an answer would have been due long since: nobody was promised one here.",
    )  # fmt: skip

    class Meta:
        indexes = [
            models.Index(fields=["state", "received_on", "item"], name="contribution_queue"),
            models.Index(fields=["original_id"], condition=~Q(original_id=""), name="contribution_original"),
        ]
        constraints = [
            models.CheckConstraint(
                condition=Q(state="merged", merged_into__isnull=False)
                | (~Q(state="merged") & Q(merged_into=None)),
                name="contribution_merged_into",
                violation_error_message=_("Zusammengeführt heißt: Es steht fest, womit."),
            ),
            models.CheckConstraint(
                condition=~Q(state="rejected") | ~Q(rejection_reason=""),
                name="contribution_rejected_why",
                violation_error_message=_("Eine Ablehnung braucht einen Grund."),
            ),
            models.CheckConstraint(
                condition=Q(reply="") | Q(replied_on__isnull=False), name="contribution_reply_dated"
            ),
            models.CheckConstraint(
                condition=~Q(merged_into=F("item")), name="contribution_not_into_itself"
            ),
            models.CheckConstraint(
                condition=Q(lon=None, lat=None) | Q(lon__isnull=False, lat__isnull=False),
                name="contribution_whole_point",
                violation_error_message=_("Bitte Länge und Breite angeben, oder keines von beiden."),
            ),
        ]  # fmt: skip

    def __str__(self) -> str:
        return str(self.item)

    def keep_box(self) -> None:
        """The geometry follows from the point that is kept in plain numbers."""
        self.geometry = (
            shapely.Point(float(self.lon), float(self.lat))
            if self.lon is not None and self.lat is not None
            else None
        )
        super().keep_box()


class NumberCounter(models.Model):
    """The last number that a contribution of a concept was given; numbers are not given twice."""

    concept = models.OneToOneField(Concept, primary_key=True, on_delete=models.CASCADE, related_name="+")
    last = models.PositiveIntegerField(default=0)

    def __str__(self) -> str:
        return f"BT {self.last}"


class Minutes(models.Model):
    """Minutes (Protokoll) or documentation of a meeting in the process; how many came, never who."""

    item = models.OneToOneField(Item, primary_key=True, on_delete=models.CASCADE, related_name="minutes")
    date = models.DateField(_("Datum"), db_index=True)
    precision = models.CharField(
        _("Genauigkeit des Datums"),
        max_length=5,
        choices=Milestone.Precision.choices,
        default=Milestone.Precision.DAY,
    )
    body = models.ForeignKey(
        Body,
        verbose_name=_("Gremium"),
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="minutes",
    )
    format = models.ForeignKey(
        Format,
        verbose_name=_("Beteiligungsformat"),
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="minutes",
    )
    meeting = models.CharField(_("Name des Treffens"), max_length=200, blank=True)
    place = models.CharField(_("Ort"), max_length=200, blank=True)
    people = models.PositiveIntegerField(_("Zahl der Teilnehmenden"), null=True, blank=True)
    people_rounded = models.BooleanField(_("Die Zahl ist gerundet oder geschätzt"), default=False)
    results = models.TextField(_("Ergebnisse und Vereinbarungen"), blank=True)
    next_meeting = models.DateField(_("Nächster Termin"), null=True, blank=True)
    milestone = models.ForeignKey(
        Milestone,
        verbose_name=_("Schritt im Prozess"),
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="minutes",
    )

    class Meta:
        verbose_name_plural = "minutes"
        constraints = [
            models.CheckConstraint(
                condition=Q(next_meeting=None) | Q(next_meeting__gte=F("date")),
                name="minutes_next_meeting_later",
                violation_error_message=_("Der nächste Termin liegt vor diesem Treffen."),
            ),
        ]

    def __str__(self) -> str:
        return str(self.item)


class PersonalLink(models.Model):
    """The secret address under which a contributor comes back; only its digest is kept."""

    contribution = models.OneToOneField(
        Contribution, primary_key=True, on_delete=models.CASCADE, related_name="personal_link"
    )
    digest = models.CharField(max_length=64, unique=True)

    def __str__(self) -> str:
        return str(self.contribution_id)

    @classmethod
    def make(cls, contribution: Contribution, token: str = "") -> str:
        """Keep the digest of a secret, new if none is given, and give the secret away this once."""
        token = token or new_key()
        cls.objects.create(contribution=contribution, digest=digest_of(token))
        return token


def new_key() -> str:
    """A new secret of a personal link."""
    return secrets.token_urlsafe(24)


def digest_of(token: str) -> str:
    """What is kept of a secret."""
    return hashlib.sha256(token.encode()).hexdigest()


class Contact(models.Model):
    """An e-mail address given by a contributor of their own accord: apart from everything else, with an end."""

    contribution = models.OneToOneField(
        Contribution, primary_key=True, on_delete=models.CASCADE, related_name="contact"
    )
    email = models.EmailField()
    consented_at = models.DateTimeField(default=timezone.now)
    confirmed_at = models.DateTimeField(
        null=True, blank=True, help_text="When the person said by a link in a mail that it is theirs."
    )
    ends = models.DateField(db_index=True)
    language = models.CharField(
        max_length=2, default="de", help_text="In which the person contributed, and is written to."
    )

    def __str__(self) -> str:
        return str(self.contribution_id)

    def erase(self) -> None:
        """Remove the address; nothing of it is left."""
        self.delete()


from .survey_models import SurveyQuestion  # noqa: E402, F401  (its table belongs to this app)
