"""What hangs on plans, declared once: the text of a person in the place of the draft, and the comments of units."""

from __future__ import annotations

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from insek import clock
from insek.engines.text import shortened
from insek.items.row_forms import RowForm, RowPages, register_row_pages
from insek.people.actors import Actor
from insek.thread.models import Item
from insek.thread.rows import RowField, Rows, register_rows
from insek.web.choices import offer_rows

from .commenting import asked_by_default, next_version, units_to_ask
from .models import PlanComment, PlanText
from .written import as_markdown, parts_of
from .written_facts import facts_key_of, facts_of

FORMS = {"add": "row-create", "change": "row-edit"}


def _knows_its_facts(row: PlanText, actor: Actor) -> None:
    row.facts_key = row.facts_key or facts_key_of(row.plan.item)


def _asks_for_the_next(row: PlanComment, actor: Actor) -> None:
    row.about_version = row.about_version or next_version(row.plan)


def _stays_as_asked(row: PlanComment, actor: Actor) -> None:
    """An answer is to what was asked: afterwards that stays. Raises ValidationError."""
    if row.stance and row.answered_on is None:
        row.answered_on = clock.today()
    before = PlanComment.objects.filter(pk=row.pk).first() if row.pk else None
    if before is None or not before.stance or not row.stance:
        return
    if any(getattr(before, name) != getattr(row, name) for name in ("unit_id", "due", "question")):
        raise ValidationError(
            _("Die Stelle hat schon geantwortet; die Anfrage lässt sich nicht mehr ändern.")
        )


def comment_words(row: PlanComment) -> str:
    """Who was asked and what it answered, in one line."""
    return f"{row.unit}: {row.get_stance_display()}" + (
        f". {shortened(row.comment, 120)}" if row.comment else ""
    )


TEXTS = Rows(
    name="plan_text",
    table="plan_texts",
    model_path="plans.PlanText",
    kind="plan",
    owner="plan",
    label=gettext_lazy("Bewertung in eigenen Worten"),
    plural=gettext_lazy("Bewertungen in eigenen Worten"),
    note="What a person wrote in the place of the drafted appraisal of a plan.",
    order=27,
    rule="thread.edit_item",
    acts={
        "add": gettext_lazy("Bewertung in eigenen Worten schreiben"),
        "change": gettext_lazy("Bewertung in eigenen Worten ändern"),
        "remove": gettext_lazy("Zum Entwurf des Programms zurückkehren"),
    },
    forms=FORMS,
    address="bewertungstext",
    called=lambda row: shortened(row.text, 160),
    called_by="text",
    defaults=_knows_its_facts,
    fields=(
        RowField("text", gettext_lazy("Bewertung in Worten"), "The appraisal in words, in Markdown."),
        RowField("facts_key", gettext_lazy("Stand der Angaben"), "Stands for the facts it was written after.", shown=False),
        RowField("written_on", gettext_lazy("Geschrieben am"), "Day on which it was written."),
        RowField("written_by", gettext_lazy("Geschrieben von"), "Office or practice that wrote it; never a person."),
    ),
)  # fmt: skip
COMMENTS = Rows(
    name="plan_comment",
    table="plan_comments",
    model_path="plans.PlanComment",
    kind="plan",
    owner="plan",
    label=gettext_lazy("Stellungnahme"),
    plural=gettext_lazy("Stellungnahmen"),
    note="Units that were asked what they say of an appraisal before it became public, and their answers; the public never gets them.",
    order=28,
    rule="thread.edit_item",
    acts={
        "add": gettext_lazy("Stellungnahme einholen"),
        "change": gettext_lazy("Anfrage ändern"),
        "remove": gettext_lazy("Anfrage zurücknehmen"),
    },
    forms=FORMS,
    address="stellungnahme",
    called=comment_words,
    called_by="unit",
    internal=True,
    released=False,
    defaults=_asks_for_the_next,
    check=_stays_as_asked,
    fields=(
        RowField("unit", gettext_lazy("Gefragte Stelle"), "Key of the unit that was asked.", refers="units"),
        RowField("about_version", gettext_lazy("Zur wievielten Bewertung"), "Version of the appraisal it is about, from 1.", shown=False),
        RowField("asked_on", gettext_lazy("Gefragt am"), "Day on which it was asked."),
        RowField("due", gettext_lazy("Frist"), "Last day to answer."),
        RowField("question", gettext_lazy("Worum es geht"), "What it was asked."),
        RowField("stance", gettext_lazy("Haltung"), "Whether it agrees; empty: no answer."),
        RowField("comment", gettext_lazy("Stellungnahme"), "What it says."),
        RowField("answered_on", gettext_lazy("Geantwortet am"), "Day of the answer."),
    ),
)  # fmt: skip
for _rows in (TEXTS, COMMENTS):
    register_rows(_rows)


class PlanTextForm(RowForm):
    """A text in the place of the draft; it begins with the draft."""

    class Meta:
        model = PlanText
        fields = ["text", "written_on", "written_by"]
        widgets = {
            "text": forms.Textarea(attrs={"rows": 20}),
            "written_on": forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
        }
        help_texts = {
            "text": gettext_lazy("Beginnt mit dem Entwurf des Programms. Auf der Seite steht dann Ihr Text, der Entwurf daneben."),
            "written_by": gettext_lazy("Stelle oder Büro, keine Person; steht öffentlich auf der Seite"),
        }  # fmt: skip

    def offer(self) -> None:
        if not self.instance.pk:
            facts = facts_of(self.item.concept, [self.item], self.actor, compute=True)
            self.initial["text"] = as_markdown(parts_of(facts[0]))
        self.initial["written_on"] = clock.today()

    @property
    def values(self) -> dict[str, Any]:
        return {**super().values, "facts_key": facts_key_of(self.item)}


class PlanCommentForm(RowForm):
    """Whom to ask, and until when."""

    class Meta:
        model = PlanComment
        fields = ["unit", "due", "question"]
        widgets = {
            "due": forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
            "question": forms.Textarea(attrs={"rows": 3}),
        }
        help_texts = {"question": gettext_lazy("Worauf die Stelle achten soll")}

    def offer(self) -> None:
        offer_rows(self, "unit", units_to_ask())
        if not self.instance.pk:
            self.initial["due"] = asked_by_default()

    def clean_due(self) -> Any:
        """A day on which one can still answer."""
        due = self.cleaned_data["due"]
        if due < clock.today():
            raise ValidationError(_("Die Frist liegt in der Vergangenheit."))
        return due


def written_page(item: Item) -> str:
    """Where the appraisal of a plan stands in words."""
    return reverse("plan-written", args=[item.pk])


register_row_pages(
    RowPages(
        TEXTS, PlanTextForm, "text", gettext_lazy("Ihr Text ist gespeichert."), gettext_lazy("Ihr Text ist gespeichert."),
        gettext_lazy("Es steht wieder der Entwurf des Programms da."), gettext_lazy("Ihr Text gilt statt des Entwurfs. Ändern sich später die Angaben, sagt die Seite, dass er älter ist."),
        back=written_page,
    )
)  # fmt: skip
register_row_pages(
    RowPages(
        COMMENTS, PlanCommentForm, "stellungnahmen", gettext_lazy("Die Stelle ist gefragt; in ihrem Bereich steht die Aufgabe."),
        gettext_lazy("Die Anfrage ist geändert."), gettext_lazy("Die Anfrage ist zurückgenommen."),
        gettext_lazy("Die nächste Bewertung wird erst öffentlich, wenn die Stelle geantwortet hat oder die Frist vorbei ist. Die Stellungnahme lesen nur Angemeldete, die Internes sehen."),
    )
)  # fmt: skip
