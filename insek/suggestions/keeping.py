"""Keeping what a suggester proposes: once, never again what a person decided, and in short writes."""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass
from hashlib import sha256
from typing import Any

from django.db.models import Q
from django.utils import timezone

from insek.engines.text import shortened
from insek.people.actors import Actor
from insek.thread.models import Item
from insek.thread.pieces import in_pieces

from .models import Suggestion, SuggestionRun
from .register import Proposed, suggestion_kind_named

LONGEST = 500
AT_ONCE = 200


def hash_of(value: Any) -> str:
    """The hash of plain JSON, the same however its keys are ordered."""
    return sha256(json.dumps(value, sort_keys=True, ensure_ascii=False).encode()).hexdigest()


def content_hash(proposed: Proposed) -> str:
    """What makes a suggestion the same as another of its kind and subject."""
    return hash_of(proposed.content if proposed.identity is None else proposed.identity)


@dataclass
class Kept:
    """What became of some proposals: how many there were, how many are new, and how many a person had decided before."""

    found: int = 0
    new: int = 0
    decided_before: int = 0


def keep(run: SuggestionRun, proposals: Iterable[Proposed]) -> Kept:
    """Write down what a run proposes. What waits already is brought up to date; what was decided is left alone."""
    rows = {(each.kind, each.subject, content_hash(each)): each for each in proposals}
    kept = Kept(found=len(rows))
    keys = list(rows)
    for start in range(0, len(keys), AT_ONCE):
        some = keys[start : start + AT_ONCE]
        there = _there(run, some)
        kept.decided_before += sum(not each.is_open for each in there.values())
        fresh = [_row(run, rows[key], key[2]) for key in some if key not in there]
        kept.new += len(fresh)
        in_pieces(fresh, lambda piece: Suggestion.objects.bulk_create(piece, ignore_conflicts=True))
        again = [_renewed(run, each, rows[key]) for key, each in there.items() if each.is_open]
        in_pieces(again, _write_again)
    return kept


def _there(
    run: SuggestionRun, keys: Sequence[tuple[str, str, str]]
) -> dict[tuple[str, str, str], Suggestion]:
    found = Suggestion.objects.filter(
        concept=run.concept_id,
        subject__in={key[1] for key in keys},
        content_hash__in={key[2] for key in keys},
    )
    wanted = set(keys)
    return {key: each for each in found if (key := (each.kind, each.subject, each.content_hash)) in wanted}


def _row(run: SuggestionRun, proposed: Proposed, known_as: str) -> Suggestion:
    suggestion_kind_named(proposed.kind)
    if not proposed.why.strip():
        raise ValueError(f"{proposed.kind} {proposed.subject}: a suggestion says why")
    return Suggestion(
        concept_id=run.concept_id, kind=proposed.kind, subject=proposed.subject, content_hash=known_as,
        **_said(run, proposed),
    )  # fmt: skip


def _said(run: SuggestionRun, proposed: Proposed) -> dict[str, Any]:
    return {
        "content": dict(proposed.content), "item_id": proposed.item or None, "other_id": proposed.other or None,
        "about_id": proposed.about or run.about_id, "field_key": proposed.field_key, "why": shortened(proposed.why, LONGEST),
        "evidence": [asdict(each) for each in proposed.basis], "confidence": round(min(max(float(proposed.confidence), 0.0), 1.0), 4),
        "raw_confidence": proposed.confidence if proposed.raw_confidence is None else proposed.raw_confidence,
        "suggester": run.suggester, "engine_version": run.version, "model": run.model, "seed": run.seed,
        "input_hash": proposed.input_hash or run.input_hash, "run_id": run.pk,
    }  # fmt: skip


def _renewed(
    run: SuggestionRun, suggestion: Suggestion, proposed: Proposed
) -> tuple[Suggestion, dict[str, Any]]:
    return suggestion, _said(run, proposed)


def _write_again(piece: Sequence[tuple[Suggestion, dict[str, Any]]]) -> None:
    """Say anew what waits; a version more only where a person would read something else."""
    for suggestion, said in piece:
        rows = Suggestion.objects.waiting().filter(pk=suggestion.pk)
        differs = any(
            getattr(suggestion, name) != said[name] for name in ("content", "why", "evidence", "confidence")
        )
        rows.update(**said, version=suggestion.version + differs)


def clear_after(run: SuggestionRun) -> int:
    """Take away what waits of earlier runs of the same suggester and this one did not find again; returns how many."""
    old = Suggestion.objects.waiting().filter(concept=run.concept_id, suggester=run.suggester)
    old = old.filter(~Q(run=run.pk) | Q(run=None))
    if run.about_id:
        old = old.filter(about=run.about_id)
    keys = list(old.values_list("pk", flat=True))
    in_pieces(keys, lambda some: Suggestion.objects.waiting().filter(pk__in=some).delete())
    return len(keys)


def forget_waiting_about(item: Item, actor: Actor) -> None:
    """An item goes: what waits about it goes with it; what a person decided stays decided."""
    named = Q(item=item.pk) | Q(other=item.pk) | Q(about=item.pk)
    Suggestion.objects.waiting().filter(named, concept=item.concept_id).delete()


def decided_keys(concept_id: int, kind: str) -> set[tuple[str, str]]:
    """Subject and hash of all that a person decided of a kind: a suggester need not look at these again."""
    rows = Suggestion.objects.decided().filter(concept=concept_id, kind=kind)
    return set(rows.values_list("subject", "content_hash"))


def touch(run: SuggestionRun, **noted: Any) -> None:
    """Note how far a run is, and that it lives."""
    SuggestionRun.objects.filter(pk=run.pk).update(touched_at=timezone.now(), **noted)
    for name, value in noted.items():
        setattr(run, name, value)
