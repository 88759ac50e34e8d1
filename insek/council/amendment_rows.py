"""Amendments beside a paper and votes of groups beside a resolution, declared once, and their forms."""

from __future__ import annotations

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from insek import clock
from insek.items.row_forms import RowForm, RowPages, register_row_pages
from insek.people.actors import Actor
from insek.strategy.models import Goal, Measure
from insek.thread.models import Item
from insek.thread.rows import RowField, Rows, register_rows
from insek.web.choices import offer_rows
from insek.web.number_fields import WholeNumberField
from insek.web.richtext import plain_text

from .amendments import VOTES, GroupVote, PaperAmendment

VOTE_WORDS = {
    "votes_yes": gettext_lazy("Ja"),
    "votes_no": gettext_lazy("Nein"),
    "votes_abstain": gettext_lazy("Enthaltung"),
}
_NOTES = {"votes_yes": "Votes for it.", "votes_no": "Votes against it.", "votes_abstain": "Abstentions."}


def amendment_words(row: PaperAmendment) -> str:
    """An amendment in one line."""
    return f"{row}, {row.moved_by}: {row.get_state_display()}"


def group_words(row: GroupVote) -> str:
    """The votes of a group in one line."""
    return f"{row.group}: {row.votes_yes} / {row.votes_no} / {row.votes_abstain}"


def _amends_soundly(row: PaperAmendment, actor: Actor) -> None:
    """It is of the same concept and not decided in the future; the words of a goal or measure need not be copied."""
    named = row.goal or row.measure
    if named is not None:
        if named.item.concept_id != row.paper.item.concept_id:
            raise ValidationError(_("Das gehört zu einem anderen Konzept."))
        if not row.before and row.sort != PaperAmendment.Sort.TABLED:
            row.before = plain_text(named.item.text) or named.item.title
    for name in ("moved_on", "decided_on"):
        day = getattr(row, name)
        if day is not None and day > clock.today():
            raise ValidationError({name: _("Dieser Tag liegt in der Zukunft.")})
    if row.before and row.before == row.after:
        raise ValidationError({"after": _("Das ist der Wortlaut, der schon da steht.")})


def _adds_up(row: GroupVote, actor: Actor) -> None:
    """Groups together have no more votes than were counted."""
    if not any(getattr(row, name) for name in VOTES):
        raise ValidationError({"votes_yes": _("Bitte sagen Sie, wie die Fraktion gestimmt hat.")})
    others = GroupVote.objects.filter(resolution=row.resolution).exclude(key=row.key)
    for name in VOTES:
        counted = getattr(row.resolution, name)
        given = getattr(row, name) + sum(others.values_list(name, flat=True))
        if counted is not None and given > counted:
            raise ValidationError(
                {
                    name: _("Zusammen wären das %(given)s Stimmen; gezählt wurden %(counted)s.")
                    % {"given": given, "counted": counted}
                }
            )


def _acts(add: Any, change: Any, remove: Any) -> dict[str, Any]:
    return {"add": add, "change": change, "remove": remove}


FORMS = {"add": "row-create", "change": "row-edit"}
AMENDMENTS = Rows(
    name="paper_amendment",
    table="paper_amendments",
    model_path="council.PaperAmendment",
    kind="paper",
    owner="paper",
    label=gettext_lazy("Änderung der Vorlage"),
    plural=gettext_lazy("Änderungen der Vorlage"),
    note="What was moved to change a paper before it was decided, word by word, and what came of it.",
    order=53,
    rule="council.edit_consultation",
    acts=_acts(
        gettext_lazy("Änderung der Vorlage eintragen"),
        gettext_lazy("Änderung der Vorlage fortschreiben"),
        gettext_lazy("Änderung der Vorlage herausnehmen"),
    ),
    forms=FORMS,
    address="vorlagenaenderungen",
    called=amendment_words,
    called_by="moved_by",
    also=("goal", "measure"),
    check=_amends_soundly,
    fields=(
        RowField("number", gettext_lazy("Nummer"), "Number it goes by."),
        RowField("sort", gettext_lazy("Art"), "Motion, proviso or tabled words."),
        RowField("moved_by", gettext_lazy("Von wem"), "Who moved it: a group, a body or the administration."),
        RowField("moved_on", gettext_lazy("Gestellt am"), "Day it was moved."),
        RowField("goal", gettext_lazy("Ziel"), "Id of the goal whose words it changes.", refers="goals"),
        RowField("measure", gettext_lazy("Maßnahme"), "Id of the measure whose words it changes.", refers="measures"),
        RowField("passage", gettext_lazy("Stelle"), "Where in the paper, if it is no goal or measure."),
        RowField("before", gettext_lazy("Wortlaut bisher"), "The words as they stand; empty: something new."),
        RowField("after", gettext_lazy("Wortlaut neu"), "The words as moved; empty: to be left out."),
        RowField("reason", gettext_lazy("Begründung"), "Why, in a sentence."),
        RowField("state", gettext_lazy("Was herauskam"), "What came of it."),
        RowField("body", gettext_lazy("Gremium"), "Key of the body that voted.", refers="bodies"),
        RowField("decided_on", gettext_lazy("Abgestimmt am"), "Day of the vote."),
        *(RowField(name, VOTE_WORDS[name], _NOTES[name]) for name in VOTES),
    ),
)  # fmt: skip
GROUP_VOTES = Rows(
    name="group_vote",
    table="group_votes",
    model_path="council.GroupVote",
    kind="resolution",
    owner="resolution",
    label=gettext_lazy("Stimmen einer Fraktion"),
    plural=gettext_lazy("Stimmen der Fraktionen"),
    note="How the groups of a body voted on a resolution, where that is known.",
    order=52,
    rule="council.edit_group_votes",
    acts=_acts(
        gettext_lazy("Stimmen einer Fraktion eintragen"),
        gettext_lazy("Stimmen einer Fraktion ändern"),
        gettext_lazy("Stimmen einer Fraktion herausnehmen"),
    ),
    forms=FORMS,
    address="fraktionsstimmen",
    called=group_words,
    called_by="group",
    check=_adds_up,
    fields=(
        RowField("group", gettext_lazy("Fraktion oder Gruppe"), "Name of the group."),
        *(RowField(name, VOTE_WORDS[name], _NOTES[name]) for name in VOTES),
    ),
)
for _rows in (GROUP_VOTES, AMENDMENTS):
    register_rows(_rows)


class PaperAmendmentForm(RowForm):
    """One amendment: what is to change, and what came of it."""

    groups = (
        (gettext_lazy("Was geändert werden soll"), ("sort", "number", "moved_by", "moved_on", "goal", "measure", "passage", "before", "after", "reason")),
        (gettext_lazy("Was herauskam"), ("state", "body", "decided_on", *VOTES)),
    )  # fmt: skip

    class Meta:
        model = PaperAmendment
        fields = [
            "sort", "number", "moved_by", "moved_on", "goal", "measure", "passage", "before", "after", "reason",
            "state", "body", "decided_on", *VOTES,
        ]  # fmt: skip
        field_classes = dict.fromkeys(VOTES, WholeNumberField)
        widgets = {
            "sort": forms.RadioSelect,
            "state": forms.RadioSelect,
            "before": forms.Textarea(attrs={"rows": 4}),
            "after": forms.Textarea(attrs={"rows": 4}),
            "reason": forms.Textarea(attrs={"rows": 2}),
            "moved_on": forms.DateInput(attrs={"type": "date"}),
            "decided_on": forms.DateInput(attrs={"type": "date"}),
        }
        help_texts = {
            "moved_by": gettext_lazy("Fraktion, Gremium oder Verwaltung; keine Personen"),
            "goal": gettext_lazy("Wenn es den Wortlaut eines Ziels ändert"),
            "measure": gettext_lazy("Oder den einer Maßnahme; nur eines von beiden"),
            "passage": gettext_lazy("Sonst die Stelle in der Vorlage, etwa „Seite 12, Absatz 3“"),
            "before": gettext_lazy(
                "Leer bei Neuem; bei einem Ziel oder einer Maßnahme leer: der Wortlaut von heute"
            ),
            "after": gettext_lazy("Leer, wenn etwas wegfallen soll"),
            "body": gettext_lazy("Wo abgestimmt wurde"),
        }

    def offer(self) -> None:
        seen = Item.objects.visible_to(self.actor).filter(concept=self.item.concept_id)
        models: tuple[tuple[str, Any], ...] = (("goal", Goal), ("measure", Measure))
        for name, model in models:
            rows = model.objects.filter(pk__in=seen.filter(kind=name).values("pk")).select_related("item")
            offer_rows(self, name, rows.order_by("item__sort_key"))
            self.fields[name].required = False


class GroupVoteForm(RowForm):
    """The votes of one group."""

    class Meta:
        model = GroupVote
        fields = ["group", *VOTES]
        field_classes = dict.fromkeys(VOTES, WholeNumberField)
        help_texts = {"group": gettext_lazy("So, wie sie sich nennt; keine Personen")}


register_row_pages(
    RowPages(
        AMENDMENTS, PaperAmendmentForm, "aenderungen", gettext_lazy("Die Änderung ist eingetragen."),
        gettext_lazy("Die Änderung ist gespeichert."), gettext_lazy("Die Änderung ist herausgenommen."),
        gettext_lazy("Was jemand an der Vorlage ändern will, Wort für Wort, und wie darüber abgestimmt ist. Was angenommen ist, übernehmen Sie danach mit einem Klick als Maßgabe."),
    )
)  # fmt: skip
register_row_pages(
    RowPages(
        GROUP_VOTES, GroupVoteForm, "fraktionen", gettext_lazy("Die Stimmen sind eingetragen."),
        gettext_lazy("Die Stimmen sind gespeichert."), gettext_lazy("Die Stimmen sind herausgenommen."),
        gettext_lazy("Wie die Fraktionen gestimmt haben, soweit das öffentlich ist."),
    )
)  # fmt: skip
