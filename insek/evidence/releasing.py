"""New values of a public indicator wait for their release, and so does taking them back, unless the actor may release."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import fields
from decimal import Decimal
from typing import Any
from urllib.parse import urlencode

import rules
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

from .deliveries import Step, nothing
from .forms import part_in_form
from .models import ImportBatch, Indicator
from .secrecy.hiding import kept_secret
from .services import (
    NewObservation,
    record_observations,
    take_back,
    words_of_recording,
    words_of_taking_back,
)

UNDO = "delivery_undo"
DECIMALS = ("value", "standard_error")
TEXTS = [field.name for field in fields(NewObservation) if field.name not in {"district", *DECIMALS}]


def record_or_propose(
    indicator: Indicator, observations: Sequence[NewObservation], *, label: str, actor: Actor
) -> ImportBatch | Proposal:
    """Record values, or propose them. Raises what ``record_observations`` raises, and NothingChanges."""
    if kept_secret([indicator.pk]):  # what waits is read by many: it must not hold what is to be hidden
        if indicator.item.visibility == Visibility.PUBLIC and not rules.test_rule(
            "thread.release_item", actor
        ):
            raise ValidationError(
                _(
                    "Werte unter Geheimhaltung können nicht auf eine Freigabe warten. Eintragen kann sie, wer sie sehen und selbst freigeben darf."
                )
            )
        return record_observations(indicator, observations, label=label, actor=actor)
    payload = {"label": label, "values": [_plain(new) for new in observations]}
    return act_or_propose("observations", indicator.item, payload, actor=actor)


def _plain(new: NewObservation) -> dict[str, Any]:
    texts = {name: getattr(new, name) for name in TEXTS}
    numbers = {
        name: None if (number := getattr(new, name)) is None else plain_decimal(number) for name in DECIMALS
    }
    return {**texts, "district": new.district.pk, **numbers}


def _values_of(payload: dict[str, Any]) -> list[NewObservation]:
    wanted = {entry["district"] for entry in payload["values"]}
    districts = {row.pk: row for row in District.objects.filter(pk__in=wanted).select_related("item")}
    if wanted - districts.keys():
        raise ValidationError(_("Einen der Räume gibt es nicht mehr."))
    return [
        NewObservation(
            district=districts[entry["district"]],
            **{name: None if entry.get(name) is None else Decimal(entry[name]) for name in DECIMALS},  # type: ignore[arg-type]  # named above
            **{name: entry[name] for name in TEXTS if name in entry},  # a proposal may be older than a name
        )
        for entry in payload["values"]
    ]


def _record(item: Item, payload: dict[str, Any], actor: Actor, at_end: Step = nothing) -> ImportBatch:
    return record_observations(
        item.indicator, _values_of(payload), label=payload["label"], actor=actor, at_end=at_end
    )


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


def _undo(item: Item, payload: dict[str, Any], actor: Actor, at_end: Step = nothing) -> ImportBatch:
    return take_back(_delivery_of(payload), actor=actor, at_end=at_end)


def _undo_foreseen(item: Item, payload: dict[str, Any], actor: Actor) -> Differences:
    """What would count no longer, and what again: read, not rehearsed, since it may be thousands of values."""
    told = words_of_taking_back(_delivery_of(payload), actor=actor)
    changes = [Change(item_id=indicator.pk, differences=changed) for indicator, changed in told]
    return _differences_of_all(item, changes)


def _delivery_of(payload: dict[str, Any]) -> ImportBatch:
    batch = ImportBatch.objects.filter(pk=payload["batch"]).first()
    if batch is None:
        raise ValidationError(_("Diese Lieferung gibt es nicht mehr."))
    return batch


def _in_pieces(do: Callable[..., ImportBatch]) -> Callable[..., ImportBatch]:
    """What does something with a delivery, as an act in pieces: its end is told no delivery."""
    return lambda item, payload, actor, at_end: do(item, payload, actor, lambda batch: at_end())


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
    return f"{reverse('intake-begin', args=['observations'])}?{urlencode({'indikator': item.pk})}"


def revised_value(item: Item) -> dict[str, Any]:
    """The value of a proposal that is being revised, for the form."""
    proposal = revised("observations", item)
    values = proposal.payload["values"] if proposal else []
    if len(values) != 1:
        return {}
    numbers = {name: Decimal(text) for name in DECIMALS if (text := values[0].get(name)) is not None}
    return {**values[0], **numbers, **part_in_form(values[0].get("breakdown", ""))}


register_act(
    Act(
        UNDO, gettext_lazy("Lieferung zurücknehmen"), _undo, differences=_differences_of_all,
        foreseen=_undo_foreseen, in_pieces=_in_pieces(_undo),
    )
)  # fmt: skip
register_act(
    Act(
        "observations", gettext_lazy("Werte eintragen"), _record,
        foreseen=_foreseen, in_pieces=_in_pieces(_record), form_at=_form,
    )
)  # fmt: skip
