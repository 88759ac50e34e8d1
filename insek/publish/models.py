"""What the portal keeps: reports that are being made or lie ready for a while."""

from __future__ import annotations

import secrets

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from insek.concept.models import Concept, Edition


def new_token() -> str:
    """A name for a report that cannot be guessed."""
    return secrets.token_urlsafe(18)


class ReportJob(models.Model):
    """One printed concept: who asked for it, how far it is, and its file until it expires."""

    class State(models.TextChoices):
        WAITING = "waiting", _("wartet")
        RUNNING = "running", _("wird erstellt")
        DONE = "done", _("fertig")
        FAILED = "failed", _("nicht gelungen")
        OUTDATED = "outdated", _("überholt")

    class Format(models.TextChoices):
        PDF = "pdf", "PDF"
        WORD = "docx", "Word"

    class Form(models.TextChoices):
        FULL = "full", _("Ausführliche Fassung")
        SHORT = "short", _("Kurzfassung")

    token = models.CharField(primary_key=True, max_length=32, default=new_token, editable=False)
    concept = models.ForeignKey(Concept, on_delete=models.CASCADE, related_name="report_jobs")
    format = models.CharField(max_length=4, choices=Format.choices, default=Format.PDF)
    form = models.CharField(max_length=5, choices=Form.choices, default=Form.FULL)
    edition = models.ForeignKey(
        Edition,
        null=True,
        blank=True,
        on_delete=models.CASCADE,
        related_name="+",
        help_text="The edition whose text it is; none for the concept as it stands.",
    )
    shelf = models.CharField(
        max_length=120,
        blank=True,
        db_index=True,
        help_text="The stable address at which it lies; empty for one that expires after a day.",
    )
    language = models.CharField(max_length=5, default="de")
    chapters = models.JSONField(default=list, help_text="Names of chapters; empty means all.")
    working = models.BooleanField(
        default=False, help_text="With what is not public; for the asking person only."
    )
    origin = models.CharField(max_length=200, blank=True, help_text="Address of the installation.")
    seen = models.BigIntegerField(
        default=0, help_text="The last change of the concept when its content was collected; 0 before."
    )
    content_key = models.CharField(max_length=64, db_index=True, help_text="Same key, same content.")
    state = models.CharField(max_length=8, choices=State.choices, default=State.WAITING)
    percent = models.PositiveSmallIntegerField(default=0)
    step = models.CharField(max_length=200, blank=True)
    file = models.FileField(upload_to="reports/", blank=True)
    started_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.CASCADE, related_name="+"
    )
    created_at = models.DateTimeField(auto_now_add=True)
    expires = models.DateTimeField()

    class Meta:
        ordering = ["-created_at", "token"]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(working=False) | models.Q(started_by__isnull=False),
                name="report_working_has_person",
            ),
            models.CheckConstraint(condition=models.Q(percent__lte=100), name="report_percent"),
        ]

    def __str__(self) -> str:
        return f"{self.concept_id} {self.format} {self.state}"
