"""The Gesamtschau: all plans against all fields of action, and what each field can rest on."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, replace
from typing import Any

from django.db.models import Case, F, FilteredRelation, Q, Value, When
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from insek.concept.models import Concept, Field
from insek.people.actors import Actor
from insek.thread.models import Item, ItemQuerySet
from insek.web.display import ShownField, fields_of, shown_field

from .models import PlanAppraisal
from .rubric import BINDING_OTHERS, BINDINGS
from .rubric_values import Rubric, rubric_of, usual_rubric
from .statement_counts import counts_by

ROWS = 500
"""Rows on the page; the table to download has all."""

_binding = Case(
    *[When(now__bindingness=key, then=Value(place)) for place, key in enumerate(BINDINGS)], default=Value(99)
)
SORTS: dict[str, tuple[Any, tuple[Any, ...]]] = {
    "nummer": (gettext_lazy("Nummer"), ()),
    "jahr": (gettext_lazy("Jahr"), (F("plan__year").desc(nulls_last=True),)),
    "bindung": (gettext_lazy("Bindungswirkung"), (_binding,)),
    "aktualitaet": (gettext_lazy("Aktualität"), (F("now__currency").desc(nulls_last=True),)),
    "aussagekraft": (gettext_lazy("Aussagekraft"), (F("now__substance").desc(nulls_last=True),)),
}  # fmt: skip


@dataclass(frozen=True)
class PlanRow:
    """A plan with its appraisal and the fields it speaks to."""

    item: Item
    appraisal: PlanAppraisal | None
    fields: Sequence[ShownField]

    @property
    def field_keys(self) -> set[str]:
        """Keys of its fields."""
        return {field.key for field in self.fields}


@dataclass(frozen=True)
class FieldSum:
    """What one field rests on."""

    field: ShownField
    plans: int = 0
    appraised: int = 0
    currency: int | None = None
    substance: int | None = None
    sound: int = 0
    binding: int = 0
    binding_sound: int = 0
    examples: int = 0
    """Plans whose current appraisal is an example."""
    in_force: int = 0
    not_appraised: int = 0
    """Of those in force."""

    @property
    def is_open(self) -> bool:
        """Nothing is known to carry it, and of plans in force nobody knows: no verdict follows."""
        return self.sound == 0 and self.not_appraised > 0

    @property
    def is_weak(self) -> bool:
        """Nothing there is in force, current and says something at once."""
        return self.sound == 0 and not self.is_open

    @property
    def sentence(self) -> str:
        """What the numbers say, in a sentence; conditional where a rating is invented."""
        rests_on_ratings = self.in_force > self.not_appraised
        return _supposed(self._plainly(), bool(self.examples) and rests_on_ratings)

    def _plainly(self) -> str:
        values = {
            "field": self.field.name,
            "plans": self.plans,
            "sound": self.sound,
            "binding": self.binding_sound,
            "in_force": self.in_force,
            "judged": self.in_force - self.not_appraised,
            "open": self.not_appraised,
        }
        if self.plans == 0:
            return _("Kein Planwerk spricht dieses Feld an.")
        if self.in_force == 0:
            return ngettext(
                "Das eine Planwerk zu diesem Feld gilt nicht.", "Keines der %(plans)s Planwerke zu diesem Feld gilt.", self.plans
            ) % values  # fmt: skip
        if self.not_appraised == self.in_force:
            return _("Keines der geltenden Planwerke zu diesem Feld ist bisher bewertet.")
        if self.is_open:
            judged = ngettext(
                "Das eine bewertete geltende Planwerk ist nicht zugleich aktuell und aussagekräftig",
                "Von %(judged)s bewerteten geltenden Planwerken ist keines zugleich aktuell und aussagekräftig",
                self.in_force - self.not_appraised,
            )
            others = ngettext(
                "%(open)s weiteres ist nicht bewertet.", "%(open)s weitere sind nicht bewertet.", self.not_appraised
            )  # fmt: skip
            return f"{judged}; {others}" % values
        if self.sound == 0:
            return (
                ngettext(
                    "Hier gilt nur Altes oder Schwaches: Das eine geltende Planwerk ist nicht zugleich aktuell und aussagekräftig.",
                    "Hier gilt nur Altes oder Schwaches: Keines der %(in_force)s geltenden Planwerke ist zugleich aktuell und aussagekräftig.",
                    self.in_force,
                )
                % values
            )
        carried = (
            ngettext(
                "%(sound)s von %(plans)s Planwerken trägt: Es gilt, ist aktuell und aussagekräftig.",
                "%(sound)s von %(plans)s Planwerken tragen: Sie gelten, sind aktuell und aussagekräftig.",
                self.sound,
            )
            % values
        )
        if self.binding_sound == 0:
            return f"{carried} {_('Keines davon bindet andere als die Stadt selbst.')}"
        return carried + " " + ngettext(
            "%(binding)s davon bindet auch andere als die Stadt.",
            "%(binding)s davon binden auch andere als die Stadt.",
            self.binding_sound,
        ) % values  # fmt: skip


def rows_of(items: ItemQuerySet, *, sort: str = "nummer", limit: int | None = ROWS) -> list[PlanRow]:
    """The plans in order, with appraisal and fields. Three queries."""
    order = (*SORTS[sort][1], "sort_key", "pk")
    plans = items.select_related("plan").annotate(
        now=FilteredRelation("plan__appraisals", condition=Q(plan__appraisals__superseded_by=None))
    )
    chosen = list(plans.order_by(*order)[:limit])
    ids = [item.pk for item in chosen]
    appraisals = {row.plan_id: row for row in PlanAppraisal.objects.filter(plan__in=ids, superseded_by=None)}
    fields = fields_of(ids)
    return [PlanRow(item, appraisals.get(item.pk), fields.get(item.pk, ())) for item in chosen]


def with_told_fields(
    rows: Sequence[PlanRow], concept: Concept, fields: Iterable[Field], actor: Actor
) -> list[PlanRow]:
    """The same rows, each also with the fields that its statements want something in, as far as the actor reads them. One query, kept."""
    shown = {field.pk: shown_field(field) for field in fields}
    told: dict[str, list[ShownField]] = {}
    for count in counts_by("fields", concept, actor):
        if count.wants and count.about in shown:
            told.setdefault(count.plan, []).append(shown[count.about])
    return [
        replace(row, fields=(*row.fields, *(field for field in told.get(row.item.pk, ()) if field.key not in row.field_keys)))
        for row in rows
    ]  # fmt: skip


def sums_of(rows: Sequence[PlanRow], fields: Iterable[Field], in_force: Collection[str]) -> list[FieldSum]:
    """What each field rests on, over all plans given; ``in_force`` are the ids of those that are. One query."""
    rubric = rubric_of(rows[0].item.concept_id) if rows else usual_rubric()
    by_key: dict[str, list[PlanRow]] = {}
    for row in rows:
        for field in row.fields:
            by_key.setdefault(field.key, []).append(row)
    return [_sum(shown_field(field), by_key.get(field.key, ()), in_force, rubric) for field in fields]


def _sum(field: ShownField, rows: Sequence[PlanRow], in_force: Collection[str], rubric: Rubric) -> FieldSum:
    judged = [(row.item.pk, row.appraisal) for row in rows if row.appraisal is not None]
    carrying = [appraisal for pk, appraisal in judged if pk in in_force]
    holding = sum(row.item.pk in in_force for row in rows)
    sound = [one for one in carrying if rubric.is_sound(one.currency, one.substance)]
    return FieldSum(
        field,
        plans=len(rows),
        appraised=len(judged),
        currency=_mean([appraisal.currency for _plan, appraisal in judged]),
        substance=_mean([appraisal.substance for _plan, appraisal in judged]),
        sound=len(sound),
        binding=sum(one.bindingness in BINDING_OTHERS for one in carrying),
        binding_sound=sum(one.bindingness in BINDING_OTHERS for one in sound),
        examples=sum(appraisal.is_example for _plan, appraisal in judged),
        in_force=holding,
        not_appraised=holding - len(carrying),
    )


def examples_of(rows: Sequence[PlanRow]) -> tuple[int, int]:
    """How many of the appraisals are examples, and how many there are."""
    judged = [row.appraisal for row in rows if row.appraisal is not None]
    return sum(each.is_example for each in judged), len(judged)


def _mean(values: Sequence[int]) -> int | None:
    return round(sum(values) / len(values)) if values else None


def conclusion(sums: Sequence[FieldSum]) -> str:
    """Where a field has only old or weak plans, in one sentence over all fields; conditional where a rating is invented."""
    weak = [entry.field.name for entry in sums if entry.is_weak]
    if not sums or all(entry.plans == 0 for entry in sums):
        return ""
    unsure = [entry.field.name for entry in sums if entry.is_open]
    invented = any(entry.examples for entry in sums)
    if unsure and not weak:
        return _open_words(unsure)
    if not weak:
        said = _(
            "In jedem Handlungsfeld gibt es mindestens ein Planwerk, das gilt, aktuell und aussagekräftig ist."
        )
        return _supposed(said, invented)
    names = "; ".join(f"„{name}“" for name in weak)
    said = ngettext(
        "Nur alte oder schwache Planwerke, oder gar keine, gelten im Handlungsfeld %(names)s.",
        "Nur alte oder schwache Planwerke, oder gar keine, gelten in den Handlungsfeldern %(names)s.",
        len(weak),
    ) % {"names": names}  # fmt: skip
    return " ".join(filter(None, [_supposed(said, invented), _open_words(unsure)]))


def _open_words(names: Sequence[str]) -> str:
    """For which fields no verdict follows, because not all plans in force are appraised; nothing without any."""
    if not names:
        return ""
    return ngettext(
        "Noch nicht zu sagen ist es im Handlungsfeld %(names)s: Dort sind geltende Planwerke nicht bewertet.",
        "Noch nicht zu sagen ist es in den Handlungsfeldern %(names)s: Dort sind geltende Planwerke nicht bewertet.",
        len(names),
    ) % {"names": "; ".join(f"„{name}“" for name in names)}  # fmt: skip


def _supposed(said: str, invented: bool) -> str:
    """A conclusion, under its condition where it is drawn from invented ratings."""
    return _("Träfen die Beispiel-Bewertungen zu, hieße das: %(said)s") % {"said": said} if invented else said
