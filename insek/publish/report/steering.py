"""The chapter of implementation: the states of the measures, and how far the targets of the indicators are."""

from __future__ import annotations

from collections import Counter

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from insek import clock
from insek.engines.report import blocks
from insek.engines.report.blocks import Block, Run, run
from insek.steering.light import Light, LightReading
from insek.steering.light_words import light_reason, outlook_of
from insek.steering.models import Target
from insek.steering.pages import shown_report, shown_task, words_of
from insek.steering.queries import AssessedMeasure
from insek.steering.states import MeasureState
from insek.steering.status_words import full_reason, ground_words, percent_words
from insek.thread.models import Item
from insek.web.display import date_words, number_words, period_words, with_example_word
from insek.web.reports import Chapter, register_chapter

from .reading import Reader

STATE_TONES = {
    MeasureState.ON_TRACK: "good", MeasureState.COMPLETED: "good", MeasureState.DELAYED: "middling", MeasureState.AT_RISK: "bad", MeasureState.STOPPED: "bad",
}  # fmt: skip
LIGHT_TONES = {
    Light.REACHED: "good", Light.GREEN: "good", Light.YELLOW: "middling", Light.RED: "bad", Light.MISSED: "bad",
    Light.GREY: "quiet",
}  # fmt: skip


def steering(reader: Reader) -> list[Block]:
    """States in numbers, the table of measures, the targets with path and light."""
    found = [reader.standing(item) for item in reader.items("measure")]
    said = [row for row in found if row.report or row.tasks or row.override]
    made: list[Block] = []
    if said:
        made += [blocks.heading(_("Stand der Maßnahmen"), 2), _counts(found), _measures(found, reader)]
    if reader.readings:
        made += [
            blocks.heading(_("Zielwerte"), 2),
            blocks.paragraph(
                _("Der Pfad führt gerade vom Ausgangswert zum Zielwert. Die Ampel vergleicht, wie viel des Weges jetzt geschafft sein sollte und wie viel nach allen Werten geschafft ist: „auf Kurs“ ab neun Zehnteln davon, „nicht auf Kurs“ unter zwei Dritteln, „knapp daneben“ dazwischen. Sie spricht erst, wenn die Schwankung der Werte das andere mit 99 Prozent ausschließt. Die Spannen gelten mit derselben Sicherheit.")
            ),
            _targets(reader),
        ]  # fmt: skip
    if made:
        day = _("Berechnet am %(date)s aus Schritten, Berichten und Werten.")
        made.insert(0, blocks.paragraph(day % {"date": date_words(clock.today())}))
    return made


def _counts(found: list[AssessedMeasure]) -> Block:
    counts = Counter(row.status.state for row in found)
    columns = [{"label": _("Stand"), "share": 3}, {"label": _("Maßnahmen"), "share": 1, "numeric": True}]
    rows = [
        [[state_run(state)], [run(number_words(counts[state]))]] for state in MeasureState if counts[state]
    ]
    return {**blocks.table(columns, rows), "narrow": True}


def state_run(state: MeasureState) -> Run:
    """A state as a word in its colour."""
    return run(str(state.label), tone=STATE_TONES.get(state, "quiet"))


def _measures(found: list[AssessedMeasure], reader: Reader) -> Block:
    columns = [
        {"label": _("Nr."), "share": 0.8}, {"label": _("Maßnahme"), "share": 3}, {"label": _("Stand"), "share": 1.8},
        {"label": _("Warum"), "share": 4}, {"label": _("Schritte"), "share": 1},
    ]  # fmt: skip
    rows = [
        [
            [run(row.item.number, ref=row.item.pk)], [run(with_example_word(row.item.title, row.item.standing), ref=row.item.pk)], [state_run(row.status.state)],
            [run(full_reason(row.status)), run(f" {_('Grundlage:')} {ground_words(row.status, row.facts.today)}.", tone="quiet")],
            [run(_("%(done)s von %(all)s (%(percent)s %%)") % {"done": row.status.steps_done, "all": row.status.steps, "percent": row.status.percent} if row.status.steps else "–")],
        ]
        for row in found
    ]  # fmt: skip
    return blocks.table(columns, rows, caption=_("Alle Maßnahmen mit ihrem Stand"))


def _targets(reader: Reader) -> Block:
    columns = [
        {"label": _("Ziel"), "share": 2.4}, {"label": _("Indikator"), "share": 2.2}, {"label": _("Zielwert"), "share": 1.7},
        {"label": _("Ausgangswert"), "share": 1.4}, {"label": _("Ampel"), "share": 3},
    ]  # fmt: skip
    rows = []
    for target, reading in reader.readings:
        mark = [run(f" {_('Beispiel')}", tone="example")] if target.standing == "example" else []
        indicator = target.indicator
        base = f"{number_words(target.base_value, indicator.decimals)} {indicator.unit_text} ({period_words(target.base_period)})"
        rows.append(
            [
                [run(str(target.goal.item), ref=target.goal_id)], [run(str(indicator.item), ref=target.indicator_id)],
                [run(words_of(target)), *mark], [run(base)], light_runs(target, reading),
            ]
        )  # fmt: skip
    return blocks.table(columns, rows)


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


def _measure_words(row: AssessedMeasure) -> str:
    """Why a measure stands so, what that rests on, and how many steps are done."""
    ground = f"{_('Grundlage:')} {ground_words(row.status, row.facts.today)}."
    steps = percent_words(row.status)
    return " ".join(filter(None, [full_reason(row.status), ground, f"{steps}." if steps else ""]))


def measure_rows(item: Item, reader: Reader) -> list[tuple[str, list[Run] | str]]:
    """State, steps and latest report of a measure, as lines of its facts."""
    row = reader.standing(item)
    if not (row.report or row.tasks or row.override):
        return []
    rows: list[tuple[str, list[Run] | str]] = [
        (_("Stand"), [state_run(row.status.state), run(f". {_measure_words(row)}")])
    ]
    shown = [shown_task(task, row.facts.today) for task in row.tasks]
    if shown:
        own = str(row.measure.responsible or "")
        units = [str(step["unit"] or "") for step in shown]
        lines = [
            f"{step['title']} ({', '.join(filter(None, [step['when'], unit if unit != own else '']))})"
            for step, unit in zip(shown, units, strict=True)
        ]
        rows.append((_("Schritte"), "\n".join(lines)))
    if row.report:
        report = shown_report(row.report)
        head = " · ".join(filter(None, [report["date"], report["unit"]]))
        rows.append((_("Letzter Bericht"), [run(f"{head}: ", bold=True), run(report["happened"])]))
    return rows


register_chapter(
    Chapter(
        "umsetzung",
        gettext_lazy("Stand der Umsetzung"),
        85,
        steering,
        gettext_lazy("Wie die Maßnahmen stehen und ob die Zahlen auf dem Weg zum Ziel sind."),
    )
)
