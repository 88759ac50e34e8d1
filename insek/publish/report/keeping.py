"""Documents that lie at an address of their own: made once, kept, and made again when what they say has changed.

The concept as it stands and each edition have a PDF in both forms and languages. What was made last is delivered at once, also
while the next is being made; only what is not public any more, as it stood there, is not.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import timedelta

from django.db.models import QuerySet
from django.utils import timezone

from insek import clock
from insek.concept.models import Concept, Edition
from insek.people.actors import ANONYMOUS
from insek.thread.shared_cache import content_version

from ..models import ReportJob

KEPT = timedelta(days=400)
"""How long a document lies at its address when nothing changes; then it is made again at the next call."""


@dataclass(frozen=True)
class Shelf:
    """What lies at one address: the concept or an edition, in one form and language."""

    concept: Concept
    form: str
    language: str
    edition: Edition | None = None

    @property
    def name(self) -> str:
        """The same for the same address."""
        what = self.edition.key if self.edition is not None else ""
        return f"{self.concept.key}/{what}/{self.form}/{self.language}"

    @property
    def is_frozen(self) -> bool:
        """Whether its text does not change any more: that of an edition that was filed or adopted."""
        return self.edition is not None and self.edition.status != Edition.Status.DRAFT

    def key(self, origin: str) -> str:
        """The same for the same content; the states of measures are those of a day. One query, of a frozen text none."""
        edition = self.edition
        told = (
            [edition.pk, edition.version, edition.status]
            if edition is not None and self.is_frozen
            else [content_version(self.concept, ANONYMOUS), clock.today().isoformat()]
        )
        return hashlib.sha256(json.dumps([self.name, told, origin]).encode()).hexdigest()


def lying(shelf: Shelf) -> ReportJob | None:
    """The newest finished document of a shelf. One query."""
    return _done().filter(shelf=shelf.name).first()


def lying_on(shelves: Iterable[Shelf]) -> dict[str, ReportJob]:
    """The newest finished document of each shelf by its name. One query."""
    found: dict[str, ReportJob] = {}
    for job in _done().filter(shelf__in=[shelf.name for shelf in shelves]).defer("content_key"):
        found.setdefault(job.shelf, job)
    return found


def _done() -> QuerySet[ReportJob]:
    return ReportJob.objects.filter(state=ReportJob.State.DONE, expires__gt=timezone.now()).select_related(
        "concept", "edition"
    )


def clear_replaced(job: ReportJob) -> None:
    """Delete what lay on the shelf before a document that is finished now. One query, and one for each that goes."""
    before = ReportJob.objects.filter(shelf=job.shelf, created_at__lt=job.created_at).exclude(pk=job.pk)
    for old in (
        before.exclude(state__in=(ReportJob.State.WAITING, ReportJob.State.RUNNING)) if job.shelf else ()
    ):
        old.file.delete(save=False)
        old.delete()


def forget_kept(needle: str) -> int:
    """Delete all kept documents when words are removed from the history: one of them may hold them. They are made again."""
    kept = ReportJob.objects.exclude(shelf="").exclude(file="")
    for job in kept:
        job.file.delete(save=False)
    return kept.delete()[0]
