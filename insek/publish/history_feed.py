"""What happened to one public item, as Atom: the page of its published changes for readers of feeds."""

from __future__ import annotations

from html import escape

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import get_language, override
from django.utils.translation import gettext as _

from insek.council.item_history import HistoryEntry, item_history
from insek.engines.diff import Change
from insek.people.actors import ANONYMOUS
from insek.release.public_history import has_public_history
from insek.thread.identity import is_id
from insek.thread.models import Item
from insek.web.context import concept_or_404
from insek.web.display import with_example_word

from .api.http import licence_address, public_reading
from .feed import PagedAtom, legible

ENTRIES = 50


@public_reading
def history_atom(request: HttpRequest, item_id: str) -> HttpResponse:
    """The latest entries of the history of a public item."""
    concept = concept_or_404(request)
    item = (
        Item.objects.visible_to(ANONYMOUS).filter(concept=concept, pk=item_id).first()
        if is_id(item_id)
        else None
    )
    if item is None or not has_public_history(item):
        raise Http404
    item.concept = concept
    page = request.build_absolute_uri(reverse("public-history", args=[item.pk]))
    with override(settings.LANGUAGE_CODE):
        permanent = request.build_absolute_uri(reverse("public-history", args=[item.pk]))
    title = legible(with_example_word(str(item), item.standing))
    feed = PagedAtom(
        title=_("Veröffentlichte Änderungen: %(item)s") % {"item": title},
        link=page,
        description=None,
        language=(get_language() or "de")[:2],
        author_name=concept.city_name,
        feed_url=request.build_absolute_uri(),
        feed_guid=permanent,
        feed_copyright=concept.licence or None,
        licence=licence_address(request),
    )
    for entry in item_history(item)[:ENTRIES]:
        feed.add_item(
            title=legible(f"{title}: {entry.heading}"),
            link=f"{page}#{entry.anchor}",
            unique_id=f"{permanent}#{entry.anchor}",
            description=legible(_described(entry)),
            updateddate=entry.at,
        )
    return HttpResponse(feed.writeString("utf-8"), content_type=PagedAtom.content_type)


def _described(entry: HistoryEntry) -> str:
    """An entry as HTML: why, and each field with what came and went."""
    said = []
    if entry.edition:
        said.append(escape(str(entry.edition["title"])))
    if entry.other is not None:
        said.append(escape(f"{entry.label} {entry.other}".strip()))
    if entry.link_reason:
        said.append(escape(entry.link_reason))
    if entry.reason:
        said.append(escape(f"{entry.nature}: {entry.reason}"))
    if entry.note:
        said.append(escape(entry.note))
    said += [f"{escape(row.label)}: {''.join(_piece(piece) for piece in row.words)}" for row in entry.rows]
    return "".join(f"<p>{line}</p>" for line in said) or escape(entry.heading)


def _piece(piece: Change) -> str:
    """A stretch of words that stayed, came or went."""
    operation, text = piece
    words = escape(text)
    return {"same": words, "added": f"<ins>{words}</ins>", "removed": f"<del>{words}</del>"}[operation]
