"""The editions of the concept: what was filed and adopted when, word for word, and how it reads today."""

from __future__ import annotations

import json
from datetime import date
from typing import Any

import rules
import shapely
from django.db.models import Count, QuerySet
from django.http import FileResponse, Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from insek.concept.models import Edition
from insek.items.views.items import gone_or_missing, visible_item
from insek.package import table_named
from insek.people.actors import Actor, actor_of
from insek.people.addresses import address_of
from insek.people.breadcrumbs import breadcrumb
from insek.places.sheets.content import sheet_address
from insek.places.still import Still, still_picture
from insek.release.bundles import OPEN
from insek.space.signs import unknown_sign
from insek.thread.models import EditionNumber, Item
from insek.web.context import asker_of, concept_of, concept_or_404, kind_names_of
from insek.web.display import date_words
from insek.web.paging import BadCursor, KeysetPage, keyset_page, pager

from .comparing import PartChange
from .edition_document import MOST_AT_ONCE, edition_document
from .edition_items import EditionItem
from .edition_parts import EditionDocument
from .edition_queries import changes_of
from .edition_sentences import cite_as, deviations_of, status_sentence, steps_of
from .edition_words import TEXTS, item_facts, rows_between
from .freezing import Content
from .succession_words import fates_of_item

PAGE_SIZE = 50
EMPTY: Content = {"cells": {}, "beside": {}, "names": {}}


def edition_of(request: HttpRequest, key: str) -> Edition:
    """The edition behind an address. Raises Http404."""
    editions = Edition.objects.visible_to(actor_of(request)).select_related("concept", "follows")
    return get_object_or_404(editions, concept=concept_of(request), key=key)


def shown_edition(edition: Edition) -> dict[str, Any]:
    """An edition as a card or page head."""
    return {
        "title": str(edition),
        "url": reverse("edition", args=[edition.key]),
        "status": edition.status,
        "status_label": edition.get_status_display(),
        # "working" would say that it is not adopted; where it stands says its status
        "standing": edition.standing if edition.is_example else "",
        "visibility": "public",
        "date": date_words(edition.date or edition.filed_on),
        "sha256": edition.sha256 or edition.filed_sha256,
        "note": edition.note,
        "is_late_entry": edition.is_late_entry and bool(edition.archive),
    }


def edition_breadcrumb(edition: Edition | None = None, *steps: tuple[str, str]) -> list[dict[str, str]]:
    """Start > editions > ... > this page."""
    if edition is None:
        return breadcrumb((_("Ausgaben"), reverse("edition-list") if steps else ""), *steps)
    own = reverse("edition", args=[edition.key]) if steps else ""
    return breadcrumb((_("Ausgaben"), reverse("edition-list")), (str(edition), own), *steps)


@require_safe
def edition_list(request: HttpRequest) -> HttpResponse:
    """All editions: in force first, then what is being worked on, then the older ones."""
    concept = concept_or_404(request)
    status = Edition.Status
    order = [status.ADOPTED, status.FILED, status.DRAFT, status.SUPERSEDED, status.WITHDRAWN, status.STAGE]
    rank = {str(status): place for place, status in enumerate(order)}
    known = concept.editions.visible_to(actor_of(request))
    editions = sorted(known, key=lambda row: (row.date or date.max, row.key), reverse=True)
    editions.sort(key=lambda row: (row.is_example, rank.get(row.status, len(order))))
    context = {
        "editions": [shown_edition(edition) for edition in editions],
        "page_title": _("Ausgaben"),
        "page_lead": _(
            "Was der Rat beschlossen hat, bleibt hier unverändert abrufbar, soweit der Text vorliegt."
        ),
        "active_nav": "edition",
        "breadcrumb": edition_breadcrumb(),
    }
    return render(request, "council/edition_list.html", context)


def table_label(request: HttpRequest, table: str, *, plural: bool = False) -> str:
    """What the city calls the rows of a table."""
    kind = table_named(table).kind
    if not kind:
        return _("Handlungsfelder") if plural else _("Handlungsfeld")
    return kind_names_of(request)(kind, plural=plural)


def _frozen(model: type[Any], edition: Edition) -> QuerySet[Any]:
    """What stands in an edition; in a draft nothing does, while its rows are being written neither."""
    rows: QuerySet[Any] = model._default_manager.filter(edition=edition)
    return rows.none() if edition.status == Edition.Status.DRAFT else rows


@require_safe
def edition_detail(request: HttpRequest, key: str) -> HttpResponse:
    """One edition to read: what its text is, the text itself, its amendments, and its hashes."""
    edition, actor = edition_of(request, key), actor_of(request)
    document = edition_document(edition)
    visible = Item.objects.visible_to(actor)
    resolution = visible.filter(kind="resolution", resolution__edition=edition).first()
    numbers: KeysetPage[Any] | None = None
    if not document.chapters:
        numbers = _page(request, _frozen(EditionNumber, edition), ("number", "pk"))
    amendments = _amendments(edition)
    context = {
        "edition": edition,
        "resolution": resolution,
        "shown": shown_edition(edition),
        "steps": steps_of(edition),
        "said": status_sentence(edition, len(amendments)),
        "document": document,
        "new_count": document.counted("new"),
        "changed_count": document.counted("changed"),
        "amendments": amendments,
        "cite_as": cite_as(edition, document, request.build_absolute_uri(request.path)),
        "place_picture": _place_picture(request, document),
        "sheet_url": sheet_address("ausgabe", ausgabe=edition.key) if document.located else "",
        "numbers_table": _numbers_table(numbers.rows, actor) if numbers and numbers.rows else None,
        **(pager(numbers) if numbers else {}),
        **_chapters_shown(request, document),
        "acts": _acts(edition, actor),
        "dates": {"filed": date_words(edition.filed_on), "entered": date_words(edition.entered_on)},
        "page_title": str(edition),
        "active_nav": "edition",
        "breadcrumb": edition_breadcrumb(edition),
    }
    return render(request, "council/edition.html", context)


def _chapters_shown(request: HttpRequest, document: EditionDocument) -> dict[str, Any]:
    """All chapters, or of a very long edition the one that the address names, with the ways to those beside it."""
    chapters = list(document.chapters)
    asked = request.GET.get("kapitel", "")
    if document.count <= MOST_AT_ONCE and not asked:
        return {"chapters": chapters}
    anchors = [chapter.anchor for chapter in chapters]
    if asked and asked not in anchors:
        raise Http404
    place = anchors.index(asked) if asked else 0
    return {
        "chapters": chapters[place : place + 1],
        "is_one_chapter": True,
        "chapter_before": chapters[place - 1] if place else None,
        "chapter_after": chapters[place + 1] if place + 1 < len(chapters) else None,
    }


def _place_picture(request: HttpRequest, document: EditionDocument) -> SafeString:
    """The spatial concept as the edition holds it, drawn; empty where nothing in it lies anywhere."""
    known = {sign.key: sign for sign in document.signs}
    signs = [
        (shape, {**known.get(sign, unknown_sign(sign)).drawn, "name": title, "url": f"#{anchor}"})
        for title, sign, anchor, geometry in document.located
        if (shape := shapely.from_geojson(json.dumps(geometry)))
    ]
    signs.sort(key=lambda pair: -shapely.get_dimensions(pair[0]))
    return still_picture(asker_of(request), Still(signs=signs)) if signs else SafeString("")


@require_safe
def edition_contents(request: HttpRequest, key: str) -> HttpResponse:
    """Everything that is in an edition as a list, each with how it reads today."""
    edition = edition_of(request, key)
    page = _page(request, _frozen(EditionItem, edition), ("position",))
    if not page.rows:
        raise Http404
    counts = _frozen(EditionItem, edition).exclude(content=None).order_by()
    tables = sorted(
        counts.values_list("table").annotate(Count("pk")), key=lambda row: table_named(row[0]).order
    )
    context = {
        "edition": edition,
        "shown": shown_edition(edition),
        "contents": [
            {"label": table_label(request, name, plural=count != 1), "count": count} for name, count in tables
        ],
        "items_table": _items_table(request, edition, page.rows),
        **pager(page),
        "page_title": _("Alle Inhalte und wie sie heute lauten"),
        "active_nav": "edition",
        "breadcrumb": edition_breadcrumb(edition, (_("Alle Inhalte"), "")),
    }
    return render(request, "council/edition_contents.html", context)


def _page(request: HttpRequest, rows: Any, order: tuple[str, ...]) -> KeysetPage[Any]:
    try:
        return keyset_page(rows, order=order, cursor=request.GET.get("nach", ""), size=PAGE_SIZE)
    except BadCursor as error:
        raise Http404 from error


def _acts(edition: Edition, actor: Actor) -> list[dict[str, str]]:
    """What this person may do next with an edition."""
    acts = []
    if edition.status in OPEN and rules.test_rule("council.see_next_edition", actor):
        acts.append(("next-edition", _("Arbeitsstand"), "list"))
    if edition.status != Edition.Status.DRAFT and (
        edition.successions.exists() or rules.test_rule("council.edit_succession", actor, edition)
    ):
        acts.append(("succession", _("Was aus den Inhalten davor wurde"), "history"))
    if rules.test_rule("council.file_edition", actor):
        if edition.status == Edition.Status.DRAFT:
            acts.append(("edition-file", _("Als Beratungsfassung einreichen"), "draft"))
            acts.append(("edition-adopt", _("Früheren Beschluss nacherfassen"), "history"))
        if edition.status == Edition.Status.FILED:
            acts.append(("edition-adopt", _("Beschluss eintragen"), "seal"))
            acts.append(("edition-withdraw", _("Nicht beschlossen"), "close"))
    return [
        {"url": reverse(name, args=[edition.key]), "label": label, "icon": icon} for name, label, icon in acts
    ]


def _items_table(request: HttpRequest, edition: Edition, rows: list[EditionItem]) -> dict[str, Any]:
    """The items of an edition with how they read today."""
    changes = changes_of(edition, rows)
    cells = []
    for row in rows:
        url = reverse("edition-item", args=[edition.key, row.key])
        title = {"text": f"{row.number} {row.title}".strip(), "url": url, "is_content": True}
        cells.append(
            [
                title,
                {"text": state_today(edition, row, changes.get(row.key))},
                table_label(request, row.table),
            ]
        )
    return {
        "id": "inhalt",
        "caption": _("Was in dieser Fassung steht"),
        "hide_caption": True,
        "columns": [{"label": _("Inhalt")}, {"label": _("heute")}, {"label": _("Art")}],
        "rows": cells,
    }


def state_today(edition: Edition, row: EditionItem, change: PartChange | None) -> str:
    """In a few words, how an item of an edition reads today."""
    if row.content is None:
        return _("durch Maßgabe gestrichen")
    if change is None:
        return _("unverändert")
    return _("nicht mehr öffentlich im Konzept") if change.after is None else _("seither geändert")


def _amendments(edition: Edition) -> list[dict[str, Any]]:
    """The amendments in the order of the document. Two queries."""
    rows = {
        (row.table, row.key): row for row in EditionItem.objects.filter(edition=edition).exclude(amended="")
    }
    texts = {(row.table, row.key): row.text for row in edition.amendments.all()}
    return [
        {
            "title": str(row),
            "url": reverse("edition-item", args=[edition.key, row.key]),
            "text": texts.get(where, ""),
            "what": row.get_amended_display(),
        }
        for where, row in sorted(rows.items(), key=lambda pair: pair[1].position)
    ]


def _numbers_table(rows: list[EditionNumber], actor: Actor) -> dict[str, Any]:
    """The numbers of an edition whose text is not here, with what they lead to today."""
    items = {
        item.pk: item for item in Item.objects.visible_to(actor).filter(pk__in=[row.item_id for row in rows])
    }
    cells = []
    for row in rows:
        item = items.get(row.item_id)
        shown = (
            {"text": item.title, "url": item.url, "is_content": True}
            if item
            else {"text": _("entfernt"), "url": ""}
        )
        today = item.number if item and item.number != row.number else ""
        cells.append([row.number, shown, {"text": today}])
    return {
        "id": "nummern",
        "caption": _("Nummern dieser Ausgabe"),
        "hide_caption": True,
        "columns": [{"label": _("Nummer")}, {"label": _("Inhalt")}, {"label": _("heute")}],
        "rows": cells,
    }


@require_safe
def edition_item(request: HttpRequest, key: str, part: str) -> HttpResponse:
    """One item as it is in an edition, the amendment to it, and how it reads today."""
    edition = edition_of(request, key)
    row = get_object_or_404(_frozen(EditionItem, edition), key=part)
    row.edition = edition
    actor = actor_of(request)
    content = row.content or row.filed or EMPTY
    change = changes_of(edition, [row]).get(row.key) if row.content else None
    item = Item.objects.visible_to(actor).filter(pk=row.key).first()
    fates = fates_of_item(row.key, edition.concept, actor, table=row.table)
    amendment = edition.amendments.filter(table=row.table, key=row.key).first()
    differs = change is not None and change.after is not None
    explains = differs and edition.is_adopted
    context = {
        "edition": edition,
        "row": row,
        "shown": shown_edition(edition),
        "kind_title": table_label(request, row.table),
        "icon": f"kind-{table_named(row.table).kind}" if table_named(row.table).kind else "grid",
        "standing": content["cells"].get("standing", ""),
        "texts": [content["cells"][name] for name in sorted(TEXTS) if name in content["cells"]],
        "facts": item_facts(row.table, content),
        "amendment": amendment,
        "amended_rows": rows_between(row.table, row.filed, row.content) if row.amended == "changed" else [],
        "change": change,
        "change_rows": rows_between(row.table, change.before, change.after)
        if change and change.after
        else [],
        "deviations": deviations_of(row, change, actor) if explains and change else [],
        "explain_url": reverse("deviation-edit", args=[key, part])
        if explains and table_named(row.table).kind and rules.test_rule("council.explain_deviation", actor)
        else "",
        "state": state_today(edition, row, change),
        "fates": [fate for fate in fates if fate["edition_url"] != reverse("edition", args=[key])],
        "today_url": item.url if item else _field_url(edition, row),
        "page_title": f"{row}",
        "active_nav": "edition",
        "breadcrumb": edition_breadcrumb(edition, (row.number or row.title, "")),
    }
    return render(request, "council/edition_item.html", context)


def _field_url(edition: Edition, row: EditionItem) -> str:
    if row.table != "fields" or not edition.concept.fields.filter(key=row.key).exists():
        return ""
    return address_of("field", row.key)


@require_safe
def by_number(request: HttpRequest, edition: str, number: str) -> HttpResponse:
    """The number of an edition leads to the text that it has there; where that text is not here, to the item of today."""
    row = (
        EditionItem.objects.filter(edition__key=edition, edition__concept=concept_of(request), number=number)
        .exclude(edition__status=Edition.Status.DRAFT)
        .first()
    )
    if row is not None and row.content is not None:
        return redirect("edition-item", edition, row.key)
    numbers = EditionNumber.objects.exclude(edition__status=Edition.Status.DRAFT)
    entry = numbers.filter(edition__key=edition, number=number).first()
    if entry is None:
        raise Http404
    try:
        item, _pages = visible_item(request, entry.item_id)
    except Http404:
        return gone_or_missing(request, entry.item_id)
    return redirect(item.url)


@require_safe
def edition_package(request: HttpRequest, key: str) -> FileResponse:
    """The package of an adopted edition."""
    edition = edition_of(request, key)
    return _package(edition.archive, f"{edition.concept.key}-{edition.key}.zip")


@require_safe
def filed_package(request: HttpRequest, key: str) -> FileResponse:
    """The package of what the council had before it."""
    edition = edition_of(request, key)
    return _package(edition.filed_archive, f"{edition.concept.key}-{edition.key}-{_('beratungsfassung')}.zip")


def _package(archive: Any, name: str) -> FileResponse:
    if not archive:
        raise Http404
    return FileResponse(archive.open("rb"), as_attachment=True, filename=name, content_type="application/zip")
