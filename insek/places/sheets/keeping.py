"""Map sheets are made by a job and kept: the same address gives the same file until what is on it changes.

A visitor's sheet is everybody's; that of somebody who is signed in may show what is internal, is theirs alone and goes after a
day. The sheet of a filed or adopted edition stays as it was made.
"""

from __future__ import annotations

import hashlib
import json
import logging
from datetime import datetime, timedelta
from functools import partial
from urllib.parse import urlencode

from django.core.files.base import ContentFile
from django.db import transaction
from django.http import Http404, QueryDict
from django.utils import timezone
from django.utils.translation import override
from django_tasks import task

from insek.concept.asker import Asker
from insek.jobs.clock import register_recurring
from insek.jobs.reaper import ask_again, register_finder
from insek.people.actors import ANONYMOUS, actor_for
from insek.thread.history import register_purging
from insek.thread.shared_cache import content_version

from ..basemap.archive import generation_of_base_map
from ..sheet_models import KeptSheet
from .content import SheetSource, sheet_source
from .making import SheetChoice, make_sheet

logger = logging.getLogger("insek.maps")
State = KeptSheet.State
PAPERS, WAYS, EXTENTS, TONES = ("a4", "a3"), ("", "quer", "hoch"), ("", "stadt"), ("", "grau")
CHOICES = ("blatt", "lage", "ausschnitt", "ton", "grundkarte")
OPEN = (State.WAITING, State.RUNNING)
KEPT, KEPT_FOR_ONE, KEPT_FROZEN = timedelta(days=30), timedelta(days=1), timedelta(days=3650)
MOST_WAITING = 12
"""Sheets that may wait at once; more would only wait longer."""
LONGEST_QUERY = 600


class TooManySheets(Exception):
    """Too many sheets are being made right now."""


def asked_sheet(query: QueryDict) -> tuple[SheetSource, SheetChoice]:
    """What an address asks for. Raises Http404."""
    source = sheet_source(query.get("von", "karte"))
    paper, way, extent, tone = (query.get(name, "") for name in ("blatt", "lage", "ausschnitt", "ton"))
    paper = paper or "a4"
    if paper not in PAPERS or way not in WAYS or extent not in EXTENTS or tone not in TONES:
        raise Http404
    choice = SheetChoice(
        paper,
        {"quer": True, "hoch": False}.get(way),
        extent == "stadt",
        tone == "grau",
        query.get("grundkarte", "") != "ohne",
    )
    return source, choice


def in_one_order(query: QueryDict, source: SheetSource) -> str:
    """The address as it is kept: only what counts. Raises Http404 where it is too long."""
    pairs = sorted(
        (name, value)
        for name in ("von", *CHOICES, *source.keeps)
        for value in query.getlist(name)
        if value or name in source.keeps
    )
    text = urlencode(pairs)
    if len(text) > LONGEST_QUERY:
        raise Http404
    return text


def key_of(asker: Asker, source: SheetSource, query: str, origin: str) -> tuple[str, bool]:
    """The same for the same content, and whether that will never change. One query, of a frozen edition another."""
    frozen = source.frozen(asker)
    actor = asker.actor
    told = [
        frozen or [content_version(asker.concept, actor), generation_of_base_map()],
        [actor.user_id, sorted(map(str, actor.rights))] if actor.user_id is not None and not frozen else None,
        query, asker.language, origin, asker.concept.pk if asker.concept else 0,
    ]  # fmt: skip
    return hashlib.sha256(json.dumps(told, default=str).encode()).hexdigest(), bool(frozen)


def wanted_sheet(asker: Asker, source: SheetSource, query: str, origin: str) -> KeptSheet:
    """The sheet of an address: the one that lies there, one that is being made, else a new one that is asked for.

    Raises TooManySheets, and Http404 for what there is not.
    """
    assert asker.concept is not None
    key, is_frozen = key_of(asker, source, query, origin)
    usable = KeptSheet.objects.filter(content_key=key, expires__gt=timezone.now())
    if found := usable.filter(state=State.DONE).first() or usable.filter(state__in=OPEN).first():
        return found
    source.content(asker)  # what there is not is said now
    if KeptSheet.objects.filter(state__in=OPEN, expires__gt=timezone.now()).count() >= MOST_WAITING:
        raise TooManySheets
    person = asker.actor.user_id if not is_frozen else None
    lasts = KEPT_FROZEN if is_frozen else KEPT_FOR_ONE if person is not None else KEPT
    with transaction.atomic():
        made = KeptSheet.objects.create(
            concept=asker.concept, query=query, language=asker.language, origin=origin, content_key=key, person_id=person,
            is_frozen=is_frozen, expires=timezone.now() + lasts,
        )  # fmt: skip
        transaction.on_commit(partial(run_sheet.enqueue, made.pk))
    made.refresh_from_db()
    return made


@task()
def run_sheet(token: str) -> None:
    """Make one sheet; what goes wrong is logged and said on its page."""
    rows = KeptSheet.objects.filter(pk=token)
    if not rows.filter(state__in=OPEN).update(state=State.RUNNING, percent=5):
        return
    sheet = rows.select_related("concept", "person").get()
    actor = actor_for(sheet.person) if sheet.person is not None else ANONYMOUS
    query = QueryDict(sheet.query)
    try:
        source, choice = asked_sheet(query)
        asker = Asker(actor, concept=sheet.concept, language=sheet.language, asked=query)
        with override(sheet.language):
            content = source.content(asker)
            made = make_sheet(
                asker, content, choice, origin=sheet.origin, progress=lambda percent: rows.update(percent=percent)
            )  # fmt: skip
        if made is None:
            rows.update(state=State.FAILED)
            return
        sheet.file.save(f"{token}.pdf", ContentFile(made.content), save=False)
        rows.update(state=State.DONE, percent=100, file=sheet.file.name)
        _clear_replaced(sheet)
    except Exception:
        logger.exception("map sheet %s failed", token[:6])
        rows.update(state=State.FAILED)


def _clear_replaced(sheet: KeptSheet) -> None:
    """Delete what lay at the address before."""
    before = KeptSheet.objects.filter(
        query=sheet.query, language=sheet.language, person=sheet.person, created_at__lt=sheet.created_at
    )
    for old in before.exclude(pk=sheet.pk).exclude(state__in=OPEN):
        _delete(old)


def _delete(sheet: KeptSheet) -> None:
    sheet.file.delete(save=False)
    sheet.delete()


def forget_sheets(needle: str) -> int:
    """Delete all kept sheets when words are removed from the history: one of them may hold them. They are made again."""
    kept = list(KeptSheet.objects.exclude(file=""))
    for sheet in kept:
        _delete(sheet)
    return len(kept)


def find_lost_sheets(before: datetime) -> int:
    """Ask again for sheets begun before that moment that no task is making, or give up what died too often. Two queries."""
    return ask_again(KeptSheet.objects.filter(created_at__lt=before), run_sheet)


def clear_sheets() -> None:
    """Delete sheets that have expired, and those of visitors that nobody is given any more since something changed."""
    for sheet in KeptSheet.objects.filter(expires__lt=timezone.now()):
        _delete(sheet)
    for sheet in KeptSheet.objects.filter(person=None, is_frozen=False, state=State.DONE).select_related("concept"):  # fmt: skip
        query = QueryDict(sheet.query)
        asker = Asker(ANONYMOUS, concept=sheet.concept, language=sheet.language, asked=query)
        try:
            key, _is_frozen = key_of(asker, asked_sheet(query)[0], sheet.query, sheet.origin)
        except Http404:
            key = ""
        if key != sheet.content_key:
            _delete(sheet)


register_purging(forget_sheets)
register_recurring("clear-map-sheets", timedelta(hours=1), clear_sheets)
register_finder("map sheets", find_lost_sheets)
