"""A budget as a target of reading in: what town halls send as XLSX or CSV becomes a budget with its lines, each once, taken back as a whole."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from datetime import date

import rules
from django.db import IntegrityError, transaction
from django.urls import reverse
from django.utils.formats import number_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from insek import clock
from insek.concept.models import Concept, Standing
from insek.engines.budget.heads import head_meaning
from insek.engines.tables.money import unit_in_head
from insek.engines.text import shortened
from insek.intake.cells_said import CellsSaid
from insek.intake.entry_target import EntryTarget, refused
from insek.intake.models import Batch, BatchEntry
from insek.intake.moments import moment_said
from insek.intake.rehearsing import EntryRefused
from insek.intake.targets import Reading, TableRow, WantedField, WordChoice, WordSource, register_targets
from insek.intake.word_sources import of_choices
from insek.people.actors import Actor, require
from insek.strategy.fact_sheet import STANDINGS, CostLine
from insek.suggestions.runs import begin_run
from insek.thread.setting_up import delete_part

from .budget_models import BudgetLine, BudgetPlan
from .budget_said import AMOUNTS, COMMITMENTS, FIGURES, TOTALS, SaidLine, figure_name, lines_of, year_columns
from .budget_suggested import BUDGET_LINES
from .budgets import EDIT, remove_lines, save_budget

Result, Operation = BatchEntry.Result, BatchEntry.Operation
LIMITS = {"title": 300, "product": 60, "product_name": 200, "account": 60, "investment": 60}
ABOUT_LIMITS = {"plan_title": 120, "source_title": 300}


BUDGETS = WordSource("budget_line.budget", lambda reading: [
    WordChoice("result", _("Ergebnishaushalt"), ["Ergebnisplan", "EH", "Ergebnis", "konsumtiv", "Verwaltungshaushalt"]),
    WordChoice("financial", _("Finanzhaushalt"), ["Finanzplan", "FH", "Finanz", "investiv", "Investition", "Vermögenshaushalt"]),
])  # fmt: skip
SIDES = WordSource("budget_line.side", lambda reading: [
    WordChoice("expenditure", _("Ausgabe"), ["Aufwand", "Aufwendung", "Aufwendungen", "Auszahlung", "Auszahlungen", "Ausgaben", "A"]),
    WordChoice("revenue", _("Einnahme"), ["Ertrag", "Erträge", "Einzahlung", "Einzahlungen", "Einnahmen", "E"]),
])  # fmt: skip
DUTIES = WordSource("budget_line.duty", lambda reading: [
    WordChoice("obligatory", str(CostLine.Duty.OBLIGATORY.label), ["Pflicht", "Pflichtaufgabe", "P", "gesetzlich", "Auftragsangelegenheit", "pflichtige Aufgabe", "Pflichtleistung"]),
    WordChoice("voluntary", str(CostLine.Duty.VOLUNTARY.label), ["freiwillige Leistung", "freiwillige Aufgabe", "F", "fr", "freiw."]),
])  # fmt: skip
UNITS = WordSource("budget_line.unit", lambda reading: [
    WordChoice("1", _("Euro"), []), WordChoice("1000", _("Tausend Euro (T€)"), []), WordChoice("1000000", _("Millionen Euro"), []),
])  # fmt: skip
SORTS = of_choices("budget_plan.sort", BudgetPlan.Sort.choices)
STAGES = of_choices("budget_plan.stage", BudgetPlan.Stage.choices)
RELIABLE = of_choices("budget_plan.standing", STANDINGS)


class BudgetTarget(EntryTarget):
    """Lines of a budget, one entry each."""

    name = "budget"
    kind = ""
    label = gettext_lazy("Haushalt der Stadt")
    explanation = gettext_lazy(
        "Haushaltsplan, Entwurf oder Nachtrag mit Produkten, Konten und Investitionen; die Jahre als Spalten oder als Zeilen."
    )
    icon = "euro"
    order = 60

    def may(self, actor: Actor, concept: Concept) -> bool:
        """Whoever works on budgets."""
        return bool(rules.test_rule(EDIT, actor))

    def wanted(self, reading: Reading) -> list[WantedField]:
        """What a line says, its figures, and which budget it is."""
        line, figures, about = _("Die Zeile"), _("Beträge"), _("Der Haushalt")
        return [
            WantedField("product", _("Produktnummer"), "produkt|produktnummer|produkt nr|produktnr|leistung|kostentraeger|produktsachkonto|product|unterprodukt", meaning="-", group=line),
            WantedField("product_name", _("Name des Produkts"), "produktname|produktbezeichnung|bezeichnung produkt|name des produkts|leistungsbezeichnung", meaning="-", group=line),
            WantedField("heading", _("Überschrift mit dem Produkt"), meaning="-", group=line, help=_("Etwa „Produkt 5.4.1 Gemeindestraßen“ über ihren Zeilen.")),
            WantedField("account", _("Konto"), "konto|sachkonto|kontonummer|haushaltsstelle|buchungsstelle|kostenart|account|hhst", meaning="-", group=line),
            WantedField("investment", _("Investitionsnummer"), "investition|investitionsnummer|invest nr|investitionsmassnahme nr|i nr|inv nr|projektnummer|psp element|massnahmennummer|invest", meaning="-", group=line),
            WantedField("title", _("Bezeichnung"), "bezeichnung|massnahme|text|beschreibung|kontobezeichnung|zweck|titel|name|vorhaben|investitionsmassnahme|gegenstand", meaning="-", group=line, needed=True),
            WantedField("budget", _("Ergebnis- oder Finanzhaushalt"), "haushalt|teilhaushalt art|plan art|hh art|ehfh|eh fh|art des haushalts", words=BUDGETS, kind="choice", for_all=True, meaning="-", group=line),
            WantedField("side", _("Einnahme oder Ausgabe"), "ea|e a|einnahme ausgabe|ertrag aufwand|art|seite|einzahlung auszahlung", words=SIDES, kind="choice", for_all=True, meaning="-", group=line, help=_("Ohne Angabe sagt es die Kontenklasse oder die Bezeichnung.")),
            WantedField("duty", _("Pflichtig oder freiwillig"), "pflicht|pflichtig|freiwillig|pflichtig freiwillig|pf|aufgabenart|art der aufgabe", words=DUTIES, kind="choice", for_all=True, meaning="-", group=line),
            WantedField("year", _("Jahr der Zeile"), "jahr|haushaltsjahr|hhj|year", meaning="-", group=figures, help=_("Nur, wo jedes Jahr eine eigene Zeile hat.")),
            WantedField(AMOUNTS, _("Betrag (das Jahr steht im Kopf)"), kind="number", many=True, meaning="-", group=figures),
            WantedField(COMMITMENTS, _("Verpflichtungsermächtigung (VE)"), kind="number", many=True, meaning="-", group=figures),
            WantedField(TOTALS, _("Gesamtkosten"), kind="number", meaning="-", group=figures),
            WantedField("unit", _("Beträge stehen da in"), for_all=True, in_column=False, needed=True, words=UNITS, group=figures, help=_("Nennt der Kopf einer Spalte T€ oder Euro, gilt das.")),
            WantedField("plan_title", _("Name des Haushalts"), for_all=True, in_column=False, needed=True, group=about, help=_("Etwa „Haushaltsplan 2027, Entwurf“. Gibt es ihn schon, kommen nur neue Zeilen dazu.")),
            WantedField("first_year", _("Erstes Haushaltsjahr"), for_all=True, in_column=False, needed=True, group=about),
            WantedField("last_year", _("Letztes Haushaltsjahr"), for_all=True, in_column=False, group=about, help=_("Nur bei einem Doppelhaushalt.")),
            WantedField("sort", _("Art"), for_all=True, in_column=False, words=SORTS, group=about, help=_("Ohne Angabe ein Haushaltsplan.")),
            WantedField("stage", _("Stand des Haushalts"), for_all=True, in_column=False, needed=True, words=STAGES, group=about),
            WantedField("as_of", _("Stand vom"), for_all=True, in_column=False, group=about, help=_("Etwa 31.12.2026. Ohne Angabe: heute.")),
            WantedField("source_title", _("Quelle"), for_all=True, in_column=False, group=about, help=_("Etwa „Kämmerei, Ausdruck vom 12.10.2026“.")),
            WantedField("standing", _("Verlässlichkeit"), for_all=True, in_column=False, words=RELIABLE, group=about, help=_("Ohne Angabe: mit Quelle, wo eine genannt ist, sonst Arbeitsstand.")),
        ]  # fmt: skip

    def proposals(self, reading: Reading, found: dict[int, tuple[str, str]]) -> dict[int, tuple[str, str]]:
        """Heads with a year are figures of it; rows of headings name the product."""
        assert reading.table is not None
        made = dict(found)
        for column in reading.table.columns:
            told = made.get(column.index, ("", ""))[0]
            if column.origin in {"section", "sheet_name"}:
                made[column.index] = ("heading" if column.origin == "section" else "", "")
            elif told in {"", *FIGURES} and (name := figure_name(head_meaning(column.head))):
                made[column.index] = (name, _("dem Kopf nach"))
            elif told in {"", *FIGURES}:
                is_year = re.fullmatch(
                    r"(?:haushalts|hh)?[\s.-]?jahr|hhj", column.head.strip(), re.IGNORECASE
                )
                made[column.index] = ("year", _("dem Kopf nach")) if is_year else ("", "")
        named = [column.index for column in reading.table.columns if head_meaning(column.head).year]
        if any(made.get(index, ("", ""))[0] == AMOUNTS for index in named):
            # the year of the budget beside columns of years says nothing of the figures
            made = {index: ("", "") if told[0] == "year" else told for index, told in made.items()}
        return made

    def proposed_for_all(self, reading: Reading) -> dict[str, str]:
        """Unit and year, as far as titles and heads say them."""
        assert reading.table is not None
        titles = [*reading.table.titles, *(column.head for column in reading.table.columns)]
        units = {str(unit_in_head(text)) for text in titles} - {"0"}
        found = {"unit": units.pop()} if len(units) == 1 else {}
        years = [hit for text in [*reading.table.titles, reading.batch.label] for hit in re.findall(r"(?<!\d)(20\d\d)(?!\d)", text)]  # fmt: skip
        if years and reading.batch.task.get("step") != "done":
            found["first_year"] = years[0]
        return {name: value for name, value in found.items() if name not in reading.batch.task.get("for_all", {})}  # fmt: skip

    def complaints(self, reading: Reading) -> list[str]:
        """Figures with a year each, a year and a day that are some, and a name that is free or means the same budget."""
        found = super().complaints(reading)
        said = reading.for_all
        names = [*reading.columns.values()]
        if not {AMOUNTS, COMMITMENTS} & set(names):
            found.append(_("Bitte sagen Sie, in welchen Spalten Beträge stehen."))
        for name in ("first_year", "last_year"):
            if said.get(name) and not re.fullmatch(r"20\d\d", said[name].strip()):
                found.append(_("„%(text)s“ ist kein Jahr.") % {"text": shortened(said[name], 40)})
                return found
        if not said.get("first_year"):
            return found
        if said.get("last_year") and int(said["last_year"]) < int(said["first_year"]):
            found.append(_("Das letzte Jahr liegt vor dem ersten."))
        if (text := said.get("as_of", "")) and _day(text) is None:
            found.append(_("„%(text)s“ ist kein Tag. Der Stand wird als Tag angegeben, etwa 31.12.2024.") % {"text": shortened(text, 40)})  # fmt: skip
        assert reading.table is not None
        columns = year_columns(reading.table.columns, reading.columns, int(said["first_year"]), 1)
        often = Counter((each.name, each.year, each.is_named or "year" not in names, each.side) for each in columns if each.year)  # fmt: skip
        for (_name, year, is_known, _side), times in often.items():
            if times > 1 and not is_known:
                found.append(_("Mehrere Spalten sind Beträge desselben Jahres. Bitte nehmen Sie alle bis auf eine heraus."))  # fmt: skip
            elif times > 1:
                found.append(_("Mehrere Spalten sind Beträge des Jahres %(year)s. Bitte nehmen Sie eine davon heraus.") % {"year": year})  # fmt: skip
        for name, limit in ABOUT_LIMITS.items():
            if len(said.get(name, "").strip()) > limit:
                found.append(_("„%(word)s“ ist zu lang: höchstens %(limit)s Zeichen.") % {"word": shortened(said[name], 40), "limit": limit})  # fmt: skip
        if said.get("standing") == Standing.FACT and not said.get("source_title", "").strip():
            found.append(_("„Mit Quelle“ braucht eine Quelle: Bitte die Quelle nennen."))
        there = _plan_called(reading)
        if there is not None and there.is_public:
            found.append(_("Dieser Haushalt ist öffentlich. Bitte ziehen Sie ihn zuerst zurück, oder nennen Sie einen anderen Namen."))  # fmt: skip
        elif there is not None and (there.first_year, there.stage) != (int(said["first_year"]), said.get("stage")):  # fmt: skip
            found.append(_("Einen Haushalt mit diesem Namen gibt es schon, mit anderem Jahr oder Stand. Bitte nennen Sie einen anderen Namen."))  # fmt: skip
        return found

    # ---- preview

    def plan(self, reading: Reading, rows: Sequence[TableRow]) -> Iterator[BatchEntry | None]:
        """One entry a line; what is there already is left alone."""
        said = CellsSaid(reading)
        assert reading.table is not None
        first, unit = int(reading.for_all["first_year"]), int(reading.for_all["unit"])
        columns = year_columns(reading.table.columns, reading.columns, first, unit)
        plan = _plan_called(reading)
        there = {line.identity: line for line in plan.lines.all()} if plan is not None else {}
        for line in lines_of(said, rows, columns, state=reading.concept.ags[:2]):
            yield self._entry(reading, line, there)

    def _entry(self, reading: Reading, line: SaidLine, there: dict[str, BudgetLine]) -> BatchEntry:
        values = line.values
        number = values["investment"] or values["account"] or values["product"]
        entry = BatchEntry(row=line.rows[0], act=Operation.CREATE, title=shortened(f"{number} {values['title']}".strip(), 400))  # fmt: skip
        if why := _why_not(line):
            return refused(entry, why, line.column)
        before = there.get(line.identity)
        if before is not None:
            if (before.amounts, before.commitments) == (line.amounts, line.commitments):
                entry.result, entry.ticked = Result.UNCHANGED, False
                return entry
            return refused(entry, _("Diese Zeile hat der Haushalt schon, mit anderen Beträgen. Nehmen Sie erst das frühere Einlesen zurück."))  # fmt: skip
        if line.guessed_side:
            entry.notes, entry.level = [{"column": "", "text": _("Ob Einnahme oder Ausgabe, steht nicht da; gelesen als Ausgabe.")}], 1  # fmt: skip
        if line.sign == "minus":
            entry.notes, entry.level = [*entry.notes, {"column": "", "text": _("Hier steht ein Minus: Der Betrag mindert die Summen. Bitte prüfen Sie, ob es so gemeint ist.")}], 1  # fmt: skip
        elif line.sign == "turned" and values["side"] == BudgetLine.Side.EXPENDITURE:
            entry.notes = [*entry.notes, {"column": "", "text": _("Alle Ausgaben dieser Datei stehen mit Minus da; gelesen ohne Minus.")}]  # fmt: skip
        entry.parts = [{
            "values": {**values, "identity": line.identity, "amounts": line.amounts, "commitments": line.commitments, "total_eur": line.total_eur},
            "position": line.rows[0], "made": "",
        }]  # fmt: skip
        shown = [
            (_("Produkt"), " ".join(filter(None, [values["product"], values["product_name"]]))), (_("Konto"), values["account"]),
            (_("Investitionsnummer"), values["investment"]), (_("Einnahme oder Ausgabe"), str(BudgetLine.Side(values["side"]).label)),
            (_("Haushalt"), str(CostLine.Budget(values["budget"]).label) if values["budget"] else ""),
            (_("Pflicht"), str(CostLine.Duty(values["duty"]).label) if values["duty"] else ""),
            (_("Beträge in Euro"), _by_year(line.amounts)), (_("Verpflichtungsermächtigungen in Euro"), _by_year(line.commitments)),
            (_("Gesamtkosten"), number_format(line.total_eur, force_grouping=True) if line.total_eur is not None else ""),
        ]  # fmt: skip
        entry.shown = [[str(label), "", words] for label, words in shown if words]
        return entry

    def leads_to(self, batch: Batch) -> str:
        """The page of the budget."""
        return f"{reverse('budget')}?haushalt={batch.task.get('plan', '')}"

    # ---- writing and taking back

    def begin(self, reading: Reading) -> None:
        """The budget itself, where it is not there yet."""
        batch, said = reading.batch, reading.for_all
        plan = _plan_called(reading)
        if plan is None:
            standing = said.get("standing") or (Standing.FACT if said.get("source_title") else Standing.WORKING)  # fmt: skip
            plan = save_budget(
                BudgetPlan(concept=reading.concept),
                {
                    "title": " ".join(said["plan_title"].split()), "sort": said.get("sort") or BudgetPlan.Sort.PLAN, "stage": said["stage"],
                    "first_year": int(said["first_year"]), "last_year": int(said.get("last_year") or said["first_year"]),
                    "as_of": _day(said.get("as_of", "")) or clock.today(), "source_title": said.get("source_title", ""), "standing": standing,
                },
                expected_version=None, actor=reading.actor,
            )  # fmt: skip
            batch.task = {**batch.task, "made_plan": plan.key}
        batch.task = {**batch.task, "plan": plan.key}
        Batch.objects.filter(pk=batch.pk).update(task=batch.task)

    def write(self, reading: Reading, tell: Callable[[int], None]) -> None:
        """Write the lines, then let the program look which measures they may pay."""
        super().write(reading, tell)
        begin_run(BUDGET_LINES, reading.concept)

    def do(self, reading: Reading, entry: BatchEntry) -> None:
        """Write one line."""
        [part] = entry.parts
        require(reading.actor, EDIT)
        plan = BudgetPlan.objects.get(concept=reading.concept, key=reading.batch.task["plan"])
        try:
            with transaction.atomic():
                line = BudgetLine.objects.create(
                    budget_plan=plan, position=part["position"], **part["values"]
                )
        except IntegrityError:
            raise EntryRefused(_("Diese Zeile gibt es inzwischen.")) from None
        entry.result, entry.parts = Result.CREATED, [{"made": line.key}]

    def undo(self, reading: Reading, entry: BatchEntry) -> str:
        """Take a line away, with what was matched to it; of a public budget nothing."""
        line = BudgetLine.objects.select_related("budget_plan").filter(key=entry.parts[0]["made"]).first()
        if line is None:
            return ""
        if line.budget_plan.is_public:
            return _("Der Haushalt ist öffentlich; bitte ziehen Sie ihn zuerst zurück.")
        require(reading.actor, EDIT)
        remove_lines([line.pk], reading.actor)
        return ""

    def end(self, reading: Reading) -> None:
        """The budget that came with the lines goes with the last of them."""
        plan = BudgetPlan.objects.filter(concept=reading.concept, key=reading.batch.task.get("made_plan", "")).first()  # fmt: skip
        if plan is not None and not plan.is_public and not plan.lines.exists():
            delete_part(plan, expected_version=plan.version, actor=reading.actor, right=EDIT)


def _plan_called(reading: Reading) -> BudgetPlan | None:
    title = " ".join(reading.for_all.get("plan_title", "").split())
    return BudgetPlan.objects.filter(concept=reading.concept, title=title).first()


def _why_not(line: SaidLine) -> str:
    """Why a line cannot come in; empty where it can."""
    if line.is_sum:
        return _("Das ist eine Summe oder ein Saldo; gelesen werden die Zeilen darüber.")
    told = {
        "empty": _("In dieser Zeile steht kein Betrag."),
        "year": _("Das Jahr fehlt."),
        "year_twice": _("Mehrere Spalten sagen etwas anderes zum Jahr %(year)s.")
        % {"year": line.notes[0] if line.notes else ""},
        "twice": _("Das steht schon in Zeile %(row)s.") % {"row": line.notes[0] if line.notes else ""},
    }
    if line.wrong:
        return told.get(line.wrong, line.wrong)
    if not line.values["title"]:
        return _("Es fehlt die Bezeichnung.")
    for name, limit in LIMITS.items():
        if len(line.values[name]) > limit:
            return _("„%(word)s“ ist zu lang: höchstens %(limit)s Zeichen.") % {"word": shortened(line.values[name], 40), "limit": limit}  # fmt: skip
    return ""


def _by_year(amounts: dict[str, int]) -> str:
    return "\n".join(f"{year}: {number_format(amount, force_grouping=True)}" for year, amount in sorted(amounts.items()))  # fmt: skip


def _day(text: str) -> date | None:
    try:
        return date.fromisoformat(moment_said(text)) if text else None
    except ValueError:
        return None


register_targets(lambda: [BudgetTarget()])
