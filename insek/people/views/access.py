"""Signing in, and choosing a password with the link that the administration hands over."""

from __future__ import annotations

from typing import Any

from django.contrib.auth import views
from django.urls import reverse_lazy
from django.utils.translation import gettext_lazy as _

from ..forms import SignInForm


class SignIn(views.LoginView):
    """Who is signed in already is led to the own area."""

    authentication_form = SignInForm
    redirect_authenticated_user = True


class ChoosePassword(views.PasswordResetConfirmView):
    """The person chooses a password and is signed in at once. A locked login stays locked."""

    success_url = reverse_lazy("home")
    post_reset_login = True
    post_reset_login_backend = "django.contrib.auth.backends.ModelBackend"
    title = _("Passwort wählen")

    def get_user(self, uidb64: str) -> Any:
        """Nobody for a login that may not sign in: its link counts as expired."""
        user = super().get_user(uidb64)
        return user if user is not None and user.is_active else None
