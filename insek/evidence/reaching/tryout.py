"""What if: facilities that are planned or closed, tried out on the ground of a result. Nothing of it is kept; its address says it all."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

import numpy as np
import shapely
from django.urls import reverse
from django.utils.translation import gettext as _

from insek.concept.asker import Asker
from insek.engines.geometry import to_metric
from insek.places.names.finding import LONGEST, PlacesFound, meant
from insek.places.pages import city_map
from insek.places.queries import is_outside
from insek.places.still import Still, ground_address, still_picture
from insek.web.display import number_words

from .measuring import ReachGround, by_area, with_changes
from .models import ReachAnalysis, ReachRun
from .runs import plain_reach
from .shown import minute_words, named_rows, people_words, percent_words

MOST_PLANNED, MOST_CLOSED = 5, 20
A_NUMBER = re.compile(r"[-+]?\d{1,3}[.,]\d{1,12}", re.ASCII)
LONGEST_SPOT = 80
"""Letters of a text that can be a pair of coordinates."""
LEAST_TOLD = 5
"""People below which a difference is none: they were spread, and are told to ten."""


@dataclass(frozen=True)
class Tried:
    """``planned``: longitude and latitude of each; ``closed``: names of facilities; ``choices``: places a name may mean."""

    planned: tuple[tuple[float, float], ...] = ()
    closed: tuple[str, ...] = ()
    choices: tuple[tuple[str, str], ...] = ()
    """What each is called, and its address."""
    problem: str = ""

    def query(self) -> list[tuple[str, str]]:
        """As it stands in an address."""
        return [*(("neu", spot_text(spot)) for spot in self.planned), *(("zu", name) for name in self.closed)]


def spot_text(spot: tuple[float, float]) -> str:
    """Latitude and longitude, as the field has them."""
    return f"{spot[1]:.6f},{spot[0]:.6f}"


def spot_of(text: str) -> tuple[float, float] | None:
    """Longitude and latitude of a text with latitude first; None where it says no place on earth."""
    if len(text) > LONGEST_SPOT:
        return None
    numbers = [float(part.replace(",", ".")) for part in A_NUMBER.findall(text)]
    if len(numbers) != 2 or not (-90 <= numbers[0] <= 90 and -180 <= numbers[1] <= 180):
        return None
    return numbers[1], numbers[0]


def tried_of(asker: Asker, planned: Sequence[str], closed: Sequence[str], *, point: str, words: str, path: str, names: Sequence[str]) -> Tried:  # fmt: skip
    """What an address tries out: what it has already, and a place that is added by its point or its name."""
    assert asker.concept is not None
    spots = [spot for text in planned[:MOST_PLANNED] if (spot := spot_of(text)) is not None]
    kept = tuple(dict.fromkeys(name for name in closed[: 2 * MOST_CLOSED] if name in set(names)))[
        :MOST_CLOSED
    ]
    words, problem = words.replace("\x00", "").strip()[:LONGEST], ""
    choices: tuple[tuple[str, str], ...] = ()
    if point.strip():
        spot = spot_of(point)
        problem = "" if spot else _("Die Koordinaten sind nicht zu lesen: erwartet wird Breite, Länge, etwa 49.4401, 7.7491.")  # fmt: skip
        spots += [spot] if spot else []
    elif words:
        found = meant(asker.concept, words, asker.actor)
        if found.only is not None:
            spots.append((found.only.lon, found.only.lat))
        else:
            choices, problem = _choices(found, spots, kept, path), "" if found.places else _("Diesen Ort kennt die Karte nicht.")  # fmt: skip
    inside = [spot for spot in spots if not is_outside(asker.concept, asker.actor, *spot)]
    if len(inside) < len(spots):
        problem = _("Ein Ort liegt außerhalb der Stadt und zählt nicht mit.")
    if len(inside) > MOST_PLANNED:
        problem = _("Höchstens %(most)s geplante Ziele auf einmal.") % {"most": MOST_PLANNED}
    return Tried(tuple(dict.fromkeys(inside))[:MOST_PLANNED], kept, choices, problem)


def _choices(
    found: PlacesFound, spots: Sequence[tuple[float, float]], closed: tuple[str, ...], path: str
) -> tuple[tuple[str, str], ...]:
    return tuple(
        (one.whole, f"{path}?{urlencode(Tried((*spots, (one.lon, one.lat)), closed).query())}")
        for one in found.places
    )


def changed(
    analysis: ReachAnalysis, run: ReachRun, ground: ReachGround, tried: Tried
) -> tuple[list[dict[str, Any]], dict[str, Any]]:
    """The result with what is tried out, by area in the order of the result, and of all together."""
    planned = np.empty((0, 2))
    if tried.planned:
        points = shapely.multipoints(np.array(tried.planned))
        planned = shapely.get_coordinates(to_metric(points, analysis.item.concept.metric_crs))
    gone = set(tried.closed)
    closed = [number for number, name in enumerate(run.result["names"]) if name in gone]
    metres = with_changes(ground, planned, closed)
    rows, whole = by_area(ground, metres, len(run.result["areas"]), analysis.minutes * analysis.speed)
    return [plain_reach(row, analysis.speed) for row in rows], plain_reach(whole, analysis.speed)


def signed_people(people: float) -> str:
    """A difference of people, to ten; a dash where there is none."""
    rounded = round(people, -1) if abs(people) >= LEAST_TOLD else 0
    if not rounded:
        return "±0"
    return f"{'+' if rounded > 0 else '−'}{number_words(abs(rounded))}"


def try_context(asker: Asker, analysis: ReachAnalysis, run: ReachRun, ground: ReachGround, tried: Tried) -> dict[str, Any]:  # fmt: skip
    """What the page of a trial says: the difference in a sentence, by district as map and table, and what is tried."""
    path = reverse("reach-try", args=[analysis.pk])
    context: dict[str, Any] = {
        "tried": [*_planned(tried, path), *_closed(tried, path)],
        "hidden": tried.query(),
        "choices": tried.choices,
        "problem": tried.problem,
        "names": [name for name in dict.fromkeys(run.result["names"]) if name not in tried.closed],
        "full": len(tried.planned) >= MOST_PLANNED,
        "pick": {"picture": still_picture(asker, Still(points=tried.planned)), "data": {"ground": ground_address(asker), "points": []}, "pick": True},
        "reset_url": path if tried.query() else "",
    }  # fmt: skip
    if not tried.query():
        return context
    rows, whole = changed(analysis, run, ground, tried)
    now = run.result["city"]
    difference = whole["reaching"] - now["reaching"]
    context["sentence"] = _sentence(analysis, now, whole, difference)
    after = {row["pk"]: new for row, new in zip(run.result["areas"], rows, strict=True)}
    shown = named_rows(asker, run.result)
    gained = {district.pk: after[district.pk]["reaching"] - row["reaching"] for district, row in shown}
    signs = [(shapely.Point(*spot), {"colour": "#2d5f91", "fresh": True, "letter": "+", "name": _("geplant")}) for spot in tried.planned]  # fmt: skip
    signs += [
        (shapely.Point(*spot), {"colour": "#a63d57", "letter": "×", "name": name})
        for name, spot in zip(run.result["names"], run.result["spots"], strict=True)
        if name in tried.closed
    ]
    shown_map = city_map(
        asker,
        [district for district, _row in shown],
        id="vergleich-karte",
        title=_("Was sich wo ändert"),
        values={pk: float(new["share"]) * 100 for pk, new in after.items() if new["share"] is not None},
        labels={pk: signed_people(number) for pk, number in gained.items()},
        order=sorted(gained, key=lambda pk: -abs(gained[pk])),
        signs=signs,
    )
    shown_map["legend_title"] = _("Anteil der Menschen dann in %(minutes)s Minuten, in %%") % {"minutes": analysis.minutes}  # fmt: skip
    shown_map["places_title"] = _("Menschen mehr oder weniger")
    context["map"] = shown_map
    context["table"] = _table(analysis, run, [(district, row, after[district.pk]) for district, row in shown], whole)  # fmt: skip
    return context


def _sentence(analysis: ReachAnalysis, now: dict[str, Any], then: dict[str, Any], difference: float) -> str:
    said = {
        "people": people_words(abs(difference)), "minutes": analysis.minutes,
        "now": percent_words(now["share"]), "then": percent_words(then["share"]),
    }  # fmt: skip
    if abs(difference) < LEAST_TOLD:
        return (
            _("Das ändert nichts Messbares: %(now)s der Menschen haben ein Ziel in %(minutes)s Minuten.")
            % said
        )
    if said["now"] == said["then"]:
        if difference > 0:
            return _("Rund %(people)s Menschen mehr hätten ein Ziel in %(minutes)s Minuten; der Anteil bleibt bei %(now)s.") % said  # fmt: skip
        return _("Rund %(people)s Menschen weniger hätten ein Ziel in %(minutes)s Minuten; der Anteil bleibt bei %(now)s.") % said  # fmt: skip
    if difference > 0:
        return _("Rund %(people)s Menschen mehr hätten ein Ziel in %(minutes)s Minuten: %(then)s statt %(now)s.") % said  # fmt: skip
    return _("Rund %(people)s Menschen weniger hätten ein Ziel in %(minutes)s Minuten: %(then)s statt %(now)s.") % said  # fmt: skip


def _table(
    analysis: ReachAnalysis, run: ReachRun, shown: Sequence[tuple[Any, Any, Any]], whole: dict[str, Any]
) -> dict[str, Any]:
    def cells(now: Any, then: Any) -> list[Any]:
        texts = [
            percent_words(now["share"]), percent_words(then["share"]), signed_people(then["reaching"] - now["reaching"]),
            minute_words(now["minutes"]), minute_words(then["minutes"]),
        ]  # fmt: skip
        return [{"text": text, "numeric": True} for text in texts]

    heads = [_("Anteil heute"), _("Anteil dann"), _("Menschen mehr oder weniger"), _("Median heute, Minuten"), _("Median dann, Minuten")]  # fmt: skip
    return {
        "id": "vergleich",
        "caption": _("Unterschied nach Räumen, in %(minutes)s Minuten") % {"minutes": analysis.minutes},
        "columns": [{"label": _("Raum")}, *({"label": label, "numeric": True} for label in heads)],
        "rows": [
            *([{"text": district.item.title, "url": district.item.url, "is_content": True}, *cells(row, then)] for district, row, then in shown),
            [_("Alle zusammen"), *cells(run.result["city"], whole)],
        ],
    }  # fmt: skip


def _without(path: str, tried: Tried) -> str:
    query = urlencode(tried.query())
    return f"{path}?{query}" if query else path


def _planned(tried: Tried, path: str) -> list[dict[str, str]]:
    found = []
    for number, (lon, lat) in enumerate(tried.planned):
        left = (*tried.planned[:number], *tried.planned[number + 1 :])
        words = _("geplant: %(place)s") % {"place": f"{number_words(lat, 4)}; {number_words(lon, 4)}"}
        found.append({"words": words, "remove_url": _without(path, Tried(left, tried.closed))})
    return found


def _closed(tried: Tried, path: str) -> list[dict[str, str]]:
    found = []
    for name in tried.closed:
        left = tuple(one for one in tried.closed if one != name)
        words = _("geschlossen: %(name)s") % {"name": name}
        found.append({"words": words, "remove_url": _without(path, Tried(tried.planned, left))})
    return found
