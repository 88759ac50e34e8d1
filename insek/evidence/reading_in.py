"""Observations as a target of reading in: values of many indicators, places and periods, in rows or in columns."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import nullcontext
from typing import Any

import rules
from django.db import transaction
from django.urls import reverse
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from insek.concept.models import Concept
from insek.engines.tables.column_cells import Option
from insek.engines.tables.found_table import FoundTable
from insek.engines.tables.notes import OpenQuestion
from insek.engines.tables.observation_plan import propose_plan
from insek.engines.tables.time_spans import read_time
from insek.engines.text import fold, shortened
from insek.intake.batches import StepStopped
from insek.intake.models import Batch, BatchEntry
from insek.intake.targets import (
    Reading,
    ReadingTarget,
    TableRow,
    WantedField,
    register_targets,
)
from insek.people.actors import Actor
from insek.release import releases
from insek.release.models import Proposal
from insek.release.revising import marked_proposal, revising
from insek.thread.labels import FIELD_LABELS
from insek.thread.models import Visibility
from insek.thread.recording import released_by
from insek.web.display import period_words

from .breakdowns import cut_words_of
from .comparison.keeping import NewComparison, keep_comparison
from .deliveries import Overtaken, take_unfinished_away
from .models import ImportBatch, Indicator, Observation
from .releasing import record_or_propose, take_back_or_propose
from .secrecy.hiding import kept_in
from .services import NewObservation, record_delivery
from .value_words import BASES, CONFIDENCES, INDICATORS, PLACES, QUALITIES
from .values_plan import ValuesPlan, odd_values, plan_values, shown_value, usable_indicators, wrong_sums
from .values_proposed import propose_values
from .values_said import OTHER, VALUE, WIDE, SaidValue, ValuesSaid, missing_words, plan_of
from .whole_city import with_sums_of_the_city, without_keys

Result, Operation = BatchEntry.Result, BatchEntry.Operation
MOST_LISTED = 2_000
"""Changed values that the preview names one by one."""
MOST_ELSEWHERE = 12
"""Other districts and municipalities that the preview names."""
SHOWN = 100
"""New values that the preview shows as a table."""


class ObservationsTarget(ReadingTarget):
    """Values of indicators."""

    name = "observations"
    kind = "indicator"
    label = gettext_lazy("Zahlen")
    explanation = gettext_lazy("Werte von Indikatoren nach Raum und Zeit.")
    icon = "table"
    order = 1
    group = gettext_lazy("Zahlen")
    revises = ("observations",)

    def may(self, actor: Actor, concept: Concept) -> bool:
        """Whoever may enter indicators."""
        return bool(rules.test_rule("thread.create_item", actor))

    def shows_to(self, batch: Batch, actor: Actor) -> bool:
        """Files of a concept that keeps small counts may hold such: only who may see these sees the files of others."""
        return bool(rules.test_rule("evidence.see_protected", actor)) or not kept_in(batch.concept_id)

    def wanted(self, reading: Reading) -> list[WantedField]:
        """Place, indicator, period and value, and what is said of the value."""
        values, about, parts = _("Werte"), _("Angaben zu den Werten"), _("Gliederung")
        return [
            WantedField("place", _("Raum"), "gebiet|gebietsname|region", for_all=True, words=PLACES, kind="place", meaning="place", group=values),
            WantedField("place_code", _("Schlüssel des Raums"), "gebietsid|kennziffer|ags", meaning="place_code", group=values, help=_("Hilft, wo Namen anders geschrieben sind; Zeilen anderer Kreise und Gemeinden bleiben weg.")),
            WantedField("indicator", _("Indikator"), for_all=True, words=INDICATORS, kind="item", meaning="indicator", group=values),
            WantedField("period", _("Stichtag oder Zeitraum"), for_all=True, kind="period", meaning="period", group=values, help=_("Etwa 2024, 31.12.2024, 2024-Q1, 1. Halbjahr 2024, Schuljahr 2022/23 oder 2020-2022.")),
            WantedField(VALUE, _("Wert"), kind="number", meaning="value", group=values),
            WantedField(WIDE, _("Werte; Zeitraum, Indikator, Geschlecht oder Alter im Kopf"), kind="number", meaning="-", many=True, group=values),
            WantedField("sex", FIELD_LABELS["sex"], kind="text", meaning="sex", group=parts),
            WantedField("age", FIELD_LABELS["ages"], kind="text", meaning="age", group=parts),
            WantedField("age_from", _("Alter von"), kind="number", meaning="age_from", group=parts),
            WantedField("age_to", _("Alter bis unter"), kind="number", meaning="age_to", group=parts),
            WantedField(OTHER, FIELD_LABELS["breakdown"], many=True, meaning="-", group=parts),
            WantedField("quality", FIELD_LABELS["quality"], for_all=True, words=QUALITIES, kind="choice", meaning="status", group=about),
            WantedField("source_title", FIELD_LABELS["source_title"], "quelle", for_all=True, meaning="source", group=about),
            WantedField("source_url", FIELD_LABELS["source_url"], "url|source url", for_all=True, meaning="-", group=about),
            WantedField("source_date", FIELD_LABELS["source_date"], "source date|stand der quelle", for_all=True, meaning="-", group=about),
            WantedField("confidence", FIELD_LABELS["confidence"], "confidence", for_all=True, words=CONFIDENCES, kind="choice", meaning="-", group=about),
            WantedField("basis", FIELD_LABELS["basis"], "grundlage|basis|zensus", for_all=True, words=BASES, kind="choice", meaning="-", group=about),
            WantedField("standard_error", FIELD_LABELS["standard_error"], "standard error|se", kind="number", meaning="-", group=about),
            WantedField("sample_size", FIELD_LABELS["sample_size"], "stichprobe|fallzahl|n|sample size", kind="number", meaning="-", group=about),
            WantedField("remark", _("Anmerkung"), "note", meaning="notes", group=about),
        ]  # fmt: skip

    def proposals(self, reading: Reading, found: dict[int, tuple[str, str]]) -> dict[int, tuple[str, str]]:
        """Columns with a period, an indicator, a sex or an age in their head hold values; others say the part or the place."""
        assert reading.table is not None
        options = [Option(one.value, one.label, tuple(one.names)) for one in reading.choices(PLACES)[:300]]
        others = {
            fold(name).strip()
            for row in self._by_key(reading).values()
            for name in row.dimensions - {"sex", "age"}
        }
        plan = propose_plan(reading.table, options)
        names = ValueHeads(reading).names
        return without_keys(reading.table, propose_values(reading.table, plan, found, names, others), names)

    def proposed_for_all(self, reading: Reading) -> dict[str, str]:
        """The time that titles say of the whole table."""
        assert reading.table is not None
        time = propose_plan(reading.table).time
        return {"period": time} if time else {}

    def complaints(self, reading: Reading) -> list[str]:
        """What a value needs is said by the columns or for all rows."""
        said = {*reading.columns.values(), *(name for name, value in reading.for_all.items() if value)}
        found = super().complaints(reading)
        if VALUE in said and WIDE in said:
            found.append(
                _(
                    "Die Werte stehen entweder in einer Spalte oder in mehreren mit Zeitraum oder Indikator im Kopf."
                )
            )
        if not {VALUE, WIDE} & said:
            found.append(_("Bitte sagen Sie, in welcher Spalte die Werte stehen."))
        if not {"source_title", "source_url"} & said:
            found.append(
                _(
                    "Jeder Wert braucht eine Quelle: Titel oder Adresse. Bitte geben Sie sie an, etwa für alle Zeilen."
                )
            )
        if not {"place", "place_code"} & said:
            found.append(
                _("Bitte sagen Sie, in welcher Spalte dies steht: %(label)s.") % {"label": _("Raum")}
            )
        plan = plan_of(reading)
        if "period" not in said and any(not one.time for one in plan.figures):
            found.append(_("Bitte eine Spalte mit dem Zeitraum wählen oder ihn für alle Zeilen angeben."))
        if text := reading.for_all.get("period", ""):
            try:
                read_time(text)
            except ValueError:
                found.append(
                    _("„%(text)s“ ist kein Stichtag und kein Zeitraum.") % {"text": shortened(text, 60)}
                )
        if not self._by_key(reading):
            found.append(
                _(
                    "Noch gibt es keinen Indikator, zu dem die Werte gehören könnten. Legen Sie ihn zuerst an (Mein Bereich, Anlegen); diese Tabelle wartet solange unter „Einlesen“."
                )
            )
        elif "indicator" not in said and not all(one.indicator for one in plan.figures):
            found.append(_("Bitte eine Spalte mit dem Indikator wählen oder ihn für alle Zeilen angeben."))
        return found

    def open_questions(self, reading: Reading) -> Sequence[OpenQuestion]:
        """What signs, points and percent mean."""
        return ValuesSaid(reading, self._by_key(reading)).questions

    def word_cells(self, reading: Reading) -> list[tuple[WantedField, Sequence[str]]]:
        """Places, indicators and the rest of the columns, and the names in heads."""
        values = ValuesSaid(reading, self._by_key(reading))
        found = [(wanted, texts) for wanted, texts in super().word_cells(reading) if wanted.name != "place"]
        for name, texts in (("place", values.place_words()), ("indicator", values.head_words())):
            if texts:
                found.append((reading.wanted[name], texts))
        return found

    @staticmethod
    def _by_key(reading: Reading) -> dict[str, Indicator]:
        return {row.pk: row for row in usable_indicators(reading.concept, reading.actor)}

    def adapt(self, table: FoundTable, columns: Mapping[int, str]) -> FoundTable:
        """A sum that is called as the whole city is, is the city's value."""
        return with_sums_of_the_city(table, columns)

    # ---- preview

    def plan(self, reading: Reading, rows: Sequence[TableRow]) -> Iterator[BatchEntry | None]:
        """Refused values with their reason, changed ones with the one before; new ones are counted, odd ones named."""
        plan = plan_values(reading, self._by_key(reading))
        titles, written = _titles(reading), _written(reading, rows)
        for said in plan.refused:
            yield BatchEntry(
                row=said.row, title=_named(said, titles, written.get(said.row, {})), result=Result.REFUSED, level=2, ticked=False, reason=said.why,
                column=said.column[:200],
            )  # fmt: skip
        yield from wrong_sums(reading)
        odd = odd_values(plan, reading)
        for number, (said, new, before) in enumerate(plan.corrected):
            note = odd.get(id(new), "")
            if number < MOST_LISTED or note:
                yield BatchEntry(
                    row=said.row, title=_named(said, titles, {}), act=Operation.CHANGE, level=1 if note else 0,
                    shown=[[_("Wert"), shown_value(before.value, before.quality), shown_value(new.value, new.quality)]], notes=[{"column": said.head, "text": note}] if note else [],
                )  # fmt: skip
        for said, new in plan.new:
            if note := odd.get(id(new), ""):
                yield BatchEntry(
                    row=said.row, title=_named(said, titles, {}), act=Operation.CREATE, level=1, notes=[{"column": said.head, "text": note}],
                    shown=[[_("Wert"), "", shown_value(new.value, new.quality)]],
                )  # fmt: skip
        listed = sum(1 for _said, new in plan.new if odd.get(id(new)))
        sample = [
            [titles["places"].get(said.place, ""), titles["indicators"].get(said.indicator, ""), _time_and_part(new), _value_and_status(new), said.row]
            for said, new in plan.new[:SHOWN]
        ]  # fmt: skip
        reading.batch.task = {
            **reading.batch.task, "bulk": len(plan.lines), "fingerprint": plan.fingerprint, "sample": sample, "missing": plan.missing, "left_words": plan.left_out,
            "elsewhere": sorted(plan.elsewhere.items())[:MOST_ELSEWHERE], "elsewhere_count": len(plan.elsewhere), "notes": plan.notes,
            "bulk_counts": {"neu": len(plan.new) - listed, "anders": max(0, len(plan.corrected) - MOST_LISTED), "gleich": plan.unchanged,
                            "alle": len(plan.lines) + plan.unchanged - listed - min(len(plan.corrected), MOST_LISTED)},
        }  # fmt: skip

    def preview(self, reading: Reading) -> dict[str, Any]:
        """The first new values as a table, and which signs stand instead of values."""
        task = reading.batch.task
        waiting = Proposal.objects.filter(pk__in=task.get("proposals", [])).waiting().count()
        return {
            "template": "evidence/reading_values.html",
            "rows": task.get("sample", []), "count": task.get("bulk_counts", {}).get("neu", 0),
            "missing": missing_words(task.get("missing", {})), "left_words": task.get("left_words", 0), "notes": task.get("notes", []),
            "elsewhere": task.get("elsewhere", []), "elsewhere_more": max(0, task.get("elsewhere_count", 0) - MOST_ELSEWHERE),
            "written": task.get("written", 0), "waiting": waiting,
        }  # fmt: skip

    def given(self, sent: Mapping[str, str], concept: Concept, actor: Actor) -> dict[str, str]:
        """The indicator whose page led here."""
        key = sent.get("indikator", "")
        known = usable_indicators(concept, actor) if key else []
        return {"indicator": key} if key in {row.pk for row in known} else {}

    def helps(
        self, given: Mapping[str, str], concept: Concept, actor: Actor
    ) -> list[tuple[str, list[tuple[str, str]]]]:
        """Templates of the indicator, and the last deliveries."""
        found = []
        if key := given.get("indicator"):
            templates = (
                ("import-template-xlsx", _("Vorlage als XLSX")),
                ("import-template-csv", _("Vorlage als CSV")),
            )
            found.append(
                (_("Zum Ausfüllen"), [(reverse(name, args=[key]), label) for name, label in templates])
            )
        deliveries = ImportBatch.objects.filter(
            observations__indicator__item__concept=concept, author__isnull=False, undoes=None, is_valid=True
        ).distinct()
        last = [
            (
                reverse("import-batch", args=[row.pk]),
                f"{row.label}, {date_format(timezone.localtime(row.created_at), 'SHORT_DATE_FORMAT')}",
            )
            for row in deliveries.order_by("-created_at", "-pk")[:10]
        ]
        return [*found, (_("Letzte Lieferungen"), last)] if last else found

    def leads_to(self, batch: Batch) -> str:
        """The list of indicators."""
        return reverse("indicator-list")

    # ---- writing

    def write(self, reading: Reading, tell: Callable[[int], None]) -> None:
        """Record the values all together; of others' public indicators they wait, one proposal each."""
        batch, actor = reading.batch, reading.actor
        from insek.intake.readings import table_of

        if self._finish_or_clear(batch):
            return
        reading.table = table_of(batch)
        plan = plan_values(reading, self._by_key(reading))
        if plan.fingerprint != batch.task.get("fingerprint"):
            raise _old_plan()
        now, waiting = self._by_release(reading, plan)
        proposals = list(batch.task.get("proposals", []))
        for indicator, values in waiting.items():
            with revising(marked_proposal(batch.task, actor)), transaction.atomic():
                proposed = record_or_propose(indicator, values, label=batch.label, actor=actor)
                if isinstance(proposed, Proposal) and proposed.pk not in proposals:
                    proposals.append(proposed.pk)
                _keep(batch, proposals=proposals)
        if now:
            known = {
                (said.indicator, said.place, new.period, new.breakdown): before
                for said, new, before in plan.corrected
            }
            indicators = self._by_key(reading)
            try:
                with released_by(actor) if rules.test_rule("thread.release_item", actor) else nullcontext():
                    record_delivery(
                        [(indicators[said.indicator], new) for said, new in now], label=batch.label, actor=actor, known=known,
                        at_start=lambda delivery: _keep(batch, delivery=delivery.pk, written=len(now)),
                        at_end=lambda delivery: keep_comparison(_of_written(plan, now), delivery),
                    )  # fmt: skip
            except Overtaken:
                raise _old_plan() from None
        tell(len(plan.lines))

    @staticmethod
    def _finish_or_clear(batch: Batch) -> bool:
        """What a process that was killed has left: a whole delivery is done, a part of one is taken away."""
        left = ImportBatch.objects.filter(pk=batch.task.get("delivery") or 0).first()
        if left is not None and not left.is_valid:
            take_unfinished_away.func(left.pk)
            return False
        return left is not None

    def _by_release(
        self, reading: Reading, plan: ValuesPlan
    ) -> tuple[list[tuple[SaidValue, NewObservation]], dict[Indicator, list[NewObservation]]]:
        if rules.test_rule("thread.release_item", reading.actor):
            return plan.lines, {}
        indicators = self._by_key(reading)
        now: list[tuple[SaidValue, NewObservation]] = []
        waiting: dict[Indicator, list[NewObservation]] = {}
        for said, new in plan.lines:
            indicator = indicators[said.indicator]
            if indicator.item.visibility == Visibility.PUBLIC:
                waiting.setdefault(indicator, []).append(new)
            else:
                now.append((said, new))
        return now, waiting

    def take_back(self, reading: Reading, tell: Callable[[int], None]) -> None:
        """Take the delivery back as a whole, and the proposals that still wait."""
        batch, actor = reading.batch, reading.actor
        for proposal in Proposal.objects.filter(pk__in=batch.task.get("proposals", [])).waiting():
            releases.withdraw(proposal, expected_version=proposal.version, actor=actor)
        if delivery := ImportBatch.objects.filter(pk=batch.task.get("delivery") or 0).first():
            take_back_or_propose(delivery, actor=actor)
        tell(batch.total)


def _of_written(plan: ValuesPlan, now: Sequence[tuple[SaidValue, NewObservation]]) -> list[NewComparison]:
    """The values of other areas whose indicator is written now; those of proposals that wait are left out."""
    written = {said.indicator for said, _new in now}
    return list({(one.indicator, one.area, one.period): one for one in plan.compared if one.indicator in written}.values())  # fmt: skip


def _old_plan() -> StepStopped:
    return StepStopped(
        _(
            "Seit der Vorschau haben sich Werte geändert. Nichts ist geschrieben. Bitte prüfen Sie noch einmal."
        )
    )


def _keep(batch: Batch, **said: Any) -> None:
    batch.task = {**batch.task, **said}
    Batch.objects.filter(pk=batch.pk).update(task=batch.task)


def _named(said: SaidValue, titles: dict[str, dict[str, str]], written: Mapping[str, str]) -> str:
    """What a value is of, as the city calls it, else in the words of the file; a head alone says nothing of a row."""
    parts = [
        titles["places"].get(said.place, "") or written.get("place", ""),
        titles["indicators"].get(said.indicator, "") or written.get("indicator", ""),
        period_words(said.period) if said.period else written.get("period", "") or said.head,
        cut_words_of(said.breakdown),
    ]
    return shortened(", ".join(dict.fromkeys(filter(None, parts))), 400)


def _written(reading: Reading, rows: Sequence[TableRow]) -> dict[int, dict[str, str]]:
    """What place, indicator and period are called in each row of the file; nothing where rows of several sheets have one number."""
    if len({row.number for row in rows}) < len(rows):
        return {}
    places = [
        (index, name) for index, name in reading.columns.items() if name in {"place", "indicator", "period"}
    ]
    return {
        row.number: {
            name: " ".join(row.cells[index].split()) for index, name in places if index < len(row.cells)
        }
        for row in rows
    }


def _time_and_part(new: NewObservation) -> str:
    return ", ".join(filter(None, [period_words(new.period), cut_words_of(new.breakdown)]))


def _value_and_status(new: NewObservation) -> str:
    value = shown_value(new.value, new.quality)
    if new.value is None or new.quality == Observation.Quality.MEASURED:
        return value
    return f"{value} ({shown_value(None, new.quality)})"


def _titles(reading: Reading) -> dict[str, dict[str, str]]:
    return {
        source.name: {choice.value: choice.label for choice in reading.choices(source)}
        for source in (PLACES, INDICATORS)
    }


class ValueHeads:
    """Which indicators heads may name."""

    def __init__(self, reading: Reading) -> None:
        from insek.intake.said_words import SourceWords

        self.words = SourceWords.of(reading, INDICATORS)

    def names(self, head: str) -> bool:
        """Whether a head names an indicator for certain."""
        return bool(head) and self.words.known(head) not in {"", "-", "=", "+"}


register_targets(lambda: [ObservationsTarget()])
