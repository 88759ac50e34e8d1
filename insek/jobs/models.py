"""What is kept of work that comes again and again."""

from __future__ import annotations

from django.db import models


class RecurringJob(models.Model):
    """A job the clock starts again and again; claimed by a conditional update, so that only one process runs it."""

    name = models.CharField(primary_key=True, max_length=60)
    due_at = models.DateTimeField()
    last_run = models.DateTimeField(null=True, blank=True)
    failures = models.PositiveSmallIntegerField(default=0, help_text="In a row.")
    last_error = models.TextField(blank=True)

    class Meta:
        db_table = "thread_recurringjob"  # the name it had in version 0.1
        ordering = ["name"]

    def __str__(self) -> str:
        return self.name
