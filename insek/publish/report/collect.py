"""From a concept to a document of plain blocks: the whole concept, or the sheet of one item."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator
from typing import Any

from django.db.models import Max
from django.utils import timezone
from django.utils.translation import gettext as _

from insek import clock
from insek.concept.models import Concept
from insek.engines.report.blocks import Block
from insek.people.actors import Actor
from insek.thread.models import Item
from insek.web.display import date_words
from insek.web.reports import all_chapters

from .reading import Reader
from .sheets import SHEETS

Progress = Callable[[int, str], None]
Document = dict[str, Any]


def concept_report(
    concept: Concept,
    actor: Actor,
    *,
    wanted: Collection[str] = (),
    working: bool = False,
    origin: str = "",
    progress: Progress = lambda percent, step: None,
) -> Document:
    """The concept as a document in the active language; ``wanted`` are names of chapters, none means all."""
    reader = Reader(concept, actor, origin=origin)
    shown = [chapter for chapter in all_chapters() if not wanted or chapter.name in wanted]
    made = []
    for place, chapter in enumerate(shown):
        progress(5 + 70 * place // max(1, len(shown)), str(chapter.title))
        if found := chapter.build(reader):
            made.append(
                {"id": chapter.name, "title": str(chapter.title), "lead": str(chapter.lead), "blocks": found}
            )
    examples = any(item.is_example for item in reader.known.values())
    document = _document(reader, made, kind="concept", working=working, title=str(concept))
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
    document["cover"] = reader.map(size=420, dark=True)
    return document


def item_report(item: Item, actor: Actor, *, working: bool = False, origin: str = "") -> Document:
    """The sheet of one item as a document. Raises KeyError for kinds that have none."""
    reader = Reader(item.concept, actor, origin=origin)
    block = SHEETS[item.kind](item, reader)
    chapter = {"id": item.kind, "title": "", "lead": "", "blocks": [block]}
    document = _document(reader, [chapter], kind="item", working=working, title=str(item))
    document["subtitle"] = reader.names(item.kind)
    return document


def _document(reader: Reader, made: list[Document], *, kind: str, working: bool, title: str) -> Document:
    concept = reader.concept
    visible = Item.objects.visible_to(reader.actor).filter(concept=concept)
    changed = visible.aggregate(last=Max("updated_at"))["last"] or clock.now()
    day = timezone.localdate(changed)
    return {
        "kind": kind, "title": title, "subtitle": "", "subtitle_line": "", "city": concept.city_name,
        "lang": reader.language, "content_lang": "de", "working": working, "notice": "", "cover": "",
        "date": day.isoformat(), "state": _("Stand der Inhalte: %(date)s") % {"date": date_words(day)},
        "ids": sorted(_printed_ids(block for chapter in made for block in chapter["blocks"])),
        "words": {
            "contents": _("Inhalt"), "page": _("S."), "example": _("Beispiel"),
            "examples_here": _("Mit Beispielen"), "working": _("Arbeitsstand, nicht öffentlich"),
            "online": _("Im Netz:"),
        },
        "chapters": made,
    }  # fmt: skip


def _printed_ids(made: Iterable[Block]) -> Iterator[str]:
    """The items that are printed, as a sheet or as a line of a table."""
    for block in made:
        if block["type"] == "item":
            yield block["id"]
            yield from _printed_ids(block["blocks"])
        elif block["type"] == "table":
            yield from (
                piece["anchor"]
                for row in block["rows"]
                for cell in row
                for piece in cell
                if "anchor" in piece
            )
