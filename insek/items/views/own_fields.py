"""Own fields are defined here: by kind, with a look at what the form will ask, in their order, and what is kept no more."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django import forms
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import ValidationError
from django.db.models import Count
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from insek.concept.models import Concept
from insek.people.actors import actor_of, require
from insek.people.breadcrumbs import staff_breadcrumb
from insek.people.locking import Conflict
from insek.people.requests import posted, posted_version
from insek.people.views.shared import http_status, save
from insek.thread import own_acts
from insek.thread.models import FieldDefinition
from insek.thread.own_fields import all_fields
from insek.thread.own_models import WITH_OPTIONS, OwnValue
from insek.web.context import concept_or_404, kind_names_of

from ..own_field_forms import FieldDefinitionForm, option_words
from ..own_forms import input_for
from ..pages import all_pages, pages_of


def _concept(request: HttpRequest) -> Concept:
    require(actor_of(request), "concept.set_up")
    return concept_or_404(request)


def _field(request: HttpRequest, pk: int) -> FieldDefinition:
    return get_object_or_404(FieldDefinition, concept=_concept(request), pk=pk)


@login_required
@require_safe
def own_field_list(request: HttpRequest) -> HttpResponse:
    """All own fields by kind, those that are kept no more below. Three queries however many there are."""
    concept, names = _concept(request), kind_names_of(request)
    counts = dict(
        OwnValue.objects.filter(definition__concept=concept)
        .values("definition")
        .annotate(count=Count("item", distinct=True))
        .values_list("definition", "count")
    )
    items = dict(
        OwnValue.objects.filter(definition__concept=concept, definition__retired_on=None)
        .values("definition__kind")
        .annotate(count=Count("item", distinct=True))
        .values_list("definition__kind", "count")
    )
    fields = all_fields(concept)
    sections = []
    for pages in all_pages():
        own = [field for field in fields if field.kind == pages.kind and not field.is_retired]
        retired = [field for field in fields if field.kind == pages.kind and field.is_retired]
        sections.append(
            {
                "kind": pages.kind,
                "title": names(pages.kind, plural=True),
                "rows": [_shown(field, counts) for field in own],
                "items": items.get(pages.kind, 0),
                "order_url": reverse("ordering", args=["eigene-felder", pages.kind]) if len(own) > 1 else "",
                "retired": [_shown(field, counts) for field in retired],
                "create_url": f"{reverse('own-field-create')}?art={pages.kind}",
                "list_url": reverse(pages.spec.list_name),
            }
        )
    context = {
        "overview": sections,
        "sections": [section for section in sections if section["rows"] or section["retired"]],
        "page_title": _("Eigene Felder"),
        **_frame(),
    }
    return render(request, "items/own_field_list.html", context)


def _shown(field: FieldDefinition, counts: dict[int, int]) -> dict[str, Any]:
    notes = [str(field.get_type_display())]
    if field.type in WITH_OPTIONS:
        notes.append(option_words(field.options))
    elif field.measure:
        notes.append(field.measure)
    if field.is_required:
        notes.append(_("Pflichtangabe"))
    if field.editors != FieldDefinition.Editors.ALL:
        notes.append(_("ausfüllen: %(who)s") % {"who": field.get_editors_display()})
    return {
        "field": field,
        "notes": notes,
        "count": counts.get(field.pk, 0),
        "audience": field.get_audience_display(),
    }


@login_required
@require_http_methods(["GET", "POST"])
def own_field_create(request: HttpRequest) -> HttpResponse:
    """The form for a new field of the kind that ``?art=`` names."""
    concept = _concept(request)
    kind = request.GET.get("art", "")
    try:
        pages_of(kind)
    except KeyError as error:
        raise Http404 from error
    title = _("Eigenes Feld anlegen: %(kind)s") % {"kind": kind_names_of(request)(kind, plural=True)}
    return _answer(
        request, FieldDefinition(concept=concept, kind=kind), title,
        lambda form: own_acts.define_field(concept=concept, kind=kind, values=form.values, actor=actor_of(request)),
    )  # fmt: skip


@login_required
@require_http_methods(["GET", "POST"])
def own_field_edit(request: HttpRequest, pk: int) -> HttpResponse:
    """The form of a field; what changing it means for what is entered is said before it is done."""
    field = _field(request, pk)
    return _answer(
        request, field, _("Eigenes Feld „%(name)s“") % {"name": field},
        lambda form: own_acts.change_field(
            field, values=form.values, expected_version=form.expected_version, actor=actor_of(request)
        ),
    )  # fmt: skip


def _answer(
    request: HttpRequest, field: FieldDefinition, title: str, act: Callable[[FieldDefinitionForm], Any]
) -> HttpResponse:
    form = FieldDefinitionForm(posted(request), instance=field)
    only_looks = "vorschau" in request.POST
    conflict: list[dict[str, str]] = []
    if request.method == "POST" and form.is_valid() and not only_looks:
        saved, conflict = save(form, lambda: act(form))
        if saved is not None:
            messages.success(request, _("„%(name)s“ ist gespeichert.") % {"name": saved})
            return redirect("own-field-list")
    preview = form.changed if request.method == "POST" and form.is_valid() else field if field.pk else None
    context = {
        "form": form,
        "field": field,
        "conflict": conflict,
        "preview": _Preview(preview)["vorschau"] if preview is not None else None,
        "used": own_acts.is_used(field) if field.pk else True,
        "page_title": title,
        **_frame((title, "")),
    }
    status = 200 if only_looks else http_status(form, conflict)
    return render(request, "items/own_field_form.html", context, status=status)


class _Preview(forms.Form):
    """One input as the form of an item will show it."""

    def __init__(self, field: FieldDefinition) -> None:
        super().__init__(auto_id="id_preview_%s")
        self.fields["vorschau"] = input_for(field)


@login_required
@require_http_methods(["GET", "POST"])
def own_field_end(request: HttpRequest, pk: int) -> HttpResponse:
    """Ask once, then keep a field no more; or take it up again, or delete one in which nothing ever stood."""
    field = _field(request, pk)
    problem = ""
    if request.method == "POST":
        act, done = (
            _ENDINGS[request.POST.get("was", "")] if request.POST.get("was", "") in _ENDINGS else _ENDINGS[""]
        )
        try:
            act(field, expected_version=posted_version(request), actor=actor_of(request))
        except ValidationError as error:
            problem = " ".join(error.messages)
        except Conflict:
            problem = _(
                "Inzwischen hat jemand anderes diese Angaben geändert. Bitte sehen Sie sie noch einmal an."
            )
        else:
            messages.success(request, done(field))
            return redirect("own-field-list")
        field = _field(request, pk)
    title = (
        _("„%(name)s“ wieder aufnehmen") if field.is_retired else _("„%(name)s“ nicht mehr führen")
    ) % {"name": field}  # fmt: skip
    context = {
        "field": field,
        "problem": problem,
        "count": OwnValue.objects.filter(definition=field).values("item").distinct().count(),
        "public_count": own_acts.foresee(field, field).public_items
        if field.audience == FieldDefinition.Audience.PUBLIC
        else 0,
        "used": own_acts.is_used(field),
        "page_title": title,
        **_frame((title, "")),
    }
    return render(request, "items/own_field_end.html", context, status=409 if problem else 200)


_ENDINGS: dict[str, tuple[Callable[..., Any], Callable[[FieldDefinition], str]]] = {
    "": (own_acts.retire_field, lambda field: _("„%(name)s“ wird nicht mehr geführt. Was eingetragen war, bleibt.") % {"name": field}),
    "aufnehmen": (own_acts.take_up_field, lambda field: _("„%(name)s“ wird wieder geführt.") % {"name": field}),
    "loeschen": (own_acts.delete_field, lambda field: _("„%(name)s“ ist gelöscht.") % {"name": field}),
}  # fmt: skip


def _frame(*steps: tuple[str, str]) -> dict[str, Any]:
    return {
        "active_nav": "account",
        "breadcrumb": staff_breadcrumb((_("Eigene Felder"), reverse("own-field-list")), *steps),
        "noindex": True,
    }
