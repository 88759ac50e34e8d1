"""Map sheets that lie at their addresses: made by a job, kept as long as they say what is true."""

from __future__ import annotations

import secrets

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from insek.concept.models import Concept


def new_sheet_token() -> str:
    """A name for a sheet that cannot be guessed."""
    return secrets.token_urlsafe(18)


class KeptSheet(models.Model):
    """One sheet: what its address asks for, how far it is, and its file."""

    class State(models.TextChoices):
        WAITING = "waiting", _("wartet")
        RUNNING = "running", _("wird erstellt")
        DONE = "done", _("fertig")
        FAILED = "failed", _("nicht gelungen")

    token = models.CharField(primary_key=True, max_length=32, default=new_sheet_token, editable=False)
    concept = models.ForeignKey(Concept, on_delete=models.CASCADE, related_name="+")
    query = models.CharField(max_length=600, help_text="The address, in one order.")
    language = models.CharField(max_length=5, default="de")
    origin = models.CharField(max_length=200, blank=True)
    content_key = models.CharField(max_length=64, db_index=True, help_text="Same key, same content.")
    person = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        null=True,
        blank=True,
        on_delete=models.CASCADE,
        related_name="+",
        help_text="Who asked for it and alone may fetch it; empty: it shows what is public.",
    )
    is_frozen = models.BooleanField(default=False, help_text="Of an edition whose content does not change.")
    state = models.CharField(max_length=8, choices=State.choices, default=State.WAITING)
    percent = models.PositiveSmallIntegerField(default=0)
    file = models.FileField(upload_to="sheets/", blank=True)
    created_at = models.DateTimeField(auto_now_add=True)
    expires = models.DateTimeField()

    class Meta:
        ordering = ["-created_at", "token"]
        constraints = [
            models.CheckConstraint(condition=models.Q(percent__lte=100), name="kept_sheet_percent")
        ]

    def __str__(self) -> str:
        return f"{self.query} {self.state}"
