"""New values of a public indicator wait for their release, and so does taking them back, unless the actor may release."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import fields
from decimal import Decimal
from typing import Any
from urllib.parse import urlencode

from django.core.exceptions import ValidationError
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from insek.package import plain_decimal
from insek.people.actors import Actor
from insek.places.models import District
from insek.release.acts import Act, Differences, register_act
from insek.release.models import Proposal
from insek.release.releases import act_or_propose
from insek.release.revising import revised
from insek.thread.models import Change, Item, Visibility

from .models import ImportBatch, Indicator
from .services import NewObservation, record_observations, take_back, words_of_recording

UNDO = "delivery_undo"
TEXTS = [field.name for field in fields(NewObservation) if field.name not in {"district", "value"}]


def record_or_propose(
    indicator: Indicator, observations: Sequence[NewObservation], *, label: str, actor: Actor
) -> ImportBatch | Proposal:
    """Record values, or propose them. Raises what ``record_observations`` raises, and NothingChanges."""
    payload = {"label": label, "values": [_plain(new) for new in observations]}
    return act_or_propose("observations", indicator.item, payload, actor=actor)


def _plain(new: NewObservation) -> dict[str, Any]:
    texts = {name: getattr(new, name) for name in TEXTS}
    return {**texts, "district": new.district.pk, "value": plain_decimal(new.value)}


def _values_of(payload: dict[str, Any]) -> list[NewObservation]:
    wanted = {entry["district"] for entry in payload["values"]}
    districts = {row.pk: row for row in District.objects.filter(pk__in=wanted).select_related("item")}
    if wanted - districts.keys():
        raise ValidationError(_("Einen der Räume gibt es nicht mehr."))
    return [
        NewObservation(
            district=districts[entry["district"]],
            value=Decimal(entry["value"]),
            **{name: entry[name] for name in TEXTS},
        )
        for entry in payload["values"]
    ]


def _perform(item: Item, payload: dict[str, Any], actor: Actor) -> ImportBatch:
    return record_observations(item.indicator, _values_of(payload), label=payload["label"], actor=actor)


def _foreseen(item: Item, payload: dict[str, Any], actor: Actor) -> Differences:
    """The values that would count no longer, and those that would: read, not rehearsed, since they may be thousands."""
    return words_of_recording(item.indicator, _values_of(payload), actor=actor)


def take_back_or_propose(batch: ImportBatch, *, actor: Actor) -> ImportBatch | Proposal:
    """Take a delivery back as a whole, or propose it where any of its values are public.

    The proposal stands at the first public indicator and says what becomes of all values. Raises what ``take_back`` raises.
    """
    touched = Item.objects.filter(indicator__observations__batch=batch, visibility=Visibility.PUBLIC)
    first = touched.order_by("sort_key", "pk").first()
    if first is None:
        return take_back(batch, actor=actor)
    return act_or_propose(UNDO, first, {"batch": batch.pk}, actor=actor)


def waiting_undo(batch: ImportBatch, actor: Actor) -> Proposal | None:
    """The proposal to take a delivery back that waits, for those who may see it. One query."""
    rows = Proposal.objects.visible_to(actor).waiting()
    return rows.filter(act=UNDO, payload__batch=batch.pk).first()


def _undo(item: Item, payload: dict[str, Any], actor: Actor) -> ImportBatch:
    batch = ImportBatch.objects.filter(pk=payload["batch"]).first()
    if batch is None:
        raise ValidationError(_("Diese Lieferung gibt es nicht mehr."))
    return take_back(batch, actor=actor)


def _differences_of_all(item: Item, changes: Iterable[Change]) -> Differences:
    """The lines of all indicators that a delivery reaches, with their names where they are several."""
    changes = list(changes)
    items = Item.objects.in_bulk({change.item_id for change in changes})
    changes.sort(key=lambda change: (items[change.item_id].sort_key, change.item_id))
    several = len(items) > 1
    sides: list[str | None] = []
    for side in (0, 1):
        lines = [
            f"{items[change.item_id]}: {line}" if several else line
            for change in changes
            for line in str(change.differences["value"][side] or "").splitlines()
        ]
        sides.append("\n".join(lines) or None)
    return {"value": sides} if any(sides) else {}


def _form(item: Item, payload: dict[str, Any]) -> str:
    """One value is written in the form, many come in a new file."""
    if len(payload["values"]) == 1:
        return reverse("observation-create", args=[item.pk])
    return f"{reverse('import-upload')}?{urlencode({'indikator': item.pk})}"


def revised_value(item: Item) -> dict[str, Any]:
    """The value of a proposal that is being revised, for the form."""
    proposal = revised("observations", item)
    values = proposal.payload["values"] if proposal else []
    return {**values[0], "value": Decimal(values[0]["value"])} if len(values) == 1 else {}


register_act(Act(UNDO, gettext_lazy("Lieferung zurücknehmen"), _undo, differences=_differences_of_all))
register_act(
    Act("observations", gettext_lazy("Werte eintragen"), _perform, foreseen=_foreseen, form_at=_form)
)
