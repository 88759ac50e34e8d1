"""The text of an edition as a document: what the council adopted, or has before it, word for word and with paragraph numbers."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import date
from typing import Any
from urllib.parse import urlsplit

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from insek.concept.models import Edition, Standing
from insek.council.edition_document import BEFORE_FIELDS, SPATIAL, edition_document
from insek.council.edition_figures import edition_figures
from insek.council.edition_parts import EditionChapter, EditionDocument, Entry, EntryGroup
from insek.council.edition_sentences import status_sentence
from insek.engines.report import blocks
from insek.engines.report.blocks import Block, run
from insek.people.actors import ANONYMOUS
from insek.web.display import date_words

from .collect import german_notice, printed_ids
from .edition_tables import AT_A_GLANCE, EditionTables, mark_of, place_of
from .reading import Reader

STATES = {"new": gettext_lazy("neu"), "changed": gettext_lazy("geändert")}
IN_SHORT = ("visions", "guidelines", "goals", "fields")
"""What the short form writes out; the rest stands there with number and title."""


def edition_report(edition: Edition, *, is_short: bool = False, origin: str = "") -> dict[str, Any]:
    """An edition as a document of plain blocks in the active language."""
    read = edition_document(edition)
    reader = Reader(edition.concept, ANONYMOUS, origin=origin, is_short=is_short)
    amendments = list(edition.amendments.all())
    tables = EditionTables(read, edition_figures(edition), _stand(edition, reader), reader.names)
    found = [
        ("ueberblick", str(AT_A_GLANCE), tables.glance()),
        *((chapter.anchor, chapter.title, list(_chapter(chapter, tables, reader))) for chapter in _with_one_beginning(read.chapters)),
    ]  # fmt: skip
    made: list[dict[str, Any]] = []
    for anchor, title, content in found:
        if content:
            lead = "" if made else _said(edition, read, len(amendments))
            made.append(
                {
                    "id": anchor,
                    "title": title,
                    "number": str(len(made) + 1),
                    "lead": lead,
                    "part": "concept",
                    "blocks": content,
                }
            )
    if not made:
        nothing = _("Der Text dieser Ausgabe liegt hier nicht vor.")
        made.append(
            {
                "id": "text",
                "title": _("Text der Ausgabe"),
                "number": "1",
                "lead": "",
                "part": "concept",
                "blocks": [blocks.paragraph(nothing)],
            }
        )
    document = _frame(edition, made, reader, tables.cover())
    document["form"] = _("Kurzfassung") if is_short else ""
    if reader.language != "de":
        document["notice"] = " ".join(filter(None, [document["notice"], german_notice()]))
    return document


def _with_one_beginning(chapters: Sequence[EditionChapter]) -> list[EditionChapter]:
    """The chapters, with the picture of the future and the guidelines as one."""
    first = [chapter for chapter in chapters if chapter.anchor in BEFORE_FIELDS]
    if len(first) < 2:
        return list(chapters)
    groups = [replace(group, title=chapter.title) for chapter in first for group in chapter.groups]
    title = _(" und ").join(chapter.title for chapter in first)
    return [
        replace(first[0], title=title, groups=groups),
        *(chapter for chapter in chapters if chapter not in first),
    ]


def _said(edition: Edition, read: EditionDocument, amendments: int) -> str:
    said = [status_sentence(edition, amendments)]
    if read.before:
        said.append(
            _("Gegenüber der Ausgabe „%(title)s“: %(new)s neu, %(changed)s geändert, %(gone)s entfallen.")
            % {"title": read.before, "new": read.counted("new"), "changed": read.counted("changed"), "gone": len(read.gone)}
        )  # fmt: skip
    return " ".join(map(str, filter(None, said)))


def _day(edition: Edition, reader: Reader) -> date:
    """The day whose state an edition holds; of a draft that of the last change."""
    return edition.date or edition.filed_on or reader.changed_on


def _stand(edition: Edition, reader: Reader) -> str:
    """Of when all figures, tables and maps are."""
    if edition.status == Edition.Status.DRAFT:
        return _(
            "Stand: %(date)s. Der Text ist noch in Arbeit; er gibt wieder, was an diesem Tag öffentlich war."
        ) % {"date": date_words(_day(edition, reader))}
    return _("Stand: %(date)s. Zahlen, Tabellen und Karten sind die dieser Ausgabe; was seither geschah, steht nicht darin.") % {
        "date": date_words(_day(edition, reader))
    }  # fmt: skip


def _frame(edition: Edition, made: list[dict[str, Any]], reader: Reader, cover: str) -> dict[str, Any]:
    day = _day(edition, reader)
    example = edition.is_example
    address = reader.address(reverse("edition", args=[edition.key]))
    return {
        "kind": "concept", "title": str(edition), "subtitle": "", "subtitle_line": str(edition.get_status_display()),
        "city": edition.concept.city_name, "lang": reader.language, "working": False, "form": "",
        "notice": _("Diese Ausgabe ist ein Beispiel: erfunden, nicht beschlossen und keine Aussage der Stadt.") if example else "",
        "cover": cover, "date": day.isoformat(),
        "state": _("Stand: %(date)s") % {"date": date_words(day)},
        "reading": _("Im Netz: %(address)s") % {"address": f"{urlsplit(address).netloc}{urlsplit(address).path}"} if address else "",
        "ids": sorted(set(printed_ids(made))), "words": reader.words, "chapters": made,
    }  # fmt: skip


def _chapter(chapter: EditionChapter, tables: EditionTables, reader: Reader) -> Iterable[Block]:
    """What a chapter opens with, its map, then its groups; the spatial concept ends with its plan."""
    for entry in chapter.opening:
        yield from _paragraphs(entry, reader)
    if chapter.anchor not in (SPATIAL, *BEFORE_FIELDS):
        yield from tables.places(chapter)
    for group in chapter.groups:
        yield from _group(group, chapter, tables, reader)
    if chapter.anchor == SPATIAL and (sheet := tables.plan()):
        yield sheet


def _group(
    group: EntryGroup, chapter: EditionChapter, tables: EditionTables, reader: Reader
) -> Iterable[Block]:
    if group.title:
        yield blocks.heading(group.title, 2)
    level = 3 if group.title else 2
    written = [entry for entry in group.entries if not reader.is_short or entry.table in IN_SHORT]
    yield from tables.measures(
        [entry for entry in group.entries if entry.table == "measures"], printed=not reader.is_short
    )
    for entry in written:
        yield _entry(entry, level, reader)
    if listed := [entry for entry in group.entries if entry not in written and entry.table != "measures"]:
        yield blocks.lines(
            ([run(entry.number or "–", anchor=place_of(entry))], [run(reader.german(entry.title)), *mark_of(entry)], [run(_state(entry), tone="accent")])
            for entry in listed
        )  # fmt: skip
    if group.elsewhere:
        named = [
            piece
            for entry in group.elsewhere
            for piece in (run(", "), run(entry.cited.replace(" ", "\u00a0"), ref=place_of(entry)))
        ]
        yield blocks.paragraph(
            run(_("Hier ebenso, im Wortlaut in einem anderen Kapitel:")), run(" "), *named[1:], style="quiet"
        )


def _state(entry: Entry) -> str:
    return " · ".join(filter(None, [str(STATES.get(entry.state, "")), entry.amended]))


def _paragraphs(entry: Entry, reader: Reader) -> list[Block]:
    """The texts of an entry; where there are several paragraphs each carries the number by which it is cited."""
    made = [block for text in entry.texts for block in blocks.rich(reader.german(text))]
    several = len([paragraph for paragraph in entry.paragraphs if paragraph.number]) > 1
    number = 0
    for block in made:
        if block["type"] == "p" and block["style"] == "label":
            continue
        number += 1
        if several and block["type"] == "p":
            block["runs"] = [run(f"({number}) ", tone="quiet"), *block["runs"]]
    return made


def _entry(entry: Entry, level: int, reader: Reader) -> Block:
    """One item in the wording of the edition; what is new in it stands in the margin."""
    content = _paragraphs(entry, reader)
    content += [
        blocks.paragraph(run(f"{_('Zielwert')}: ", bold=True), reader.german(target))
        for target in entry.targets
    ]
    if entry.facts:
        content.append(
            blocks.facts((fact["label"], [run(reader.german(fact["value"]))]) for fact in entry.facts)
        )
    side = []
    if entry.parent:
        side.append(blocks.paragraph(run(f"{_('Oberziel')} ", bold=True), entry.parent, style="margin"))
    if entry.serves:
        named = [
            piece
            for number, anchor in entry.serves
            for piece in (run(", "), run(number.replace(" ", "\u00a0"), ref=f"a-{anchor}"))
        ]
        side.append(blocks.paragraph(run(f"{_('Dient')} ", bold=True), *named[1:], style="margin"))
    url = reader.address(entry.url) if entry.url else ""
    labels = dict(Standing.choices)
    return {
        "type": "item", "id": place_of(entry), "kind": entry.table, "number": entry.number, "title": entry.title, "lang": blocks.lang_of(reader.german(entry.title)),
        "standing": entry.standing or Standing.WORKING, "standing_label": str(labels.get(entry.standing, "")), "level": level,
        "visibility": "", "fields": [], "marks": [_state(entry)] if _state(entry) else [], "side": side, "blocks": content,
        "url": "", "code": False, "address": urlsplit(url).path.strip("/"), "listed": level == 2, "own_page": False,
        "long": blocks.letters(content) > 900,
    }  # fmt: skip
