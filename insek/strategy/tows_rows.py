"""Options of the TOWS matrix, declared once as rows beside a finding, their forms, and how one becomes a goal or a measure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import Max, Q
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from insek.findings.models import Finding
from insek.items.forms import CleanText
from insek.items.row_forms import RowForm, RowPages, register_row_pages
from insek.people.actors import Actor
from insek.people.locking import Conflict
from insek.release import releases
from insek.thread import history
from insek.thread.models import Change, Item
from insek.thread.row_acts import change_row
from insek.thread.rows import RowField, Rows, register_rows
from insek.web.choices import name_empty_choices, offer_choices, offer_rows
from insek.web.number_fields import WholeNumberField

from .rows import FORMS
from .tows_options import INNER, OUTER, TowsOption

BECOMES = ("goal", "measure")
FROM_OPTION = "from_option"
"""What the history of a goal or measure calls the option it came of."""


def _complete(row: TowsOption, actor: Actor) -> None:
    """A new option is of who writes it, and stands last."""
    row.author_id = actor.user_id
    if not row.position or row.position == 1:
        there = TowsOption.objects.filter(finding__item__concept=row.finding.item.concept_id)
        row.position = (there.aggregate(last=Max("position"))["last"] or 0) + 1


def _sound(row: TowsOption, actor: Actor) -> None:
    """It joins findings of one concept, among them something inside and something from outside."""
    row.position = row.position or 1
    types = {each.type for each in row.findings}
    if not types & set(INNER) or not types & set(OUTER):
        raise ValidationError(
            {
                "against": _(
                    "Eine Option verbindet eine Stärke oder Schwäche mit einer Chance oder einem Risiko."
                )
            }
        )
    if len({each.item.concept_id for each in row.findings}) > 1:
        raise ValidationError(_("Das gehört zu einem anderen Konzept."))


OPTIONS = Rows(
    name="tows_option",
    table="tows_options",
    model_path="strategy.TowsOption",
    kind="finding",
    owner="finding",
    label=gettext_lazy("Option"),
    plural=gettext_lazy("Optionen"),
    note="Options where strengths or weaknesses meet opportunities or threats. The public gets made-up examples alone.",
    order=54,
    rule="findings.arrange",
    acts={
        "add": gettext_lazy("Option schreiben"),
        "change": gettext_lazy("Option ändern"),
        "remove": gettext_lazy("Option löschen"),
    },
    forms=FORMS,
    address="option",
    called_by="text",
    public={"is_example": True},
    also=("against", "also_finding", "also_against", "goal", "measure"),
    defaults=_complete,
    check=_sound,
    unchecked=frozenset({"author"}),
    fields=(
        RowField("text", gettext_lazy("Option"), "What could be done, in a sentence."),
        RowField("reason", gettext_lazy("Warum das daraus folgt"), "Why it follows from the findings."),
        RowField("against", gettext_lazy("Chance oder Risiko"), "Id of the opportunity or threat that it meets.", refers="findings"),
        RowField("also_finding", gettext_lazy("Weitere Stärke oder Schwäche"), "Id of a further strength or weakness.", refers="findings"),
        RowField("also_against", gettext_lazy("Weitere Chance oder weiteres Risiko"), "Id of a further opportunity or threat.", refers="findings"),
        RowField("position", gettext_lazy("Reihenfolge"), "Place in its cell; the smaller number comes first."),
        RowField("is_example", gettext_lazy("Beispiel"), "Whether it is made up.", required=True),
        RowField("goal", gettext_lazy("Ziel"), "Id of the goal that it became.", refers="goals"),
        RowField("measure", gettext_lazy("Maßnahme"), "Id of the measure that it became.", refers="measures"),
    ),
)  # fmt: skip
register_rows(OPTIONS)


def become(option: TowsOption, kind: str, *, expected_version: int, actor: Actor) -> Item:
    """Make a goal or a measure of an option: internal, justified by each of its findings, in one transaction.

    The option leads there from then on, and the history of what was made says where it comes from. It becomes public as
    everything does. Raises PermissionDenied, Conflict, and ValidationError where the option became something already.
    """
    if kind not in BECOMES:
        raise ValueError(kind)
    with transaction.atomic():
        fresh = (
            TowsOption.objects.select_for_update(of=("self",))
            .select_related("finding__item__concept", "against__item")
            .filter(pk=option.pk)
            .first()
        )
        if fresh is None or fresh.version != expected_version:
            raise Conflict(fresh)
        if fresh.became is not None:
            raise ValidationError(_("Aus dieser Option ist schon etwas geworden."))
        reasons = [each.item for each in fresh.findings]
        fields = {each.pk: each for item in reasons for each in item.fields.all()}
        values = {"title": fresh.text}
        if fresh.is_example:
            values["standing"] = "example"
        item = releases.create_or_propose(
            kind=kind, concept=reasons[0].concept, values=values, fields=fields.values(), actor=actor
        )
        assert isinstance(item, Item)  # an internal one never waits
        for reason in reasons:
            releases.link_or_propose(
                reason, item, kind="justifies", reason=fresh.reason or fresh.text, actor=actor
            )
        change_row(
            OPTIONS, fresh, {kind: getattr(item, kind)}, expected_version=expected_version, actor=actor
        )
        history.record(item, Change.Action.UPDATED, actor=actor, changed={FROM_OPTION: [None, fresh.text]})
    return item


class TowsCellForm(CleanText, forms.Form):
    """A new option, written in its cell."""

    text = forms.CharField(
        label=gettext_lazy("Option"), max_length=300, widget=forms.Textarea(attrs={"rows": 2})
    )
    finding = forms.ChoiceField()
    against = forms.ChoiceField()
    reason = forms.CharField(
        label=gettext_lazy("Warum das daraus folgt"),
        max_length=500,
        required=False,
        widget=forms.Textarea(attrs={"rows": 2}),
        help_text=gettext_lazy(
            "Ein Satz. Er steht später an beiden Verknüpfungen; ohne ihn steht dort die Option."
        ),
    )
    also_finding = forms.ChoiceField(required=False)
    also_against = forms.ChoiceField(required=False)

    def __init__(self, *args: Any, cell: str, labels: Sequence[Any], findings: Mapping[str, Sequence[Finding]], **kwargs: Any) -> None:  # fmt: skip
        super().__init__(*args, **{**kwargs, "auto_id": f"{cell}-%s"})
        inner, outer = ("strength" if cell[0] == "s" else "weakness"), ("opportunity" if cell[1] == "o" else "threat")  # fmt: skip
        self.found = {each.pk: each for kind in (inner, outer) for each in findings.get(kind, ())}
        for name, kind, label in (
            ("finding", inner, labels[0]), ("against", outer, labels[1]), ("also_finding", inner, labels[0]), ("also_against", outer, labels[1]),
        ):  # fmt: skip
            offered = [(each.pk, option_label(each)) for each in findings.get(kind, ())]
            offer_choices(self, name, [("", _("Bitte wählen")), *offered] if not name.startswith("also") else [("", _("keine weitere Angabe")), *offered])  # fmt: skip
            self.fields[name].label = (
                _("Außerdem: %(what)s") % {"what": label} if name.startswith("also") else label
            )

    @property
    def values(self) -> dict[str, Any]:
        """What the acts on rows take, without the finding on which the option hangs."""
        data = self.cleaned_data
        named = {name: self.found.get(data[name]) for name in ("against", "also_finding", "also_against")}
        return {"text": " ".join(data["text"].split()), "reason": data["reason"], "position": 0, **named}

    @property
    def owner(self) -> Finding:
        """The finding on which the option hangs."""
        return self.found[self.cleaned_data["finding"]]


def option_label(finding: Finding) -> str:
    """A finding in a select."""
    return f"{finding.item.number} {finding.item.shown_title}".strip()


class TowsOptionForm(RowForm):
    """An option that is there; the finding on which it hangs stays."""

    class Meta:
        model = TowsOption
        fields = ["text", "reason", "against", "also_finding", "also_against", "position"]
        field_classes = {"position": WholeNumberField}
        widgets = {"text": forms.Textarea(attrs={"rows": 2}), "reason": forms.Textarea(attrs={"rows": 2})}
        help_texts = {
            "reason": gettext_lazy("Ein Satz. Er steht später an beiden Verknüpfungen; ohne ihn steht dort die Option."),
            "position": gettext_lazy("Die kleinere Zahl steht weiter oben. Leer: an letzter Stelle."),
        }  # fmt: skip

    def offer(self) -> None:
        self.fields["position"].required = False
        seen = Item.objects.visible_to(self.actor).filter(concept=self.item.concept_id, kind="finding")
        for name, types in (("against", OUTER), ("also_finding", INNER), ("also_against", OUTER)):
            stored = Q(pk=getattr(self.instance, f"{name}_id"))
            rows = Finding.objects.filter(Q(type__in=types) | stored, pk__in=seen.values("pk"))
            rows = rows.exclude(pk=self.item.pk).select_related("item").order_by("item__sort_key")
            offer_rows(self, name, rows, label=option_label)
            self.fields[name].required = name == "against"
        name_empty_choices(self)


register_row_pages(
    RowPages(
        OPTIONS, TowsOptionForm, "optionen", gettext_lazy("Die Option ist geschrieben."), gettext_lazy("Die Option ist gespeichert."),
        gettext_lazy("Die Option ist gelöscht."), back=lambda item: f"{reverse('tows')}#optionen",
    )
)  # fmt: skip
