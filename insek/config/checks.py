"""What an installation must fulfil before it may be reached by the public. `insek check` and `insek serve` run these."""

from collections.abc import Sequence
from typing import Any
from urllib.parse import urlsplit

from django.apps import apps
from django.conf import settings
from django.core.checks import CheckMessage, Error, Tags, register
from django.db import OperationalError, ProgrammingError


@register(Tags.security)
def production_is_configured(app_configs: object = None, **kwargs: Any) -> list[CheckMessage]:
    """Refuse a production that signs with a weak key, shows debug pages or answers to any host name."""
    if settings.INSEK_ENV != "production":
        return []
    found: list[CheckMessage] = []
    if len(settings.SECRET_KEY) < settings.MINIMAL_SECRET_LENGTH or len(set(settings.SECRET_KEY)) < 8:
        found.append(
            Error(
                "INSEK_SECRET_KEY ist zu schwach.",
                hint='Erzeugen: python -c "import secrets; print(secrets.token_urlsafe(60))"',
                id="insek.E001",
            )
        )
    if settings.DEBUG:
        found.append(
            Error(
                "DEBUG ist eingeschaltet.",
                hint="DEBUG gibt es nur mit INSEK_ENV=development.",
                id="insek.E002",
            )
        )
    if not settings.INSEK_HOSTS or any(host == "*" for host in settings.INSEK_HOSTS):
        found.append(
            Error(
                "INSEK_HOSTS nennt keinen festen Namen.",
                hint="Zum Beispiel: INSEK_HOSTS=insek.kaiserslautern.de",
                id="insek.E003",
            )
        )
    origin = urlsplit(settings.INSEK_ORIGIN)
    if origin.scheme != "https" or not origin.netloc or origin.path:
        found.append(
            Error(
                "INSEK_ORIGIN ist keine https-Adresse.",
                hint="Zum Beispiel: INSEK_ORIGIN=https://insek.kaiserslautern.de",
                id="insek.E004",
            )
        )
    return found


@register(Tags.database)
def no_demo_logins(
    app_configs: object = None, databases: Sequence[str] | None = None, **kwargs: Any
) -> list[CheckMessage]:
    """Refuse a production whose database holds the demo's logins: everybody knows their password."""
    if settings.INSEK_ENV != "production" or not databases:
        return []
    try:
        names = (
            apps.get_model("people", "User").objects.filter(is_demo=True).values_list("username", flat=True)
        )
        known = ", ".join(sorted(names))
    except (OperationalError, ProgrammingError):  # no tables yet: `insek migrate` comes first
        return []
    if not known:
        return []
    return [
        Error(
            f"Die Datenbank enthält Zugänge der Vorführung: {known}.",
            hint="Eine eigene, leere Datenbank verwenden (INSEK_DATA_DIR oder INSEK_DATABASE_URL).",
            id="insek.E005",
        )
    ]
