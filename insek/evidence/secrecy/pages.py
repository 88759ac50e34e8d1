"""What the page of an indicator says of hidden values, and the page of those who may see them."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import rules
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from insek.concept.asker import Asker
from insek.items.pages import add_to_detail
from insek.thread.models import Item
from insek.web.csv_tables import Head
from insek.web.display import number_words, period_words

from ..breakdowns import cut_words_of
from ..models import IN_TIME, Breakdown, Indicator, Observation
from .across import Part, ways_round
from .models import ProtectedValue, SmallCounts

SHOWN = 200
"""Hidden values that the page lists; the file has all."""
MOST_WAYS = 20
"""Ways round the secrecy that the page names."""
HEAD: Head = (
    ("place", gettext_lazy("Raum")),
    ("period", gettext_lazy("Zeitraum")),
    ("breakdown", gettext_lazy("Gliederung")),
    ("value", gettext_lazy("Wert")),
    ("why", gettext_lazy("Warum verborgen")),
)


def told_on_page(asker: Asker, item: Item) -> dict[str, Any]:
    """That small counts are hidden, and the way to them for those who may. Up to two queries."""
    rule = SmallCounts.objects.filter(pk=item.pk).first()
    may = bool(rules.test_rule("evidence.see_protected", asker.actor))
    if rule is None and not may:
        return {}
    hidden = (
        Observation.objects.current().filter(indicator=item.pk, protected__isnull=False).count()
        if rule is not None and rule.rule == SmallCounts.Rule.KEEP
        else 0
    )
    return {
        "added_sections": ["evidence/_secrecy.html"],
        "secrecy": {
            "rule": rule,
            "hidden": hidden,
            "unchecked": [period_words(period) for period in rule.outcome.get("skipped", ())]
            if hidden and rule
            else [],
            "url": reverse("small-counts", args=[item.pk]) if may else "",
        },
    }


def hidden_rows(indicator: Indicator) -> Iterator[Observation]:
    """The observations whose values are hidden, with them, by place and time. For those who may see them. One query."""
    rows = (
        Observation.objects.current()
        .filter(indicator=indicator.pk, protected__isnull=False)
        .select_related("district__item", "breakdown", "protected")
        .order_by("district__level", "district__item__sort_key", "district", *IN_TIME[:2], "breakdown", "pk")
    )
    return rows.iterator(chunk_size=1_000)


def hidden_cells(row: Observation) -> list[Any]:
    """A line of the file."""
    kept: ProtectedValue = row.protected
    return [
        row.district.item.title,
        row.period,
        cut_words_of(row.breakdown.key),
        kept.value,
        kept.get_why_display(),
    ]


def hidden_table(indicator: Indicator) -> dict[str, Any]:
    """The first hidden values as a table."""
    rows: list[list[Any]] = []
    for row in hidden_rows(indicator):
        if len(rows) == SHOWN:
            break
        place, _period, part, value, why = hidden_cells(row)
        rows.append(
            [
                {"text": place, "is_content": True},
                period_words(row.period),
                part or _("insgesamt"),
                {"text": number_words(value, indicator.decimals), "numeric": True},
                why,
            ]
        )
    return {
        "id": "verborgene-werte",
        "caption": _("Verborgene Werte"),
        "hide_caption": True,
        "columns": [
            {"label": _("Raum")},
            {"label": _("Zeitraum")},
            {"label": _("Gliederung")},
            {"label": indicator.unit_text, "numeric": True},
            {"label": _("Warum verborgen")},
        ],
        "rows": rows,
    }


def outcome_words(rule: SmallCounts | None) -> list[str]:
    """What the last calculation did, in sentences."""
    if rule is None or not rule.outcome:
        return []
    small, along = rule.outcome.get("small", 0), rule.outcome.get("along", 0)
    said = [
        ngettext("%(n)s kleine Zahl ist verborgen.", "%(n)s kleine Zahlen sind verborgen.", small)
        % {"n": number_words(small)},
        ngettext(
            "%(n)s weiterer Wert ist verborgen, weil sich sonst eine kleine Zahl errechnen ließe.",
            "%(n)s weitere Werte sind verborgen, weil sich sonst kleine Zahlen errechnen ließen.",
            along,
        )
        % {"n": number_words(along)},
    ]
    if late := rule.outcome.get("too_late", 0):
        said.append(
            ngettext(
                "%(n)s davon war vorher öffentlich: Wer ihn aufgehoben hat, kennt ihn.",
                "%(n)s davon waren vorher öffentlich: Wer sie aufgehoben hat, kennt sie.",
                late,
            )
            % {"n": number_words(late)}
        )
    if skipped := rule.outcome.get("skipped"):
        said.append(
            _("Zu groß zum Prüfen, deshalb ist alles verborgen: %(periods)s.")
            % {"periods": ", ".join(map(period_words, skipped))}
        )
    return said


def across_words(indicator: Indicator) -> list[str]:
    """By which other public figures hidden values could be worked out, in sentences. Up to five queries."""
    ways = ways_round(indicator)
    named = {part for way in ways for part in (way.first, way.second) if part is not None}
    titles = {
        item.pk: f"{item.number} {item.shown_title}".strip()
        for item in Item.objects.filter(pk__in={key for key, _part in named})
    }
    cuts = dict(
        Breakdown.objects.filter(
            pk__in={part for _key, part in named} | {way.part for way in ways}
        ).values_list("pk", "key")
    )

    def called(part: Part | None) -> str:
        if part is None:
            return ""
        words = cut_words_of(cuts[part[1]])
        return f"{titles[part[0]]} ({words})" if words else titles[part[0]]

    said = {
        "same": _("„%(first)s“ nennt sie selbst."),
        "sum": _("Sie sind „%(first)s“ und „%(second)s“ zusammen."),
        "less": _("Sie sind „%(first)s“ ohne „%(second)s“."),
        "share": _("Sie folgen aus „%(first)s“ mal „%(second)s“ (Anteil und Ganzes)."),
    }
    return [
        " ".join(
            filter(
                None,
                [
                    ngettext(
                        "%(n)s verborgener Wert lässt sich aus öffentlichen errechnen.",
                        "%(n)s verborgene Werte lassen sich aus öffentlichen errechnen.",
                        way.told,
                    )
                    % {"n": number_words(way.told)},
                    said[way.how] % {"first": called(way.first), "second": called(way.second)},
                ],
            )
        )
        for way in ways[:MOST_WAYS]
    ]


add_to_detail("indicator", told_on_page)
