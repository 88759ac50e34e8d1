"""Questions of a questionnaire with how often each answer was given; what one person answered is never kept."""

from __future__ import annotations

from django.core.exceptions import ValidationError
from django.db import models
from django.utils.translation import gettext_lazy as _

from insek.thread.identity import new_id

from .models import Format


def read_counts(text: str) -> list[tuple[str, int]]:
    """The lines ``12: zufrieden`` as label and count. Raises ValidationError."""
    found: list[tuple[str, int]] = []
    for line in text.splitlines():
        if not line.strip():
            continue
        count, colon, label = line.partition(":")
        number = count.strip()
        if not colon or not number.isascii() or not number.isdigit() or len(number) > 9 or not label.strip():
            raise ValidationError(
                _("Je Zeile eine Antwort: erst die Zahl, dann ein Doppelpunkt, dann die Antwort.")
            )
        found.append((label.strip(), int(number)))
    return found


def counts_text(counts: list[tuple[str, int]]) -> str:
    """The same as it is kept."""
    return "\n".join(f"{count}: {' '.join(label.split())}" for label, count in counts)


def check_counts(text: str) -> None:
    """Refuse what cannot be read back."""
    read_counts(text)


class SurveyQuestion(models.Model):
    """A question that a questionnaire of a format asked, with its answers counted."""

    class Sort(models.TextChoices):
        CHOICE = "choice", _("eine Antwort")
        SEVERAL = "several", _("mehrere Antworten")
        NUMBER = "number", _("Zahl")
        TEXT = "text", _("freier Text")

    key = models.CharField(max_length=8, unique=True, default=new_id, editable=False)
    format = models.ForeignKey(Format, on_delete=models.CASCADE, related_name="survey_questions")
    position = models.PositiveSmallIntegerField()
    code = models.CharField(max_length=60, blank=True)
    text = models.CharField(max_length=500)
    sort = models.CharField(max_length=7, choices=Sort.choices)
    answered = models.PositiveIntegerField()
    missing = models.PositiveIntegerField(default=0)
    counts = models.TextField(blank=True, validators=[check_counts])
    mean = models.DecimalField(max_digits=14, decimal_places=2, null=True, blank=True)
    version = models.PositiveIntegerField(default=1, editable=False)

    class Meta:
        ordering = ["format", "position"]
        constraints = [models.UniqueConstraint(fields=["format", "position"], name="survey_position_once")]

    def __str__(self) -> str:
        return self.text
