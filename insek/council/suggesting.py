"""What a paper touches, proposed: fields, goals, measures, places, likely weight, or nothing; each with the sentences that say so."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import Any

from django.db.models import Exists, OuterRef, QuerySet
from django.utils.translation import gettext_lazy

from insek.concept.models import Concept
from insek.documents.models import Document
from insek.engines.text import shortened
from insek.engines.text.statements.sentences import Sentence
from insek.engines.text.touching import AimWords, JudgedPaper, TouchModel, weights
from insek.engines.text.touching.topics import SIGNS, counts
from insek.people.actors import PROGRAM
from insek.places.names.finding import district_names
from insek.places.names.in_text import places_in_text
from insek.suggestions.calibration import calibration_of
from insek.suggestions.item_fields import ITEM_FIELD
from insek.suggestions.keeping import hash_of
from insek.suggestions.register import Basis, Looking, Proposed, Suggester, register_suggester
from insek.suggestions.runs import begin_run
from insek.thread.models import Event, Item

from .models import Check, CheckGoal, WeightCriterion
from .suggested_kinds import GOAL, MEASURE, NOTHING, PLACE, WEIGHT
from .touching import CityWords, PaperText, texts_of
from .weighing import judged_criteria, shown_criteria

NAME, VERSION = "paper-touches", "1"
MOST_GOALS, MOST_MEASURES, MOST_PLACES = 5, 3, 6
LONGEST_REASON = 300
SURE_OF_PLACE, SURE_OF_WEIGHT, SURE_OF_NO_WEIGHT = 0.8, 0.7, 0.55
"""Not measured: a name in a text mostly means the place, a sign that is met mostly means weight; that none is met says less."""
BEGINNING = 20_000
FEW = 5
"""Papers up to which each has a run of its own."""


def papers_to_check(concept: Concept) -> QuerySet[Item]:
    """Papers without a finished check."""
    finished = Check.objects.filter(paper=OuterRef("pk"), status=Check.Status.FINAL)
    return Item.objects.filter(~Exists(finished), concept=concept, kind="paper").order_by("pk")


class TouchesOfPapers:
    """What one run knows of a city, and the papers that it looks at."""

    def __init__(self, looking: Looking) -> None:
        concept = looking.concept
        papers = papers_to_check(concept)
        if looking.about is not None:
            papers = papers.filter(pk=looking.about.pk)
        self.concept, self.subjects = concept, list(papers.values_list("pk", flat=True))
        self.city = CityWords(concept)
        self.criteria = list(WeightCriterion.objects.filter(concept=concept))
        self.calibrations = {
            kind: calibration_of(concept, NAME, kind, changed_is_right=kind != ITEM_FIELD)
            for kind in (ITEM_FIELD, GOAL, MEASURE, PLACE, WEIGHT, NOTHING)
        }
        self.model = f"topics {weights().version}"
        texts = [(one.item.pk, one.item.title, one.text) for one in texts_of(list(papers))]
        signs = [(each.key, each.sign, str(each.least), each.words) for each in self.criteria]
        named = [(row.pk, row.title) for row in district_names(concept, PROGRAM)]
        learnt = {kind: each.plain for kind, each in self.calibrations.items()}
        self.input_hash = hash_of([texts, self.city.plain, signs, named, learnt, self.model])

    def at(self, subjects: Sequence[Any]) -> Iterable[Proposed]:
        """What these papers touch."""
        items = {
            item.pk: item for item in Item.objects.filter(pk__in=list(subjects)).prefetch_related("fields")
        }
        papers = texts_of([items[pk] for pk in subjects if pk in items])
        judged = self.city.model.judge([one.read for one in papers])
        of_measures = self.city.measure_model.judge([one.read for one in papers])
        for paper, found, measures in zip(papers, judged, of_measures, strict=True):
            yield from self._fields(paper, found)
            yield from self._aims(paper, found, self.city.model, GOAL, MOST_GOALS)
            yield from self._aims(paper, measures, self.city.measure_model, MEASURE, MOST_MEASURES)
            yield from self._places_and_weight(paper)
            if found.touches_nothing:
                yield self._nothing(paper, found)

    def _fields(self, paper: PaperText, found: JudgedPaper) -> Iterator[Proposed]:
        has = {field.key for field in paper.item.fields.all()}
        model = self.city.model
        for key in found.touched_fields:
            if key in has:
                continue
            words = model.words_for_field(f"{paper.item.title} {paper.text[:BEGINNING]}", key)
            yield self._proposed(
                paper, ITEM_FIELD, {"fields": [key]}, key, _why_of(words, "Dafür sprechen"), found.fields[key],
                model.sentences_for_field(paper.read, key), field_key=key, subject=f"item:{paper.item.pk}",
            )  # fmt: skip

    def _aims(
        self, paper: PaperText, found: JudgedPaper, model: TouchModel, kind: str, most: int
    ) -> Iterator[Proposed]:
        aims = {each.key: each for each in model.goals}
        best = sorted(found.goals.items(), key=lambda pair: (-pair[1], pair[0]))[:most]
        for key, chance in best:
            aim = aims[key]
            if chance < weights().goal_threshold or not set(aim.fields) & set(found.touched_fields):
                continue
            said = model.sentences_for_goal(paper.read, aim)
            yield self._aim(paper, kind, aim, chance, said, model)

    def _aim(
        self,
        paper: PaperText,
        kind: str,
        aim: AimWords,
        chance: float,
        said: Sequence[Sentence],
        model: TouchModel,
    ) -> Proposed:
        words = model.words_for_goal(f"{paper.item.title} {paper.text[:BEGINNING]}", aim)
        content: dict[str, Any] = {"item": aim.key}
        if kind == GOAL:
            reason = shortened(said[0].text, LONGEST_REASON) if said else _why_of(words, "Die Vorlage nennt")
            content |= {
                "effect": CheckGoal.Effect.NEUTRAL.value,
                "reason": reason,
                "certainty": CheckGoal.Certainty.LOW.value,
            }
        return self._proposed(
            paper, kind, content, aim.key, _why_of(words, "Beide sprechen von"), chance, said, other=aim.key
        )

    def _places_and_weight(self, paper: PaperText) -> Iterator[Proposed]:
        text = f"{paper.item.title}\n{paper.text[:BEGINNING]}"
        named = [
            (one.words, one.places[0])
            for one in places_in_text(self.concept, text, PROGRAM, most=MOST_PLACES)
            if not one.is_ambiguous and one.places[0].pk
        ]
        for words, place in named:
            said = [one for one in paper.read.sentences if words in one.text][:2]
            yield self._proposed(
                paper,
                PLACE,
                {"item": place.pk},
                place.pk,
                f"Die Vorlage nennt „{words}“.",
                SURE_OF_PLACE,
                said,
                other=place.pk or "",
            )
        if not judged_criteria(self.criteria):
            return
        shown = shown_criteria(self.criteria, paper, [place.name for _words, place in named])
        value = Check.Weight.CITYWIDE if shown else Check.Weight.LOCAL
        if shown:
            why = " ".join(f"{one.criterion.title.rstrip('.')}: „{one.words}“." for one in shown)
        else:
            why = "Kein Kriterium, das sich am Text erkennen lässt, trifft zu."
        content = {
            "weight": value.value,
            "criteria": [one.criterion.key for one in shown],
            "reason": why if shown else "",
        }
        said = [one.sentence for one in shown if one.sentence is not None]
        sure = SURE_OF_WEIGHT if shown else SURE_OF_NO_WEIGHT
        yield self._proposed(paper, WEIGHT, content, value.value, why, sure, said)

    def _nothing(self, paper: PaperText, found: JudgedPaper) -> Proposed:
        named = [
            sign.name for sign, count in zip(SIGNS, counts(paper.item.title, SIGNS), strict=True) if count
        ]
        if named:
            why = f"Der Titel spricht von: {', '.join(named)}; kein Handlungsfeld kommt deutlich vor."
            reason = f"Es geht um {_joined_and(named)}, kein Ziel des INSEK ist betroffen."
        else:
            why = "Weder Titel noch Anfang sprechen deutlich von einem Handlungsfeld."
            reason = "Die Sache betrifft kein Ziel des INSEK."
        return self._proposed(
            paper, NOTHING, {"reason": reason}, "nothing", why, found.nothing, paper.read.sentences[:1]
        )

    def _proposed(
        self, paper: PaperText, kind: str, content: dict[str, Any], identity: Any, why: str, chance: float, said: Sequence[Sentence],
        **more: str,
    ) -> Proposed:  # fmt: skip
        basis: list[Basis] = paper.basis(said) or [
            Basis(paper.item.title, "Titel der Vorlage", paper.item.url)
        ]
        sure = self.calibrations[kind].corrected(chance)
        named = {"subject": f"paper:{paper.item.pk}", **more}
        return Proposed(
            kind=kind, content=content, identity=identity, why=why, confidence=sure, raw_confidence=chance, item=paper.item.pk,
            about=paper.item.pk, basis=basis, **named,
        )  # fmt: skip


def _why_of(words: Sequence[str], begin: str) -> str:
    """In German, as it is content that outlives the page."""
    if not words:
        return "Titel und Text sprechen im Ganzen davon."
    return f"{begin} {', '.join(f'„{word}“' for word in words)}."


def _joined_and(words: Sequence[str]) -> str:
    return words[0] if len(words) == 1 else f"{', '.join(words[:-1])} und {words[-1]}"


TOUCHES = Suggester(
    name=NAME, label=gettext_lazy("Was Vorlagen berühren"),
    explanation=gettext_lazy("Liest Vorlagen ohne abgeschlossene INSEK-Prüfung und schlägt vor, welche Handlungsfelder, Ziele, Maßnahmen und Orte sie berühren, ob sie gesamtstädtisches Gewicht haben könnten, oder dass sie nichts berühren. Ob sie ein Ziel stützen oder hemmen, sagt ein Mensch."),
    kinds=(ITEM_FIELD, GOAL, MEASURE, PLACE, WEIGHT, NOTHING), version=VERSION,
    begin=TouchesOfPapers, piece=20, of_kind="paper", order=15,
)  # fmt: skip


def look_after_acts(events: Sequence[Event]) -> None:
    """Look at papers after they were entered or changed: at each of a few, at all of a concept after many."""
    touched: dict[int, set[str]] = {}
    for each in events:
        if each.kind == "paper" and each.item_id:
            touched.setdefault(each.concept_id, set()).add(each.item_id)
    for concept in Concept.objects.filter(pk__in=touched):
        papers = list(papers_to_check(concept).filter(pk__in=touched[concept.pk]))
        if len(papers) > FEW:
            begin_run(TOUCHES, concept)
        else:
            for paper in papers:
                begin_run(TOUCHES, concept, about=paper)


def look_after_reading(document: Document) -> None:
    """Look again as soon as the text of a document of a paper is there."""
    if document.about is not None and document.about.kind == "paper":
        begin_run(TOUCHES, document.concept, about=document.about)


register_suggester(TOUCHES)
