"""Against guessing passwords: limits for a name from one address, for an address, and for a name from everywhere.

Who signs in counts before the password is looked at, since looking at it is what costs. The limit for a name from
everywhere is ten times as high, and does not hold where the person has signed in on the same day: a stranger, even
with many addresses, does not lock anybody out. Neither names nor addresses are kept, only keyed hashes of the day.
"""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass

from django.http import HttpRequest
from django.utils import timezone

from . import counting
from .visitors import household

WINDOW = 15 * 60
"""Seconds after the first wrong password in which wrong ones count."""
MOST_FOR_NAME_HERE = 10
MOST_HERE = 60
"""Wrong passwords from one address, for whatever names; a whole town hall may have the same address."""
MOST_FOR_NAME = 100
DAY = 24 * 3600


@dataclass(frozen=True)
class Attempt:
    """Somebody wants to sign in with a name from somewhere."""

    name: str
    here: str

    @classmethod
    def of(cls, request: HttpRequest, name: str) -> Attempt:
        """The attempt that a request makes."""
        folded = unicodedata.normalize("NFKC", name).casefold().strip()[:150]
        return cls(f"{folded}:{timezone.localdate()}", household(request))

    def is_one_too_many(self) -> bool:
        """Count the attempt and say whether it is to be refused without looking at the password."""
        if counting.seen(f"signin:{self.here}") >= MOST_HERE:
            return True
        if counting.add(f"signin:{self.name}:{self.here}", WINDOW) > MOST_FOR_NAME_HERE:
            return True
        at_home = counting.seen(f"signed-in:{self.name}:{self.here}")
        return not at_home and counting.seen(f"signin:{self.name}") >= MOST_FOR_NAME

    def failed(self) -> None:
        """The password was wrong."""
        counting.add(f"signin:{self.here}", WINDOW)
        counting.add(f"signin:{self.name}", WINDOW)

    def succeeded(self) -> None:
        """The password was right."""
        counting.drop(f"signin:{self.name}:{self.here}")
        counting.add(f"signed-in:{self.name}:{self.here}", DAY)
