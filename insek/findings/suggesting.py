"""What proposes findings: one suggester looks at the values of indicators, the other at what plans and contributions say."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import islice
from typing import Any

import rules
from django.db.models import Count
from django.utils import translation
from django.utils.translation import gettext_lazy

from insek.concept.asker import Asker
from insek.concept.models import Concept
from insek.engines import changes
from insek.engines.text import fold, shortened
from insek.engines.text.topics import Topic, topics_of
from insek.items.pages import add_to_detail
from insek.participation.models import Contribution
from insek.people.actors import PROGRAM
from insek.plans.models import PlanStatement
from insek.plans.timeline import plans_in_time
from insek.suggestions.calibration import Calibration, calibration_of
from insek.suggestions.keeping import hash_of
from insek.suggestions.register import Basis, Looking, Proposed, Suggester, register_suggester
from insek.suggestions.runs import begin_run
from insek.thread.models import Item, Link, Standing
from insek.web.display import number_words
from insek.web.richtext import plain_text

from .models import Finding
from .suggested import FINDING
from .suggested_numbers import BESIDE, PLACE, RATE, SURVEY, Candidate, numbers_of, plain
from .suggested_values import found_in
from .suggested_words import PlaceApart, Sentences, Words, several

VALUES, TOPICS = "findings-of-values", "findings-of-topics"
VERSION = "1"
SURE = {
    changes.TREND: 0.85,
    SURVEY: 0.8,
    changes.BREAK: 0.7,
    PLACE: 0.7,
    RATE: 0.65,
    BESIDE: 0.65,
    changes.LAST: 0.6,
}
"""How sure each sort is before anybody decided; set by what a language model said of those of the example, see docs/methods/findings.md."""
UNSAID = 0.7
"""Part of it that is left where the indicator does not say which way is good."""
GUESSED = 0.9
"""Part of it that is left where values are estimated."""
OF_PLANS, OF_CONTRIBUTIONS = 0.55, 0.6
PLANS, PEOPLE = 3, 5
"""Plans, and contributions, that name a topic at least."""
LED = 2 / 3
"""Share of the contributions that are of one sort, from which on this says which of the four it is."""
QUOTED = 12
LONGEST_QUOTE = 300
PEOPLES = {Contribution.Type.PROBLEM: Finding.Type.WEAKNESS, Contribution.Type.PRAISE: Finding.Type.STRENGTH}
GOOD = (Finding.Type.STRENGTH, Finding.Type.OPPORTUNITY)
TOO_WIDE = frozenset(
    [
        "stadt",
        "stadtteil",
        "stadtgebiet",
        "ort",
        "ortsteil",
        "plan",
        "konzept",
        "massnahme",
        "ziel",
        "entwicklung",
        "grundlage",
        "grund",
        "lage",
        "teil",
        "bereich",
        "jahr",
        "mensch",
        "leute",
        "buergerin",
        "buerger",
        "einwohner",
        "beispiel",
        "frage",
        "idee",
        "bitte",
        "dank",
    ]
)
"""Nouns that say nothing of what a text is about."""


def _side(kind: str) -> str:
    """Good, bad, or not said."""
    return "" if not kind else "good" if kind in GOOD else "bad"


class FindingsOfValues:
    """All that is more than chance in the values of a concept, and the indicators that one run looks at."""

    def __init__(self, looking: Looking) -> None:
        numbers = numbers_of(looking.concept)
        looking.touch()
        found: dict[str, list[Candidate]] = defaultdict(list)
        for each in found_in(numbers):
            found[each.item.pk].append(each)
        self.found, self.places, self.city = found, numbers.places, looking.concept.city
        self.calibration: Calibration = calibration_of(looking.concept, VALUES)
        self.known = _known_sides(looking.concept)
        about = looking.about.pk if looking.about is not None else ""
        self.subjects: Sequence[Item] = [item for item in numbers.items if about in ("", item.pk)]
        self.model = ""
        self.input_hash = hash_of([plain(numbers), self.calibration.plain, sorted(self.known), looking.seed])

    def at(self, subjects: Sequence[Item]) -> Iterable[Proposed]:
        """What these indicators suggest; not what a finding that rests on them says already."""
        with translation.override("de"):
            for item in subjects:
                for each in self.found.get(item.pk, ()):
                    if not self._is_known(each):
                        yield self._proposed(each)

    def _is_known(self, each: Candidate) -> bool:
        place = each.place
        sides = {side for source, where, side in self.known if source == each.item.pk and where == place}
        return bool(sides) if not each.type else _side(each.type) in sides

    def _proposed(self, each: Candidate) -> Proposed:
        item = each.item
        told = sentences_of(each, self.city, self.places[each.place].item.title if each.place else "")
        raw = SURE[each.sort] * (1 if each.type else UNSAID) * (GUESSED if each.is_estimated else 1)
        place = each.place or self.city
        content: dict[str, Any] = {
            "title": told.title, "text": told.text, "type": each.type, "sort": each.sort, "figure": told.figure, "where": told.where,
            "fields": [field.key for field in item.fields.all()], "places": [each.place] if each.place else [],
            "proofs": [{"item": item.pk, "locator": shortened(told.where, 190), "reason": f"{item.title}: {told.figure}."}],
            "is_example": item.standing == Standing.EXAMPLE,
        }  # fmt: skip
        if each.bars:
            content |= {
                "bars": [list(bar) for bar in each.bars],
                "unit": _unit(each),
                "decimals": _decimals(each),
            }
        change = each.sort if each.sort in {changes.LAST, PLACE, RATE, BESIDE} else "change"
        identity = [change, each.place, each.is_more, *(each.periods if each.sort == changes.LAST else ())]
        return Proposed(
            kind=FINDING, subject=f"indicator:{item.pk}", item=item.pk, other=each.place, about=item.pk, content=content,
            identity=["apart" if name in {PLACE, RATE} else name for name in identity[:1]] + identity[1:], why=told.why,
            confidence=self.calibration.corrected(raw), raw_confidence=raw,
            field_key=content["fields"][0] if content["fields"] else "",
            basis=[Basis(told.figure, f"{item.number} {item.title}, {place}".strip(), item.url)],
        )  # fmt: skip


def sentences_of(each: Candidate, city: str, place: str) -> Sentences:
    """What a candidate says, in German."""
    words = Words(each.item.title, each.item.indicator, city)
    periods, numbers = each.periods, each.numbers
    if each.sort == changes.TREND:
        first, last, change, years = numbers
        return words.trend((periods[0], periods[1]), first, last, change, years, each.chance, each.count)
    if each.sort == changes.BREAK:
        spans = f"{periods[0][:4]} bis {periods[1][:4]}", f"{periods[2][:4]} bis {periods[3][:4]}"
        return words.level(spans, periods[2], numbers[0], numbers[1], each.chance, each.count)
    if each.sort == changes.LAST:
        return words.last(periods[0], numbers[0], numbers[1], each.chance, each.count)
    if each.sort == SURVEY:
        return words.survey((periods[0], periods[1]), numbers[0], numbers[1], each.chance)
    if each.sort == BESIDE:
        return words.beside(periods[0], numbers, each.count, is_more=each.is_more)
    shown, beside = (_figure(each, value) for value in numbers)
    return words.place(
        PlaceApart(
            place, periods[0], shown, beside, each.is_more, each.chance, each.count, each.against.title if each.against else "",
            each.is_estimated, each.sort == RATE,
        )
    )  # fmt: skip


def _decimals(each: Candidate) -> int:
    return (
        2
        if each.against is not None and max(each.numbers) < 10
        else 1
        if each.against is not None
        else int(each.item.indicator.decimals)
    )


def _unit(each: Candidate) -> str:
    unit = each.item.indicator.unit
    return f"{unit} je 1.000 ({each.against.title})" if each.against is not None else unit


def _figure(each: Candidate, value: float) -> str:
    number = number_words(value, _decimals(each))
    return f"{number} {each.item.indicator.unit}"


def _known_sides(concept: Concept) -> set[tuple[str, str, str]]:
    """Of each indicator that a finding rests on: the place the finding is about ("" for none) and whether it is good or bad. Two queries."""
    rows = Link.objects.filter(
        kind="evidences", source__kind="indicator", target__kind="finding", target__concept=concept
    )
    resting = list(rows.values_list("source", "target", "target__finding__type"))
    lying: dict[str, list[str]] = defaultdict(list)
    places = Link.objects.filter(kind="located_in", source__in={target for _source, target, _kind in resting})
    for finding, place in places.values_list("source", "target"):
        lying[finding].append(place)
    return {
        (source, place, _side(kind)) for source, target, kind in resting for place in lying.get(target, [""])
    }


# --- what plans and people say ---------------------------------------------------------------------------------------


@dataclass(frozen=True)
class SaidText:
    """One text that names topics: whose it is, the item that says it, and its sort."""

    item: Item
    source: str
    text: str
    sort: str
    where: str
    voices: int = 1
    """How many say it: those that were merged into a contribution say it with it."""


class FindingsOfTopics:
    """The topics of plans in force and of published contributions."""

    def __init__(self, looking: Looking) -> None:
        self.calibration: Calibration = calibration_of(looking.concept, TOPICS)
        plans, people = said_in_plans(looking.concept), said_by_people(looking.concept)
        wide = TOO_WIDE | {fold(word) for word in looking.concept.city.split()}
        self.input_hash = hash_of(
            [
                [(one.item.pk, one.source, one.text, one.sort, one.voices) for one in [*plans, *people]],
                self.calibration.plain,
                looking.seed,
            ]
        )
        enough = [
            some
            for some, fewest in ((plans, PLANS), (people, PEOPLE))
            if sum(one.voices for one in some) >= fewest
        ]
        self.model = looking.encoder().id if enough else ""
        self.subjects: list[tuple[bool, Topic, list[SaidText]]] = []
        for is_plans, some, fewest in ((True, plans, PLANS), (False, people, PEOPLE)):
            if sum(one.voices for one in some) < fewest:
                continue
            looking.touch()
            texts = [one.text for one in some]
            for topic in topics_of(
                texts,
                [one.source for one in some],
                looking.vectors(texts),
                fewest,
                [one.voices for one in some],
            ):
                if topic.term not in wide:
                    self.subjects.append((is_plans, topic, [some[place] for place in topic.members]))

    def at(self, subjects: Sequence[tuple[bool, Topic, list[SaidText]]]) -> Iterable[Proposed]:
        """What these topics suggest; not what a finding that rests on most of them says already."""
        resting = Link.objects.filter(
            kind="evidences",
            target__kind="finding",
            source__in={one.item.pk for _p, _t, said in subjects for one in said},
        )
        by_finding: dict[str, set[str]] = defaultdict(set)
        for source, target in resting.values_list("source", "target"):
            by_finding[target].add(source)
        for is_plans, topic, said in subjects:
            mine = {one.item.pk for one in said}
            if not any(len(mine & known) * 2 > len(mine) for known in by_finding.values()):
                yield self._proposed(is_plans, topic, said)

    def _proposed(self, is_plans: bool, topic: Topic, said: list[SaidText]) -> Proposed:
        sources = len({one.source for one in said})
        voices = sum(one.voices for one in said)
        sorts: Counter[str] = Counter()
        for one in said:
            sorts[one.sort] += one.voices
        leading, number = sorts.most_common(1)[0]
        if is_plans:
            kind = (
                ""
                if sorts.keys() & {PlanStatement.Type.STATE, PlanStatement.Type.PROHIBITION}
                else str(Finding.Type.OPPORTUNITY)
            )
            do = "verfolgen dasselbe" if kind else "sprechen davon"
            title = f"{sources} geltende Planwerke {do}: {topic.word}"
            text = f"{several(sorted({one.item.number or one.item.title for one in said}))} sprechen davon: {_quotes(said)}"
            why = f"{len(said)} Aussagen aus {sources} geltenden Planwerken nennen „{topic.word}“ und ähneln sich im Sinn."
        else:
            kind = str(PEOPLES.get(Contribution.Type(leading), "")) if number >= LED * voices else ""
            called = several(
                [f"{count} als {Contribution.Type(sort).label}" for sort, count in sorts.most_common()]
            )
            title = f"{voices} Beiträge nennen: {topic.word}"
            text = f"{voices} Beiträge sprechen davon ({called}): {_quotes(said)} Beiträge sind keine Stichprobe der Stadt."
            merged = f" (mit {voices - len(said)} zusammengeführten)" if voices > len(said) else ""
            why = f"{voices} Beiträge{merged} nennen „{topic.word}“ und ähneln sich im Sinn."
        fields = Counter(key for one in said for key in {field.key for field in one.item.fields.all()})
        raw = (OF_PLANS if is_plans else OF_CONTRIBUTIONS) * (1 if kind else UNSAID)
        proofs: dict[str, dict[str, str]] = {}
        for one in said[:QUOTED]:
            proofs.setdefault(
                one.item.pk,
                {"item": one.item.pk, "locator": "", "reason": shortened(f"„{one.text}“", LONGEST_QUOTE)},
            )
        kept = sorted(key for key, count in fields.items() if count * 2 >= len(said))
        first = said[0].item
        return Proposed(
            kind=FINDING, subject=f"topic:{'plans' if is_plans else 'contributions'}:{topic.term}", identity=[topic.term, is_plans], item=first.pk,
            content={
                "title": title, "text": text, "type": kind, "sort": "plans" if is_plans else "contributions", "figure": why, "where": "",
                "fields": kept, "places": [], "proofs": list(proofs.values()), "is_example": any(one.item.standing == Standing.EXAMPLE for one in said),
            },
            why=why, confidence=self.calibration.corrected(raw), raw_confidence=raw, field_key=kept[0] if kept else "",
            basis=[Basis(shortened(one.text, LONGEST_QUOTE), one.where, one.item.url) for one in said[:QUOTED]],
        )  # fmt: skip


def _quotes(said: Sequence[SaidText]) -> str:
    return " ".join(f"„{shortened(one.text, 90)}“" for one in islice(said, 3))


def said_in_plans(concept: Concept) -> list[SaidText]:
    """The statements of plans in force, and where a plan has none its aims. Four queries."""
    items = (
        Item.objects.filter(concept=concept, kind="plan")
        .select_related("plan")
        .prefetch_related("fields")
        .order_by("pk")
    )
    current = {one.item.pk: one.item for one in plans_in_time(list(items), PROGRAM) if one.is_in_force}
    statements = Item.objects.filter(
        concept=concept, kind="plan_statement", plan_statement__plan__in=list(current)
    )
    found, with_statements = [], set()
    for item in statements.select_related("plan_statement").prefetch_related("fields").order_by("pk"):
        row = item.plan_statement
        with_statements.add(row.plan_id)
        found.append(
            SaidText(
                item,
                str(row.plan_id),
                plain_text(item.text, 600) or item.title,
                row.type,
                f"{current[str(row.plan_id)].number} {current[str(row.plan_id)].title}",
            )
        )
    for pk, item in sorted(current.items()):
        if pk not in with_statements:
            found += [
                SaidText(item, pk, aim, PlanStatement.Type.AIM, f"{item.number} {item.title}")
                for aim in item.plan.aim_list
            ]
    return found


def said_by_people(concept: Concept) -> list[SaidText]:
    """Published contributions, each with those that were merged into it. Two queries."""
    rows = Item.objects.filter(
        concept=concept, kind="contribution", contribution__state=Contribution.State.PUBLIC
    )
    rows = (
        rows.select_related("contribution")
        .prefetch_related("fields")
        .annotate(merged=Count("contribution__merged"))
    )
    return [
        SaidText(
            item,
            item.pk,
            f"{item.title}. {plain_text(item.text, 1500)}",
            item.contribution.type,
            f"{item.number} {item.title}".strip(),
            1 + item.merged,
        )
        for item in rows.order_by("pk")
    ]


def look_for_findings(concept: Concept, *, about: Item | None = None, asked_by: int | None = None) -> None:
    """Let both look; only the values of one indicator where it is named."""
    begin_run(OF_VALUES, concept, about=about, asked_by=asked_by)
    if about is None:
        begin_run(OF_TOPICS, concept, asked_by=asked_by)


OF_VALUES = Suggester(
    name=VALUES, label=gettext_lazy("Befunde aus Zahlen"),
    explanation=gettext_lazy("Sucht in den Werten der Indikatoren anhaltende Entwicklungen, neue Niveaus, ungewöhnliche letzte Werte und Räume, die sich abheben. Verglichen wird nur Vergleichbares, und was Zufall sein kann, bleibt weg."),
    kinds=(FINDING,), version=VERSION, begin=FindingsOfValues, piece=50, of_kind="indicator", order=5,
)  # fmt: skip
OF_TOPICS = Suggester(
    name=TOPICS, label=gettext_lazy("Befunde aus Planwerken und Beiträgen"),
    explanation=gettext_lazy("Sucht Themen, die mehrere geltende Planwerke oder viele veröffentlichte Beiträge mit demselben Wort und im selben Sinn nennen."),
    kinds=(FINDING,), version=VERSION, begin=FindingsOfTopics, piece=20, order=6,
)  # fmt: skip


def look_at_indicator(asker: Asker, item: Item) -> dict[str, Any]:
    """For the page of an indicator: letting findings be suggested from it."""
    return (
        {"closing_sections": ["findings/_look.html"]}
        if rules.test_rule("suggestions.run", asker.actor)
        else {}
    )


add_to_detail("indicator", look_at_indicator)
register_suggester(OF_VALUES)
register_suggester(OF_TOPICS)
