"""Questions of a questionnaire as rows beside a format, declared once, and the form to correct them."""

from __future__ import annotations

from collections.abc import Sequence

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from insek.items.row_forms import RowForm, RowPages, register_row_pages
from insek.people.actors import Actor
from insek.thread.rows import Numbering, RowField, Rows, register_rows
from insek.web.number_fields import NumberField, WholeNumberField

from .survey_models import SurveyQuestion, read_counts


def _last(row: SurveyQuestion, others: Sequence[SurveyQuestion]) -> int:
    return len(others)


def _is_sound(row: SurveyQuestion, actor: Actor) -> None:
    """No answer is given more often than people answered."""
    counts = [count for _label, count in read_counts(row.counts)]
    most = max(counts, default=0) if row.sort == SurveyQuestion.Sort.SEVERAL else sum(counts)
    if most > row.answered:
        raise ValidationError({"counts": _("Das sind mehr Antworten, als Menschen geantwortet haben.")})


SURVEY_QUESTIONS = Rows(
    name="survey_question",
    table="survey_questions",
    model_path="participation.SurveyQuestion",
    kind="format",
    owner="format",
    label=gettext_lazy("Frage der Umfrage"),
    plural=gettext_lazy("Fragen der Umfrage"),
    note="Questions of questionnaires with how often each answer was given. Never holds what one person answered.",
    order=28,
    rule="participation.edit_survey",
    acts={
        "add": gettext_lazy("Frage der Umfrage eintragen"),
        "change": gettext_lazy("Frage der Umfrage ändern"),
        "remove": gettext_lazy("Frage der Umfrage löschen"),
    },
    forms={"add": "row-create", "change": "row-edit"},
    address="umfrage",
    called_by="text",
    numbered=Numbering("position", _last),
    check=_is_sound,
    fields=(
        RowField("position", gettext_lazy("Stelle"), "Place among the questions, from 1."),
        RowField("code", gettext_lazy("Kürzel der Frage"), "What the question is called in the data."),
        RowField("text", gettext_lazy("Frage"), "The question as it was asked."),
        RowField("sort", gettext_lazy("Art der Antwort"), "Whether one answer, several, a number or a text was given."),
        RowField("answered", gettext_lazy("Antworten"), "How many answered it."),
        RowField("missing", gettext_lazy("ohne Antwort"), "How many took part and did not answer it."),
        RowField("counts", gettext_lazy("Wie oft"), "A line for each answer: how often, a colon, the answer; empty where too few answered or texts were written."),
        RowField("mean", gettext_lazy("Mittelwert"), "Mean of numbers."),
    ),
)  # fmt: skip
register_rows(SURVEY_QUESTIONS)


class SurveyQuestionForm(RowForm):
    """A question and its counted answers."""

    class Meta:
        model = SurveyQuestion
        fields = ["text", "sort", "answered", "missing", "counts", "mean", "code", "position"]
        field_classes = {
            "answered": WholeNumberField,
            "missing": WholeNumberField,
            "position": WholeNumberField,
            "mean": NumberField,
        }
        widgets = {"sort": forms.RadioSelect, "counts": forms.Textarea(attrs={"rows": 6})}
        help_texts = {
            "counts": gettext_lazy("Je Zeile eine Antwort: 12: zufrieden"),
            "position": gettext_lazy("Leer: am Ende."),
        }

    def offer(self) -> None:
        """The place may be left empty."""
        self.fields["position"].required = False


register_row_pages(
    RowPages(
        SURVEY_QUESTIONS, SurveyQuestionForm, "umfrage", gettext_lazy("Die Frage ist eingetragen."), gettext_lazy("Die Frage ist gespeichert."),
        gettext_lazy("Die Frage ist gelöscht."), gettext_lazy("Nur Zahlen: Was eine einzelne Person geantwortet hat, gehört nicht hierher."),
    )
)  # fmt: skip
