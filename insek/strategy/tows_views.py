"""The TOWS matrix: its page, writing an option into a cell, and making a goal or a measure of one."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlencode

import rules
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import ValidationError
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST, require_safe

from insek.concept.models import Field
from insek.findings.pages import PLURALS
from insek.items.pages import pages_of
from insek.items.views.items import item_breadcrumb, visible_item
from insek.items.views.saving import answer_saved
from insek.people.actors import actor_of, require
from insek.people.locking import Conflict
from insek.people.requests import posted, posted_version
from insek.release.row_proposals import add_or_propose, waits
from insek.thread.kinds import kind_names
from insek.web.context import asker_of, concept_fields, concept_or_404
from insek.web.display import shown_field, shown_item

from .tows import Matrix, matrix_of
from .tows_options import TowsOption
from .tows_rows import BECOMES, OPTIONS, TowsCellForm, become

CELLS = {
    "so": (gettext_lazy("Stärken nutzen, um Chancen zu ergreifen"), gettext_lazy("Stärke"), gettext_lazy("Chance")),
    "wo": (gettext_lazy("Schwächen abbauen, um Chancen zu ergreifen"), gettext_lazy("Schwäche"), gettext_lazy("Chance")),
    "st": (gettext_lazy("Stärken nutzen, um Risiken zu begegnen"), gettext_lazy("Stärke"), gettext_lazy("Risiko")),
    "wt": (gettext_lazy("Schwächen abbauen, um Risiken zu vermeiden"), gettext_lazy("Schwäche"), gettext_lazy("Risiko")),
}  # fmt: skip
"""Cell -> what it is about, and what the two sorts of finding are called, in the order of the page."""


def _field(request: HttpRequest) -> Field | None:
    key = request.GET.get("feld", "")
    return next((field for field in concept_fields(request) if field.key == key), None)


def _address(field: Field | None, anchor: str = "") -> str:
    query = f"?{urlencode({'feld': field.key})}" if field else ""
    return f"{reverse('tows')}{query}{f'#{anchor}' if anchor else ''}"


@require_safe
def tows(request: HttpRequest) -> HttpResponse:
    """Strengths and weaknesses against opportunities and threats, for the city or one field of action."""
    return _page(request)


def _page(request: HttpRequest, sent: TowsCellForm | None = None, cell: str = "") -> HttpResponse:
    concept_or_404(request)
    asker, field = asker_of(request), _field(request)
    matrix = matrix_of(asker, field)
    may = rules.test_rule(OPTIONS.rule, asker.actor)
    cells = [
        {
            "key": key,
            "label": label,
            "options": [_option(request, row) for row in matrix.options.get(key, ())],
            "form": (sent if key == cell else _form(key, matrix)) if may else None,
            "is_open": key == cell,
            "write_url": f"{reverse('tows-write', args=[key])}{_address(field).removeprefix(reverse('tows'))}",
            "can_write": all(matrix.findings[kind] for kind in _sorts(key)),
        }
        for key, (label, _inner, _outer) in CELLS.items()
    ]
    names = kind_names(asker)
    context = {
        "page_title": _("Optionen: %(what)s") % {"what": field or _("ganze Stadt")},
        "page_lead": _(
            "Stärken und Schwächen gegen Chancen und Risiken (TOWS): Was folgt, wo sie sich treffen? Aus einer Option wird ein Ziel oder eine Maßnahme."
        ),
        "active_nav": "tows",
        "breadcrumb": item_breadcrumb(
            request, pages_of("finding"), (_("Optionen"), "")
        ),
        "margins": [
            {"type": kind, "label": label, "findings": [shown_item(each.item, names) for each in matrix.findings[kind]]}
            for kind, label in PLURALS.items()
        ],
        "cells": cells,
        "unplaced": [_option(request, row) for row in matrix.options.get("", ())],
        "write_label": _("Option schreiben"),
        "sees_internal": asker.actor.sees_internal,
        "field": field,
        "whole_city_url": reverse("tows"),
        "tows_fields": [
            {"field": shown_field(each), "url": _address(each), "chosen": each == field}
            for each in concept_fields(request)
        ],
    }  # fmt: skip
    return render(request, "strategy/tows.html", context, status=400 if sent is not None else 200)


def _sorts(cell: str) -> tuple[str, str]:
    return ("strength" if cell[0] == "s" else "weakness", "opportunity" if cell[1] == "o" else "threat")


def _form(cell: str, matrix: Matrix, sent: Any = None) -> TowsCellForm:
    _label, *labels = CELLS[cell]
    return TowsCellForm(sent, cell=cell, labels=labels, findings=matrix.findings)


def _option(request: HttpRequest, row: TowsOption) -> dict[str, Any]:
    asker = asker_of(request)
    actor, names, item = asker.actor, kind_names(asker), row.finding.item
    edits = rules.test_rule(OPTIONS.rule, actor, item)
    open_ = edits and row.became is None and not (row.is_example and waits(item, actor))
    return {
        "row": row,
        "findings": [shown_item(each.item, names) for each in row.findings],
        "became": shown_item(row.became, names) if row.became else None,
        "edit_url": reverse("row-edit", args=[item.pk, OPTIONS.address, row.key]) if edits else "",
        "delete_url": reverse("row-delete", args=[item.pk, OPTIONS.address, row.key]) if edits else "",
        "history_url": reverse("item-history", args=[item.pk]) if edits else "",
        "become_urls": [
            {"label": names(kind), "url": reverse("tows-become", args=[item.pk, row.key]), "kind": kind}
            for kind in BECOMES
            if rules.test_rule("thread.create_item", actor, kind)
            and rules.test_rule("thread.link_items", actor, item)
        ]
        if open_ and row.cell
        else [],
    }


@login_required
@require_POST
def tows_write(request: HttpRequest, cell: str) -> HttpResponse:
    """Write an option into a cell; it hangs on its strength or weakness."""
    if cell not in CELLS:
        raise Http404
    asker = asker_of(request)
    require(asker.actor, OPTIONS.rule)
    concept_or_404(request)
    form = _form(cell, matrix_of(asker, _field(request)), posted(request))
    if form.is_valid():
        try:
            row = add_or_propose(OPTIONS, form.owner.item, form.values, actor=asker.actor)
        except ValidationError as error:
            form.add_error(None, " ".join(error.messages))
        else:
            return answer_saved(
                request,
                row,
                done=_("Die Option steht in der Matrix, noch intern."),
                to=_address(_field(request), f"option-{row.key}" if isinstance(row, TowsOption) else ""),
            )
    return _page(request, form, cell)


@login_required
@require_POST
def tows_become(request: HttpRequest, item_id: str, key: str) -> HttpResponse:
    """Make a goal or a measure of an option in one step."""
    item, pages = visible_item(request, item_id)
    actor = actor_of(request)
    row = OPTIONS.visible_to(OPTIONS.of_item(item), actor).filter(key=key).first()
    kind = request.POST.get("wird", "")
    if pages.kind != "finding" or row is None:
        raise Http404
    require(actor, OPTIONS.rule, item)
    if kind not in BECOMES:
        raise Http404
    try:
        made = become(row, kind, expected_version=posted_version(request), actor=actor)
    except Conflict:
        messages.error(request, _("Jemand anderes hat diese Option gerade geändert. Bitte noch einmal."))
    except ValidationError as error:
        messages.error(request, " ".join(error.messages))
    else:
        told = _(
            "Angelegt, noch intern, und mit den Befunden verknüpft. Öffentlich wird es wie alles mit der Freigabe."
        )
        messages.success(request, told)
        return redirect(made.url)
    return redirect(_address(None, f"option-{key}"))
