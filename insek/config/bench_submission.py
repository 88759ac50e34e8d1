"""What it costs to take a contribution: through the public form over HTTP, each with a proof of work of its own."""

from __future__ import annotations

import json
import random
import threading
import time
from base64 import b64encode
from collections.abc import Sequence
from dataclasses import dataclass
from http.client import HTTPConnection
from urllib.parse import urlencode

from altcha import Challenge, Payload, solve_challenge

WORDS = (
    "Radweg",
    "Spielplatz",
    "Ampel",
    "Bushaltestelle",
    "Schatten",
    "Baum",
    "Bank",
    "Laterne",
    "Gehweg",
    "Kreuzung",
)


@dataclass(frozen=True)
class FormAddress:
    """Where the form is: port, headers of a visitor, and the format that takes contributions."""

    port: int
    host: str
    headers: dict[str, str]
    address: str
    challenge: str
    format: str


def prepared(door: FormAddress, amount: int, chance: random.Random) -> list[tuple[str, dict[str, str]]]:
    """Bodies to send with the headers of as many neighbourhoods; all proofs of work are solved, which is the sender's cost."""
    connection = HTTPConnection(door.host, door.port, timeout=60)
    bodies = []
    for _ in range(amount):
        plain = {**door.headers, "Accept-Encoding": "identity"}
        connection.request("GET", door.challenge, headers=plain)
        challenge = Challenge.from_dict(json.loads(connection.getresponse().read()))
        solution = solve_challenge(challenge)
        assert solution is not None
        words = " ".join(chance.choices(WORDS, k=12))
        body = {
            "text": f"Hier fehlt {chance.randrange(10**9)} {words}.",
            "type": chance.choice(("idea", "praise", "problem", "question")),
            "format": door.format,
            "point": f"{chance.uniform(49.42, 49.46):.5f} {chance.uniform(7.73, 7.80):.5f}",
            "altcha": b64encode(json.dumps(Payload(challenge, solution).to_dict()).encode()).decode(),
        }
        address = ".".join(str(chance.randrange(1, 255)) for _ in range(4))
        bodies.append((urlencode(body), {**door.headers, "X-Forwarded-For": address,
                                         "Content-Type": "application/x-www-form-urlencoded"}))  # fmt: skip
    connection.close()
    return bodies


def send(door: FormAddress, bodies: Sequence[tuple[str, dict[str, str]]], *, visit: int = 5) -> int:
    """Send them one after the other; return how many were not taken."""
    refused = 0
    connection = HTTPConnection(door.host, door.port, timeout=60)
    for count, (body, headers) in enumerate(bodies):
        if count % visit == 0:
            connection.close()
        connection.request("POST", door.address, body=body, headers=headers)
        answer = connection.getresponse()
        answer.read()
        refused += answer.status != 302
    connection.close()
    return refused


def send_at_once(
    door: FormAddress, bodies: Sequence[tuple[str, dict[str, str]]], *, clients: int
) -> tuple[float, int]:
    """Send them from several clients at once; return seconds and how many were not taken."""
    refused: list[int] = []
    threads = [
        threading.Thread(target=lambda part=bodies[number::clients]: refused.append(send(door, part)))
        for number in range(clients)
    ]
    started = time.perf_counter()
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return time.perf_counter() - started, sum(refused)
