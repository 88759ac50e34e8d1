"""Roles: what each allows, and who holds which, from when to when."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from insek.people.actors import actor_of

from ..forms import MembershipForm, NewMembershipForm, RoleForm
from ..models import Membership, Right, Role, User
from ..requests import posted
from ..services import LastAdministrator, change_role, end_role, give_role, role_changes, state_of_role
from .shared import for_managers, http_status, last_administrator, page_context, save


@require_safe
@for_managers
def role_list(request: HttpRequest) -> HttpResponse:
    """The roles as a table: which right comes with which."""
    roles = list(Role.objects.all())
    holders: dict[str, int] = {}
    for role_id in (
        Membership.objects.current().filter(user__is_active=True).values_list("role_id", flat=True)
    ):
        holders[role_id] = holders.get(role_id, 0) + 1
    context = {
        **page_context("role-list", _("Rollen")),
        "page_lead": _(
            "Eine Person darf, was mindestens eine ihrer Rollen erlaubt. Öffentliches lesen darf jede und jeder."
        ),
        "roles": [
            {
                "role": role,
                "count": holders.get(role.pk, 0),
                "url": f"{reverse('person-list')}?rolle={role.pk}",
                "edit_url": reverse("role-edit", args=[role.pk]),
            }
            for role in roles
        ],
        "rights": [
            {"label": right.label, "allowed": [right in role.rights for role in roles]} for right in Right
        ],
    }
    return render(request, "people/role_list.html", context)


MOST_SHOWN = 500


@require_safe
@for_managers
def role_history(request: HttpRequest) -> HttpResponse:
    """Who gave which role to whom and when."""
    rows = list(role_changes()[: MOST_SHOWN + 1])
    context = {
        **page_context("role-list", _("Verlauf der Rollen"), (_("Verlauf"), "")),
        "page_lead": _("Wer wem wann welche Rolle gegeben oder genommen hat."),
        "changes": rows[:MOST_SHOWN],
        "is_cut": len(rows) > MOST_SHOWN,
    }
    return render(request, "people/role_history.html", context)


@require_http_methods(["GET", "POST"])
@for_managers
def role_edit(request: HttpRequest, key: str) -> HttpResponse:
    """How a role is called in this city, and what it allows."""
    role = get_object_or_404(Role, pk=key)
    initial = {
        "seen": state_of_role(role),
        "name": role.name,
        "name_en": role.name_en,
        "rights": role.rights,
        "second_factor": role.second_factor,
    }
    form = RoleForm(posted(request), initial=initial)
    if request.method == "POST" and form.is_valid():
        changed, _nothing = save(
            form, lambda: change_role(role, **form.cleaned_data, actor=actor_of(request))
        )
        if changed is not None:
            messages.success(request, _("Die Rolle „%(role)s“ ist gespeichert.") % {"role": changed})
            return redirect("role-list")
    context = {
        **page_context("role-list", str(role), (str(role), "")),
        "page_lead": _("Was Sie hier ändern, gilt sofort für alle mit dieser Rolle."),
        "form": form,
        "submit_label": _("Speichern"),
        "cancel_url": reverse("role-list"),
    }
    return render(request, "people/form.html", context, status=http_status(form, []))


@require_http_methods(["GET", "POST"])
@for_managers
def role_give(request: HttpRequest, pk: int) -> HttpResponse:
    """Give somebody a role, for a time, where needed in a body."""
    user = get_object_or_404(User, pk=pk)
    form = NewMembershipForm(posted(request), user=user)
    if request.method == "POST" and form.is_valid():
        given, _nothing = save(form, lambda: give_role(user, **form.values(), actor=actor_of(request)))
        if given is not None:
            messages.success(
                request,
                _("%(person)s hat jetzt die Rolle „%(role)s“.") % {"person": user, "role": given.role},
            )
            return redirect("person", pk)
    context = {
        **page_context(
            "person-list", _("Rolle geben"), (str(user), reverse("person", args=[pk])), (_("Rolle geben"), "")
        ),
        "page_lead": str(user),
        "form": form,
        "submit_label": _("Rolle geben"),
        "cancel_url": reverse("person", args=[pk]),
        "help_url": reverse("role-list"),
        "help_label": _("Was welche Rolle erlaubt"),
    }
    return render(request, "people/form.html", context, status=http_status(form, []))


def _membership(pk: int) -> Membership:
    return get_object_or_404(Membership.objects.select_related("user", "role", "body"), pk=pk)


@require_http_methods(["GET", "POST"])
@for_managers
def role_change(request: HttpRequest, pk: int) -> HttpResponse:
    """Change from when to when somebody holds a role."""
    held = _membership(pk)
    form = MembershipForm(posted(request), initial={"starts": held.starts, "ends": held.ends})
    if request.method == "POST" and form.is_valid():
        changed, _nothing = save(
            form,
            lambda: give_role(
                held.user,
                role=held.role,
                body=held.body,
                **form.values(),
                actor=actor_of(request),
            ),
        )
        if changed is not None:
            messages.success(request, _("Die Dauer der Rolle ist gespeichert."))
            return redirect("person", held.user.pk)
    back = reverse("person", args=[held.user.pk])
    context = {
        **page_context(
            "person-list", _("Dauer der Rolle ändern"), (str(held.user), back), (str(held.role), "")
        ),
        "page_lead": f"{held.user}: {held.role}{f' ({held.body})' if held.body else ''}",
        "form": form,
        "submit_label": _("Speichern"),
        "cancel_url": back,
    }
    return render(request, "people/form.html", context, status=http_status(form, []))


@require_http_methods(["GET", "POST"])
@for_managers
def role_end(request: HttpRequest, pk: int) -> HttpResponse:
    """Ask once, then take a role away."""
    held = _membership(pk)
    problem = ""
    if request.method == "POST":
        try:
            end_role(held, actor=actor_of(request))
        except LastAdministrator:
            problem = last_administrator()
        else:
            messages.success(
                request,
                _("%(person)s hat die Rolle „%(role)s“ nicht mehr.")
                % {"person": held.user, "role": held.role},
            )
            return redirect("person", held.user.pk)
    back = reverse("person", args=[held.user_id])
    context = {
        **page_context("person-list", _("Rolle entziehen"), (str(held.user), back), (str(held.role), "")),
        "held": held,
        "problem": problem,
        "cancel_url": back,
        "change_url": reverse("role-change", args=[pk]),
    }
    return render(request, "people/role_end.html", context, status=409 if problem else 200)
