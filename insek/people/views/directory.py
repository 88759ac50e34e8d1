"""Organisational units and bodies: short lists that change rarely."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.db.models import Count
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from insek.people.actors import actor_of

from ..addresses import address_of
from ..forms import BodyForm, PeopleForm, UnitForm
from ..models import Body, Unit
from ..requests import posted
from ..services import change_body, change_unit, create_body, create_unit
from .shared import for_managers, http_status, page_context, save


@require_safe
@for_managers
def unit_list(request: HttpRequest) -> HttpResponse:
    """The organisational units with the number of people in each."""
    units = Unit.objects.select_related("parent").annotate(people=Count("users"))
    context = {
        **page_context("unit-list", _("Organisationseinheiten")),
        "page_lead": _("Ämter und Stellen, die für Maßnahmen zuständig sind oder Vorlagen schreiben."),
        "rows": [
            {
                "name": str(unit),
                "url": reverse("unit", args=[unit.key]),
                "notes": [unit.abbreviation, str(unit.parent) if unit.parent else "", people(unit.people)],
            }
            for unit in units
        ],
        "create_url": reverse("unit-create"),
        "create_label": _("Organisationseinheit anlegen"),
        "read_in_url": address_of("read-in", "units"),
        "empty": _("Hier stehen die Stellen der Stadt, sobald das erste angelegt ist."),
    }
    return render(request, "people/directory.html", context)


@require_safe
@for_managers
def body_list(request: HttpRequest) -> HttpResponse:
    """The bodies that advise or decide, with the number of memberships in each."""
    bodies = Body.objects.annotate(people=Count("memberships"))
    context = {
        **page_context("body-list", _("Gremien")),
        "page_lead": _(
            "Rat, Ausschüsse, örtliche Gremien und Steuerungsgruppe: wer berät und wer beschließt."
        ),
        "rows": [
            {
                "name": str(body),
                "url": reverse("body", args=[body.key]),
                "notes": [body.get_kind_display(), people(body.people)],
            }
            for body in bodies
        ],
        "create_url": reverse("body-create"),
        "create_label": _("Gremium anlegen"),
        "read_in_url": address_of("read-in", "bodies"),
        "empty": _("Hier stehen die Gremien der Stadt, sobald das erste angelegt ist."),
    }
    return render(request, "people/directory.html", context)


def people(count: int) -> str:
    """How many people, in words."""
    if count == 0:
        return _("noch niemand")
    return _("1 Person") if count == 1 else _("%(count)s Personen") % {"count": count}


@require_http_methods(["GET", "POST"])
@for_managers
def unit_create(request: HttpRequest) -> HttpResponse:
    """The form for a new unit."""
    form = UnitForm(posted(request))
    return _create(request, form, create_unit, "unit-list", _("Organisationseinheit anlegen"))


@require_http_methods(["GET", "POST"])
@for_managers
def body_create(request: HttpRequest) -> HttpResponse:
    """The form for a new body."""
    form = BodyForm(posted(request))
    return _create(request, form, create_body, "body-list", _("Gremium anlegen"))


def _create(request: HttpRequest, form: PeopleForm, service: Any, listed: str, title: str) -> HttpResponse:
    if request.method == "POST" and form.is_valid():
        made, _nothing = save(form, lambda: service(**form.values(), actor=actor_of(request)))
        if made is not None:
            messages.success(request, _("„%(name)s“ ist angelegt.") % {"name": made})
            return redirect(listed)
    context = {
        **page_context(listed, title, (title, "")),
        "form": form,
        "submit_label": _("Anlegen"),
        "cancel_url": reverse(listed),
    }
    return render(request, "people/form.html", context, status=http_status(form, []))


@require_http_methods(["GET", "POST"])
@for_managers
def unit_edit(request: HttpRequest, key: str) -> HttpResponse:
    """The form of a unit."""
    unit = get_object_or_404(Unit, key=key)
    names = ("name", "name_en", "abbreviation", "parent", "version")
    form = UnitForm(posted(request), initial={name: getattr(unit, name) for name in names})
    form.fields["parent"].queryset = Unit.objects.exclude(pk=unit.pk)  # type: ignore[attr-defined]  # a choice among rows
    return _change(request, form, change_unit, unit, "unit-list")


@require_http_methods(["GET", "POST"])
@for_managers
def body_edit(request: HttpRequest, key: str) -> HttpResponse:
    """The form of a body."""
    body = get_object_or_404(Body, key=key)
    names = ("name", "name_en", "kind", "version")
    form = BodyForm(posted(request), initial={name: getattr(body, name) for name in names})
    return _change(request, form, change_body, body, "body-list")


def _change(
    request: HttpRequest, form: PeopleForm, service: Any, row: Unit | Body, listed: str
) -> HttpResponse:
    name = str(row)
    conflict: list[dict[str, str]] = []
    if request.method == "POST" and form.is_valid():
        changed, conflict = save(
            form,
            lambda: service(
                row,
                expected_version=form.expected_version,
                **form.values(),
                actor=actor_of(request),
            ),
        )
        if changed is not None:
            messages.success(request, _("„%(name)s“ ist gespeichert.") % {"name": changed})
            return redirect(listed)
    context = {
        **page_context(listed, name, (name, "")),
        "form": form,
        "conflict": conflict,
        "submit_label": _("Speichern"),
        "cancel_url": reverse(listed),
    }
    return render(request, "people/form.html", context, status=http_status(form, conflict))
