"""Parts of indicators in formulas: written as ``[I 4: weiblich, unter 18]``, kept as ``[k7mq2xfa|sex=female;age=0-18]``; and their values.

Where just that part was delivered, it counts. Else, of numbers that add up, it is put together from men and women and from age groups that
follow one another without gap or overlap, all of them published; never by subtraction.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from decimal import Decimal

from insek.engines.tables.breakdowns import AgeGroup, Cut, cut_words, read_key

from ..breakdowns import cut_in_words
from ..models import Breakdown, Indicator, Observation
from .part_values import REASONS, WEAKEST_FIRST, PartValue
from .rules_of_formulas import cut_key_of, indicator_of

SEXES = ("male", "female", "diverse")
EVERYONE = AgeGroup(0, None)


def read_cut(text: str) -> Cut | None:
    """What part people mean: its key, or words ("weiblich, unter 6", "Haushalte=1 Person"); None where they mean none."""
    if ";" in text or "," not in text:
        try:
            return read_key(text.strip("; ")) if text.strip("; ") else None
        except ValueError:
            pass
    words = [word.strip() for word in text.split(",") if word.strip()]
    found, rest = cut_words(words)
    pairs = [tuple(map(str.strip, word.partition("=")[::2])) for word in rest]
    if not all(name and word for name, word in pairs) or len({name for name, _word in pairs}) < len(pairs):
        return None
    cut = Cut(found.sex, found.age, tuple(sorted((name, word) for name, word in pairs)))
    return None if cut.is_total else read_key(cut.key)


def words_in_formula(key: str) -> str:
    """A part as it stands in a formula, so that ``read_cut`` understands it again."""
    cut = read_key(key)
    said = [cut_in_words(Cut(cut.sex, cut.age)), *(f"{name}={word}" for name, word in cut.other)]
    words = ", ".join(filter(None, said))
    return words if read_cut(words) == cut else f"{key};"


# ---- values


def read_cuts(
    names: Collection[str], indicators: Mapping[str, Indicator], keep: Callable[[str, str, PartValue], None]
) -> None:
    """The values of parts, each given to ``keep`` with its name and place. Two queries, none where no name says a part."""
    wanted = {name: read_key(cut_key_of(name)) for name in names if cut_key_of(name)}
    if not wanted:
        return
    rows: dict[tuple[str, str, str], dict[Cut, PartValue]] = defaultdict(dict)
    inside = {
        row.pk: read_key(row.key)
        for row in Breakdown.objects.exclude(key="")
        if any(_is_inside(read_key(row.key), cut) for cut in wanted.values())
    }
    columns = ("indicator", "district", "period", "breakdown", "value", "quality", "standard_error", "source_date", "basis")  # fmt: skip
    of_parts = Observation.objects.current().filter(
        indicator__in={indicator_of(name) for name in wanted}, breakdown__in=inside
    )
    for key, place, period, part, *said in (
        of_parts.order_by().values_list(*columns).iterator(chunk_size=5_000)
    ):
        rows[key, place, period][inside[part]] = PartValue(period, *said)
    for (key, place, _period), there in rows.items():
        for name, cut in wanted.items():
            if indicator_of(name) == key:
                found = value_of(cut, there, adds_up=indicators[key].has_parts)
                if found is not None:
                    keep(name, place, found)


def _is_inside(inner: Cut, outer: Cut) -> bool:
    """Whether a part can go into another one: as fine or finer in sex and age, the same in all else."""
    ages, wide = inner.age or EVERYONE, outer.age or EVERYONE
    return (
        inner.other == outer.other
        and outer.sex in {"", inner.sex}
        and ages.start >= wide.start
        and (wide.end is None or (ages.end is not None and ages.end <= wide.end))
    )


def value_of(cut: Cut, there: Mapping[Cut, PartValue], *, adds_up: bool) -> PartValue | None:
    """The value of a part from those of one place and period; a reason where a piece of it is hidden or unknown. Pure."""
    if cut in there:
        return there[cut]
    if not adds_up:
        return None
    ways = [pieces for pieces in _ways(cut, there) if pieces]
    whole = next((pieces for pieces in ways if all(piece.value is not None for piece in pieces)), None)
    if whole is not None:
        return _together(whole)
    return _together(ways[0]) if ways else None


def _ways(cut: Cut, there: Mapping[Cut, PartValue]) -> Iterator[list[PartValue]]:
    """All that may be put together to a part: of one sex or all together, else men, women and whoever else is counted."""
    yield _of_ages(cut, there)
    if not cut.sex:
        counted = [sex for sex in SEXES if any(one.sex == sex for one in there)]
        if {"male", "female"} <= set(counted):
            sides = [_side(Cut(sex, cut.age, cut.other), there) for sex in counted]
            yield [piece for side in sides for piece in side] if all(sides) else []


def _side(cut: Cut, there: Mapping[Cut, PartValue]) -> list[PartValue]:
    return [there[cut]] if cut in there else _of_ages(cut, there)


def _of_ages(cut: Cut, there: Mapping[Cut, PartValue]) -> list[PartValue]:
    """The finest age groups that make up the ages of a part without gap or overlap; none where there is no such chain."""
    groups = {one.age: value for one, value in there.items() if one.age and (one.sex, one.other) == (cut.sex, cut.other)}  # fmt: skip
    wide = cut.age or EVERYONE
    dead: set[int] = set()

    def walk(at: int | None) -> list[PartValue] | None:
        if at == wide.end:
            return []
        if at is None or at in dead:
            return None
        for group in sorted((one for one in groups if one.start == at), key=_end):
            if _end(group) <= _end(wide) and (rest := walk(group.end)) is not None:
                return [groups[group], *rest]
        dead.add(at)
        return None

    return walk(wide.start) or []


def _end(group: AgeGroup) -> float:
    return float("inf") if group.end is None else group.end


def _together(pieces: Sequence[PartValue]) -> PartValue:
    """The sum of pieces, with the weakest status and the oldest date, or the reason why there is none."""
    first = pieces[0]
    oldest = min(filter(None, (one.source_date for one in pieces)), default="")
    reasons = {one.quality for one in pieces if one.value is None}
    if reasons:
        return PartValue(first.period, None, next((each for each in REASONS if each in reasons), Observation.Quality.UNKNOWN), None, oldest)  # fmt: skip
    bases = {one.basis for one in pieces}
    if len(bases) > 1:
        return PartValue(first.period, None, Observation.Quality.MEANINGLESS, None, oldest)
    qualities = {one.quality for one in pieces}
    errors = [one.error for one in pieces]
    squares = [error**2 for error in errors if error is not None]
    return PartValue(
        first.period,
        sum((one.value for one in pieces if one.value is not None), Decimal(0)),
        next((each for each in WEAKEST_FIRST if each in qualities), Observation.Quality.MEASURED),
        sum(squares, Decimal(0)).sqrt() if len(squares) == len(errors) else None,
        oldest,
        first.basis,
    )
