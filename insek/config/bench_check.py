"""`insek bench check`: how well it is found which fields and goals council papers touch, or none, on papers labelled twice by a language model; and how fast.

The labels stand in the source (tests/engines/checks), the texts do not: `--questions` names the folder they are in. Fields and goals are those of the city
that comes with the program, as they were then (city.csv).
"""

from __future__ import annotations

import csv
import gzip
import json
import time
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

import numpy as np

from insek.engines.text.statements.measuring import Agreement
from insek.engines.text.touching import (
    AimWords,
    FieldWords,
    JudgedPaper,
    ReadPaper,
    TouchModel,
    read_paper,
    weights,
)
from insek.engines.text.touching.measuring import (
    FieldsMeasured,
    Truth,
    agreements,
    keywords,
    measure_fields,
    measure_goals,
)

ROOT = Path(__file__).parents[2]
LABELS = ROOT / "tests" / "engines" / "checks"
PAPERS = ROOT.parent / "shared" / "data" / "oparl-karlsruhe"
if not PAPERS.is_dir():  # a tree of work beside others
    PAPERS = ROOT.parents[1] / "shared" / "data" / "oparl-karlsruhe"
FIRST, SECOND = "labels_a.csv", "labels_b.csv"
OF_GOAL, OF_OTHERS = 2.0, 1.0
PAGE, PAGES = 3_000, 50
PRECISION = 0.6


@dataclass(frozen=True)
class LabelledPaper:
    """A paper as it was read, and the fields and goals that a pass of labels names."""

    number: str
    part: str
    read: ReadPaper
    fields: frozenset[str]
    goals: frozenset[str]


def _rows(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


@dataclass(frozen=True)
class Sample:
    """The labelled papers, and the fields and goals they are judged by."""

    folder: Path

    @cached_property
    def city(self) -> list[dict[str, str]]:
        """Fields, goals, measures and findings of the sample as they were on the day of the labels: figures do not move with the sample."""
        return _rows(LABELS / "city.csv")

    @cached_property
    def goals(self) -> list[AimWords]:
        """The goals of the city, under their numbers."""
        return [
            AimWords(row["key"], row["title"], row["text"], tuple(row["fields"].split(";")))
            for row in self.city
            if row["table"] == "goals"
        ]

    @cached_property
    def fields(self) -> list[FieldWords]:
        """The fields of the city with what belongs to them."""
        texts: dict[str, list[tuple[str, str, float]]] = {}
        for row in self.city:
            keys = list(filter(None, row["fields"].split(";")))
            weight = OF_GOAL if row["table"] == "goals" else OF_OTHERS
            for key in keys:
                texts.setdefault(key, []).append((row["title"], row["text"], weight / len(keys)))
        return [
            FieldWords(row["key"], f"{row['title']}. {row['text']}", texts.get(row["key"], []))
            for row in self.city
            if row["table"] == "fields"
        ]

    @cached_property
    def read(self) -> dict[str, tuple[str, ReadPaper]]:
        """The papers by number: part and what was read."""
        drawn = _rows(LABELS / "papers.csv")
        wanted = {row["file"] for row in drawn}
        with gzip.open(self.folder / "papers.jsonl.gz", "rt", encoding="utf-8") as lines:
            titles = {row["id"]: row.get("name") or "" for row in map(json.loads, lines)}
        with gzip.open(self.folder / "texts.jsonl.gz", "rt", encoding="utf-8") as lines:
            texts = {row["file"]: row for row in map(json.loads, lines) if row["file"] in wanted}
        return {
            row["id"]: (
                row["part"],
                read_paper(titles[texts[row["file"]]["paper"]], texts[row["file"]]["text"]),
            )
            for row in drawn
        }

    def labelled(self, labels: str, part: str = "") -> list[LabelledPaper]:
        """The papers of a part with what a pass says of them."""
        said = {row["id"]: row for row in _rows(LABELS / labels)}
        return [
            LabelledPaper(
                number,
                of,
                read,
                frozenset(said[number]["fields"].split()),
                frozenset(said[number]["goals"].split()),
            )
            for number, (of, read) in self.read.items()
            if part in ("", of)
        ]

    @cached_property
    def keys(self) -> list[str]:
        """The keys of the fields."""
        return [each.key for each in self.fields]

    def model(self, known: Sequence[LabelledPaper] = ()) -> TouchModel:
        """What is known in this city; ``known`` are papers that people decided."""
        return TouchModel(self.fields, self.goals, [(one.read, sorted(one.fields)) for one in known])

    def truth(self, papers: Sequence[LabelledPaper]) -> Truth:
        """Which paper (row) touches which field."""
        return np.array([[key in one.fields for key in self.keys] for one in papers], dtype=bool)


def labels_as_truth(labels: str, keys: Sequence[str], part: str = "") -> Truth:
    """The same from the labels alone; the texts are not needed."""
    parts = {row["id"]: row["part"] for row in _rows(LABELS / "papers.csv")}
    rows = [row for row in _rows(LABELS / labels) if part in ("", parts[row["id"]])]
    return np.array([[key in row["fields"].split() for key in keys] for row in rows], dtype=bool)


def counted(sample: Sample, papers: Sequence[LabelledPaper], judged: Sequence[JudgedPaper]) -> FieldsMeasured:
    """The fields above the threshold that was fixed, and "touches nothing" below the other."""
    found = np.array(
        [[one.fields[key] >= weights().field_threshold for key in sample.keys] for one in judged]
    )
    nothing = np.array([one.touches_nothing for one in judged])
    return measure_fields(found, nothing, sample.truth(papers), sample.keys)


def recall_at(sample: Sample, papers: Sequence[LabelledPaper], judged: Sequence[JudgedPaper]) -> float:
    """The highest recall that any threshold reaches with a precision of PRECISION: what could be had, not what is shown."""
    truth = sample.truth(papers)
    chances = np.array([[one.fields[key] for key in sample.keys] for one in judged])
    best = 0.0
    for threshold in np.unique(chances):
        found = chances >= threshold
        hits = (found & truth).sum()
        if hits / found.sum() >= PRECISION:
            best = max(best, float(hits / truth.sum()))
    return best


def counted_keywords(sample: Sample, papers: Sequence[LabelledPaper]) -> FieldsMeasured:
    """The baseline."""
    found = keywords(sample.fields, [one.read for one in papers])
    return measure_fields(
        found, np.array([not row.any() for row in found]), sample.truth(papers), sample.keys
    )


def described(found: FieldsMeasured) -> str:
    """One line of figures."""
    fields = ", ".join(
        f"{key} {precision:.2f}/{recall:.2f} ({count})"
        for key, (precision, recall, count) in found.by_field.items()
    )
    return (
        f"{found.papers} Vorlagen, {found.touched} Felder, {found.untouched} ohne; Genauigkeit {found.precision:.2f}, Ausbeute {found.recall:.2f} "
        f"[{found.recall_low:.2f}; {found.recall_high:.2f}], „berührt nichts“ F1 {found.nothing_f1:.2f}; je Feld Genauigkeit/Ausbeute: {fields}"
    )


def agreement_words(found: Agreement) -> str:
    """One cell of figures, as the handbook has it."""
    return f"{found.equal:.2f}; {found.kappa:.2f} [{found.low:.2f}; {found.high:.2f}]".replace(".", ",")


def speed(sample: Sample) -> tuple[int, float]:
    """How many fields and goals are found in 50 pages, and in how many seconds of processor time, learning of the city included."""
    with gzip.open(sample.folder / "texts.jsonl.gz", "rt", encoding="utf-8") as lines:
        text = ""
        while len(text) < PAGE * PAGES:
            text += f"{json.loads(next(lines))['text']}\n\n"
    begun = time.process_time()
    model = sample.model()
    paper = read_paper("Neubau einer Grundschule mit Radweg", text[: PAGE * PAGES])
    [judged] = model.judge([paper])
    found = 0
    for key in judged.touched_fields:
        found += len(model.sentences_for_field(paper, key))
    for goal in sorted(sample.goals, key=lambda goal: -judged.goals[goal.key])[:5]:
        found += len(model.sentences_for_goal(paper, goal))
    return found, time.process_time() - begun


def bench_check(folder: Path | None) -> int:
    """Print it all; 2 where labels or texts are not at hand."""
    source = folder or PAPERS
    if not (source / "texts.jsonl.gz").is_file() or not (LABELS / "papers.csv").is_file():
        print(
            f"Nicht da: {source} oder {LABELS}. Die Texte gehören nicht zum Projekt; --questions nennt ihren Ordner."
        )
        return 2
    sample = Sample(source)
    found, seconds = speed(sample)
    print(f"{PAGES} Seiten zu {PAGE} Zeichen, das erste Mal: {found} Sätze in {seconds:.1f} s Rechenzeit")
    print(
        f"Schwellen, an den 160 festgelegt: Feld ab {weights().field_threshold}, „berührt nichts“ unter {weights().nothing_below}."
    )
    for name, labels in (("erste Durchsicht", FIRST), ("zweite Durchsicht", SECOND)):
        for part, words in (
            ("tune", "160, aus denen gelernt ist"),
            ("unseen", "80 bis zuletzt nicht gemessene"),
        ):
            papers = sample.labelled(labels, part)
            reads = [one.read for one in papers]
            judged = sample.model().judge(reads)
            print(f"{words}, {name}, Verfahren: {described(counted(sample, papers, judged))}; Ausbeute bei Genauigkeit {PRECISION} {recall_at(sample, papers, judged):.2f}")  # fmt: skip
            if part == "unseen":
                learnt = sample.model(sample.labelled(labels, "tune")).judge(reads)
                print(f"{words}, {name}, mit den 160 als Entscheidungen: {described(counted(sample, papers, learnt))}; Ausbeute bei Genauigkeit {PRECISION} {recall_at(sample, papers, learnt):.2f}")  # fmt: skip
            print(f"{words}, {name}, Stichwörter: {described(counted_keywords(sample, papers))}")
            goals = measure_goals(judged, [set(one.goals) for one in papers])
            print(f"{words}, {name}, Ziele: {goals.papers} Vorlagen mit {goals.goals} Zielen; ein richtiges unter den ersten drei {goals.right_among_three:.2f}, von allen unter den ersten fünf {goals.recall_of_five:.2f}")  # fmt: skip
    for words, part in (("alle 240", ""), ("die 80", "unseen")):
        nothing, fields = agreements(
            labels_as_truth(FIRST, sample.keys, part), labels_as_truth(SECOND, sample.keys, part)
        )
        print(
            f"Einig sind sich beide Durchsichten, {words}: berührt nichts {agreement_words(nothing)}; je Vorlage und Feld {agreement_words(fields)}"
        )
    return 0
