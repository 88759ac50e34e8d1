"""Parts of a whole that values are of: the rows that stand for them, and what they are called."""

from __future__ import annotations

from collections.abc import Iterable

from django.utils.translation import gettext as _

from insek.engines.tables.breakdowns import AgeGroup, Cut, read_key

from .models import TOTAL, Breakdown


def rows_for(keys: Iterable[str]) -> dict[str, int]:
    """The rows of breakdowns by key; those that are not there yet are made. One query, none where all are the whole."""
    wanted = sorted(set(keys) - {""})
    found = {"": TOTAL}
    if not wanted:
        return found
    rows = Breakdown.objects.filter(key__in=wanted)
    known = dict(rows.values_list("key", "pk"))
    new = [Breakdown.of(read_key(key)) for key in wanted if key not in known]
    if new:
        Breakdown.objects.bulk_create(new, ignore_conflicts=True)
        known = dict(rows.values_list("key", "pk"))
    return found | known


def age_words(age: AgeGroup) -> str:
    """Ages as a page says them: unter 3, 3 bis unter 6, ab 65, 17."""
    if age.end is None:
        return _("ab %(age)s Jahren") % {"age": age.start}
    if age.end == age.start + 1:
        return _("%(age)s Jahre") % {"age": age.start}
    if not age.start:
        return _("unter %(age)s Jahren") % {"age": age.end}
    return _("%(from)s bis unter %(to)s Jahre") % {"from": age.start, "to": age.end}


def sex_words(sex: str) -> str:
    """A sex as a page says it; empty for all."""
    return str(Breakdown.Sex(sex).label) if sex else ""


def cut_words_of(key: str) -> str:
    """A part as a page says it: weiblich, 3 bis unter 6 Jahre; empty for the whole."""
    cut = read_key(key)
    return cut_in_words(cut)


def cut_in_words(cut: Cut) -> str:
    """A part as a page says it; empty for the whole."""
    said = [sex_words(cut.sex), age_words(cut.age) if cut.age else ""]
    return ", ".join(filter(None, [*said, *(f"{name}: {word}" for name, word in cut.other)]))
