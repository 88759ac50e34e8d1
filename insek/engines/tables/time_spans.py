"""Days and periods as people write them: 2023, 31.12.23, 2023-Q1, 1. Halbjahr 2023, Dez 2023, 2020-2022, 2022/23."""

from __future__ import annotations

import re
from calendar import monthrange
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from insek.engines.text.folding import fold

MONTHS = {
    "jan": 1, "januar": 1, "jaenner": 1, "january": 1, "feb": 2, "februar": 2, "february": 2, "mrz": 3, "maerz": 3, "mar": 3, "march": 3, "apr": 4, "april": 4,
    "mai": 5, "may": 5, "jun": 6, "juni": 6, "june": 6, "jul": 7, "juli": 7, "july": 7, "aug": 8, "august": 8, "sep": 9, "sept": 9, "september": 9,
    "okt": 10, "oktober": 10, "oct": 10, "october": 10, "nov": 11, "november": 11, "dez": 12, "dezember": 12, "dec": 12, "december": 12,
}  # fmt: skip
LONGEST = 100
"""Characters of a cell that can be a time."""
_ROMAN = {"i": 1, "ii": 2, "iii": 3, "iv": 4}
_FIRST_SERIAL, _LAST_SERIAL = 18264, 73415
"""1950 and 2100 as Excel counts days."""
_EPOCH = date(1899, 12, 30)
_Y = r"(?P<year>(?:19|20)\d\d)"
_NAMES = "|".join(sorted(MONTHS, key=len, reverse=True))


def _pattern(text: str) -> re.Pattern[str]:
    return re.compile(text, re.IGNORECASE | re.ASCII)


_DAY = _pattern(r"(?P<d>\d{1,2})\.\s?(?P<m>\d{1,2})\.\s?(?P<y>\d{4}|\d{2})(?:\s+\d{1,2}:\d{2}(?::\d{2})?)?")
_ISO = _pattern(
    r"(?P<y>\d{4})-(?P<m>\d{2})-(?P<d>\d{2})(?:[T ]\d{2}:\d{2}(?::\d{2}(?:\.\d+)?)?(?: ?(?:Z|UTC|[+-]\d{2}:?\d{2}))?)?"
)
_SLASHED = _pattern(r"(?P<a>\d{1,2})/(?P<b>\d{1,2})/(?P<y>\d{4})(?:\s+\d{1,2}:\d{2}(?::\d{2})?)?")
_DAY_NAMED = _pattern(rf"(?P<d>\d{{1,2}})\.?\s?(?P<month>{_NAMES})\.?\s?(?P<y>\d{{4}})")
_YEAR = _pattern(rf"{_Y}")
_QUARTER = (
    _pattern(rf"{_Y}\s?[-/. ]?\s?Q\s?(?P<n>[1-4])"), _pattern(rf"Q\s?(?P<n>[1-4])\s?[-/. ]?\s?{_Y}"),
    _pattern(rf"(?P<n>[1-4])\.?\s?(?:quartal|vierteljahr|vj\.?|qu?\.)\s?[/ ]?\s?{_Y}"), _pattern(rf"{_Y}[ /,]\s?(?P<n>[1-4])\.?\s?(?:quartal|vierteljahr|vj\.?)"),
    _pattern(rf"(?P<r>I{{1,3}}|IV)\.?\s?(?:quartal)?\s?[/ ]\s?{_Y}"),
)  # fmt: skip
_HALF = (
    _pattern(rf"(?P<n>[12])\.?\s?(?:halbjahr|hj\.?|half(?:-year)?)\s?[/ ]?\s?{_Y}"), _pattern(rf"{_Y}\s?[-/. ]?\s?(?:H|HJ\s?)(?P<n>[12])"),
    _pattern(rf"(?:H|HJ\s?)(?P<n>[12])\s?[-/. ]?\s?{_Y}"), _pattern(rf"{_Y}[ /,]\s?(?P<n>[12])\.?\s?(?:halbjahr|hj\.?)"), _pattern(rf"(?P<r>II?)\.\s?(?:halbjahr|hj\.?)\s?{_Y}"),
)  # fmt: skip
_MONTH = (
    _pattern(rf"(?P<month>{_NAMES})\.?\s?[-/ ]?\s?(?P<y>(?:19|20)\d\d|(?<=[-/ .])\d\d)"), _pattern(rf"{_Y}[-/](?P<m>0[1-9]|1[0-2])"),
    _pattern(rf"(?P<m>0?[1-9]|1[0-2])[./-]{_Y}"), _pattern(rf"{_Y}\s?[-/. ]?\s?(?P<month>{_NAMES})\.?"), _pattern(rf"{_Y}-?M(?P<m>0?[1-9]|1[0-2])"),
)  # fmt: skip
_YEARS = _pattern(rf"(?:von\s+|zwischen\s+)?{_Y}\s?(?:-|–|—|bis|to|und)\s?(?P<to>(?:19|20)\d\d)")
_SPLIT = _pattern(
    rf"(?P<what>schuljahr|sj\.?|kita-?jahr|kindergartenjahr|wintersemester|ws|wise|winter|saison|spielzeit)?\s?{_Y}\s?/\s?(?P<to>(?:20|19)?\d\d)"
)
_TERM = _pattern(rf"(?P<what>sommersemester|ss|sose)\s?{_Y}")
_WEEK = _pattern(
    r"(?:KW\s?(?P<n>\d{1,2})\s?[/ ]\s?(?P<ny>(?:19|20)\d\d)|(?P<k>\d{1,2})\.?\s?(?:KW|kalenderwoche)\s?(?P<ky>(?:19|20)\d\d)|(?P<wy>(?:19|20)\d\d)-?W(?P<w>\d{2}))"
)  # fmt: skip
_BEFORE = re.compile(
    r"^(?:stand|zum|am|stichtag|jahr|per|year|stand am|bis zum)\b:?\s*(?:zum\s+|am\s+|vom\s+)?", re.IGNORECASE
)
_BEHIND = re.compile(r"\s*(?:\((?P<word>vorläufig|geschätzt|berichtigt|revidiert|provisional|estimated|revised)\)|(?<=\d)\s?(?P<letter>[pr]|\*{1,2}))$", re.IGNORECASE)  # fmt: skip
_STATUS = {"p": "provisional", "vorlaeufig": "provisional", "provisional": "provisional", "r": "revised", "berichtigt": "revised", "revidiert": "revised", "revised": "revised", "geschaetzt": "estimated", "estimated": "estimated"}  # fmt: skip
SCHOOL, WINTER, SEASON, BOTH = "school", "winter", "season", "years"


@dataclass(frozen=True)
class TimeSpan:
    """A stretch of time with both ends counted."""

    start: date
    end: date
    kind: str
    """``day``, ``week``, ``month``, ``quarter``, ``half``, ``year``, ``split_year`` (2022/23), ``term`` or ``years``."""
    text: str = ""
    status: str = ""
    """What the text says of the figures of that time: provisional, revised, estimated."""

    @property
    def days(self) -> int:
        return (self.end - self.start).days + 1

    @property
    def year(self) -> int | None:
        """The year, where it is one whole year or a day in it."""
        return self.start.year if self.kind in {"year", "day"} else None


class NotATime(ValueError):
    """A text that is no day and no period; ``code`` is ``unknown``, ``day`` (31.02.), ``order`` (2022-2020) or ``slashed`` (03/04/2023)."""

    def __init__(self, text: str, code: str = "unknown") -> None:
        super().__init__(text)
        self.text, self.code = text, code


def serial_day(number: float) -> date | None:
    """The day that a spreadsheet counts as this number (45291 is 31.12.2023); None outside of 1950 to 2100."""
    if _FIRST_SERIAL <= number <= _LAST_SERIAL and float(number).is_integer():
        return _EPOCH + timedelta(days=int(number))
    return None


def read_day(text: str, *, month_first: bool | None = None) -> date:
    """A day: 31.12.2023, 31.12.23, 2023-12-31 with or without time, 31. Dezember 2023. Raises NotATime.

    Parameters
    ----------
    month_first : how 03/04/2023 is meant; None where that is not known
    """
    plain = " ".join(text[: LONGEST + 1].split())
    if hit := _DAY.fullmatch(plain) or _ISO.fullmatch(plain):
        return _day(text, int(hit["y"]), int(hit["m"]), int(hit["d"]))
    if hit := _DAY_NAMED.fullmatch(fold(plain)):
        return _day(text, int(hit["y"]), MONTHS[hit["month"]], int(hit["d"]))
    if hit := _SLASHED.fullmatch(plain):
        first, second = int(hit["a"]), int(hit["b"])
        if month_first is None and first <= 12 and second <= 12 and first != second:
            raise NotATime(text, "slashed")
        turned = month_first if first <= 12 and second <= 12 else second > 12
        day, month = (second, first) if turned else (first, second)
        return _day(text, int(hit["y"]), month, day)
    raise NotATime(text)


def read_time(text: str, split_year: str = SCHOOL) -> TimeSpan:
    """A day or a period. Raises NotATime.

    Parameters
    ----------
    split_year : what 2022/23 is: ``school`` (August to July), ``season`` (July to June), ``winter`` (October to March) or ``years``
        (both whole years); what the text itself says (Schuljahr, Wintersemester) goes before
    """
    if len(text) > LONGEST:
        raise NotATime(text[:LONGEST])
    plain, status = _without_status(" ".join(text.replace("\u00a0", " ").split()))
    plain = _BEFORE.sub("", plain).strip()
    if hit := _YEAR.fullmatch(plain):
        year = int(hit["year"])
        return TimeSpan(date(year, 1, 1), date(year, 12, 31), "year", text, status)
    try:
        day = read_day(plain)
        return TimeSpan(day, day, "day", text, status)
    except NotATime as error:
        if error.code != "unknown":
            raise
    for read in (_part_of_year, _several_years, _week):
        if span := read(fold(plain), text, split_year, status):
            return span
    raise NotATime(text)


def is_split_year(text: str) -> bool:
    """Whether a text is 2022/23 without saying which twelve months."""
    hit = _SPLIT.fullmatch(" ".join(text.split()))
    return hit is not None and not hit["what"] and _next(int(hit["year"]), hit["to"])


def whole_year(year: int, text: str = "") -> TimeSpan:
    return TimeSpan(date(year, 1, 1), date(year, 12, 31), "year", text or str(year))


def on_day(day: date, text: str = "") -> TimeSpan:
    plain = day.date() if isinstance(day, datetime) else day
    return TimeSpan(plain, plain, "day", text or plain.strftime("%d.%m.%Y"))


def _day(text: str, year: int, month: int, day: int) -> date:
    if year < 100:
        year += 2000 if year < 70 else 1900
    try:
        return date(year, month, day)
    except ValueError as error:
        raise NotATime(text, "day") from error


def _without_status(text: str) -> tuple[str, str]:
    hit = _BEHIND.search(text)
    if hit is None:
        return text, ""
    return text[: hit.start()].rstrip(), _STATUS.get(fold(hit["word"] or hit["letter"] or ""), "")


def _part_of_year(plain: str, text: str, _split: str, status: str) -> TimeSpan | None:
    for patterns, months, kind in ((_QUARTER, 3, "quarter"), (_HALF, 6, "half"), (_MONTH, 1, "month")):
        for pattern in patterns:
            if hit := pattern.fullmatch(plain):
                told = hit.groupdict()
                year = int(told.get("year") or told["y"])
                year += 2000 if year < 70 else 1900 if year < 100 else 0
                if kind == "month":
                    number = MONTHS[told["month"]] if told.get("month") else int(told["m"])
                else:
                    number = int(told["n"]) if told.get("n") else _ROMAN[told["r"].lower()]
                first, last = (number - 1) * months + 1, number * months
                return TimeSpan(date(year, first, 1), date(year, last, monthrange(year, last)[1]), kind, text, status)  # fmt: skip
    return None


def _several_years(plain: str, text: str, split: str, status: str) -> TimeSpan | None:
    if hit := _YEARS.fullmatch(plain):
        first, last = int(hit["year"]), int(hit["to"])
        if last < first:
            raise NotATime(text, "order")
        return TimeSpan(date(first, 1, 1), date(last, 12, 31), "years", text, status)
    if hit := _SPLIT.fullmatch(plain):
        first = int(hit["year"])
        if not _next(first, hit["to"]):
            raise NotATime(text, "order")
        return _split_year(first, _what_split(hit["what"] or "") or split, text, status)
    if hit := _TERM.fullmatch(plain):
        year = int(hit["year"])
        return TimeSpan(date(year, 4, 1), date(year, 9, 30), "term", text, status)
    return None


def _what_split(what: str) -> str:
    if what.startswith(("wi", "ws")):
        return WINTER
    if what.startswith(("saison", "spielzeit")):
        return SEASON
    return SCHOOL if what else ""


def _split_year(first: int, what: str, text: str, status: str) -> TimeSpan:
    ends = {
        SCHOOL: ((8, 1), (7, 31)), SEASON: ((7, 1), (6, 30)), WINTER: ((10, 1), (3, 31)), BOTH: ((1, 1), (12, 31)),
    }[what]  # fmt: skip
    return TimeSpan(date(first, *ends[0]), date(first + 1, *ends[1]), "split_year", text, status)


def _next(first: int, to: str) -> bool:
    return int(to) % 100 == (first + 1) % 100


def _week(plain: str, text: str, _split: str, status: str) -> TimeSpan | None:
    if hit := _WEEK.fullmatch(plain):
        year = int(hit["ny"] or hit["ky"] or hit["wy"])
        try:
            monday = date.fromisocalendar(year, int(hit["n"] or hit["k"] or hit["w"]), 1)
        except ValueError as error:
            raise NotATime(text, "day") from error
        return TimeSpan(monday, monday + timedelta(days=6), "week", text, status)
    return None
