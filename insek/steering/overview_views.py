"""Pages that look across all goals: coverage of frameworks with its gaps, and how goals act on one another."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from io import BytesIO
from typing import Any
from urllib.parse import urlencode

import rules
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import FileResponse, Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST, require_safe

from insek.concept.asker import Asker
from insek.people.actors import actor_of, require
from insek.people.breadcrumbs import breadcrumb
from insek.suggestions.models import Suggestion
from insek.suggestions.queries import QueueChoice
from insek.thread.kinds import kind_named, kind_names
from insek.thread.models import Item
from insek.web.context import asker_of, concept_or_404
from insek.web.display import example_share, number_words, shown_item

from . import coverage_suggested, interplay
from .coverage import Coverage, coverage_of
from .frameworks_known import (
    GROUP,
    frameworks_of,
    known_frameworks,
    missing_frameworks,
    take_framework,
)

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
MATRIX = 30
"""Goals up to which a matrix of single goals can be read."""


def _filter(name: str, label: Any, value: str, choices: Iterable[tuple[str, str]]) -> dict[str, Any]:
    options = [{"value": key, "label": text, "selected": key == value} for key, text in choices]
    if value and value not in {option["value"] for option in options}:
        raise Http404
    return {"name": name, "label": label, "type": "select", "value": value, "options": options}


def _fields(asker: Asker) -> list[tuple[str, str]]:
    return [(each.key, str(each)) for each in asker.fields]


def _queue(asker: Asker, kind: str, suggester: str) -> dict[str, Any]:
    """For whoever decides suggestions: how many wait, where, and what looks for more. One query."""
    if asker.concept is None or not rules.test_rule("suggestions.run", asker.actor):
        return {}
    waiting = Suggestion.objects.filter(
        concept=asker.concept, kind=kind, state=Suggestion.State.OPEN
    ).visible_to(asker.actor)
    return {
        "suggester": suggester, "waiting": waiting.count(),
        "queue_url": f"{reverse('suggestion-queue')}{QueueChoice(kind=kind).query}",
    }  # fmt: skip


@require_safe
def coverage(request: HttpRequest) -> HttpResponse:
    """A framework, part by part: the goals and measures set to it by field of action, gaps first in words. Some six queries."""
    asker = asker_of(request)
    known = frameworks_of(asker.concept, asker.actor)
    asked = asker.asked.get("rahmen", "")
    if asked and asked not in known:
        raise Http404
    chosen = known.get(asked) or next(iter(known.values()), None)
    fields = _fields(asker)
    filters = [
        _filter("rahmen", _("Rahmen"), asked, [(key, str(each)) for key, each in known.items()]),
        _filter("feld", _("Handlungsfeld"), asker.asked.get("feld", ""), fields),
    ]
    found = coverage_of(asker, chosen, field_key=filters[1]["value"]) if chosen else None
    may_set_up = rules.test_rule("concept.set_up", asker.actor)
    context = {
        "page_title": _("Abdeckung"),
        "page_lead": _("Worauf Ziele und Maßnahmen antworten, und worauf nichts antwortet."),
        "active_nav": "coverage",
        "breadcrumb": breadcrumb((_("Umsetzung"), reverse("steering")), (_("Abdeckung"), "")),
        "filters": filters if known else [],
        "reset_url": request.path if request.GET else "",
        "framework": chosen,
        "missing_frameworks": missing_frameworks(asker.concept, asker.actor)
        if may_set_up and asker.concept
        else [],
        "group": GROUP,
        **(_shown_coverage(asker, found, fields, filters[1]["value"]) if found else {}),
        **(_queue(asker, coverage_suggested.ASSIGNMENT, coverage_suggested.NAME) if known else {}),
    }
    return render(request, "steering/coverage.html", context)


def _shown_coverage(
    asker: Asker, found: Coverage, fields: list[tuple[str, str]], field_key: str
) -> dict[str, Any]:
    names = kind_names(asker)
    known = next(
        (each for each in known_frameworks().values() if each.name == found.framework.one.name), None
    )
    shown = [pair for pair in fields if not field_key or pair[0] == field_key]
    columns: list[dict[str, Any]] = [{"label": str(found.framework)}]
    columns += [{"label": names(kind, plural=True), "numeric": True} for kind in found.framework.definitions]
    columns += [{"label": name, "numeric": True} for _key, name in shown]
    rows = [
        [
            {"text": str(each.part), "note": _("Lücke") if each.is_gap else ""},
            *(_count(found, kind, each.part.key, len(each.items[kind]), field_key) for kind in found.framework.definitions),
            *({"text": number_words(sum(each.count(kind, key, found.of_item) for kind in found.framework.definitions)), "numeric": True} for key, _name in shown),
        ]
        for each in found.parts
    ]  # fmt: skip
    most = max((sum(map(len, each.items.values())) for each in found.parts), default=0)
    bars = [
        {
            "label": str(each.part), "count": sum(map(len, each.items.values())), "is_gap": each.is_gap,
            "share": _share([item for items in each.items.values() for item in items]), "most": most,
        }
        for each in found.parts
    ]  # fmt: skip
    gaps = [str(each.part) for each in found.gaps]
    said = [
        _("Auf alle %(count)s Teile antwortet mindestens ein Ziel oder eine Maßnahme.") % {"count": number_words(len(found.parts))}
        if not gaps
        else ngettext("Auf einen von %(all)s Teilen antwortet nichts: %(names)s.", "Auf %(count)s von %(all)s Teilen antwortet nichts: %(names)s.", len(gaps))
        % {"count": number_words(len(gaps)), "all": number_words(len(found.parts)), "names": ", ".join(gaps)}
    ]  # fmt: skip
    for kind, count in found.without.items():
        if count:
            said.append(
                _("%(name)s ohne Zuordnung: %(count)s von %(all)s.")
                % {
                    "name": names(kind, plural=True),
                    "count": number_words(count),
                    "all": number_words(found.all_items[kind]),
                }
            )
    query = {"rahmen": found.framework.key, **({"feld": field_key} if field_key else {})}
    return {
        "sentence": " ".join(said), "is_empty": found.is_empty, "bars": bars, "source_words": known.source if known else "",
        "table": {"id": "abdeckung", "caption": str(found.framework), "hide_caption": True, "columns": columns, "rows": rows,
                  "note": _("Was zu mehreren Handlungsfeldern oder Teilen gehört, zählt in jedem.")},
        "xlsx_url": f"{reverse('coverage-table')}?{urlencode(query)}",
    }  # fmt: skip


def _share(items: Sequence[Item]) -> str:
    unique = {item.pk: item.is_example for item in items}
    return example_share(sum(unique.values()), len(unique))


def _count(found: Coverage, kind: str, part: str, count: int, field_key: str) -> dict[str, Any]:
    query = {found.framework.definitions[kind].full_name: part, **({"feld": field_key} if field_key else {})}
    url = f"{reverse(kind_named(kind).list_name)}?{urlencode(query)}" if count else ""
    return {"text": number_words(count), "url": url, "numeric": True}


@require_safe
def coverage_table(request: HttpRequest) -> FileResponse:
    """Each assignment as a row of a workbook, and the parts that have none."""
    asker = asker_of(request)
    concept_or_404(request)
    chosen = frameworks_of(asker.concept, asker.actor).get(asker.asked.get("rahmen", ""))
    field_key = asker.asked.get("feld", "")
    if chosen is None or (field_key and field_key not in dict(_fields(asker))):
        raise Http404
    found = coverage_of(asker, chosen, field_key=field_key)
    names, fields = kind_names(asker), dict(_fields(asker))
    rows: list[list[str]] = []
    for each in found.parts:
        items = [item for kind in chosen.definitions for item in each.items[kind]]
        for item in items:
            inside = "; ".join(fields[key] for key in fields if key in found.of_item.get(item.pk, set()))
            rows.append([str(each.part), names(item.kind), item.number, item.shown_title, inside, item.get_standing_display(), request.build_absolute_uri(item.url)])  # fmt: skip
        if not items:
            rows.append([str(each.part), _("Lücke"), "", "", "", "", ""])
    head = [
        str(chosen),
        _("Art"),
        _("Nummer"),
        _("Titel"),
        _("Handlungsfelder"),
        _("Verlässlichkeit"),
        _("Adresse"),
    ]
    return _workbook(str(chosen), head, rows, "abdeckung.xlsx")


def _workbook(title: str, head: Sequence[str], rows: Iterable[Sequence[str]], name: str) -> FileResponse:
    from xlsxwriter import Workbook  # slow to import, and only needed here

    target = BytesIO()
    book = Workbook(target, {"constant_memory": True, "strings_to_urls": False, "strings_to_formulas": False})
    book.set_properties({"title": title})
    bold, sheet = book.add_format({"bold": True}), book.add_worksheet()
    sheet.freeze_panes(1, 0)
    for column, label in enumerate(head):
        sheet.set_column(column, column, 28)
        sheet.write_string(0, column, label, bold)
    for line, cells in enumerate(rows, 1):
        for column, cell in enumerate(cells):
            sheet.write_string(line, column, cell)
    book.close()
    target.seek(0)
    return FileResponse(target, as_attachment=True, filename=name, content_type=XLSX)


@login_required
@require_POST
def framework_take(request: HttpRequest) -> HttpResponse:
    """Give goals and measures the field of a ready framework."""
    actor, concept = actor_of(request), concept_or_404(request)
    require(actor, "concept.set_up")
    ready = {known.key: known for known in missing_frameworks(concept, actor)}
    known = ready.get(request.POST.get("rahmen", ""))
    if known is None:
        raise Http404
    take_framework(concept, known, actor=actor)
    messages.success(
        request,
        _("„%(name)s“ steht jetzt in den Formularen von Zielen und Maßnahmen.") % {"name": known.name},
    )
    return redirect("coverage")


@require_safe
def goal_interplay(request: HttpRequest) -> HttpResponse:
    """Which goals strengthen one another, which are in tension: a matrix, and every pair with its reason. Some six queries."""
    asker = asker_of(request)
    fields = _fields(asker)
    filters = [
        _filter("feld", _("Handlungsfeld"), asker.asked.get("feld", ""), fields),
        _filter(
            "art",
            _("Wie"),
            asker.asked.get("art", ""),
            [(kind, interplay.words_of_kind(kind)) for kind in interplay.KINDS],
        ),
    ]
    pairs = interplay.confirmed_pairs(asker, field_key=filters[0]["value"], kind=filters[1]["value"])
    names = kind_names(asker)
    counts = Counter(pair.kind for pair in pairs)
    context = {
        "page_title": _("Zusammenspiel der Ziele"),
        "page_lead": _("Welche Ziele sich stärken und welche in Spannung stehen, mit der Begründung. Bestätigt haben es Menschen."),
        "active_nav": "interplay",
        "breadcrumb": breadcrumb((_("Umsetzung"), reverse("steering")), (_("Zusammenspiel der Ziele"), "")),
        "filters": filters,
        "reset_url": request.path if request.GET else "",
        "is_filtered": any(part["value"] for part in filters),
        "sentence": _("Paare, die sich stärken: %(good)s; Paare in Spannung: %(bad)s.")
        % {"good": number_words(counts[interplay.STRENGTHENS]), "bad": number_words(counts[interplay.TENSION])} if pairs else "",
        "matrix": _matrix(pairs),
        "pairs": [
            {"kind": pair.kind, "words": interplay.words_of_kind(pair.kind), "one": shown_item(pair.one, names), "other": shown_item(pair.other, names), "reason": pair.reason}
            for pair in pairs
        ],
        "goal_list": reverse(kind_named("goal").list_name),
        **_queue(asker, interplay.PAIR, interplay.NAME),
    }  # fmt: skip
    return render(request, "steering/interplay.html", context)


def _matrix(pairs: Sequence[interplay.ConfirmedPair]) -> dict[str, Any] | None:
    """Goals against goals, as long as they are few enough to be read side by side."""
    goals = {item.pk: item for pair in pairs for item in (pair.one, pair.other)}
    if not 2 <= len(goals) <= MATRIX:
        return None
    ordered = sorted(goals.values(), key=lambda item: (item.sort_key, item.pk))
    said: dict[frozenset[str], list[str]] = {}
    for pair in pairs:
        said.setdefault(frozenset((pair.one.pk, pair.other.pk)), []).append(pair.kind)
    rows = []
    for one in ordered:
        cells = []
        for other in ordered:
            kinds = said.get(frozenset((one.pk, other.pk)), []) if one.pk != other.pk else []
            sign = "".join(
                "+" if kind == interplay.STRENGTHENS else "!" for kind in sorted(kinds, reverse=True)
            )
            cells.append({"sign": sign, "words": ", ".join(interplay.words_of_kind(kind) for kind in kinds), "kind": kinds[0] if len(kinds) == 1 else "both" if kinds else "", "is_self": one.pk == other.pk})  # fmt: skip
        rows.append({"item": one, "cells": cells})
    return {"items": ordered, "rows": rows}
