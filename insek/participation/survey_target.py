"""Answers of a questionnaire as a target: counted into questions of a format, free texts as contributions; single answers are not kept."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import Any

import rules
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from insek.concept.models import Concept
from insek.engines.text import fold, shortened
from insek.engines.text.markup import without_markup
from insek.engines.text.personal import personal_signs
from insek.intake.cells_said import CellsSaid
from insek.intake.entry_target import forget_columns, refused
from insek.intake.models import Batch, BatchEntry
from insek.intake.rehearsing import EntryRefused
from insek.intake.targets import Reading, TableRow, WantedField, register_targets
from insek.people.actors import Actor
from insek.people.models import Right
from insek.release.models import Proposal
from insek.release.releases import withdraw
from insek.release.row_proposals import add_or_propose, remove_or_propose
from insek.web.display import date_words

from .models import Format
from .platform_rows import LONGEST, day_said, personal_words
from .platforms import FORMATS, NEW_FORMAT, PERSON, PlatformTarget
from .survey import FEWEST
from .survey_heads import (
    CHOICE,
    MOST_CHOICES,
    NOTHING,
    NUMBER,
    QUESTIONS,
    SEVERAL,
    TEXT,
    YES,
    head_of,
    number_of,
    proposal_of,
)
from .survey_models import SurveyQuestion, counts_text
from .survey_rows import SURVEY_QUESTIONS
from .titles import title_from_text

MOST_LABELS = 60
"""Different answers of a question that are kept."""
Result, Operation, Sort = BatchEntry.Result, BatchEntry.Operation, SurveyQuestion.Sort


@dataclass
class _Question:
    """A question on its way to an entry."""

    code: str
    text: str
    sort: str
    places: list[int] = field(default_factory=list)
    labels: list[str] = field(default_factory=list)


class SurveyTarget(PlatformTarget):
    """The answers of a questionnaire, a row for each person."""

    name = "survey"
    kind = "contribution"
    label = gettext_lazy("Antworten einer Umfrage")
    explanation = gettext_lazy(
        "Eine Zeile je Person, eine Spalte je Frage, wie LimeSurvey sie ausgibt: gezählt, nie einzeln aufbewahrt."
    )
    icon = "chart"
    order = 28

    def may(self, actor: Actor, concept: Concept) -> bool:
        """Whoever may enter contributions and the answers of a questionnaire."""
        return super().may(actor, concept) and bool(rules.test_rule("participation.edit_survey", actor))

    def wanted(self, reading: Reading) -> list[WantedField]:
        """What columns may be, and where the answers belong."""
        questions, about, comes = _("Fragen"), _("Angaben zur Zeile"), _("Woher und wohin")
        return [
            WantedField(CHOICE, _("Frage: eine Antwort"), many=True, meaning="-", group=questions),
            WantedField(SEVERAL, _("Frage: mehrere Antworten (eine Spalte je Antwort)"), many=True, meaning="-", group=questions),
            WantedField(NUMBER, _("Frage: Zahl (mit Mittelwert)"), many=True, meaning="-", group=questions),
            WantedField(TEXT, _("Frage: freier Text (wird zu Beiträgen)"), many=True, meaning="-", group=questions),
            WantedField("original_id", _("Nummer der Antwort"), kind="references", meaning="-", group=about),
            WantedField("received_on", _("Abgeschickt am (ohne Tag: nicht gezählt)"), for_all=True, kind="date", meaning="-", group=about),
            WantedField(PERSON, _("Angabe zur Person (wird gelöscht)"), many=True, meaning="-", group=_("Nicht aufbewahren")),
            WantedField("source_title", _("Name der Umfrage (steht als Quelle)"), for_all=True, in_column=False, needed=True, group=comes),
            WantedField("format", _("Beteiligungsformat, zu dem sie gehört"), for_all=True, in_column=False, words=FORMATS, group=comes),
            WantedField(NEW_FORMAT, _("oder ein neues Format mit diesem Titel"), for_all=True, in_column=False, help=_("Es wird intern angelegt; Zeit und Ort tragen Sie dort nach."), group=comes),
        ]  # fmt: skip

    def proposals(self, reading: Reading, found: dict[int, tuple[str, str]]) -> dict[int, tuple[str, str]]:
        """Codes in heads and what the cells look like tell what a column is."""
        assert reading.table is not None
        heads = {column.index: head_of(column.head) for column in reading.table.columns}
        often = Counter(head.code for head in heads.values() if head.part)
        return {
            column.index: proposal_of(reading.table, column, heads[column.index], often)
            for column in reading.table.columns
        }

    def complaints(self, reading: Reading) -> list[str]:
        """A question, a format, and for texts their day."""
        said = {*reading.columns.values()}
        found = [
            str(_("Bitte angeben, was für alle Zeilen gilt: %(label)s.") % {"label": each.label})
            for each in self.wanted(reading)
            if each.needed and not reading.for_all.get(each.name)
        ]
        if not said & {*QUESTIONS}:
            found.append(_("Bitte sagen Sie, welche Spalten Fragen sind."))
        if bool(reading.for_all.get("format")) == bool(reading.for_all.get(NEW_FORMAT)):
            found.append(_("Bitte ein vorhandenes Format wählen oder ein neues nennen; eines von beiden."))
        elif reading.for_all.get("format", "") not in {
            choice.value for choice in reading.choices(FORMATS)
        } | {""}:
            found.append(_("Diese Auswahl gibt es nicht mehr. Bitte wählen Sie neu."))
        if TEXT in said and "received_on" not in said and not reading.for_all.get("received_on"):
            found.append(_("Zu freien Texten gehört der Tag: als Spalte oder für alle Zeilen."))
        if (text := reading.for_all.get("received_on")) and day_said(text) is None:
            found.append(_("„%(text)s“ ist kein Tag. Bitte schreiben Sie etwa 31.12.2024.") % {"text": text})
        return found

    def open_questions(self, reading: Reading) -> Sequence[Any]:
        """Nothing is asked of cells: days are read as they stand."""
        return ()

    # ---- preview

    def plan(self, reading: Reading, rows: Sequence[TableRow]) -> Iterator[BatchEntry | None]:
        """One entry for each question, and one for each free text."""
        said = CellsSaid(reading)
        counted = [row for row in rows if "received_on" not in said.places or said.texts(row, "received_on")]
        chosen = Format.objects.filter(pk=reading.for_all.get("format", "")).first()
        there = (
            {(each.code, each.text): each for each in SurveyQuestion.objects.filter(format=chosen)}
            if chosen
            else {}
        )
        texts: list[BatchEntry] = []
        for question in self._questions(reading):
            entry = self._counted(question, counted)
            before = there.get((entry.parts[0]["values"]["code"], entry.parts[0]["values"]["text"]))
            if before is not None:
                same = (before.answered, before.counts) == (
                    entry.parts[0]["values"]["answered"],
                    entry.parts[0]["values"]["counts"],
                )
                if same:
                    entry.result, entry.ticked, entry.parts = Result.UNCHANGED, False, []
                else:
                    refused(
                        entry,
                        _(
                            "Diese Frage hat das Format schon, mit anderen Zahlen. Nehmen Sie erst das frühere Einlesen zurück."
                        ),
                    )
            yield entry
            if question.sort == Sort.TEXT:
                texts += self._texts(said, question, counted)
        yield from texts
        reading.batch.task = {
            **reading.batch.task,
            "incomplete": len(rows) - len(counted),
            "counted": len(counted),
        }
        forget_columns(reading.batch, [PERSON])

    @staticmethod
    def _questions(reading: Reading) -> list[_Question]:
        """The questions in the order of their columns; the columns of one with several answers are one question."""
        assert reading.table is not None
        sorts = {CHOICE: Sort.CHOICE, SEVERAL: Sort.SEVERAL, NUMBER: Sort.NUMBER, TEXT: Sort.TEXT}
        found: dict[tuple[str, ...], _Question] = {}
        for column in reading.table.columns:
            name = reading.columns.get(column.index, "")
            if name not in sorts:
                continue
            head = head_of(column.head or column.letter)
            if name == SEVERAL:
                question = found.setdefault(
                    (name, head.code or head.text),
                    _Question(shortened(head.code, 60), shortened(head.text, 500), Sort.SEVERAL),
                )
            else:
                code = f"{head.code}[{head.part}]" if head.part else head.code
                text = f"{head.text} – {head.option}" if head.option else head.text
                question = found.setdefault(
                    (name, str(column.index)),
                    _Question(shortened(code, 60), shortened(text, 500), sorts[name]),
                )
            question.places.append(column.index)
            question.labels.append(head.option or head.part or head.text)
        return list(found.values())

    @staticmethod
    def _counted(question: _Question, rows: Sequence[TableRow]) -> BatchEntry:
        def said(row: TableRow, place: int) -> str:
            text = " ".join(row.cells[place].split()) if place < len(row.cells) else ""
            return "" if fold(text).strip() in NOTHING else text

        answered = [row for row in rows if any(said(row, place) for place in question.places)]
        counts: Counter[str] = Counter()
        mean: Decimal | None = None
        notes = []
        if question.sort == Sort.SEVERAL:
            for place, label in zip(question.places, question.labels, strict=True):
                counts[label] = sum(fold(said(row, place)).strip() in YES for row in answered)
            ordered = sorted(counts.items(), key=lambda pair: -pair[1])
        elif question.sort == Sort.TEXT:
            ordered = []
        else:
            counts.update(shortened(said(row, question.places[0]), 200) for row in answered)
            numbers = {label: number_of(label) for label in counts}
            if counts and all(number is not None for number in numbers.values()):
                ordered = sorted(counts.items(), key=lambda pair: numbers[pair[0]] or Decimal(0))
                total = sum(((numbers[label] or Decimal(0)) * count for label, count in ordered), Decimal(0))
                mean = (
                    (total / len(answered)).quantize(Decimal("0.01"))
                    if question.sort == Sort.NUMBER and len(answered) >= FEWEST
                    else None
                )
            else:
                ordered = sorted(counts.items(), key=lambda pair: (-pair[1], fold(pair[0])))
        most = MOST_CHOICES if question.sort == Sort.NUMBER else MOST_LABELS
        if len(ordered) > most:
            notes.append(
                {
                    "column": "",
                    "text": _(
                        "Mehr als %(most)s verschiedene Antworten: Aufbewahrt wird nur, wie viele es sind."
                    )
                    % {"most": most},
                }
            )
            ordered = []
        if 0 < len(answered) < FEWEST:
            if question.sort != Sort.TEXT:
                notes.append(
                    {
                        "column": "",
                        "text": _("Weniger als %(fewest)s Antworten: Aufbewahrt wird nur, wie viele es sind.")
                        % {"fewest": FEWEST},
                    }
                )
            ordered = []
        values = {
            "code": question.code, "text": question.text, "sort": str(question.sort), "answered": len(answered),
            "missing": len(rows) - len(answered), "counts": counts_text(ordered), "mean": str(mean) if mean is not None else None,
        }  # fmt: skip
        entry = BatchEntry(
            row=1,
            act=Operation.CREATE,
            title=shortened(f"{question.code} {question.text}".strip(), 400),
            notes=notes,
            level=1 if notes else 0,
        )
        entry.parts = [{"do": "question", "values": values}]
        entry.shown = [
            [_("Art der Antwort"), "", str(Sort(question.sort).label)],
            [_("Antworten"), "", f"{len(answered)}; {_('ohne Antwort')}: {len(rows) - len(answered)}"],
            *([[_("Wie oft"), "", "\n".join(f"{count} × {label}" for label, count in ordered)]] if ordered else []),
            *([[_("Mittelwert"), "", str(mean).replace(".", ",")]] if mean is not None else []),
        ]  # fmt: skip
        return entry

    def _texts(self, said: CellsSaid, question: _Question, rows: Sequence[TableRow]) -> Iterator[BatchEntry]:
        """The free texts of a question, each a contribution that waits for moderation."""
        source = " ".join(said.reading.for_all.get("source_title", "").split())[:300]
        head = question.code or question.text
        for row in rows:
            place = question.places[0]
            text = without_markup(row.cells[place]) if place < len(row.cells) else ""
            if fold(text).strip() in NOTHING:
                continue
            entry = BatchEntry(
                row=row.number, act=Operation.CREATE, title=shortened(title_from_text(text) or text, 400)
            )
            day = said.value(row, "received_on") or day_said(said.reading.for_all.get("received_on", ""))
            if not isinstance(day, date):
                yield refused(
                    entry,
                    said.problem(row, "received_on")
                    or _(
                        "Es fehlt der Tag, an dem das gesagt wurde. Sie können ihn für alle Zeilen angeben."
                    ),
                    head,
                )
                continue
            if len(text) > LONGEST:
                yield refused(
                    entry, _("Der Text ist länger als %(limit)s Zeichen.") % {"limit": LONGEST}, head
                )
                continue
            number = said.line(row, "original_id") or f"Zeile {row.number}"
            values = {
                "title": shortened(title_from_text(text) or text, 200), "text": text, "received_on": day.isoformat(), "type": "idea",
                "original_id": f"{number[:30]}:{shortened(head, 60)}", "source_title": source, "topic_there": shortened(question.text, 200),
            }  # fmt: skip
            signs = personal_signs(text)
            if signs:
                entry.level = 1
                entry.notes = [
                    {
                        "column": head,
                        "text": _(
                            "Im Text steht etwas, das nach %(what)s aussieht. Er wartet auf die Moderation."
                        )
                        % {"what": personal_words(signs)},
                    }
                ]
            entry.parts = [{"do": "text", "values": values, "fields": []}]
            entry.shown = [
                [_("Text"), "", shortened(" ".join(text.split()), 240)],
                [_("Frage"), "", question.text],
                [_("Eingegangen am"), "", date_words(day)],
            ]
            yield entry

    def preview(self, reading: Reading) -> dict[str, Any]:
        """What is counted, what is not, and what becomes of single answers."""
        return {
            **super().preview(reading),
            "is_survey": True,
            "counted": reading.batch.task.get("counted", 0),
            "incomplete": reading.batch.task.get("incomplete", 0),
        }

    def leads_to(self, batch: Batch) -> str:
        """The page of the format."""
        key = batch.task.get("format_made") or batch.task.get("for_all", {}).get("format", "")
        return (
            reverse("item", args=[key]) if Format.objects.filter(pk=key).exists() else reverse("format-list")
        )

    # ---- writing

    def do(self, reading: Reading, entry: BatchEntry) -> None:
        """Write a question with its counted answers, or a free text as a contribution."""
        [part] = entry.parts
        if part["do"] == "text":
            super().do(reading, entry)
            return
        format_ = reading.scratch["format"]
        if format_ is None:
            raise EntryRefused(_("Das Format gibt es nicht mehr."))
        values = {
            **part["values"],
            "mean": Decimal(part["values"]["mean"]) if part["values"]["mean"] else None,
            "position": None,
        }
        if SurveyQuestion.objects.filter(format=format_, code=values["code"], text=values["text"]).exists():
            entry.result = Result.UNCHANGED
            return
        added = add_or_propose(SURVEY_QUESTIONS, format_.item, values, actor=reading.actor)
        if isinstance(added, Proposal):
            entry.result, entry.proposal = Result.PROPOSED, added.pk
        else:
            entry.result = Result.CREATED
            entry.parts = [{**part, "key": added.key}]

    def undo(self, reading: Reading, entry: BatchEntry) -> str:
        """Take a question or a text away, where nobody has touched it since."""
        [part] = entry.parts
        if part["do"] == "text":
            return super().undo(reading, entry)
        if entry.result == Result.PROPOSED:
            proposal = Proposal.objects.filter(pk=entry.proposal or 0).waiting().first()
            if proposal is not None:
                withdraw(proposal, expected_version=proposal.version, actor=reading.actor)
            return ""
        row = SurveyQuestion.objects.filter(key=part["key"]).select_related("format__item").first()
        if row is not None and row.version != 1:
            return _("Seitdem geändert; bleibt, wie es ist.")
        if row is not None:
            remove_or_propose(
                SURVEY_QUESTIONS,
                row,
                actor=reading.actor.with_rights(Right.EDIT),
                expected_version=row.version,
            )
        return ""


register_targets(lambda: [SurveyTarget()])
