"""The chapters of every concept, in the order of the thread."""

from __future__ import annotations

from collections.abc import Callable
from urllib.parse import urlsplit

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from insek.engines.report import blocks
from insek.engines.report.blocks import Block, run
from insek.evidence.models import Observation
from insek.thread.kinds import all_kinds, kind_named
from insek.thread.models import Item
from insek.web.display import period_words
from insek.web.pages import pages_of
from insek.web.reports import Chapter, all_chapters, register_chapter

from .. import queries
from ..timeline import shown_milestones
from .reading import Reader
from .sheets import all_sources, indicator_blocks, measure_blocks, measure_side, resolution_facts


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
    """Indicators by field with charts."""
    return _grouped(reader, "indicator", lambda item: indicator_blocks(item, reader))


def _plain_content(item: Item, reader: Reader) -> list[Block]:
    return [*blocks.rich(item.text), *reader.source(item), reader.neighbours(item)]


def findings(reader: Reader) -> list[Block]:
    """Findings by field, each with its evidence and what follows."""

    def content(item: Item) -> list[Block]:
        return [
            blocks.paragraph(str(item.finding.get_type_display()), style="quiet"),
            *_plain_content(item, reader),
        ]

    return _grouped(reader, "finding", content)


def plain(kind: str) -> Callable[[Reader], list[Block]]:
    """A chapter that shows the items of a kind one after the other."""

    def build(reader: Reader) -> list[Block]:
        return [
            reader.item(item, _plain_content(item, reader), level=2, listed=True)
            for item in reader.items(kind)
        ]

    return build


def goals(reader: Reader) -> list[Block]:
    """The fields with aim, picture of the future and goals."""
    made: list[Block] = []
    grouped = {key: items for key, _name, items in reader.by_field(reader.items("goal"))}
    for field in reader.concept.fields.all():
        made.append(blocks.heading(str(field), 2))
        if field.aim_text:
            made.append(blocks.paragraph(field.aim_text, style="lead"))
        if field.perspective:
            example = field.perspective_standing == "example"
            title = _("So sieht es %(year)s aus") % {"year": reader.concept.horizon_to or _("später")}
            made.append(blocks.paragraph(f"{title} ({_('Beispiel')})" if example else title, style="label"))
            made += blocks.rich(field.perspective)
        made += [_goal(item, reader) for item in grouped.pop(field.key, [])]
    for rest in grouped.values():
        made.append(blocks.heading(_("Feldübergreifend"), 2))
        made += [_goal(item, reader) for item in rest]
    return made if reader.items("goal") or made else []


def _goal(item: Item, reader: Reader) -> Block:
    year = [blocks.facts([(_("Zieljahr"), item.goal.horizon_year)])] if item.goal.horizon_year else []
    return reader.item(item, [*blocks.rich(item.text), *year, *reader.source(item), reader.neighbours(item)])


def measures(reader: Reader) -> list[Block]:
    """An overview, then the fact sheets."""
    items = reader.items("measure")
    if not items:
        return []
    rows = [
        [
            [run(item.number, ref=item.pk)], [run(item.title, ref=item.pk)],
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
        made.append(blocks.heading(name or _("Feldübergreifend"), 2))
        for item in found:
            marks = [_("Leuchtturmprojekt")] if item.measure.is_lighthouse else []
            content, side = measure_blocks(item, reader), measure_side(item, reader)
            made.append(reader.item(item, content, side=side, marks=marks))
    return made


def resolutions(reader: Reader) -> list[Block]:
    """The decisions, newest first."""
    items = sorted(reader.items("resolution"), key=lambda item: (item.resolution.date, item.pk), reverse=True)
    return [
        reader.item(
            item,
            [*blocks.rich(item.text), resolution_facts(item), *reader.source(item), reader.neighbours(item)],
            level=2,
        )
        for item in items
    ]


def sources(reader: Reader) -> list[Block]:
    """Every source once: of the items, then of the figures."""
    found = {key: shown.get("source_date_label", "") for key, shown in all_sources(reader).items()}
    rows = (
        Observation.objects.current()
        .filter(indicator__in=[item.pk for item in reader.items("indicator")])
        .filter(district__in=[row.pk for row in reader.places])
        .order_by()
        .values_list("source_title", "source_url", "source_date")
        .distinct()
    )
    for title, url, day in rows:
        found.setdefault((title, url), period_words(day))
    entries = []
    for (title, url), day in sorted(found.items(), key=lambda entry: (entry[0][0].casefold(), entry[0][1])):
        runs = [run(title or urlsplit(url).netloc, href=url)]
        if url and title:
            runs.append(run(f" · {urlsplit(url).netloc}"))
        if day:
            runs.append(run(f" · {_('Stand')} {day}"))
        entries.append([blocks.paragraph(*runs)])
    return [blocks.listing(entries)] if entries else []


def generic(kind: str) -> Callable[[Reader], list[Block]]:
    """A chapter for a kind whose room adds none of its own: texts, short facts and neighbours."""

    def build(reader: Reader) -> list[Block]:
        pages = pages_of(kind)
        items = reader.items(kind)
        pages.prepare(items)
        return [
            reader.item(
                item,
                [
                    *blocks.rich(item.text),
                    blocks.facts(pages.facts(item)),
                    *reader.source(item),
                    reader.neighbours(item),
                ],
                level=2,
            )
            for item in items
        ]

    return build


GENERIC = {"plan": 25, "feature": 80}
"""Kinds of other rooms that belong into the printed concept, with the place of their chapter."""

for chapter in (
    Chapter("prozess", gettext_lazy("Wie das Konzept entstanden ist"), 10, process),
    Chapter("zahlen", gettext_lazy("Zahlen und Entwicklungen"), 20, evidence, gettext_lazy("Worauf sich alles stützt: Zahlen mit Datum und Quelle.")),
    Chapter("befunde", gettext_lazy("Befunde"), 30, findings, gettext_lazy("Stärken, Schwächen, Chancen und Risiken, jeweils mit ihren Belegen.")),
    Chapter("leitbild", gettext_lazy("Leitbild"), 40, plain("vision")),
    Chapter("leitlinien", gettext_lazy("Leitlinien"), 50, plain("guideline")),
    Chapter("ziele", gettext_lazy("Handlungsfelder und Ziele"), 60, goals),
    Chapter("massnahmen", gettext_lazy("Maßnahmen"), 70, measures, gettext_lazy("Was getan wird, von wem, bis wann und wozu.")),
    Chapter("beschluesse", gettext_lazy("Beschlüsse"), 90, resolutions),
    Chapter("quellen", gettext_lazy("Quellen"), 99, sources),
):  # fmt: skip
    register_chapter(chapter)


def chapters() -> list[Chapter]:
    """All chapters, with those of rooms that register a kind but no chapter."""
    known = all_chapters()
    names = {chapter.name for chapter in known}
    more = [
        Chapter(
            kind.list_path.strip("/"), kind_named(kind.name).plural, GENERIC[kind.name], generic(kind.name)
        )
        for kind in all_kinds()
        if kind.name in GENERIC and kind.list_path.strip("/") not in names
    ]
    return sorted([*known, *more], key=lambda chapter: (chapter.order, chapter.name))
