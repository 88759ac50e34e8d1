"""Excerpts: the place of a text where a query is met best, with the found words marked."""

from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Iterator, Sequence

from insek.engines.text.folding import clean, fold
from insek.engines.text.terms import matches, words_with_places

MOST_CHARACTERS = 200_000
"""Characters of a text that are searched; what comes later is ignored."""
MOST_WORDS_IN_FULL = 2_000
"""Words that are analysed one by one when none looks like the query."""


def excerpts(
    texts: Sequence[tuple[str, int]], groups: Sequence[frozenset[str]]
) -> list[list[tuple[str, bool]]]:
    """Return about `width` characters of each text around its best hit, as pieces with a mark for found words.

    The best window holds words for the most groups, then the most found words, then comes first. It is cut at words; "…" shows
    that something was left out. White space is brought to single spaces. Without a hit the text's beginning is returned.

    Analysing every word of a long text is slow, so only words are tried that contain the first three letters of a wanted term
    (umlauts aside); if that finds nothing in any of the texts, the first two thousand words of each are tried in full ("ging" for
    "gehen").

    Parameters
    ----------
    texts : what belongs to one thing, such as its title and what it says, each with its width: most characters of the
        excerpt, the marks of omission not counted
    groups : what `query_terms` returns

    Returns
    -------
    for each text a list of (piece, found) whose pieces joined are the excerpt
    """
    cleaned = [" ".join(clean(text[:MOST_CHARACTERS]).split()) for text, _width in texts]
    words = [list(words_with_places(text)) for text in cleaned]
    wanted: frozenset[str] = frozenset().union(*groups)
    heads = {_plain(term)[:3] for term in wanted}
    hits = [_matching(_likely(of_text, heads), groups, wanted) for of_text in words]
    if not any(hits):
        hits = [_matching(of_text[:MOST_WORDS_IN_FULL], groups, wanted) for of_text in words]
    return [
        _cut(text, of_text, found, width)
        for text, of_text, found, (_text, width) in zip(cleaned, words, hits, texts, strict=True)
    ]


def excerpt(text: str, groups: Sequence[frozenset[str]], width: int = 240) -> list[tuple[str, bool]]:
    """Return the excerpt of a single text, see `excerpts`."""
    return excerpts([(text, width)], groups)[0]


def _cut(
    text: str, words: Sequence[tuple[int, int, str]], hits: Sequence[tuple[int, int, set[int]]], width: int
) -> list[tuple[str, bool]]:
    """Return the best window of a text in pieces, the found words apart."""
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


def _likely(words: Iterable[tuple[int, int, str]], heads: set[str]) -> Iterator[tuple[int, int, str]]:
    """Yield the words that look like the query."""
    for place in words:
        folded = _plain(fold(place[2]))
        if any(head in folded for head in heads):
            yield place


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
