"""Values of a result for an indicator: the share within reach by district and city, as estimates with their method."""

from __future__ import annotations

from decimal import Decimal

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.timezone import localdate
from django.utils.translation import gettext as _

from insek.engines.text import shortened
from insek.people.actors import Actor
from insek.places.models import District
from insek.release.models import Proposal
from insek.thread.models import Visibility
from insek.thread.services import create_item

from ..models import ImportBatch, Indicator, Observation
from ..releasing import record_or_propose
from ..services import NewObservation
from .models import ReachAnalysis, ReachRun
from .runs import hash_of_today
from .shown import how_words, reach_notes, what_words


def reach_observations(analysis: ReachAnalysis, run: ReachRun) -> list[NewObservation]:
    """The share of each district and of the city, in percent. Raises ValidationError where the result no longer fits today."""
    if run.input_hash != hash_of_today(analysis):
        raise ValidationError(_("Seit der Rechnung hat sich geändert, womit gerechnet wird. Bitte rechnen Sie zuerst neu."))  # fmt: skip
    result = run.result
    districts = District.objects.of(analysis.item.concept).select_related("item")
    known = {row.pk: row for row in districts}
    found = [
        _value(analysis, run, known[row["pk"]], row["share"], how_words(row))
        for row in result["areas"]
        if row["share"] is not None and row["pk"] in known
    ]
    city = next((row for row in known.values() if row.level == District.Level.CITY), None)
    if city is not None and result["city"]["share"] is not None and city.pk not in {row["pk"] for row in result["areas"]}:  # fmt: skip
        found.append(_value(analysis, run, city, result["city"]["share"], ""))
    if not found:
        raise ValidationError(_("Kein Raum hat ein Ergebnis."))
    return found


def _value(
    analysis: ReachAnalysis, run: ReachRun, district: District, share: float, how: str
) -> NewObservation:
    day = localdate(run.finished_at).isoformat()
    note = _("Erreichbarkeit, Fassung %(version)s, Prüfsumme %(hash)s") % {"version": run.version, "hash": run.input_hash[:16]}  # fmt: skip
    return NewObservation(
        district, day, Decimal(str(share)) * 100, quality=Observation.Quality.ESTIMATED,
        source_title=shortened(_("Eigene Berechnung: %(title)s") % {"title": analysis.item.title}, 300),
        source_date=day, note="; ".join(filter(None, [how, note])),
    )  # fmt: skip


def take_as_indicator(
    analysis: ReachAnalysis, run: ReachRun, indicator: Indicator | None, *, actor: Actor
) -> tuple[Indicator, ImportBatch | Proposal]:
    """Write the shares into an indicator, or into a new internal one. Raises ValidationError, PermissionDenied."""
    values = reach_observations(analysis, run)
    label = _("Erreichbarkeit: %(title)s") % {"title": analysis.item.title}
    with transaction.atomic():
        if indicator is None:
            indicator = _new_indicator(analysis, run, actor)
        return indicator, record_or_propose(indicator, values, label=label, actor=actor)


def _new_indicator(analysis: ReachAnalysis, run: ReachRun, actor: Actor) -> Indicator:
    """An internal indicator that says how its values are made."""
    said = {"what": what_words(analysis), "mode": analysis.get_mode_display(), "minutes": analysis.minutes}
    title = _("Menschen, die %(mode)s in %(minutes)s Minuten am Ziel sind: %(what)s") % said
    method = " ".join(
        [_("Erreichbarkeit nach docs/methods/reachability.md, eigene Berechnung; alle Werte sind Schätzungen."), *reach_notes(run.result)]
    )  # fmt: skip
    item = create_item(
        kind="indicator", concept=analysis.item.concept, actor=actor, index_later=True,
        values={
            "title": shortened(title, 300), "unit": "%", "decimals": 0, "direction": Indicator.Direction.UP, "method": method,
            "periodicity": Indicator.Periodicity.IRREGULAR, "visibility": Visibility.INTERNAL, "standing": analysis.item.standing,
        },
    )  # fmt: skip
    indicator: Indicator = item.indicator
    indicator.item = item
    return indicator
