"""What an installation must fulfil before it may be reached by the public. `insek check` and `insek serve` run these."""

from collections.abc import Sequence
from typing import Any
from urllib.parse import urlsplit

from django.apps import apps
from django.conf import settings
from django.core.checks import CheckMessage, Error, Tags, register
from django.db import OperationalError, ProgrammingError

from insek.people.arriving import LINKING
from insek.people.provider import LONGEST_ISSUER, may_be_asked
from insek.people.visitors import parsed_address

from .private_files import open_to_others


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
                hint="Zum Beispiel: INSEK_HOSTS=insek.musterstadt.de",
                id="insek.E003",
            )
        )
    origin = urlsplit(settings.INSEK_ORIGIN)
    if origin.scheme != "https" or not origin.netloc or origin.path:
        found.append(
            Error(
                "INSEK_ORIGIN ist keine https-Adresse.",
                hint="Zum Beispiel: INSEK_ORIGIN=https://insek.musterstadt.de",
                id="insek.E004",
            )
        )
    for named in settings.INSEK_EMBED_ORIGINS:
        framing = urlsplit(named)
        if framing.scheme != "https" or not framing.netloc or framing.path or framing.query or "*" in named:
            found.append(
                Error(
                    f"INSEK_EMBED_ORIGINS nennt {named!r}; erlaubt sind https-Adressen ohne Pfad und ohne Stern.",
                    hint="Zum Beispiel: INSEK_EMBED_ORIGINS=https://www.musterstadt.de",
                    id="insek.E008",
                )
            )
    return found


@register(Tags.security)
def production_is_private(app_configs: object = None, **kwargs: Any) -> list[CheckMessage]:
    """Refuse a production whose files others on the machine may read, or that trusts no proxy although it listens to the network."""
    if settings.INSEK_ENV != "production":
        return []
    found: list[CheckMessage] = []
    if readable := open_to_others():
        found.append(
            Error(
                f"Andere Benutzer dieses Rechners können lesen, was INSEK aufbewahrt, etwa {readable[0]}.",
                hint="insek migrate und insek serve nehmen ihnen das Recht; gehört die Datei jemand anderem: chmod go= DATEI",
                id="insek.E006",
            )
        )
    listens = parsed_address(settings.INSEK_HOST.replace("localhost", "127.0.0.1"))
    if not (listens and listens.is_loopback) and all(
        net.is_loopback for net in settings.INSEK_TRUSTED_PROXIES
    ):
        found.append(
            Error(
                f"INSEK lauscht auf {settings.INSEK_HOST}, kennt aber keinen Webserver davor außer auf diesem Rechner.",
                hint="INSEK_TRUSTED_PROXIES nennt die Adresse des Webservers davor, oder INSEK_HOST=127.0.0.1.",
                id="insek.E007",
            )
        )
    return found


@register(Tags.security)
def sign_in_service_is_configured(app_configs: object = None, **kwargs: Any) -> list[CheckMessage]:
    """Refuse half a description of the city's sign-in service: nobody would get in, or the wrong ones."""
    found: list[CheckMessage] = []
    issuer = settings.INSEK_OIDC_ISSUER

    def wrong(said: str, hint: str) -> None:
        found.append(Error(said, hint=hint, id="insek.E009"))

    if settings.INSEK_OIDC_LINK not in LINKING:
        wrong(f"INSEK_OIDC_LINK={settings.INSEK_OIDC_LINK!r}.", f"Erlaubt sind {' und '.join(LINKING)}.")
    if settings.INSEK_OIDC_SECOND_FACTOR not in {"own", "provider"}:
        wrong(
            f"INSEK_OIDC_SECOND_FACTOR={settings.INSEK_OIDC_SECOND_FACTOR!r}.",
            "Erlaubt sind own und provider.",
        )
    if not issuer:
        if settings.INSEK_OIDC_CLIENT or settings.INSEK_OIDC_SECRET:
            wrong(
                "INSEK_OIDC_CLIENT oder INSEK_OIDC_SECRET ist gesetzt, aber kein INSEK_OIDC_ISSUER.",
                "Zum Beispiel: INSEK_OIDC_ISSUER=https://konto.musterstadt.de/realms/stadt",
            )
        return found
    if not may_be_asked(issuer) or urlsplit(issuer).query or len(issuer) > LONGEST_ISSUER:
        wrong(
            f"INSEK_OIDC_ISSUER={issuer!r} ist keine https-Adresse (ohne Fragezeichen, höchstens {LONGEST_ISSUER} Zeichen).",
            "Genau so, wie der Dienst sich nennt, ohne /.well-known/openid-configuration.",
        )
    if "/.well-known/" in issuer:
        wrong("INSEK_OIDC_ISSUER nennt die Selbstauskunft des Dienstes.", "Ohne /.well-known/… am Ende.")
    for name in ("CLIENT", "SECRET"):
        if not getattr(settings, f"INSEK_OIDC_{name}"):
            wrong(
                f"INSEK_OIDC_{name} fehlt.",
                "Der Anmeldedienst vergibt es beim Anlegen des Clients für INSEK.",
            )
    if not settings.INSEK_ORIGIN:
        wrong(
            "INSEK_ORIGIN fehlt: Der Anmeldedienst muss wissen, wohin er zurückschickt.",
            "Zum Beispiel: INSEK_ORIGIN=https://insek.musterstadt.de",
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
