"""Whether the city's sign-in service answers and describes itself as INSEK needs it, asked as at a sign-in."""

from __future__ import annotations

from typing import Any

import requests
from allauth.socialaccount.adapter import get_adapter
from django.conf import settings

from insek.people.provider import ALGORITHMS, is_on, problems_of


class ServiceUnasked(Exception):
    """The service does not answer with a description; the text says how."""


def problems_of_service() -> list[str]:
    """What is wrong with the service, in sentences for the operator. Raises ServiceUnasked."""
    address = f"{settings.INSEK_OIDC_ISSUER}/.well-known/openid-configuration"
    try:
        with get_adapter().get_requests_session() as session:
            answer = session.get(address)
            answer.raise_for_status()
            told: Any = answer.json()
    except (requests.RequestException, ValueError) as error:
        raise ServiceUnasked(f"{address}: {error}") from error
    if not isinstance(told, dict):
        raise ServiceUnasked(f"{address}: keine Selbstauskunft")
    found = problems_of(told)
    if not _names(told, "response_types_supported", {"code"}):
        found.append("Der Dienst bietet die Anmeldung mit einem Code (response_type=code) nicht an.")
    if not _names(told, "id_token_signing_alg_values_supported", set(ALGORITHMS)):
        found.append("Der Dienst unterschreibt nicht mit einem Verfahren, dem INSEK glaubt, etwa RS256.")
    missing = [scope for scope in settings.INSEK_OIDC_SCOPES if not _names(told, "scopes_supported", {scope})]
    if missing:
        found.append(f"INSEK_OIDC_SCOPES: {', '.join(missing)} kennt der Dienst nicht.")
    return found


def _names(told: dict[str, Any], key: str, wanted: set[str]) -> bool:
    """Whether a list names one of these; a list that is not there says nothing."""
    said = told.get(key)
    return not isinstance(said, list) or any(name in wanted for name in said)


def what_service_says() -> tuple[str, str]:
    """What keeps people from signing in over the service, and what is said where all is well; both empty where none is named."""
    if not is_on():
        return "", ""
    try:
        problems = problems_of_service()
    except ServiceUnasked as error:
        problems = [f"Er antwortet nicht mit seiner Selbstauskunft: {error}"]
    if problems:
        return "Der Anmeldedienst ist falsch eingerichtet:\n" + "\n".join(problems), ""
    return "", "Der Anmeldedienst antwortet und nennt sich, wie INSEK_OIDC_ISSUER ihn nennt."
