"""What came in and what became of it, counted: by state of the answer, by topic, by place and by month."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any
from urllib.parse import urlencode

from django.db.models import Case, Count, Q, Value, When
from django.db.models.functions import TruncMonth
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from insek.concept.asker import Asker
from insek.thread.models import Item, ItemQuerySet, Visibility
from insek.thread.shared_cache import cached
from insek.web.display import example_share, number_words, period_words
from insek.web.state_bar import state_parts

from .deadlines import DAYS_TO_REPLY, due_before
from .outcomes import leads_somewhere

MOST_PLACES = 8
"""Places in a list; the others are counted together."""
FEWEST_MONTHS, FEWEST_PLACES = 4, 2
"""From so many on months and places are compared; fewer are a sentence."""


@dataclass(frozen=True)
class Balance:
    """How many contributions of a list there are, and what became of them. Each is counted once."""

    count: int = 0
    examples: int = 0
    became: int = 0
    """Answered, and linked to a public finding, goal, measure or the like."""
    answered: int = 0
    """Answered and linked to nothing: the answer says why."""
    waiting: int = 0
    overdue: int = 0
    taken_over: int = 0
    """Read in long after they were said, without an answer: none was promised here."""
    fields: dict[str, int] = field(default_factory=dict)
    """Contributions by key of the field of action; one may belong to several or none."""
    places: list[tuple[str, str, int]] = field(default_factory=list)
    placeless: int = 0
    months: list[tuple[date, int]] = field(default_factory=list)
    """The first of each month from the first to the last, those without contributions too."""


def balance_of(items: ItemQuerySet) -> Balance:
    """The balance of public contributions. Three queries, of which two read all of them."""
    rows = items.filter(visibility=Visibility.PUBLIC).order_by()
    replied = ~Q(contribution__reply="")
    state = Case(
        When(replied & Q(leads_somewhere()), then=Value("became")),
        When(replied, then=Value("answered")),
        When(contribution__taken_over=True, then=Value("taken_over")),
        When(contribution__received_on__lt=due_before(), then=Value("overdue")),
        default=Value("waiting"),
    )
    alike = rows.annotate(became=state, month=TruncMonth("contribution__received_on")).values_list(
        "became", "standing", "contribution__district", "month"
    )
    states, months, districts = Counter[str](), Counter[date](), Counter[str]()
    examples = 0
    for name, standing, district, month, number in alike.annotate(Count("pk")):
        states[name] += number
        months[month] += number
        districts[district] += number
        examples += number if standing == "example" else 0
    public = Item.objects.filter(pk__in=set(districts) - {None}, visibility=Visibility.PUBLIC)
    places = [(pk, title, districts[pk]) for pk, title in public.order_by().values_list("pk", "title")]
    by_field = dict(
        rows.filter(fields__isnull=False).values_list("fields__key").annotate(Count("pk", distinct=True))
    )
    return Balance(
        count=states.total(),
        examples=examples,
        **{name: states[name] for name in STATES},
        fields=by_field,
        places=sorted(places, key=lambda row: (-row[2], row[1])),
        placeless=states.total() - sum(number for _pk, _title, number in places),
        months=_every_month(months),
    )


def _every_month(counts: Mapping[date, int]) -> list[tuple[date, int]]:
    """The months from the first to the last, with nought where nothing came in."""
    known = sorted(counts)
    if not known:
        return []
    found, month = [], known[0]
    while month <= known[-1]:
        found.append((month, counts.get(month, 0)))
        month = (month.replace(day=1) + timedelta(days=32)).replace(day=1)
    return found


STATES = {
    "became": (gettext_lazy("aufgenommen"), "check"),
    "answered": (gettext_lazy("beantwortet, nicht aufgenommen"), "kind-contribution"),
    "waiting": (gettext_lazy("warten auf Rückmeldung"), "history"),
    "overdue": (gettext_lazy("überfällig"), "warning"),
    "taken_over": (gettext_lazy("aus einem früheren Verfahren übernommen"), "document"),
}
FILTERS = {
    "became": {"rueckmeldung": "ja", "folge": "ja"},
    "answered": {"rueckmeldung": "ja", "folge": "nein"},
    "waiting": {"rueckmeldung": "wartet", "folge": ""},
    "overdue": {"rueckmeldung": "ueberfaellig", "folge": ""},
    "taken_over": {"rueckmeldung": "uebernommen", "folge": ""},
}
"""What the address of the list says for each state."""


def shown_balance(
    asker: Asker, items: ItemQuerySet, chosen: Mapping[str, str], *, now: Mapping[str, str] | None = None
) -> dict[str, Any] | None:
    """The balance ready for a page; nothing where nothing came in.

    ``chosen`` are the filters that made ``items``, ``now`` those of the page, which may ask for one state of the answer too.

    Kept until something changes; the numbers are those of what is public, whoever asks.
    """
    concept = asker.concept
    if concept is None:
        return None
    chosen = {name: value for name, value in chosen.items() if value}
    made = cached(concept, asker.actor, ("balance", *sorted(chosen.items())), lambda: balance_of(items))
    if not made.count:
        return None

    def address(**changes: str) -> str:
        asked = {name: value for name, value in {**chosen, **changes}.items() if value}
        listing = reverse("contribution-list")
        return f"{listing}?{urlencode(asked)}" if asked else listing

    fields = [
        (entry.key, str(entry), made.fields[entry.key]) for entry in asker.fields if entry.key in made.fields
    ]
    return {
        "count": made.count,
        "share": example_share(made.examples, made.count),
        "sentence": _sentence(made),
        "figures": _figures(made, address),
        "bar": {
            "label": _("Was aus den Beiträgen wurde"),
            "parts": state_parts(
                {
                    "name": f"said-{name}", "icon": icon, "label": str(label), "count": getattr(made, name),
                    "url": address(**FILTERS[name]),
                    "chosen": all((now or {}).get(key, "") == value for key, value in FILTERS[name].items()),
                }
                for name, (label, icon) in STATES.items()
            ),
        },
        "topics": _tally(_("Worum es geht"), fields, lambda key: address(feld=key), fewest=2),
        "places": _tally(_("Wo"), made.places[:MOST_PLACES], lambda pk: address(ort=pk), fewest=FEWEST_PLACES),
        "more_places": _more_places(made),
        "months": _tally(
            _("Wann sie eingingen"),
            [(month.isoformat(), period_words(f"{month:%Y-%m}"), number) for month, number in made.months],
            None,
            fewest=FEWEST_MONTHS,
        ),
        "when": _when(made),
    }  # fmt: skip


def _sentence(made: Balance) -> str:
    """How things stand, in a sentence that stays true of one and of none."""
    answered = made.became + made.answered
    if not answered:
        said = _("Noch ist kein Beitrag beantwortet.")
    elif answered == made.count:
        said = _("Alle Beiträge sind beantwortet.") if made.count > 1 else _("Der Beitrag ist beantwortet.")
    else:
        said = _("Von %(all)s Beiträgen sind %(answered)s beantwortet.") % {
            "all": number_words(made.count), "answered": number_words(answered),
        } if answered > 1 else _("Von %(all)s Beiträgen ist einer beantwortet.") % {"all": number_words(made.count)}  # fmt: skip
    if made.overdue:
        said += " " + (
            _("%(count)s warten länger als die zugesagten %(days)s Tage.")
            if made.overdue > 1
            else _("Einer wartet länger als die zugesagten %(days)s Tage.")
        ) % {"count": number_words(made.overdue), "days": DAYS_TO_REPLY}
    return str(said)


def _figures(made: Balance, address: Callable[..., str]) -> list[dict[str, Any]]:
    """Three numbers: what came in, what is answered, what is taken up; each leads to its contributions."""
    answered = made.became + made.answered
    of_all = _("von %(all)s") % {"all": number_words(made.count)}
    return [
        {
            "value": number_words(made.count), "label": _("Beitrag") if made.count == 1 else _("Beiträge"), "url": address(),
            "share": example_share(made.examples, made.count),
        },
        {"value": number_words(answered), "label": _("beantwortet"), "url": address(rueckmeldung="ja"), "share": of_all},
        {
            "value": number_words(made.became), "label": _("beantwortet und aufgenommen"),
            "url": address(**FILTERS["became"]), "share": of_all,
        },
    ]  # fmt: skip


def _tally(
    title: str, rows: list[tuple[str, str, int]], address: Callable[[str], str] | None, *, fewest: int
) -> dict[str, Any] | None:
    """Rows of label, number and bar; nothing for so few that a sentence says more."""
    if len(rows) < fewest:
        return None
    most = max(number for _key, _label, number in rows) or 1
    return {
        "title": title,
        "rows": [
            {
                "label": label,
                "count": number_words(number),
                "width": round(1000 * number / most, 1),
                "url": address(key) if address and number else "",
            }
            for key, label, number in rows
        ],
    }


def _more_places(made: Balance) -> str:
    """How many lie elsewhere or nowhere; empty where none."""
    said = []
    if others := sum(number for _pk, _title, number in made.places[MOST_PLACES:]):
        said.append(_("an anderen Orten: %(count)s") % {"count": number_words(others)})
    if made.placeless:
        said.append(_("ohne Ort: %(count)s") % {"count": number_words(made.placeless)})
    return ", ".join(said)


def _when(made: Balance) -> str:
    """When they came in, where months would be too few to compare."""
    if not made.months or len(made.months) >= FEWEST_MONTHS:
        return ""
    names = [period_words(f"{month:%Y-%m}") for month, number in made.months if number]
    return _("Eingegangen: %(months)s.") % {"months": ", ".join(names)}
