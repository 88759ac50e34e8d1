"""Reading a file in a process of its own, with limits of time and memory: what breaks is that process."""

from __future__ import annotations

import json
import subprocess
import sys
import threading
from collections.abc import Callable
from pathlib import Path
from typing import Any

from .content import Content, UnreadableDocument, from_plain

BEGINNINGS = {"pdf": b"%PDF-", "docx": b"PK\x03\x04", "odt": b"PK\x03\x04"}
MOST_BYTES = 300 * 1024**2
READ_SECONDS, PICTURE_SECONDS, TABLE_SECONDS = 300, 30, 60
MODULE = "insek.engines.documents.worker"


def kind_of(name: str, beginning: bytes) -> str:
    """What a file is by its name and its first bytes. Raises UnreadableDocument."""
    ending = Path(name).suffix.lower().lstrip(".")
    if not beginning:
        raise UnreadableDocument("empty")
    if beginning[:8] == b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1":
        # an Office file from before 2007, or one that is locked by a password
        raise UnreadableDocument("encrypted" if ending in {"docx", "odt"} else "kind", ending)
    if ending not in BEGINNINGS:
        raise UnreadableDocument("kind", ending)
    found = (
        BEGINNINGS[ending] in beginning[:1024]
        if ending == "pdf"
        else beginning.startswith(BEGINNINGS[ending])
    )
    if not found:
        raise UnreadableDocument("broken", "its first bytes are those of something else")
    return ending


def read_document(
    path: Path,
    kind: str,
    progress: Callable[[int, int], None] = lambda done, total: None,
    seconds: int = READ_SECONDS,
) -> Content:
    """The content of a file. Raises UnreadableDocument."""
    answer: dict[str, Any] = {}
    process = _start("read", str(path), kind, seconds=seconds)
    timer = threading.Timer(seconds, process.kill)
    timer.start()
    try:
        assert process.stdout is not None
        for line in process.stdout:
            answer = json.loads(line)
            if "done" in answer:
                progress(answer["done"], answer["total"])
        process.wait()
    except ValueError as error:
        raise UnreadableDocument("broken", "no whole answer") from error
    finally:
        late = not timer.is_alive()
        timer.cancel()
        process.kill()
        process.wait()
        if process.stdout is not None:
            process.stdout.close()
    content = _answer(answer, "content", late=late, code=process.returncode)
    return Content(**{**content, "pages": [from_plain(page) for page in content["pages"]]})


def picture(path: Path, number: int, width: int) -> bytes:
    """A page as a JPEG. Raises UnreadableDocument."""
    made = _run("picture", str(path), str(number), str(width), seconds=PICTURE_SECONDS)
    if not made.startswith(b"\xff\xd8"):
        _answer(_last(made), "picture", late=False, code=0)
    return made


def table(path: Path, number: int) -> list[list[str]]:
    """The biggest table of a page with what continues it. Raises UnreadableDocument."""
    made = _last(_run("table", str(path), str(number), seconds=TABLE_SECONDS))
    found: list[list[str]] = _answer(made, "table", late=False, code=0)
    return found


def _command(arguments: tuple[str, ...], seconds: int) -> list[str]:
    return [sys.executable, "-m", MODULE, *arguments, str(seconds)]


def _start(*arguments: str, seconds: int) -> subprocess.Popen[bytes]:
    return subprocess.Popen(  # noqa: S603  (our own interpreter and module, the path is an argument)
        _command(arguments, seconds),
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
    )


def _run(*arguments: str, seconds: int) -> bytes:
    try:
        done = subprocess.run(  # noqa: S603  (as above)
            _command(arguments, seconds),
            stdin=subprocess.DEVNULL,
            capture_output=True,
            timeout=seconds,
            check=False,
        )
    except subprocess.TimeoutExpired:
        raise UnreadableDocument("time") from None
    if not done.stdout:
        raise UnreadableDocument("memory", f"the process ended with {done.returncode}")
    return done.stdout


def _last(output: bytes) -> dict[str, Any]:
    try:
        answer: dict[str, Any] = json.loads(output.splitlines()[-1])
    except (ValueError, IndexError):
        raise UnreadableDocument("broken", "no whole answer") from None
    return answer


def _answer(answer: dict[str, Any], name: str, *, late: bool, code: int) -> Any:
    if "error" in answer:
        raise UnreadableDocument(str(answer["error"]), str(answer.get("detail", "")))
    if name not in answer:
        # killed by its limit of time (SIGXCPU, or by us) or of memory
        raise UnreadableDocument(
            "time" if late or code == -24 else "memory", f"the process ended with {code}"
        )
    return answer[name]
