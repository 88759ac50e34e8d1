"""Any two editions beside each other, and what was in force on a day."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

import rules
import shapely
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from insek import clock
from insek.concept.models import Concept, Edition
from insek.people.actors import ANONYMOUS, actor_of
from insek.places.still import Still, still_picture
from insek.thread.shared_cache import cached
from insek.web.context import asker_of, concept_or_404
from insek.web.display import date_words

from .comparing import PartChange, by_where, compare, lies_otherwise, shapes_in
from .edition_items import Succession
from .edition_words import english_rows, rows_between
from .freezing import part_tables
from .in_force import edition_before, first_day, held_by, in_force_on
from .prospect import parts_for, prospect
from .succession_words import told_fates
from .views import edition_breadcrumb, shown_edition, table_label

TODAY = "heute"
AT_ONCE = 60
"""Items on one page of a comparison."""
NEVER = date(9999, 12, 31)
BEFORE_SIGN = {"key": "before", "colour": "#a04030", "letter": "−", "dash": (1.5, 1.2), "hatch": "left"}
AFTER_SIGN = {"key": "after", "colour": "#2f6b4f", "letter": "+", "hatch": "right"}


@dataclass(frozen=True)
class Side:
    """One side of a comparison: an edition, or today (then of real or of made up content)."""

    key: str
    title: str
    edition: Edition | None
    is_example: bool
    is_working: bool = False
    """Whether it is what is being worked on, which only insiders see."""


def _sides(concept: Concept, *, inside: bool) -> tuple[list[Side], list[Edition]]:
    """What can be compared, and the editions whose words are not here. One query."""
    with_text, without = [], []
    editions = concept.editions.exclude(status=Edition.Status.DRAFT).order_by("date", "filed_on", "key")
    known = set(concept.editions.filter(items__isnull=False).values_list("pk", flat=True))
    for edition in editions:
        if edition.pk in known:
            with_text.append(Side(edition.key, _called(edition), edition, edition.is_example))
        else:
            without.append(edition)
    drafts = list(concept.editions.filter(status=Edition.Status.DRAFT)) if inside else []
    working = [
        Side(
            each.key,
            _("%(edition)s, wie vorbereitet (intern)") % {"edition": each},
            each,
            each.is_example,
            True,
        )
        for each in drafts
    ]
    return [*with_text, *working], without


def _called(edition: Edition) -> str:
    day = date_words(edition.date or edition.filed_on)
    return f"{edition} ({edition.get_status_display()}{', ' if day else ''}{day})"


@require_safe
def edition_compare(request: HttpRequest) -> HttpResponse:
    """Two editions item by item, word by word and on the map; ``von`` and ``mit`` name them, ``heute`` is today."""
    concept, actor = concept_or_404(request), actor_of(request)
    sides, without = _sides(concept, inside=rules.test_rule("council.see_next_edition", actor))
    by_key = {side.key: side for side in sides}
    wordless = {edition.key: edition for edition in without}
    last = next((side for side in reversed(sides) if side.edition and side.edition.is_adopted), None)
    asked = [
        wordless[key] for key in (request.GET.get("von", ""), request.GET.get("mit", "")) if key in wordless
    ]
    first = None if asked else _chosen(request, "von", by_key, last)
    second = None if asked else _chosen(request, "mit", by_key, None)
    context: dict[str, Any] = {
        "choices": [*sides, _today(first)],
        "without": [shown_edition(edition) for edition in without],
        "asked_without": bool(asked),
        "page_title": _("Ausgaben vergleichen"),
        "page_lead": _(
            "Was ist neu, was lautet anders, und was wurde aus dem, was nicht mehr da ist? Zwei Ausgaben nebeneinander, Inhalt für Inhalt."
        ),
        "active_nav": "edition",
        "breadcrumb": edition_breadcrumb(None, (_("Ausgaben vergleichen"), "")),
    }
    if first is None:
        return render(request, "council/edition_compare.html", context)
    second = second or _today(first)
    if first.is_example != second.is_example:
        context |= {"first": first, "second": second, "is_mixed": True}
        return render(request, "council/edition_compare.html", context)
    changes = _changes(concept, first, second)
    table, what = request.GET.get("art", ""), request.GET.get("was", "")
    tables = [each.name for each in part_tables()]
    if table not in {"", *tables} or what not in {"", "new", "changed", "gone", "english"}:
        raise Http404
    chosen = [each for each in changes if table in {"", each.table} and what in {"", each.what}]
    chosen.sort(key=lambda each: each.what == "english")  # what was adopted first
    start = _start(request, len(chosen))
    fates = told_fates(concept, second.edition, [each for each in chosen if each.what == "gone"], actor)
    counts = {
        name: sum(each.what == name for each in changes) for name in ("new", "changed", "gone", "english")
    }
    context |= {
        "first": first,
        "second": second,
        "counts": counts,
        "tables": [
            {"name": name, "label": table_label(request, name, plural=True), "selected": name == table}
            for name in tables
            if any(each.table == name for each in changes)
        ],
        "what": what,
        "entries": [_shown(request, each, fates) for each in chosen[start : start + AT_ONCE]],
        "total": len(chosen),
        "start": start + 1,
        "end": min(start + AT_ONCE, len(chosen)),
        "before_url": _address(request, start - AT_ONCE) if start else "",
        "next_url": _address(request, start + AT_ONCE) if start + AT_ONCE < len(chosen) else "",
        "picture": _picture(request, chosen),
        "moved": [each for each in chosen if lies_otherwise(each)],
        "noindex": first.is_working or second.is_working,
    }
    return render(request, "council/edition_compare.html", context)


def _today(first: Side | None) -> Side:
    is_example = first.is_example if first else False
    return Side(TODAY, _("heute (was jetzt öffentlich ist)"), None, is_example)


def _chosen(request: HttpRequest, name: str, by_key: dict[str, Side], otherwise: Side | None) -> Side | None:
    """The side that the address names. Unknown ones give 404."""
    asked = request.GET.get(name, "")
    if not asked:
        return otherwise
    if asked == TODAY:
        other = by_key.get(request.GET.get("mit" if name == "von" else "von", ""))
        return _today(other)
    if asked not in by_key:
        raise Http404
    return by_key[asked]


def _start(request: HttpRequest, count: int) -> int:
    sent = request.GET.get("ab", "0")
    if not (sent.isascii() and sent.isdigit() and len(sent) < 7):
        raise Http404
    start = int(sent) // AT_ONCE * AT_ONCE
    if start and start >= count:
        raise Http404
    return start


def _address(request: HttpRequest, start: int) -> str:
    kept = request.GET.copy()
    kept["ab"] = str(start)
    return f"?{kept.urlencode()}"


def _changes(concept: Concept, first: Side, second: Side) -> list[PartChange]:
    """What differs; kept until something public changes, but for what only insiders see."""
    if first.is_working or second.is_working:
        return compare(_held(concept, first), _held(concept, second), english=True)
    found: list[PartChange] = cached(
        concept,
        ANONYMOUS,
        ("comparison", first.key, second.key, first.is_example),
        lambda: compare(_held(concept, first), _held(concept, second), english=True),
    )
    return found


def _held(concept: Concept, side: Side) -> dict[Any, Any]:
    if side.edition is None:
        standing = "example" if side.is_example else "working"
        today = Edition(concept=concept, key=TODAY, title=TODAY, standing=standing)
        return by_where(parts_for(today)[1])
    if side.is_working:
        return by_where(prospect(side.edition).parts)
    return held_by(side.edition)


def _shown(request: HttpRequest, change: PartChange, fates: dict[Any, Any]) -> dict[str, Any]:
    return {
        "change": change,
        "title": str(change),
        "kind": table_label(request, change.table),
        "what": change.what,
        "anchor": f"{change.table}-{change.key}",
        "rows": rows_between(change.table, change.before, change.after, change.names) if change.names else [],
        "is_english_new": not any(
            name in (change.before or {}).get("english", {}) for name in change.english
        ),
        "english": english_rows(change.before, change.after) if change.english else [],
        "text": (change.after or change.before or {"cells": {}})["cells"].get("text", ""),
        "fate": fates.get((change.table, change.key)),
    }


def _picture(request: HttpRequest, changes: Sequence[PartChange]) -> SafeString:
    """Where what differs lies: on one side alone, or elsewhere on the other."""
    signs = []
    for change in changes:
        before, after = shapes_in(change.before), shapes_in(change.after)
        for shapes, others, sign in ((before, after, BEFORE_SIGN), (after, before, AFTER_SIGN)):
            signs += [
                (shape, {**sign, "name": str(change), "url": f"#{change.table}-{change.key}"})
                for geometry in shapes
                if geometry not in others and (shape := shapely.from_geojson(json.dumps(geometry)))
            ]
    signs.sort(key=lambda pair: -shapely.get_dimensions(pair[0]))
    return still_picture(asker_of(request), Still(signs=signs)) if signs else SafeString("")


@require_safe
def in_force(request: HttpRequest) -> HttpResponse:
    """Ask for a day; ``tag`` of the form leads to its address."""
    sent = request.GET.get("tag", "")
    if sent and (day := _day(sent)) is not None:
        return redirect("in-force-on", day.isoformat())
    return _in_force_page(request, None, _("Bitte einen Tag angeben, etwa 2026-03-16.") if sent else "")


@require_safe
def in_force_on_day(request: HttpRequest, day: str) -> HttpResponse:
    """What was in force on a day, at an address one can share. Raises Http404 for what is no day."""
    found = _day(day)
    if found is None:
        raise Http404
    return _in_force_page(request, found, "")


def _day(sent: str) -> date | None:
    try:
        return date.fromisoformat(sent) if len(sent) == 10 else None
    except ValueError:
        return None


def _in_force_page(request: HttpRequest, day: date | None, problem: str) -> HttpResponse:
    concept = concept_or_404(request)
    groups: list[dict[str, Any]] = []
    if day is not None and day <= clock.today():
        for example in (False, True):
            found = in_force_on(concept, day, example=example)
            begins = first_day(concept, example=example)
            if found or begins:
                groups.append(
                    {
                        "is_example": example,
                        "editions": [_in_force_entry(request, entry) for entry in found],
                        "begins": date_words(begins),
                        "begins_url": reverse("in-force-on", args=[begins.isoformat()]) if begins else "",
                    }
                )
    title = _("Was galt am %(day)s?") % {"day": date_words(day)} if day else _("Was galt an einem Tag?")
    context = {
        "day": day.isoformat() if day else "",
        "day_words": date_words(day),
        "is_future": day is not None and day > clock.today(),
        "today_words": date_words(clock.today()),
        "groups": groups,
        "problem": problem,
        "page_title": title,
        "page_lead": _(
            "Welche Ausgabe galt an einem Tag, und was davon? Jeder Tag hat eine Adresse, die Sie weitergeben können."
        ),
        "active_nav": "edition",
        "breadcrumb": edition_breadcrumb(None, (_("Was galt an einem Tag?"), "")),
    }
    return render(request, "council/in_force.html", context, status=400 if problem else 200)


def _in_force_entry(request: HttpRequest, entry: Any) -> dict[str, Any]:
    counted: dict[str, int] = {}
    for table, _key in entry.rows:
        counted[table] = counted.get(table, 0) + 1
    order = [each.name for each in part_tables()]
    before = edition_before(entry.edition)
    return {
        **shown_edition(entry.edition),
        "has_text": entry.has_text,
        "is_part": entry.edition.is_part,
        "is_replaced_in_part": entry.is_replaced_in_part,
        "contents_url": reverse("edition-contents", args=[entry.edition.key]) if entry.has_text else "",
        "before": str(before) if before else "",
        "counts": [
            {"label": table_label(request, name, plural=counted[name] != 1), "count": counted[name]}
            for name in sorted(counted, key=order.index)
        ],
        "succession": Succession.objects.filter(edition=entry.edition).exists(),
        "succession_url": reverse("succession", args=[entry.edition.key]),
    }
