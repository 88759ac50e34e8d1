"""Signing in with the account at the city's own sign-in service: there, back again, and why not."""

from __future__ import annotations

import logging
import secrets

import requests
from allauth.socialaccount.models import SocialLogin
from allauth.socialaccount.providers.base.constants import AuthProcess
from allauth.socialaccount.providers.oauth2.client import OAuth2Error
from allauth.socialaccount.providers.oauth2.views import OAuth2CallbackView
from django.conf import settings
from django.contrib.auth.views import RedirectURLMixin
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import translation
from django.utils.crypto import constant_time_compare
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from ..addresses import address_of
from ..arriving import ArrivalRefused, person_of
from ..counting import Limit, too_often
from ..groups import GroupsUnreadable
from ..provider import LOGOUT, CityAccounts, CityService, is_on, service_name
from ..signing_in import sign_in
from ..visitors import household

logger = logging.getLogger("insek.signin")

MOST_HERE = Limit("service", 300, 15 * 60)
"""Ways to the service and back from one address; a whole town hall may have the same."""
LANGUAGE = "language-before-service"
REASONS = {
    "cancelled": _("Sie haben die Anmeldung dort abgebrochen. Sie können es jederzeit wieder versuchen."),
    "failed": _(
        "Die Anmeldung kam nicht zustande, etwa weil sie zu lange gedauert hat oder die Seite ein zweites Mal geöffnet wurde."
        " Bitte beginnen Sie von vorn."
    ),
    "often": _(
        "Von diesem Anschluss aus wurde die Anmeldung sehr oft begonnen. In einer Viertelstunde geht es wieder; mit einem Passwort"
        " kommen Sie auch jetzt hinein."
    ),
    "silent": _("Der Anmeldedienst antwortet nicht. Bitte versuchen Sie es später; mit einem Passwort kommen Sie auch jetzt hinein."),
    "groups": _(
        "Der Anmeldedienst nennt Ihre Gruppen nicht so, wie INSEK sie lesen kann. Bitte sagen Sie der Administration Ihrer Stadt"
        " Bescheid."
    ),
    "locked": _("Ihr Zugang ist gesperrt. Fragen Sie bitte die Administration Ihrer Stadt."),
    "address_taken": _(
        "Für Ihre E-Mail-Adresse gibt es hier schon einen Zugang, der nicht mit diesem Konto verbunden ist. Melden Sie sich mit"
        " Anmeldename und Passwort an, oder fragen Sie die Administration Ihrer Stadt."
    ),
    "no_role": _(
        "Ihr Konto ist in Ordnung, aber keine Ihrer Gruppen gibt hier eine Rolle. Wer mitarbeiten soll, entscheidet die"
        " Administration Ihrer Stadt. Alles Öffentliche lesen Sie ohne Anmeldung."
    ),
}  # fmt: skip


def _limited(request: HttpRequest) -> HttpResponse | None:
    if not is_on():
        raise Http404
    if too_often([MOST_HERE._replace(name=f"service:{household(request)}")]):
        return refused(request, "often", status=429)
    return None


def next_of(request: HttpRequest, wanted: str) -> str:
    """Where to go afterwards: a page of this very site, else the own area."""
    safe = url_has_allowed_host_and_scheme(wanted, {request.get_host()}, require_https=request.is_secure())
    return wanted if safe else address_of("home")


@never_cache
@require_safe
def begin(request: HttpRequest) -> HttpResponse:
    """Lead to the service. A link and no form, since browsers refuse forms that end at another site."""
    if (limited := _limited(request)) is not None:
        return limited
    next_url = next_of(request, request.GET.get(RedirectURLMixin.redirect_field_name, ""))
    if request.user.is_authenticated:
        return redirect(next_url)
    request.session[LANGUAGE] = get_language() or "de"
    nonce = secrets.token_urlsafe(24)
    provider = CityAccounts(request).get_provider(request, settings.INSEK_OIDC_ISSUER)
    try:
        answer: HttpResponse = provider.redirect(
            request, AuthProcess.LOGIN, next_url=next_url, nonce=nonce, auth_params={"nonce": nonce}
        )
    except (OAuth2Error, requests.RequestException, ValueError, TypeError, AttributeError) as error:
        logger.warning("the sign-in service does not answer as it should: %s", error)
        return refused(request, "silent", status=503)
    return answer


@never_cache
@require_safe
def returned(request: HttpRequest) -> HttpResponse:
    """Back from the service: what it says is checked, then ``arrive``."""
    if (limited := _limited(request)) is not None:
        return limited
    named = request.GET.get("iss")
    if named is not None and named.rstrip("/") != settings.INSEK_OIDC_ISSUER:
        logger.warning("an answer of another sign-in service was refused")
        return refused(request, "failed")
    view = OAuth2CallbackView.adapter_view(CityService(request, settings.INSEK_OIDC_ISSUER))
    try:
        answer: HttpResponse = view(request)
    except (OAuth2Error, requests.RequestException, KeyError, ValueError, TypeError, AttributeError) as error:
        logger.warning(
            "the sign-in service answers what cannot be read or believed: %s", type(error).__name__
        )
        return refused(request, "failed")
    return answer


def arrive(request: HttpRequest, came: SocialLogin) -> HttpResponse:
    """The service has said who it is: let in by the rules of ``arriving``, over the second factor."""
    nonce = came.state.get("nonce", "")
    if not nonce or not constant_time_compare(str(came.claims.get("nonce", "")), nonce):
        logger.warning("a token of another attempt to sign in was refused")
        return refused(request, "failed")
    try:
        user = person_of(came.claims)
    except GroupsUnreadable as error:
        logger.warning("the claim of groups is no list of names: %s", error)
        return refused(request, "groups")
    except ArrivalRefused as error:
        return refused(request, error.reason)
    kept = {LOGOUT: {"at": came.sign_out_at, "token": came.signed}} if came.sign_out_at else {}
    next_url = next_of(request, str(came.state.get("next") or ""))
    return sign_in(request, user, next_url=next_url, from_service=True, kept=kept)


def refused(request: HttpRequest, reason: str, status: int = 403) -> HttpResponse:
    """Why nobody was signed in, in the language in which it began."""
    language = request.session.get(LANGUAGE)
    if language in dict(settings.LANGUAGES):
        translation.activate(language)
    context = {
        "reason": REASONS[reason],
        "service": service_name(),
        "again_url": reverse("service"),
        "password_url": reverse("login"),
        "noindex": True,
    }
    return render(request, "people/service_refused.html", context, status=status)
