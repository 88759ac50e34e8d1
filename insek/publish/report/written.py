"""The appraisals of plans in words as PDF and Word: of one plan, and of all with each of them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from insek.concept.models import Concept
from insek.engines.report import blocks
from insek.engines.report.blocks import Block, run
from insek.items.views.items import visible_item
from insek.people.actors import ANONYMOUS, Actor, actor_of
from insek.plans.own_texts import shown_text, text_of_all, text_of_plan, texts_of
from insek.plans.written import NumberedPart, WrittenPart, WrittenSource, numbered, parts_of
from insek.plans.written_all import parts_of_all
from insek.plans.written_facts import facts_of
from insek.thread.models import Item, Visibility
from insek.web.context import concept_or_404
from insek.web.file_names import file_stem

from .collect import document_of
from .making import TYPES, typeset
from .reading import Reader


def plan_document(
    item: Item, actor: Actor, *, working: bool, origin: str, beside: bool = True
) -> dict[str, Any]:
    """The appraisal of a plan as a document in the active language; the sources ``beside`` the sentences, or in a list at the end."""
    reader = Reader(item.concept, actor, origin=origin)
    facts = facts_of(item.concept, [item], actor, compute=actor.sees_internal)[0]
    text = shown_text(text_of_plan(item), item=item)
    made = [
        blocks.heading(reader.german(str(item)), 1),
        blocks.paragraph(_("Bewertung in Worten")),
        *_told(reader, parts_of(facts), text, beside=beside),
    ]
    return _document(reader, made, title=str(item), working=working)


def overview_document(
    concept: Concept, actor: Actor, *, working: bool, origin: str, beside: bool = True
) -> dict[str, Any]:
    """The appraisal of all plans, and after it that of each."""
    reader = Reader(concept, actor, origin=origin)
    parts, facts = parts_of_all(reader.asker)
    text = shown_text(text_of_all(concept), concept=concept)
    made = [blocks.heading(_("Die Planwerke insgesamt"), 1), *_told(reader, parts, text, beside=beside)]
    own = texts_of([one.item for one in facts])
    for one in facts:
        made += [
            blocks.heading(reader.german(str(one.item)), 1, own_page=True),
            *_told(reader, parts_of(one), shown_text(own.get(one.item.pk), item=one.item), beside=beside),
        ]
    return _document(reader, made, title=_("Bewertung der Planwerke"), working=working)


def _document(reader: Reader, made: Sequence[Block], *, title: str, working: bool) -> dict[str, Any]:
    chapter = {"id": "bewertung", "title": "", "number": "", "lead": "", "blocks": list(made)}
    return document_of(reader, [chapter], kind="item", working=working, title=title)


def _told(
    reader: Reader, parts: Sequence[WrittenPart], text: dict[str, Any] | None, *, beside: bool
) -> list[Block]:
    """A person's text where there is one, then the draft with its sources."""
    made: list[Block] = []
    if text:
        if text["is_older"]:
            made.append(blocks.paragraph(text["older"], style="quiet"))
        made += [*blocks.rich(reader.german(text["text"])), blocks.paragraph(text["by"], style="quiet")]
        made.append(blocks.heading(_("Der Entwurf des Programms"), 2, listed=False))
    note = _(
        "Von festen Regeln aus den Angaben zusammengestellt, ohne Sprachmodell. Die Zahlen in Klammern nennen, worauf ein Satz beruht."
    )
    made.append(blocks.paragraph(note, style="quiet"))
    shown, sources = numbered(parts)
    for one in shown:
        made.append(blocks.heading(one.part.heading, 3 if text else 2, listed=False))
        said = _sentences(reader, one)
        made.append(blocks.margin([said], _beside(reader, one, sources)) if beside else said)
    if not beside:
        made.append(blocks.heading(_("Worauf die Sätze beruhen"), 3 if text else 2, listed=False))
        listed = [[blocks.paragraph(_source(reader, source))] for source in sources]
        made.append(blocks.listing(listed, ordered=True))
    return made


def _beside(reader: Reader, one: NumberedPart, sources: Sequence[WrittenSource]) -> list[Block]:
    """What the sentences of a part rest on, with the numbers that they name."""
    used = sorted({number for said in one.sentences for number in said.numbers})
    return [
        blocks.paragraph(run(f"[{number}] "), _source(reader, sources[number - 1]), style="margin")
        for number in used
    ]


def _sentences(reader: Reader, one: NumberedPart) -> Block:
    runs: list[Any] = []
    for said in one.sentences:
        runs.append(run(said.sentence.words))
        if said.sentence.quote:
            runs += [run(" „"), run(reader.german(said.sentence.quote)), run("“")]
        numbers = ", ".join(str(number) for number in said.numbers)
        runs.append(run(f" [{numbers}] ", tone="quiet"))
    return blocks.paragraph(*runs)


def _source(reader: Reader, source: WrittenSource) -> Any:
    url = f"{reader.origin}{source.url}" if source.url.startswith("/") else source.url
    return run(source.label, href=url)


def _answer(made: bytes, title: str, format: str, *, public: bool) -> HttpResponse:
    response = HttpResponse(made, content_type=TYPES[format])
    name = file_stem(f"{_('Bewertung')} {title}", otherwise="bewertung")
    kind = "inline" if format == "pdf" else "attachment"
    response["Content-Disposition"] = f'{kind}; filename="{name}.{format}"'
    response["Cache-Control"] = "no-cache" if public else "private, no-store"
    return response


@require_safe
def plan_file(request: HttpRequest, item_id: str, format: str) -> HttpResponse:
    """The appraisal of a plan as PDF or Word; of a public one as everybody may read it."""
    item, _pages = visible_item(request, item_id)
    if item.kind != "plan":
        raise Http404
    public = item.visibility == Visibility.PUBLIC
    actor = ANONYMOUS if public else actor_of(request)
    origin = f"{request.scheme}://{request.get_host()}"
    beside = format == "pdf"  # a page of Word has one column
    made = typeset(plan_document(item, actor, working=not public, origin=origin, beside=beside), format)
    return _answer(made, str(item), format, public=public)


@require_safe
def overview_file(request: HttpRequest, format: str) -> HttpResponse:
    """The appraisal of all public plans as PDF or Word."""
    concept = concept_or_404(request)
    origin = f"{request.scheme}://{request.get_host()}"
    made = typeset(
        overview_document(concept, ANONYMOUS, working=False, origin=origin, beside=format == "pdf"), format
    )
    return _answer(made, _("Planwerke"), format, public=True)
