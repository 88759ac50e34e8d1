"""Reading a file in a process of its own, with limits of time and memory: what it does to itself harms nobody else.

The file goes in on standard input, the answer comes back on standard output as JSON (never as pickle: what reads a hostile
file is not trusted). The process sets its own limits (``resource``) before it looks at the file.
"""

from __future__ import annotations

import json
import resource
import subprocess  # nosec
import sys
from collections.abc import Callable, Sequence

from .book import USUAL_LIMITS, Book, ReadLimits, book_bytes, book_from_bytes
from .notes import FileRefused, Note
from .notes import german as _

_FINE, _REFUSED = b"F", b"R"


def read_apart(data: bytes, name: str = "", limits: ReadLimits = USUAL_LIMITS) -> Book:
    """``reading.read_book`` in a process of its own. Raises FileRefused."""
    return book_from_bytes(read_packed(data, name, limits))


def read_packed(data: bytes, name: str = "", limits: ReadLimits = USUAL_LIMITS) -> bytes:
    """The book of a file as ``book.book_bytes`` packs it, for keeping. Raises FileRefused."""
    return answer_apart("insek.engines.tables.reading_apart", [name], data, limits)


def answer_apart(module: str, arguments: Sequence[str], data: bytes, limits: ReadLimits) -> bytes:
    """What a module of ours answers to a file, run as ``python -m module`` with limits. Raises FileRefused."""
    if len(data) > limits.file_bytes:
        raise FileRefused(Note("too_large", _("Die Datei ist größer als %(most)s MB. Bitte teilen Sie sie auf."), {"most": str(limits.file_bytes // 1024 // 1024)}))  # fmt: skip
    order = json.dumps({"limits": vars(limits), "arguments": list(arguments)}).encode()
    try:
        done = subprocess.run(  # noqa: S603 -- our own interpreter and module
            [sys.executable, "-I", "-X", "utf8", "-m", module],
            input=len(order).to_bytes(4) + order + data,
            capture_output=True,
            timeout=limits.seconds + 5,
            check=False,
        )
    except subprocess.TimeoutExpired as error:
        raise _too_much() from error
    if done.stdout.startswith(_FINE):
        return done.stdout[1:]
    if done.stdout.startswith(_REFUSED):
        raise FileRefused(Note.from_json(json.loads(done.stdout[1:])))
    raise _too_much()


def _too_much() -> FileRefused:
    return FileRefused(Note("too_much", _("Die Datei braucht zu viel Zeit oder Speicher und wird nicht gelesen. Bitte teilen Sie sie auf oder speichern Sie sie neu.")))  # fmt: skip


def answer_here(answer: Callable[[bytes, Sequence[str], ReadLimits], bytes]) -> None:
    """The inside of such a process: set limits, read the order and the file, write the answer."""
    source, target = sys.stdin.buffer, sys.stdout.buffer
    order = json.loads(source.read(int.from_bytes(source.read(4))))
    limits = ReadLimits(**order["limits"])
    resource.setrlimit(resource.RLIMIT_AS, (limits.memory_bytes, limits.memory_bytes))
    resource.setrlimit(resource.RLIMIT_CPU, (limits.seconds, limits.seconds))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    try:
        result = _FINE + answer(source.read(), order["arguments"], limits)
    except FileRefused as error:
        result = _REFUSED + json.dumps(error.note.as_json()).encode()
    except MemoryError:
        result = _REFUSED + json.dumps(_too_much().note.as_json()).encode()
    target.write(result)
    target.flush()


def _read(data: bytes, arguments: Sequence[str], limits: ReadLimits) -> bytes:
    from .reading import read_book

    return book_bytes(read_book(data, arguments[0], limits))


if __name__ == "__main__":
    answer_here(_read)
