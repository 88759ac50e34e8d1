"""`insek bench text`: how well statements are found in plans, on six invented plans and on sentences two language models labelled by written rules, how far they agree, and how fast.

The labels stand in the source (tests/engines/statements), the texts do not: `--questions` names the archive they are in.
"""

from __future__ import annotations

import csv
import gzip
import json
import time
from collections.abc import Callable, Sequence
from pathlib import Path

from insek.config import bench_plans
from insek.engines.text.statements import find_statements
from insek.engines.text.statements.detection import Judged, judge, weights
from insek.engines.text.statements.measuring import RECALL, Agreement, Measured, agreement, baseline, measure
from insek.engines.text.statements.sentences import one_line

ROOT = Path(__file__).parents[2]
LABELS = ROOT / "tests" / "engines" / "statements"
TEXTS = ROOT.parent / "shared" / "data" / "oparl-karlsruhe" / "texts.jsonl.gz"
FIRST, SECOND = "labels_a.csv", "labels_b.csv"
NAMES = ("erste Durchsicht", "zweite Durchsicht", "wo beide dasselbe sagen")
AGREED = "bei Kernaussage ja oder nein, und bei der Art derer, die beide eine nennen (Anteil; Kappa)"
PAGE = 3_000
"""Characters of a page of a plan."""
PAGES = 200


def bench_text(texts: Path | None) -> int:
    """Print it all; 2 where labels or texts are not at hand, after what needs none."""
    for line in bench_plans.lines():
        print(line, flush=True)
    source = texts or TEXTS
    if not source.is_file() or not (LABELS / "sentences.csv").is_file():
        print(
            f"Nicht da: {source} oder {LABELS}. Die Texte gehören nicht zum Projekt; --questions nennt ihr Archiv."
        )
        return 2
    passes = both_passes(source)
    for part, drawn, name in (
        ("tune", "", "400, aus denen gelernt ist"),
        ("unseen", "", "300 ungesehene"),
        ("unseen", "any", "davon 240 zufällige"),
    ):
        for by_whom, labelled in passes.items():
            some = [(text, kind) for of, how, text, kind in labelled if of == part and drawn in ("", how)]
            methods: tuple[tuple[str, Callable[[Sequence[str]], list[Judged]]], ...] = (
                ("Modell", judge),
                ("Modalverben und Zahlen", baseline),
            )
            for method, by in methods:
                counted = measure(by([text for text, _kind in some]), [kind for _text, kind in some])
                print(f"{name}, {by_whom}, {method}: {described(counted)}")
    for by_whom, labelled in passes.items():
        unseen = [(text, kind) for of, _how, text, kind in labelled if of == "unseen"]
        print(f"Vorgeschlagen ab {weights().threshold}, {by_whom}: {at_threshold(unseen)}")
    print("Wo es irrt, nach der ersten Durchsicht:")
    for line in failures([(text, kind) for of, _how, text, kind in passes[NAMES[0]] if of == "unseen"]):
        print(f"  {line}")
    print(f"Einig sind sich beide Durchsichten (zwei Sprachmodelle, keine Menschen) {AGREED}:")
    for name, part in (("alle 700", ""), ("300 ungesehene", "unseen")):
        print(f"  {name}: {', '.join(cell(one) for one in agreements(part))}")
    print(speed(source))
    return 0


def both_passes(source: Path) -> dict[str, list[tuple[str, str, str, str]]]:
    """The labelled sentences of the first pass, of the second, and those of which both say the same."""
    first, second = labelled_sentences(source), labelled_sentences(source, SECOND)
    same = [one for one, other in zip(first, second, strict=True) if one == other]
    return dict(zip(NAMES, (first, second, same), strict=True))


def agreements(part: str = "") -> tuple[Agreement, Agreement]:
    """How far the two passes agree on what is a statement, and on the kind of what both call one; the texts are not needed."""
    with (LABELS / "sentences.csv").open(encoding="utf-8", newline="") as file:
        ids = [one["id"] for one in csv.DictReader(file) if part in ("", one["part"])]
    first, second = kinds_of(FIRST), kinds_of(SECOND)
    pairs = [(first[one], second[one]) for one in ids]
    both = [pair for pair in pairs if "none" not in pair]
    return (
        agreement([one != "none" for one, _other in pairs], [other != "none" for _one, other in pairs]),
        agreement([one for one, _other in both], [other for _one, other in both]),
    )


def cell(found: Agreement) -> str:
    """One cell of figures, as the handbook has it."""
    return f"{found.equal:.2f}; {found.kappa:.2f} [{found.low:.2f}; {found.high:.2f}] ({found.sentences})".replace(
        ".", ","
    )


def kinds_of(labels: str) -> dict[str, str]:
    """What a pass says of each sentence, by its number."""
    with (LABELS / labels).open(encoding="utf-8", newline="") as file:
        return {one["id"]: one["kind"] for one in csv.DictReader(file)}


def labelled_sentences(source: Path, labels: str = FIRST) -> list[tuple[str, str, str, str]]:
    """Of each labelled sentence: its part, how it was drawn, its text and its kind."""
    with (LABELS / "sentences.csv").open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    kinds = kinds_of(labels)
    wanted = {row["file"] for row in rows}
    with gzip.open(source, "rt", encoding="utf-8") as lines:
        texts = {row["file"]: row["text"] for row in map(json.loads, lines) if row["file"] in wanted}
    return [
        (
            row["part"],
            row["drawn"],
            one_line(texts[row["file"]][int(row["start"]) : int(row["end"])]),
            kinds[row["id"]],
        )
        for row in rows
    ]


def described(found: Measured) -> str:
    """One line of figures."""
    kinds = ", ".join(
        f"{kind} {value:.2f} ({found.kind_counts[kind]})" for kind, value in found.kind_f1.items()
    )
    return (
        f"{found.statements} Kernaussagen unter {found.sentences}; Genauigkeit bei Ausbeute {RECALL}: {found.precision:.2f} "
        f"[{found.low:.2f}; {found.high:.2f}], mittlere Genauigkeit {found.average_precision:.2f}; Art, Makro-F1 {found.mean_kind_f1:.2f}: {kinds}"
    )


def at_threshold(labelled: Sequence[tuple[str, str]]) -> str:
    """Precision and recall of what is proposed."""
    taken = [verdict.chance >= weights().threshold for verdict in judge([text for text, _kind in labelled])]
    hits = sum(one and kind != "none" for one, (_text, kind) in zip(taken, labelled, strict=True))
    there = sum(kind != "none" for _text, kind in labelled)
    return f"Genauigkeit {hits / sum(taken):.2f}, Ausbeute {hits / there:.2f}"


def failures(labelled: Sequence[tuple[str, str]], most: int = 5) -> list[str]:
    """The surest mistakes of both sorts."""
    judged = list(zip(judge([text for text, _kind in labelled]), labelled, strict=True))
    wrong = sorted(((v.chance, v.kind, text) for v, (text, kind) in judged if kind == "none"), reverse=True)
    missed = sorted((v.chance, kind, text) for v, (text, kind) in judged if kind != "none")
    return [
        *(f"keine ({chance:.2f} für {kind}): {text}" for chance, kind, text in wrong[:most]),
        *(f"übersehen ({chance:.2f}, ist {kind}): {text}" for chance, kind, text in missed[:most]),
    ]


def speed(source: Path) -> str:
    """How long 200 pages take."""
    with gzip.open(source, "rt", encoding="utf-8") as lines:
        text = ""
        while len(text) < PAGE * PAGES:
            text += f"{json.loads(next(lines))['text']}\n\n"
    begun = time.process_time()
    found = find_statements(text[: PAGE * PAGES])
    return f"{PAGES} Seiten zu {PAGE} Zeichen: {len(found)} Kernaussagen in {time.process_time() - begun:.1f} s Rechenzeit"
