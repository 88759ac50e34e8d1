"""The tree that a document proposes: kept, corrected line by line, and accepted as a whole by a batch that can be taken back."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import F
from django.urls import reverse
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from insek.concept.models import Field
from insek.engines.documents.content import Content, from_plain
from insek.engines.documents.outline import Place, propose
from insek.engines.text import fold, shortened
from insek.intake import batches
from insek.intake.batch_undo import register_way_back_of
from insek.intake.models import Batch, BatchEntry
from insek.intake.rehearsing import EntryRefused, messages_of
from insek.intake.said_words import keep_words
from insek.intake.targets import ANEW
from insek.people.actors import Actor, require
from insek.people.locking import claim_version
from insek.release.plain_values import from_plain as from_plain_values
from insek.release.plain_values import model_from_plain
from insek.thread.cleaning import MAX_TEXT
from insek.thread.kinds import kind_named, link_kinds_between
from insek.thread.models import Item, Link
from insek.thread.row_acts import add_row
from insek.thread.rows import rows_named
from insek.thread.services import create_item, delete_item, link_items
from insek.thread.setting_up import delete_part

from . import jobs, services
from .form_values import FormAnswers, decisions_said, make_anew
from .making import Making, all_makings, making_named
from .models import Document, DocumentPage, Outline, Passage

FIELD = "handlungsfeld"
"""What a line can become that is no item."""
Line = dict[str, Any]
Result = BatchEntry.Result


def makings_of_outline() -> list[Making]:
    """What a line can become besides a field."""
    return all_makings()


def propose_outline(document: Document) -> Outline:
    """Make the proposal of a document anew; earlier corrections are lost."""
    pages = DocumentPage.objects.filter(document=document)
    content = Content(
        document.format,
        [from_plain({"number": page.number, "blocks": page.blocks, "label": page.label}) for page in pages],
    )
    names = {making.name: making for making in makings_of_outline()}
    lines = []
    for line in propose(content):
        kind = FIELD if line.kind == "field" else line.kind
        lines.append(
            {
                "making": kind if kind in names or kind == FIELD else "", "take": kind == FIELD or (kind in names and not names[kind].choice),
                "answers": line.answers, "number": line.number, "title": shortened(line.title, 300), "parent": line.parent, "is_form": line.from_form,
                "text": line.whole_text[:MAX_TEXT], "places": _places([line.place, *(place for _text, place in line.text)]),
            }
        )  # fmt: skip
    outline, created = Outline.objects.get_or_create(document=document, defaults={"lines": lines})
    if not created:
        # a form that was opened before speaks of other lines: it shall not be taken for one about these
        Outline.objects.filter(pk=outline.pk).update(lines=lines, version=F("version") + 1)
        outline.refresh_from_db()
    return outline


def _places(places: Sequence[Place]) -> list[dict[str, int]]:
    """Where a line and its text stand: one place a page, from the first to the last block."""
    found: dict[int, Place] = {}
    for one in places:
        known = found.get(one.page)
        found[one.page] = (
            Place(one.page, min(known.first, one.first), max(known.last, one.last))
            if known
            else Place(**asdict(one))
        )
    return [asdict(place) for place in found.values()]


def correct_lines(
    outline: Outline,
    corrections: Mapping[int, Mapping[str, Any]],
    *,
    expected_version: int,
    actor: Actor,
    sent: Mapping[str, str] | None = None,
) -> None:
    """Keep what a person says of some lines. Raises PermissionDenied, Conflict and ValidationError.

    What is refused is refused with all that is wrong; ``outline`` holds what was said, for the page that shows it again.
    """
    require(actor, "documents.edit")
    names = {"", FIELD, *(making.name for making in makings_of_outline())}
    problems: list[str] = []
    for place, said in corrections.items():
        if not 0 <= place < len(outline.lines):
            continue
        line, number, parent = outline.lines[place], place + 1, said["parent"]
        kept = {**said, "title": said["title"].strip()[:300]}
        if said["making"] not in names:
            problems.append(_("Zeile %(line)s: Diese Art gibt es nicht.") % {"line": number})
            kept["making"] = line["making"]
        if parent is not None and not 0 <= parent < place:
            told = _("Zeile %(line)s: Bitte die Nummer einer Zeile weiter oben angeben, oder nichts.")
            problems.append(told % {"line": number})
            kept["parent"] = line["parent"]
        making = making_named(kept["making"])
        needs = making is not None and making.choice and said["take"]
        if making is not None and needs and kept.get("choice") not in dict(making.choices()):
            told = _("Zeile %(line)s: Bitte „%(choice)s“ wählen, oder die Zeile weglassen.")
            problems.append(told % {"line": number, "choice": making.choice_label})
        if said["take"] and not kept["title"]:
            problems.append(
                _("Zeile %(line)s: Bitte einen Titel angeben, oder die Zeile weglassen.") % {"line": number}
            )
        outline.lines[place] = {**line, **kept}
    if problems:
        raise ValidationError(problems)
    found = FormAnswers(outline.document, outline.lines, outline.decisions, actor) if sent else None
    said = decisions_said(found, sent) if found is not None and sent is not None else {}
    with transaction.atomic():
        claim_version(outline, expected_version)
        outline.decisions = {**outline.decisions, **said}
        outline.save(update_fields=["lines", "decisions"])
        if found is not None and said and found.readings:
            keep_words(found.readings[0], {key: value for key, value in said.items() if value != ANEW})


def accepted(outline: Outline) -> list[int]:
    """The places of the lines that would become something."""
    return [place for place, line in enumerate(outline.lines) if line["take"] and line["making"]]


def accept(outline: Outline, *, actor: Actor) -> Batch:
    """Make all chosen lines: one act, by a batch with progress, that can be taken back as a whole. Raises PermissionDenied."""
    require(actor, "documents.edit")
    document, chosen = outline.document, accepted(outline)
    with transaction.atomic():
        made = make_anew(FormAnswers(document, outline.lines, outline.decisions, actor))
        outline.decisions = {**outline.decisions, **made}
        outline.save(update_fields=["decisions"])
    answers = FormAnswers(document, outline.lines, outline.decisions, actor, only_taken=True)
    kept = {str(place + 1): _told(outline.lines, place, chosen) for place in chosen}
    for place, found in answers.of.items():
        if str(place + 1) in kept:
            kept[str(place + 1)]["said"] = found.plain
    label = _("Gliederung: %(title)s") % {"title": document.title}
    batch = batches.begin(
        concept=document.concept, kind="", origin=Batch.Origin.OUTLINE, label=label, total=len(chosen), language=get_language() or "de",
        actor=actor, task={"document": document.pk, "lines": kept, "back": reverse("document-outline", args=[document.pk])},
    )  # fmt: skip
    entries = []
    for place in sorted(chosen, key=lambda place: (_rank(outline.lines[place]), place)):
        line = outline.lines[place]
        written = shortened(f"{line['number']} {line['title']}".strip(), 400)
        entries.append(BatchEntry(batch=batch, title=written, act=BatchEntry.Operation.CREATE, row=place + 1))
    BatchEntry.objects.bulk_create(entries)
    Batch.objects.filter(pk=batch.pk).update(state=Batch.State.READY)
    batches.apply(batch, batch.entries.values_list("pk", flat=True))
    batch.refresh_from_db()
    return batch


def _rank(line: Line) -> int:
    """When a line is made: what others stand below or name comes before them."""
    making = making_named(line["making"])
    return 0 if making is None else kind_named(making.kind).order


def _told(lines: Sequence[Line], place: int, chosen: Sequence[int]) -> Line:
    """A line as the batch keeps it: below the nearest line above it that is taken."""
    line, taken = lines[place], set(chosen)
    above, seen = line["parent"], set()
    while above is not None and above not in taken and above not in seen:
        seen.add(above)
        above = lines[above]["parent"]
    return {**line, "parent": above + 1 if above is not None and above in taken else 0}


def perform_line(batch: Batch, entry: BatchEntry, actor: Actor, keep: Callable[[], None]) -> None:
    """Make one line of an outline. Raises EntryRefused and what the services raise."""
    lines = batch.task["lines"]
    line = lines[str(entry.row)]
    document = Document.objects.select_related("concept").filter(pk=batch.task["document"]).first()
    if document is None:
        raise EntryRefused(_("Das Dokument gibt es nicht mehr."))
    making = making_named(line["making"])
    kind = making.kind if making else ""
    try:
        with transaction.atomic():
            if making is None:
                _make_field(document, entry, line, actor)
            else:
                _make_item(batch, document, entry, line, making, actor)
            keep()
    except ValidationError as error:
        raise EntryRefused(" ".join(messages_of(error, kind))) from error


def _make_field(document: Document, entry: BatchEntry, line: Line, actor: Actor) -> None:
    name = shortened(line["title"], services.LONGEST_NAME)
    known = next((one for one in document.concept.fields.all() if fold(one.name) == fold(name)), None)
    made = known or services.make_field(document.concept, name, line["text"][:MAX_TEXT], actor=actor)
    entry.result = Result.UNCHANGED if known else Result.CREATED
    BatchEntry.objects.filter(pk=entry.pk).update(
        differences={"field": [None, made.key]},
        reason=_("Gibt es schon; die Fundstelle ist ergänzt.") if known else "",
    )
    for place, words in _quoted(document, line):
        found = Passage.objects.filter(
            document=document, page=place.page, first=place.first, last=place.last, field=made
        )
        if not found.exists():
            Passage.objects.create(
                document=document, page=place.page, first=place.first, last=place.last, quotation=words, field=made,
                created_by_id=actor.user_id,
            )  # fmt: skip


def _make_item(
    batch: Batch, document: Document, entry: BatchEntry, line: Line, making: Making, actor: Actor
) -> None:
    quoted = _quoted(document, line)
    if not quoted:
        raise EntryRefused(
            _("Diese Seite des Dokuments hat sich geändert. Bitte die Gliederung neu vorschlagen.")
        )
    field, above = _above(batch, line)
    item = _known(document, line, making.kind)
    entry.result = Result.UNCHANGED if item else Result.CREATED
    if item is None:
        page = DocumentPage.objects.get(document=document, number=quoted[0][0].page)
        values = {
            **making.values, **({making.choice: line["choice"]} if making.choice else {}), **_said_values(document, making.kind, line), "number": services.free_number(document.concept, making.kind, line["number"]), "title": line["title"],
            "text": line["text"], **services.origin_values(document, services.place_words(document, page)),
        }  # fmt: skip
        item = create_item(
            kind=making.kind,
            concept=document.concept,
            values=values,
            actor=actor,
            fields=[field] if field else [],
            index_later=True,
        )
        _add_rows(entry, item, line, actor)
        item.refresh_from_db(fields=["version"])
    else:
        BatchEntry.objects.filter(pk=entry.pk).update(reason=_("Gibt es schon; die Fundstelle ist ergänzt."))
    entry.item_id, entry.version = item.pk, item.version
    for place, words in quoted:
        services.add_passage(document, place, words, item=item, actor=actor)
    if above is not None:
        _link(above, item, document, actor)
    _draw_links(batch, item, line, document, actor)


def _said_values(document: Document, kind: str, line: Line) -> dict[str, Any]:
    """What a fact sheet says of the fields of its item."""
    said = (line.get("said") or {}).get("values", {})
    return from_plain_values(Item(concept=document.concept, kind=kind), said).values


def _add_rows(entry: BatchEntry, item: Item, line: Line, actor: Actor) -> None:
    """Costs, funding and units that a fact sheet names; what is refused stays in the text, and is said, as is a number that is taken."""
    refused = []
    if line["number"] and not item.number:
        refused.append(
            _("Die Nummer %(number)s ist schon vergeben und bleibt weg.") % {"number": line["number"]}
        )
    for part in (line.get("said") or {}).get("rows", ()):
        rows = rows_named(part["name"])
        assert rows is not None
        try:
            with transaction.atomic():
                add_row(rows, item, model_from_plain(rows.model, part["values"]), actor=actor)
        except ValidationError as error:
            refused.append(f"{rows.label}: {' '.join(messages_of(error, item.kind))}")
    if refused:
        BatchEntry.objects.filter(pk=entry.pk).update(reason=shortened("; ".join(refused), 500))


def _draw_links(batch: Batch, item: Item, line: Line, document: Document, actor: Actor) -> None:
    """Links to what a fact sheet names by number: goals beside the one above it, and others."""
    for part in (line.get("said") or {}).get("links", ()):
        pk = part.get("id") or ""
        if row := part.get("line"):
            entry = BatchEntry.objects.filter(batch=batch, row=row).first()
            pk = entry.item_id if entry is not None else ""
        other = Item.objects.visible_to(actor).filter(pk=pk).first()
        if other is None:
            continue
        source, target = (item, other) if part["end"] == "target" else (other, item)
        if not Link.objects.filter(source=source, target=target, kind=part["kind"]).exists():
            locator = shortened(f"{document.title}, {_('Seite')} {item.page}", 200)
            try:
                with transaction.atomic():
                    link_items(source, target, kind=part["kind"], reason="", locator=locator, actor=actor)
            except ValidationError:
                continue  # two that name each other as what comes first: the text says so


def _known(document: Document, line: Line, kind: str) -> Item | None:
    """The item that a line has become before, by its place; else one that is there and has the same title, and no other number.

    What other lines of the same document have become is not taken for this one: titles come again.
    """
    written = f"{kind_named(kind).prefix} {line['number']}" if line["number"] else ""
    rows = Item.objects.filter(concept=document.concept, kind=kind, title=line["title"])
    of_document = Passage.objects.filter(document=document, item__in=rows)
    place = line["places"][0]
    before = of_document.filter(page=place["page"], first=place["first"]).first()
    if before is not None:
        return before.item
    others = rows.exclude(pk__in=of_document.values("item"))
    return next((item for item in others if item.number in {"", written} or not written), None)


def _above(batch: Batch, line: Line) -> tuple[Field | None, Item | None]:
    """The field of action that a line stands below, and the item directly above it."""
    lines, above = batch.task["lines"], None
    row, is_first = line["parent"], True
    while row:
        entry = BatchEntry.objects.filter(batch=batch, row=row).first()
        if entry is None:
            break
        if lines[str(row)]["making"] == FIELD:
            key = (entry.differences.get("field") or [None, ""])[1]
            return Field.objects.filter(concept=batch.concept_id, key=key).first(), above
        if is_first:
            above = Item.objects.filter(pk=entry.item_id).first()
        row, is_first = lines[str(row)]["parent"], False
    return None, above


def _link(above: Item, item: Item, document: Document, actor: Actor) -> None:
    """Draw the link of the thread; why is not documented, but where it stands is."""
    kinds = [kind for kind in link_kinds_between(above.kind, item.kind) if not kind.commits]
    if not kinds or Link.objects.filter(source=above, target=item, kind=kinds[0].name).exists():
        return
    locator = shortened(f"{document.title}, {_('Seite')} {item.page}", 200)
    link_items(above, item, kind=kinds[0].name, reason="", locator=locator, actor=actor)


def _quoted(document: Document, line: Line) -> list[tuple[Place, str]]:
    """The words of the document at the places of a line, as they stand there."""
    pages = {
        page.number: page
        for page in DocumentPage.objects.filter(
            document=document, number__in=[one["page"] for one in line["places"]]
        )
    }
    found = []
    for one in line["places"]:
        place = Place(**one)
        if place.page in pages and (words := services.words_at(pages[place.page], place)):
            found.append((place, words[: services.MOST_WORDS]))
    return found


def _take_item_back(entry: BatchEntry, actor: Actor) -> bool:
    """Delete an item that came with rows of its own, which count as changes of it, where nobody has changed it since."""
    item = Item.objects.filter(pk=entry.item_id).first()
    if item is None or entry.result != Result.CREATED:
        return False
    if item.version != entry.version:
        entry.reason = _("Seitdem geändert; bleibt, wie es ist.")
        return True
    delete_item(item, expected_version=entry.version, actor=actor)
    entry.result, entry.reason = Result.UNDONE, ""
    return True


def take_field_back(batch: Batch, entry: BatchEntry, actor: Actor) -> bool:
    """Delete a field of action that the batch made, where nothing has come to rest on it; and an item with its costs and the like."""
    line = batch.task["lines"][str(entry.row)]
    if line["making"] != FIELD:
        return bool((line.get("said") or {}).get("rows")) and _take_item_back(entry, actor)
    key = (entry.differences.get("field") or [None, ""])[1]
    field = Field.objects.filter(concept=batch.concept_id, key=key).first()
    if field is None:
        entry.reason = _("Diesen Inhalt gibt es nicht mehr.")
        return True
    try:
        with transaction.atomic():
            delete_part(field, expected_version=field.version, actor=actor)
    except ValidationError as error:
        entry.reason = " ".join(error.messages)
        return True
    entry.result, entry.reason = Result.UNDONE, ""
    return True


batches.register_performer(Batch.Origin.OUTLINE, perform_line)
register_way_back_of(Batch.Origin.OUTLINE, take_field_back)
jobs.register_after_reading(propose_outline)
