"""What text may be stored: normalised, without characters that hide, reverse or break it."""

from __future__ import annotations

import re
import unicodedata
from datetime import date
from typing import Any

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

MAX_TEXT = 100_000
"""Characters of one long text; a chapter of a concept has about 20,000."""

_BROKEN = re.compile(r"[\x00\ud800-\udfff]")
_HIDDEN = re.compile(
    r"[\x01-\x08\x0e-\x1f\x7f-\x9f\u200b\u200e\u200f\u202a-\u202e\u2066-\u2069\ufeff\ufff9-\ufffb]"
)


_SPACES = re.compile(r"[\x0b\x0c\x1c-\x1f\x85\u2028\u2029]+")
"""Breaks of lines and pages of other programs, which part words."""

_MOMENT = re.compile(r"(\d{4})(?:-(\d{2})(?:-(\d{2}))?)?", re.ASCII)


def is_moment(text: str) -> bool:
    """Whether a text names a year, month or day that exists: 2024, 2024-06 or 2024-12-31."""
    hit = _MOMENT.fullmatch(text)
    if not hit:
        return False
    try:
        date(int(hit[1]), int(hit[2] or 1), int(hit[3] or 1))
    except ValueError:
        return False
    return True


def clean_text(value: Any) -> Any:
    """Return the text as it will be stored; other values pass unchanged.

    Line ends become LF, other breaks of lines and pages a space; the text is normalised to NFC, control characters and
    marks that reverse or hide text are taken out. Raises ValidationError for NUL, lone surrogates and texts over MAX_TEXT characters.
    """
    if not isinstance(value, str):
        return value
    if _BROKEN.search(value):
        raise ValidationError(
            _("Der Text enthält unzulässige Zeichen (NUL oder halbe Zeichen)."), code="broken"
        )
    if len(value) > MAX_TEXT:
        raise ValidationError(
            _("Der Text ist zu lang: %(length)s Zeichen, höchstens %(limit)s.")
            % {"length": len(value), "limit": MAX_TEXT},
            code="too_long",
        )
    value = value.replace("\r\n", "\n").replace("\r", "\n")
    return unicodedata.normalize("NFC", _HIDDEN.sub("", _SPACES.sub(" ", value)))
