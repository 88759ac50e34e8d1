"""Setting up the concept: fields of action, themes, names of levels, editions and milestones."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import ValidationError
from django.db.models import Max
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_safe

from insek.concept.models import Concept, Edition, Field, LevelName, Milestone, Theme
from insek.people.actors import actor_of, require
from insek.people.breadcrumbs import staff_breadcrumb
from insek.people.locking import Conflict
from insek.people.requests import posted
from insek.people.views.shared import http_status, save
from insek.release.bundling import fields_wait_for
from insek.thread.models import Change
from insek.thread.setting_up import PARTS, delete_part, save_part
from insek.web.context import concept_or_404
from insek.web.display import date_words

from .setup_forms import FORMS, LABELS, LEVELS
from .setup_order import ORDERED

SHOWN = 10
TITLES = {
    "handlungsfeld": (gettext_lazy("Handlungsfelder"), gettext_lazy("Handlungsfeld anlegen")),
    "thema": (gettext_lazy("Querschnittsthemen"), gettext_lazy("Querschnittsthema anlegen")),
    "ebene": (gettext_lazy("Wie die Ebenen heißen"), gettext_lazy("Ebene benennen")),
    "ausgabe": (gettext_lazy("Ausgaben"), gettext_lazy("Ausgabe anlegen")),
    "meilenstein": (gettext_lazy("Schritte des Prozesses"), gettext_lazy("Schritt anlegen")),
}


def _concept(request: HttpRequest) -> Concept:
    require(actor_of(request), "concept.set_up")
    return concept_or_404(request)


def _rows(concept: Concept, part: str) -> Any:
    """The rows of a part of this concept; the concept itself is a part of one row."""
    rows = PARTS[part]._default_manager
    return rows.filter(pk=concept.pk) if part == "konzept" else rows.filter(concept=concept)


@login_required
@require_safe
def setup(request: HttpRequest) -> HttpResponse:
    """Everything that is set up, with the way to change it, and what was changed last."""
    concept = _concept(request)
    sections = []
    for part, (title, create_label) in TITLES.items():
        rows = [
            {"row": row, "url": reverse("setup-part", args=[part, row.pk]), "note": _note(row)}
            for row in _rows(concept, part)
        ]
        sections.append(
            {
                "title": title,
                "rows": rows,
                "create_label": create_label,
                "create_url": reverse("setup-create", args=[part]),
                "order_url": reverse("ordering", args=["einrichten", part])
                if part in ORDERED and len(rows) > 1
                else "",
            }
        )
    changes = Change.objects.filter(concept=concept, item_id="").select_related("actor")[:SHOWN]
    context = {
        "sections": sections,
        "concept_url": reverse("setup-part", args=["konzept", concept.pk]),
        "changes": [
            {
                "change": change,
                "subject": change.differences.get("subject", [None, ""])[1],
                "what": ", ".join(str(LABELS[name]) for name in change.differences if name in LABELS),
            }
            for change in changes
        ],
        "page_title": _("Konzept einrichten"),
        "page_lead": _(
            "Handlungsfelder, Themen, Bezeichnungen, Ausgaben und Schritte: alles, was für das ganze Konzept gilt."
        ),
        **_frame(),
    }
    return render(request, "publish/staff/setup.html", context)


def _note(row: Any) -> str:
    """What tells the rows of a list apart beside their names."""
    if isinstance(row, Edition):
        return str(row.get_status_display())
    if isinstance(row, Field):
        return _("intern bis zur nächsten Ausgabe") if row.waits_for else ""
    if isinstance(row, LevelName):
        return str(LEVELS.get(row.level, row.level))
    return date_words(row.date) if isinstance(row, Milestone) else ""


@login_required
@require_http_methods(["GET", "POST"])
def setup_create(request: HttpRequest, part: str) -> HttpResponse:
    """The form for a new part."""
    concept = _concept(request)
    if part not in TITLES:
        raise Http404
    row = PARTS[part](concept=concept)
    if isinstance(row, Field):
        row.waits_for = fields_wait_for(concept)
    if isinstance(row, Field | Theme):
        row.position = (_rows(concept, part).aggregate(last=Max("position"))["last"] or 0) + 1
    form = FORMS[type(row)](posted(request), instance=row)
    if request.method == "POST" and form.is_valid():
        made, _nothing = save(
            form,
            lambda: save_part(row, values=form.values(), expected_version=None, actor=actor_of(request)),
        )
        if made is not None:
            messages.success(request, _("„%(name)s“ ist angelegt.") % {"name": made})
            return redirect("next-edition", made.key) if isinstance(made, Edition) else redirect("setup")
    title = str(TITLES[part][1])
    context = {
        "form": form,
        "page_title": title,
        "submit_label": _("Anlegen"),
        "cancel_url": reverse("setup"),
        **_frame((title, "")),
    }
    return render(request, "publish/staff/setup_form.html", context, status=http_status(form, []))


@login_required
@require_http_methods(["GET", "POST"])
def setup_part(request: HttpRequest, part: str, pk: int) -> HttpResponse:
    """The form of one part; an adopted edition is shown, not changed."""
    concept = _concept(request)
    if part not in PARTS:
        raise Http404
    row = get_object_or_404(_rows(concept, part), pk=pk)
    if isinstance(row, Edition) and row.status != Edition.Status.DRAFT:
        return redirect("edition", row.key)
    title = str(row)
    back = reverse("beginning" if request.GET.get("von") == "anfang" else "setup")
    form = FORMS[type(row)](posted(request), instance=row)
    conflict: list[dict[str, str]] = []
    if request.method == "POST" and form.is_valid():
        saved, conflict = save(
            form,
            lambda: save_part(
                row, values=form.values(), expected_version=form.expected_version, actor=actor_of(request)
            ),
        )
        if saved is not None:
            messages.success(request, _("„%(name)s“ ist gespeichert.") % {"name": saved})
            return redirect(back)
    context = {
        "form": form,
        "conflict": conflict,
        "page_title": title,
        "submit_label": _("Speichern"),
        "cancel_url": back,
        "delete_url": reverse("setup-delete", args=[part, pk]) if part in TITLES else "",
        **_frame((title, "")),
    }
    return render(request, "publish/staff/setup_form.html", context, status=http_status(form, conflict))


@login_required
@require_http_methods(["GET", "POST"])
def setup_delete(request: HttpRequest, part: str, pk: int) -> HttpResponse:
    """Ask once, then delete a part that nothing rests on."""
    concept = _concept(request)
    if part not in TITLES:
        raise Http404
    row = get_object_or_404(_rows(concept, part), pk=pk)
    problem = ""
    if request.method == "POST":
        sent = request.POST.get("version", "")
        try:
            delete_part(
                row,
                expected_version=int(sent) if sent.isdigit() and len(sent) < 10 else 0,
                actor=actor_of(request),
            )
        except ValidationError as error:
            problem = " ".join(error.messages)
        except Conflict:
            problem = _(
                "Inzwischen hat jemand anderes diese Angaben geändert. Bitte sehen Sie sie noch einmal an."
            )
        else:
            messages.success(request, _("„%(name)s“ ist gelöscht.") % {"name": row})
            return redirect("setup")
    title = _("„%(name)s“ löschen") % {"name": row}
    context = {
        "row": row,
        "problem": problem,
        "page_title": title,
        "back_url": reverse("setup-part", args=[part, pk]),
        **_frame((title, "")),
    }
    return render(request, "publish/staff/setup_delete.html", context, status=409 if problem else 200)


def _frame(*steps: tuple[str, str]) -> dict[str, Any]:
    return {
        "active_nav": "account",
        "breadcrumb": staff_breadcrumb((_("Konzept einrichten"), reverse("setup")), *steps),
        "noindex": True,
    }
