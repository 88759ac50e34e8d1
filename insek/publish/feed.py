"""What is new, as Atom (RFC 4287), page by page into the past (RFC 5005)."""

from __future__ import annotations

from html import escape
from typing import Any

from django.conf import settings
from django.core.exceptions import ValidationError
from django.http import Http404, HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.feedgenerator import Atom1Feed
from django.utils.translation import get_language, override
from django.utils.translation import gettext as _

from insek.people.actors import ANONYMOUS
from insek.thread.models import Change, Item
from insek.web.context import concept_or_404, kind_names_of
from insek.web.display import with_example_word
from insek.web.paging import BadCursor, KeysetPage, keyset_page
from insek.web.richtext import plain_text

from .api.http import licence_address, public_reading

ENTRIES = 50
EXCERPT = 400
NEW = (Change.Action.CREATED, Change.Action.RELEASED)
SEEN = (*NEW, Change.Action.UPDATED, Change.Action.RECORDED)


class PagedAtom(Atom1Feed):
    """Atom whose pages name their neighbours."""

    content_type = "application/atom+xml; charset=utf-8"

    def add_root_elements(self, handler: Any) -> None:
        """The links between the pages, after what every feed has."""
        super().add_root_elements(handler)
        for relation in ("first", "next", "previous"):
            if self.feed.get(relation):
                handler.addQuickElement("link", "", {"rel": relation, "href": self.feed[relation]})
        if self.feed.get("licence"):
            handler.addQuickElement("link", "", {"rel": "license", "href": self.feed["licence"]})


@public_reading
def atom(request: HttpRequest) -> HttpResponse:
    """Public items by their last change, newest first. Five queries; on pages in another language one more for each kind."""
    concept = concept_or_404(request)
    try:
        page: KeysetPage[Item] = keyset_page(
            Item.objects.visible_to(ANONYMOUS).filter(concept=concept),
            order=("-updated_at", "pk"),
            cursor=request.GET.get("nach", ""),
            size=ENTRIES,
        )
    except (BadCursor, ValidationError, OverflowError) as error:
        raise Http404 from error
    here = request.build_absolute_uri(reverse("feed"))
    feed = PagedAtom(
        title=_("%(concept)s: Neues") % {"concept": concept},
        link=request.build_absolute_uri(reverse("start")),
        description=_("Was im Konzept neu öffentlich ist oder geändert wurde."),
        language=(get_language() or "de")[:2],
        subtitle=_("Was im Konzept neu öffentlich ist oder geändert wurde."),
        author_name=concept.city_name,
        feed_url=request.build_absolute_uri(),
        feed_guid=here,
        feed_copyright=concept.licence or None,
        first=here,
        next=f"{here}?nach={page.next_cursor}" if page.next_cursor else "",
        previous=f"{here}?nach={page.previous_cursor}" if page.previous_cursor else "",
        licence=licence_address(request),
    )
    for entry in _entries(request, page.rows):
        feed.add_item(**entry)
    return HttpResponse(feed.writeString("utf-8"), content_type=PagedAtom.content_type)


def _entries(request: HttpRequest, items: list[Item]) -> list[dict[str, Any]]:
    names, new = kind_names_of(request), _newly_public(items)
    found = []
    for item in items:
        with override(settings.LANGUAGE_CODE):
            permanent = request.build_absolute_uri(item.url)
        title = f"{item.number} {item.shown_title}".strip()
        what = _("Neu") if item.pk in new else _("Geändert")
        sentence = plain_text(item.shown_text, EXCERPT)
        example = f" · {item.get_standing_display()}" if item.is_example else ""
        found.append(
            {
                "title": f"{names(item.kind)}: {legible(with_example_word(title, item.standing))}",
                "link": request.build_absolute_uri(item.url),
                "unique_id": permanent,
                "description": escape(
                    legible(f"{what}{example}. {sentence}" if sentence else f"{what}{example}.")
                ),
                "updateddate": item.updated_at,
                "categories": (item.kind, item.standing),
            }
        )
    return found


def _newly_public(items: list[Item]) -> set[str]:
    """Those whose last change that a visitor could notice was to become public. One query."""
    last: dict[str, str] = {}
    changes = Change.objects.filter(item_id__in=[item.pk for item in items], action__in=SEEN)
    for item_id, action in changes.order_by("at", "pk").values_list("item_id", "action"):
        last[item_id] = action
    return {item.pk for item in items if last.get(item.pk, Change.Action.CREATED) in NEW}


def legible(text: str) -> str:
    """Text without signs that XML does not allow."""
    return "".join(
        sign
        for sign in text
        if sign in "\t\n\r"
        or (sign >= " " and sign not in "\ufffe\uffff" and not "\ud800" <= sign <= "\udfff")
    )
