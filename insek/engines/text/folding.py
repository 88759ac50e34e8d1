"""Folding: bringing spellings of a word to one plain form, for search and for sorting."""

import re
import unicodedata

_UMLAUTS = str.maketrans({"ä": "ae", "ö": "oe", "ü": "ue", "ß": "ss"})
# Letters that Unicode does not decompose; the spelling is the one used in passports (ICAO 9303).
_LETTERS = str.maketrans(
    {"æ": "ae", "œ": "oe", "ø": "o", "đ": "d", "ð": "d", "ł": "l", "þ": "th", "ı": "i", "ħ": "h"}
)
# Soft hyphen, zero-width characters, direction marks, byte order mark, halves of surrogate pairs: never seen, dropped.
_INVISIBLE = re.compile(
    "[\u00ad\u034f\u061c\u115f\u1160\u180e\u200b-\u200f\u202a-\u202e\u2060-\u206f\ufeff\ud800-\udfff]"
)
_CONTROL = re.compile("[\x00-\x1f\x7f-\x9f\u2028\u2029]")
_COMBINING = re.compile("[\u0300-\u036f\u1ab0-\u1aff\u1dc0-\u1dff\u20d0-\u20ff\ufe20-\ufe2f]")
_NUMBER = re.compile(r"[0-9]+")
_SEPARATORS = re.compile(r"[^0-9a-z~]+")
_ALIEN = re.compile(r"[^\x00-\x7f]")


def clean(text: str) -> str:
    """Return the text in NFC without control, invisible and broken characters.

    Control characters (NUL, tabulator, line feed) become spaces; direction marks, zero-width characters, soft hyphens
    and lone surrogates are dropped. The result can be encoded as UTF-8 and stored in any database.
    """
    if not text.isascii():
        text = unicodedata.normalize("NFC", _INVISIBLE.sub("", text))
    return _CONTROL.sub(" ", text)


def fold(text: str) -> str:
    """Return the plain form of a text under which equal spellings are equal.

    Case is folded; ä, ö, ü, ß become ae, oe, ue, ss, so that "Grünfläche" and "Gruenflaeche" are one word; other accents
    are stripped; compatibility forms (full width, ligatures) are resolved. Letters of other scripts stay. Folding
    twice gives the same as folding once.
    """
    text = clean(text)
    if text.isascii():
        return text.lower()
    text = unicodedata.normalize("NFKC", unicodedata.normalize("NFKC", text).casefold())
    text = text.translate(_UMLAUTS)
    text = _COMBINING.sub("", unicodedata.normalize("NFKD", text)).casefold().translate(_LETTERS)
    return clean(unicodedata.normalize("NFC", text))


def sort_key(text: str, length: int = 120) -> str:
    """Return an ASCII key by which texts sort as in a German index, numbers by their value.

    Words follow DIN 5007-1 (ä sorts as a, ß as ss, case and punctuation do not count). Each run of digits is written as its
    length (two digits) and its value, so that "Z 3.2" < "Z 3.10" < "Z 10.1". Letters of other scripts come after z.

    Parameters
    ----------
    text : any text
    length : most characters of the key; longer keys are cut
    """
    plain = unicodedata.normalize("NFKD", clean(text[: 4 * length]))
    plain = unicodedata.normalize("NFKD", _COMBINING.sub("", plain).casefold()).casefold().translate(_LETTERS)
    plain = _COMBINING.sub("", plain)
    plain = _ALIEN.sub(lambda hit: f"~{ord(hit[0]):06x}" if hit[0].isalnum() else " ", plain)
    plain = _NUMBER.sub(_measured, plain)
    return _SEPARATORS.sub(" ", plain).strip()[:length].rstrip()


def _measured(hit: re.Match[str]) -> str:
    digits = hit[0].lstrip("0")[:99] or "0"
    return f"{len(digits):02d}{digits}"


def shortened(text: str, most: int) -> str:
    """A text cut to a number of characters; where something was cut, it ends with a sign of that."""
    return text if len(text) <= most else f"{text[: most - 1].rstrip()}…"
