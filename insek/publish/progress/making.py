"""Making a report: collected as everybody sees it, set, kept with its hashes; a job, never inside a transaction."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Mapping
from datetime import datetime
from functools import partial
from io import BytesIO
from pathlib import Path

from django.core.files.base import ContentFile
from django.db import transaction
from django.db.models.functions import Now
from django.utils import translation
from django_tasks import task

from insek import clock
from insek.jobs.reaper import ask_again, register_finder
from insek.people.actors import ANONYMOUS, Actor, require
from insek.suggestions.keeping import hash_of
from insek.thread.models import Visibility
from insek.thread.postings import in_transaction

from ..report.making import typeset
from ..report.reading import Reader
from .chapters import progress_document
from .knowing import Facts
from .limits import FULL, SHORT, SHORT_PAGES
from .models import MOST_PROBLEM, ProgressContent, ProgressFile, ProgressReport

State = ProgressContent.State
LANGUAGES = ("de", "en")
NAMES = tuple(f"{form}-{language}.{format}" for form in ("full", "short") for language in LANGUAGES for format in ("pdf", "docx"))  # fmt: skip
"""The files of a report."""


def words_hash(report: ProgressReport) -> str:
    """Stands for what people wrote of a report. One query."""
    item = report.item
    words = sorted(report.words.values_list("field__key", "text"))
    return hash_of([item.title, item.title_en, item.text, item.text_en, item.standing, report.period_from.isoformat(), report.period_to.isoformat(), words])  # fmt: skip


def is_current(report: ProgressReport, content: ProgressContent | None) -> bool:
    """Whether the files hold what people wrote. One query."""
    return content is not None and content.is_done and content.words_hash == words_hash(report)


def ask_to_make(report: ProgressReport, *, origin: str, actor: Actor) -> ProgressContent:
    """Let a job make the files anew, in the place of those there are. Raises PermissionDenied, also once it is issued."""
    require(actor, "progress.write", report.item)
    with transaction.atomic():
        content, _made = ProgressContent.objects.update_or_create(
            report=report,
            defaults={"state": State.WAITING, "problem": "", "origin": origin[:200]},
        )  # fmt: skip
        transaction.on_commit(partial(make_progress.enqueue, report.pk))
    return content


@task()
def make_progress(key: str) -> None:
    """Make the files of one report; what goes wrong stands on its page."""
    rows = ProgressContent.objects.filter(pk=key)
    # one that is running was begun by a worker that died: this worker alone got the task
    if not rows.filter(state__in=[State.WAITING, State.RUNNING]).update(
        state=State.RUNNING, touched_at=Now()
    ):
        return
    try:
        make_files(rows.select_related("report__item__concept").get())
    except Exception as error:
        problem = f"{type(error).__name__}: {error}"[:MOST_PROBLEM]
        rows.update(state=State.FAILED, problem=problem)
        raise


def make_files(content: ProgressContent) -> None:
    """Make all files and keep them, unless the report was issued meanwhile."""
    if in_transaction():
        raise RuntimeError("a report is made outside of transactions, and kept in a short one")
    report = content.report
    said, figures = words_hash(report), Facts(report, Reader(report.item.concept, ANONYMOUS)).figures()
    made = dict(_files(content))
    hashes = {name: hashlib.sha256(file).hexdigest() for name, (file, _pages) in made.items()}
    with transaction.atomic():
        if ProgressReport.objects.filter(pk=report.pk, item__visibility=Visibility.PUBLIC).exists():
            return
        for old in content.files.all():
            transaction.on_commit(partial(old.file.delete, save=False))
            old.delete()
        for name, (file, pages) in made.items():
            _keep(content, name, file, pages, hashes[name])
        ProgressContent.objects.filter(pk=content.pk).update(
            state=State.DONE, problem="", words_hash=said, made_on=clock.today(), figures=figures, hashes=hashes, touched_at=Now(),
        )  # fmt: skip


def _keep(content: ProgressContent, name: str, file: bytes, pages: int, digest: str) -> None:
    row = ProgressFile(content=content, name=name, sha256=digest, size=len(file), pages=pages)
    row.file.save(f"{content.report_id}-{digest[:12]}-{name}", ContentFile(file), save=False)
    row.save()


def put_back(content: ProgressContent, paths: Mapping[str, Path]) -> int:
    """Keep files of a report that were made elsewhere, those that have the hash it was issued with; returns how many."""
    kept = 0
    with transaction.atomic():
        for name, path in paths.items():
            file = path.read_bytes() if path.is_file() else b""
            if hashlib.sha256(file).hexdigest() == content.hashes.get(name):
                pages = _with_pages(file)[1] if name.endswith(".pdf") else 0
                _keep(content, name, file, pages, content.hashes[name])
                kept += 1
    return kept


def _files(content: ProgressContent) -> Iterator[tuple[str, tuple[bytes, int]]]:
    """Each file by its name, with how many pages it has; the same collected document for PDF and Word."""
    for language in LANGUAGES:
        with translation.override(language):
            facts = _facts(content, is_short=False)
            document = progress_document(facts, FULL)
            yield f"full-{language}.pdf", _with_pages(typeset(document, "pdf"))
            yield f"full-{language}.docx", (typeset(document, "docx"), 0)
            facts = _facts(content, is_short=True)
            for limits in SHORT:
                document = progress_document(facts, limits)
                file, pages = _with_pages(typeset(document, "pdf"))
                if pages <= SHORT_PAGES:
                    break
            yield f"short-{language}.pdf", (file, pages)
            yield f"short-{language}.docx", (typeset(document, "docx"), 0)


def _facts(content: ProgressContent, *, is_short: bool) -> Facts:
    report = content.report
    return Facts(report, Reader(report.item.concept, ANONYMOUS, origin=content.origin, is_short=is_short))


def _with_pages(file: bytes) -> tuple[bytes, int]:
    import pypdfium2  # loaded by the process that needs it, which a web worker seldom is

    opened = pypdfium2.PdfDocument(BytesIO(file))
    try:
        return file, len(opened)
    finally:
        opened.close()


def resume_lost(before: datetime) -> int:
    """Ask again for reports begun before that moment that no task is making, or give up what died. Two queries."""
    return ask_again(ProgressContent.objects.filter(touched_at__lt=before), make_progress)


register_finder("progress-reports", resume_lost)
