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


def proof_of(payload: str) -> str:
    """What stands for a challenge of ours that came back solved, in time; empty where it did not.

    Known by its signature, which we made: however the payload is written, the same challenge counts once.
    """
    if not payload or len(payload) > LONGEST_PAYLOAD:
        return ""
    try:
        if not altcha.verify_solution(payload, _secret()).verified:
            return ""
        signature = json.loads(base64.b64decode(payload))["challenge"]["signature"]
    except (ValueError, TypeError, KeyError, AttributeError):
        return ""
    return f"proof:{signature}"


def is_trapped(request: HttpRequest) -> bool:
    """Whether the field was filled in that people do not see."""
    return bool(request.POST.get(TRAP))


def judged(request: HttpRequest, payload: str) -> tuple[bool, bool]:
    """Whether a form came with a solved challenge for the first time, and whether it is one too many from its neighbourhood.

    Counts the try, and the proof with it in one question; a proof that was used before is a try without one.
    """
    where = neighbourhood(request)
    if proof := proof_of(payload):
        solved = [Limit(f"contribute:{where}:True", MOST_CHECKED, HOUR)]
        first, over = counting.first_and_too_often(proof, LIFETIME + HOUR, solved)
        if first or over:
            return first, over
    unsolved = [
        Limit(f"contribute:{where}:False", MOST_UNCHECKED, HOUR),
        Limit("contribute:unchecked", MOST_UNCHECKED_ALTOGETHER, HOUR),
    ]
    return False, counting.too_often(unsolved)
