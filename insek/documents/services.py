"""What can be done with documents: change, release, delete, read again, and make something of a passage."""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import partial
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import Max
from django.utils.text import slugify
from django.utils.translation import gettext as _

from insek.concept.models import Concept, Field, Standing
from insek.engines.documents.outline import Place, split_title
from insek.engines.text import shortened
from insek.people.actors import Actor, require
from insek.people.locking import claim_version, hold_version
from insek.release.bundling import fields_wait_for
from insek.thread.cleaning import MAX_TEXT
from insek.thread.kinds import kind_named
from insek.thread.models import Item
from insek.thread.services import create_item
from insek.thread.setting_up import save_part

from . import jobs
from .making import Making, is_official
from .models import Document, DocumentPage, Passage
from .pictures import forget_pictures
from .spelling import forget_unused

LONGEST_TITLE, LONGEST_NAME = 200, 120
MOST_WORDS = 20_000
"""Letters of a passage at most."""


def change_document(
    document: Document, *, values: dict[str, Any], expected_version: int, actor: Actor
) -> Document:
    """Change what is said about a document. Raises PermissionDenied, Conflict, ValidationError."""
    require(actor, "documents.edit")
    for name, value in values.items():
        setattr(document, name, value)
    document.clean_fields(exclude={"file", "concept", "uploaded_by"})
    with transaction.atomic():
        claim_version(document, expected_version)
        document.save(update_fields=list(values))
    return document


def set_public(document: Document, *, is_public: bool, expected_version: int, actor: Actor) -> None:
    """Let everybody see file, pictures and text of a document, or nobody but insiders."""
    require(actor, "documents.release")
    with transaction.atomic():
        claim_version(document, expected_version)
        Document.objects.filter(pk=document.pk).update(is_public=is_public)


def read_again(document: Document, *, ocr: bool, actor: Actor) -> None:
    """Read a file anew, on request with recognising text in pictures. What is being read already goes on."""
    require(actor, "documents.edit")
    idle = Document.objects.filter(pk=document.pk, state__in=[Document.State.DONE, Document.State.FAILED])
    if idle.update(state=Document.State.WAITING, wants_ocr=ocr, done=0, total=0, problem=""):
        jobs.ask_to_read(document)


def delete_document(document: Document, *, expected_version: int, actor: Actor) -> None:
    """Delete a document with its pages and the passages taken from it; items stay, with their words, document and page."""
    require(actor, "documents.edit")
    storage, name = document.file.storage, str(document.file.name)
    with transaction.atomic():
        hold_version(document, expected_version)
        document.delete()
        forget_unused()
        transaction.on_commit(partial(storage.delete, name))
        transaction.on_commit(partial(forget_pictures, document.sha256))


def place_words(document: Document, page: DocumentPage) -> str:
    """How one says where a page is: its printed number, or its heading."""
    if not document.has_pages:
        return shortened(f"{_('Abschnitt')} {page.number}", 20)
    return shortened(page.label or str(page.number), 20)


def words_at(page: DocumentPage, place: Place) -> str:
    """The words of some blocks of a page, a block a paragraph."""
    blocks = page.blocks[place.first : place.last + 1]
    return "\n\n".join(block["text"] for block in blocks)


def checked_quotation(page: DocumentPage, place: Place, quotation: str) -> str:
    """A quotation as it stands on the page; without one all words of the place. Raises ValidationError for words that are not there."""
    whole = words_at(page, place)
    if not quotation.strip():
        quotation = whole
    if not quotation.strip():
        raise ValidationError(_("Bitte markieren Sie Text, oder kreuzen Sie Absätze an."))
    if len(quotation) > MOST_WORDS:
        raise ValidationError(_("Das ist mehr, als eine Fundstelle fasst. Bitte markieren Sie weniger."))
    paragraphs = [_even(part) for part in re.split(r"\n\s*\n", quotation) if part.strip()]
    if _even(" ".join(paragraphs)) not in _even(whole):
        raise ValidationError(
            _("Diese Worte stehen so nicht auf der Seite. Bitte markieren Sie noch einmal.")
        )
    return "\n\n".join(paragraphs)


def _even(text: str) -> str:
    return " ".join(text.split())


def make_of_passage(
    document: Document, place: Place, *, quotation: str, making: Making | None, choice: str = "", field: Field | None = None, actor: Actor
) -> Passage:  # fmt: skip
    """Make an item (``making``) or a field of action (None) of words of a page: verbatim, with document and page.

    Raises PermissionDenied and ValidationError.
    """
    require(actor, "documents.edit")
    page = DocumentPage.objects.filter(document=document, number=place.page).first()
    if page is None or not 0 <= place.first <= place.last < len(page.blocks):
        raise ValidationError(_("Diese Seite hat sich geändert. Bitte markieren Sie noch einmal."))
    words = checked_quotation(page, place, quotation)
    first, _gap, rest = words.partition("\n\n")
    number, title = split_title(first)
    if making is None:
        text = words if len(title) > LONGEST_NAME else rest
        made_field = make_field(document.concept, title, text, actor=actor)
        return Passage.objects.create(
            document=document, page=place.page, first=place.first, last=place.last, quotation=words, field=made_field,
            created_by_id=actor.user_id,
        )  # fmt: skip
    own = own_values(making, choice)
    own = {**own, **making.derive(document, place, words, own)}
    text = words if making.keeps_words or short_title(title) != title.removesuffix(".") else rest
    values = {
        "title": short_title(title), **own, "number": free_number(document.concept, making.kind, number), "text": text[:MAX_TEXT],
        **origin_values(document, place_words(document, page)),
    }  # fmt: skip
    with transaction.atomic():
        passage = keep_made(
            document,
            place,
            words,
            kind=making.kind,
            values=values,
            fields=[field] if field else [],
            actor=actor,
        )
        assert passage.item is not None
        making.after(passage.item, actor)
    return passage


def keep_made(
    document: Document, place: Place, words: str, *, kind: str, values: dict[str, Any], fields: Sequence[Field], actor: Actor
) -> Passage:  # fmt: skip
    """Create an item together with the passage that it rests on. Raises what ``create_item`` raises."""
    with transaction.atomic():
        item = create_item(
            kind=kind, concept=document.concept, values=values, actor=actor, fields=fields, index_later=True
        )
        return add_passage(document, place, words, item=item, actor=actor)


def add_passage(document: Document, place: Place, words: str, *, item: Item, actor: Actor) -> Passage:
    """Say that an item rests on some words; once, however often it is said."""
    passage, _created = Passage.objects.get_or_create(
        document=document, page=place.page, first=place.first, last=place.last, item=item,
        defaults={"quotation": words, "created_by_id": actor.user_id},
    )  # fmt: skip
    return passage


def origin_values(document: Document, page: str) -> dict[str, Any]:
    """What an item says of where its words are from: official where the document is, else a source that is quoted."""
    found = {"document": document.title, "page": page}
    if document.about is None or is_official(document.about):
        return {"standing": Standing.OFFICIAL, **found}
    return {"standing": Standing.FACT, "source_title": document.title, **found}


def own_values(making: Making, choice: str) -> dict[str, Any]:
    """The values of the own row that say what it is. Raises ValidationError where a choice is missing."""
    if not making.choice:
        return dict(making.values)
    if choice not in {str(key) for key, _label in making.choices()}:
        raise ValidationError(_("Bitte wählen Sie: %(what)s.") % {"what": making.choice_label})
    return {**making.values, making.choice: choice}


def free_number(concept: Concept, kind: str, number: str) -> str:
    """The number of the document as this concept writes it, where no other item has it."""
    if not number:
        return ""
    written = f"{kind_named(kind).prefix} {number}"
    taken = Item.objects.filter(concept=concept, number=written).exists()
    return "" if taken else written


def short_title(title: str) -> str:
    """A title of the words of a passage: its first sentence, or its beginning."""
    if len(title) <= LONGEST_TITLE:
        return title.removesuffix(".")
    sentence = re.match(r"^.{20,200}?[.!?](?=\s)", title)
    return sentence[0].removesuffix(".") if sentence else shortened(title, LONGEST_TITLE)


def make_field(concept: Concept, title: str, text: str, *, actor: Actor) -> Field:
    """A field of action of words of a document. Raises PermissionDenied and ValidationError."""
    key = base = slugify(title)[:40].strip("-") or "handlungsfeld"
    number = 2
    while Field.objects.filter(concept=concept, key=key).exists():
        key, number = f"{base}-{number}", number + 1
    last = Field.objects.filter(concept=concept).aggregate(last=Max("position"))["last"] or 0
    values = {"name": shortened(title, LONGEST_NAME), "aim": text, "position": last + 1}
    made: Field = save_part(
        Field(concept=concept, key=key, waits_for=fields_wait_for(concept)),
        values=values,
        expected_version=None,
        actor=actor,
    )
    return made
