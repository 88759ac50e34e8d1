"""New values of a public indicator wait for their release, unless whoever records them may release."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import fields
from decimal import Decimal
from typing import Any

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from insek.people.actors import Actor
from insek.places.models import District
from insek.thread.acts import Act, register_act
from insek.thread.models import Item
from insek.thread.package import plain_decimal
from insek.thread.proposals import Proposal
from insek.thread.releases import act_or_propose

from .models import ImportBatch, Indicator
from .services import NewObservation, record_observations

TEXTS = [field.name for field in fields(NewObservation) if field.name not in {"district", "value"}]


def record_or_propose(
    indicator: Indicator, observations: Sequence[NewObservation], *, label: str, actor: Actor
) -> ImportBatch | Proposal:
    """Record values, or propose them. Raises what ``record_observations`` raises, and NothingChanges."""
    payload = {"label": label, "values": [_plain(new) for new in observations]}
    return act_or_propose(
        "observations", indicator.item, payload, actor=actor,
        perform=lambda: record_observations(indicator, observations, label=label, actor=actor),
    )  # fmt: skip


def _plain(new: NewObservation) -> dict[str, Any]:
    texts = {name: getattr(new, name) for name in TEXTS}
    return {**texts, "district": new.district.pk, "value": plain_decimal(new.value)}


def _perform(item: Item, payload: dict[str, Any], actor: Actor) -> None:
    wanted = {entry["district"] for entry in payload["values"]}
    districts = {row.pk: row for row in District.objects.filter(pk__in=wanted).select_related("item")}
    if wanted - districts.keys():
        raise ValidationError(_("Einen der Räume gibt es nicht mehr."))
    values = [
        NewObservation(
            district=districts[entry["district"]],
            value=Decimal(entry["value"]),
            **{name: entry[name] for name in TEXTS},
        )
        for entry in payload["values"]
    ]
    record_observations(item.indicator, values, label=payload["label"], actor=actor)


register_act(Act("observations", gettext_lazy("Werte eintragen"), _perform))
