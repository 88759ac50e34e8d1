"""Changes to many items at once, from the preview to the undoing."""

from __future__ import annotations

from datetime import datetime, timedelta
from uuid import uuid4

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from insek.concept.models import Concept
from insek.release.bundling import is_of_editions


def _tomorrow() -> datetime:
    return timezone.now() + Batch.DRAFT_KEPT


class Batch(models.Model):
    """A change of many items at once, from its preview to its undoing. Only its owner sees it."""

    DRAFT_KEPT = timedelta(hours=24)
    READING_KEPT = timedelta(days=14)
    """How long a reading waits for its next step."""
    KEPT = timedelta(days=30)

    class Origin(models.TextChoices):
        BULK = "bulk", _("Sammeländerung")
        SHEET = "sheet", _("Eingelesene Tabelle")
        READ = "read", _("Eingelesen")
        RELEASE = "release", _("Freigabe")
        OUTLINE = "outline", _("Gliederung eines Dokuments")
        LINKS = "links", _("Verknüpfungen")

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
    target = models.CharField(max_length=60, blank=True, help_text="Where to, of what is read in.")
    origin = models.CharField(max_length=7, choices=Origin.choices)
    label = models.CharField(max_length=300, help_text="What is done, or the name of the file.")
    language = models.CharField(max_length=10, default="de", help_text="Of the reasons that a job writes.")
    task = models.JSONField(
        default=dict, help_text="What shall be done with which items, and what was noticed."
    )
    data = models.BinaryField(default=b"", help_text="The file that was uploaded, until its preview is made.")
    table = models.BinaryField(
        default=b"", help_text="The cells of the file, read once, as ``engines.tables`` packs them."
    )
    version = models.PositiveIntegerField(
        default=0, help_text="Of what was said about a reading, so that two windows notice each other."
    )
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

    @property
    def is_for_edition(self) -> bool:
        """Whether what it changes of the public waits for the next edition."""
        return bool(self.task.get("edition")) and (not self.kind or is_of_editions("update", self.kind))

    @property
    def proposed_words(self) -> str:
        """What became of changes of the public."""
        if self.is_for_edition:
            return gettext("für die nächste Ausgabe bereit")
        return str(BatchEntry.Result.PROPOSED.label)


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
    parts = models.JSONField(
        default=list, help_text="What hangs on the item: rows and links, and what became of them."
    )
    notes = models.JSONField(
        default=list, help_text="What is to be said of a row that was read: column, text."
    )
    shown = models.JSONField(default=list, help_text="What is read, in words: label, before, after.")
    change = models.BigIntegerField(null=True, blank=True, help_text="The line of history that it wrote.")
    last_change = models.BigIntegerField(
        null=True, blank=True, help_text="The last line of history of its item when all was done."
    )
    level = models.PositiveSmallIntegerField(default=0, help_text="0 nothing to say, 1 noticed, 2 refused.")
    version = models.PositiveIntegerField(default=0, help_text="Of the item, before or after the change.")
    row = models.PositiveIntegerField(default=0, help_text="Line in the file.")
    sheet = models.CharField(
        max_length=100, blank=True, help_text="Sheet of the line, where several were read as one table."
    )
    ref = models.CharField(
        max_length=120, blank=True, help_text="What tells the line from all others of the table."
    )
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

    @property
    def result_words(self) -> str:
        """What became of it, in words; a change that waits says what for."""
        return (
            self.batch.proposed_words
            if self.result == self.Result.PROPOSED
            else str(self.get_result_display())
        )


class KeptMapping(models.Model):
    """What the columns of a table were said to be, offered again for a table with the same heads."""

    concept = models.ForeignKey(Concept, on_delete=models.CASCADE, related_name="+")
    target = models.CharField(max_length=60)
    heads = models.CharField(max_length=64, help_text="Digest of the heads, folded, in their order.")
    said = models.JSONField(default=dict, help_text="What each column is, and what holds for all rows.")
    used_at = models.DateTimeField(auto_now=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["concept", "target", "heads"], name="kept_mapping_once")
        ]

    def __str__(self) -> str:
        return f"{self.target}: {self.heads[:8]}"


class KeptWord(models.Model):
    """What a word of a table was said to mean, offered again wherever it stands."""

    concept = models.ForeignKey(Concept, on_delete=models.CASCADE, related_name="+")
    source = models.CharField(
        max_length=60, help_text="What is chosen from: units, places, a choice of a kind."
    )
    word = models.CharField(max_length=200, help_text="The word, folded.")
    meaning = models.CharField(
        max_length=200, help_text="Key of what is meant; empty where it means nothing."
    )
    used_at = models.DateTimeField(auto_now=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["concept", "source", "word"], name="kept_word_once")]

    def __str__(self) -> str:
        return f"{self.word}: {self.meaning}"
