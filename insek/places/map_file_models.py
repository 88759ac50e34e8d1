"""Files for the maps that somebody has uploaded, and what became of them."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from insek.concept.models import Concept


class MapFileJob(models.Model):
    """The reading in of one file as the base map."""

    class State(models.TextChoices):
        WAITING = "waiting", _("wartet")
        RUNNING = "running", _("läuft")
        DONE = "done", _("eingelesen")
        FAILED = "failed", _("nicht eingelesen")

    concept = models.ForeignKey(Concept, on_delete=models.CASCADE, related_name="+")
    name = models.CharField(max_length=200, help_text="What the file is called by whoever sent it.")
    size = models.BigIntegerField(default=0)
    path = models.CharField(max_length=300, blank=True, help_text="Where it lies until it is read.")
    mapping = models.TextField(blank=True, help_text="Which table of a GeoPackage is which layer, as JSON.")
    attribution = models.CharField(max_length=300, blank=True)
    margin = models.FloatField(default=5.0)
    state = models.CharField(max_length=8, choices=State.choices, default=State.WAITING)
    step = models.CharField(max_length=200, blank=True)
    told = models.TextField(blank=True, help_text="What came of it, in words.")
    started_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.SET_NULL, related_name="+"
    )
    created_at = models.DateTimeField(default=timezone.now)
    touched_at = models.DateTimeField(default=timezone.now)

    class Meta:
        ordering = ["-created_at", "-pk"]

    def __str__(self) -> str:
        return self.name

    @property
    def is_open(self) -> bool:
        """It waits or is being read."""
        return self.state in (self.State.WAITING, self.State.RUNNING)
