"""The chapter of implementation: the states of the measures, and how far the targets of the indicators are."""

from __future__ import annotations

from collections import Counter
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from insek import clock
from insek.engines.report import blocks
from insek.engines.report.blocks import Block, Run, run
from insek.steering.light import Light, LightReading
from insek.steering.light_words import light_reason, outlook_of
from insek.steering.models import Target
from insek.steering.pages import words_of
from insek.steering.queries import AssessedMeasure
from insek.steering.states import MeasureState
from insek.steering.status_words import full_reason, ground_words, percent_words
from insek.thread.models import Item
from insek.web.display import date_words, number_words, period_words
from insek.web.reports import Chapter, Part, register_chapter

from .reading import Reader
from .space import MEASURE_SIGN

STATE_TONES = {
    MeasureState.ON_TRACK: "good", MeasureState.COMPLETED: "good", MeasureState.DELAYED: "middling", MeasureState.AT_RISK: "bad", MeasureState.STOPPED: "bad",
}  # fmt: skip
LIGHT_TONES = {
    Light.REACHED: "good", Light.GREEN: "good", Light.YELLOW: "middling", Light.RED: "bad", Light.MISSED: "bad",
    Light.GREY: "quiet",
}  # fmt: skip


BAR_TONES = {
    MeasureState.COMPLETED: "done", MeasureState.ON_TRACK: "good", MeasureState.DELAYED: "middling", MeasureState.AT_RISK: "bad",
    MeasureState.STOPPED: "bad", MeasureState.DEFERRED: "accent",
}  # fmt: skip
BAR_ORDER = (
    MeasureState.COMPLETED, MeasureState.ON_TRACK, MeasureState.NOT_STARTED, MeasureState.UNKNOWN, MeasureState.DEFERRED,
    MeasureState.DELAYED, MeasureState.AT_RISK, MeasureState.STOPPED,
)  # fmt: skip
ROWS = 40
"""Measures that are named with their reason; the sheets have them all."""


def steering(reader: Reader) -> list[Block]:
    """How the measures stand, which need attention, and whether the targets come nearer."""
    found = [reader.standing(item) for item in reader.items("measure")]
    said = [row for row in found if row.report or row.tasks or row.override]
    if not said and not reader.readings:
        return []
    made: list[Block] = []
    if said:
        made += [
            blocks.figures(_figures(found)),
            blocks.heading(_("Stand der Maßnahmen"), 2),
            *_states(found, reader),
            *_attention(found),
        ]
    if reader.readings:
        made += [blocks.heading(_("Kommen die Ziele näher?"), 2), *_targets(reader)]
    day = _("Berechnet am %(date)s aus Schritten, Berichten und Werten.") % {
        "date": date_words(clock.today())
    }
    return [*made[:1], blocks.paragraph(day, style="quiet"), *made[1:]]


def _figures(found: list[AssessedMeasure]) -> list[dict[str, Any]]:
    counts = Counter(row.status.state for row in found)
    reported = sum(bool(row.report) for row in found)
    shown = (
        (
            counts[MeasureState.ON_TRACK] + counts[MeasureState.COMPLETED],
            _("laufen nach Plan oder sind abgeschlossen"),
        ),
        (counts[MeasureState.DELAYED] + counts[MeasureState.AT_RISK], _("sind verzögert oder gefährdet")),
        (len(found) - reported, _("sind ohne Bericht")),
    )
    return [
        {
            "value": number_words(count),
            "unit": "",
            "name": name,
            "note": _("von %(count)s Maßnahmen") % {"count": number_words(len(found))},
            "ref": "",
            "example": False,
        }
        for count, name in shown
    ]


def state_bar(found: list[AssessedMeasure]) -> Block:
    """The states of measures as one bar."""
    counts = Counter(row.status.state for row in found)
    return blocks.bar((str(state.label), counts[state], BAR_TONES.get(state, "quiet")) for state in BAR_ORDER)


def _states(found: list[AssessedMeasure], reader: Reader) -> list[Block]:
    """The bar, the table of fields against states, and a map of the measures that have a place."""
    made: list[Block] = [state_bar(found)]
    groups = reader.by_field([row.item for row in found])
    states = {row.item.pk: row.status.state for row in found}
    used = [state for state in BAR_ORDER if state in states.values()]
    columns = [
        {"label": _("Handlungsfeld"), "share": 3.4},
        *({"label": str(state.label), "share": 1.4, "numeric": True} for state in used),
    ]
    rows = []
    for _key, name, items in groups:
        counts = Counter(states[item.pk] for item in items)
        rows.append(
            [
                [run(name or _("Feldübergreifend"))],
                *([run(number_words(counts[state]) if counts[state] else "–")] for state in used),
            ]
        )
    if len(rows) > 1:
        made.append(
            blocks.keep(
                blocks.paragraph(run(_("Nach Handlungsfeldern"), bold=True)), blocks.table(columns, rows)
            )
        )
    placed = [item for item in reader.items("measure") if item.pk in reader.locations]
    elements = [
        {"geometry": reader.locations[item.pk], "sign": {**MEASURE_SIGN, "key": f"m-{states[item.pk]}", "colour": POINT_COLOURS.get(states[item.pk], "#4b5a54")}, "number": item.number}
        for item in placed
    ]  # fmt: skip
    if elements and not reader.is_short and (svg := reader.plan(elements, size=400)):
        named = reader.named(placed)
        made.append(
            blocks.floating(blocks.figure(
                svg, width="full", example=any(item.is_example for item in placed), alt=_("Karte der Stadt mit den Maßnahmen, die einen genauen Ort haben: %(named)s") % {"named": named},
                caption=_("Maßnahmen mit genauem Ort; die Farbe nennt den Stand wie im Balken: %(named)s.") % {"named": named},
            ))
        )  # fmt: skip
    return made


POINT_COLOURS = {
    MeasureState.ON_TRACK: "#0b4f45", MeasureState.COMPLETED: "#0a3a33", MeasureState.DELAYED: "#7d5300",
    MeasureState.AT_RISK: "#a72a1c", MeasureState.STOPPED: "#a72a1c",
}  # fmt: skip


def _attention(found: list[AssessedMeasure]) -> list[Block]:
    """What does not go as planned, the worst first, each with its reason."""
    order = (MeasureState.AT_RISK, MeasureState.DELAYED, MeasureState.STOPPED, MeasureState.DEFERRED)
    rows = sorted(
        (row for row in found if row.status.state in order),
        key=lambda row: (order.index(row.status.state), row.item.sort_key, row.item.pk),
    )
    if not rows:
        return []
    made: list[Block] = [blocks.heading(_("Braucht Aufmerksamkeit"), 2)]
    if len(rows) > ROWS:
        made.append(
            blocks.paragraph(
                _("Die ersten %(count)s von %(all)s.") % {"count": ROWS, "all": number_words(len(rows))},
                style="sticky",
            )
        )
    return [*made, blocks.lines(_row(row) for row in rows[:ROWS])]


def _row(row: AssessedMeasure) -> tuple[list[Run], list[Run], list[Run]]:
    mark = [run(f" {_('Beispiel')}", tone="example")] if row.item.is_example else []
    return (
        [run(row.item.number, ref=row.item.pk)],
        [run(row.item.title, bold=True), *mark, run(f"\n{full_reason(row.status)}")],
        [
            state_run(row.status.state),
            run(f"\n{_('Grundlage:')} {ground_words(row.status, row.facts.today)}.", tone="quiet"),
        ],
    )


def _targets(reader: Reader) -> list[Block]:
    """Each target with its light; how the light is found is said once, in the annex of the numbers."""
    rows = []
    for target, reading in reader.readings:
        indicator = target.indicator
        invented = "example" in {target.standing, indicator.item.standing, target.goal.item.standing}
        mark = [run(f" {_('Beispiel')}", tone="example")] if invented else []
        number = number_words(target.base_value, indicator.decimals)
        base = f"{number} {indicator.unit_after(number)} ({period_words(target.base_period)})"
        label, *said = light_runs(target, reading)
        rows.append(
            (
                [run(target.goal.item.number, ref=target.goal_id)],
                [run(f"{indicator.item.number} ", ref=target.indicator_id, bold=True), run(indicator.title_text, bold=True), *mark,
                 run(f"\n{reader.capital(words_of(target))}. {_('Ausgangswert')}: {base}.")],
                [label, *said],
            )
        )  # fmt: skip
    method = _(
        "Der Pfad führt gerade vom Ausgangswert zum Zielwert. Die Ampel vergleicht, wie viel des Weges jetzt geschafft sein sollte und wie viel nach allen Werten geschafft ist: „auf Kurs“ ab neun Zehnteln davon, „nicht auf Kurs“ unter zwei Dritteln, „knapp daneben“ dazwischen. Sie spricht erst, wenn die Schwankung der Werte das andere mit 99 Prozent ausschließt. Die Spannen gelten mit derselben Sicherheit."
    )
    return [blocks.lines(rows, half=True), blocks.paragraph(method, style="quiet")]


def state_run(state: MeasureState) -> Run:
    """A state as a word in its colour."""
    return run(str(state.label), tone=STATE_TONES.get(state, "quiet"))


def light_runs(target: Target, reading: LightReading) -> list[Run]:
    """A light as a word in its colour, with the sentences that explain it and say where the values lead."""
    sentences = filter(None, [light_reason(target, reading), outlook_of(target, reading)])
    return [run(reading.label, tone=LIGHT_TONES[reading.light]), run(". " + " ".join(sentences))]


def goal_rows(item: Item, reader: Reader) -> list[tuple[str, list[Run]]]:
    """The targets of a goal, as lines of its facts."""
    rows = []
    for target, reading in reader.readings:
        if target.goal_id == item.pk:
            named = [
                run(f"{target.indicator.title_text}: {words_of(target)}. "),
                *light_runs(target, reading),
            ]
            mark = [run(f" {_('Beispiel')}", tone="example")] if target.standing == "example" else []
            rows.append((_("Zielwert"), [*named, *mark]))
    return rows


def measure_words(row: AssessedMeasure) -> str:
    """Why a measure stands so, what that rests on, and how many steps are done."""
    ground = f"{_('Grundlage:')} {ground_words(row.status, row.facts.today)}."
    steps = percent_words(row.status)
    return " ".join(filter(None, [full_reason(row.status), ground, f"{steps}." if steps else ""]))


register_chapter(
    Chapter(
        "umsetzung",
        gettext_lazy("Umsetzung"),
        80,
        steering,
        gettext_lazy("Wie die Maßnahmen stehen und ob die Zahlen auf dem Weg zum Ziel sind."),
        part=Part.CONCEPT,
    )
)
