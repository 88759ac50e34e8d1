"""Chapters of the annex: all findings, the steps of the process, the decisions."""

from __future__ import annotations

from urllib.parse import urlsplit

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from insek.engines.report import blocks
from insek.engines.report.blocks import Block, Run, run
from insek.findings.models import Finding
from insek.thread.models import Item
from insek.web.display import date_words, shown_source
from insek.web.reports import Chapter, register_chapter

from .. import queries
from ..timeline import shown_milestones
from .field_chapters import IN_QUADRANT
from .reading import Reader
from .speaking import source_runs


def process(reader: Reader) -> list[Block]:
    """The steps of the process."""
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
    return [blocks.steps(rows)] if rows else []


def resolutions(reader: Reader) -> list[Block]:
    """The decisions, newest first, each as a row: what, who and when, with what result."""
    items = sorted(reader.items("resolution"), key=lambda item: (item.resolution.date, item.pk), reverse=True)
    return [blocks.lines(_resolution(item, reader) for item in items)] if items else []


def _resolution(item: Item, reader: Reader) -> tuple[list[Run], list[Run], list[Run]]:
    decision = item.resolution
    votes = [
        f"{amount} {label}"
        for amount, label in (
            (decision.votes_yes, _("Ja")), (decision.votes_no, _("Nein")), (decision.votes_abstain, _("Enthaltungen")),
        )
        if amount is not None
    ]  # fmt: skip
    result = ", ".join(
        filter(
            None,
            [
                str(decision.get_outcome_display()),
                ", ".join(votes) or (_("einstimmig") if decision.unanimous else ""),
            ],
        )
    )
    about = [f"{decision.body}, {date_words(decision.date)}", decision.reference, result]
    text = blocks.flat(item.text)
    thread = [piece for block in reader.thread(item) for piece in [run("\n"), *block["runs"]]]
    return (
        [run(item.number or "–", anchor=item.pk)],
        [
            run(item.title, bold=True),
            *reader.marks(item),
            *([run("\n"), *text] if text else []),
            *_source(item),
        ],
        [run("\n".join(filter(None, about)), tone="quiet"), *thread],
    )


def _source(item: Item) -> list[Run]:
    shown = shown_source(item)
    return [run("\n"), *({**piece, "tone": "quiet"} for piece in source_runs(shown))] if shown else []


def findings(reader: Reader) -> list[Block]:
    """All findings as a register: the chapters name the first of each sort."""
    items = reader.items("finding")
    groups = reader.by_field(items)
    left_out = any(
        sum(item.finding.type == value for item in found) > IN_QUADRANT
        for _key, _name, found in groups for value in Finding.Type.values
    )  # fmt: skip
    without_chapter = any(not key for key, _name, _found in groups)
    if not items or not (left_out or without_chapter):
        return []
    printed = {
        item.pk for _key, _name, found in groups for value in Finding.Type.values
        for item in [each for each in found if each.finding.type == value][:IN_QUADRANT]
    }  # fmt: skip
    rows = []
    for item in items:
        text = blocks.flat(item.text)
        number = (
            run(item.number or "–", ref=item.pk)
            if item.pk in printed
            else run(item.number or "–", anchor=item.pk)
        )
        thread = [piece for block in reader.thread(item) for piece in [run("\n"), *block["runs"]]]
        rows.append(
            (
                [number], [run(item.title, bold=True), *reader.marks(item), *([run("\n"), *text] if text else [])],
                [run(item.finding.get_type_display(), tone="quiet"), *thread],
            )
        )  # fmt: skip
    return [blocks.lines(rows)]


for chapter in (
    Chapter("befunde", gettext_lazy("Alle Befunde"), 15, findings),
    Chapter("prozess", gettext_lazy("Wie das Konzept entstanden ist"), 40, process, gettext_lazy("Die Schritte des Verfahrens mit Datum und Quelle.")),
    Chapter("beschluesse", gettext_lazy("Beschlüsse"), 60, resolutions, gettext_lazy("Was beschlossen wurde, das Neueste zuerst.")),
):  # fmt: skip
    register_chapter(chapter)
