"""Breakdowns of figures: men and women, ages from and to, anything else by its words; and totals, made only where nothing is missing."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from insek.engines.text.folding import fold

SEXES: dict[str, str] = {
    "maennlich": "male", "maenner": "male", "mann": "male", "m": "male", "male": "male", "males": "male", "men": "male", "gesm": "male", "jungen": "male", "maennl": "male",
    "weiblich": "female", "frauen": "female", "frau": "female", "w": "female", "female": "female", "females": "female", "women": "female", "gesw": "female",
    "maedchen": "female", "weibl": "female", "f": "female", "divers": "diverse", "d": "diverse", "ohne angabe": "diverse", "unbekannt": "diverse",
}  # fmt: skip
TOTALS = frozenset(
    {"", "insgesamt", "gesamt", "zusammen", "total", "summe", "alle", "all", "beide", "i", "t", "both", "ins"}
)
_AGES = (
    (re.compile(r"(?:von )?(\d+)\s?(?:jahre)?\s?(?:bis|to) (?:unter|under|<|kleiner als) ?(\d+)"), 0), (re.compile(r"(?:von )?(\d+)\s?(?:-|–|bis|to)\s?(\d+)"), 1),
    (re.compile(r"(?:unter|bis unter|<|under|juenger als) ?(\d+)"), 2), (re.compile(r"(?:ab |ueber |>=? ?)(\d+)|(\d+) ?(?:\+|und aelter|und mehr|jahre und aelter|u\. ae\.?|and over|or more)"), 3),
    (re.compile(r"(\d+)"), 4), (re.compile(r"alt(\d{3})b(\d{2,3})"), 0),
)  # fmt: skip


@dataclass(frozen=True, order=True)
class AgeGroup:
    """Ages in whole years: ``start`` counted, ``end`` not; ``end`` None is without end."""

    start: int
    end: int | None

    def __str__(self) -> str:
        if self.end is None:
            return f"ab {self.start}"
        return f"{self.start} bis unter {self.end}"


@dataclass(frozen=True)
class Cut:
    """What part of all a figure counts; all of it where nothing is said."""

    sex: str = ""
    """``male``, ``female``, ``diverse``; empty for all."""
    age: AgeGroup | None = None
    other: tuple[tuple[str, str], ...] = ()
    """Other breakdowns: name and word, in the order of names."""

    @property
    def is_total(self) -> bool:
        return not self.sex and self.age is None and not self.other

    @property
    def key(self) -> str:
        """One text for it, the same for the same part: ``sex=female;age=3-6``; empty for all. ``read_key`` reads it."""
        parts = [f"sex={self.sex}"] if self.sex else []
        if self.age is not None and self.age != AgeGroup(0, None):
            parts.append(f"age={self.age.start}-{'' if self.age.end is None else self.age.end}")
        return ";".join([*parts, *(f"{_plain(name)}={_plain(word)}" for name, word in sorted(self.other))])

    def dimensions(self) -> frozenset[str]:
        """``sex``, ``age`` and the names of others that it cuts by."""
        found = {name for name, _word in self.other}
        return frozenset(found | ({"sex"} if self.sex else set()) | ({"age"} if self.age else set()))


def _plain(text: str) -> str:
    """A name or word without the signs that divide a key."""
    return " ".join(re.sub(r"[;=]", " ", text).split())


def read_key(key: str) -> Cut:
    """The cut of a key. Raises ValueError where it is none, or not written as ``Cut.key`` writes it."""
    sex, age, other = "", None, []
    for part in filter(None, key.split(";")):
        name, sign, word = part.partition("=")
        if not sign or not name or not word:
            raise ValueError(key)
        if name == "sex":
            sex = word
        elif name == "age":
            first, _dash, last = word.partition("-")
            age = AgeGroup(int(first), int(last) if last else None)
        else:
            other.append((name, word))
    found = Cut(sex, age, tuple(other))
    if (
        found.key != key
        or sex not in {"", *SEXES.values()}
        or (age and age.end is not None and age.end <= age.start)
    ):
        raise ValueError(key)
    return found


def read_sex(text: str) -> str | None:
    """``male``, ``female`` or ``diverse``; empty for all; None for other words."""
    word = " ".join(re.sub(r"[^a-z ]+", " ", fold(text[:80])).split())
    if not word and re.search(r"\d", text):
        return None
    if word in SEXES:
        return SEXES[word]
    return "" if word in TOTALS else None


def read_age(text: str) -> AgeGroup | str | None:
    """An age group ("3 bis unter 6", "3-5", "unter 3", "65 und älter"); empty for all ages; None for other words."""
    word = " ".join(
        re.sub(r"\b(?:jahren?|j\.?|years?|alter|im alter von|-jaehrige?)\b\.?", " ", fold(text[:80]))
        .replace("-jaehrige", " ")
        .split()
    )
    if word in TOTALS:
        return ""
    for pattern, kind in _AGES:
        hit = pattern.fullmatch(word)
        if hit is None:
            continue
        numbers = [int(one[:4]) for one in hit.groups() if one]
        if kind == 0:
            return AgeGroup(numbers[0], numbers[1]) if numbers[0] < numbers[1] else None
        if kind == 1:
            return AgeGroup(numbers[0], numbers[1] + 1) if numbers[0] <= numbers[1] else None
        return (AgeGroup(0, numbers[0]), AgeGroup(numbers[0], None), AgeGroup(numbers[0], numbers[0] + 1))[
            kind - 2
        ]
    return None


def gaps_between(groups: Iterable[AgeGroup]) -> list[AgeGroup]:
    """The ages that no group covers, from 0 to without end."""
    at: int | None = 0
    found: list[AgeGroup] = []
    for group in sorted(set(groups), key=lambda one: (one.start, one.end is None, one.end or 0)):
        if at is None:
            break
        if group.start > at:
            found.append(AgeGroup(at, group.start))
        at = None if group.end is None else max(at, group.end)
    if at is not None:
        found.append(AgeGroup(at, None))
    return found


def partition(groups: Iterable[AgeGroup]) -> list[AgeGroup]:
    """The finest groups that follow one another without overlap from 0 to without end; none where there is a gap."""
    by_start: dict[int, list[AgeGroup]] = defaultdict(list)
    for group in set(groups):
        by_start[group.start].append(group)
    found: list[AgeGroup] = []
    at: int | None = 0
    while at is not None:
        following = by_start.get(at)
        if not following:
            return []
        finest = min(following, key=lambda one: (one.end is None, one.end or 0))
        found.append(finest)
        at = finest.end
    return found


def cut_words(texts: Sequence[str]) -> tuple[Cut, list[str]]:
    """What the parts of a head say of the breakdown, and the parts that say something else."""
    sex, age = "", None
    rest: list[str] = []
    for text in texts:
        plain = re.sub(r"^(?:davon|darunter|dav\.|dar\.)\s*:?\s*", "", text.strip(), flags=re.IGNORECASE)
        read = read_sex(plain) if len(fold(plain)) > 1 or plain in {"m", "w"} else None
        if read is not None:
            sex = read or sex
            continue
        group = None if plain.isdigit() else read_age(plain)
        if group is not None:
            age = group if isinstance(group, AgeGroup) else age
            continue
        rest.append(text)
    return Cut(sex, age), rest
