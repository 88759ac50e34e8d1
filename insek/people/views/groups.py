"""The table that makes roles of groups at the city's sign-in service."""

from __future__ import annotations

from django.conf import settings
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from insek.people.actors import actor_of

from ..forms import GroupRoleForm
from ..groups import add_group_role, change_group_role, group_roles, remove_group_role
from ..locking import Conflict
from ..models import GroupRole
from ..provider import is_on, service_name
from ..requests import posted, posted_version
from .shared import for_managers, http_status, page_context, save


@require_safe
@for_managers
def group_list(request: HttpRequest) -> HttpResponse:
    """Which group gives which role. One query."""
    context = {
        **page_context("group-list", _("Gruppen")),
        "page_lead": _("Welche Gruppe beim Anmeldedienst hier welche Rolle gibt."),
        "rows": list(group_roles()),
        "is_on": is_on(),
        "service": service_name(),
        "issuer": settings.INSEK_OIDC_ISSUER,
        "claim": settings.INSEK_OIDC_GROUPS,
        "links_by_address": settings.INSEK_OIDC_LINK == "verified-address",
        "asks_there": settings.INSEK_OIDC_SECOND_FACTOR == "provider",
    }
    return render(request, "people/group_list.html", context)


@require_http_methods(["GET", "POST"])
@for_managers
def group_create(request: HttpRequest) -> HttpResponse:
    """The form for a new line."""
    form = GroupRoleForm(posted(request))
    if request.method == "POST" and form.is_valid():
        made, _nothing = save(form, lambda: add_group_role(**form.values(), actor=actor_of(request)))
        if made is not None:
            messages.success(request, _("„%(name)s“ ist angelegt.") % {"name": made})
            return redirect("group-list")
    title = _("Gruppe zuordnen")
    context = {
        **page_context("group-list", title, (title, "")),
        "page_lead": _("Gilt ab der nächsten Anmeldung über den Anmeldedienst."),
        "form": form,
        "submit_label": _("Zuordnen"),
        "cancel_url": reverse("group-list"),
    }
    return render(request, "people/form.html", context, status=http_status(form, []))


@require_http_methods(["GET", "POST"])
@for_managers
def group_edit(request: HttpRequest, pk: int) -> HttpResponse:
    """The form of a line."""
    row = get_object_or_404(group_roles(), pk=pk)
    names = ("group", "role", "body", "unit", "version")
    form = GroupRoleForm(posted(request), initial={name: getattr(row, name) for name in names})
    conflict: list[dict[str, str]] = []
    if request.method == "POST" and form.is_valid():
        changed, conflict = save(
            form,
            lambda: change_group_role(
                row, expected_version=form.expected_version, **form.values(), actor=actor_of(request)
            ),
        )
        if changed is not None:
            messages.success(request, _("„%(name)s“ ist gespeichert.") % {"name": changed})
            return redirect("group-list")
    context = {
        **page_context("group-list", row.group, (row.group, "")),
        "page_lead": _("Gilt ab der nächsten Anmeldung über den Anmeldedienst."),
        "form": form,
        "conflict": conflict,
        "submit_label": _("Speichern"),
        "cancel_url": reverse("group-list"),
        "help_url": reverse("group-remove", args=[pk]),
        "help_label": _("Diese Zuordnung entfernen"),
    }
    return render(request, "people/form.html", context, status=http_status(form, conflict))


@require_http_methods(["GET", "POST"])
@for_managers
def group_remove(request: HttpRequest, pk: int) -> HttpResponse:
    """Ask once, then take a line out."""
    row = get_object_or_404(group_roles(), pk=pk)
    problem = ""
    if request.method == "POST":
        try:
            remove_group_role(row, expected_version=posted_version(request), actor=actor_of(request))
        except Conflict as error:
            if error.current is None:
                return redirect("group-list")
            row = GroupRole.objects.select_related("role", "body", "unit").get(pk=pk)
            problem = _("Inzwischen hat jemand anderes diese Zuordnung geändert. So steht sie jetzt da.")
        else:
            messages.success(
                request, _("Die Gruppe „%(name)s“ gibt diese Rolle nicht mehr.") % {"name": row.group}
            )
            return redirect("group-list")
    title = _("Zuordnung entfernen")
    context = {
        **page_context("group-list", title, (row.group, reverse("group-edit", args=[pk])), (title, "")),
        "row": row,
        "problem": problem,
        "cancel_url": reverse("group-list"),
    }
    return render(request, "people/group_remove.html", context, status=409 if problem else 200)
