"""The words by which documents call the parts of a concept, and the numbers they give them."""

from __future__ import annotations

import re

from .outline_findings import FINDINGS

FIELD, VISION, GUIDELINE, GOAL, MEASURE, FEATURE, UNKNOWN = (
    "field", "vision", "guideline", "goal", "measure", "feature", "",
)  # fmt: skip
DEPTH = {FIELD: 1, VISION: 1, GUIDELINE: 2, GOAL: 3, MEASURE: 4, FEATURE: 4} | dict.fromkeys(FINDINGS, 4)
"""What stands below what: the higher the number, the lower."""

WORDS = [
    (FIELD, r"handlungsfeld(?:er)?|aktionsfeld(?:er)?|themenfeld(?:er)?"),
    (VISION, r"leitbild(?:er)?|zukunftsbild(?:er)?|vision(?:en)?"),
    (GUIDELINE, r"leitlinien?|leitsätze|leitsatz|leitprinzip(?:ien)?|grundsätze|grundsatz"),
    (
        GOAL,
        r"(?:ober|teil|unter|haupt|entwicklungs|handlungs|einzel)?ziele?|strategische[sn]? ziele?|zielsetzung(?:en)?",
    ),
    (
        MEASURE,
        r"(?:schlüssel|leit|einzel|start|impuls)?(?:maßnahmen?|massnahmen?|projekte?)|vorhaben|(?:projekt|maßnahmen|massnahmen)?(?:steckbriefe?|blatt)",
    ),
]
SHORT = {
    "HF": FIELD,
    "LL": GUIDELINE,
    "L": GUIDELINE,
    "LS": GUIDELINE,
    "Z": GOAL,
    "OZ": GOAL,
    "TZ": GOAL,
    "M": MEASURE,
    "P": MEASURE,
}
PLACE = r"(?P<number>(?:\d{1,2}|[A-Z])(?:\.\d{1,2}){0,4}|[IVX]{1,5})"
NAMED = [
    (
        kind,
        re.compile(
            rf"^(?:{words})\s+(?:nr\.\s*)?{PLACE}\.?(?:\s*[:–—|-]+\s*|\s+|$)(?P<title>.*)$", re.IGNORECASE
        ),
    )
    for kind, words in WORDS
]
UNNUMBERED = [
    (kind, re.compile(rf"^(?:{words})\s*(?::|\s[–—-]\s)\s*(?P<title>.+)$", re.IGNORECASE))
    for kind, words in WORDS
]
TITLED = [
    (kind, re.compile(rf"^(?:unsere?\s+|die\s+)?(?:\d+(?:\.\d+)*\.?\s+)?(?:{words})\b", re.IGNORECASE))
    for kind, words in WORDS
]
ALONE = [
    (kind, re.compile(rf"^(?:unser[e]?\s+|das\s+)?(?:{words})(?:\s+{PLACE})?\.?:?$", re.IGNORECASE))
    for kind, words in WORDS
]
CHAPTER = re.compile(r"^\d{1,2}(?:\.\d{1,2}){0,3}\.?\s+(?=\S)")
CODED = re.compile(
    r"^(?P<code>HF|LL|LS|OZ|TZ|[LZMP])\s?(?P<number>\d{1,2}(?:\.\d{1,2}){0,3})\.?(?:\s*[:–—|-]+\s*|\s+)(?P<title>\S.*)$"
)
PLAIN = re.compile(r"^(?P<number>\d{1,2}(?:\.\d{1,2}){0,4})\.?\s+(?P<title>\S.*)$")
CONTENTS = re.compile(
    r"^(?:inhalt(?:sverzeichnis|sübersicht)?|gliederung|abbildungsverzeichnis|tabellenverzeichnis)$",
    re.IGNORECASE,
)
