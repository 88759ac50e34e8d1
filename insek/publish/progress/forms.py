"""The form of a progress report: its title, its foreword and its period."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext_lazy as _

from insek.items.forms import ItemForm

from .models import ProgressReport


class ProgressReportForm(ItemForm):
    """The period; the text is the foreword."""

    kind = "progress_report"

    class Meta:
        model = ProgressReport
        fields = ["period_from", "period_to"]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if "text" in self.fields:
            self.fields["text"].label = _("Vorwort")
            self.fields["text"].help_text = _(
                "Steht am Anfang des Berichts; ohne Vorwort beginnt er mit dem, was ist."
            )
