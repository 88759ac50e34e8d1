"""The German sentences of suggested findings: content that outlives the page and that a person edits before it counts."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from django.utils import translation

from insek.engines.text import shortened
from insek.evidence.models import Indicator
from insek.web.display import number_words, period_words

LONGEST_TITLE = 160
MOST_DECIMALS = 6
LESS = (
    (0.0001, "weniger als einmal in 10.000 Fällen"),
    (0.001, "weniger als einmal in 1.000 Fällen"),
    (0.01, "weniger als einmal in 100 Fällen"),
)


@dataclass(frozen=True)
class Sentences:
    """What a suggested finding says: title, text, the figure as evidence with where it stands, and why it is proposed."""

    title: str
    text: str
    figure: str
    where: str
    why: str


@dataclass(frozen=True)
class PlaceApart:
    """What is told of a place: its figure and the one it is compared with, both as they are read."""

    place: str
    period: str
    shown: str
    beside: str
    is_more: bool
    chance: float
    number: int
    against: str = ""
    is_estimated: bool = False
    is_rate: bool = False


class Words:
    """The words of one indicator; made where German is spoken."""

    def __init__(self, title: str, indicator: Indicator, city: str) -> None:
        self.title, self.indicator, self.city = title, indicator, city

    def value(self, value: float, *, about: bool = False) -> str:
        """A value with its unit; one that was computed is told to be about that."""
        number = number_words(value, self.indicator.decimals)
        return f"{'rund ' if about else ''}{number} {self.indicator.unit_after(number)}"

    def _a_year(self, change: float) -> str:
        """A change each year, with as many decimals as it takes to say one; of a share in points of a percent."""
        decimals = self.indicator.decimals
        while round(change, decimals) == 0 and decimals < MOST_DECIMALS:
            decimals += 1
        number = number_words(change, decimals)
        return (
            f"{number} {'Prozentpunkte' if self.indicator.in_percent else self.indicator.unit_after(number)}"
        )

    def trend(
        self,
        ends: tuple[str, str],
        first: float,
        last: float,
        change: float,
        years: float,
        chance: float,
        number: int,
    ) -> Sentences:
        """A trend that goes on."""
        way = "gestiegen" if change > 0 else "gesunken"
        span = f"{_when(ends[0])} bis {_when(ends[1])}"
        told = f"von {self.value(first)} ({_when(ends[0])}) auf {self.value(last)} ({_when(ends[1])})"
        if (last - first) * change <= 0:
            told = f"im Mittel um {self._a_year(abs(change) / years)} im Jahr"
        return self._said(
            f"{self.title}: seit {_when(ends[0])} {way}",
            f"{self.title} in {self.city}: {told} {way}. Die Richtung hält über den ganzen Zeitraum an und ist stärker als die üblichen Schwankungen.",
            told, f"{self.city}, {span}",
            f"Trend über {number} Werte ohne Bruch ({span}), {_rare(chance)}.",
        )  # fmt: skip

    def level(
        self, spans: tuple[str, str], since: str, low: float, high: float, chance: float, number: int
    ) -> Sentences:
        """Another level since a certain time."""
        way = "höher" if high > low else "niedriger"
        told = f"vorher in der Mitte {self.value(low)} ({spans[0]}), seitdem {self.value(high)} ({spans[1]})"
        return self._said(
            f"{self.title}: seit {_when(since)} {way} als vorher",
            f"{self.title} in {self.city}: {told}. Ob sich die Stadt geändert hat oder nur die Zählung, steht in den Quellen.",
            told, f"{self.city}, {spans[0]} und {spans[1]}",
            f"Zwei Niveaus erklären die {number} Werte besser als eine Gerade, {_rare(chance)}. Hat sich die Zählung geändert, tragen Sie beim Indikator einen Bruch ein und lehnen Sie ab.",
        )  # fmt: skip

    def last(self, when: str, value: float, expected: float, chance: float, number: int) -> Sentences:
        """A last value unlike those before."""
        way = "hoch" if value > expected else "niedrig"
        told = f"{self.value(value)} ({_when(when)}); nach den Werten davor waren {self.value(expected, about=True)} zu erwarten"
        return self._said(
            f"{self.title}: {_when(when)} ungewöhnlich {way}",
            f"{self.title} in {self.city}: {told}. Ein einzelner Wert ist noch keine Entwicklung.",
            told, f"{self.city}, {_when(when)}",
            f"Der letzte Wert liegt weit neben dem, wohin die {number - 1} davor führen, {_rare(chance)}.",
        )  # fmt: skip

    def survey(self, ends: tuple[str, str], first: float, last: float, chance: float) -> Sentences:
        """A change between two surveys, beyond what both are unsure by."""
        way = "höher" if last > first else "niedriger"
        told = f"{self.value(first)} ({_when(ends[0])}) und {self.value(last)} ({_when(ends[1])})"
        return self._said(
            f"{self.title}: {_when(ends[1])} {way} als {_when(ends[0])}",
            f"{self.title} in {self.city}: {told}. Der Unterschied ist größer als die Unsicherheit beider Erhebungen.",
            told, f"{self.city}, {_when(ends[0])} und {_when(ends[1])}",
            f"Der Unterschied zweier Erhebungen mit bekannter Unsicherheit, {_rare(chance)}.",
        )  # fmt: skip

    def beside(self, when: str, numbers: Sequence[float], others: int, *, is_more: bool) -> Sentences:
        """A city outside all that it compares itself with."""
        value, middle, low, high = numbers
        told = f"{self.value(value)} ({_when(when)}); in der Mitte der {others} Vergleichsstädte {self.value(middle)}, dort zwischen {number_words(low, self.indicator.decimals)} und {self.value(high)}"
        return self._said(
            f"{self.title}: {'mehr' if is_more else 'weniger'} als in jeder Vergleichsstadt",
            f"{self.title} in {self.city}: {told}.",
            told, f"{self.city} und {others} Vergleichsstädte, {_when(when)}",
            f"{'Der höchste' if is_more else 'Der niedrigste'} Wert unter {others + 1} Städten, deutlich neben deren Mitte. Welche verglichen werden, hat die Stadt gewählt; ein Zufall ist damit nicht ausgeschlossen.",
        )  # fmt: skip

    def place(self, apart: PlaceApart) -> Sentences:
        """A place that stands out from the others, or that has far more or fewer than all others together."""
        how = f" je 1.000 ({apart.against})" if apart.against else ""
        when = f"{_when(apart.period)}{', geschätzt' if apart.is_estimated else ''}"
        beside = (
            f"in allen anderen Räumen zusammen {apart.beside}"
            if apart.is_rate
            else f"in der Mitte der {apart.number} Räume {apart.beside}"
        )
        told = f"{apart.shown}{how}, {beside} ({when})"
        way = "mehr" if apart.is_more else "weniger"
        reason = (
            f"{'Mindestens doppelt' if apart.is_more else 'Höchstens halb'} so viel wie in allen anderen Räumen zusammen; kleine Zahlen allein geben das {_rare(apart.chance)}. "
            "Die Räume unterscheiden sich aber überhaupt stark."
            if apart.is_rate
            else f"Deutlich {way} als in der Mitte der anderen Räume, auch wenn man kleine Zahlen und die übliche Streuung zwischen ihnen abzieht: {_rare(apart.chance)}."
        )
        return self._said(
            f"{apart.place}: deutlich {way} als anderswo ({self.title})",
            f"{self.title} in {apart.place}: {told}.",
            told, f"{apart.place}, {_when(apart.period)}", reason,
        )  # fmt: skip

    @staticmethod
    def _said(title: str, text: str, figure: str, where: str, why: str) -> Sentences:
        return Sentences(shortened(title, LONGEST_TITLE), text, figure, where, why)


def several(words: Sequence[str]) -> str:
    """Words in a row: a, b und c."""
    return words[0] if len(words) == 1 else f"{', '.join(words[:-1])} und {words[-1]}"


def _when(period: str) -> str:
    with translation.override("de"):
        return period_words(period)


def _rare(chance: float) -> str:
    return "durch Zufall " + next((words for limit, words in LESS if chance < limit), "selten")
