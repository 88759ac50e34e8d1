"""The signs above the results of a search that names a page which is no item: a field of action, a page of the menu or of the foot."""

from __future__ import annotations

from collections.abc import Iterator

from django.utils.translation import gettext as _

from insek.concept.asker import Asker
from insek.engines.text import index_terms, query_terms
from insek.people.addresses import address_of
from insek.thread.kinds import kind_names
from insek.web.menu import footer_links, main_navigation

from .signposts import Signpost, add_signposts

MOST = 3


def page_signs(asker: Asker, query: str) -> list[Signpost]:
    """Signs for the pages whose name has every word of a search. No query of its own beside the fields of action."""
    wanted = query_terms(query) if query else []
    if asker.concept is None or not wanted:
        return []
    found = []
    for sign in _all_signs(asker):
        terms = frozenset(index_terms(sign.label))
        if all(not terms.isdisjoint(group) for group in wanted):
            found.append(sign)
    return found[:MOST]


def _all_signs(asker: Asker) -> Iterator[Signpost]:
    for field in asker.fields:
        url = address_of("field", field.key)
        yield Signpost(str(field), _("Handlungsfeld"), _("Zum Handlungsfeld"), url, "arrow-right")
    for entry in (*main_navigation(kind_names(asker)), *footer_links()):
        for link in entry.get("links") or [entry]:
            if link["url"] and link.get("key") != "search":
                yield Signpost(
                    link["label"], _("Seite dieses Portals"), _("Zur Seite"), link["url"], "arrow-right"
                )


add_signposts(page_signs)
