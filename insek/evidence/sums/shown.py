"""What the page of an indicator says of its values as a whole: sums and where they differ, missing years, what is due or unusual."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from insek import clock
from insek.concept.asker import Asker
from insek.items.pages import add_to_detail
from insek.people.prepared import prepared
from insek.places.models import District
from insek.places.queries import map_places
from insek.thread.models import Item
from insek.web.display import number_words, period_words

from ..models import Indicator, SeriesBreak
from ..queries import series_of
from ..remarkable import is_stale, missing_years, unusual_change
from .models import Summation

YEARS_NAMED = 6


def notes_on_values(asker: Asker, item: Item) -> dict[str, Any]:
    """Sentences to heed, and the totals that differ from their parts as a table. One query beside those of the page."""
    indicator: Indicator = item.indicator
    indicator.item = item
    places = map_places(item.concept, asker.actor)
    city = next(
        (
            one
            for one in series_of(indicator, asker.actor, places)
            if one.district.level == District.Level.CITY
        ),
        None,
    )
    notes: list[str] = []
    if city is not None and city.points:
        breaks = prepared("breaks", lambda pk: SeriesBreak.objects.filter(indicator=pk), indicator.pk)
        notes += _of_series(indicator, city.counted, [row.period for row in breaks])
    row = Summation.objects.filter(indicator=indicator.pk).first() if indicator.has_parts else None
    names = {place.pk: place.item.title for place in places}
    outcome = row.outcome if row is not None else {}
    notes += _of_sums(indicator, outcome, names)
    table = _differences(indicator, outcome, names)
    if not notes and table is None:
        return {}
    return {
        "added_sections": ["evidence/_notes.html"],
        "value_notes": {"notes": notes, "table": table},
    }


def _of_series(indicator: Indicator, points: list[Any], breaks: list[str]) -> list[str]:
    """Missing years, what is due, what is unusual."""
    said = []
    gone = missing_years(points)
    if indicator.periodicity == Indicator.Periodicity.IRREGULAR and len(gone) >= len(points):
        gone = []  # counted every few years
    if gone:
        named = ", ".join(map(str, gone[:YEARS_NAMED])) + (" …" if len(gone) > YEARS_NAMED else "")
        said.append(
            ngettext(
                "Ein Jahr fehlt in der Reihe: %(years)s.", "In der Reihe fehlen Jahre: %(years)s.", len(gone)
            )
            % {"years": named}
        )
    last = points[-1]
    if not indicator.formula and is_stale(indicator.periodicity, last.period_end, clock.today()):
        said.append(
            _("Ein neuerer Wert sollte vorliegen; der letzte: %(period)s.")
            % {"period": period_words(last.period)}
        )
    if (odd := unusual_change(points, breaks)) is not None:
        change, least, most = (number_words(Decimal(str(round(one, 6))), indicator.decimals) for one in odd)
        said.append(
            _("Der letzte Wert (%(period)s) ist ungewöhnlich: Er ändert sich um %(change)s, bisher lagen die Änderungen zwischen %(least)s und %(most)s. Das kann stimmen; bitte die Quelle ansehen.")
            % {"period": period_words(last.period), "change": change, "least": least, "most": most}
        )  # fmt: skip
    return said


def _of_sums(indicator: Indicator, outcome: dict[str, Any], names: dict[str, str]) -> list[str]:
    """How many sums there are, and why there are not more."""
    said = []
    if count := outcome.get("sums", 0):
        said.append(
            ngettext(
                "%(n)s Wert ist aus den Räumen darunter zusammengezählt; die Anmerkung sagt es.",
                "%(n)s Werte sind aus den Räumen darunter zusammengezählt; die Anmerkung sagt es.",
                count,
            )
            % {"n": number_words(count)}
        )
    for place, period, lacking, *counted in outcome.get("missing", [])[:1]:
        seen = [names[one] for one in lacking if one in names]
        if place in names and seen:
            count = counted[0] if counted else len(lacking)  # an outcome kept before the number was kept
            more = count - len(lacking)
            missing = ", ".join(seen)
            if more > 0:
                missing = ngettext("%(names)s und %(n)s weiterer Raum", "%(names)s und %(n)s weitere Räume", more) % {
                    "names": missing, "n": number_words(more)
                }  # fmt: skip
            said.append(
                ngettext(
                    "%(place)s, %(period)s: nicht zusammengezählt, ohne Wert ist %(missing)s.",
                    "%(place)s, %(period)s: nicht zusammengezählt, ohne Wert sind %(missing)s.",
                    len(seen) + more,
                )
                % {"place": names[place], "period": period_words(period), "missing": missing}
            )
    for place in outcome.get("doubted", []):
        if place in names:
            said.append(
                _(
                    "%(place)s: Die Räume darunter ergeben nicht das Ganze; deshalb wird hier nichts zusammengezählt."
                )
                % {"place": names[place]}
            )
    for place, period in outcome.get("mixed", [])[:1]:
        if place in names:
            said.append(
                _(
                    "%(place)s, %(period)s: nicht zusammengezählt, die Räume beruhen auf verschiedenen Zählungen der Bevölkerung."
                )
                % {"place": names[place], "period": period_words(period)}
            )
    for place, period in outcome.get("closed", [])[:1]:
        if place in names:
            said.append(
                _(
                    "%(place)s, %(period)s: nicht zusammengezählt, weil nicht alle Räume darunter so öffentlich sind."
                )
                % {"place": names[place], "period": period_words(period)}
            )
    if indicator.sums_differ == Indicator.SumsDiffer.ROUNDED:
        said.append(_("Jeder Wert ist gerundet; Summen können deshalb von den Gesamtzahlen abweichen."))
    elif indicator.sums_differ == Indicator.SumsDiffer.CELL_KEY:
        said.append(
            _("Die Werte sind nach der Cell-Key-Methode überlagert; Summen weichen deshalb von den Gesamtzahlen ab, und das ist kein Fehler.")
        )  # fmt: skip
    elif outcome.get("differ"):
        said.append(
            _("Eingetragene Gesamtzahlen weichen von der Summe der Räume ab. Es gilt, was eingetragen ist.")
        )
    return said


def _differences(
    indicator: Indicator, outcome: dict[str, Any], names: dict[str, str]
) -> dict[str, Any] | None:
    """Entered totals beside the sum of their places."""
    rows = []
    for place, period, entered, total in outcome.get("differ", []):
        if place in names:
            numbers = (Decimal(entered), Decimal(total), Decimal(total) - Decimal(entered))
            rows.append(
                [
                    {"text": names[place], "is_content": True},
                    period_words(period),
                    *({"text": number_words(one, indicator.decimals), "numeric": True} for one in numbers),
                ]
            )
    if not rows:
        return None
    more = outcome.get("differ_count", 0) - len(rows)
    return {
        "note": ngettext(
            "Hier stehen die jüngsten; %(n)s weitere Gesamtzahl weicht ab.",
            "Hier stehen die jüngsten; %(n)s weitere Gesamtzahlen weichen ab.",
            more,
        )
        % {"n": number_words(more)}
        if more > 0
        else "",
        "id": "summen-tabelle",
        "caption": _("Gesamtzahl und Summe der Räume"),
        "columns": [
            {"label": _("Raum")},
            {"label": _("Stichtag oder Zeitraum")},
            {"label": _("eingetragen"), "numeric": True},
            {"label": _("Summe der Räume"), "numeric": True},
            {"label": _("Unterschied"), "numeric": True},
        ],
        "rows": rows,
    }


add_to_detail("indicator", notes_on_values)
