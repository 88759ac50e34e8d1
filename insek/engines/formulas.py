"""Formulas over named figures: read by an own small parser, worked out with their error, checked for their units.

``[kita] / [children] * 100``: plus, minus, times, divided by, brackets, numbers and names. A name that is more than letters and digits
stands in square brackets. Nothing else can be written, nothing is ever executed; length and depth are limited.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from decimal import Decimal, InvalidOperation, Overflow, localcontext

from insek.engines.text import shortened

from .numbers import PERCENT
from .units import UNITS

LONGEST = 1_000
"""Characters of a formula."""
DEEPEST = 20
"""Brackets and signs within each other."""
MOST_PIECES = 200
"""Numbers, names, signs and brackets of a formula."""
MOST_NAMES = 20
"""Different figures of one formula."""
PLUS, MINUS, TIMES, OVER = "+", "-", "*", "/"
_SIGNS = {"+": PLUS, "-": MINUS, "−": MINUS, "–": MINUS, "*": TIMES, "·": TIMES, "×": TIMES, "/": OVER, ":": OVER, "÷": OVER}  # fmt: skip
_TOKEN = re.compile(
    r"\s*(?:(?P<number>\d+(?:[.,]\d+)*)|\[(?P<braced>[^\[\]]{1,200})\]|(?P<name>[^\W\d]\w*(?:[ \u00a0]\d[\w.]*)?)|(?P<sign>[-+*/:()−–·×÷]))"
)
_GROUPED = re.compile(r"[1-9]\d{0,2}(?:[.,]\d{3})+")


class FormulaError(ValueError):
    """Why a formula can not be read: ``code``, the place of the character from 1, and the text that stands there."""

    def __init__(self, code: str, at: int = 0, text: str = "") -> None:
        super().__init__(f"{code} at {at}: {text}")
        self.code, self.at, self.text = code, at, text


class ZeroDenominator(ArithmeticError):
    """Something is divided by zero; ``names`` are those that make up the denominator."""

    def __init__(self, names: tuple[str, ...]) -> None:
        super().__init__(", ".join(names))
        self.names = names


@dataclass(frozen=True)
class Token:
    """One piece of a formula, with the place of its first character and of the one behind it."""

    kind: str
    text: str
    start: int
    end: int


@dataclass(frozen=True)
class Number:
    """A number as it stands."""

    value: Decimal


@dataclass(frozen=True)
class Name:
    """A figure."""

    key: str


@dataclass(frozen=True)
class Operation:
    """Two terms with a sign between; a minus before one term is nought minus it."""

    sign: str
    left: Term
    right: Term


Term = Number | Name | Operation


def tokens_of(text: str) -> list[Token]:
    """The pieces of a formula. Raises FormulaError."""
    if len(text) > LONGEST:
        raise FormulaError("too_long", LONGEST + 1, text[LONGEST : LONGEST + 10])
    found: list[Token] = []
    at = 0
    while text[at:].strip():
        hit = _TOKEN.match(text, at)
        if hit is None:
            start = at + len(text[at:]) - len(text[at:].lstrip())
            raise FormulaError("strange", start + 1, text[start : start + 10])
        kind = hit.lastgroup or ""
        start = hit.start(kind) - (kind == "braced")
        if len(found) == MOST_PIECES:
            raise FormulaError("too_long", start + 1, hit[kind])
        found.append(Token("name" if kind == "braced" else kind, hit[kind].strip(), start, hit.end()))
        at = hit.end()
    return found


def parse(text: str) -> Term:
    """What a formula says. Raises FormulaError."""
    parser = _Parser(tokens_of(text), len(text))
    tree = parser.sum(0)
    if parser.here is not None:
        raise FormulaError("unexpected", parser.here.start + 1, parser.here.text)
    if not (names := names_in(tree)):
        raise FormulaError("no_names", 1, shortened(text, 10))
    if len(names) > MOST_NAMES:
        raise FormulaError("too_many", 1, str(len(names)))
    return tree


class _Parser:
    def __init__(self, tokens: list[Token], length: int) -> None:
        self.tokens, self.length, self.at = tokens, length, 0

    @property
    def here(self) -> Token | None:
        return self.tokens[self.at] if self.at < len(self.tokens) else None

    def _sign(self, *signs: str) -> str:
        """The sign that stands here, if it is one of these; then it is passed."""
        token = self.here
        if token is None or token.kind != "sign" or (sign := _SIGNS.get(token.text, token.text)) not in signs:
            return ""
        self.at += 1
        return sign

    def sum(self, depth: int) -> Term:
        left = self._product(depth)
        while sign := self._sign(PLUS, MINUS):
            left = Operation(sign, left, self._product(depth))
        return left

    def _product(self, depth: int) -> Term:
        left = self._factor(depth)
        while sign := self._sign(TIMES, OVER):
            left = Operation(sign, left, self._factor(depth))
        return left

    def _factor(self, depth: int) -> Term:
        token = self.here
        if token is None:
            raise FormulaError("ends", self.length + 1)
        if depth > DEEPEST:
            raise FormulaError("too_deep", token.start + 1, token.text)
        if self._sign(MINUS):
            return Operation(MINUS, Number(Decimal(0)), self._factor(depth + 1))
        if self._sign("("):
            inner = self.sum(depth + 1)
            if not self._sign(")"):
                raise FormulaError("not_closed", token.start + 1, "(")
            return inner
        if token.kind == "sign":
            raise FormulaError("unexpected", token.start + 1, token.text)
        self.at += 1
        if token.kind == "name":
            return Name(token.text)
        if _GROUPED.fullmatch(token.text) or len(re.findall("[.,]", token.text)) > 1:
            raise FormulaError("grouped", token.start + 1, token.text)
        return Number(Decimal(token.text.replace(",", ".")))


def names_in(tree: Term) -> list[str]:
    """The figures of a formula, each once, in their order."""
    if isinstance(tree, Name):
        return [tree.key]
    if isinstance(tree, Operation):
        return list(dict.fromkeys([*names_in(tree.left), *names_in(tree.right)]))
    return []


def renamed(text: str, called: Callable[[str], str]) -> str:
    """The same formula with other names, each in square brackets. Raises FormulaError, as ``called`` may."""
    found: list[str] = []
    at = 0
    for token in tokens_of(text):
        if token.kind == "name":
            found += [text[at : token.start], f"[{called(token.text)}]"]
            at = token.end
    return " ".join("".join([*found, text[at:]]).split())


# ---- working out


@dataclass(frozen=True)
class WorkedOut:
    """A value, and how much it changes with each figure (its first derivatives)."""

    value: Decimal
    slopes: dict[str, Decimal] = field(default_factory=dict)

    def error(self, errors: Mapping[str, Decimal]) -> Decimal:
        """The standard error to first order from those of independent figures; one that is not named is exact."""
        return sum(
            ((slope * errors[name]) ** 2 for name, slope in self.slopes.items() if name in errors), Decimal(0)
        ).sqrt()


def work_out(tree: Term, values: Mapping[str, Decimal]) -> WorkedOut:
    """The value of a formula. Raises ZeroDenominator, OverflowError for what is too large, KeyError for a name without value."""
    with localcontext() as context:
        context.prec = 40
        try:
            return _outcome(tree, values)
        except (InvalidOperation, Overflow):
            raise OverflowError from None


def _outcome(tree: Term, values: Mapping[str, Decimal]) -> WorkedOut:
    if isinstance(tree, Number):
        return WorkedOut(tree.value)
    if isinstance(tree, Name):
        return WorkedOut(values[tree.key], {tree.key: Decimal(1)})
    left, right = _outcome(tree.left, values), _outcome(tree.right, values)
    if tree.sign == OVER:
        if not right.value:
            raise ZeroDenominator(tuple(names_in(tree.right)))
        value = left.value / right.value
        return WorkedOut(value, _mixed(left, 1 / right.value, right, -value / right.value))
    if tree.sign == TIMES:
        return WorkedOut(left.value * right.value, _mixed(left, right.value, right, left.value))
    sign = Decimal(1 if tree.sign == PLUS else -1)
    return WorkedOut(left.value + sign * right.value, _mixed(left, Decimal(1), right, sign))


def _mixed(left: WorkedOut, by: Decimal, right: WorkedOut, other: Decimal) -> dict[str, Decimal]:
    found = {name: slope * by for name, slope in left.slopes.items()}
    for name, slope in right.slopes.items():
        found[name] = found.get(name, Decimal(0)) + slope * other
    return found


# ---- units

PEOPLE = frozenset({
    "personen", "kinder", "einwohnerinnen und einwohner", "einwohner", "einw.", "ew", "menschen", "geburten", "studierende", "beschäftigte",
    "schülerinnen und schüler", "sterbefälle", "people", "children", "inhabitants", "births", "deaths",
})  # fmt: skip
"""Units that count people, which may be added and subtracted."""
_PER = re.compile(r"\b(?:je|pro|per)\s+(10{2,5}|10{0,2}[.,\s\u00a0\u202f]0{3})\b", re.IGNORECASE)
_SINGULAR = {one.casefold(): many.casefold() for many, one in UNITS.items()}
SHARE = "%"


@dataclass(frozen=True)
class UnitNote:
    """What is odd about the units of a formula: ``code``, and what it is about."""

    code: str
    first: str = ""
    second: str = ""


@dataclass
class _Dimension:
    powers: dict[str, int]
    factor: Decimal | None
    """What it is multiplied by; None where that is not one number."""

    @property
    def shown(self) -> str:
        over = " · ".join(unit for unit, power in self.powers.items() if power > 0)
        under = " · ".join(unit for unit, power in self.powers.items() if power < 0)
        return f"{over or '1'} / {under}" if under else over or "1"


def unit_notes(tree: Term, units: Mapping[str, str], stated: str) -> list[UnitNote]:
    """What does not go together: unlike units that are added, or a result that is not in the unit it is said to be in.

    ``unlike`` two units are added or subtracted; ``no_share`` percent of what is no ratio; ``no_hundred`` a share without × 100;
    ``no_factor`` per 1,000 without × 1000; ``other_unit`` a sum in another unit.
    """
    notes: list[UnitNote] = []
    found = _dimension(tree, units, notes)
    is_percent = stated.strip() in PERCENT
    is_ratio = any(power < 0 for power in found.powers.values()) or _is_quotient(tree)
    if is_percent and not is_ratio and SHARE not in found.powers:
        notes.append(UnitNote("no_share", found.shown))
    elif is_percent and SHARE not in found.powers and found.factor not in (None, Decimal(100)):
        notes.append(UnitNote("no_hundred"))
    per = _PER.search(stated)
    if per and found.factor is not None:
        wanted = re.sub(r"\D", "", per[1])
        if found.factor != Decimal(wanted):
            notes.append(UnitNote("no_factor", per[1], wanted))
    if not is_ratio and not is_percent and not per and list(found.powers.values()) == [1]:
        own = _normal(stated)
        unit = next(iter(found.powers))
        if found.factor == 1 and own != unit:
            notes.append(UnitNote("other_unit", unit, stated))
    return notes


def _is_quotient(tree: Term) -> bool:
    """Whether something that is no number is divided by."""
    if not isinstance(tree, Operation):
        return False
    return (
        (tree.sign == OVER and bool(names_in(tree.right)))
        or _is_quotient(tree.left)
        or _is_quotient(tree.right)
    )


def _normal(unit: str) -> str:
    plain = " ".join(unit.split()).casefold()
    if plain in {one.casefold() for one in PERCENT}:
        return SHARE
    plain = _SINGULAR.get(plain, plain)
    return "personen" if plain in PEOPLE else plain


def _dimension(tree: Term, units: Mapping[str, str], notes: list[UnitNote]) -> _Dimension:
    if isinstance(tree, Number):
        return _Dimension({}, tree.value)
    if isinstance(tree, Name):
        return _Dimension({_normal(units.get(tree.key, "")): 1}, Decimal(1))
    left, right = _dimension(tree.left, units, notes), _dimension(tree.right, units, notes)
    if tree.sign in (PLUS, MINUS):
        if tree.left == Number(Decimal(0)):
            return _Dimension(right.powers, None if right.factor is None else -right.factor)
        if left.powers != right.powers:
            notes.append(UnitNote("unlike", left.shown, right.shown))
        return _Dimension(left.powers, left.factor if left.factor == right.factor else None)
    turned = 1 if tree.sign == TIMES else -1
    powers = dict(left.powers)
    for unit, power in right.powers.items():
        powers[unit] = powers.get(unit, 0) + turned * power
    factor = None
    if left.factor is not None and right.factor is not None and (turned > 0 or right.factor):
        factor = left.factor * right.factor if turned > 0 else left.factor / right.factor
    return _Dimension({unit: power for unit, power in powers.items() if power}, factor)
