"""Statements out of documents: what the words of a passage say, as values of a statement; made by a key of the reader or a suggestion."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from insek.documents.models import Document, DocumentPage
from insek.engines.documents.outline import Place
from insek.engines.names_in_text import NamesInText
from insek.engines.text import shortened
from insek.engines.text.statements import FoundStatement, find_in_paragraphs, marking, marking_at
from insek.engines.text.statements.detection import KINDS
from insek.engines.text.statements.marking import Marking
from insek.people.actors import Actor
from insek.people.models import Unit
from insek.places.names.in_text import places_in_text
from insek.thread.models import Item
from insek.thread.services import link_items

from .models import Plan, PlanStatement
from .rubric import IN_FORCE

RECOGNISE = "recognise"
"""The choice of a sort that leaves it to the program."""
LONGEST_TITLE = 160
PAGES_BEFORE = 60
"""So far back a heading is looked for under which a page stands."""
TYPES = dict(zip(KINDS, PlanStatement.Type.values, strict=True))
"""The sorts as the engine calls them, and as they are kept."""
MARKINGS: dict[str, str] = {
    marking.GOAL: PlanStatement.Marking.GOAL,
    marking.PREPARED: PlanStatement.Marking.PREPARED,
    marking.PRINCIPLE: PlanStatement.Marking.PRINCIPLE,
    marking.STATUTE: PlanStatement.Marking.STATUTE,
}


def sorts() -> list[tuple[str, Any]]:
    """What one chooses from in the reader: as the program recognises it, or one of the sorts."""
    return [(RECOGNISE, gettext_lazy("Art erkennen")), *PlanStatement.Type.choices]


def values_of_words(
    document: Document, place: Place, words: str, chosen: Mapping[str, Any]
) -> dict[str, Any]:
    """What follows from a passage: plan, sort, marking, firmness, year, quantity and who. A few queries, no transaction.

    What it is marked as may stand before its words: at the beginning of its paragraph, or in a heading above.
    """
    found = find_in_paragraphs(
        [words], units=unit_names(), threshold=0.0, markings=[marking_of_place(document, place)]
    )
    values: dict[str, Any] = {"plan": Plan.objects.filter(pk=document.about_id).first()}
    if found:
        values |= own_values_of(max(found, key=lambda one: one.chance))
    if chosen.get("type") not in (None, RECOGNISE):
        values["type"] = chosen["type"]
    return {"type": PlanStatement.Type.STATE, **values}


def own_values_of(found: FoundStatement) -> dict[str, Any]:
    """A found statement as values of the own row, with its title."""
    quantity = best_quantity(found)
    marked = found.marking
    return {
        "title": shortened(found.title, LONGEST_TITLE),
        "type": TYPES[found.kind],
        "marking": kept_marking(marked),
        "marked_as": shortened(marked.words, 40) if marked else "",
        "firmness": found.firmness,
        "target_year": found.year,
        "bound": quantity.bound if quantity else "",
        "amount": quantity.number if quantity else None,
        "amount_unit": shortened(quantity.unit, 60) if quantity else "",
        "who": shortened(", ".join(found.who), 200),
    }


def kept_marking(marked: Marking | None) -> str:
    """A marking as it is kept; empty for none, and for one that binds nobody, such as a note."""
    return MARKINGS.get(marked.sort, "") if marked else ""


def marking_of_place(document: Document, place: Place) -> Marking | None:
    """What the words at a place are marked as by what stands before them."""
    page = DocumentPage.objects.filter(document=document, number=place.page).first()
    if page is None:
        return None
    own = page.blocks[: place.first + 1]
    return marking_at([*headings_before(document.pk, place.page), *own])


def headings_before(document: int, number: int) -> list[dict[str, Any]]:
    """The headings of the pages before one, from the last of the highest level on; one query, read as far as needed."""
    found: list[dict[str, Any]] = []
    pages = DocumentPage.objects.filter(document=document, number__lt=number).order_by("-number")
    for blocks in pages.values_list("blocks", flat=True)[:PAGES_BEFORE].iterator(chunk_size=10):
        for block in reversed(blocks):
            if block["type"] == "heading":
                found.append(block)
                if block["level"] <= 1:
                    return found[::-1]
    return found[::-1]


def best_quantity(found: FoundStatement) -> Any:
    """The quantity that is aimed at: what something shall rise or fall to, else the first."""
    to = [one for one in found.quantities if one.bound == "to"]
    return next(iter(to or found.quantities), None)


def is_official(item: Item) -> bool:
    """Whether the text of a plan is official: it holds or held. A draft, an expert report and one of which nothing is known are quoted, but not official."""
    plan = item.plan
    return plan.type != Plan.Type.REPORT and plan.status in (*IN_FORCE, Plan.Status.EXPIRED)


def unit_names() -> list[str]:
    """Names of the units that a text may name as responsible. One query."""
    return [name for name in Unit.objects.values_list("name", flat=True) if len(name) > 3]


def place_statement(item: Item, actor: Actor) -> None:
    """Say which districts a statement is about, where its words name them or a street in them: links that one can take away again."""
    words = item.text or item.title
    districts = Item.objects.visible_to(actor).filter(concept=item.concept_id, kind="district")
    titles = dict(districts.order_by("sort_key", "pk").values_list("pk", "title"))
    named = {one.ids[0] for one in NamesInText(list(titles.items())).find(words) if not one.is_ambiguous}
    lying = {
        one.places[0].district for one in places_in_text(item.concept, words, actor) if not one.is_ambiguous
    }
    wanted = [key for key, title in titles.items() if key in named or title in lying]
    for district in districts.filter(pk__in=wanted).order_by("sort_key", "pk"):
        link_items(item, district, kind="located_in", reason=_("Im Wortlaut genannt."), actor=actor)
