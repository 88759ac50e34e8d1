"""Keys between keys: where something is put by hand among things that are ordered by their keys."""

SIGNS = " 0123456789abcdefghijklmnopqrstuvwxyz~"
"""What keys of lists are made of (``folding.sort_key``), in the order of their codes."""


def key_between(low: str, high: str | None) -> str:
    """Return a short key that sorts behind ``low`` and before ``high``; a high of None is the end.

    It ends with a letter or a digit, so that there is always room before and behind it. Raises ValueError where low is not
    before high.
    """
    if high is not None and not low < high:
        raise ValueError(f"there is nothing between {low!r} and {high!r}")
    found = ""
    while True:
        place = len(found)
        under = SIGNS.index(low[place]) if place < len(low) else 0
        over = len(SIGNS) if high is None else SIGNS.index(high[place]) if place < len(high) else 0
        if over - under > 1:
            return found + SIGNS[(under + over) // 2]
        found += SIGNS[under]
        if over > under:
            high = None
