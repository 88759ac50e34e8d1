"""What the page of a scenario shows of a result: a sentence, a fan, the ages, the districts, the sources of change; and its files."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

import rules
from django.utils.translation import gettext as _

from insek.concept.asker import Asker
from insek.engines.population.ages import AGES
from insek.places.queries import districts
from insek.thread.models import Item, Visibility
from insek.web.display import number_words, period_words

from .charts import AheadYear, PyramidGroup, fan_chart, pyramid_chart
from .inputs import MISSING, NOTES
from .models import Scenario, ScenarioRun
from .runs import PATHS, assumptions_hash, is_current, latest_of

EVERY = 5
"""Years between the rows of a table."""
Row = list[str]


def detail(asker: Asker, item: Item) -> dict[str, Any]:
    """The result of just these assumptions, where there is one, and what is wrong where there is none."""
    scenario = item.scenario
    scenario.item = item
    run = latest_of(scenario)
    wanted = assumptions_hash(scenario)
    last = (
        None
        if run is not None
        else scenario.runs.filter(assumptions_hash=wanted).order_by("-asked_at").first()
    )
    context: dict[str, Any] = {
        "run": run,
        "working": bool(last and last.is_working),
        "problem": problem_words(last) if last and last.state == ScenarioRun.State.FAILED else "",
        "edits": rules.test_rule("thread.edit_item", asker.actor, item),
        "sources": _indicators(asker, scenario),
        "is_withheld": False,
        "not_public": [],
    }
    if run is not None and not may_see_result(asker, [scenario]):
        return context | {"run": None, "is_withheld": True}
    if asker.actor.sees_internal and item.visibility == Visibility.PUBLIC:
        context["not_public"] = [
            each for _label, each in context["sources"] if each.visibility != Visibility.PUBLIC
        ]
    if run is not None:
        context |= result_context(asker, scenario, run)
        context["is_old"] = not is_current(run)
    return context


def may_see_result(asker: Asker, scenarios: Sequence[Scenario]) -> bool:
    """Whether every indicator that these start from may be seen: a result says what went in. One query."""
    needed = {key for each in scenarios for key in indicator_ids(each)}
    return Item.objects.visible_to(asker.actor).filter(pk__in=needed).count() == len(needed)


def indicator_ids(scenario: Scenario) -> set[str]:
    """The indicators a scenario starts from."""
    named = (
        scenario.people_id, scenario.ages_id, scenario.places_id, scenario.births_id, scenario.deaths_id, scenario.dwellings_id,
    )  # fmt: skip
    return {key for key in named if key}


def _indicators(asker: Asker, scenario: Scenario) -> list[tuple[str, Item]]:
    """The indicators it starts from, those that the reader sees. One query."""
    named = {
        _("Einwohnerzahl"): scenario.people_id,
        _("Alter"): scenario.ages_id,
        _("Räume"): scenario.places_id,
        _("Geburten"): scenario.births_id,
        _("Sterbefälle"): scenario.deaths_id,
        _("Wohnungen"): scenario.dwellings_id,
    }
    seen = Item.objects.visible_to(asker.actor).in_bulk(list({key for key in named.values() if key}))
    return [(label, seen[key]) for label, key in named.items() if key in seen]


def problem_words(run: ScenarioRun) -> str:
    """Why a computation failed, for people; what the engine said otherwise stays with those who run the program."""
    return (
        str(MISSING[run.problem])
        if run.problem in MISSING
        else _("Die Rechnung ist abgebrochen. Stoßen Sie sie neu an.")
    )


def assumed_words(scenario: Scenario) -> list[tuple[str, str]]:
    """What is assumed, in words: label and value."""
    own = scenario.path == Scenario.Path.OWN
    ready = PATHS.get(scenario.path, (0.0, 0.0, 0.0))
    births, deaths = (float(scenario.births_change), float(scenario.deaths_change)) if own else ready[:2]
    if own and scenario.net_migration is not None:
        moves = _("%(people)s im Jahr") % {"people": _signed(scenario.net_migration)}
    elif ready[2]:
        moves = _("wie zuletzt, abklingend, und %(share)s %% aller Menschen im Jahr dazu") % {
            "share": _signed(ready[2] * 100, 1)
        }
    else:
        moves = _("wie zuletzt, abklingend")
    end = _("%(change)s %% bis zum letzten Jahr")
    return [
        (_("Geburten je Frau"), end % {"change": _signed(births, 1)} if births else _("wie heute")),
        (_("Sterberisiko"), end % {"change": _signed(deaths, 1)} if deaths else _("wie heute")),
        (_("Zuzüge minus Fortzüge"), moves),
    ]


def _signed(value: float, decimals: int = 0) -> str:
    words = number_words(abs(value), decimals)
    return f"−{words}" if value < 0 else f"+{words}" if value > 0 else words


def note_words(name: str, said: dict[str, str]) -> str:
    """A sentence on what was known, with its period in words."""
    words = {key: period_words(value) if key == "period" else value for key, value in said.items()}
    return str(NOTES[name]).format(**words)


def past_of(run: ScenarioRun) -> list[list[tuple[int, float]]]:
    """The past years, by basis of counting."""
    return [[(year, float(value)) for year, value in years] for years in run.result["past"]]


def ahead_of(run: ScenarioRun, column: int = -1) -> list[AheadYear]:
    """The quantiles of the whole city by year, the base first; ``column`` is an age group, the last one all ages."""
    result = run.result
    return [
        AheadYear(result["last"] + at, tuple(quantile[at][column] for quantile in result["whole"]))
        for at in range(len(result["whole"][0]))
    ]


def age_words(starts: Sequence[int]) -> list[str]:
    """What age groups are called that begin at these ages."""
    ends = [*starts[1:], AGES]
    return [
        _("ab %(age)s") % {"age": start}
        if end == AGES
        else _("unter %(age)s") % {"age": end}
        if start == 0
        else f"{start}–{end - 1}"
        for start, end in zip(starts, ends, strict=True)
    ]


def result_context(asker: Asker, scenario: Scenario, run: ScenarioRun) -> dict[str, Any]:
    """All parts of the page that say what came out."""
    ahead, unit = ahead_of(run), _("Menschen")
    now, end = ahead[0], ahead[-1]
    low, _q, median, _p, high = (number_words(value) for value in end.quantiles)
    change = (end.quantiles[2] / max(now.quantiles[2], 1) - 1) * 100
    sentence = _(
        "Unter diesen Annahmen leben %(year)s etwa %(median)s Menschen hier, %(change)s %% gegenüber %(last)s. In 80 von 100 Ziehungen sind es %(low)s bis %(high)s."
    ) % {
        "year": end.year,
        "median": median,
        "change": _signed(change, 1),
        "last": now.year,
        "low": low,
        "high": high,
    }
    past = past_of(run)
    names = age_words(run.result["pyramid_groups"])
    before, after = run.result["pyramid"]
    groups = [
        PyramidGroup(name, tuple(sex[at] for sex in before), tuple(sex[at] for sex in after))
        for at, name in enumerate(names)
    ]
    years = (now.year, end.year)
    return {
        "sentence": sentence,
        "years_of": years,
        "notes": [note_words(name, said) for name, said in run.result["notes"] if name in NOTES],
        "fan": {
            "id": "verlauf", "title": _("Einwohnerinnen und Einwohner"),
            "spec": fan_chart(past, ahead, unit=unit, description=sentence),
            "description": sentence,
            "table": fan_table(ahead),
        },
        "pyramid": {
            "id": "pyramide", "title": _("Alter %(last)s und %(end)s") % {"last": years[0], "end": years[1]},
            "spec": pyramid_chart(groups, years=years, unit=unit, description=_("Menschen nach Altersgruppen, heute und im letzten Jahr")),
            "description": _("Balken: %(end)s, mittlerer Pfad; Striche: %(last)s.") % {"last": years[0], "end": years[1]},
            "table": pyramid_table(groups, years),
        },
        "ages": age_table(run),
        "places": place_table(asker, run),
        "flows": flow_table(run),
        "housing": housing_table(scenario, run),
        "housing_note": housing_words(scenario, run),
        "housing_land": housing_land(scenario, run),
    }  # fmt: skip


def _spans(quantiles: Sequence[float]) -> list[str]:
    q10, q25, q50, q75, q90 = (number_words(value) for value in quantiles)
    return [q50, f"{q25}–{q75}", f"{q10}–{q90}"]


def tabulated(key: str, caption: str, columns: Sequence[str], rows: Iterable[Row]) -> dict[str, Any]:
    heads = [
        {"label": columns[0], "numeric": False},
        *({"label": label, "numeric": True} for label in columns[1:]),
    ]
    cells = [[first, *({"text": text, "numeric": True} for text in others)] for first, *others in rows]
    return {"id": key, "caption": caption, "columns": heads, "rows": cells}


def _steps(count: int) -> list[int]:
    return sorted({*range(0, count, EVERY), count - 1})


def fan_table(ahead: Sequence[AheadYear]) -> dict[str, Any]:
    """Median and intervals, every fifth year and the last."""
    rows = [[str(ahead[at].year), *_spans(ahead[at].quantiles)] for at in _steps(len(ahead))]
    return tabulated(
        "faecher",
        _("Einwohnerinnen und Einwohner"),
        [_("Jahr"), _("Median"), _("50 von 100"), _("80 von 100")],
        rows,
    )


def pyramid_table(groups: Sequence[PyramidGroup], years: tuple[int, int]) -> dict[str, Any]:
    """The same numbers as the pyramid."""
    two = bool(groups) and len(groups[0].now) == 2
    sexes = (_("Männer"), _("Frauen")) if two else ("",)
    columns = [_("Alter"), *(f"{year} {sex}".strip() for sex in sexes for year in years)]
    rows = [
        [
            group.name,
            *(number_words(side[at]) for at in range(len(sexes)) for side in (group.now, group.ahead)),
        ]
        for group in groups
    ]
    return tabulated("pyramide-tabelle", _("Menschen nach Altersgruppen"), columns, rows)


def age_table(run: ScenarioRun) -> dict[str, Any]:
    """Each age group now and in the last year, with its interval."""
    rows = []
    for at, name in enumerate(age_words(run.result["groups"])):
        ahead = ahead_of(run, at)
        rows.append([name, number_words(ahead[0].quantiles[2]), *_spans(ahead[-1].quantiles)])
    last, end = run.result["last"], run.result["last"] + len(run.result["whole"][0]) - 1
    return tabulated(
        "nach-alter",
        _("Nach Alter"),
        [_("Alter"), str(last), str(end), _("50 von 100"), _("80 von 100")],
        rows,
    )


def place_table(asker: Asker, run: ScenarioRun) -> dict[str, Any] | None:
    """Each district now and in the last year, with its interval; only those that the reader sees. One query."""
    by_area = run.result["by_area"]
    if not by_area:
        return None
    known = {district.pk: district for district in districts(asker.concept, asker.actor)}
    rows = []
    for at, key in enumerate(run.result["areas"]):
        if key in known:
            now = number_words(by_area[2][0][at])
            rows.append(
                [known[key].item.shown_title, now, *_spans([quantile[-1][at] for quantile in by_area])]
            )
    last, end = run.result["last"], run.result["last"] + len(by_area[0]) - 1
    return tabulated(
        "nach-raeumen",
        _("Nach Räumen"),
        [_("Raum"), str(last), str(end), _("50 von 100"), _("80 von 100")],
        rows,
    )


def flow_table(run: ScenarioRun) -> dict[str, Any]:
    """Births, deaths and net migration of the middle path, of every fifth year and the last."""
    result = run.result
    rows = [
        [
            str(result["last"] + at + 1),
            *(_or_signed(result[name][at], name) for name in ("births", "deaths", "net")),
        ]
        for at in _steps(len(result["births"]))
    ]
    return tabulated(
        "woher",
        _("Woher die Änderung kommt (mittlerer Pfad)"),
        [_("Jahr"), _("Geburten"), _("Sterbefälle"), _("Zuzüge minus Fortzüge")],
        rows,
    )


def housing_table(scenario: Scenario, run: ScenarioRun) -> dict[str, Any] | None:
    """Households, the dwellings they need with a reserve, and how many have to be built since the base, with their interval."""
    households = run.result["households"]
    if not households:
        return None
    stock, reserve, lost = (
        _stock(scenario, run),
        float(scenario.reserve) / 100,
        float(scenario.replacement) / 100,
    )
    rows = []
    for at in _steps(len(households[0])):
        low, _q25, middle, _q75, high = (quantile[at] / (1 - reserve) for quantile in households)
        left = stock * (1 - lost) ** at
        rows.append(
            [
                str(run.result["last"] + at),
                number_words(households[2][at]),
                number_words(round(middle)),
                number_words(round(stock - left)),
                _signed(round(middle - left)),
                f"{_signed(round(low - left))} {_('bis')} {_signed(round(high - left))}",
            ]
        )
    columns = [
        _("Jahr"), _("Haushalte"), _("Wohnungen, die sie brauchen"), _("bis dahin weggefallen"), _("zu bauen"), _("80 von 100"),
    ]  # fmt: skip
    return tabulated("wohnungsbedarf", _("Wohnungsbedarf"), columns, rows)


def housing_land(scenario: Scenario, run: ScenarioRun) -> list[str]:
    """What is to be built until the last year, against projects, sites inside the built area, land and the regional limit, where these are said."""
    households = run.result["households"]
    if not households:
        return []
    at = len(households[0]) - 1
    stock, reserve, lost = (
        _stock(scenario, run),
        float(scenario.reserve) / 100,
        float(scenario.replacement) / 100,
    )
    left = stock * (1 - lost) ** at
    need = round(households[2][at] / (1 - reserve) - left)
    year = run.result["last"] + at
    if all(
        each is None
        for each in (scenario.density, scenario.pipeline, scenario.inner_sites, scenario.threshold)
    ):
        return []
    if need <= 0:
        return [_("Bis %(year)s ist in der Mitte nichts zu bauen.") % {"year": year}]
    said = [_("Bis %(year)s sind in der Mitte %(need)s Wohnungen zu bauen.") % {"year": year, "need": number_words(need)}]  # fmt: skip
    unplaced = need
    for given, words in (
        (scenario.pipeline, _("Davon sind %(count)s in Vorhaben, die schon laufen.")),
        (scenario.inner_sites, _("Innerhalb der bebauten Fläche sind %(count)s möglich.")),
    ):
        if given is not None:
            said.append(words % {"count": number_words(given)})
            unplaced -= given
    if scenario.pipeline is not None or scenario.inner_sites is not None:
        said.append(
            _("Es bleiben %(count)s Wohnungen, für die noch kein Ort da ist.") % {"count": number_words(unplaced)}
            if unplaced > 0
            else _("Das reicht; %(count)s Wohnungen wären mehr möglich als gebraucht.") % {"count": number_words(-unplaced)}
        )  # fmt: skip
    if scenario.density is not None and unplaced > 0:
        said.append(
            _("Bei %(density)s Wohnungen je Hektar brauchen sie %(area)s Hektar.")
            % {
                "density": number_words(
                    scenario.density, 0 if scenario.density == int(scenario.density) else 1
                ),
                "area": number_words(unplaced / float(scenario.density), 1),
            }
        )
    if scenario.threshold is not None:
        values = {"limit": number_words(scenario.threshold), "over": number_words(need - scenario.threshold)}
        said.append(
            _("Der regionale Schwellenwert von %(limit)s neuen Wohnungen wird um %(over)s überschritten.")
            % values
            if need > scenario.threshold
            else _("Der regionale Schwellenwert von %(limit)s neuen Wohnungen reicht aus.") % values
        )
    return said


def _stock(scenario: Scenario, run: ScenarioRun) -> float:
    """The dwellings of the base: those that are counted, else as many as the households of the base need."""
    known = run.result["dwellings"]
    return float(known[1]) if known else run.result["households"][2][0] / (1 - float(scenario.reserve) / 100)


def housing_words(scenario: Scenario, run: ScenarioRun) -> str:
    """What the housing demand rests on."""
    if not run.result["households"]:
        return ""
    known = run.result["dwellings"]
    size = number_words(scenario.household_size, 2) if scenario.household_size is not None else ""
    first = (
        _("Wohnungen %(period)s: %(count)s.")
        % {"period": period_words(known[0]), "count": number_words(known[1])}
        if known
        else _(
            "Wie viele Wohnungen es gibt, ist nicht angegeben; angenommen sind so viele, wie die Haushalte von heute brauchen."
        )
    )
    return f"{first} " + _(
        "Gerechnet mit %(size)s Menschen je Haushalt heute, Haushalten je Person nach Alter wie in Deutschland (gerundet nach dem Mikrozensus 2022), %(reserve)s %% Leerstand als Reserve und %(lost)s %% Ersatz im Jahr. „Zu bauen“ ist der Bedarf weniger das, was vom heutigen Bestand noch steht; eine negative Zahl ist ein Überhang."
    ) % {
        "size": size,
        "reserve": number_words(scenario.reserve, 1),
        "lost": number_words(scenario.replacement, 2),
    }


def _or_signed(value: float, name: str) -> str:
    return _signed(value) if name == "net" else number_words(value)


def file_rows(asker: Asker, run: ScenarioRun) -> Iterable[Sequence[Any]]:
    """Every year, group and district as rows of a file: place, year, age, quantiles 10, 25, 50, 75, 90."""
    result = run.result
    yield ["place", "year", "ages", "q10", "q25", "q50", "q75", "q90"]
    starts = result["groups"]
    names = [
        *(
            f"{start}-{end - 1}" if end < AGES else f"{start}+"
            for start, end in zip(starts, [*starts[1:], AGES], strict=True)
        ),
        "all",
    ]
    for at in range(len(result["whole"][0])):
        for column, name in enumerate(names):
            yield ["city", result["last"] + at, name, *(quantile[at][column] for quantile in result["whole"])]
    known = {district.pk: district for district in districts(asker.concept, asker.actor)}
    for place, key in enumerate(result["areas"]):
        if key in known:
            for at in range(len(result["by_area"][0])):
                yield [
                    known[key].item.title,
                    result["last"] + at,
                    "all",
                    *(quantile[at][place] for quantile in result["by_area"]),
                ]
