"""Keeping bots away without asking people anything: proof of work, a trap field, a limit for each neighbourhood.

Nothing here touches the database, and nothing is stored: solved challenges and counters live in the memory of one
process for as long as they matter, and an address is only ever seen as a keyed hash of its prefix, with a key of the day.
"""

from __future__ import annotations

import hashlib
import hmac
import ipaddress
import time
from collections import deque
from threading import Lock

import altcha
from django.conf import settings
from django.http import HttpRequest
from django.utils import timezone
from django.utils.crypto import salted_hmac

ALGORITHM = "PBKDF2/SHA-256"
COST = 1_000
"""Iterations for each try; some 256 tries are needed, about a second on a phone."""
LIFETIME = 20 * 60
"""Seconds in which a challenge must come back solved."""
HOUR = 3600
MOST_CHECKED = 20
"""Contributions an hour from one neighbourhood of addresses; a school class fits."""
MOST_UNCHECKED = 3
"""The same without a solved challenge, that is without JavaScript."""
MOST_UNCHECKED_ALTOGETHER = 60
TRAP = "website"
"""Name of a field that people do not see and bots fill in."""
LONGEST_PAYLOAD = 4_000

_lock = Lock()
_used: dict[str, float] = {}
_seen: dict[str, deque[float]] = {}


def _secret() -> str:
    return salted_hmac("insek.participation.altcha", "challenge", algorithm="sha256").hexdigest()


def new_challenge() -> dict[str, object]:
    """A signed challenge for the widget of the page."""
    challenge = altcha.create_challenge(
        ALGORITHM, COST, expires_at=int(time.time()) + LIFETIME, hmac_secret=_secret()
    )
    return dict(challenge.to_dict())


def is_solved(payload: str) -> bool:
    """Whether a challenge of ours came back solved, in time and for the first time in this process."""
    if not payload or len(payload) > LONGEST_PAYLOAD:
        return False
    try:
        if not altcha.verify_solution(payload, _secret()).verified:
            return False
    except (ValueError, TypeError, KeyError, AttributeError):
        return False
    fingerprint = hashlib.sha256(payload.encode()).hexdigest()
    now = time.monotonic()
    with _lock:
        for old in [name for name, until in _used.items() if until < now]:
            del _used[old]
        if fingerprint in _used:
            return False
        _used[fingerprint] = now + LIFETIME
    return True


def is_trapped(request: HttpRequest) -> bool:
    """Whether the field was filled in that people do not see."""
    return bool(request.POST.get(TRAP))


def is_too_often(request: HttpRequest, *, checked: bool) -> bool:
    """Count one try from the neighbourhood of the sender and say whether it is one too many."""
    name = f"{neighbourhood(request)}:{checked}"
    limits = [(name, MOST_CHECKED if checked else MOST_UNCHECKED)]
    if not checked:
        limits.append(("unchecked", MOST_UNCHECKED_ALTOGETHER))
    now = time.monotonic()
    with _lock:
        if len(_seen) > 50_000:
            _seen.clear()
        too_often = False
        for key, most in limits:
            times = _seen.setdefault(key, deque(maxlen=most + 1))
            while times and times[0] < now - HOUR:
                times.popleft()
            too_often |= len(times) >= most
            times.append(now)
    return too_often


def neighbourhood(request: HttpRequest) -> str:
    """A keyed hash of the prefix of the sender's address (IPv4 /24, IPv6 /48); the key changes every day."""
    address = request.META.get("REMOTE_ADDR", "")
    forwarded = request.META.get("HTTP_X_FORWARDED_FOR", "")
    try:
        if forwarded and ipaddress.ip_address(address or "127.0.0.1").is_private:
            address = forwarded.rsplit(",", 1)[-1].strip()
        parsed = ipaddress.ip_address(address)
        prefix = str(ipaddress.ip_network(f"{parsed}/{24 if parsed.version == 4 else 48}", strict=False))
    except ValueError:
        prefix = "unknown"
    key = f"{settings.SECRET_KEY}:{timezone.localdate()}".encode()
    return hmac.new(key, prefix.encode(), hashlib.sha256).hexdigest()[:16]


def forget() -> None:
    """Empty the memory of this process, for tests."""
    with _lock:
        _used.clear()
        _seen.clear()
