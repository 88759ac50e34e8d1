"""Runs: a suggester looks through a concept in a job, piece by piece, and goes on where it stopped when its process died."""

from __future__ import annotations

import logging
import time
from datetime import datetime, timedelta
from functools import partial
from typing import Any

from django.db import IntegrityError, transaction
from django.utils import timezone
from django_tasks import task

from insek.concept.models import Concept
from insek.engines.text.encoders import best_encoder
from insek.jobs.reaper import MOST_ATTEMPTS, register_finder
from insek.people.actors import Actor, require
from insek.thread.models import Item
from insek.thread.postings import in_transaction

from .keeping import Kept, clear_after, keep, touch
from .models import Suggestion, SuggestionRun
from .register import Look, Looking, Suggester, suggester_named, suggestion_kind_named
from .vectors import vectors_of

logger = logging.getLogger("insek.suggestions")

State = SuggestionRun.State
MAX_PROBLEM = 500
LOST_AFTER = timedelta(minutes=4)
STANDING_AT_ONCE = 500


def ask_to_run(
    suggester: Suggester, concept: Concept, *, actor: Actor, about: Item | None = None, seed: int = 0
) -> SuggestionRun:
    """Let a job look for suggestions; one that waits or runs already is that one. Raises PermissionDenied."""
    require(actor, "suggestions.run")
    return begin_run(suggester, concept, about=about, seed=seed, asked_by=actor.user_id)


def begin_run(
    suggester: Suggester,
    concept: Concept,
    *,
    about: Item | None = None,
    seed: int = 0,
    asked_by: int | None = None,
) -> SuggestionRun:
    """The same for the program itself, such as after a document was read."""
    same = SuggestionRun.objects.filter(
        concept=concept, suggester=suggester.name, about=about, state__in=[State.WAITING, State.RUNNING]
    )
    if (known := same.first()) is not None:
        return known
    try:
        with transaction.atomic():
            run = SuggestionRun.objects.create(
                concept=concept, suggester=suggester.name, about=about, version=suggester.version, seed=seed,
                asked_by_id=asked_by, touched_at=timezone.now(),
            )  # fmt: skip
    except IntegrityError:  # somebody asked for the same at the same moment
        return same.get()
    run_suggester.enqueue(run.pk)
    return run


@task()
def run_suggester(key: int) -> None:
    """Do one run, if nobody has begun."""
    rows = SuggestionRun.objects.filter(pk=key)
    begun = {"state": State.RUNNING, "touched_at": timezone.now(), "problem": ""}
    if rows.filter(state=State.WAITING).update(**begun):
        run = rows.select_related("concept").get()
        try:
            look_through(run)
        except Exception as error:
            problem = f"{type(error).__name__}: {error}"[:MAX_PROBLEM]
            rows.update(state=State.FAILED, problem=problem, finished_at=timezone.now())
            raise


def look_through(run: SuggestionRun) -> None:
    """Look at every subject of a run and keep what is proposed. Never inside a transaction: it may take minutes.

    Where the same was being looked at before and its process died, it goes on behind the last piece that was kept; where
    anything changed since, from the beginning. Either way nothing is kept twice.
    """
    if in_transaction():
        raise RuntimeError("a run looks outside of transactions, and writes in short ones")
    suggester = suggester_named(run.suggester)
    if suggester is None:
        raise ValueError(f"nothing called {run.suggester} proposes any more")
    began, before = time.monotonic(), run.seconds
    look = suggester.begin(_looking(run))
    subjects = list(look.subjects)
    if run.input_hash != look.input_hash or run.version != suggester.version:
        touch(run, done=0, found=0, new=0, decided_before=0)
    touch(
        run, version=suggester.version, model=look.model, input_hash=look.input_hash, total=len(subjects),
        attempts=run.attempts + 1,
    )  # fmt: skip
    while run.done < len(subjects):
        kept = _look_at(look, run, subjects[run.done : run.done + suggester.piece])
        touch(
            run,
            done=min(run.done + suggester.piece, len(subjects)),
            found=run.found + kept.found,
            new=run.new + kept.new,
            decided_before=run.decided_before + kept.decided_before,
            seconds=before + time.monotonic() - began,
        )
    gone = clear_after(run) + clear_fallen(run.concept_id, suggester)
    touch(
        run,
        gone=gone,
        state=State.DONE,
        finished_at=timezone.now(),
        seconds=before + time.monotonic() - began,
    )


def _look_at(look: Look, run: SuggestionRun, piece: list[Any]) -> Kept:
    return keep(run, list(look.at(piece)))


def _looking(run: SuggestionRun) -> Looking:
    about = Item.objects.filter(pk=run.about_id).first() if run.about_id else None
    if run.about_id and about is None:
        raise ValueError("what was to be looked at is gone")
    alive = partial(touch, run)
    return Looking(
        concept=run.concept, about=about, seed=run.seed, encoder=best_encoder,
        vectors=lambda texts: vectors_of(texts, best_encoder(), alive), touch=alive,
    )  # fmt: skip


def clear_fallen(concept_id: int, suggester: Suggester) -> int:
    """Take away what waits and makes no sense any more, such as a link that somebody has drawn; returns how many."""
    gone = 0
    for name in suggester.kinds:
        waiting = Suggestion.objects.waiting().filter(concept=concept_id, kind=name).order_by("pk")
        keys = list(waiting.values_list("pk", flat=True))
        for start in range(0, len(keys), STANDING_AT_ONCE):
            some = list(waiting.filter(pk__in=keys[start : start + STANDING_AT_ONCE]))
            fallen = {each.pk for each in some} - suggestion_kind_named(name).standing(some)
            if fallen:
                Suggestion.objects.waiting().filter(pk__in=fallen).delete()
            gone += len(fallen)
    return gone


def resume_lost(before: datetime) -> int:
    """Take up again what its process left or no task is doing, and give up what died too often; returns how many."""
    lost = SuggestionRun.objects.filter(state__in=[State.WAITING, State.RUNNING], touched_at__lt=before)
    found = 0
    for run in lost:
        mine = SuggestionRun.objects.filter(pk=run.pk, state=run.state, touched_at=run.touched_at)
        if run.attempts >= MOST_ATTEMPTS:
            problem = "The process died again and again."
            found += mine.update(state=State.FAILED, problem=problem, finished_at=timezone.now())
        elif mine.update(state=State.WAITING, touched_at=timezone.now()):
            found += 1
            run_suggester.enqueue(run.pk)
    return found


register_finder("suggestion-runs", resume_lost, after=LOST_AFTER)
