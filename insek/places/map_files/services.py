"""Files for the maps: taken, read in by a job, and taken away again. Nothing of what was there goes before the new one is whole."""

from __future__ import annotations

import logging
import tempfile
from collections.abc import Callable
from datetime import datetime, timedelta
from pathlib import Path

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop, override
from django_tasks import task

from insek.concept.models import Concept
from insek.engines.text import shortened
from insek.intake.models import Batch
from insek.jobs.clock import register_recurring
from insek.jobs.reaper import ask_again, register_finder
from insek.people.actors import Actor, require

from ..areas.keeping import forget_former_areas
from ..basemap.archive import base_path
from ..basemap.making import ENDINGS, BaseMapRefused, import_base_map
from ..map_file_models import MapFileJob
from ..models import NameSource
from ..names.writing import delete_names, forget_former
from ..outside.services import RIGHT
from .present import BASE
from .receiving import incoming

logger = logging.getLogger("insek.maps")
State = MapFileJob.State
LOST = gettext_noop("Das Programm wurde unterbrochen. Bitte lesen Sie die Datei noch einmal ein.")
BROKEN = gettext_noop(
    "Das ist nicht gelungen; was genau, steht im Protokoll des Servers. Was vorher da war, ist noch da."
)
FORGOTTEN = timedelta(hours=6)
"""After this long a file that nobody reads is deleted."""


class AlreadyReading(Exception):
    """Another file is being read in."""


def start_reading(
    concept: Concept,
    *,
    name: str,
    received: Path,
    attribution: str,
    margin: float,
    mapping: str,
    actor: Actor,
) -> MapFileJob:
    """Let a file that was received be read in; it is deleted afterwards. Raises PermissionDenied and AlreadyReading."""
    require(actor, RIGHT)
    ending = next(one for one in ENDINGS if name.lower().endswith(one))
    kept = received.rename(received.with_name(f"{received.name}{ending}"))
    with transaction.atomic():
        if MapFileJob.objects.filter(concept=concept, state__in=[State.WAITING, State.RUNNING]).exists():
            kept.unlink()
            raise AlreadyReading
        job = MapFileJob.objects.create(
            concept=concept, name=shortened(name, 200), size=kept.stat().st_size, path=str(kept), mapping=mapping,
            attribution=attribution, margin=margin, started_by_id=actor.user_id,
        )  # fmt: skip
    run_reading.enqueue(job.pk)
    return job


@task()
def run_reading(pk: int) -> None:
    """Read one file in; what goes wrong stands beside it, and what was there before stays."""
    rows = MapFileJob.objects.filter(pk=pk)
    # one that is running was begun by a worker that died: this worker alone got the task
    if not rows.filter(state__in=[State.WAITING, State.RUNNING]).update(
        state=State.RUNNING, touched_at=timezone.now()
    ):
        return
    job = rows.select_related("concept").get()

    def note(words: str) -> None:
        rows.update(step=shortened(words, 200), touched_at=timezone.now())

    with override("de"):  # it is kept, and shown to everybody in these words
        try:
            told, state = _read(job, note), State.DONE
        except BaseMapRefused as error:
            told, state = str(error), State.FAILED
        except Exception:
            logger.exception("the file of map job %s could not be read in", pk)
            told, state = BROKEN, State.FAILED
    rows.update(state=state, told=told, step="", path="", touched_at=timezone.now())
    Path(job.path).unlink(missing_ok=True)


def _read(job: MapFileJob, note: Callable[[str], object]) -> str:
    path = Path(job.path)
    if not job.path or not path.exists():
        raise BaseMapRefused(_(LOST))
    with tempfile.TemporaryDirectory(dir=incoming()) as folder:
        mapping = Path(folder) / "mapping.json"
        mapping.write_text(job.mapping, encoding="utf-8")
        report = import_base_map(
            path, concept=job.concept, mapping=mapping if job.mapping else None, attribution=job.attribution, margin=job.margin,
            said=note, title=job.name,
        )  # fmt: skip
    return str(report)


def remove(concept: Concept, sort: str, actor: Actor) -> None:
    """Take away what was read in of a sort; maps stand on plain ground then, names are those that are shipped."""
    require(actor, RIGHT)
    if MapFileJob.objects.filter(concept=concept, state__in=[State.WAITING, State.RUNNING]).exists():
        raise AlreadyReading
    if sort == BASE:
        base_path().unlink(missing_ok=True)
    delete_names(city=concept.key, sort=NameSource.Sort.BASE if sort == BASE else sort)


def find_lost_readings(before: datetime) -> int:
    """Ask again for files that no task is reading, or give up what died too often. Two queries."""
    return ask_again(MapFileJob.objects.filter(touched_at__lt=before), run_reading, told=LOST)


def clear_incoming() -> None:
    """Delete files that were received and that nobody will read any more, and replaced names that nobody can get back."""
    before = timezone.now() - Batch.KEPT - timedelta(days=1)
    forget_former(before)
    forget_former_areas(before)
    wanted = set(
        MapFileJob.objects.filter(state__in=[State.WAITING, State.RUNNING]).values_list("path", flat=True)
    )
    oldest = timezone.now().timestamp() - FORGOTTEN.total_seconds()
    for path in incoming().glob("upload-*"):
        if path.is_file() and str(path) not in wanted and path.stat().st_mtime < oldest:
            path.unlink(missing_ok=True)


register_finder("map files", find_lost_readings, after=timedelta(minutes=35))
register_recurring("clear-incoming", timedelta(hours=6), clear_incoming)
