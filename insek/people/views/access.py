"""Signing in, and choosing a password with the link that the administration hands over."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlencode

from django.contrib.auth import views
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.middleware.csrf import get_token
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from insek.people.addresses import address_of

from ..forms import SignInForm
from ..guessing import Attempt
from ..provider import LOGOUT, is_on, service_name, sign_out_address
from ..sessions import person_key
from ..signing_in import sign_in


class SignIn(views.LoginView):
    """Who is signed in already is led to the own area."""

    authentication_form = SignInForm
    redirect_authenticated_user = True

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """Refuse what comes too often before the password is looked at."""
        self.attempt = Attempt.of(request, request.POST.get("username", ""))
        if self.attempt.is_one_too_many():
            return render(request, "people/locked.html", {"noindex": True}, status=429)
        return super().post(request, *args, **kwargs)

    def form_valid(self, form: Any) -> HttpResponse:
        """Count from the beginning, and ask for the second factor where there is one."""
        self.attempt.succeeded()
        return sign_in(self.request, form.get_user(), next_url=self.get_success_url())

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """Also the way over the city's sign-in service, where there is one."""
        context = super().get_context_data(**kwargs)
        if is_on():
            query = f"?{urlencode({'next': context['next']})}" if context.get("next") else ""
            context |= {"service": service_name(), "service_url": f"{reverse('service')}{query}"}
        return context

    def form_invalid(self, form: Any) -> HttpResponse:
        """Count what was a try; an empty field is none."""
        if form.cleaned_data.get("password"):
            self.attempt.failed()
        return super().form_invalid(form)


class SignOut(views.LogoutView):
    """Sign out here, and lead to where one signs out at the sign-in service too."""

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """A page of its own where the person came over the service: there it is still signed in, and browsers follow no form to it."""
        address = sign_out_address(request.session.get(LOGOUT))
        answer = super().post(request, *args, **kwargs)
        if not address:
            return answer
        context = {"service_url": address, "service": service_name(), "noindex": True}
        return render(request, "people/service_sign_out.html", context)


class ChoosePassword(views.PasswordResetConfirmView):
    """The person chooses a password and goes on to the own area, over the second factor where there is one. A locked login stays locked."""

    post_reset_login = False
    title = _("Passwort wählen")

    def form_valid(self, form: Any) -> HttpResponse:
        """Keep the password; the link alone lets nobody past the second factor."""
        super().form_valid(form)
        return sign_in(self.request, form.user, next_url=self.get_success_url())

    def get_success_url(self) -> str:
        """The own area."""
        return address_of("home")

    def get_user(self, uidb64: str) -> Any:
        """Nobody for a login that may not sign in: its link counts as expired."""
        user = super().get_user(uidb64)
        return user if user is not None and user.is_active else None


@require_safe
@never_cache
def still_there(request: HttpRequest) -> JsonResponse:
    """Who is signed in, and the token for forms that were opened before; 401 for nobody. Asked by pages with forms."""
    if request.user.pk is None:
        return JsonResponse({}, status=401)
    return JsonResponse({"person": person_key(request.user.pk), "csrf": get_token(request)})
