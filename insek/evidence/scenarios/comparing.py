"""Scenarios side by side: their medians in one chart, and one table each for the city, the ages and the districts."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.utils.translation import gettext as _

from insek.concept.asker import Asker
from insek.places.queries import districts
from insek.thread.models import Item
from insek.web.display import number_words

from .charts import fan_chart
from .models import ScenarioRun
from .runs import latest_of
from .shown import EVERY, age_words, ahead_of, indicator_ids, past_of, tabulated

MOST = 4
"""Scenarios side by side."""


def compared(asker: Asker, named: Sequence[str]) -> dict[str, Any]:
    """What the page of the comparison shows; scenarios without a result are named apart. A few queries, two each."""
    seen = Item.objects.visible_to(asker.actor).filter(concept=asker.concept, kind="scenario")
    items = list(seen.select_related("scenario").order_by("sort_key")[:50])
    needed = {key for item in items for key in indicator_ids(item.scenario)}
    open_to_all = set(Item.objects.visible_to(asker.actor).filter(pk__in=needed).values_list("pk", flat=True))
    items = [item for item in items if indicator_ids(item.scenario) <= open_to_all]
    chosen = [item for item in items if item.pk in named] or items
    runs: list[tuple[Item, ScenarioRun]] = []
    without = []
    for item in chosen:
        item.scenario.item = item
        run = latest_of(item.scenario)
        if run is None:
            without.append(item)
        elif len(runs) < MOST:
            runs.append((item, run))
    choices = [{"item": item, "chosen": any(item.pk == one.pk for one, _run in runs)} for item in items]
    context: dict[str, Any] = {
        "choices": choices,
        "without": without,
        "most": MOST,
        "shown": [item for item, _run in runs],
    }
    if runs:
        context |= {"chart": _chart(runs), "ages": _ages(runs), "places": _places(asker, runs)}
    return context


def _chart(runs: Sequence[tuple[Item, ScenarioRun]]) -> dict[str, Any]:
    [(first, run), *others] = runs
    past = past_of(run)
    medians = [
        (item.shown_title, [(one.year, one.quantiles[2]) for one in ahead_of(other)])
        for item, other in others
    ]
    description = _(
        "Band und gestrichelte Linie: %(title)s; andere Linien: Median der übrigen Szenarien."
    ) % {"title": first.shown_title}
    by_year = [{one.year: one for one in ahead_of(each)} for _item, each in runs]
    years = sorted({year for each in by_year for year in each})
    rows = [
        [str(year), *(_median(each.get(year)) for each in by_year)]
        for year in years
        if (year - years[0]) % EVERY == 0 or year == years[-1]
    ]
    columns = [_("Jahr"), *(item.shown_title for item, _run in runs)]
    return {
        "id": "vergleich",
        "title": _("Einwohnerinnen und Einwohner"),
        "description": description,
        "spec": fan_chart(past, ahead_of(run), medians, unit=_("Menschen"), description=description),
        "table": tabulated("vergleich-tabelle", _("Median und Spanne von 80 von 100 Ziehungen"), columns, rows),
    }  # fmt: skip


def _median(one: Any) -> str:
    if one is None:
        return "–"
    low, high = number_words(one.quantiles[0]), number_words(one.quantiles[4])
    return f"{number_words(one.quantiles[2])} ({low}–{high})"


def _ages(runs: Sequence[tuple[Item, ScenarioRun]]) -> dict[str, Any]:
    """The last year each has, by age."""
    columns = [_("Alter"), *(f"{item.shown_title}, {ahead_of(run)[-1].year}" for item, run in runs)]
    rows = [
        [name, *(number_words(ahead_of(run, at)[-1].quantiles[2]) for _item, run in runs)]
        for at, name in enumerate(age_words(runs[0][1].result["groups"]))
    ]
    return tabulated("vergleich-alter", _("Nach Alter (Median)"), columns, rows)


def _places(asker: Asker, runs: Sequence[tuple[Item, ScenarioRun]]) -> dict[str, Any] | None:
    """The last year each has, by district; where one has none, a dash."""
    known = {district.pk: district for district in districts(asker.concept, asker.actor)}
    keys = list(dict.fromkeys(key for _item, run in runs for key in run.result["areas"] if key in known))
    if not keys:
        return None
    columns = [_("Raum"), *(f"{item.shown_title}, {ahead_of(run)[-1].year}" for item, run in runs)]
    rows = [[known[key].item.shown_title, *(_of_place(run, key) for _item, run in runs)] for key in keys]
    return tabulated("vergleich-raeume", _("Nach Räumen (Median)"), columns, rows)


def _of_place(run: ScenarioRun, key: str) -> str:
    areas = run.result["areas"]
    return number_words(run.result["by_area"][2][-1][areas.index(key)]) if key in areas else "–"
