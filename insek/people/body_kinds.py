"""Which kind of body a word or a name tells: Ausschuss für Bauen, Ortsbeirat Hohenecken, Stadtrat."""

from __future__ import annotations

from insek.engines.text.folding import fold

from .models import Body

OTHER_WORDS: dict[str, tuple[str, ...]] = {
    "council": ("Stadtrat", "Gemeinderat", "Ratsversammlung", "Stadtvertretung", "Stadtverordnetenversammlung", "Bürgerschaft"),
    "ortsbeirat": ("Ortsbeirat", "Ortsrat", "Ortschaftsrat", "Bezirksvertretung", "Bezirksbeirat", "Stadtteilbeirat", "Bezirksausschuss"),
    "board": ("Stadtvorstand", "Verwaltungsvorstand", "Magistrat", "Senat", "Dezernentenrunde"),
}  # fmt: skip
"""What kinds of bodies are called in one state or another, as people paste it."""
TELLING = (
    ("ausschuss", Body.Kind.COMMITTEE), ("steuerung", Body.Kind.STEERING_GROUP), ("ort", Body.Kind.ORTSBEIRAT),
    ("bezirk", Body.Kind.ORTSBEIRAT), ("stadtteil", Body.Kind.ORTSBEIRAT), ("vorstand", Body.Kind.BOARD),
    ("magistrat", Body.Kind.BOARD), ("rat", Body.Kind.COUNCIL), ("versammlung", Body.Kind.COUNCIL),
    ("vertretung", Body.Kind.COUNCIL), ("burgerschaft", Body.Kind.COUNCIL), ("buergerschaft", Body.Kind.COUNCIL),
)  # fmt: skip
"""What stands in a name, the more telling first."""


def kind_called(word: str) -> str:
    """The kind that a word is the name of; empty where it is none."""
    said = fold(word).strip()
    for value, label in Body.Kind.choices:
        if said and said in {fold(str(label)), fold(value), *map(fold, OTHER_WORDS.get(value, ()))}:
            return str(value)
    return ""


def kind_told_by(name: str) -> str:
    """The kind that the name of a body tells; empty where it tells none."""
    said = fold(name)
    return next((str(kind) for sign, kind in TELLING if sign in said), "")
