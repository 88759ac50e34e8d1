"""Which line of a budget may pay which measure: by number, by name, by place. It proposes; people decide.

Each sign has a strength between 0 and 1, and independent signs are put together as 1 - (1 - a)(1 - b)(1 - c):

- the **number**: a cost line of the measure names the investment or the product of the line. An investment is one thing; a
  product pays many, so its strength falls with the number of measures that name it and of lines that stand under it;
- the **name**: how much of the words of the shorter name stand in the other, each word weighted by how rare it is among all
  lines and measures (inverse frequency). Words that say nothing of a thing ("Neubau", "Stadt") weigh little by that;
- the **place**: both name the same street, square or district, weighted down where many lines name it.

A place alone proposes nothing: much happens in a district that is not this measure. docs/methods/budget-matching.md has the figures.
"""

from __future__ import annotations

import math
import re
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from insek.engines.text.folding import fold
from insek.engines.text.terms import index_terms

LEAST = 0.35
"""What is less sure is not proposed."""
FOR_EACH = 3
"""Measures that are proposed for a line, the surest."""
INVESTMENT, PRODUCT, NAME, PLACE = 0.94, 0.62, 0.8, 0.3
"""How sure each sign alone is at its strongest."""
FEWEST_LETTERS = 3
_EMPTY_WORDS = """
    massnahme massnahmen projekt vorhaben stadt neubau bau ausbau sanierung erneuerung umbau herstellung
    planung planungskosten zuschuss zuschuesse zuwendung zuwendungen auszahlung einzahlung aufwendung
    aufwendungen ertraege investition sonstige allgemeine kosten mittel sachkonto konto anteil
    eigenanteil betrieb unterhaltung abschnitt bauabschnitt foerderung konzept der die das den dem des
    und oder von vom zum zur fuer mit bei auf aus ueber unter nach ein eine einer eines einem einen
    sowie sanieren erneuern bauen planen umbauen ausbauen
"""
_EMPTY = frozenset(_EMPTY_WORDS.split())
"""Words of budgets that name no thing."""


@dataclass(frozen=True)
class LineWords:
    """A line of a budget as it is compared."""

    key: str
    title: str
    product: str = ""
    product_name: str = ""
    account: str = ""
    investment: str = ""
    places: frozenset[str] = frozenset()


@dataclass(frozen=True)
class MeasureWords:
    """A measure as it is compared; ``products`` are what its cost lines name of the budget."""

    key: str
    title: str
    number: str = ""
    also: str = ""
    """Further words: titles of its cost lines."""
    products: tuple[str, ...] = ()
    places: frozenset[str] = frozenset()


@dataclass(frozen=True)
class Match:
    """A line and a measure that may belong together, with what says so."""

    line: str
    measure: str
    confidence: float
    number: str = ""
    """The number that both name."""
    words: tuple[str, ...] = ()
    """Words that both have, the rarest first."""
    places: tuple[str, ...] = ()


def plain_number(text: str) -> str:
    """A number of a product or investment, to compare: 5.4.1, 05.04.01 and 541 are not the same, 5.4.1 and 5-4-1 are."""
    return ".".join(part.lstrip("0") or "0" for part in re.findall(r"[0-9a-z]+", fold(text)))


@dataclass
class Matcher:
    """The measures of a concept, ready to be asked for each line; the lines tell how rare words and places are."""

    measures: Sequence[MeasureWords]
    lines: Sequence[LineWords]
    _terms: dict[str, frozenset[str]] = field(default_factory=dict)
    _weight: dict[str, float] = field(default_factory=dict)

    def __post_init__(self) -> None:
        titles = {f"l{line.key}": line.title for line in self.lines}
        titles |= {f"m{each.key}": f"{each.title} {each.also}" for each in self.measures}
        often: Counter[str] = Counter()
        for key, title in titles.items():
            self._terms[key] = terms_of(title)
            often.update(self._terms[key])
        # a title that many lines share ("Geräte") is one text, else it would make its words look common
        count = max(2, len(titles))
        self._weight = {term: math.log((1 + count) / (1 + times)) + 0.1 for term, times in often.items()}
        self._places = Counter(place for line in self.lines for place in line.places)
        self._lines_of = Counter(plain_number(line.product) for line in self.lines)
        self._by_number: dict[str, set[str]] = {}
        for each in self.measures:
            for product in each.products:
                if number := plain_number(product):
                    self._by_number.setdefault(number, set()).add(each.key)
        self._by_term: dict[str, set[str]] = {}
        for each in self.measures:
            for term in self._terms[f"m{each.key}"]:
                self._by_term.setdefault(term, set()).add(each.key)
        self._known = {each.key: each for each in self.measures}

    def matches(self, line: LineWords, refused: Iterable[str] = ()) -> list[Match]:
        """The measures that a line may pay, the surest first; ``refused`` are those that a person said it does not."""
        own = self._terms.get(f"l{line.key}") or terms_of(line.title)
        asked = {key for term in own for key in self._by_term.get(term, ())}
        numbers = {name: plain_number(value) for name, value in (("investment", line.investment), ("account", line.account), ("product", line.product)) if value}  # fmt: skip
        for number in numbers.values():
            asked |= self._by_number.get(number, set())
        found = [self._compared(line, own, numbers, self._known[key]) for key in asked - set(refused)]
        sure = [one for one in found if one.confidence >= LEAST]
        return sorted(sure, key=lambda one: (-one.confidence, one.measure))[:FOR_EACH]

    def _compared(
        self, line: LineWords, own: frozenset[str], numbers: Mapping[str, str], measure: MeasureWords
    ) -> Match:
        number, by_number = self._number(numbers, measure)
        shared, by_name = self._name(own, self._terms[f"m{measure.key}"])
        places = tuple(sorted(line.places & measure.places))
        by_place = max((PLACE / math.sqrt(self._places[place] or 1) for place in places), default=0.0)
        if not by_number and not by_name:
            by_place = 0.0
        sure = 1 - (1 - by_number) * (1 - by_name) * (1 - by_place)
        said = {"investment": line.investment, "account": line.account, "product": line.product}.get(
            number, ""
        )
        return Match(line.key, measure.key, round(min(sure, 0.99), 4), said, shared, places)

    def _number(self, numbers: Mapping[str, str], measure: MeasureWords) -> tuple[str, float]:
        named = {plain_number(product) for product in measure.products} - {""}
        for name, strength in (("investment", INVESTMENT), ("account", INVESTMENT), ("product", PRODUCT)):
            number = numbers.get(name, "")
            if number and number in named:
                among = len(self._by_number[number]) * (self._lines_of[number] if name == "product" else 1)
                return name, strength / math.sqrt(max(1, among))
        product = numbers.get("product", "")
        above = [each for each in named if product.startswith(f"{each}.") or each.startswith(f"{product}.")]
        if not product or not above:
            return "", 0.0
        return "product", PRODUCT / 3 / math.sqrt(max(1, self._lines_of[product]))

    def _name(self, own: frozenset[str], other: frozenset[str]) -> tuple[tuple[str, ...], float]:
        shared = own & other
        if not shared or not own or not other:
            return (), 0.0
        weight = {term: self._weight.get(term, 0.1) for term in own | other}
        both = sum(weight[term] for term in shared)
        shorter = min(sum(weight[term] for term in own), sum(weight[term] for term in other))
        longer = max(sum(weight[term] for term in own), sum(weight[term] for term in other))
        # of the shorter name all should stand in the other; what is left over in the longer one counts half
        likeness = both / (0.7 * shorter + 0.3 * longer)
        if len(shared) == 1:
            likeness *= 0.7
        return tuple(sorted(shared, key=lambda term: (-weight[term], term))), NAME * min(1.0, likeness)


def terms_of(title: str) -> frozenset[str]:
    """The words of a name with the parts of its compounds, without those that name no thing."""
    terms = {term for term in index_terms(title) if len(term) >= FEWEST_LETTERS}
    return frozenset(term for term in terms if term not in _EMPTY and not term.isdigit())
