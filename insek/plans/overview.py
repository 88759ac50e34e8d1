"""The Gesamtschau: all plans against all fields of action, and what each field can rest on."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from django.db.models import Avg, Case, Count, F, FilteredRelation, Q, Value, When
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from insek.concept.models import Field, Standing
from insek.thread.models import Item, ItemQuerySet
from insek.web.display import ShownField, fields_of, shown_field

from .models import Plan, PlanAppraisal
from .rubric import BINDING_OTHERS, BINDINGS, SOUND

ROWS = 500
"""Rows on the page; the table to download has all."""
RESTS = (Plan.Status.EXPIRED, Plan.Status.DRAFT, Plan.Status.PREPARATION, Plan.Status.PROCEDURE)
"""In these states a plan carries nothing: it holds no longer, or not yet."""

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

    @property
    def is_weak(self) -> bool:
        """Nothing there is current and says something at once."""
        return self.sound == 0

    @property
    def sentence(self) -> str:
        """What the numbers say, in a sentence; conditional where a rating is invented."""
        return _supposed(self._plainly(), bool(self.examples))

    def _plainly(self) -> str:
        values = {
            "field": self.field.name,
            "plans": self.plans,
            "sound": self.sound,
            "binding": self.binding_sound,
        }
        if self.plans == 0:
            return _("Kein Planwerk spricht dieses Feld an.")
        if self.appraised == 0:
            return _("Keines der Planwerke zu diesem Feld ist bisher bewertet.")
        if self.sound == 0:
            return (
                ngettext(
                    "Hier gibt es nur Altes oder Schwaches: Das eine Planwerk ist nicht zugleich aktuell und aussagekräftig.",
                    "Hier gibt es nur Altes oder Schwaches: Keines der %(plans)s Planwerke ist zugleich aktuell und aussagekräftig.",
                    self.plans,
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


def sums_of(items: ItemQuerySet, fields: Iterable[Field]) -> list[FieldSum]:
    """What each field rests on, over all plans given and not only those shown. One query."""
    now = Q(item__plan__appraisals__superseded_by=None, item__plan__appraisals__isnull=False)
    sound = (
        now
        & Q(item__plan__appraisals__currency__gte=SOUND, item__plan__appraisals__substance__gte=SOUND)
        & ~Q(item__plan__status__in=RESTS)
    )
    binding = (
        now & Q(item__plan__appraisals__bindingness__in=BINDING_OTHERS) & ~Q(item__plan__status__in=RESTS)
    )

    def plans(condition: Q) -> Count:
        return Count("item", filter=condition, distinct=True)

    rows = (
        Item.fields.through.objects.filter(item__in=items.order_by().values("pk"))
        .order_by()
        .values("field_id")
        .annotate(
            plans=Count("item", distinct=True),
            appraised=plans(now),
            currency=Avg("item__plan__appraisals__currency", filter=now),
            substance=Avg("item__plan__appraisals__substance", filter=now),
            sound=plans(sound),
            binding=plans(binding),
            binding_sound=plans(binding & sound),
            examples=plans(now & Q(item__plan__appraisals__standing=Standing.EXAMPLE)),
        )
    )
    found: dict[int, dict[str, Any]] = {
        row["field_id"]: {name: value for name, value in row.items() if name != "field_id"} for row in rows
    }
    return [FieldSum(shown_field(field), **_rounded(found.get(field.pk, {}))) for field in fields]


def _rounded(row: dict[str, Any]) -> dict[str, Any]:
    averages = {name: round(row[name]) for name in ("currency", "substance") if row.get(name) is not None}
    return {**row, **averages}


def conclusion(sums: Sequence[FieldSum]) -> str:
    """Where a field has only old or weak plans, in one sentence over all fields; conditional where a rating is invented."""
    weak = [entry.field.name for entry in sums if entry.is_weak]
    if not sums or all(entry.plans == 0 for entry in sums):
        return ""
    invented = any(entry.examples for entry in sums)
    if not weak:
        said = _(
            "In jedem Handlungsfeld gibt es mindestens ein Planwerk, das gilt, aktuell und aussagekräftig ist."
        )
        return _supposed(said, invented)
    names = "; ".join(f"„{name}“" for name in weak)
    said = ngettext(
        "Nur alte oder schwache Planwerke, oder gar keine, gibt es im Handlungsfeld %(names)s.",
        "Nur alte oder schwache Planwerke, oder gar keine, gibt es in den Handlungsfeldern %(names)s.",
        len(weak),
    ) % {"names": names}  # fmt: skip
    return _supposed(said, invented)


def _supposed(said: str, invented: bool) -> str:
    """A conclusion, under its condition where it is drawn from invented ratings."""
    return _("Träfen die Beispiel-Bewertungen zu, hieße das: %(said)s") % {"said": said} if invented else said
