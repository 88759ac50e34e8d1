"""What `insek check` asks the installation about the web server in front of it: what arrives here of a request from outside."""

from __future__ import annotations

from typing import Any

from django.core.signing import BadSignature, TimestampSigner
from django.http import HttpRequest

from insek.people import counting
from insek.people.visitors import sender

FORGED = "192.0.2.77"
"""An address that nobody has (RFC 5737); the probe claims to come from it."""
LIFETIME = 60


def _signer() -> TimestampSigner:
    return TimestampSigner(salt="insek.proxy-probe")


def new_token(name: str) -> str:
    """A probe that only who knows our key can send; ``name`` tells one from another."""
    return _signer().sign(name)


def name_in(token: str) -> str:
    """The name of a probe of ours; empty for all others."""
    try:
        return str(_signer().unsign(token, max_age=LIFETIME))
    except BadSignature:
        return ""


def arrived(request: HttpRequest, name: str) -> dict[str, Any]:
    """What is known here of a probe; one with a body is written down before its body is read."""
    if request.method == "POST":
        counting.add(f"probe:{name}", LIFETIME)
        return {}
    return {
        "named": "HTTP_X_FORWARDED_FOR" in request.META,
        "believed": str(sender(request)) == FORGED,
        "secure": request.is_secure(),
        "body_seen": bool(counting.seen(f"probe:{name}")),
    }
