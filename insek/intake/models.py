"""Changes to many items at once, from the preview to the undoing."""

from __future__ import annotations

from datetime import datetime, timedelta
from uuid import uuid4

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from insek.concept.models import Concept


def _tomorrow() -> datetime:
    return timezone.now() + Batch.DRAFT_KEPT


class Batch(models.Model):
    """A change of many items at once, from its preview to its undoing. Only its owner sees it."""

    DRAFT_KEPT = timedelta(hours=24)
    KEPT = timedelta(days=30)

    class Origin(models.TextChoices):
        BULK = "bulk", _("Sammeländerung")
        SHEET = "sheet", _("Eingelesene Tabelle")
        RELEASE = "release", _("Freigabe")

    class State(models.TextChoices):
        DRAFT = "draft", _("Auswahl")
        PREPARING = "preparing", _("Vorschau wird erstellt")
        READY = "ready", _("Vorschau")
        RUNNING = "running", _("wird ausgeführt")
        DONE = "done", _("ausgeführt")
        UNDOING = "undoing", _("wird zurückgenommen")
        UNDONE = "undone", _("zurückgenommen")

    id = models.UUIDField(primary_key=True, default=uuid4, editable=False)
    concept = models.ForeignKey(Concept, on_delete=models.CASCADE, related_name="+")
    owner = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")
    kind = models.CharField(max_length=20, help_text="Empty for releases, which are of several kinds.")
    origin = models.CharField(max_length=7, choices=Origin.choices)
    label = models.CharField(max_length=300, help_text="What is done, or the name of the file.")
    language = models.CharField(max_length=10, default="de", help_text="Of the reasons that a job writes.")
    task = models.JSONField(
        default=dict, help_text="What shall be done with which items, and what was noticed."
    )
    data = models.BinaryField(default=b"", help_text="The file that was uploaded, until its preview is made.")
    state = models.CharField(max_length=9, choices=State.choices, default=State.DRAFT)
    problem = models.TextField(blank=True, help_text="Why nothing was done.")
    done = models.PositiveIntegerField(default=0)
    total = models.PositiveIntegerField(default=0)
    created_at = models.DateTimeField(default=timezone.now, editable=False)
    touched_at = models.DateTimeField(default=timezone.now, help_text="When a job last wrote how far it is.")
    expires_at = models.DateTimeField(default=_tomorrow, db_index=True)

    class Meta:
        db_table = "web_batch"  # the name it had in version 0.1
        verbose_name_plural = "batches"
        constraints = [
            models.CheckConstraint(
                condition=Q(
                    state__in=["draft", "preparing", "ready", "running", "done", "undoing", "undone"]
                ),
                name="batch_state_known",
            )
        ]

    def __str__(self) -> str:
        return self.label

    @property
    def percent(self) -> int:
        """How far it is."""
        return round(100 * self.done / self.total) if self.total else 0

    @property
    def is_working(self) -> bool:
        """Whether somebody is at it; where its process died, the reaper lets it go on."""
        return self.state in {self.State.PREPARING, self.State.RUNNING, self.State.UNDOING}


class BatchEntry(models.Model):
    """One item of a batch: what would change, and what became of it."""

    class Operation(models.TextChoices):
        CHANGE = "change", _("ändern")
        CREATE = "create", _("anlegen")
        DELETE = "delete", _("löschen")

    class Result(models.TextChoices):
        PLANNED = "planned", _("vorgesehen")
        UNCHANGED = "unchanged", _("ist schon so")
        REFUSED = "refused", _("nicht möglich")
        LEFT = "left", _("nicht ausgewählt")
        SAVED = "saved", _("geändert")
        PROPOSED = "proposed", _("zur Freigabe vorgelegt")
        CREATED = "created", _("angelegt")
        DELETED = "deleted", _("gelöscht")
        RELEASED = "released", _("veröffentlicht")
        UNDONE = "undone", _("zurückgenommen")

    batch = models.ForeignKey(Batch, on_delete=models.CASCADE, related_name="entries")
    item_id = models.CharField(max_length=8, blank=True, help_text="Not a foreign key: it may be deleted.")
    title = models.CharField(max_length=400)
    act = models.CharField(max_length=6, choices=Operation.choices, default=Operation.CHANGE)
    result = models.CharField(max_length=9, choices=Result.choices, default=Result.PLANNED)
    reason = models.TextField(blank=True)
    differences = models.JSONField(default=dict, help_text="Name of the field -> [before, after].")
    version = models.PositiveIntegerField(default=0, help_text="Of the item, before or after the change.")
    row = models.PositiveIntegerField(default=0, help_text="Line in the file.")
    column = models.CharField(max_length=200, blank=True, help_text="Column in the file that was refused.")
    ticked = models.BooleanField(default=True)
    is_public = models.BooleanField(default=False, help_text="Whether it would wait for its release.")
    proposal = models.BigIntegerField(
        null=True, blank=True, help_text="The change that waits for release, or is released."
    )

    class Meta:
        db_table = "web_batchentry"  # the name it had in version 0.1
        ordering = ["batch", "id"]
        indexes = [models.Index(fields=["batch", "result"], name="batch_entry_result")]
        verbose_name_plural = "batch entries"

    def __str__(self) -> str:
        return f"{self.title}: {self.result}"
