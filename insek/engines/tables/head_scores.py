"""How well the head of a column says a meaning: by the words of ``head_words``, whole, in part, as a compound, or alike."""

from __future__ import annotations

import re
from collections.abc import Sequence
from difflib import SequenceMatcher
from functools import lru_cache

from .found_table import FoundColumn
from .head_texts import head_key
from .head_words import NEVER, words_of
from .row_marks import is_time_head

_BRACKETS = re.compile(r"\([^)]*\)|\[[^\]]*\]")


def head_score(column: FoundColumn, meaning: str, names: Sequence[str]) -> tuple[float, str]:
    """How well a head says a meaning, by its words and further names; and the word that fits."""
    words = (*names, *words_of(meaning))
    never = NEVER.get(meaning, ())
    parts = [head_key(part) for part in column.parts if part and not is_time_head(part)] or [
        head_key(column.head)
    ]
    if column.origin == "section":
        parts = [head_key(column.head.split(" (")[0])]
    best, best_word = 0.0, ""
    unexplained = head_key(_BRACKETS.sub(" ", column.parts[-1] if column.parts else column.head))
    for weight, text in (
        (1.0, parts[-1]),
        (1.0, " ".join(parts)),
        (0.95, unexplained),
        *((0.6, part) for part in parts[:-1]),
    ):
        score, word = _best_word(text, words, never)
        if score * weight > best:
            best, best_word = score * weight, word
    return best, best_word


def _best_word(text: str, words: Sequence[str], never: Sequence[str]) -> tuple[float, str]:
    if not text:
        return 0.0, ""
    tokens = text.split()
    forbidden = any(_holds(tokens, head_key(word)) for word in never)
    best, best_word = 0.0, ""
    for word in words:
        score = _word_score(text, head_key(word))
        if forbidden and score < 1.0:
            continue
        if score > best:
            best, best_word = score, word
    return best, best_word


def _holds(tokens: Sequence[str], word: str) -> bool:
    return any(token == word or (len(word) > 4 and word in token) for token in tokens)


@lru_cache(maxsize=20_000)
def _word_score(text: str, word: str) -> float:
    tokens, parts = text.split(), word.split()
    if text == word:
        return 1.0
    if len(word) < 2 or not parts:
        return 0.0
    extra = len(tokens) - len(parts)
    if extra > 0:
        if tokens[: len(parts)] == parts:
            return max(0.7, 0.92 - 0.03 * extra)
        if tokens[-len(parts) :] == parts:
            return max(0.65, 0.88 - 0.03 * extra)
        if any(tokens[place : place + len(parts)] == parts for place in range(1, extra)):
            return max(0.6, 0.8 - 0.03 * extra)
    if len(parts) == 1 and len(word) >= 4:
        if any(token.endswith(word) for token in tokens):
            return max(0.6, 0.82 - 0.04 * (len(tokens) - 1))
        # an abbreviation says at least some of the word: "Stand" is not "Standardfehler"
        if any(len(token) >= max(5, 0.4 * len(word)) and word.startswith(token) for token in tokens):
            return max(0.55, 0.75 - 0.04 * (len(tokens) - 1))
        if len(word) >= 5 and any(token.startswith(word) for token in tokens):
            return max(0.5, 0.68 - 0.04 * (len(tokens) - 1))
    if abs(len(text) - len(word)) <= 3 and len(word) >= 5:
        ratio = SequenceMatcher(None, text, word, autojunk=False).ratio()
        if ratio >= 0.84:
            return 0.9 * ratio
    return 0.0
