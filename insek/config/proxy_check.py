"""Whether the web server in front does what INSEK relies on, asked through the public address as a visitor would."""

from __future__ import annotations

import json
import time
from contextlib import closing
from http.client import HTTPConnection, HTTPException, HTTPSConnection
from secrets import token_hex
from typing import Any
from urllib.parse import urlsplit

from insek.web.proxy_probe import FORGED, new_token

PATIENCE = 10
BODY_WAIT = 1.5
"""Seconds that half a body is left lying."""


class ProxyUnasked(Exception):
    """The public address does not answer as an installation with our key; the text says how."""


def problems_of_proxy(origin: str) -> list[str]:
    """What is wrong with the web server in front, in sentences with what to do. Raises ProxyUnasked."""
    try:
        plain, forged = _ask(origin, {}), _ask(origin, {"X-Forwarded-For": FORGED})
        unbuffered = _half_a_body_arrives(origin)
    except (OSError, HTTPException, ValueError) as error:
        raise ProxyUnasked(f"{origin}: {error}") from error
    found = []
    if not plain["secure"]:
        found.append("Er setzt kein X-Forwarded-Proto: INSEK hält jede Anfrage für unverschlüsselt.")
    if not plain["named"]:
        found.append(
            "Er setzt kein X-Forwarded-For: Die Grenzen gelten dann für alle Besucherinnen und Besucher zusammen."
        )
    if forged["believed"]:
        found.append("Er reicht ein X-Forwarded-For des Browsers weiter: Wer will, umgeht damit die Grenzen.")
    if unbuffered:
        found.append(
            "Er gibt Anfragen weiter, bevor sie ganz da sind: Eine Handvoll langsamer hält die Seite an (nginx: proxy_request_buffering on)."
        )
    return found


def _connection(origin: str) -> HTTPConnection:
    parts = urlsplit(origin)
    kind = HTTPSConnection if parts.scheme == "https" else HTTPConnection
    return kind(parts.hostname or "", parts.port, timeout=PATIENCE)


def _ask(origin: str, headers: dict[str, str], name: str = "") -> dict[str, Any]:
    with closing(_connection(origin)) as connection:
        connection.request("GET", f"/readyz?probe={new_token(name or token_hex(8))}", headers=headers)
        answer = connection.getresponse()
        told = json.loads(answer.read())
    if "named" not in told:
        raise ValueError("dort antwortet keine Installation mit diesem INSEK_SECRET_KEY")
    return dict(told)


def _half_a_body_arrives(origin: str) -> bool:
    """Send half of a body, and ask beside it whether INSEK has been told of it."""
    name = token_hex(8)
    with closing(_connection(origin)) as connection:
        connection.putrequest("POST", f"/readyz?probe={new_token(name)}")
        connection.putheader("Content-Type", "application/octet-stream")
        connection.putheader("Content-Length", "2")
        connection.endheaders(b"x")
        time.sleep(BODY_WAIT)
        seen = bool(_ask(origin, {}, name)["body_seen"])
        connection.send(b"x")
        connection.getresponse().read()
    return seen
