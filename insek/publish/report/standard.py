"""The chapters of every concept, in the order of the thread."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from urllib.parse import urlsplit

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from insek.concept.models import Standing
from insek.engines.report import blocks
from insek.engines.report.blocks import Block, Run, run
from insek.evidence.models import Observation
from insek.evidence.pages import shown_value
from insek.evidence.queries import latest_values
from insek.items.pages import pages_of
from insek.steering.pages import words_of
from insek.thread.models import Item, Visibility
from insek.web.display import date_words, period_words, with_example_word
from insek.web.reports import Chapter, register_chapter

from .. import queries
from ..timeline import shown_milestones
from .reading import Reader
from .sheets import goal_block, indicator_blocks, measure_block, resolution_facts
from .steering import light_runs


def process(reader: Reader) -> list[Block]:
    """Introduction and the steps of the process."""
    rows = [
        {
            "date": step["date_label"], "title": step["title"], "text": step["text"], "standing": step["standing"],
            "href": blocks.safe_address(step["source_url"]),
            "note": " · ".join(filter(None, [
                _("%(people)s Personen") % {"people": step["people"]} if step["people"] else "",
                urlsplit(step["source_url"]).netloc,
            ])),
        }
        for step in shown_milestones(queries.milestones(reader.concept))
    ]  # fmt: skip
    made = blocks.rich(reader.concept.introduction)
    return [*made, blocks.heading(_("Die Schritte"), 2), blocks.steps(rows)] if rows else made


def _grouped(reader: Reader, kind: str, content: Callable[[Item], list[Block]]) -> list[Block]:
    made: list[Block] = []
    groups = reader.by_field(reader.items(kind))
    for key, name, items in groups:
        if key or len(groups) > 1:
            made.append(blocks.heading(name or _("Ohne Handlungsfeld"), 2))
        level = 3 if key or len(groups) > 1 else 2
        for item in items:
            mark = pages_of(kind).mark(item)
            made.append(reader.item(item, content(item), level=level, marks=[str(mark[1])] if mark else []))
    return made


def evidence(reader: Reader) -> list[Block]:
    """Indicators by field: first those with charts, then the single figures in a table."""
    made: list[Block] = []
    groups = reader.by_field(reader.items("indicator"))
    for key, name, items in groups:
        several = bool(key) or len(groups) > 1
        if several:
            made.append(blocks.heading(name or _("Ohne Handlungsfeld"), 2))
        sheets: list[tuple[Item, list[Block]]] = []
        singles: list[tuple[Item, list[Block]]] = []
        for item in items:
            content = indicator_blocks(item, reader)
            drawn = any(block["type"] == "figure" for block in content)
            (sheets if drawn or item.standing != Standing.FACT or not content else singles).append(
                (item, content)
            )
        made += [
            reader.item(item, [*content, *_targets_of(item, reader)], level=3 if several else 2)
            for item, content in sheets
        ]
        if singles:
            if sheets:
                made.append(blocks.heading(_("Weitere Zahlen"), 3 if several else 2, listed=not several))
            made.append(_figures([item for item, _content in singles], reader))
    return made


def _targets_of(item: Item, reader: Reader) -> list[Block]:
    """What goals want an indicator to reach."""
    rows = [
        (_("Zielwert"), [run(words_of(target)), run(f" ({target.goal.item.number})", ref=target.goal_id),
                      *([run(f" {_('Beispiel')}", tone="example")] if target.standing == "example" else []), run(". "), *light_runs(target, reading)])
        for target, reading in reader.readings
        if target.indicator_id == item.pk
    ]  # fmt: skip
    return [blocks.facts(rows)] if rows else []


def _figures(items: Sequence[Item], reader: Reader) -> Block:
    """Indicators of which there is one value, as lines of a table."""
    latest = latest_values(item.pk for item in items)
    columns = [
        {"label": _("Nr."), "share": 0.7}, {"label": _("Indikator"), "share": 4.4},
        {"label": _("Wert"), "share": 2.1, "numeric": True}, {"label": _("Stand"), "share": 1.6}, {"label": _("Quelle"), "share": 1.9},
    ]  # fmt: skip
    rows = []
    for item in items:
        hidden = item.visibility != Visibility.PUBLIC
        mark = [run(f"\n{item.get_visibility_display()}", tone="bad")] if hidden else []
        text = blocks.flat(item.text)
        name = [run(item.title, bold=True), *([run("\n")] if text else []), *text]
        rows.append(
            [
                [run(item.number or "–", anchor=item.pk, bold=True), *mark],
                name,
                *_value_cells(latest.get(item.pk)),
            ]
        )
    return blocks.table(columns, rows)


def _value_cells(value: Observation | None) -> list[list[Run]]:
    """Value, period with what must be known of it, and source."""
    if value is None:
        return [[run("–")], [run("–")], [run("–")]]
    counted = value.quality == Observation.Quality.MEASURED
    note = [] if counted else [run(f"\n{value.get_quality_display()}", tone="quiet")]
    source = run(value.source_title or urlsplit(value.source_url).netloc, href=value.source_url)
    return [[run(shown_value(value))], [run(period_words(value.period)), *note], [source]]


def _plain_content(item: Item, reader: Reader) -> list[Block]:
    return [*blocks.rich(item.text), *reader.source(item), reader.neighbours(item)]


def findings(reader: Reader) -> list[Block]:
    """Findings by field, each with its evidence and what follows."""

    return _grouped(reader, "finding", lambda item: _plain_content(item, reader))


def plain(kind: str) -> Callable[[Reader], list[Block]]:
    """A chapter that shows the items of a kind one after the other."""

    def build(reader: Reader) -> list[Block]:
        return [reader.item(item, _plain_content(item, reader), level=2) for item in reader.items(kind)]

    return build


def goals(reader: Reader) -> list[Block]:
    """The fields with aim, picture of the future and goals."""
    made: list[Block] = []
    grouped = {key: items for key, _name, items in reader.by_field(reader.items("goal"))}
    for field in reader.concept.fields.all():
        said: list[Block] = []
        if field.aim_text:
            said.append(blocks.paragraph(field.aim_text, style="lead"))
        if field.perspective:
            example = field.perspective_standing == "example"
            title = _("So sieht es %(year)s aus") % {"year": reader.concept.horizon_to or _("später")}
            mark = [run(f" {_('Beispiel')}", tone="example")] if example else []
            said += [blocks.paragraph(run(title), *mark, style="label"), *blocks.rich(field.perspective)]
        said += [goal_block(item, reader) for item in grouped.pop(field.key, [])]
        if said:
            made += [blocks.heading(str(field), 2), *said]
    for rest in grouped.values():
        made.append(blocks.heading(_("Feldübergreifend"), 2))
        made += [goal_block(item, reader) for item in rest]
    return made


def measures(reader: Reader) -> list[Block]:
    """An overview, then the fact sheets."""
    items = reader.items("measure")
    if not items:
        return []
    rows = [
        [
            [run(item.number, ref=item.pk)], [run(with_example_word(item.title, item.standing), ref=item.pk)],
            [run(str(item.measure.responsible or ""))],
            [run(str(dict(pages_of("measure").facts(item)).get(_("Zeitraum"), "")))],
        ]
        for item in items
    ]  # fmt: skip
    columns = [
        {"label": _("Nr."), "share": 0.8}, {"label": _("Maßnahme"), "share": 4.4},
        {"label": _("Zuständig"), "share": 2.4}, {"label": _("Zeitraum"), "share": 1.2},
    ]  # fmt: skip
    made = [blocks.heading(_("Übersicht"), 2), blocks.table(columns, rows)]
    for _key, name, found in reader.by_field(items):
        made.append(blocks.heading(name or _("Feldübergreifend"), 2, own_page=True))
        made += [measure_block(item, reader, own_page=place > 0) for place, item in enumerate(found)]
    return made


def resolutions(reader: Reader) -> list[Block]:
    """The decisions, newest first: an overview, then each by itself."""
    items = sorted(reader.items("resolution"), key=lambda item: (item.resolution.date, item.pk), reverse=True)
    if not items:
        return []
    columns = [
        {"label": _("Nr."), "share": 0.8}, {"label": _("Datum"), "share": 1.8}, {"label": _("Gremium"), "share": 1.8},
        {"label": _("Beschluss"), "share": 4.2}, {"label": _("Ergebnis"), "share": 1.9},
    ]  # fmt: skip
    rows = [
        [
            [run(item.number, ref=item.pk)], [run(date_words(item.resolution.date))], [run(str(item.resolution.body))],
            [run(item.title, ref=item.pk), *([run(f" {_('Beispiel')}", tone="example")] if item.is_example else [])],
            [run(item.resolution.get_outcome_display())],
        ]
        for item in items
    ]  # fmt: skip
    made = [blocks.heading(_("Übersicht"), 2), blocks.table(columns, rows)]
    made.append(blocks.heading(_("Die Beschlüsse im Einzelnen"), 2))
    for item in items:
        ties = reader.neighbours(item, heads=("", ""))
        content = [*blocks.rich(item.text), resolution_facts(item), *reader.source(item), ties]
        made.append(reader.item(item, content))
    return made


for chapter in (
    Chapter("prozess", gettext_lazy("Wie das Konzept entstanden ist"), 10, process),
    Chapter("zahlen", gettext_lazy("Zahlen und Entwicklungen"), 20, evidence, gettext_lazy("Worauf sich alles stützt: Zahlen mit Datum und Quelle.")),
    Chapter("befunde", gettext_lazy("Befunde"), 30, findings, gettext_lazy("Stärken, Schwächen, Chancen und Risiken, jeweils mit ihren Belegen.")),
    Chapter("leitbild", gettext_lazy("Leitbild"), 40, plain("vision")),
    Chapter("leitlinien", gettext_lazy("Leitlinien"), 50, plain("guideline")),
    Chapter("ziele", gettext_lazy("Handlungsfelder und Ziele"), 60, goals),
    Chapter("massnahmen", gettext_lazy("Maßnahmen"), 70, measures, gettext_lazy("Was getan wird, von wem, bis wann und wozu.")),
    Chapter("beschluesse", gettext_lazy("Beschlüsse"), 90, resolutions),
):  # fmt: skip
    register_chapter(chapter)
