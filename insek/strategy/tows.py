"""The TOWS matrix of the city or of one field of action: findings at the margins, options in the four cells."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from insek.concept.asker import Asker
from insek.concept.models import Field
from insek.findings.models import Finding
from insek.thread.models import Item

from .tows_options import TowsOption
from .tows_rows import OPTIONS


@dataclass(frozen=True)
class Matrix:
    """What the page shows."""

    findings: Mapping[str, Sequence[Finding]]
    """By type, in their order."""
    options: Mapping[str, list[TowsOption]] = field(default_factory=dict)
    """By cell; under "" those whose findings no longer meet."""


def matrix_of(asker: Asker, field: Field | None) -> Matrix:
    """The findings and options that the asker may read; of a field those with a finding in it. Two queries."""
    actor = asker.actor
    visible = Item.objects.visible_to(actor).filter(concept=asker.concept, kind="finding")
    shown = visible.filter(fields=field) if field else visible
    findings: dict[str, list[Finding]] = {kind: [] for kind in Finding.Type.values}
    for item in shown.select_related("finding", "concept").order_by("sort_key", "pk"):
        item.finding.item = item
        findings[item.finding.type].append(item.finding)
    rows = OPTIONS.visible_to(
        TowsOption.objects.filter(finding__item__in=visible.order_by().values("pk")), actor
    )
    here = {each.pk for found in findings.values() for each in found}
    options: dict[str, list[TowsOption]] = {}
    related = ("finding", "against", "also_finding", "also_against", "goal", "measure")
    for row in rows.select_related(*(f"{name}__item" for name in related), "author"):
        if field is None or any(each.pk in here for each in row.findings):
            options.setdefault(row.cell, []).append(row)
    return Matrix(findings, options)
