"""Pages of public duty, feedback, and how to reach those who gave it."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from insek.concept.models import Concept, Standing
from insek.engines.text import shortened


class PublicPage(models.Model):
    """A page a public body must have; its text belongs to the city."""

    concept = models.ForeignKey(Concept, on_delete=models.CASCADE, related_name="public_pages")
    key = models.SlugField()
    title = models.CharField(max_length=200)
    title_en = models.CharField(max_length=200, blank=True)
    text = models.TextField(blank=True)
    text_en = models.TextField(blank=True, help_text="Empty: the German text stands on English pages.")
    date = models.DateField(null=True, blank=True, help_text="Day on which the text was last looked over.")
    standing = models.CharField(max_length=10, choices=Standing.choices, default=Standing.WORKING)
    version = models.PositiveIntegerField(default=1, editable=False)

    class Meta:
        ordering = ["key"]
        constraints = [models.UniqueConstraint(fields=["concept", "key"], name="public_page_once")]

    def __str__(self) -> str:
        return self.title


class Feedback(models.Model):
    """What somebody told about the portal: a barrier, a mistake, something else."""

    class Kind(models.TextChoices):
        BARRIER = "barrier", _("Barriere")
        MISTAKE = "mistake", _("Fehler im Inhalt")
        OTHER = "other", _("etwas anderes")

    class State(models.TextChoices):
        OPEN = "open", _("offen")
        ANSWERED = "answered", _("beantwortet")

    concept = models.ForeignKey(Concept, on_delete=models.CASCADE, related_name="feedback")
    kind = models.CharField(max_length=8, choices=Kind.choices)
    page = models.CharField(max_length=300, blank=True)
    message = models.TextField()
    created_at = models.DateTimeField(default=timezone.now, db_index=True)
    state = models.CharField(max_length=8, choices=State.choices, default=State.OPEN)
    answer = models.TextField(blank=True)
    answered_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.SET_NULL, related_name="+"
    )
    answered_at = models.DateTimeField(null=True, blank=True)
    version = models.PositiveIntegerField(default=1, editable=False)

    class Meta:
        ordering = ["-pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(state="open", answered_at=None) | Q(state="answered", answered_at__isnull=False),
                name="feedback_answered_has_day",
            )
        ]

    def __str__(self) -> str:
        return shortened(self.message, 80)


class FeedbackContact(models.Model):
    """How to reach the person, kept apart, with the day on which it is deleted."""

    feedback = models.OneToOneField(
        Feedback, primary_key=True, on_delete=models.CASCADE, related_name="contact"
    )
    contact = models.CharField(max_length=200)
    ends = models.DateField(db_index=True)

    def __str__(self) -> str:
        return str(self.feedback_id)
