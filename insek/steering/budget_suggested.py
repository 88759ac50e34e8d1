"""Which lines of budgets may pay which measures, proposed by number, name and place; what a person accepts is a match of the measure.

The engine is ``engines.budget.matching``. What a person refused once is not proposed again, in the next budget neither; what was
confirmed in another budget is proposed first. How often it is right has not been measured on budgets of cities.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import rules
from django.core.exceptions import PermissionDenied, ValidationError
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from insek.concept.asker import Asker
from insek.engines.budget.matching import LineWords, Match, Matcher, MeasureWords
from insek.people.actors import PROGRAM, Actor
from insek.places.names.in_text import places_in_text
from insek.strategy.fact_sheet import CostLine
from insek.suggestions.calibration import calibration_of
from insek.suggestions.keeping import hash_of
from insek.suggestions.models import Suggestion
from insek.suggestions.register import (
    Basis,
    Looking,
    Proposed,
    ShownSuggestion,
    Suggester,
    SuggestionKind,
    register_suggester,
    register_suggestion_kind,
)
from insek.thread.models import Item, Link

from .budget_models import BudgetLine, BudgetMatch
from .budget_words import amounts_words, line_heading, line_url
from .budgets import EDIT, match_line, unmatch_line

MATCH = "budget-match"
NAME, VERSION = "budget-lines", "1"
CONFIRMED = 0.97
"""How sure a match is that a person confirmed in another budget."""
LONGEST = 400
TOUCH_EVERY = 200
"""Lines after which a run says that it goes on: their places are looked up one by one."""


class LinesOfBudgets:
    """The lines of all budgets that pay no measure yet, and the measures they may pay."""

    model = ""

    def __init__(self, looking: Looking) -> None:
        concept = looking.concept
        lines = BudgetLine.objects.filter(budget_plan__concept=concept)
        self.subjects: list[BudgetLine] = list(
            lines.filter(is_without_measure=False, matches=None).select_related("budget_plan").order_by("pk")
        )
        self.concept = concept
        self.titles = dict(Item.objects.filter(concept=concept, kind="measure").values_list("pk", "title"))
        measures = measures_of(concept, self.titles)
        self.words: dict[str, LineWords] = {}
        for count, line in enumerate(self.subjects):
            if count % TOUCH_EVERY == 0:
                looking.touch()
            self.words[line.pk] = self._words(line)
        self.matcher = Matcher(measures, list(self.words.values()))
        self.refused = refused_before(concept.pk)
        self.confirmed = {
            (identity, measure): title
            for identity, measure, title in BudgetMatch.objects.filter(line__budget_plan__concept=concept).values_list(
                "line__identity", "measure_id", "line__budget_plan__title"
            )
        }  # fmt: skip
        self.calibration = calibration_of(concept, NAME)
        self.input_hash = hash_of([
            [repr(each) for each in measures], [repr(each) for each in self.words.values()], sorted(self.refused),
            sorted(self.confirmed), self.calibration.plain,
        ])  # fmt: skip

    def _words(self, line: BudgetLine) -> LineWords:
        return LineWords(
            key=str(line.pk), title=line.title, product=line.product, product_name=line.product_name, account=line.account,
            investment=line.investment, places=frozenset(places_named(self.concept, line.title)) if line.is_investment else frozenset(),
        )  # fmt: skip

    def at(self, subjects: Sequence[BudgetLine]) -> Iterable[Proposed]:
        """The measures that each line may pay."""
        for line in subjects:
            refused = {measure for identity, measure in self.refused if identity == line.identity}
            known = {measure: title for (identity, measure), title in self.confirmed.items() if identity == line.identity and measure in self.titles}  # fmt: skip
            for measure, title in known.items():
                yield self._proposed(line, measure, CONFIRMED, f"Im Haushalt „{title}“ hat ein Mensch dieselbe Zeile dieser Maßnahme zugeordnet.")  # fmt: skip
            for match in self.matcher.matches(self.words[line.pk], {*refused, *known}):
                yield self._proposed(line, match.measure, match.confidence, why_of(match))

    def _proposed(self, line: BudgetLine, measure: str, raw: float, why: str) -> Proposed:
        plan = line.budget_plan
        return Proposed(
            kind=MATCH, subject=f"budget:{hash_of(plan.title)[:12]}:{line.identity}", item=measure, identity=measure,
            content={"line": line.key, "identity": line.identity, "measure": measure}, why=why[:LONGEST],
            confidence=self.calibration.corrected(raw), raw_confidence=raw,
            basis=[Basis(line_heading(line), plan.title, line_url(line))],
        )  # fmt: skip


def measures_of(concept: Any, titles: Mapping[str, str]) -> list[MeasureWords]:
    """The measures as they are compared: names, what their cost lines name of the budget, and places. Three queries, and those of the places."""
    costs: dict[str, list[CostLine]] = {}
    for line in CostLine.objects.filter(measure__item__concept=concept).order_by("pk"):
        costs.setdefault(line.measure_id, []).append(line)
    places: dict[str, set[str]] = {}
    for measure, place in Link.objects.filter(kind="located_in", source__in=list(titles)).values_list("source", "target__title"):  # fmt: skip
        places.setdefault(measure, set()).add(place)
    return [
        MeasureWords(
            key=pk, title=title, also=" ".join(line.title for line in costs.get(pk, ())),
            products=tuple(sorted({line.budget_product for line in costs.get(pk, ()) if line.budget_product})),
            places=frozenset({*places.get(pk, ()), *places_named(concept, title)}),
        )
        for pk, title in sorted(titles.items())
    ]  # fmt: skip


def places_named(concept: Any, text: str) -> list[str]:
    """The names of places in a text that mean one place alone."""
    return [one.places[0].name for one in places_in_text(concept, text, PROGRAM) if not one.is_ambiguous]


def refused_before(concept_id: int) -> set[tuple[str, str]]:
    """Line (its identity) and measure that a person said do not belong together, in any budget. One query."""
    rows = Suggestion.objects.filter(concept=concept_id, kind=MATCH, state=Suggestion.State.REFUSED)
    return {(content["identity"], content["measure"]) for content in rows.values_list("content", flat=True)}


def why_of(match: Match) -> str:
    """In German, as it is content that outlives the page."""
    said = []
    if match.number:
        said.append(f"Beide nennen „{match.number}“")
    if match.words:
        said.append(f"Gemeinsame Wörter: {', '.join(f'„{word}“' for word in match.words[:4])}")
    if match.places:
        said.append(f"Derselbe Ort: {', '.join(match.places[:3])}")
    return f"{'; '.join(said) or 'Das Produkt steht über dem der Maßnahme'}."


def _line_of(content: Mapping[str, Any], suggestion: Suggestion) -> BudgetLine | None:
    """The line, also where the same file was read in anew and its lines have other keys."""
    rows = BudgetLine.objects.filter(budget_plan__concept=suggestion.concept_id).select_related("budget_plan")
    for line in rows.filter(identity=content["identity"]):
        if line.key == content["line"] or f":{hash_of(line.budget_plan.title)[:12]}:" in suggestion.subject:
            return line
    return None


def accept_match(suggestion: Suggestion, content: Mapping[str, Any], actor: Actor) -> Any:
    """Match the line to the measure."""
    item = Item.objects.visible_to(actor).filter(pk=content["measure"], kind="measure").first()
    line = _line_of(content, suggestion)
    if item is None or line is None:
        raise ValidationError(_("Die Zeile oder die Maßnahme gibt es nicht mehr."))
    return match_line(line, item, actor=actor)


def take_match_back(suggestion: Suggestion, actor: Actor) -> bool:
    """Take the match away, also where it was published since. Raises ValidationError for who may not."""
    line = _line_of(suggestion.content, suggestion)
    match = BudgetMatch.objects.filter(line=line, measure=suggestion.content["measure"]).select_related("measure__item", "line__budget_plan").first()  # fmt: skip
    if match is None:
        return False
    try:
        unmatch_line(match, expected_version=match.version, actor=actor)
    except PermissionDenied as error:
        raise ValidationError(_("Diese Zuordnung ist öffentlich; lösen kann sie, wer veröffentlichen darf.")) from error  # fmt: skip
    return True


def shown_matches(suggestions: Sequence[Suggestion], asker: Asker) -> Mapping[int, ShownSuggestion]:
    """The line with its amounts, and the measure. Two queries."""
    items = Item.objects.visible_to(asker.actor).in_bulk([each.item_id for each in suggestions if each.item_id])  # fmt: skip
    keys = [each.content["line"] for each in suggestions]
    lines = {line.key: line for line in BudgetLine.objects.filter(key__in=keys).select_related("budget_plan")}
    found = {}
    for each in suggestions:
        item, line = items.get(each.item_id or ""), lines.get(each.content["line"])
        if item is None or line is None:
            continue
        found[each.pk] = ShownSuggestion(
            title=line_heading(line), title_url=line_url(line), text=amounts_words(line),
            becomes=f"{item.number} {item.shown_title}".strip(), becomes_url=item.url,
            lines=[(str(_("Haushalt")), f"{line.budget_plan.title}, {line.budget_plan.get_stage_display()}"), (str(_("Produkt")), line.product_name)],
        )  # fmt: skip
    return found


def still_open(suggestions: Sequence[Suggestion]) -> set[int]:
    """Those whose line is there, pays nothing yet and was not said to pay no measure. One query."""
    keys = [each.content["line"] for each in suggestions]
    there = set(BudgetLine.objects.filter(key__in=keys, matches=None, is_without_measure=False).values_list("key", flat=True))  # fmt: skip
    return {each.pk for each in suggestions if each.content["line"] in there}


def may_match(suggestion: Suggestion, actor: Actor) -> bool:
    """Whoever works on budgets."""
    return bool(rules.test_rule(EDIT, actor))


register_suggestion_kind(
    SuggestionKind(
        name=MATCH, label=gettext_lazy("Haushaltszeile einer Maßnahme"), plural=gettext_lazy("Haushaltszeilen von Maßnahmen"),
        question=gettext_lazy("Gehört diese Zeile zu dieser Maßnahme?"), accept=accept_match, take_back=take_match_back, shown=shown_matches, may_decide=may_match,
        standing=still_open, order=45,
    )
)  # fmt: skip
BUDGET_LINES = Suggester(
    name=NAME, label=gettext_lazy("Haushalt den Maßnahmen zuordnen"),
    explanation=gettext_lazy("Vergleicht die Zeilen eingelesener Haushalte mit den Maßnahmen: nach Produkt- und Investitionsnummer in ihren Kostenzeilen, nach Namen und nach Orten. Wie oft das stimmt, ist an Haushalten von Städten nicht gemessen."),
    kinds=(MATCH,), version=VERSION, begin=LinesOfBudgets, piece=200, order=45,
)  # fmt: skip
register_suggester(BUDGET_LINES)
