"""The city's own sign-in service (OpenID Connect, such as Keycloak): asked by django-allauth, believed under stricter rules.

django-allauth keeps state and PKCE and speaks with the service. Added here: the service must be the one that the environment names, in
its own description, in the answer and in its signed token; that token is checked with its key and belongs to this one attempt (nonce);
what the service says of the person afterwards must be said of the same person. Nothing of it is kept but the person's key there.
"""

from __future__ import annotations

import ipaddress
import json
import logging
from collections.abc import Mapping
from typing import Any
from urllib.parse import urlencode, urlsplit

import jwt
from allauth.core.exceptions import ImmediateHttpResponse
from allauth.socialaccount.adapter import DefaultSocialAccountAdapter
from allauth.socialaccount.models import SocialApp, SocialLogin
from allauth.socialaccount.providers.oauth2.client import OAuth2Error
from allauth.socialaccount.providers.openid_connect.provider import OpenIDConnectProvider
from allauth.socialaccount.providers.openid_connect.views import OpenIDConnectOAuth2Adapter
from django.conf import settings
from django.http import HttpRequest
from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext as _

logger = logging.getLogger("insek.signin")

ALGORITHMS = ("RS256", "RS384", "RS512", "PS256", "PS384", "PS512", "ES256", "ES384", "ES512", "EdDSA")
"""How a token may be signed: with a key of which only the service has the secret half."""
LEEWAY = 60
"""Seconds by which clocks may differ."""
LOGOUT = "signed-in-at-service"
"""Key of the session: where and with which token one signs out at the service too."""
LARGEST_TOKEN = 20_000
LONGEST_ISSUER = 200
"""Signs of the issuer: what the table of links takes."""
ENDPOINTS = ("authorization_endpoint", "token_endpoint", "userinfo_endpoint", "jwks_uri")


def is_on() -> bool:
    """Whether a sign-in service is named."""
    return bool(settings.INSEK_OIDC_ISSUER and settings.INSEK_OIDC_CLIENT)


def service_name() -> str:
    """What the service is called on pages."""
    return settings.INSEK_OIDC_NAME or _("Anmeldedienst")


def may_be_asked(address: str) -> bool:
    """Whether an address is safe to send secrets to: https, or this very machine."""
    parts = urlsplit(address)
    if parts.scheme == "https":
        return bool(parts.hostname)
    return parts.scheme == "http" and _is_here(parts.hostname or "")


def _is_here(host: str) -> bool:
    try:
        return host == "localhost" or ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


def problems_of(description: Mapping[str, Any]) -> list[str]:
    """What is wrong with how the service describes itself (OpenID Connect Discovery), in words for the operator."""
    found = []
    if str(description.get("issuer") or "").rstrip("/") != settings.INSEK_OIDC_ISSUER:
        found.append(
            f"Der Dienst nennt sich {description.get('issuer')!r}, INSEK_OIDC_ISSUER ist {settings.INSEK_OIDC_ISSUER!r}."
        )
    for name in ENDPOINTS:
        if not may_be_asked(str(description.get(name) or "")):
            found.append(f"Der Dienst nennt keine https-Adresse für {name}.")
    return found


class CityService(OpenIDConnectOAuth2Adapter):
    """How the service is asked, and what is believed of its answer."""

    @property
    def openid_config(self) -> dict[str, Any]:
        """How the service describes itself. Raises OAuth2Error where it is another one than the one that is named."""
        config: dict[str, Any] = super().openid_config
        if not isinstance(config, dict) or (found := problems_of(config)):
            raise OAuth2Error(" ".join(found) if isinstance(config, dict) else "no description")
        return config

    def get_callback_url(self, request: HttpRequest, app: SocialApp) -> str:
        """The one address to which the service sends people back, whatever the language of the page was."""
        with translation.override("de"):
            path = reverse("service-return")
        return f"{settings.INSEK_ORIGIN}{path}" if settings.INSEK_ORIGIN else request.build_absolute_uri(path)

    def complete_login(self, request: HttpRequest, app: SocialApp, token: Any, **kwargs: Any) -> SocialLogin:
        """What the service says of the person, once its signed token was checked. Raises OAuth2Error."""
        signed = kwargs["response"].get("id_token")
        if not isinstance(signed, str) or len(signed) > LARGEST_TOKEN:
            raise OAuth2Error("no id_token")
        told = self._checked(app, signed)
        more = self._fetch_user_info(token.token)
        if not isinstance(more, dict) or more.get("sub") != told["sub"]:
            raise OAuth2Error("userinfo is of somebody else")
        login = self.get_provider().sociallogin_from_response(request, {"id_token": told})
        login.claims = {**told, **more}
        login.signed = signed
        login.sign_out_at = str(self.openid_config.get("end_session_endpoint") or "")
        return login

    def _checked(self, app: SocialApp, signed: str) -> dict[str, Any]:
        """The claims of a token that this service signed for this program. Raises OAuth2Error."""
        try:
            header = jwt.get_unverified_header(signed)
            if header.get("alg") not in ALGORITHMS:
                raise OAuth2Error("algorithm")
            told: dict[str, Any] = jwt.decode(
                signed, self._key(header), algorithms=[header["alg"]], audience=app.client_id,
                issuer=self.openid_config["issuer"], leeway=LEEWAY,
                options={"require": ["iss", "sub", "aud", "exp", "iat"]},
            )  # fmt: skip
        except jwt.PyJWTError as error:
            raise OAuth2Error(f"id_token: {error}") from error
        party = told.get("azp", app.client_id)
        audience = told["aud"]
        if party != app.client_id or (isinstance(audience, list) and len(audience) > 1 and "azp" not in told):
            raise OAuth2Error("id_token of another program")
        if not isinstance(told["sub"], str) or not told["sub"] or len(told["sub"]) > 255:
            raise OAuth2Error("sub")
        return told

    def _key(self, header: Mapping[str, Any]) -> Any:
        """The key of the service with which a token was signed. Raises OAuth2Error."""
        from allauth.socialaccount.adapter import get_adapter

        with get_adapter().get_requests_session() as session:
            answer = session.get(self.openid_config["jwks_uri"])
            answer.raise_for_status()
            keys = answer.json().get("keys")
        fitting = [
            key
            for key in (keys if isinstance(keys, list) else [])
            if isinstance(key, dict) and key.get("use", "sig") == "sig" and key.get("kty") in {"RSA", "EC", "OKP"}
            and ("kid" not in header or key.get("kid") == header["kid"])
        ]  # fmt: skip
        if len(fitting) != 1:
            raise OAuth2Error("key of the id_token")
        return jwt.PyJWK(json.loads(json.dumps(fitting[0])), algorithm=header["alg"]).key


class CityProvider(OpenIDConnectProvider):
    """The one service, as the environment names it."""

    oauth2_adapter_class = CityService
    pkce_enabled_default = True

    def get_scope(self) -> list[str]:
        """What is asked for; openid always."""
        return list(dict.fromkeys(["openid", *settings.INSEK_OIDC_SCOPES]))

    def extract_extra_data(self, data: Any) -> dict[str, Any]:
        """Nothing of what the service says is kept beside the key of the person."""
        return {}


class CityAccounts(DefaultSocialAccountAdapter):
    """Leads every end of django-allauth's ways into ours: there is no sign-up, and no page of its own."""

    def get_app(self, request: HttpRequest, provider: str, client_id: str | None = None) -> SocialApp:
        """The one service; none is kept in the database."""
        if not is_on():
            raise SocialApp.DoesNotExist
        return SocialApp(
            provider="openid_connect", provider_id=settings.INSEK_OIDC_ISSUER, name=service_name(),
            client_id=settings.INSEK_OIDC_CLIENT, secret=settings.INSEK_OIDC_SECRET,
            settings={"server_url": settings.INSEK_OIDC_ISSUER},
        )  # fmt: skip

    def list_apps(self, request: HttpRequest, provider: Any = None, client_id: Any = None) -> list[SocialApp]:
        """The same as a list."""
        return [self.get_app(request, provider, client_id)] if is_on() else []

    def get_provider(self, request: HttpRequest, provider: str, client_id: str | None = None) -> CityProvider:
        """The one service, whatever name it is asked by."""
        return CityProvider(request, app=self.get_app(request, provider, client_id))

    def is_open_for_signup(self, request: HttpRequest, sociallogin: SocialLogin) -> bool:
        """Nobody signs up; ``arriving`` says who is let in."""
        return False

    def pre_social_login(self, request: HttpRequest, sociallogin: SocialLogin) -> None:
        """From here on our own code goes on: ``views.service.arrive``."""
        from .views.service import arrive

        raise ImmediateHttpResponse(arrive(request, sociallogin))

    def on_authentication_error(
        self,
        request: HttpRequest,
        provider: Any,
        error: Any = None,
        exception: Any = None,
        extra_context: Any = None,
    ) -> None:
        """Every way in which it may fail ends on our page."""
        from .views.service import refused

        logger.warning(
            "sign-in over the service failed: %s", type(exception).__name__ if exception else error
        )
        reason = "cancelled" if str(error) == "cancelled" else "failed"
        raise ImmediateHttpResponse(refused(request, reason))


def sign_out_address(kept: Any) -> str:
    """Where one signs out at the service too, empty where it has no such address (RP-Initiated Logout)."""
    if not is_on() or not isinstance(kept, dict) or not may_be_asked(str(kept.get("at", ""))):
        return ""
    back = settings.INSEK_ORIGIN or ""
    query = {
        "client_id": settings.INSEK_OIDC_CLIENT,
        "id_token_hint": str(kept.get("token", "")),
        **({"post_logout_redirect_uri": f"{back}/"} if back else {}),
    }
    joint = "&" if urlsplit(kept["at"]).query else "?"
    return f"{kept['at']}{joint}{urlencode(query)}"
