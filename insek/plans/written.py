"""An appraisal of a plan in words: put together from the facts by plain rules, each sentence with what it rests on.

No language model writes here. What is not known is said or left out, never guessed. docs/methods/appraisal.md explains the rules.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from insek import clock
from insek.concept.models import Confidence
from insek.web.display import date_words, period_words

from .appraising import laws_since
from .models import Bindingness, Plan, PlanAppraisal, PlanStatement
from .rubric import BINDINGS, IN_FORCE, Binding, binding_of_statement, scale_step
from .statement_pages import amount_words
from .written_facts import PlanFacts

Text = str | Promise
QUOTED = 5
"""Statements that are quoted; the page of the plan leads to all."""

WHAT: dict[str, Text] = {
    Plan.Type.REGIONAL: gettext_lazy("ein Regionalplan"),
    Plan.Type.LANDUSE: gettext_lazy("ein Flächennutzungsplan"),
    Plan.Type.DEVELOPMENT: gettext_lazy("ein Bebauungsplan"),
    Plan.Type.LANDSCAPE: gettext_lazy("ein Landschaftsplan"),
    Plan.Type.SECTOR: gettext_lazy("ein Fachplan"),
    Plan.Type.FRAMEWORK: gettext_lazy("ein Rahmenplan"),
    Plan.Type.CONCEPT: gettext_lazy("ein Konzept"),
    Plan.Type.AREA: gettext_lazy("ein Gebietskonzept der Städtebauförderung"),
    Plan.Type.LEITBILD: gettext_lazy("ein Leitbild oder eine Leitlinie"),
    Plan.Type.RESOLUTION: gettext_lazy("ein Grundsatzbeschluss"),
    Plan.Type.REPORT: gettext_lazy("ein Gutachten oder ein Bericht"),
}
STANDS: dict[str, Text] = {
    Plan.Status.IN_FORCE: gettext_lazy("Es ist in Kraft."),
    Plan.Status.ADOPTED: gettext_lazy("Es ist beschlossen."),
    Plan.Status.RUNNING: gettext_lazy("Es ist in Umsetzung."),
    Plan.Status.NOTED: gettext_lazy("Es wurde zur Kenntnis genommen."),
    Plan.Status.PROCEDURE: gettext_lazy("Es ist im Verfahren und gilt noch nicht."),
    Plan.Status.DRAFT: gettext_lazy("Es ist ein Entwurf und gilt noch nicht."),
    Plan.Status.PREPARATION: gettext_lazy("Es ist in Vorbereitung und gilt noch nicht."),
    Plan.Status.EXPIRED: gettext_lazy("Es ist ausgelaufen."),
    Plan.Status.UNKNOWN: gettext_lazy("Ob es gilt, ist nicht bekannt."),
}
DONE: dict[str, Text] = {
    PlanAppraisal.Implementation.UNKNOWN: gettext_lazy("Wie weit es umgesetzt ist, ist nicht bekannt."),
    PlanAppraisal.Implementation.OPEN: gettext_lazy("Mit der Umsetzung wurde nach der Bewertung noch nicht begonnen."),
    PlanAppraisal.Implementation.BEGUN: gettext_lazy("Die Umsetzung hat nach der Bewertung begonnen."),
    PlanAppraisal.Implementation.UNDERWAY: gettext_lazy("Es ist nach der Bewertung zum Teil umgesetzt."),
    PlanAppraisal.Implementation.DONE: gettext_lazy("Es ist nach der Bewertung weitgehend umgesetzt."),
}  # fmt: skip


@dataclass(frozen=True)
class WrittenSource:
    """What a sentence rests on, with the page where it stands."""

    label: str
    url: str = ""


@dataclass(frozen=True)
class WrittenSentence:
    """A sentence, what it quotes in the language of the city, and what it rests on."""

    words: str
    sources: tuple[WrittenSource, ...]
    quote: str = ""

    @property
    def said(self) -> str:
        """The sentence with its quotation."""
        return f"{self.words} „{self.quote}“" if self.quote else self.words


@dataclass(frozen=True)
class WrittenPart:
    """A heading with its sentences; its key is its name in addresses."""

    key: str
    heading: str
    sentences: tuple[WrittenSentence, ...]

    @property
    def said(self) -> str:
        """All of it as one text."""
        return " ".join(sentence.said for sentence in self.sentences)


def parts_of(facts: PlanFacts) -> list[WrittenPart]:
    """The appraisal of a plan in words, in the active language. No query."""
    made = (
        ("stand", _("Was es ist und ob es gilt"), _standing(facts)),
        ("aktualitaet", _("Aktualität"), _currency(facts)),
        ("aussagekraft", _("Aussagekraft"), _substance(facts)),
        ("bindung", _("Bindungswirkung"), _binding(facts)),
        ("umsetzung", _("Umsetzungsstand"), _implementation(facts)),
        ("inhalt", _("Was es sagt"), _content(facts)),
    )
    return [WrittenPart(key, heading, tuple(sentences)) for key, heading, sentences in made]


def as_markdown(parts: Sequence[WrittenPart]) -> str:
    """The draft as a text that somebody can go on writing."""
    return "\n\n".join(f"## {part.heading}\n\n{part.said}" for part in parts)


def sources_of(row: PlanStatement) -> tuple[WrittenSource, ...]:
    """A statement with its document and page."""
    item = row.item
    page = _("S. %(page)s") % {"page": item.page} if item.page else ""
    return (
        WrittenSource(
            ", ".join(filter(None, [item.number or _("Kernaussage"), item.document, page])), item.url
        ),
    )


def source_of(binding: Binding) -> tuple[WrittenSource, ...]:
    """The law from which a class binds; of one that binds nobody the rubric, which says so."""
    names_law = "§" in str(binding.source) or binding.binds_others
    return (WrittenSource(str(binding.source) if names_law else _("Maßstab der Bewertung")),)


def _entered(facts: PlanFacts) -> tuple[WrittenSource, ...]:
    """What is entered about the plan, with the source that it names."""
    item = facts.item
    made = [WrittenSource(_("Angaben zu %(plan)s") % {"plan": item.number or item.shown_title}, item.url)]
    if item.source_title:
        made.append(WrittenSource(item.source_title, item.source_url))
    return tuple(made)


def _not_here(facts: PlanFacts) -> tuple[WrittenSource, ...]:
    """That something is not entered or not here rests on what is here, on no source from outside."""
    return _entered(facts)[:1]


def _judged(facts: PlanFacts) -> tuple[WrittenSource, ...]:
    assert facts.appraisal is not None
    when = date_words(facts.appraisal.appraised_on)
    words = (
        _("Beispiel-Bewertung vom %(date)s") if facts.appraisal.is_example else _("Bewertung vom %(date)s")
    )
    return (WrittenSource(words % {"date": when}, f"{facts.item.url}#bewertung"),)


def _standing(facts: PlanFacts) -> list[WrittenSentence]:
    plan, entered = facts.plan, _entered(facts)
    name = f"{facts.item.number} „{facts.item.shown_title}“".strip()
    told = [WrittenSentence(_("%(name)s ist %(what)s.") % {"name": name, "what": WHAT[plan.type]}, entered)]
    if plan.area:
        told.append(
            WrittenSentence(_("Als Gebiet ist eingetragen: %(area)s.") % {"area": plan.area}, entered)
        )
    told.append(WrittenSentence(str(STANDS[plan.status]), entered))
    decision = ", ".join(filter(None, [plan.decision_body, period_words(plan.decision_date)]))
    words = (
        _("Als Beschluss oder Vorstellung ist eingetragen: %(decision)s.") % {"decision": decision}
        if decision
        else _("Ein Beschluss oder eine Vorstellung ist nicht eingetragen.")
    )
    told.append(WrittenSentence(words, entered if decision else _not_here(facts)))
    for others, whole, part in (
        (
            facts.after,
            _("Es ist abgelöst durch: %(plans)s."),
            _("Es ist zum Teil abgelöst durch: %(plans)s."),
        ),
        (facts.before, _("Es löst ab: %(plans)s."), _("Es löst zum Teil ab: %(plans)s.")),
    ):
        for words, is_part in ((whole, False), (part, True)):
            named = [item for item, in_part in others if in_part == is_part]
            if named:
                titles = "; ".join(f"„{item.shown_title}“" for item in named)
                sources = tuple(WrittenSource(item.number or item.shown_title, item.url) for item in named)
                told.append(WrittenSentence(words % {"plans": titles}, sources))
    if plan.status in IN_FORCE and any(not in_part for _item, in_part in facts.after):
        stands = _("Als Stand ist trotzdem „%(status)s“ eingetragen.") % {"status": plan.get_status_display()}
        told.append(WrittenSentence(stands, entered))
    if facts.item.confidence == Confidence.LOW:
        told.append(WrittenSentence(_("Die Angaben sind nicht überprüft."), entered))
    if facts.no_text:
        told.append(WrittenSentence(_("Der Text des Planwerks liegt nicht vor."), _not_here(facts)))
    if facts.appraisal and facts.appraisal.is_example:
        words = _("Die Bewertung ist ein Beispiel und keine Aussage der Stadt.")
        told.append(WrittenSentence(words, _judged(facts)))
    return told


def _scale(facts: PlanFacts, name: str, scale: Any, label: str) -> list[WrittenSentence]:
    """The number with its word and reason; for insiders the computed one where nobody appraised; else that nobody did."""
    judged = facts.appraisal
    if judged is not None:
        value = getattr(judged, name)
        words = _("%(label)s: %(value)s von 100, %(word)s.") % {"label": label, "value": value, "word": scale_step(scale, value).word}  # fmt: skip
        reason = WrittenSentence(_("Begründung:"), _judged(facts), getattr(judged, f"{name}_reason"))
        return [WrittenSentence(words, _judged(facts)), reason]
    if facts.computed is not None:
        one = getattr(facts.computed, name)
        words = _(
            "%(label)s: noch nicht bewertet; aus den Angaben berechnet sind es %(value)s von 100, %(word)s."
        )
        return [
            WrittenSentence(words % {"label": label, "value": one.value, "word": one.word}, _entered(facts))
        ]
    return [WrittenSentence(_("%(label)s: noch nicht bewertet.") % {"label": label}, _not_here(facts))]


def _currency(facts: PlanFacts) -> list[WrittenSentence]:
    plan, entered, today = facts.plan, _entered(facts), clock.today().year
    told = _scale(facts, "currency", facts.rubric.currency, _("Aktualität"))
    year = plan.reckoned_year
    if year is None:
        words = _("Von wann es ist, ist nicht bekannt.")
    elif year >= today:
        words = _("Es ist von %(year)s.") % {"year": year}
    else:
        words = ngettext(
            "Es ist von %(year)s und damit etwa %(age)s Jahr alt.", "Es ist von %(year)s und damit etwa %(age)s Jahre alt.", today - year
        ) % {"year": year, "age": today - year}  # fmt: skip
    if year is not None and not plan.year:
        words += " " + _("Gerechnet ist vom Jahr des Beschlusses; ein eigenes Jahr ist nicht eingetragen.")
    told.append(WrittenSentence(words, entered))
    if plan.horizon_year is None:
        words = _("Ein Zieljahr ist nicht eingetragen.")
    elif plan.horizon_year < today:
        words = _("Sein Zieljahr %(year)s ist vorbei.") % {"year": plan.horizon_year}
    else:
        words = _("Es blickt bis %(year)s.") % {"year": plan.horizon_year}
    told.append(WrittenSentence(words, entered if plan.horizon_year else _not_here(facts)))
    if laws := laws_since(plan.type, year):
        words = _("Seither hat sich Recht geändert, das für diese Art zählt: %(laws)s.")
        told.append(
            WrittenSentence(words % {"laws": "; ".join(laws)}, (WrittenSource(_("Maßstab der Bewertung")),))
        )
    return told


def _substance(facts: PlanFacts) -> list[WrittenSentence]:
    told, rows = _scale(facts, "substance", facts.rubric.substance, _("Aussagekraft")), facts.statements
    if not rows:
        words = (
            _("Kernaussagen sind nicht entnommen. Was sein Text im Einzelnen sagt, ist nicht geprüft; der Text liegt nicht vor.")
            if facts.no_text
            else _("Eine Kernaussage ist hier nicht zu lesen. Was sein Text im Einzelnen sagt, ist in dieser Bewertung nicht geprüft.")
        )  # fmt: skip
        return [*told, WrittenSentence(words, _not_here(facts))]
    wishes = [row for row in rows if row.type != PlanStatement.Type.STATE]
    if not wishes:
        words = ngettext(
            "Die entnommene Kernaussage ist ein Befund; ein Ziel, eine Maßnahme oder eine Regel ist nicht darunter.",
            "Alle %(n)s entnommenen Kernaussagen sind Befunde; ein Ziel, eine Maßnahme oder eine Regel ist nicht darunter.",
            len(rows),
        )
        return [*told, WrittenSentence(words % {"n": len(rows)}, _all_statements(facts))]
    good = [row for row in wishes if row.pk in facts.checkable]
    words = _(
        "Prüfbar, weil Zahl, Jahr, Zuständige oder Stadtteil genannt sind: %(n)s von %(all)s entnommenen Zielen, Maßnahmen und Regeln."
    )
    told.append(WrittenSentence(words % {"all": len(wishes), "n": len(good)}, _all_statements(facts)))
    return told


def _all_statements(facts: PlanFacts) -> tuple[WrittenSource, ...]:
    return (WrittenSource(_("Kernaussagen"), f"{reverse('plan_statement-list')}?aus={facts.item.pk}"),)


def _binding(facts: PlanFacts) -> list[WrittenSentence]:
    told: list[WrittenSentence] = []
    judged = facts.appraisal
    if judged is not None:
        binding = BINDINGS[Bindingness(judged.bindingness)]
        told.append(WrittenSentence(_("Klasse: %(name)s.") % {"name": binding.name}, _judged(facts)))
        told.append(WrittenSentence(_("Für wen: %(whom)s. %(effect)s") % {"whom": binding.addressee, "effect": binding.effect}, source_of(binding)))  # fmt: skip
        if judged.bindingness_reason:
            told.append(WrittenSentence(_("Begründung:"), _judged(facts), judged.bindingness_reason))
    elif facts.computed is not None:
        words = _("Noch nicht bewertet; nach Art und Stand berechnet: %(name)s.")
        told.append(WrittenSentence(words % {"name": facts.computed.bindingness.label}, _entered(facts)))
    else:
        told.append(WrittenSentence(_("Wie es bindet, ist noch nicht bewertet."), _not_here(facts)))
    if facts.statements:
        counts: dict[str, int] = {}
        for row in facts.statements:
            known = binding_of_statement(row, facts.plan)
            counts[known.key if known else ""] = counts.get(known.key if known else "", 0) + 1
        named = [f"{BINDINGS[key].short}: {counts[key]}" for key in BINDINGS if key in counts]
        if counts.get(""):
            named.append(_("ohne Bindung, weil Befund: %(n)s") % {"n": counts[""]})
        words = _("Entnommene Kernaussagen nach Klassen: %(classes)s.") % {"classes": "; ".join(named)}
        told.append(WrittenSentence(words, _all_statements(facts)))
    return told


def _implementation(facts: PlanFacts) -> list[WrittenSentence]:
    judged = facts.appraisal
    if judged is None:
        return [WrittenSentence(_("Wie weit es umgesetzt ist, ist nicht bewertet."), _not_here(facts))]
    told = [WrittenSentence(str(DONE[judged.implementation]), _judged(facts))]
    if judged.implementation_reason:
        told.append(WrittenSentence(_("Begründung:"), _judged(facts), judged.implementation_reason))
    return told


def _content(facts: PlanFacts) -> list[WrittenSentence]:
    entered, rows = _entered(facts), facts.statements
    names = "; ".join(f"„{name}“" for name in facts.field_names)
    sources = (
        (*entered, *_all_statements(facts)) if rows else entered
    )  # fields and districts are those of both
    words = (
        _("Das Planwerk und seine Kernaussagen sind zusammen %(n)s von %(all)s Handlungsfeldern zugeordnet: %(names)s.") % {"n": len(facts.field_names), "all": facts.all_fields, "names": names}
        if names and rows
        else _("Es ist %(n)s von %(all)s Handlungsfeldern zugeordnet: %(names)s.") % {"n": len(facts.field_names), "all": facts.all_fields, "names": names}
        if names
        else _("Einem Handlungsfeld ist es nicht zugeordnet.")
    )  # fmt: skip
    told = [WrittenSentence(words, sources)]
    if facts.places:
        words = (
            _("Das Planwerk und seine Kernaussagen sind mit diesen Stadtteilen verknüpft: %(places)s.")
            if rows
            else _("Es ist mit diesen Stadtteilen verknüpft: %(places)s.")
        ) % {"places": ", ".join(facts.places)}
        told.append(WrittenSentence(words, sources))
    if aims := facts.plan.aim_list:
        quote = "; ".join(aim.rstrip(".;") for aim in aims)
        told.append(WrittenSentence(ngettext("Als Ziel ist eingetragen:", "Als Ziele sind eingetragen:", len(aims)), entered, quote))  # fmt: skip
    if not rows:
        return told
    sorts = [(label, sum(row.type == sort for row in rows)) for sort, label in PlanStatement.Type.choices]
    counted = "; ".join(f"{label}: {count}" for label, count in sorts if count)
    words = ngettext(
        "Entnommen ist eine Kernaussage (%(sorts)s).", "Entnommen sind %(n)s Kernaussagen (%(sorts)s).", len(rows)
    ) % {"n": len(rows), "sorts": counted}  # fmt: skip
    told.append(WrittenSentence(words, _all_statements(facts)))
    best = sorted(rows, key=lambda row: (row.type == PlanStatement.Type.STATE, row.pk not in facts.checkable))
    for row in best[:QUOTED]:
        known = [row.get_type_display(), amount_words(row), str(row.target_year or ""), row.who]
        told.append(
            WrittenSentence(
                f"{', '.join(filter(None, known))}:", sources_of(row), row.item.text or row.item.title
            )
        )
    if len(rows) > QUOTED:
        told.append(WrittenSentence(_("Zitiert sind %(n)s davon.") % {"n": QUOTED}, _all_statements(facts)))
    return told


@dataclass(frozen=True)
class NumberedSentence:
    """A sentence with the numbers of what it rests on, in the list below."""

    sentence: WrittenSentence
    numbers: tuple[int, ...]


@dataclass(frozen=True)
class NumberedPart:
    """A part as it is read: its sentences with numbers."""

    part: WrittenPart
    sentences: tuple[NumberedSentence, ...]


def numbered(parts: Sequence[WrittenPart]) -> tuple[list[NumberedPart], list[WrittenSource]]:
    """The parts with numbers for their sources, and the sources in the order of these numbers, from 1."""
    known: dict[WrittenSource, int] = {}

    def numbers(sentence: WrittenSentence) -> tuple[int, ...]:
        return tuple(known.setdefault(source, len(known) + 1) for source in sentence.sources)

    shown = [
        NumberedPart(part, tuple(NumberedSentence(each, numbers(each)) for each in part.sentences))
        for part in parts
    ]
    return shown, list(known)
