"""Progress reports: the period and the own words of one, what was frozen of it, and its files."""

from __future__ import annotations

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from insek.concept.models import Field
from insek.thread.identity import new_id
from insek.thread.models import Item, Visibility

HASH = 64
MOST_PROBLEM = 500


class ProgressReport(models.Model):
    """A report on one period. Its foreword is the text of the item; it is issued when the item becomes public."""

    item = models.OneToOneField(
        Item, primary_key=True, on_delete=models.CASCADE, related_name="progress_report"
    )
    period_from = models.DateField(help_text="First day of what is reported on.")
    period_to = models.DateField(help_text="Last day of it; later reports of the same round count too.")

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(period_to__gte=F("period_from")),
                name="progress_report_period",
                violation_error_message=_("Der Zeitraum endet, bevor er anfängt."),
            )
        ]

    def __str__(self) -> str:
        return str(self.item)

    @property
    def is_issued(self) -> bool:
        """Whether everybody reads it: from then on it is frozen."""
        return self.item.visibility == Visibility.PUBLIC


class ProgressWord(models.Model):
    """What people say themselves of a field of action in a report, above what the program put together."""

    key = models.CharField(max_length=8, unique=True, default=new_id, editable=False)
    report = models.ForeignKey(ProgressReport, on_delete=models.CASCADE, related_name="words")
    field = models.ForeignKey(Field, on_delete=models.PROTECT, related_name="+")
    text = models.TextField(max_length=2000)
    version = models.PositiveIntegerField(default=1, editable=False)

    class Meta:
        ordering = ["report", "field__position", "key"]
        constraints = [models.UniqueConstraint(fields=["report", "field"], name="progress_word_once")]

    def __str__(self) -> str:
        return f"{self.field}: {self.text}"


class ProgressContent(models.Model):
    """What a report held on the day it was made: the figures with which the next one compares, and the hashes of its files."""

    class State(models.TextChoices):
        WAITING = "waiting", _("wartet")
        RUNNING = "running", _("wird erstellt")
        DONE = "done", _("erstellt")
        FAILED = "failed", _("nicht gelungen")

    report = models.OneToOneField(
        ProgressReport, primary_key=True, on_delete=models.CASCADE, related_name="content"
    )
    state = models.CharField(max_length=7, choices=State.choices, default=State.WAITING)
    problem = models.CharField(max_length=MOST_PROBLEM, blank=True)
    attempts = models.PositiveSmallIntegerField(default=0)
    asked_at = models.DateTimeField(auto_now=True)
    touched_at = models.DateTimeField(auto_now=True)
    origin = models.CharField(max_length=200, blank=True)
    words_hash = models.CharField(
        max_length=HASH, blank=True, help_text="Of title, foreword, period and own words."
    )
    made_on = models.DateField(null=True, blank=True)
    figures = models.JSONField(default=dict, blank=True, help_text="What the next report compares with.")
    hashes = models.JSONField(default=dict, blank=True, help_text="Name of each file -> its SHA-256.")

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=~Q(state="done") | Q(made_on__isnull=False), name="progress_content_made"
            )
        ]

    def __str__(self) -> str:
        return f"{self.report_id}: {self.get_state_display()}"

    @property
    def is_working(self) -> bool:
        """Whether it waits or is being made."""
        return self.state in (self.State.WAITING, self.State.RUNNING)

    @property
    def is_done(self) -> bool:
        """Whether its files were made."""
        return self.state == self.State.DONE


class ProgressFile(models.Model):
    """One file of a report: in full or short, PDF or Word, German or English."""

    class Form(models.TextChoices):
        FULL = "full", _("Vollständig")
        SHORT = "short", _("Kurzfassung")

    content = models.ForeignKey(ProgressContent, on_delete=models.CASCADE, related_name="files")
    name = models.CharField(max_length=20, help_text="Form, language and format, such as short-de.pdf.")
    file = models.FileField(upload_to="progress/", max_length=120)
    sha256 = models.CharField(max_length=HASH)
    size = models.PositiveIntegerField()
    pages = models.PositiveSmallIntegerField(default=0, help_text="0 where it has none, as in Word.")

    class Meta:
        ordering = ["content", "name"]
        constraints = [models.UniqueConstraint(fields=["content", "name"], name="progress_file_once")]

    def __str__(self) -> str:
        return self.name
