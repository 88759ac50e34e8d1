"""From a concept to a document of plain blocks: the whole concept, or the sheet of one item."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator
from string import ascii_uppercase
from typing import Any

from django.utils.translation import gettext as _

from insek.concept.models import Concept
from insek.engines.report.blocks import Block
from insek.people.actors import Actor
from insek.thread.models import Item
from insek.web.display import date_words
from insek.web.reports import Chapter, Part, all_chapters

from .hints import reading_note
from .reading import Reader
from .sheets import SHEETS

Progress = Callable[[int, str], None]
Document = dict[str, Any]


def concept_report(
    concept: Concept,
    actor: Actor,
    *,
    wanted: Collection[str] = (),
    is_short: bool = False,
    working: bool = False,
    origin: str = "",
    progress: Progress = lambda percent, step: None,
) -> Document:
    """The concept as a document in the active language; ``wanted`` are names of chapters, none means all.

    The short form holds the concept without fact sheets and annex.
    """
    reader = Reader(concept, actor, origin=origin, is_short=is_short)
    shown = [
        chapter for chapter in all_chapters()
        if (not wanted or chapter.name in wanted) and not (is_short and chapter.part is not Part.CONCEPT)
    ]  # fmt: skip
    made: list[Document] = []
    for place, chapter in enumerate(shown):
        progress(5 + 70 * place // max(1, len(shown)), str(chapter.title))
        made += _split(chapter, chapter.build(reader))
    _number(made)
    examples = any(item.is_example for item in reader.known.values())
    document = document_of(reader, made, kind="concept", working=working, title=str(concept))
    if is_short:
        document["form"] = _("Kurzfassung")
    if made:
        document["reading"] = reading_note(has_register=any(each["id"] == "faden" for each in made))
    if concept.horizon_to:
        span = (
            f"{concept.horizon_from}–{concept.horizon_to}"
            if concept.horizon_from
            else str(concept.horizon_to)
        )
        document["subtitle_line"] = _("Zeithorizont %(years)s") % {"years": span}
    if examples:
        document["notice"] = _(
            "Diese Fassung enthält Beispiele. Sie sind erfunden, nicht beschlossen und keine Aussage der Stadt; "
            "jedes ist gekennzeichnet."
        )
    if reader.language != "de":
        document["notice"] = " ".join(filter(None, [document["notice"], german_notice()]))
    document["cover"] = reader.map(size=420, dark=True)
    return document


def german_notice() -> str:
    """That texts without a translation are German; for reports in another language."""
    return _(
        "Was keine englische Fassung hat, steht auf Deutsch. Beschlossen ist allein der deutsche Wortlaut."
    )


def _split(chapter: Chapter, found: list[Block]) -> list[Document]:
    """A chapter, or the chapters that begin in it; without blocks none."""
    made: list[Document] = []
    for block in found:
        if block["type"] == "chapter":
            made.append(
                {
                    "id": block["id"],
                    "title": block["title"],
                    "lead": block["lead"],
                    "spread": block["spread"],
                    "part": chapter.part,
                    "blocks": [],
                }
            )
        elif not made:
            made.append(
                {
                    "id": chapter.name,
                    "title": str(chapter.title),
                    "lead": str(chapter.lead),
                    "spread": False,
                    "part": chapter.part,
                    "blocks": [block],
                }
            )
        else:
            made[-1]["blocks"].append(block)
    return made


def _number(made: list[Document]) -> None:
    """The chapters of the concept and the sheets are counted, those of the annex have letters."""
    counted = [each for each in made if each["part"] is not Part.ANNEX]
    annex = [each for each in made if each["part"] is Part.ANNEX]
    for number, each in enumerate(counted, 1):
        each["number"] = str(number)
    for letter, each in zip(ascii_uppercase, annex, strict=False):
        each["number"] = letter
    for each in made:
        each["part"] = each["part"].value


def item_report(item: Item, actor: Actor, *, working: bool = False, origin: str = "") -> Document:
    """The sheet of one item as a document. Raises KeyError for kinds that have none."""
    reader = Reader(item.concept, actor, origin=origin)
    block = SHEETS[item.kind](item, reader)
    chapter = {"id": item.kind, "title": "", "number": "", "lead": "", "blocks": [block]}
    document = document_of(reader, [chapter], kind="item", working=working, title=str(item))
    document["subtitle"] = reader.names(item.kind)
    return document


def document_of(reader: Reader, made: list[Document], *, kind: str, working: bool, title: str) -> Document:
    """Chapters with all that the setter needs around them."""
    concept = reader.concept
    day = reader.changed_on
    return {
        "kind": kind, "title": title, "subtitle": "", "subtitle_line": "", "city": concept.city_name,
        "lang": reader.language, "working": working, "notice": "", "cover": "", "form": "", "reading": "",
        "date": day.isoformat(), "state": _("Stand der Inhalte: %(date)s") % {"date": date_words(day)},
        "ids": sorted(set(printed_ids(made))),
        "words": reader.words,
        "chapters": made,
    }  # fmt: skip


def printed_ids(value: Any) -> Iterator[str]:
    """The items that are printed: as an item or sheet, or wherever their place is marked."""
    if isinstance(value, dict):
        if value.get("type") in {"item", "sheet"}:
            yield value["id"]
        if "anchor" in value:
            yield value["anchor"]
        for each in value.values():
            yield from printed_ids(each)
    elif isinstance(value, list):
        for each in value:
            yield from printed_ids(each)
