"""Papers with their way and resolutions as a target: exports of Session, ALLRIS, SD.NET, any table, or OParl as JSON lines."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import nullcontext
from datetime import date
from typing import Any

import rules
from django.db.models import Max
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from insek.concept.models import Concept, Standing
from insek.engines.text import fold, shortened
from insek.engines.text.markup import without_markup
from insek.intake.cells_said import CellsSaid
from insek.intake.entry_target import EntryTarget, refused
from insek.intake.models import Batch, BatchEntry
from insek.intake.rehearsing import EntryRefused
from insek.intake.said_words import SourceWords, words_of_reading
from insek.intake.targets import (
    EMPTY,
    Reading,
    TableRow,
    WantedField,
    register_targets,
)
from insek.people.actors import Actor
from insek.people.models import Body, Right, Unit
from insek.release.models import Proposal
from insek.thread import services
from insek.thread.models import Change, Item, Visibility
from insek.thread.recording import released_by
from insek.web.display import date_words

from .consulting import add_consultation, remove_consultation
from .models import Consultation, Paper, Resolution, Subject
from .papers_said import SaidPaper, papers_of, steps_of
from .papers_words import BODIES, INTERNAL, MAKES, OUTCOMES, PUBLIC, STATES, SUBJECTS, UNITS, YES, votes_told

Result, Operation = BatchEntry.Result, BatchEntry.Operation
LONGEST, LONGEST_REFERENCE, LONGEST_RESULT = 100_000, 40, 300


class PapersTarget(EntryTarget):
    """Papers, their consultations, and the resolutions on them."""

    name = "papers"
    kind = "paper"
    label = gettext_lazy("Vorlagen mit Beratungsfolge und Beschlüssen")
    explanation = gettext_lazy(
        "Auszüge aus dem Ratsinformationssystem: je Zeile eine Vorlage oder eine Beratung, oder OParl."
    )
    icon = "kind-paper"
    order = 94
    group = gettext_lazy("Politik")

    def may(self, actor: Actor, concept: Concept) -> bool:
        """Whoever may enter papers of all units."""
        return actor.has(Right.EDIT) and bool(rules.test_rule("thread.create_item", actor, "paper"))

    def wanted(self, reading: Reading) -> list[WantedField]:
        """The paper, its way, and how they come in."""
        paper, way, comes = _("Vorlage"), _("Beratung"), _("Woher und wohin")
        return [
            WantedField("reference", _("Nummer der Vorlage"), "vorlagennummer|vorlage|nummer|nr|drucksache|drucksachennummer|aktenzeichen|reference|vorlagen nr|volfdnr|vonr", kind="references", meaning="-", needed=True, group=paper),
            WantedField("title", _("Betreff"), "title|betreff|titel|name|bezeichnung|gegenstand", meaning="-", needed=True, group=paper),
            WantedField("date", _("Datum der Vorlage"), "datum|date|erstellt|erstellt am|vorlagendatum|freigabe", kind="date", meaning="-", group=paper),
            WantedField("text", _("Text oder Beschlussvorschlag"), "text|beschlussvorschlag|sachverhalt|inhalt|begruendung", many=True, meaning="-", group=paper),
            WantedField("paper_type", _("Art der Vorlage"), "art|vorlagenart|papertype|typ|dokumentart", meaning="-", group=paper),
            WantedField("unit", _("Federführung"), "amt|federfuehrung|federfuehrendes amt|fachbereich|einheit|verfasser|einreicher", words=UNITS, kind="unit", for_all=True, meaning="-", group=paper),
            WantedField("source_url", _("Adresse"), "url|link|adresse|web|id|mainfile accessurl", meaning="-", group=paper),
            WantedField("body", _("Gremium"), "gremium|ausschuss|body|sitzung gremium|organization name", words=BODIES, kind="choice", meaning="-", group=way),
            WantedField("met_on", _("Tag der Sitzung"), "sitzungsdatum|sitzung|sitzungstag|sitzung am|beratungsdatum|termin|beschlussdatum", kind="date", meaning="-", group=way),
            WantedField("role", _("Was das Gremium tut"), "beratungsart|zustaendigkeit|rolle|role|funktion|beratungsaktion|art der beratung", meaning="-", group=way),
            WantedField("result", _("Ergebnis"), "ergebnis|beschluss|abstimmungsergebnis|beschlussart|result|beschlussergebnis|votum", words=OUTCOMES, kind="choice", meaning="-", group=way),
            WantedField("votes", _("Stimmen"), "stimmen|abstimmung|stimmverhaeltnis", meaning="-", group=way),
            WantedField("way", _("Beratungsfolge in einer Zelle (auch OParl)"), "beratungsfolge|consultation|gremienlauf|beratungen", many=True, meaning="-", group=way, help=_("Etwa: Bauausschuss, 12.3.2024 (Vorberatung): zugestimmt; Stadtrat, 25.3.2024 (Entscheidung)")),
            WantedField("source_title", _("Quelle"), for_all=True, in_column=False, help=_("Etwa „Ratsinformationssystem der Stadt“."), group=comes),
            WantedField("subject", _("Art der Entscheidung"), for_all=True, in_column=False, words=SUBJECTS, help=_("Ohne Angabe sind es Vorlagen."), group=comes),
            WantedField("came_as", _("Sie kommen herein als"), for_all=True, in_column=False, needed=True, words=STATES, group=comes),
            WantedField("resolutions", _("Beschlüsse dazu anlegen"), for_all=True, in_column=False, words=MAKES, group=comes),
        ]  # fmt: skip

    def complaints(self, reading: Reading) -> list[str]:
        """What holds for all rows is still to be had."""
        found = super().complaints(reading)
        if reading.for_all.get("came_as", INTERNAL) not in {
            choice.value for choice in reading.choices(STATES)
        }:
            found.append(_("Diese Auswahl gibt es nicht mehr. Bitte wählen Sie neu."))
        return found

    def word_cells(self, reading: Reading) -> list[tuple[WantedField, Sequence[str]]]:
        """The bodies and results in cells with a whole way are asked about too."""
        found = super().word_cells(reading)
        if "way" not in reading.columns.values():
            return found
        assert reading.table is not None
        from insek.intake.readings import rows_of

        said = CellsSaid(reading)
        steps = [step for row in rows_of(reading.table) for step in steps_of(said, row)]
        return [
            *found,
            (reading.wanted["body"], [step.body for step in steps]),
            (reading.wanted["result"], [step.result for step in steps if step.result]),
        ]

    # ---- preview

    def plan(self, reading: Reading, rows: Sequence[TableRow]) -> Iterator[BatchEntry | None]:
        """One entry a paper."""
        said = CellsSaid(reading)
        words = words_of_reading(reading, [reading.wanted["body"], reading.wanted["result"]])
        papers = (
            Item.objects.filter(concept=reading.concept, kind="paper").select_related("paper").order_by("pk")
        )
        there = {fold(item.paper.reference).strip(): item for item in papers if item.paper.reference}
        seen = set(
            Item.objects.visible_to(reading.actor)
            .filter(concept=reading.concept, kind="paper")
            .values_list("pk", flat=True)
        )
        steps_there: dict[str, set[tuple[str, str]]] = {}
        for pk, body, day in Consultation.objects.filter(paper__item__concept=reading.concept).values_list(
            "paper_id", "body_id", "date"
        ):
            steps_there.setdefault(pk, set()).add((str(body), day.isoformat() if day else ""))
        taken = set(
            Item.objects.filter(concept=reading.concept).exclude(number="").values_list("number", flat=True)
        )
        for paper in papers_of(said, rows):
            found = there.get(fold(said.line(paper.rows[0], "reference")).strip())
            yield self._entry(
                said, words, paper, found, found is None or found.pk in seen, steps_there, taken
            )

    def _entry(
        self, said: CellsSaid, words: Mapping[str, SourceWords], paper: SaidPaper, there: Item | None, is_seen: bool,
        steps_there: Mapping[str, set[tuple[str, str]]], taken: set[str],
    ) -> BatchEntry:  # fmt: skip
        row = paper.rows[0]

        def first(name: str) -> str:
            return next(filter(None, (said.line(each, name) for each in paper.rows)), "")

        reference, title = first("reference"), " ".join(without_markup(first("title")).split())
        entry = BatchEntry(
            row=row.number, act=Operation.CREATE, title=shortened(f"{reference} {title}".strip(), 400)
        )
        text = without_markup(
            "\n\n".join(dict.fromkeys(text for each in paper.rows for text in said.texts(each, "text")))
        )
        for wrong, why, column in (
            (not title, _("Es fehlt der Betreff."), "title"),
            (len(reference) > LONGEST_REFERENCE, _("Die Nummer ist länger als %(limit)s Zeichen.") % {"limit": LONGEST_REFERENCE}, "reference"),
            (len(text) > LONGEST, _("Der Text ist länger als %(limit)s Zeichen.") % {"limit": LONGEST}, "text"),
            (not is_seen, _("Diese Nummer hat schon eine Vorlage, die Sie nicht sehen."), "reference"),
        ):  # fmt: skip
            if wrong:
                return refused(entry, why, said.head(column))
        notes: list[dict[str, str]] = []
        steps, kept = self._steps(said, words, paper, notes)
        kept = [line for line in (first("paper_type"), *kept) if line]
        day = next(
            (value for each in paper.rows if isinstance(value := said.value(each, "date"), date)), None
        )
        number = f"V {reference}" if reference and len(reference) < 28 else ""
        if number in taken and there is None:
            notes.append(
                {
                    "column": said.head("reference"),
                    "text": _(
                        "Die Nummer %(number)s hat schon ein anderer Inhalt; die Vorlage kommt ohne sie herein."
                    )
                    % {"number": number},
                }
            )
            number = ""
        taken.add(number)
        units = said.meanings(row, "unit")
        notes += units.notes(said.head("unit")) if "unit" in said.places else []
        url = first("source_url")
        values = {
            "number": number, "title": shortened(title, 300), "text": "\n\n".join(filter(None, [title if len(title) > 300 else "", text, *kept])),
            "reference": reference, "date": day.isoformat() if day else "", "unit": units.first,
            "subject": self._subject(said.reading), "source_title": shortened(said.reading.for_all.get("source_title", ""), 300),
            "source_url": url if url.startswith(("https://", "http://")) and len(url) <= 500 and " " not in url else "",
        }  # fmt: skip
        if there is not None:
            old = steps_there.get(there.pk, set())
            steps = [step for step in steps if (step["body"], step["date"]) not in old]
            if not steps:
                entry.result, entry.ticked = Result.UNCHANGED, False
                return entry
            entry.act, entry.item_id, entry.version, entry.is_public = (
                Operation.CHANGE,
                there.pk,
                there.version,
                there.visibility == Visibility.PUBLIC,
            )
            notes.append({"column": "", "text": _("Die Vorlage gibt es; es kommen nur Beratungen dazu.")})
        entry.parts = [{"values": values, "steps": steps, "made": []}]
        entry.notes, entry.level = notes, 1 if any(not note.get("quiet") for note in notes) else 0
        names = said.labels.get("people.Body", {})
        shown = [
            (_("Text"), shortened(" ".join(values["text"].split()), 240)), (_("Datum der Vorlage"), date_words(day)), (_("Federführung"), units.words),
            (_("Beratungsfolge"), "\n".join(_step_words(step, names) for step in steps)), (_("Adresse"), values["source_url"]),
        ]  # fmt: skip
        entry.shown = [
            [str(label), "", words] for label, words in (shown if there is None else shown[3:4]) if words
        ]
        return entry

    def _steps(
        self, said: CellsSaid, words: Mapping[str, SourceWords], paper: SaidPaper, notes: list[dict[str, str]]
    ) -> tuple[list[dict[str, Any]], list[str]]:
        """The steps whose bodies are known, and the others as lines of the text."""
        steps: list[dict[str, Any]] = []
        kept = []
        makes = said.reading.for_all.get("resolutions") == YES
        for step, row in paper.steps:
            body = words["people.Body"].meaning(said.reading, step.body)
            if not body.isdigit():
                if body != EMPTY:
                    kept.append(_("Beratung: %(step)s") % {"step": step.words})
                    notes.append(
                        {
                            "column": said.head("body") or said.head("way"),
                            "text": _("„%(word)s“ ist kein bekanntes Gremium; die Beratung steht im Text.")
                            % {"word": shortened(step.body, 60)},
                        }
                    )
                continue
            outcome = words["resolution.outcome"].meaning(said.reading, step.result) if step.result else ""
            role = step.role
            if not role:
                role = str(Consultation.Role.PRELIMINARY)
                notes.append(
                    {
                        "column": said.head("role"),
                        "text": _("Was „%(body)s“ tut, steht nicht da; gelesen als Vorberatung.")
                        % {"body": shortened(step.body, 60)},
                    }
                )
            one = {
                "body": body,
                "role": role,
                "date": step.day.isoformat() if step.day else "",
                "result": step.result[:LONGEST_RESULT],
            }
            if (
                makes
                and role == Consultation.Role.DECISION
                and outcome in Resolution.Outcome.values
                and step.day is not None
            ):
                one["outcome"] = outcome
                one |= votes_told(f"{said.line(row, 'votes')} {step.result}")
            steps.append(one)
        return steps, kept

    def preview(self, reading: Reading) -> dict[str, Any]:
        """Nothing besides the rows."""
        return {}

    def leads_to(self, batch: Batch) -> str:
        """The list of papers."""
        return reverse("paper-list")

    # ---- writing

    def do(self, reading: Reading, entry: BatchEntry) -> None:
        """Write a paper with its way, or add steps to one that is there; resolutions come with it."""
        [part] = entry.parts
        actor, public = reading.actor, self._is_public(reading)
        made: list[list[Any]] = []
        with released_by(actor) if public else nullcontext():
            if entry.act == Operation.CREATE:
                reference = part["values"]["reference"]
                if (
                    reference
                    and Paper.objects.filter(
                        item__concept=reading.concept, item__kind="paper", reference=reference
                    ).exists()
                ):
                    raise EntryRefused(_("Diese Vorlage gibt es inzwischen."))
                item = self._create(reading, "paper", self._values(part["values"]))
                made.append(["item", item.pk])
                entry.result = Result.CREATED
            else:
                found = (
                    Item.objects.visible_to(actor)
                    .filter(concept=reading.concept, pk=entry.item_id)
                    .select_related("paper", "concept")
                    .first()
                )
                if found is None:
                    raise EntryRefused(_("Diesen Inhalt gibt es nicht mehr."))
                item, entry.result = found, Result.SAVED
            for step in part["steps"]:
                values = {
                    "body": Body.objects.get(pk=step["body"]),
                    "role": step["role"],
                    "result": step["result"],
                    "date": date.fromisoformat(step["date"]) if step["date"] else None,
                }
                added = add_consultation(item.paper, values, actor=actor)
                if isinstance(added, Proposal):
                    entry.result, entry.proposal = Result.PROPOSED, added.pk
                    made.append(["proposal", added.pk])
                else:
                    made.append(["step", added.key])
                if "outcome" in step:
                    made.append(["item", self._resolve(reading, item, part["values"], step, values).pk])
        entry.item_id, entry.version = item.pk, item.version
        entry.last_change = _last_change(item.pk)
        entry.parts = [{**part, "made": made}]

    def _subject(self, reading: Reading) -> str:
        said = reading.for_all.get("subject", "")
        return said if said in Subject.values else str(Subject.PAPER)

    def _is_public(self, reading: Reading) -> bool:
        return reading.for_all.get("came_as") == PUBLIC and bool(
            rules.test_rule("thread.release_item", reading.actor)
        )

    def _create(self, reading: Reading, kind: str, values: dict[str, Any]) -> Item:
        is_fact = bool(values.get("source_title") or values.get("source_url"))
        common = {
            "standing": Standing.FACT if is_fact else Standing.WORKING,
            "visibility": Visibility.PUBLIC if self._is_public(reading) else Visibility.INTERNAL,
        }  # fmt: skip
        return services.create_item(
            kind=kind,
            concept=reading.concept,
            values={**values, **common},
            actor=reading.actor,
            index_later=True,
        )

    @staticmethod
    def _values(said: Mapping[str, str]) -> dict[str, Any]:
        return {
            **said,
            "date": date.fromisoformat(said["date"]) if said["date"] else None,
            "unit": Unit.objects.filter(pk=said["unit"]).first() if said["unit"] else None,
            "subject": said.get("subject") or Subject.PAPER,
        }

    def _resolve(
        self,
        reading: Reading,
        paper: Item,
        said: Mapping[str, str],
        step: Mapping[str, Any],
        values: Mapping[str, Any],
    ) -> Item:
        votes = {
            name: step[name]
            for name in ("votes_yes", "votes_no", "votes_abstain", "unanimous")
            if name in step
        }
        return self._create(
            reading, "resolution",
            {
                "title": paper.title, "text": step["result"], "reference": said["reference"], "date": values["date"], "body": values["body"],
                "paper": paper.paper, "outcome": step["outcome"], "source_title": said["source_title"], "source_url": said["source_url"], **votes,
            },
        )  # fmt: skip

    # ---- taking back

    def undo(self, reading: Reading, entry: BatchEntry) -> str:
        """Take away what was made, the last first, where nobody has touched the paper since."""
        from insek.release import releases

        [part] = entry.parts
        item = Item.objects.filter(pk=entry.item_id).first()
        if item is None:
            return ""
        if item.version != entry.version or _last_change(item.pk) != entry.last_change:
            return _("Seitdem geändert; bleibt, wie es ist.")
        entitled = reading.actor.with_rights(Right.EDIT, Right.DELETE, Right.RELEASE)
        for sort, key in reversed(part["made"]):
            if sort == "item":
                one = Item.objects.filter(pk=key).first()
                if one is None:
                    continue
                if one.version != 1:
                    raise EntryRefused(
                        _("Ein Beschluss dazu ist seitdem geändert; alles bleibt, wie es ist.")
                    )
                services.delete_item(one, expected_version=one.version, actor=entitled)
            elif sort == "step":
                step = Consultation.objects.filter(key=key).select_related("paper__item").first()
                if step is not None and entry.act != Operation.CREATE:
                    remove_consultation(step, expected_version=step.version, actor=reading.actor)
            else:
                proposal = Proposal.objects.filter(pk=key).waiting().first()
                if proposal is not None:
                    releases.withdraw(proposal, expected_version=proposal.version, actor=reading.actor)
        return ""


def _step_words(step: Mapping[str, Any], names: Mapping[str, str]) -> str:
    day = date_words(date.fromisoformat(step["date"])) if step["date"] else ""
    words = [
        names.get(step["body"], step["body"]),
        str(Consultation.Role(step["role"]).label),
        day,
        step["result"],
    ]
    if "outcome" in step:
        words.append(_("mit Beschluss"))
    return ", ".join(filter(None, words))


def _last_change(item_id: str) -> int:
    return int(Change.objects.filter(item_id=item_id).order_by().aggregate(last=Max("pk"))["last"] or 0)


register_targets(lambda: [PapersTarget()])
