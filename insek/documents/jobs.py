"""Reading an uploaded file in the background: its text by page, and the index of search."""

from __future__ import annotations

import logging
import shutil
import subprocess
import tempfile
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime, timedelta
from pathlib import Path

from django_tasks import task

from insek.engines.documents.content import Content, UnreadableDocument, as_plain
from insek.engines.documents.reading import read_document
from insek.engines.text import counted_terms, shortened
from insek.jobs.reaper import ask_again, register_finder
from insek.thread.pieces import in_pieces
from insek.thread.postings import number_of

from .models import Document, DocumentPage, PagePosting
from .spelling import keep_words

logger = logging.getLogger("insek.documents")

State = Document.State
OCR_SECONDS = 3600
IN_HEADING = 3.0
"""How much more a word in a heading counts."""


_after_reading: list[Callable[[Document], object]] = []


def register_after_reading(step: Callable[[Document], object]) -> None:
    """Let something follow from the text of a document as soon as it is there."""
    if step not in _after_reading:
        _after_reading.append(step)


_once_read: list[Callable[[Document], object]] = []


def register_once_read(step: Callable[[Document], object]) -> None:
    """Let something begin when a document counts as read, such as a job that looks through what is read."""
    if step not in _once_read:
        _once_read.append(step)


def ask_to_read(document: Document) -> None:
    """Let a job read a file."""
    read.enqueue(document.pk)


@task()
def read(key: int) -> None:
    """Read one file, if nobody has begun."""
    rows = Document.objects.filter(pk=key)
    if rows.filter(state=State.WAITING).update(state=State.RUNNING, done=0, total=0, problem=""):
        try:
            _read(rows.get())
        except UnreadableDocument as problem:
            logger.info("document %s was refused: %s", key, problem)
            rows.update(state=State.FAILED, problem=problem.code)
        except Exception:
            rows.update(state=State.FAILED, problem="broken")
            raise
        else:
            for step in _once_read:
                step(rows.get())


def _read(document: Document) -> None:
    rows = Document.objects.filter(pk=document.pk)

    def progress(done: int, total: int) -> None:
        rows.update(done=done, total=total)

    with local_file(document) as path:
        if document.wants_ocr and document.format == "pdf":
            with _recognised(path) as readable:
                content = read_document(readable, document.format, progress)
        else:
            content = read_document(path, document.format, progress)
    _keep_pages(document, content)
    for step in _after_reading:
        step(document)
    rows.update(
        state=State.DONE,
        is_scan=content.is_scan,
        done=len(content.pages),
        total=len(content.pages),
        problem="",
    )


def _keep_pages(document: Document, content: Content) -> None:
    """Replace what was read before; in pieces, since others write meanwhile."""
    old = list(DocumentPage.objects.filter(document=document).values_list("pk", flat=True))
    in_pieces(old, lambda keys: DocumentPage.objects.filter(pk__in=keys).delete())
    pages = [
        DocumentPage(
            document=document, number=page.number, label=shortened(page.label, 120), blocks=as_plain(page)["blocks"], text=page.text,
            width=page.width, height=page.height,
        )
        for page in content.pages
    ]  # fmt: skip
    in_pieces(pages, DocumentPage.objects.bulk_create)
    keys = dict(DocumentPage.objects.filter(document=document).values_list("number", "pk"))
    postings = [
        PagePosting(page_id=keys[page.number], word=word, weight=weight)
        for page in content.pages
        for word, weight in _weights(
            page.text, [block.text for block in page.blocks if block.type == "heading"]
        )
    ]
    in_pieces(postings, PagePosting.objects.bulk_create)
    keep_words(term for page in content.pages for term in counted_terms(page.text)[0])


def _weights(text: str, headings: Sequence[str]) -> Iterator[tuple[int, int]]:
    """The terms of a page by number, and how much the page is about each."""
    counts, words = counted_terms(text)
    first, _words = counted_terms("\n".join(headings))
    found: dict[int, int] = {}
    for term, count in counts.items():
        often = count + IN_HEADING * first.get(term, 0.0)
        # a word says less on a full page, and its tenth time less than its first
        found[number_of(term)] = max(1, min(1000, round(400 * often / (often + 1.2 + words / 400))))
    yield from found.items()


@contextmanager
def local_file(document: Document) -> Iterator[Path]:
    """The file as a path, copied here where the storage is elsewhere. Raises UnreadableDocument where it is gone."""
    try:
        path = Path(document.file.path)
    except NotImplementedError:
        with (
            tempfile.NamedTemporaryFile(suffix=f".{document.format}") as copy,
            document.file.open("rb") as source,
        ):
            shutil.copyfileobj(source, copy)
            copy.flush()
            yield Path(copy.name)
        return
    if not path.exists():
        raise UnreadableDocument("broken", "the file is gone")
    yield path


def recogniser() -> str | None:
    """The program that recognises text in pictures, where the installation has it."""
    return shutil.which("ocrmypdf")


@contextmanager
def _recognised(path: Path) -> Iterator[Path]:
    """The same PDF with the text that was recognised in its pictures."""
    program = recogniser()
    if program is None:
        yield path
        return
    with tempfile.TemporaryDirectory() as folder:
        made = Path(folder) / "read.pdf"
        try:
            subprocess.run(  # noqa: S603  (a program of the installation, the paths are arguments)
                [program, "--language", "deu", "--skip-text", "--output-type", "pdf", "--jobs", "1", str(path), str(made)],
                check=True, capture_output=True, timeout=OCR_SECONDS,
            )  # fmt: skip
        except subprocess.TimeoutExpired:
            raise UnreadableDocument("time") from None
        except subprocess.CalledProcessError as error:
            logger.warning("ocrmypdf refused a document: %s", error.stderr[-500:])
            raise UnreadableDocument("broken", "ocrmypdf") from error
        yield made


def ask_for_lost(before: datetime) -> int:
    """Read again what waits and no task is reading, and give up what its process left."""
    return ask_again(Document.objects.filter(state__in=[State.WAITING, State.RUNNING]), read, problem="time")


register_finder("documents", ask_for_lost, after=timedelta(minutes=5))
