"""The second factor: asked for when somebody signs in, set up and switched off by the person, reset by an administrator."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.contrib.auth import update_session_auth_hash
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_POST

from insek.people.actors import actor_of

from .. import second_factor
from ..addresses import address_of
from ..arriving import account_of, unlink
from ..forms import CodeForm, NewFactorForm, OwnCodeForm
from ..models import Role, User
from ..provider import service_name
from ..requests import posted
from ..signing_in import begin_anew, let_in, who_waits
from .shared import for_managers, page_context

NEW = "second-factor-new"
"""Key of the session: the secret of a second factor that is being set up, encrypted."""


def _locked(request: HttpRequest) -> HttpResponse:
    return render(request, "people/factor_locked.html", {"noindex": True}, status=429)


def _wrong_code() -> str:
    return _(
        "Dieser Code stimmt nicht, oder er ist schon benutzt. Warten Sie, bis die App einen neuen zeigt."
    )


@sensitive_post_parameters()
@never_cache
@require_http_methods(["GET", "POST"])
def ask(request: HttpRequest) -> HttpResponse:
    """Ask whoever is about to sign in for a code."""
    user = who_waits(request)
    if user is None:
        return begin_anew()
    form = CodeForm(posted(request))
    if request.method == "POST" and form.is_valid():
        if second_factor.tried_too_often(user):
            return _locked(request)
        if second_factor.is_right(user, form.cleaned_data["code"]):
            return let_in(request, user)
        form.add_error("code", _wrong_code())
    context = {"form": form, "noindex": True, "login_page": reverse("login")}
    return render(request, "people/factor_ask.html", context)


@sensitive_post_parameters()
@never_cache
@require_http_methods(["GET", "POST"])
@login_required
def own(request: HttpRequest) -> HttpResponse:
    """The own second factor: how it stands, or how it is set up."""
    user = _signed_in(request)
    if user.factor_key:
        return render(request, "people/factor_own.html", _own_context(user))
    if request.method != "POST" or NEW not in request.session:
        request.session[NEW] = second_factor.KeptSecrets().encrypt(second_factor.new_secret())
    secret = second_factor.KeptSecrets().decrypt(request.session[NEW])
    form = NewFactorForm(posted(request), user=user)
    if request.method == "POST" and form.is_valid():
        if second_factor.tried_too_often(user):
            return _locked(request)
        if not form.knows_password():
            form.add_error("password", _("Das ist nicht Ihr Passwort."))
        elif second_factor.holds_code(secret, form.cleaned_data["code"]):
            del request.session[NEW]
            codes = second_factor.set_up(user, secret)
            update_session_auth_hash(request, user)
            return _codes(request, codes, is_new=True)
        else:
            form.add_error("code", _wrong_code())
    address = second_factor.otpauth_address(user, secret, f"INSEK {request.get_host()}")
    context = {
        "form": form,
        "roles_in_waiting": list(Role.objects.filter(pk__in=actor_of(request).roles_in_waiting)),
        "pattern": second_factor.pattern(address),
        "secret": " ".join(secret[at : at + 4] for at in range(0, len(secret), 4)),
        "noindex": True,
        "cancel_url": address_of("home"),
    }
    return render(request, "people/factor_new.html", context, status=400 if form.errors else 200)


def _signed_in(request: HttpRequest) -> User:
    user = request.user
    assert isinstance(user, User)
    return user


def _own_context(user: User, form: OwnCodeForm | None = None) -> dict[str, Any]:
    return {
        "form": form or OwnCodeForm(),
        "left": second_factor.paper_codes_left(user),
        "changes": list(second_factor.access_changes(user)[:20]),
        "noindex": True,
        "home": address_of("home"),
    }


def _codes(request: HttpRequest, codes: list[str], *, is_new: bool) -> HttpResponse:
    """The codes for the paper, shown once and in this answer alone."""
    context = {"codes": codes, "is_new": is_new, "noindex": True, "home": address_of("home")}
    return render(request, "people/factor_codes.html", context)


@sensitive_post_parameters()
@never_cache
@require_POST
@login_required
def own_change(request: HttpRequest) -> HttpResponse:
    """Switch the own second factor off, or make new codes for the paper: with a code, so that an open session is not enough."""
    user = _signed_in(request)
    if not user.factor_key:
        return redirect("own-factor")
    form = OwnCodeForm(posted(request))
    if form.is_valid():
        if second_factor.tried_too_often(user):
            return _locked(request)
        if second_factor.is_right(user, form.cleaned_data["code"]):
            if form.cleaned_data["act"] == "codes":
                return _codes(request, second_factor.make_paper_codes(user), is_new=False)
            second_factor.end(user)
            update_session_auth_hash(request, user)
            messages.success(request, _("Der zweite Faktor ist ausgeschaltet."))
            return redirect("own-factor")
        form.add_error("code", _wrong_code())
    return render(request, "people/factor_own.html", _own_context(user, form), status=400)


@require_http_methods(["GET", "POST"])
@for_managers
def reset(request: HttpRequest, pk: int) -> HttpResponse:
    """Ask once, then take away the second factor of somebody who lost the phone and the paper."""
    user = get_object_or_404(User, pk=pk)
    if request.method == "POST":
        if second_factor.reset(user, actor=actor_of(request)):
            messages.success(
                request, _("Der zweite Faktor von %(person)s ist zurückgesetzt.") % {"person": user}
            )
        return redirect("person", pk)
    back = reverse("person", args=[pk])
    title = _("Zweiten Faktor zurücksetzen")
    context = {
        **page_context("person-list", title, (str(user), back), (title, "")),
        "person": user,
        "is_self": actor_of(request).user_id == user.pk,
        "cancel_url": back,
    }
    return render(request, "people/factor_reset.html", context)


@require_http_methods(["GET", "POST"])
@for_managers
def service_unlink(request: HttpRequest, pk: int) -> HttpResponse:
    """Ask once, then take the link to the account at the sign-in service away."""
    user = get_object_or_404(User, pk=pk)
    if request.method == "POST":
        if unlink(user, actor=actor_of(request)):
            messages.success(request, _("Die Verbindung von %(person)s ist gelöst.") % {"person": user})
        return redirect("person", pk)
    back = reverse("person", args=[pk])
    title = _("Verbindung zum Anmeldedienst lösen")
    context = {
        **page_context("person-list", title, (str(user), back), (title, "")),
        "person": user,
        "account": account_of(user),
        "service": service_name(),
        "cancel_url": back,
    }
    return render(request, "people/service_unlink.html", context)
