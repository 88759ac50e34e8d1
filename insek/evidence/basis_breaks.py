"""Where a series goes over to another count of the population it breaks, by itself."""

from __future__ import annotations

from collections.abc import Collection

from django.db import transaction
from django.utils.translation import gettext as _

from insek.places.models import District

from .models import IN_TIME, Indicator, Observation, SeriesBreak


def keep_basis_breaks(concept: int, changed: Collection[str] | None = None) -> None:
    """Write a break at each period from which values rest on another count; take those away that are none any more.

    Breaks that people entered stay; they only learn the basis.
    """
    rows = Indicator.objects.filter(item__concept=concept, needs_basis=True, formula="")
    if changed is not None:
        rows = rows.filter(pk__in=changed)
    for pk in rows.order_by("pk").values_list("pk", flat=True):
        _keep(pk)


def basis_changes(indicator: str) -> list[tuple[str, str, str]]:
    """The periods from which the values of the city, else of all places, rest on another count: period, former and new basis. One query."""
    found = list(
        Observation.objects.figures()
        .filter(indicator=indicator)
        .exclude(basis="")
        .order_by(*IN_TIME)
        .values_list("period", "basis", "district__level")
    )
    of_city = [row for row in found if row[2] == District.Level.CITY]
    changes: list[tuple[str, str, str]] = []
    before = ""
    for period, basis, _level in of_city or found:
        if before and basis != before:
            changes.append((period, before, basis))
        before = basis
    return changes


def _keep(indicator: str) -> None:
    labels = dict(SeriesBreak.Basis.choices)
    start = _("Grundlage der Bevölkerung: %(new)s, vorher %(old)s").partition("%(new)s")[0]
    wanted = {
        period: (
            _("Grundlage der Bevölkerung: %(new)s, vorher %(old)s")
            % {"new": labels[basis], "old": labels[before]},
            basis,
        )
        for period, before, basis in basis_changes(indicator)
    }
    there = {row.period: row for row in SeriesBreak.objects.filter(indicator=indicator)}
    gone = [row.pk for row in there.values() if row.period not in wanted and row.reason.startswith(start)]
    new = [
        SeriesBreak(indicator_id=indicator, period=period, reason=reason, basis=basis)
        for period, (reason, basis) in wanted.items()
        if period not in there
    ]
    told = [row for row in there.values() if row.period in wanted and row.basis != wanted[row.period][1]]
    if gone or new or told:
        with transaction.atomic():
            SeriesBreak.objects.filter(pk__in=gone).delete()
            SeriesBreak.objects.bulk_create(new)
            for row in told:
                row.basis = wanted[row.period][1]
                row.save(update_fields=["basis"])
