"""How minutes of the process are shown: when, who met, what was agreed, and what they document."""

from __future__ import annotations

from typing import Any

from django.db.models import Q
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from insek.concept.asker import Asker
from insek.items.pages import Choice, Filter, ItemPages, KindColumn, register_pages
from insek.people.actors import Actor
from insek.people.addresses import address_of
from insek.people.models import Body
from insek.thread.models import Item, ItemQuerySet, Visibility
from insek.web.display import date_words

from . import queries
from .about import format_title
from .dates import day_words, people_words
from .forms import MinutesForm
from .models import Format, Minutes


def minutes_date(row: Minutes) -> str:
    """The date, as precisely as it is known."""
    return day_words(row.date, row.precision)


def who_met(row: Minutes, *, shows_format: bool = True) -> str:
    """The meeting in a word: its own name, else the body, else the format."""
    if row.meeting:
        return row.meeting
    if row.body is not None:
        return str(row.body)
    return row.format.item.title if row.format is not None and shows_format else ""


def _sees_format(row: Minutes) -> bool:
    return row.format is not None and row.format.item.visibility == Visibility.PUBLIC


def minutes_facts(item: Item) -> list[tuple[Any, Any]]:
    """Day, meeting, place and number of people."""
    row = item.minutes
    return [
        (_("Datum"), minutes_date(row)),
        (_("Treffen"), who_met(row, shows_format=_sees_format(row))),
        (_("Gremium"), str(row.body) if row.body is not None and row.meeting else ""),
        (_("Ort"), row.place),
        (_("Teilnahme"), people_words(row)),
        (_("Nächster Termin"), date_words(row.next_meeting)),
    ]


def minutes_detail(asker: Asker, item: Item) -> dict[str, Any]:
    """The format and the step of the process that these minutes belong to. One query."""
    row = item.minutes
    visible = Item.objects.visible_to(asker.actor)
    return {
        "format_item": visible.filter(pk=row.format_id).first() if row.format_id else None,
        "milestone": {
            "title": str(row.milestone), "url": f"{address_of('process')}#{row.milestone.anchor}",
        } if row.milestone is not None else None,
    }  # fmt: skip


def minutes_lines(items: ItemQuerySet, actor: Actor, *, most: int = 50) -> list[dict[str, Any]]:
    """Minutes in a list outside their own, the oldest first. One query."""
    rows = items.visible_to(actor).filter(kind="minutes").select_related("minutes")
    return [
        {"title": item.title, "url": item.url, "date": minutes_date(item.minutes), "item": item,
         "milestone": item.minutes.milestone_id}
        for item in rows.order_by("minutes__date", "pk")[:most]
    ]  # fmt: skip


def minutes_of_format(item: Item, actor: Actor) -> list[dict[str, Any]]:
    """The minutes that document a format: named in their form, or drawn as a link. One query."""
    drawn = Q(minutes__format=item.pk) | Q(reasons__source=item.pk, reasons__kind="documented_in")
    return minutes_lines(Item.objects.filter(drawn).distinct(), actor)


def _bodies(asker: Asker) -> list[tuple[str, str]]:
    concept = asker.concept
    shown = Item.objects.visible_to(asker.actor).filter(concept=concept, kind="minutes")
    bodies = set(shown.order_by().values_list("minutes__body", flat=True).distinct())
    return [(body.key, str(body)) for body in Body.objects.filter(pk__in=bodies - {None})]


def _formats(asker: Asker) -> list[tuple[str, str]]:
    concept = asker.concept
    return queries.format_choices(concept, asker.actor) if concept else []


def _year(items: ItemQuerySet, value: str) -> ItemQuerySet:
    return items.filter(minutes__date__year=int(value))


def _years(asker: Asker) -> list[tuple[str, str]]:
    shown = Item.objects.visible_to(asker.actor).filter(concept=asker.concept, kind="minutes")
    days = shown.order_by().values_list("minutes__date__year", flat=True).distinct()
    return [(str(year), str(year)) for year in sorted(days, reverse=True)]


def _shown_format(item: Item) -> Format | None:
    return item.minutes.format if _sees_format(item.minutes) else None


register_pages(
    ItemPages(
        kind="minutes",
        form=MinutesForm,
        detail_template="participation/minutes.html",
        detail=minutes_detail,
        facts=minutes_facts,
        related=("minutes__body", "minutes__format__item", "minutes__milestone"),
        in_fields=False,
        sorts={
            "neueste": (gettext_lazy("neueste zuerst"), ("-minutes__date", "pk")),
            "aelteste": (gettext_lazy("älteste zuerst"), ("minutes__date", "pk")),
        },
        default_sort="neueste",
        bulk_fields=("body", "format", "milestone"),
        filters=(
            Filter("jahr", gettext_lazy("Jahr"), _years, _year),
            Filter("gremium", gettext_lazy("Gremium"), _bodies,
                   lambda items, value: items.filter(minutes__body__key=value)),
            Filter("format", gettext_lazy("Format"), _formats,
                   lambda items, value: items.filter(minutes__format=value), format_title),
        ),
        columns=(
            KindColumn("date", lambda item: item.minutes.date, sort="neueste"),
            KindColumn("precision", Choice("precision", "minutes")),
            KindColumn("body", lambda item: str(item.minutes.body or "")),
            KindColumn("format", lambda item: str(found.item.title) if (found := _shown_format(item)) else ""),
            KindColumn("meeting", lambda item: item.minutes.meeting),
            KindColumn("place", lambda item: item.minutes.place),
            KindColumn("people", lambda item: item.minutes.people),
            KindColumn("results", lambda item: item.minutes.results),
            KindColumn("next_meeting", lambda item: item.minutes.next_meeting),
            KindColumn("milestone", lambda item: str(item.minutes.milestone or "")),
        ),
        reasons_empty=gettext_lazy("Ein Protokoll hält fest, was gesprochen wurde."),
        consequences_empty=gettext_lazy("Noch ist mit keinem Befund, Ziel oder Vorhaben verknüpft, was daraus wurde."),
    )
)  # fmt: skip
