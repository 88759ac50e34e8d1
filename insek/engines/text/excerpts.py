"""Excerpts: the place of a text where a query is met best, with the found words marked."""

from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Sequence

from insek.engines.text.folding import clean, fold
from insek.engines.text.terms import matches, words_with_places

MOST_CHARACTERS = 200_000
"""Characters of a text that are searched; what comes later is ignored."""
MOST_WORDS_IN_FULL = 2_000
"""Words that are analysed one by one when none looks like the query."""


def excerpt(text: str, groups: Sequence[frozenset[str]], width: int = 240) -> list[tuple[str, bool]]:
    """Return about `width` characters of a text around the best hit, as pieces with a mark for found words.

    The best window holds words for the most groups, then the most found words, then comes first. It is cut at words; "…" shows
    that something was left out. White space is brought to single spaces. Without a hit the text's beginning is returned.

    Parameters
    ----------
    text : the whole text
    groups : what `query_terms` returns
    width : most characters of the excerpt, the marks of omission not counted

    Returns
    -------
    list of (piece, found) whose pieces joined are the excerpt
    """
    text = " ".join(clean(text[:MOST_CHARACTERS]).split())
    words = list(words_with_places(text))
    hits = _hits(words, groups)
    start, end = _window(text, words, hits, width)
    pieces: list[tuple[str, bool]] = []
    at = start
    for first, last, _ in hits:
        if start <= first and last <= end:
            pieces += [(text[at:first], False), (text[first:last], True)]
            at = last
    pieces.append((text[at:end], False))
    if start > 0:
        pieces.insert(0, ("… ", False))
    if end < len(text):
        pieces.append((" …", False))
    return _joined(pieces)


def _hits(
    words: Sequence[tuple[int, int, str]], groups: Sequence[frozenset[str]]
) -> list[tuple[int, int, set[int]]]:
    """Return start, end and met groups of each found word.

    Analysing every word of a long text is slow, so only words are tried that contain the first three letters of a wanted term
    (umlauts aside); if none is found, the first two thousand words are tried in full ("ging" for "gehen").
    """
    wanted: frozenset[str] = frozenset().union(*groups)
    heads = {_plain(term)[:3] for term in wanted}
    likely = (place for place in words if any(head in _plain(fold(place[2])) for head in heads))
    return _matching(likely, groups, wanted) or _matching(words[:MOST_WORDS_IN_FULL], groups, wanted)


def _matching(
    words: Iterable[tuple[int, int, str]], groups: Sequence[frozenset[str]], wanted: frozenset[str]
) -> list[tuple[int, int, set[int]]]:
    return [
        (start, end, {number for number, group in enumerate(groups) if matches(word, group)})
        for start, end, word in words
        if wanted and matches(word, wanted)
    ]


def _plain(folded: str) -> str:
    return folded.replace("ae", "a").replace("oe", "o").replace("ue", "u")


def _window(
    text: str, words: Sequence[tuple[int, int, str]], hits: Sequence[tuple[int, int, set[int]]], width: int
) -> tuple[int, int]:
    """Return start and end of the best window of at most `width` characters, cut at words."""
    if len(text) <= width:
        return 0, len(text)
    best, chosen = (0, 0), (0, 0)
    starts = [first for first, _, _ in hits]
    for number, (first, _, _) in enumerate(hits):
        inside = [
            hit for hit in hits[number : bisect_right(starts, first + width)] if hit[1] <= first + width
        ]
        score = (len(set().union(*(met for _, _, met in inside))), len(inside))
        if score > best:
            best, chosen = score, (first, inside[-1][1])
    spare = max(0, width - (chosen[1] - chosen[0]))
    start = max(0, chosen[0] - spare // 3)
    if start:
        later = bisect_left(words, (start, 0, ""))
        start = min(words[later][0], chosen[0]) if later < len(words) else start
    end = min(len(text), start + width)
    if end < len(text):
        cut = text.rfind(" ", start, end + 1)
        end = cut if cut > start and cut >= chosen[1] else end
    return start, end


def _joined(pieces: Sequence[tuple[str, bool]]) -> list[tuple[str, bool]]:
    """Return the pieces without empty ones and with equal neighbours joined."""
    joined: list[tuple[str, bool]] = []
    for piece, found in pieces:
        if piece and joined and joined[-1][1] == found:
            joined[-1] = (joined[-1][0] + piece, found)
        elif piece:
            joined.append((piece, found))
    return joined
