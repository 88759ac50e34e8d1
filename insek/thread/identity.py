"""Permanent opaque ids: short, unambiguous when read aloud or typed from paper, never reused."""

import re
import secrets

ALPHABET = "abcdefghjkmnpqrstuvwxyz23456789"
LETTERS = "abcdefghjkmnpqrstuvwxyz"
LENGTH = 8
PATTERN = re.compile(rf"[{LETTERS}][{ALPHABET}]{{{LENGTH - 1}}}")


def new_id() -> str:
    """A fresh random id: 8 characters without i, l, o, 0 and 1; 23 x 31^7, about 6e11 possibilities."""
    return secrets.choice(LETTERS) + "".join(secrets.choice(ALPHABET) for _ in range(LENGTH - 1))


def is_id(text: str) -> bool:
    """Whether a text has the form of an id."""
    return PATTERN.fullmatch(text) is not None
