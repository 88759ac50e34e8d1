"""The page of the sums of costs and funding, and its tables as files."""

from __future__ import annotations

from typing import Any

from django.http import FileResponse, Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_safe

from insek.people.actors import actor_of
from insek.people.breadcrumbs import breadcrumb
from insek.people.models import Unit
from insek.thread.models import Item, ItemQuerySet
from insek.web.context import asker_of, concept_fields, concept_of, kind_names_of
from insek.web.csv_tables import csv_answer
from insek.web.display import number_words

from .money_pages import total_words
from .money_tables import VIEWS, View, cells_of, chart_of, cost_table, funding_table, head_of, workbook
from .sums import CostGroup, Money, money_of, price_note, total_of

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


def _view(request: HttpRequest) -> View:
    try:
        return VIEWS[request.GET.get("nach") or "jahr"]
    except KeyError:
        raise Http404 from None


def _chosen(request: HttpRequest) -> tuple[ItemQuerySet, list[dict[str, Any]]]:
    """The measures that field and unit of the address leave, and the filters. Unknown values give 404."""
    items = Item.objects.visible_to(actor_of(request)).filter(concept=concept_of(request), kind="measure")
    parts = [
        ("feld", _("Handlungsfeld"), [(each.key, str(each)) for each in concept_fields(request)], "fields__key"),
        ("zustaendig", _("Zuständig"), [(unit.key, str(unit)) for unit in Unit.objects.all()], "measure__responsible__key"),
    ]  # fmt: skip
    filters = []
    for name, label, choices, lookup in parts:
        value = request.GET.get(name, "")
        if value:
            if value not in dict(choices):
                raise Http404
            items = items.filter(**{lookup: value})
        options = [{"value": key, "label": text, "selected": key == value} for key, text in choices]
        filters.append({"name": name, "label": label, "type": "select", "value": value, "options": options})
    return items, filters


def _address(request: HttpRequest, name: str, **changed: str) -> str:
    query = request.GET.copy()
    for key, value in changed.items():
        query[key] = value
    return f"{reverse(name)}?{query.urlencode()}" if query else reverse(name)


@require_safe
def money(request: HttpRequest) -> HttpResponse:
    """What the measures cost together and who pays them, looked at in one way at a time."""
    view = _view(request)
    items, filters = _chosen(request)
    found = money_of(asker_of(request), items)
    groups, total = view.groups(found), total_of(found)
    table = funding_table(view, groups) if view.is_funding else cost_table(view, groups, total)
    spec = chart_of(view, groups)
    is_filtered = any(part["value"] for part in filters)
    context = {
        "page_title": _("Kosten und Finanzierung"),
        "page_lead": _("Was die Maßnahmen kosten, wann, und wer sie bezahlt."),
        "page_description": _("Kosten und Förderung der Maßnahmen als Tabelle und Diagramm."),
        "active_nav": "money",
        "breadcrumb": breadcrumb((_("Kosten und Finanzierung"), "")),
        "sentences": [*_parts(total), *_sentences(request, found)],
        "total": total_words(total.total),
        "notes": _notes(view, found, groups),
        "views": [
            {
                "label": each.label,
                "url": _address(request, "money", nach=each.name),
                "is_chosen": each is view,
            }
            for each in VIEWS.values()
        ],
        "chart": {"id": "summen-bild", "title": view.caption, "description": "", "spec": spec, "table": table}
        if spec and groups
        else None,
        "table": table if groups else None,
        "filters": filters,
        "hidden": [{"name": "nach", "value": view.name}],
        "reset_url": f"{request.path}?nach={view.name}" if is_filtered else "",
        "result_label": ngettext("%(count)s Maßnahme", "%(count)s Maßnahmen", len(found.items))
        % {"count": number_words(len(found.items))},
        "csv_url": _address(request, "money-table"),
        "xlsx_url": _address(request, "money-workbook"),
        "has_examples": found.has_examples,
        "shows_internal": actor_of(request).sees_internal,
    }
    return render(request, "strategy/money.html", context)


def _parts(total: CostGroup) -> list[str]:
    """What the sum is made of, where it is made of two."""
    if total.once is None or total.yearly is None:
        return []
    told = _("Einmalig %(once)s, jährlich %(yearly)s; jährliche Kosten sind über ihre Jahre gezählt.")
    return [told % {"once": total_words(total.once), "yearly": total_words(total.yearly)}]


def _sentences(request: HttpRequest, found: Money) -> list[str]:
    """How much of it is known at all."""
    names = kind_names_of(request)
    said = [
        ngettext(
            "%(named)s von %(all)s %(measures)s nennt Kosten.",
            "%(named)s von %(all)s %(measures)s nennen Kosten.",
            found.named,
        )
        % {
            "named": number_words(found.named),
            "all": number_words(len(found.items)),
            "measures": names("measure", plural=True),
        }
    ]
    if found.open_lines:
        said.append(
            ngettext(
                "Bei einer Kostenzeile ist der Betrag noch offen.",
                "Bei %(count)s Kostenzeilen ist der Betrag noch offen.",
                found.open_lines,
            )
            % {"count": number_words(found.open_lines)}
        )
    return said


def _notes(view: View, found: Money, groups: Any) -> list[str]:
    """What has to be known to read the sums."""
    if view.is_funding:
        notes = [_("Abgelehnte Anträge zählen nicht mit.")]
        if any(group.computed for group in groups):
            notes.append(_("Wo kein Betrag genannt ist, steht der Fördersatz mal den förderfähigen Kosten."))
        return notes
    notes = [str(view.note)] if view.note else []
    if found.by_measure_years:
        notes.append(_("Zeilen ohne eigenes Jahr zählen im Zeitraum ihrer Maßnahme."))
    if found.endless:
        notes.append(
            ngettext(
                "Eine jährliche Zeile nennt kein Ende und steht nur unter „Im Jahr“.",
                "%(count)s jährliche Zeilen nennen kein Ende und stehen nur unter „Im Jahr“.",
                found.endless,
            )
            % {"count": number_words(found.endless)}
        )
    if note := price_note(groups):
        notes.append(note)
    return notes


@require_safe
def money_table(request: HttpRequest) -> HttpResponse:
    """The chosen sums as CSV."""
    view = _view(request)
    items, _filters = _chosen(request)
    groups = view.groups(money_of(asker_of(request), items))
    return csv_answer(f"kosten-{view.name}", head_of(view), (cells_of(view, group) for group in groups))


@require_safe
def money_workbook(request: HttpRequest) -> FileResponse:
    """All sums as a workbook."""
    items, _filters = _chosen(request)
    file = workbook(money_of(asker_of(request), items))
    return FileResponse(file, as_attachment=True, filename="kosten.xlsx", content_type=XLSX)
