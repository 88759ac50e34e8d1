"""The process that reads one file and says on its output what it found; see reading.py."""

from __future__ import annotations

import json
import sys
from dataclasses import asdict
from pathlib import Path
from typing import Any

from .content import UnreadableDocument
from .pdf import picture_of, read_pdf
from .word_files import read_docx, read_odt

MEMORY = 3 * 1024**3


def limit(seconds: int) -> None:
    """Take no more memory and time than allowed, where the system has such limits."""
    try:
        import resource
    except ImportError:  # no such limits on Windows
        return
    for kind, wanted in ((resource.RLIMIT_AS, MEMORY), (resource.RLIMIT_CPU, seconds)):
        _soft, hard = resource.getrlimit(kind)
        resource.setrlimit(kind, (wanted if hard == resource.RLIM_INFINITY else min(wanted, hard), hard))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))


def say(answer: dict[str, Any]) -> None:
    """One line of the answer."""
    sys.stdout.write(json.dumps(answer) + "\n")
    sys.stdout.flush()


def read(path: Path, kind: str) -> None:
    """Read a whole file; says how far it is, and at the end what it found."""
    if kind == "pdf":
        content = read_pdf(path, lambda done, total: say({"done": done, "total": total}))
    else:
        content = {"docx": read_docx, "odt": read_odt}[kind](path)
    say({"content": asdict(content)})


def main(arguments: list[str]) -> None:
    """``read PATH KIND SECONDS``, ``picture PATH PAGE WIDTH SECONDS`` or ``table PATH PAGE SECONDS``."""
    act, path = arguments[0], Path(arguments[1])
    limit(int(arguments[-1]))
    if act == "read":
        read(path, arguments[2])
    elif act == "table":
        from .tables import table_from

        say({"table": table_from(path, int(arguments[2]))})
    else:
        sys.stdout.buffer.write(picture_of(path, int(arguments[2]), int(arguments[3])))


if __name__ == "__main__":
    try:
        main(sys.argv[1:])
    except UnreadableDocument as problem:
        say({"error": problem.code, "detail": problem.detail})
    except MemoryError:
        say({"error": "memory"})
    except RecursionError:
        say({"error": "broken", "detail": "nested too deeply"})
    except Exception as problem:  # whatever a library says of a file, the caller shall hear it
        say({"error": "broken", "detail": f"{type(problem).__name__}: {problem}"[:200]})
