"""Vectors of texts, kept under the hash of the text and the id of the encoder, so that each text is encoded once."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import timedelta
from hashlib import sha256

import numpy as np

from insek import clock
from insek.engines.text.encoders import Encoder, Vectors
from insek.thread.pieces import in_pieces
from insek.thread.postings import in_transaction

from .models import TextVector

AT_ONCE = 64
KEPT = timedelta(days=90)
"""A vector that no run used for this long is forgotten."""
KEYS_IN_QUERY = 500


def text_hash(text: str) -> str:
    """The hash under which the vector of a text is kept."""
    return sha256(text.encode()).hexdigest()


def vectors_of(texts: Sequence[str], encoder: Encoder, touch: Callable[[], object] = lambda: None) -> Vectors:
    """The vectors of texts, one row each: those kept, and the others made and kept. Not inside a transaction.

    ``touch`` is called while it works, so that a run is not taken for lost.
    """
    if in_transaction():
        raise RuntimeError("texts are encoded before the transaction, never inside one")
    keys = [text_hash(text) for text in texts]
    if not encoder.keeps:
        return encoder.encode(texts)
    known = _known(encoder.id, keys)
    missing = [(key, text) for key, text in dict(zip(keys, texts, strict=True)).items() if key not in known]
    for start in range(0, len(missing), AT_ONCE):
        piece = missing[start : start + AT_ONCE]
        made = encoder.encode([text for _key, text in piece])
        known |= {key: made[place] for place, (key, _text) in enumerate(piece)}
        rows = [
            TextVector(model=encoder.id, text_hash=key, vector=made[place].astype("<f4").tobytes())
            for place, (key, _text) in enumerate(piece)
        ]
        in_pieces(rows, lambda some: TextVector.objects.bulk_create(some, ignore_conflicts=True))
        touch()
    if not keys:
        return np.zeros((0, encoder.dimensions), dtype=np.float32)
    return np.vstack([known[key] for key in keys])


def _known(model: str, keys: Sequence[str]) -> dict[str, Vectors]:
    """The vectors that are kept; that they were used is noted once a day."""
    found: dict[str, Vectors] = {}
    old: list[int] = []
    for start in range(0, len(keys), KEYS_IN_QUERY):
        some = keys[start : start + KEYS_IN_QUERY]
        rows = TextVector.objects.filter(model=model, text_hash__in=some)
        for pk, key, kept, used_on in rows.values_list("pk", "text_hash", "vector", "used_on"):
            found[key] = np.frombuffer(bytes(kept), dtype="<f4")
            if used_on < clock.today():
                old.append(pk)
    in_pieces(old, lambda some: TextVector.objects.filter(pk__in=some).update(used_on=clock.today()))
    return found


def forget_unused_vectors() -> int:
    """Delete vectors that no run used for a long time, also those of encoders that are no longer used; returns how many."""
    old = list(TextVector.objects.filter(used_on__lt=clock.today() - KEPT).values_list("pk", flat=True))
    in_pieces(old, lambda some: TextVector.objects.filter(pk__in=some).delete())
    return len(old)
