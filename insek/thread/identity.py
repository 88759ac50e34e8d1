"""Permanent opaque ids: short, unambiguous when read aloud or typed from paper, never reused."""

import re
import secrets
from hashlib import sha256

ALPHABET = "abcdefghjkmnpqrstuvwxyz23456789"
LETTERS = "abcdefghjkmnpqrstuvwxyz"
LENGTH = 8
PATTERN = re.compile(rf"[{LETTERS}][{ALPHABET}]{{{LENGTH - 1}}}")


def new_id() -> str:
    """A fresh random id: 8 characters without i, l, o, 0 and 1; 23 x 31^7, about 6e11 possibilities."""
    return secrets.choice(LETTERS) + "".join(secrets.choice(ALPHABET) for _ in range(LENGTH - 1))


def derived_id(*parts: str) -> str:
    """The id that always comes out of the same texts: for what had a name of another form before it became an item."""
    number = int.from_bytes(sha256("\0".join(parts).encode()).digest())
    signs = []
    for alphabet in (*[ALPHABET] * (LENGTH - 1), LETTERS):
        number, rest = divmod(number, len(alphabet))
        signs.append(alphabet[rest])
    return "".join(reversed(signs))


def is_id(text: str) -> bool:
    """Whether a text has the form of an id."""
    return PATTERN.fullmatch(text) is not None
