"""Decisions of citywide weight, and which of them were checked: the whole, by year, unit and field, and those that were not.

What a finished check says of the weight counts more than what somebody said of the paper before; of several the one that was finished last.
A check that nobody has finished may add a decision to those of weight, and never takes one away: it is not looked at yet.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from django.db.models import Case, Count, Exists, F, OuterRef, Q, Subquery, Value, When
from django.db.models.functions import Coalesce
from django.utils.translation import gettext as _

from insek.concept.asker import Asker
from insek.thread.models import Item, ItemQuerySet

from .models import Check, Weight

WAYS = ("jahr", "federfuehrung", "feld", "art")


def weighed(items: ItemQuerySet) -> Any:
    """Papers with what is known of their weight (``known_weight``, empty: nobody looked) and whether a check is finished (``is_checked``)."""
    checks = Check.objects.filter(paper=OuterRef("pk"))
    final = checks.filter(status=Check.Status.FINAL)
    said = final.exclude(weight="").order_by("-final_on", "-pk").values("weight")[:1]
    begun = Exists(checks.exclude(status=Check.Status.FINAL).filter(weight=Weight.CITYWIDE))
    before = Case(
        When(~Q(paper__weight=""), then=F("paper__weight")),
        When(begun, then=Value(str(Weight.CITYWIDE))),
        default=Value(""),
    )
    return items.annotate(known_weight=Coalesce(Subquery(said), before), is_checked=Exists(final))


def of_weight(items: ItemQuerySet, value: str) -> ItemQuerySet:
    """The papers of a known weight."""
    found: ItemQuerySet = weighed(items).filter(known_weight=value)
    return found


@dataclass
class Share:
    """How many decisions of citywide weight there are in a group, and how many of them were checked."""

    name: str
    key: str = ""
    weighty: int = 0
    checked: int = 0

    @property
    def percent(self) -> int | None:
        """The share that was checked; None where there is nothing to check."""
        return round(100 * self.checked / self.weighty) if self.weighty else None

    @property
    def words(self) -> str:
        """Such as: 3 von 4 (75 %)."""
        if not self.weighty:
            return _("keine")
        return _("%(checked)s von %(all)s (%(share)s %%)") % {
            "checked": self.checked, "all": self.weighty, "share": self.percent,
        }  # fmt: skip


@dataclass
class Denominator:
    """All that is known of the decisions of a concept, and what is not."""

    whole: Share
    local: int = 0
    unknown: int = 0
    """Decisions whose weight nobody looked at: they may belong to the denominator."""
    by: dict[str, list[Share]] = field(default_factory=dict)

    @property
    def known(self) -> int:
        """How many were looked at."""
        return self.whole.weighty + self.local


def denominator_of(asker: Asker) -> Denominator:
    """Count what the asker may see. Two queries, however many decisions there are."""
    papers = weighed(Item.objects.visible_to(asker.actor).filter(concept=asker.concept, kind="paper"))
    rows = list(
        papers.order_by().values_list(
            "pk",
            "known_weight",
            "is_checked",
            "paper__date",
            "paper__unit__name",
            "paper__unit__key",
            "paper__subject",
        )
    )
    found = Denominator(Share(_("Alle")))
    weighty = {row[0]: row for row in rows if row[1] == Weight.CITYWIDE}
    found.local = sum(row[1] == Weight.LOCAL for row in rows)
    found.unknown = len(rows) - len(weighty) - found.local
    groups: dict[str, dict[str, Share]] = {way: {} for way in WAYS}
    fields = _fields_of(asker, weighty)
    subjects = dict(Check.Subject.choices)
    for pk, _weight, checked, day, unit, unit_key, subject in weighty.values():
        said: dict[str, Iterable[tuple[str, str]]] = {
            "jahr": [(str(day.year), str(day.year)) if day else ("", _("ohne Datum"))],
            "federfuehrung": [(unit_key, unit) if unit else ("", _("ohne Federführung"))],
            "feld": fields.get(pk) or [("", _("ohne Handlungsfeld"))],
            "art": [(subject, str(subjects[subject]))],
        }
        _count(found.whole, checked)
        for way, keys in said.items():
            for key, name in keys:
                _count(groups[way].setdefault(key, Share(name, key)), checked)
    for way, known in groups.items():
        order = sorted(known.values(), key=lambda share: (not share.key, share.name), reverse=False)
        found.by[way] = list(reversed(order)) if way == "jahr" else order
    return found


def _count(share: Share, checked: bool) -> None:
    share.weighty += 1
    share.checked += checked


def _fields_of(asker: Asker, papers: dict[str, Any]) -> dict[str, list[tuple[str, str]]]:
    names = {one.key: str(one) for one in asker.fields}
    found: dict[str, list[tuple[str, str]]] = defaultdict(list)
    rows = Item.fields.through._default_manager.filter(item__concept=asker.concept, item__kind="paper")
    for pk, key in rows.order_by("field__position", "field__key").values_list("item", "field__key"):
        if pk in papers:
            found[pk].append((key, names.get(key, key)))
    return found


@dataclass(frozen=True)
class CheckedThen:
    """Which decisions are checked today and were on a day before, and of how many nobody said how weighty they are."""

    now: Share
    then: Share
    unknown: int


def checked_then(papers: ItemQuerySet, day: date) -> CheckedThen:
    """Decisions of citywide weight and those of them that are checked, today and on ``day``. One query.

    Of then count the decisions that were dated until that day; the weight is what is known of it today.
    """
    final = Check.objects.filter(paper=OuterRef("pk"), status=Check.Status.FINAL, final_on__lte=day)
    weighty = Q(known_weight=Weight.CITYWIDE)
    counts = (
        weighed(papers)
        .order_by()
        .annotate(was_checked=Exists(final))
        .aggregate(
            weighty=Count("pk", filter=weighty),
            checked=Count("pk", filter=weighty & Q(is_checked=True)),
            unknown=Count("pk", filter=Q(known_weight="")),
            weighty_then=Count("pk", filter=weighty & Q(paper__date__lte=day)),
            checked_then=Count("pk", filter=weighty & Q(paper__date__lte=day, was_checked=True)),
        )
    )
    return CheckedThen(
        Share(_("Heute"), weighty=counts["weighty"], checked=counts["checked"]),
        Share(_("Vor einem Jahr"), weighty=counts["weighty_then"], checked=counts["checked_then"]),
        counts["unknown"],
    )


def is_checked(items: ItemQuerySet, value: str) -> ItemQuerySet:
    """The papers with a finished check ("ja") or without."""
    found: ItemQuerySet = weighed(items).filter(is_checked=value == "ja")
    return found


def unchecked(asker: Asker) -> ItemQuerySet:
    """Decisions of citywide weight without a finished check; order them by page."""
    seen = Item.objects.visible_to(asker.actor).filter(concept=asker.concept, kind="paper")
    found: ItemQuerySet = weighed(seen).filter(known_weight=Weight.CITYWIDE, is_checked=False)
    return found.select_related("paper__unit")
