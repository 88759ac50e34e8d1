"""The first chapters: the whole at a glance, then what it is about and the picture of the future."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from insek.engines.report import blocks
from insek.engines.report.blocks import Block, Run, run
from insek.people.models import in_language
from insek.places.models import District
from insek.steering.states import MeasureState
from insek.strategy.pages import years
from insek.thread.models import Item
from insek.web.display import date_words, number_words
from insek.web.reports import Chapter, Part, register_chapter
from insek.web.richtext import plain_text

from .. import queries
from ..timeline import shown_milestones
from .counting import counted_words
from .field_chapters import districts_map
from .figures import figure_row, leading
from .reading import Reader
from .steering import state_bar, state_run

AT_A_GLANCE = 9
"""Figures that stand on the second page."""
LIGHTHOUSES = 8
STEPS = 6
"""Steps of the process that the introduction names; the annex has them all."""


def glance(reader: Reader) -> list[Block]:
    """Two pages: what is planned where and how it stands, then the figures of the city."""
    measures, goals = reader.items("measure"), reader.items("goal")
    if not measures and not goals:
        return []
    made: list[Block] = [blocks.paragraph(_counted(measures, goals, reader))]
    if measures:
        found = [reader.standing(item) for item in measures]
        if any(row.report or row.tasks or row.override for row in found):
            made += [
                blocks.heading(_("Wie es steht"), 2),
                blocks.margin([state_bar(found)], [blocks.paragraph(_honest(found), style="margin")]),
            ]
    made += _fields(reader)
    if located := districts_map(measures, reader):
        made.append(blocks.rest([blocks.heading(_("Wo etwas geschieht"), 2)], located, least=70))
    lead = leading(reader, reader.items("indicator"), most=AT_A_GLANCE)
    if lead:
        made += [
            blocks.heading(_("Die Stadt in Zahlen"), 2, own_page=True),
            blocks.paragraph(
                _("Die Zahlen, an denen sich Ziele messen lassen, zuerst; alle stehen %(where)s.") % {"where": reader.elsewhere}, style="sticky"
            ),
            blocks.figures(figure_row(item, reader) for item in lead),
        ]  # fmt: skip
    return [*made, *_lighthouses(measures, reader)]


def _lighthouses(measures: Sequence[Item], reader: Reader) -> list[Block]:
    """The projects that shall be seen from afar, with their state."""
    found = [item for item in measures if item.measure.is_lighthouse][:LIGHTHOUSES]
    rows = [
        (
            [run(item.number, ref=item.pk)],
            [run(item.title, bold=True), *reader.marks(item), run(blocks.like(item.text, f"\n{plain_text(item.text, 170)}"))],
            [state_run(reader.standing(item).status.state), run("\n" + ", ".join(filter(None, [str(item.measure.responsible or ""), years(item.measure)])), tone="quiet")],
        )
        for item in found
    ]  # fmt: skip
    return [blocks.heading(_("Leuchtturmprojekte"), 2), blocks.lines(rows)] if rows else []


def _counted(measures: Sequence[Item], goals: Sequence[Item], reader: Reader) -> str:
    """How much the concept holds, and how much stands behind it."""
    fields = reader.field_count
    said = _("Das Konzept beschreibt in %(fields)s, was die Stadt erreichen will und was sie dafür tut: %(held)s.") % {
        "fields": ngettext("einem Handlungsfeld", "%(count)s Handlungsfeldern", fields) % {"count": fields},
        "held": counted_words(goals=len(goals), measures=len(measures)),
    }  # fmt: skip
    behind = counted_words(
        findings=len(reader.items("finding")), contributions=len(reader.items("contribution"))
    )
    return f"{said} {_('Dahinter stehen: %(behind)s.') % {'behind': behind}}" if behind else said


def _honest(found: Sequence[Any]) -> str:
    """How many go as planned, and of how many nobody knows."""
    going = sum(row.status.state in {MeasureState.ON_TRACK, MeasureState.COMPLETED} for row in found)
    silent = sum(not row.report for row in found)
    return _("Von %(all)s Maßnahmen laufen %(going)s nach Plan oder sind abgeschlossen; zu %(silent)s liegt kein Bericht vor.") % {
        "all": number_words(len(found)), "going": number_words(going), "silent": number_words(silent),
    }  # fmt: skip


def _fields(reader: Reader) -> list[Block]:
    """The fields, what they aim at, and how much is planned in each."""
    rows: list[tuple[list[Run], list[Run], list[Run]]] = []
    for field in reader.asker.fields:
        goals, measures = (reader.in_field(kind, field.key) for kind in ("goal", "measure"))
        if goals or measures:
            counted = counted_words(goals=len(goals), measures=len(measures))
            rows.append(
                ([], [run(str(field), bold=True), run(f"\n{field.aim_text}")], [run(counted, tone="quiet")])
            )
    return [blocks.heading(_("Die Handlungsfelder"), 2), blocks.lines(rows)] if rows else []


def vision(reader: Reader) -> list[Block]:
    """What it is about, the picture of the future, and the guidelines."""
    introduction = in_language(reader.concept.introduction, reader.concept.introduction_en)
    visions, guidelines = reader.items("vision"), reader.items("guideline")
    if not (introduction or visions or guidelines):
        return []
    made: list[Block] = []
    if introduction:
        made += [
            *_voices(reader),
            blocks.heading(_("Worum es geht"), 2),
            *_introduction(introduction, reader),
        ]
    for item in visions:
        content = [
            block | {"style": "lead"} if block["type"] == "p" else block for block in blocks.rich(item.text)
        ]
        made.append(reader.item(item, [*content, *reader.source(item)], level=2, thread=True, fields=False))
    if guidelines:
        made.append(blocks.heading(_("Leitlinien"), 2))
        made += [
            reader.item(
                item, [*blocks.rich(item.text), *reader.source(item)], level=3, thread=True, fields=False
            )
            for item in guidelines
        ]
    return made


def _voices(reader: Reader) -> list[Block]:
    """How many took part, in numbers."""
    formats, contributions = reader.items("format"), reader.items("contribution")
    people = sum(item.format.people or 0 for item in formats)
    answered = sum(bool(item.contribution.reply) for item in contributions)
    rows = [
        (len(formats), _("Beteiligungsformate"), ""),
        (people, _("Teilnahmen"), _("wo gezählt wurde")),
        (
            len(contributions),
            _("veröffentlichte Beiträge"),
            _("davon %(count)s mit Rückmeldung") % {"count": number_words(answered)},
        ),
    ]
    shown = [
        {"value": number_words(count), "unit": "", "name": name, "note": note, "ref": "", "example": False}
        for count, name, note in rows if count
    ]  # fmt: skip
    return [blocks.figures(shown)] if shown else []


def _introduction(text: str, reader: Reader) -> list[Block]:
    """The introduction, with the map of the city and the latest steps beside it."""
    side = []
    if svg := reader.map(size=220):
        names = ", ".join(row.item.title for row in reader.places if row.level != District.Level.CITY)
        alt = _("Karte der Stadt mit ihren Räumen: %(names)s") % {"names": names or reader.concept.city_name}
        side.append(blocks.figure(svg, alt=alt, caption=reader.concept.city_name, width="side"))
    made: list[Block] = [blocks.margin(blocks.rich(text), side)]
    steps = shown_milestones(queries.milestones(reader.concept))
    key = [step for step in steps if step["is_key"]][-STEPS:] or steps[-STEPS:]
    if key:
        made += [
            blocks.heading(_("Der Weg bis hierher"), 3, listed=False),
            blocks.steps({"date": step["date_label"], "title": step["title"], "text": "", "standing": step["standing"], "href": "", "note": ""} for step in key),
        ]  # fmt: skip
    edition = queries.edition_in_force(reader.concept)
    if edition is not None and edition.date:
        made.append(
            blocks.paragraph(
                _("In Kraft ist %(edition)s, beschlossen am %(date)s.")
                % {"edition": edition, "date": date_words(edition.date)}
            )
        )
    return made


register_chapter(Chapter("ueberblick", gettext_lazy("Auf einen Blick"), 5, glance, part=Part.CONCEPT))
register_chapter(
    Chapter(
        "leitbild",
        gettext_lazy("Einführung und Leitbild"),
        10,
        vision,
        gettext_lazy("Worum es geht, wie die Stadt werden will, und woran sie sich dabei hält."),
        part=Part.CONCEPT,
    )
)
