"""Two indicators over places: the pairs of values, how they go together, and when that says nothing."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from typing import Any

from django.db.models import Count, Exists, OuterRef
from django.utils.translation import gettext as _

from insek.concept.asker import Asker
from insek.engines.correlation import FEWEST, Coefficient, pearson, spearman
from insek.engines.periods import period_of
from insek.places.models import District
from insek.places.queries import map_places
from insek.thread.models import Item
from insek.web.display import period_words

from ..derived.rules_of_formulas import parts_of
from ..models import Indicator, Observation, SeriesBreak
from ..ranking import NothingSuch
from .beside import KnownValues, PlaceGroup, chosen_group, groups_of, rows_in, valid_in
from .class_map import why_none

FEW = 10
"""Pairs below which a coefficient hangs on single places, which is said."""


@dataclass(frozen=True)
class Pair:
    """A place with its values of both indicators; ``number`` is its mark in the picture, None where a value is missing."""

    place: District
    x: Observation | None
    y: Observation | None
    number: int | None = None

    @property
    def why_missing(self) -> str:
        """Which value is missing, and why; empty where both are there."""
        said = [
            f"{axis}: {why_none(row)}"
            for axis, row in (("x", self.x), ("y", self.y))
            if row is None or row.value is None
        ]
        return ", ".join(said)


@dataclass(frozen=True)
class ScatterOfTwo:
    """What is compared, of which periods; ``refusal`` says why no connection is worked out, ``cautions`` what to mind."""

    x: Indicator
    y: Indicator
    group: PlaceGroup
    groups: list[PlaceGroup]
    period: str
    other_period: str
    periods: list[str]
    other_periods: list[str]
    pairs: list[Pair]
    refusal: str = ""
    cautions: list[str] = field(default_factory=list)
    pearson: Coefficient | None = None
    spearman: Coefficient | None = None

    @property
    def drawn(self) -> list[Pair]:
        """The pairs of which both values are known."""
        return [pair for pair in self.pairs if pair.number is not None]


def partners_of(asker: Asker, indicator: Indicator) -> list[Indicator]:
    """The other indicators that the actor may see and that have values of places. One query."""
    places = [
        place.pk
        for place in map_places(indicator.item.concept, asker.actor)
        if place.level != District.Level.CITY
    ]
    visible = Item.objects.visible_to(asker.actor).filter(concept=indicator.item.concept_id, kind="indicator")
    there = Observation.objects.figures().filter(indicator=OuterRef("pk"), district__in=places)
    rows = Indicator.objects.filter(item__in=visible).exclude(pk=indicator.pk).filter(Exists(there))
    return list(rows.select_related("item").order_by("item__sort_key", "pk"))


def suggested_partner(asker: Asker, x: Indicator, offered: Sequence[Indicator]) -> Indicator | None:
    """The first with values of the same places in the newest period, and with which a connection may be worked out. Three queries."""
    places = map_places(x.item.concept, asker.actor)
    known = KnownValues(x, [place for place in places if place.level != District.Level.CITY])
    if not known.by_place:
        return None
    group = groups_of(places, list(known.by_place))[0]
    try:
        period = known.chosen_period(group.places, "")
    except NothingSuch:
        return None
    rows = Observation.objects.totals().filter(
        indicator__in=[x.pk, *(one.pk for one in offered)],
        district__in=[place.pk for place in group.places],
        period=period,
        value__isnull=False,
    )
    counts: dict[str, int] = {}
    bases: dict[str, set[str]] = {}
    for pk, basis, count in (
        rows.order_by().values_list("indicator", "basis").annotate(Count("district", distinct=True))
    ):
        counts[pk] = counts.get(pk, 0) + count
        bases.setdefault(pk, set()).add(basis)
    for one in offered:
        used = {*bases.get(x.pk, ()), *bases.get(one.pk, ())} - {""}
        if (
            counts.get(one.pk, 0) >= FEWEST
            and len(used) < 2
            and not (x.has_parts and one.has_parts)
            and not (_is_part_of(x, one) or _is_part_of(one, x))
        ):
            return one
    return None


def nearest_period(period: str, offered: list[str]) -> str:
    """The same period, else the one whose end lies nearest; of two at the same distance the earlier."""
    if period in offered:
        return period
    end = period_of(period).end

    def months_away(text: str) -> tuple[int, date]:
        other = period_of(text).end
        return abs((other.year - end.year) * 12 + other.month - end.month), other

    return min(offered, key=months_away)


def scatter(asker: Asker, x: Indicator, y: Indicator, asked: Mapping[str, Any]) -> ScatterOfTwo | None:
    """Two indicators as an address asks for them; None where no place has values of both. Raises NothingSuch. Five queries."""
    places = map_places(x.item.concept, asker.actor)
    parts = [place for place in places if place.level != District.Level.CITY]
    xs, ys = KnownValues(x, parts), KnownValues(y, parts)
    both = [place for place in parts if place.pk in xs.by_place and place.pk in ys.by_place]
    if not (xs.periods(both) and ys.periods(both)):
        return None
    groups = groups_of(places, [place.pk for place in both])
    group = chosen_group(groups, asked.get("ebene"))
    period = xs.chosen_period(group.places, str(asked.get("zeitraum") or ""))
    offered = ys.periods(group.places)
    wanted = str(asked.get("zeitraum-y") or "")
    if not offered or (wanted and wanted not in offered):
        raise NothingSuch(wanted)
    counted = ys.periods(group.places, counted=True)
    other = wanted or nearest_period(period, counted or offered)
    x_rows, y_rows = rows_in(x, [period], group.places), rows_in(y, [other], group.places)
    pairs = _pairs(group, x_rows, y_rows, period, other)
    found = ScatterOfTwo(x, y, group, groups, period, other, xs.periods(group.places), offered, pairs)
    return _judged(found)


def _pairs(
    group: PlaceGroup,
    x_rows: Mapping[tuple[str, str], Observation],
    y_rows: Mapping[tuple[str, str], Observation],
    period: str,
    other: str,
) -> list[Pair]:
    found = [
        Pair(place, x_rows.get((place.pk, period)), y_rows.get((place.pk, other)))
        for place in group.places
        if (place.pk, period) in x_rows or (place.pk, other) in y_rows or valid_in(place, period)
    ]
    known = [pair for pair in found if not pair.why_missing]
    known.sort(key=lambda pair: pair.place.item.sort_key)
    return [
        *(Pair(pair.place, pair.x, pair.y, number) for number, pair in enumerate(known, 1)),
        *(pair for pair in found if pair.why_missing),
    ]


def _judged(found: ScatterOfTwo) -> ScatterOfTwo:
    """With coefficients, or with the reason why there are none, and what to mind."""
    refusal = _refusal(found)
    if refusal:
        return replace(found, refusal=refusal)
    xs = [float(pair.x.known) for pair in found.drawn if pair.x]
    ys = [float(pair.y.known) for pair in found.drawn if pair.y]
    return replace(found, cautions=_cautions(found), pearson=pearson(xs, ys), spearman=spearman(xs, ys))


def _refusal(found: ScatterOfTwo) -> str:
    """Why these two must not be set against each other; empty where they may."""
    bases: list[set[str]] = [
        {row.basis for row in rows if row is not None and row.value is not None and row.basis}
        for rows in ([pair.x for pair in found.pairs], [pair.y for pair in found.pairs])
    ]
    words = dict(SeriesBreak.Basis.choices)
    for indicator, used in zip((found.x, found.y), bases, strict=True):
        if len(used) > 1:
            return _("Die Werte von „%(title)s“ beruhen auf verschiedenen Zählungen der Bevölkerung (%(bases)s).") % {
                "title": indicator.title_text, "bases": ", ".join(sorted(str(words[one]) for one in used)),
            }  # fmt: skip
    if bases[0] and bases[1] and bases[0] != bases[1]:
        return _("Beide Indikatoren beruhen auf verschiedenen Zählungen der Bevölkerung (%(x)s, %(y)s).") % {
            "x": words[next(iter(bases[0]))], "y": words[next(iter(bases[1]))],
        }  # fmt: skip
    if found.x.has_parts and found.y.has_parts:
        return _(
            "Beide sind Anzahlen, die mit der Größe der Räume wachsen: Wo mehr Menschen leben, ist von beidem mehr. "
            "Zu vergleichen sind Anteile, Dichten oder Mittelwerte; ein abgeleiteter Indikator bildet sie."
        )
    if _is_part_of(found.x, found.y) or _is_part_of(found.y, found.x):
        return _(
            "Der eine Indikator wird aus dem anderen berechnet; ihr Zusammenhang steckt schon in der Formel."
        )
    return ""


def _is_part_of(part: Indicator, whole: Indicator) -> bool:
    return bool(whole.formula) and part.pk in parts_of(whole.formula)


def _cautions(found: ScatterOfTwo) -> list[str]:
    """What to mind, the most important first."""
    said = []
    if FEWEST <= len(found.drawn) < FEW:
        said.append(
            _("Es sind nur %(count)s Räume: Ein einziger kann das Ergebnis umkehren.")
            % {"count": len(found.drawn)}
        )
    if found.x.has_parts or found.y.has_parts:
        named = found.x if found.x.has_parts else found.y
        said.append(
            _("„%(title)s“ ist eine Anzahl und folgt auch der Größe der Räume.") % {"title": named.title_text}
        )
    if set(_parts(found.x)) & set(_parts(found.y)):
        said.append(
            _("Beide werden aus demselben dritten Indikator berechnet; das allein kann sie ähnlich machen.")
        )
    if found.period != found.other_period:
        said.append(
            _("Die Werte sind aus verschiedenen Zeiträumen: %(x)s und %(y)s.")
            % {"x": period_words(found.period), "y": period_words(found.other_period)}
        )
    return said


def _parts(indicator: Indicator) -> list[str]:
    return parts_of(indicator.formula) if indicator.formula else []
