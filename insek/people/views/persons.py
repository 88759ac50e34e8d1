"""Logins: who has one, what the person may do, and the link with which a person chooses a password."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.contrib import messages
from django.contrib.auth.tokens import default_token_generator
from django.core.paginator import Paginator
from django.db.models import Prefetch, Q
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.encoding import force_bytes
from django.utils.http import urlsafe_base64_encode
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from insek import clock
from insek.people.actors import actor_of

from ..addresses import address_of
from ..arriving import account_of
from ..forms import NewPersonForm, PersonForm
from ..mail import can_send, invite
from ..models import Membership, Role, User
from ..provider import service_name
from ..requests import posted, search_words
from ..second_factor import access_changes, without_factor
from ..services import create_user, role_changes, update_user
from .shared import for_managers, http_status, page_context, save

PAGE_SIZE = 50
MOST_CHANGES = 200
LINK_WANTED = "sign-in-link-for"
"""Key of the session: for whom the next page may show a sign-in link. The link itself is kept nowhere."""


@require_safe
@for_managers
def person_list(request: HttpRequest) -> HttpResponse:
    """All logins with their present roles. Costs 5 queries."""
    query = search_words(request, request.GET)
    roles = list(Role.objects.all())
    role, state = request.GET.get("rolle", ""), request.GET.get("zugang", "")
    states = {"aktiv": _("kann sich anmelden"), "gesperrt": _("gesperrt")}
    if (role and role not in {known.pk for known in roles}) or (state and state not in states):
        raise Http404
    people = User.objects.select_related("unit").order_by("last_name", "first_name", "username")
    for word in query.split():
        people = people.filter(
            Q(username__icontains=word)
            | Q(first_name__icontains=word)
            | Q(last_name__icontains=word)
            | Q(email__icontains=word)
        )
    if role:
        people = people.filter(pk__in=Membership.objects.current().filter(role=role).values("user"))
    if state:
        people = people.filter(is_active=state == "aktiv")
    current = Membership.objects.current().select_related("role", "body").order_by("role__position", "pk")
    page = Paginator(people.prefetch_related(Prefetch("memberships", current)), PAGE_SIZE).get_page(
        request.GET.get("seite")
    )
    kept = {"q": query, "rolle": role, "zugang": state}
    context = {
        **page_context("person-list", _("Personen")),
        "page_lead": _("Wer einen Zugang hat und was die Person damit darf."),
        "page": page,
        "filters": [
            {"name": "q", "label": _("Name oder E-Mail"), "type": "search", "value": query},
            _select("rolle", _("Rolle"), [(known.pk, str(known)) for known in roles], role),
            _select("zugang", _("Zugang"), list(states.items()), state),
        ],
        "is_filtered": bool(query or role or state),
        "read_in_url": address_of("read-in", "people"),
        "previous_url": _page_url(kept, page.previous_page_number()) if page.has_previous() else "",
        "next_url": _page_url(kept, page.next_page_number()) if page.has_next() else "",
    }
    return render(request, "people/person_list.html", context)


def _select(name: str, label: str, choices: list[tuple[str, str]], chosen: str) -> dict[str, Any]:
    options = [{"value": value, "label": text, "selected": value == chosen} for value, text in choices]
    return {"name": name, "label": label, "type": "select", "value": chosen, "options": options}


def _page_url(kept: dict[str, str], number: int) -> str:
    from urllib.parse import urlencode

    return f"{reverse('person-list')}?{urlencode({**kept, 'seite': number})}"


@require_http_methods(["GET", "POST"])
@for_managers
def person_create(request: HttpRequest) -> HttpResponse:
    """The form for a new login; the person chooses the password with a link that is shown next."""
    form = NewPersonForm(posted(request))
    if request.method == "POST" and form.is_valid():
        user, _nothing = save(
            form,
            lambda: create_user(**form.values(), password=None, actor=actor_of(request)),
        )
        if user is not None:
            messages.success(request, _("Der Zugang „%(name)s“ ist angelegt.") % {"name": user.username})
            request.session[LINK_WANTED] = user.pk
            return redirect("person-link", user.pk)
    context = {
        **page_context("person-list", _("Person anlegen"), (_("Person anlegen"), "")),
        "page_lead": _(
            "Ein Passwort brauchen Sie nicht zu vergeben: Im nächsten Schritt erhalten Sie einen Link, mit dem die"
            " Person es selbst wählt."
        ),
        "form": form,
        "submit_label": _("Anlegen"),
        "cancel_url": reverse("person-list"),
    }
    return render(request, "people/form.html", context, status=http_status(form, []))


@require_http_methods(["GET", "POST"])
@for_managers
def person(request: HttpRequest, pk: int) -> HttpResponse:
    """One login: its data, its roles, its way to a new password."""
    user = get_object_or_404(User.objects.select_related("unit"), pk=pk)
    names = ("first_name", "last_name", "email", "unit", "is_active", "version")
    form = PersonForm(posted(request), initial={name: getattr(user, name) for name in names})
    conflict: list[dict[str, str]] = []
    if request.method == "POST" and form.is_valid():
        saved, conflict = save(
            form,
            lambda: update_user(
                user,
                expected_version=form.expected_version,
                **form.values(),
                actor=actor_of(request),
            ),
        )
        if saved is not None:
            messages.success(request, _("Die Angaben sind gespeichert."))
            return redirect("person", pk)
        user = User.objects.select_related("unit").get(pk=pk)
    today, account = clock.today(), account_of(user)
    memberships = user.memberships.select_related("role", "body").order_by("role__position", "pk")
    context = {
        **page_context("person-list", str(user), (str(user), "")),
        "person": user,
        "can_sign_in": user.is_active and (user.has_usable_password() or account is not None),
        "has_password": user.has_usable_password(),
        "account": account,
        "service": service_name(),
        "factor_asked": bool(without_factor([user])),
        "access_changes": list(access_changes(user)[:MOST_CHANGES]),
        "changes": list(role_changes(user)[:MOST_CHANGES]),
        "memberships": [
            {
                "membership": membership,
                "is_over": membership.ends is not None and membership.ends < today,
                "is_ahead": membership.starts is not None and membership.starts > today,
            }
            for membership in memberships
        ],
        "form": form,
        "conflict": conflict,
        "submit_label": _("Speichern"),
        "cancel_url": reverse("person-list"),
    }
    return render(request, "people/person.html", context, status=http_status(form, conflict))


@never_cache
@require_http_methods(["GET", "POST"])
@for_managers
def person_link(request: HttpRequest, pk: int) -> HttpResponse:
    """Show a link with which the person chooses a password: once, after it was asked for."""
    user = get_object_or_404(User, pk=pk, is_active=True)
    by_mail = can_send() and bool(user.email)
    if request.method == "POST" and request.POST.get("weg") == "mail" and by_mail:
        return _mail_link(request, user)
    if request.method == "POST":
        request.session[LINK_WANTED] = user.pk
        return redirect("person-link", pk)
    wanted = request.session.get(LINK_WANTED) == user.pk
    if wanted:
        del request.session[LINK_WANTED]
    context = {
        **page_context(
            "person-list",
            _("Link zum Anmelden"),
            (str(user), reverse("person", args=[pk])),
            (_("Link zum Anmelden"), ""),
        ),
        "person": user,
        "link": sign_in_link(request, user) if wanted else "",
        "by_mail": by_mail,
        "days": settings.PASSWORD_RESET_TIMEOUT // 86_400,
    }
    return render(request, "people/person_link.html", context)


def _mail_link(request: HttpRequest, user: User) -> HttpResponse:
    """Send the link to the person's own address, by the outbox; it is shown to nobody."""
    invite(user)
    messages.success(request, _("Der Link ist an %(address)s unterwegs.") % {"address": user.email})
    return redirect("person", user.pk)


def sign_in_link(request: HttpRequest, user: User) -> str:
    """The address at which this person, and nobody else, chooses a password; worthless once used."""
    parts = [urlsafe_base64_encode(force_bytes(user.pk)), default_token_generator.make_token(user)]
    path = reverse("password_reset_confirm", args=parts)
    return f"{settings.INSEK_ORIGIN}{path}" if settings.INSEK_ORIGIN else request.build_absolute_uri(path)
