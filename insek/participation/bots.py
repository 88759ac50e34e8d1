"""Keeping bots away without asking people anything: proof of work, a trap field, a limit for each neighbourhood.

What is trapped, unsolved or known to come too often is refused before any question to the database. Used proofs and
counts are shared by all processes (``people.counting``); an address is only ever seen as a keyed hash of its prefix,
with a key of the day.
"""

from __future__ import annotations

import base64
import json
import time

import altcha
from django.http import HttpRequest
from django.utils.crypto import salted_hmac

from insek.people import counting
from insek.people.counting import Limit
from insek.people.visitors import neighbourhood

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


def _secret() -> str:
    return salted_hmac("insek.participation.altcha", "challenge", algorithm="sha256").hexdigest()


def new_challenge() -> dict[str, object]:
    """A signed challenge for the widget of the page."""
    challenge = altcha.create_challenge(
        ALGORITHM, COST, expires_at=int(time.time()) + LIFETIME, hmac_secret=_secret()
    )
    return dict(challenge.to_dict())


def is_solved(payload: str) -> bool:
    """Whether a challenge of ours came back solved, in time and for the first time.

    Known by its signature, which we made: however the payload is written, the same challenge counts once.
    """
    if not payload or len(payload) > LONGEST_PAYLOAD:
        return False
    try:
        if not altcha.verify_solution(payload, _secret()).verified:
            return False
        signature = json.loads(base64.b64decode(payload))["challenge"]["signature"]
    except (ValueError, TypeError, KeyError, AttributeError):
        return False
    return counting.is_first(f"proof:{signature}", LIFETIME + HOUR)


def is_trapped(request: HttpRequest) -> bool:
    """Whether the field was filled in that people do not see."""
    return bool(request.POST.get(TRAP))


def is_too_often(request: HttpRequest, *, checked: bool) -> bool:
    """Count one try from the neighbourhood of the sender and say whether it is one too many."""
    where = f"contribute:{neighbourhood(request)}:{checked}"
    limits = [Limit(where, MOST_CHECKED if checked else MOST_UNCHECKED, HOUR)]
    if not checked:
        limits.append(Limit("contribute:unchecked", MOST_UNCHECKED_ALTOGETHER, HOUR))
    return counting.too_often(limits)
