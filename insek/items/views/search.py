"""Search over everything the visitor may see."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any
from urllib.parse import urlencode

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_safe

from insek.concept.asker import Asker
from insek.engines.text import excerpts, fold
from insek.people.actors import Actor, actor_of
from insek.people.breadcrumbs import breadcrumb
from insek.people.prepared import prepared_for
from insek.people.requests import search_words
from insek.thread.audience import gated
from insek.thread.cleaning import MAX_TEXT
from insek.thread.indexing import is_rebuilding
from insek.thread.kinds import all_kinds
from insek.thread.models import Item, ItemQuerySet
from insek.thread.search import MOST_FOUND, Found, by_words_of_title, find
from insek.web.context import asker_of, concept_of, kind_names_of
from insek.web.display import count_words, number_words, shown_items
from insek.web.paging import COUNT_LIMIT, PAGE_SIZE, BadCursor, KeysetPage, page_of_ids, pager
from insek.web.richtext import plain_text

from ..filters_and_sorts import in_field
from ..more_found import further_found
from ..pages import EVERY_KIND, Filter, added_filters
from ..signposts import signposts
from ..ways_out import ways_out

LITERALLY = "woertlich"
"""The part of the address that asks for words as they were typed."""
SUGGESTED = 8
SHORTEST_SUGGESTED = 3


@require_safe
def search(request: HttpRequest) -> HttpResponse:
    """The search page: best first, with the words found marked in an excerpt."""
    query = search_words(request, request.GET)
    kind = request.GET.get("art", "")
    if kind and kind not in {known.name for known in all_kinds()}:
        raise Http404
    asker, names = asker_of(request), kind_names_of(request)
    items, filters = _filtered(asker) if query else (None, [])
    literally = LITERALLY in request.GET
    kept = {
        "q": query,
        **{part["name"]: part["value"] for part in filters},
        LITERALLY: "1" if literally else "",
    }
    wanted: dict[str, Any] = {"concept": concept_of(request)}
    found = find(query, asker.actor, items, literally=literally, fill=True, **wanted)
    if kind and not found.is_whole:
        found = find(query, asker.actor, items, literally=literally, fill=True, kind=kind, **wanted)
    rebuilding = bool(query) and is_rebuilding()
    by_title = rebuilding and not found.ids
    if by_title:
        found = by_words_of_title(query, asker.actor, items, **wanted)
    page = _page(request, found, kind)
    is_partial = bool(found.ids) and len(found.missing) == len(found.ids)
    is_near = is_partial and len(found.needed) == 1
    results = _results(page.rows, found, names, is_near=is_near)
    count = found.kinds.get(kind, 0) if kind else len(found.ids)
    context: dict[str, Any] = {
        "query": query,
        "kind": kind,
        "filters": filters,
        "is_filtered": any(part["value"] for part in filters),
        "unfiltered_url": _address({"q": query}),
        "kind_links": _kind_links(names, kept, kind, found),
        "all_kinds_url": _address(kept),
        "ways": [
            {
                "label": names(known.name, plural=True),
                "explanation": known.explanation,
                "icon": f"kind-{known.name}",
                "url": reverse(known.list_name),
            }
            for known in all_kinds()
        ],
        "results": results,
        "signposts": signposts(asker, query),
        "further": further_found(asker, query) if query and not kind else [],
        "is_partial": is_partial,
        "is_near": is_near,
        "is_rebuilding": rebuilding,
        "is_by_title": by_title and bool(found.ids),
        **pager(page, lambda cursor: _address({**kept, "art": kind, "nach": cursor})),
        "result_label": count_words(
            count, COUNT_LIMIT, ngettext("Treffer", "Treffer", 1), ngettext("Treffer", "Treffer", 2)
        )
        if found.is_whole
        else _("mindestens %(count)s Treffer") % {"count": number_words(count)},
        "readings": _readings(found, results, kept),
        "meant": _meant(query, asker, items, **wanted) if literally and not found.ids else [],
        "ways_out": ways_out(asker, query) if query and (is_partial or not found.ids) else [],
        "page_title": _("Suche: %(query)s") % {"query": query} if query else _("Suche"),
        "active_nav": "search",
        "breadcrumb": breadcrumb((_("Suche"), "")),
        "noindex": bool(query),
    }
    return render(request, "items/search.html", context)


@require_safe
def suggestions(request: HttpRequest) -> HttpResponse:
    """What a search that is being typed would find first, as options of its field."""
    query = search_words(request, request.GET)
    items: list[Item] = []
    if len(query) >= SHORTEST_SUGGESTED:
        actor, concept = actor_of(request), concept_of(request)
        found = find(query, actor, concept=concept)
        items = _read(found.ids[:SUGGESTED], actor)
    return render(
        request,
        "items/search_suggestions.html",
        {"titles": list(dict.fromkeys(item.shown_title for item in items))},
    )


def _filtered(asker: Asker) -> tuple[ItemQuerySet | None, list[dict[str, Any]]]:
    """The items that the filters of the address leave (None: all), and the filters for the page. Unknown values give 404."""
    items: ItemQuerySet | None = None
    shown = []
    rules: list[Filter] = [in_field(), *added_filters(asker, EVERY_KIND)]
    for rule in rules:
        value = asker.asked.get(rule.name, "")
        choices = [(str(key), label) for key, label in rule.choices(asker)]
        if value:
            if value not in {key for key, _label in choices}:
                raise Http404
            items = rule.apply(Item.objects.all() if items is None else items, value)
        options = [{"value": key, "label": label, "selected": key == value} for key, label in choices]
        if choices:
            shown.append(
                {"name": rule.name, "label": rule.label, "type": "select", "value": value, "options": options}
            )
    return items, shown


def _page(request: HttpRequest, found: Found, kind: str) -> KeysetPage[Item]:
    """One page of what was found, its items read whole."""
    ids = [pk for pk in found.ids[:MOST_FOUND] if not kind or found.kind_of[pk] == kind]
    if not ids:
        return KeysetPage([], "", "")
    try:
        page = page_of_ids(ids, cursor=request.GET.get("nach", ""), size=PAGE_SIZE)
    except BadCursor as error:
        raise Http404 from error
    return KeysetPage(_read(page.rows, actor_of(request)), page.next_cursor, page.previous_cursor)


def _read(ids: Sequence[str], actor: Actor) -> list[Item]:
    """Items that were found, in this order, as far as the actor may see them. One query."""

    def items(ids: list[Any]) -> ItemQuerySet:
        return Item.objects.visible_to(actor).filter(pk__in=ids).order_by()

    known = {item.pk: item for item in prepared_for(gated(actor, "items found"), items, ids)}
    return [known[pk] for pk in ids if pk in known]


def _results(items: list[Item], found: Found, names: Any, *, is_near: bool = False) -> list[dict[str, Any]]:
    """The results as the page shows them; where all lack the one word that was asked for, each need not say so."""
    results = []
    for item, shown in zip(items, shown_items(items, names), strict=True):
        texts = [(item.shown_title, len(item.shown_title) + 1), (plain_text(item.shown_text, MAX_TEXT), 220)]
        title, text = excerpts(texts, found.marks)
        missing = [] if is_near else found.missing.get(item.pk, [])
        results.append(
            {"item": shown, "title": title, "excerpt": text, "text_lang": item.text_lang, "missing": missing}
        )
    return results


def _readings(found: Found, results: list[dict[str, Any]], kept: dict[str, str]) -> list[dict[str, str]]:
    """The words that were read as others, each with the way back to what was typed."""
    back = _address({**kept, LITERALLY: "1"})
    return [
        {"typed": typed, "read": _written(typed, term, results), "back_url": back}
        for typed, term in found.corrected.items()
    ]


def _written(typed: str, term: str, results: list[dict[str, Any]]) -> str:
    """A folded word as it is written in what was found."""
    for result in results:
        for piece, is_found in (*result["title"], *result["excerpt"]):
            if is_found and fold(piece) == term:
                return str(piece)
    return term[:1].upper() + term[1:] if typed[:1].isupper() else term


def _meant(query: str, asker: Asker, items: ItemQuerySet | None, **wanted: Any) -> list[dict[str, str]]:
    """What somebody may have meant whose words are nowhere as they were typed."""
    found = find(query, asker.actor, items, **wanted)
    if not found.corrected:
        return []
    first = _read(found.ids[:5], asker.actor)
    results = _results(first, found, lambda kind, **_more: kind)
    return [
        {
            "word": _written(typed, term, results),
            "url": _address({"q": query.replace(typed, _written(typed, term, results))}),
        }
        for typed, term in found.corrected.items()
    ]


def _address(parts: dict[str, str]) -> str:
    """The address of a page of results."""
    return "?" + urlencode({name: value for name, value in parts.items() if value})


def _kind_links(names: Any, kept: dict[str, str], chosen: str, found: Found) -> list[dict[str, Any]]:
    """The links to one kind of result with their counts, the first to all; kinds without a result are left out."""
    counted = found.is_whole
    return [
        {"label": _("Alles"), "url": _address(kept), "icon": "", "chosen": not chosen, "count": len(found.ids) if counted else 0},
        *(
            {
                "label": names(known.name, plural=True),
                "url": _address({**kept, "art": known.name}),
                "icon": f"kind-{known.name}",
                "chosen": known.name == chosen,
                "count": found.kinds.get(known.name, 0) if counted else 0,
            }
            for known in all_kinds()
            if not counted or known.name == chosen or found.kinds.get(known.name)
        ),
    ]  # fmt: skip
