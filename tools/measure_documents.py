"""How much of four made-up concepts of some 180 pages is recognised wrongly, and how long it takes.

Run as ``.venv/bin/python tools/measure_documents.py``. The figures stand in docs/methods/documents.md.
"""

from __future__ import annotations

import sys
import tempfile
import time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from insek.engines.documents.outline import propose
from insek.engines.documents.pdf import read_pdf
from tests.documents.made_concept import make_concept


def measure(layout: str) -> str:
    """One line of figures."""
    made = make_concept(fields=5, goals=4, measures=4, chapters=6, length=4, layout=layout)
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "a.pdf"
        path.write_bytes(made.data)
        began = time.process_time()
        content = read_pdf(path)
        took = time.process_time() - began
    whole = " ".join(page.text.replace("\n", " ") for page in content.pages)
    sentences = set(made.sentences)
    lost = sum(sentence not in whole for sentence in sentences)
    lines = propose(content)
    found = {
        (line.kind, line.number, line.title, lines[line.parent].number if line.parent is not None else "")
        for line in lines
        if line.kind and not line.kind.startswith("finding")
    }
    wanted = {(part.kind, part.number, part.title, part.parent) for part in made.parts}
    return (
        f"{layout}: {made.pages} pages in {took:.1f} s; {lost} of {len(sentences)} sentences not whole; "
        f"of {len(wanted)} parts {len(wanted - found)} missing or wrong, {len(found - wanted)} too many"
    )


if __name__ == "__main__":
    for name in ("concept", "designed", "office", "magazine"):
        sys.stdout.write(measure(name) + "\n")
