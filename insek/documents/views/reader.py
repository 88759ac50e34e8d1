"""The reader: the picture of a page beside its text, and making something of marked words."""

from __future__ import annotations

import rules
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from insek.concept.models import Field
from insek.engines.documents.content import UnreadableDocument
from insek.engines.documents.outline import Place
from insek.engines.text.statements.sentences import sentences
from insek.people.actors import Actor, actor_of, require
from insek.thread.kinds import KindNames
from insek.thread.models import Item
from insek.web.context import asker_of, kind_names_of

from .. import services
from ..finding_again import stands_there
from ..forms import field_choices
from ..making import all_makings, making_named
from ..models import Document, DocumentPage, Passage
from ..pictures import PicturesBusy, kept_picture
from ..tables import has_table, read_table_in, targets_for
from .documents import page_context, visible_document

WIDTHS = {"": 1000, "gross": 1800}
FIELD_KEY = "h"
FIELD = "handlungsfeld"


@require_safe
def page(request: HttpRequest, pk: int, number: int) -> HttpResponse:
    """One page, with its picture where there is one."""
    document = visible_document(request, pk)
    found = DocumentPage.objects.filter(document=document, number=number).first()
    if found is None:
        raise Http404
    return render(request, "documents/reader.html", _reader(request, document, found))


def _reader(request: HttpRequest, document: Document, page: DocumentPage) -> dict[str, object]:
    actor, names = actor_of(request), kind_names_of(request)
    can_take = rules.test_rule("documents.edit", actor)
    place = services.place_words(document, page)
    title = _("Seite %(page)s") % {"page": place} if document.has_pages else place
    passages = Passage.objects.filter(document=document, page=page.number).select_related("item", "field")
    seen = set(
        Item.objects.visible_to(actor)
        .filter(passages__document=document, passages__page=page.number)
        .values_list("pk", flat=True)
    )
    taken = [one for one in passages if one.field_id or one.item_id in seen]
    marked = {
        place for one in taken if stands_there(one, page.blocks) for place in range(one.first, one.last + 1)
    }
    blocks = [
        {
            **block,
            "place": place,
            "is_taken": place in marked,
            "tag": _tag(block),
            "sentences": _sentences(block) if can_take else "",
        }
        for place, block in enumerate(page.blocks)
    ]
    return page_context(
        title,
        (document.title, reverse("document", args=[document.pk])),
        document=document,
        page=page,
        blocks=blocks,
        before=page.number - 1 if page.number > 1 else 0,
        after=page.number + 1 if page.number < document.total else 0,
        # which are newest comes first, so that one sees what one has just made
        taken=[
            {
                "passage": one,
                "made": one.item or one.field,
                "kind_label": names(one.item.kind) if one.item else _("Handlungsfeld"),
            }
            for one in sorted(taken, key=lambda one: -one.pk)
        ],
        can_take=can_take,
        makings=_makings(names, actor) if can_take else [],
        fields=field_choices(asker_of(request)) if can_take else [],
        chosen_field=request.GET.get("feld", ""),
        targets=targets_for(document, actor) if can_take and has_table(page) else [],
    )


def _tag(block: dict[str, object]) -> str:
    """With which element a block is shown."""
    level = block["level"]
    if block["type"] == "heading" and isinstance(level, int):
        return "h3" if level <= 3 else "h4"
    return "p"


def _sentences(block: dict[str, object]) -> str:
    """Where the sentences of a block begin and end, as the reader's keys step over them: `0-57 58-120`, counted as browsers count."""
    text = str(block["text"])
    if block["cells"] or block["type"] == "heading":
        return ""
    return " ".join(f"{_units(text[: one.start])}-{_units(text[: one.end])}" for one in sentences(text))


def _units(text: str) -> int:
    return len(text.encode("utf-16-le", "surrogatepass")) // 2


def _makings(names: KindNames, actor: Actor) -> list[dict[str, object]]:
    """What marked words can become, with the key that does it."""
    shown: list[dict[str, object]] = [
        {
            "name": one.name,
            "key": one.key,
            "label": str(one.label) or names(one.kind),
            "choice": one.choice,
            "choice_label": one.choice_label,
            "choices": one.choices(),
        }
        for one in all_makings()
    ]
    if rules.test_rule("concept.set_up", actor):
        shown.insert(
            0, {"name": FIELD, "key": FIELD_KEY, "label": _("Handlungsfeld"), "choice": "", "choices": ()}
        )
    return shown


@login_required
@require_POST
def take(request: HttpRequest, pk: int, number: int) -> HttpResponse:
    """Make something of the words that are marked, or of the paragraphs that are ticked."""
    document, actor = visible_document(request, pk), actor_of(request)
    if not rules.test_rule("documents.edit", actor):
        raise PermissionDenied
    chosen = request.POST.get("feld", "")
    address = reverse("document-page", args=[pk, number]) + (f"?feld={chosen}" if chosen else "")
    try:
        name = request.POST.get("machen", "")
        making = making_named(name)
        if making is None and name != FIELD:
            raise ValidationError(_("Bitte wählen Sie, was daraus werden soll."))
        passage = services.make_of_passage(
            document, _marked(request, number), quotation=request.POST.get("zitat", ""), making=making,
            choice=request.POST.get(f"wahl-{name}", ""),
            field=Field.objects.filter(concept=document.concept_id, key=chosen).first() if chosen else None, actor=actor,
        )  # fmt: skip
    except ValidationError as error:
        messages.error(request, " ".join(error.messages))
        return redirect(address)
    made = passage.item or passage.field
    messages.success(
        request, _("„%(title)s“ ist angelegt. Es steht unter „Auf dieser Seite entnommen“.") % {"title": made}
    )
    return redirect(f"{address}#absatz-{passage.first}")


def _marked(request: HttpRequest, number: int) -> Place:
    """From which to which block the words are taken. Raises ValidationError."""
    ticked = request.POST.getlist("absatz")
    if request.POST.get("zitat", "").strip():
        ticked = [request.POST.get("von", ""), request.POST.get("bis", "")]
    places = {int(one) for one in ticked if one.isascii() and one.isdigit() and len(one) < 7}
    if not places:
        raise ValidationError(_("Bitte markieren Sie Text, oder kreuzen Sie Absätze an."))
    if not request.POST.get("zitat", "").strip() and len(places) != max(places) - min(places) + 1:
        raise ValidationError(
            _("Bitte kreuzen Sie Absätze an, die aufeinander folgen: Ein Zitat hat keine Lücken.")
        )
    return Place(number, min(places), max(places))


@login_required
@require_POST
def table(request: HttpRequest, pk: int, number: int) -> HttpResponse:
    """Read the table of a page in, step by step, as any other list."""
    document, actor = visible_document(request, pk), actor_of(request)
    require(actor, "documents.edit")
    found = DocumentPage.objects.filter(document=document, number=number).first()
    if found is None:
        raise Http404
    try:
        batch = read_table_in(document, found, target=request.POST.get("ziel", ""), actor=actor)
    except ValidationError as error:
        messages.error(request, " ".join(error.messages))
        return redirect("document-page", pk, number)
    return redirect("reading", batch.pk)


@require_safe
def picture(request: HttpRequest, pk: int, number: int) -> HttpResponse:
    """The picture of a page. It is made when it is first asked for, and stays the same as long as the file does."""
    document = visible_document(request, pk)
    if not document.has_pages or not 1 <= number <= document.total:
        raise Http404
    width = WIDTHS.get(request.GET.get("groesse", ""), WIDTHS[""])
    mark = f'"{document.sha256[:32]}-{number}-{width}"'
    caching = "no-cache" if document.is_public else "private, max-age=3600"
    if request.headers.get("If-None-Match") == mark:
        return HttpResponse(status=304, headers={"ETag": mark, "Cache-Control": caching})
    try:
        made = kept_picture(document, number, width)
    except UnreadableDocument as error:
        raise Http404 from error
    except PicturesBusy:
        return HttpResponse(status=503, headers={"Retry-After": "2", "Cache-Control": "no-store"})
    return HttpResponse(made, content_type="image/jpeg", headers={"ETag": mark, "Cache-Control": caching})
