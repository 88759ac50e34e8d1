"""What the fact sheets of a document say, understood as a table would be that is read in: fields, rows, links; doubtful words are asked.

Nothing is taken out of the text: each answer stays there as it stands, and what it becomes is shown beside it.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from django.utils.translation import gettext as _

from insek.engines.tables.column_cells import Option
from insek.engines.tables.columns import Wanted, propose_columns
from insek.engines.tables.found_table import FoundColumn, FoundRow, FoundTable
from insek.engines.tables.references import KnownNumbers, read_references
from insek.engines.text import fold, shortened
from insek.intake.items_said import RowsSaid, SaidRow
from insek.intake.items_wanted import ITEM_ID
from insek.intake.models import Batch
from insek.intake.said_words import WordQuestion, bare, questions, words_of_reading
from insek.intake.targets import ANEW, AS_SAID, EMPTY, KEPT, Reading, TableRow, is_target
from insek.people.actors import Actor
from insek.thread.models import Item

from .making import making_named
from .models import Document

NOT_ASKED = {
    "number", "title", "text", "fields_of_action", "themes", "standing", "source_title", "source_url", "source_date", "document", "page",
    "confidence", ITEM_ID, KEPT,
}  # fmt: skip
"""What an outline knows itself, or what says nothing of the item."""
Line = dict[str, Any]


@dataclass
class FormAnswer:
    """One answer of a fact sheet, with what it becomes."""

    label: str
    text: str
    becomes: str = ""
    """What it goes into, in words; empty where it stays in the text alone."""
    read: str = ""
    doubt: str = ""
    take: bool = True


@dataclass
class Said:
    """What the answers of one line become."""

    answers: list[FormAnswer] = field(default_factory=list)
    values: dict[str, Any] = field(default_factory=dict)
    rows: list[dict[str, Any]] = field(default_factory=list)
    links: list[dict[str, Any]] = field(default_factory=list)

    @property
    def plain(self) -> dict[str, Any]:
        """As a batch keeps it."""
        return {"values": self.values, "rows": self.rows, "links": self.links}


class FormAnswers:
    """The answers of all fact sheets of an outline."""

    def __init__(
        self,
        document: Document,
        lines: Sequence[Line],
        decisions: Mapping[str, str],
        actor: Actor,
        *,
        only_taken: bool = False,
    ) -> None:
        self.document, self.lines, self.actor = document, lines, actor
        self.of: dict[int, Said] = {}
        self.questions: list[tuple[WordQuestion, list[tuple[str, str]]]] = []
        self.readings: list[Reading] = []
        for kind in dict.fromkeys(filter(None, (self._kind(line) for line in lines))):
            places = [
                place for place, line in enumerate(lines) if line.get("answers") and self._kind(line) == kind
            ]
            if places and is_target(f"items.{kind}"):
                self._read(kind, places, decisions, only_taken)

    @staticmethod
    def _kind(line: Line) -> str:
        making = making_named(line["making"])
        return making.kind if making else ""

    def _read(self, kind: str, places: Sequence[int], decisions: Mapping[str, str], only_taken: bool) -> None:
        batch = Batch(concept=self.document.concept, kind=kind, target=f"items.{kind}")
        table = _table(self.lines, places, only_taken)
        reading = Reading(self.document.concept, self.actor, batch, table, decisions=decisions)
        wanted = {
            name: each for name, each in reading.wanted.items() if name not in NOT_ASKED and each.in_column
        }
        found = propose_columns(
            table,
            [
                Wanted(
                    key=each.name, label=str(each.label), kind=each.kind, words=tuple(filter(None, each.heads.split("|"))),
                    meaning=each.meaning, many=each.many or bool(each.words and each.words.several),
                    options=tuple(Option(one.value, one.label, tuple(one.names)) for one in each.choices_for(reading)[:300]),
                )
                for each in wanted.values()
            ],
        )  # fmt: skip
        reading.columns = {each.column.index: each.key if each.key in wanted else KEPT for each in found}
        sayer = RowsSaid(kind, reading)
        for row, place in zip(table.rows, places, strict=True):
            cells = [str(value or "") for value in row.values]
            said = sayer.read(TableRow(row.number, cells, row.values, table.ref("", row.number)))
            self.of[place] = self._said(reading, said, place)
        self._ask(reading, only_taken)

    def _ask(self, reading: Reading, only_taken: bool) -> None:
        self.readings.append(reading)
        if only_taken:
            return
        assert reading.table is not None
        cells = [
            (wanted, [str(row.values[index] or "") for row in reading.table.rows])
            for index, name in reading.columns.items()
            if (wanted := reading.wanted.get(name)) is not None and wanted.words is not None
        ]
        known = words_of_reading(reading, [wanted for wanted, _texts in cells])
        for question in questions(reading, cells, known):
            choices = [(one.value, one.label) for one in reading.choices(question.source)]
            if question.source.create is not None and question.source.may_create(reading):
                choices.insert(
                    0, (ANEW, _("neu anlegen: %(word)s") % {"word": shortened(bare(question.word), 60)})
                )
            self.questions.append((question, choices))

    def _said(self, reading: Reading, said: SaidRow, place: int) -> Said:
        """The answers of a line, each with what it became."""
        line, found = self.lines[place], Said(values=dict(said.values))
        for part in said.parts:
            if part["do"] == "row" and "wanted" not in part:
                found.rows.append({"name": part["name"], "values": part["values"]})
        targets = {part["head"]: self._ends(part, place) for part in said.parts if part["do"] == "link"}
        for ends, _words, _doubt in targets.values():
            found.links += ends
        heads = {column.head: reading.columns.get(column.index, KEPT) for column in reading.table.columns}  # type: ignore[union-attr]  # made here
        left = set(line.get("left", ()))
        for label, text in _joined(line["answers"]):
            name = heads.get(label, KEPT)
            wanted = reading.wanted.get(name)
            answer = FormAnswer(label, text, take=label not in left)
            if wanted is not None and name != KEPT:
                doubt = "; ".join(
                    note["text"] for note in said.notes if note["column"] == label and "quiet" not in note
                )
                answer.becomes, answer.read, answer.doubt = (
                    str(wanted.label),
                    said.shown.get(str(wanted.label), ""),
                    doubt,
                )
                if label in targets:
                    _ends, answer.read, unknown = targets[label]
                    answer.doubt = "; ".join(filter(None, [doubt, unknown]))
                if not answer.read:
                    answer.becomes = ""
            found.answers.append(answer)
        return found

    def _ends(self, part: Mapping[str, Any], place: int) -> tuple[list[dict[str, Any]], str, str]:
        """The other ends that an answer names, there already or in this outline; their words, and what nobody knows."""
        base = {"kind": part["name"], "end": part["end"]}
        if "to" in part:
            return [{**base, "id": part["to"]["id"]}], str(part["title"]), ""
        kind, text = part["kind"], part["wanted"]
        here = {
            line["number"]: (place, line["title"])
            for place, line in enumerate(self.lines)
            if line["number"] and line["take"] and self._kind(line) == kind
        }
        there = (
            Item.objects.visible_to(self.actor)
            .filter(concept=self.document.concept, kind=kind)
            .exclude(number="")
        )
        stored = {number: (pk, title) for pk, number, title in there.values_list("pk", "number", "title")}
        read = read_references(text, KnownNumbers([*here, *stored]))
        ends, words = [], []
        for number in read.known:
            if number in here:
                line_place, title = here[number]
                if line_place == place:
                    continue
                ends.append({**base, "line": line_place + 1})
            else:
                pk, title = stored[number]
                ends.append({**base, "id": pk})
            words.append(f"{number} {shortened(title, 60)}")
        titled = (
            []
            if ends
            else [
                place
                for place, line in enumerate(self.lines)
                if self._kind(line) == kind and fold(line["title"]) == fold(text.strip())
            ]
        )
        for line_place in titled[:1]:
            ends.append({**base, "line": line_place + 1})
            words.append(shortened(text, 60))
        unknown = list(read.unknown) if not titled else []
        if not (ends or unknown or read.nothing):
            unknown = [shortened(text, 60)]
        doubt = (
            _("„%(word)s“ gibt es nicht; steht im Text.") % {"word": ", ".join(unknown)} if unknown else ""
        )
        return ends, "; ".join(words), doubt


def _joined(answers: Iterable[Sequence[str]]) -> list[tuple[str, str]]:
    """The answers of a form, those under one label together."""
    found: dict[str, list[str]] = {}
    for label, text in answers:
        found.setdefault(label, []).append(text)
    return [(label, "\n".join(texts)) for label, texts in found.items()]


def _table(lines: Sequence[Line], places: Sequence[int], only_taken: bool) -> FoundTable:
    """The fact sheets as a table: a column for each label, a row for each line."""
    heads: dict[str, int] = {}
    for place in places:
        for label, _text in _joined(lines[place]["answers"]):
            heads.setdefault(label, len(heads))
    rows = []
    for place in places:
        left = set(lines[place].get("left", ())) if only_taken else set()
        said = {label: text for label, text in _joined(lines[place]["answers"]) if label not in left}
        rows.append(FoundRow(place + 1, tuple(said.get(head) for head in heads)))
    columns = [FoundColumn(index, head, (head,), origin="form") for head, index in heads.items()]
    return FoundTable(
        "", layout="form", first_row=1, last_row=len(lines), columns=columns, rows=rows, head_rows=(0,)
    )


def make_anew(found: FormAnswers) -> dict[str, str]:
    """Make what words were said to be made anew, such as units; gives what they mean from then on."""
    made = {}
    for question, _choices in found.questions:
        source, reading = question.source, found.readings[0]
        if question.answered == ANEW and source.create is not None and source.may_create(reading):
            made[question.decision] = source.create(reading, bare(question.word))
    return made


def decisions_said(found: FormAnswers, sent: Mapping[str, str]) -> dict[str, str]:
    """What a person says that words mean, as far as it is something they can mean."""
    answers = {}
    for place in range(len(found.questions)):
        decision, meaning = sent.get(f"wort-{place}", ""), sent.get(f"heisst-{place}", "")
        known = next(
            (choices for question, choices in found.questions if question.decision == decision), None
        )
        if known is not None and meaning in {AS_SAID, EMPTY, *(value for value, _label in known)}:
            answers[decision] = meaning
    return answers
