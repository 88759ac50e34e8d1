"""How formats and contributions are shown."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlencode

import rules
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from insek import clock
from insek.concept.asker import Asker
from insek.items.filtered import left_by_filters
from insek.items.filters_and_sorts import HOW_SHOWN
from insek.items.pages import Choice, Filter, ItemPages, KindColumn, pages_of, register_pages
from insek.places.pages import place_filter
from insek.places.still import Still, ground_address, ground_picture, still_picture
from insek.thread.kinds import kind_names
from insek.thread.models import Item, ItemQuerySet, Visibility
from insek.thread.shared_cache import content_version
from insek.web.display import date_words, position_words, shown_item
from insek.web.richtext import plain_text

from . import queries
from .about import ABOUT_FILTER, format_title
from .balance import shown_balance
from .dates import day_words, people_words
from .deadlines import days_overdue, due_on
from .forms import ContributionForm, FormatForm
from .minutes import minutes_of_format
from .models import Contribution, Format
from .origins import vote_words
from .outcomes import became_of, outcomes, with_outcome
from .progress import late_words
from .surroundings import is_outside, outline_of
from .survey import survey_of

SIGNS = {"idea": "bulb", "praise": "heart", "problem": "warning", "question": "info"}
"""Icon of each kind of contribution."""


MOST_COMMENTS = 50
"""Comments on one contribution that its page shows."""
LATEST = 4
"""Contributions on the page of their format."""


def format_dates(row: Format) -> str:
    """Day, month, year or period of a format in words; of one that goes on without an end, since when or from when."""
    if row.starts is None:
        return ""
    first = day_words(row.starts, row.precision)
    if row.goes_on():
        ahead = row.starts > clock.today()
        return (_("ab %(day)s") if ahead else _("seit %(day)s")) % {"day": first}
    return f"{first} – {date_words(row.ends)}" if row.ends and row.ends != row.starts else first


def open_words(row: Format) -> str:
    """Whether contributions are taken, in words; empty for a format that never took any here."""
    if row.open_from is None:
        return ""
    if not row.is_open():
        return _("geschlossen")
    return _("bis %(day)s") % {"day": date_words(row.open_until)} if row.open_until else _("offen")


def format_facts(item: Item) -> list[tuple[Any, Any]]:
    """When, where, how many, and whether it is open."""
    row = item.format
    return [
        (_("Zeit"), format_dates(row)),
        (_("Ort"), row.place),
        (_("Teilnahme"), people_words(row)),
        (_("Beiträge"), open_words(row)),
    ]


def format_detail(asker: Asker, item: Item) -> dict[str, Any]:
    """What came in and became of it, minutes, the latest contributions, and the way to contribute. Some ten queries, for visitors fewer."""
    row = item.format
    actor = asker.actor
    visible = Item.objects.visible_to(actor).filter(kind="contribution", contribution__format=row)
    count = visible.order_by().count()
    latest = (
        list(pages_of("contribution").select(visible).order_by("-sort_key", "-pk")[:LATEST]) if count else []
    )
    minutes = minutes_of_format(item, actor)
    links = item.consequences.exclude(kind="documented_in") if minutes else item.consequences
    return {
        "survey": survey_of(asker, item),
        "minutes": minutes,
        "balance": shown_balance(asker, visible, {"format": item.pk}) if count else None,
        "contribution_count": count,
        "contributions": contribution_rows(asker, latest),
        "contributions_url": f"{reverse('contribution-list')}?format={item.pk}",
        "open_until": date_words(row.open_until),
        "is_linked": links.exists() or item.reasons.exists(),
        "contribute_url": f"{reverse('contribute')}?format={item.pk}"
        if row.is_open() and item.visibility == Visibility.PUBLIC
        else "",
    }


def contribution_rows(asker: Asker, items: list[Item]) -> list[dict[str, Any]]:
    """Contributions as rows outside their own list. Two queries."""
    attach_outcomes(items)
    names = kind_names(asker)
    return [
        {
            "item": shown_item(item, names),
            "mark": mark(item),
            "text": plain_text(item.text, 150),
            **row_of_contribution(item),
        }
        for item in items
    ]


def attach_outcomes(items: list[Item]) -> None:
    """Attach to contributions the public items in which they were taken up. One query."""
    became = became_of(item.pk for item in items) if items else {}
    for item in items:
        item.became = became.get(item.pk, [])  # type: ignore[attr-defined]  # read by row_of_contribution


def row_of_contribution(item: Item) -> dict[str, Any]:
    """What a row says of a contribution beyond its words: day, place, answer, what became of it."""
    row = item.contribution
    waits = row.state == Contribution.State.PUBLIC and not row.reply and not row.taken_over
    late = bool(days_overdue(row))
    return {
        "said": {
            "day": date_words(row.received_on),
            "place": district_name(row),
            "state": row.get_state_display() if row.state != Contribution.State.PUBLIC else "",
            "reply": plain_text(row.reply, 160),
            "reply_day": date_words(row.replied_on),
            "late": late_words(row) if late else "",
            "taken_over": row.taken_over and not row.reply,
            "due": date_words(due_on(row)) if waits and not late else "",
            "became": item.became,  # type: ignore[attr-defined]  # of attach_outcomes
        }
    }


def format_list_context(asker: Asker, items: ItemQuerySet) -> dict[str, Any]:
    """Whether anything is open right now. One query."""
    concept = asker.concept
    return {"open_formats": queries.open_formats(concept) if concept else []}


def mark(item: Item) -> tuple[str, Any]:
    """Sign and word of the kind of contribution."""
    return SIGNS[item.contribution.type], item.contribution.get_type_display()


def district_name(row: Contribution) -> str:
    """The name of the district, where everybody may see it."""
    district = row.district
    return district.item.title if district and district.item.visibility == Visibility.PUBLIC else ""


def contribution_facts(item: Item) -> list[tuple[Any, Any]]:
    """Place, day, and whether there is an answer; the state where it is not public yet."""
    row = item.contribution
    return [
        (_("Ort"), district_name(row)),
        (_("Eingegangen"), date_words(row.received_on)),
        (_("Rückmeldung"), date_words(row.replied_on) if row.reply else _("noch keine")),
        (_("Stimmen auf der Plattform"), vote_words(row.votes_for, row.votes_against)),
        (_("Thema auf der Plattform"), row.topic_there),
        (_("Herkunft"), _("aus einem früheren Verfahren übernommen") if row.taken_over else ""),
        (_("Stand"), row.get_state_display() if row.state != "public" else ""),
    ]


def contribution_list_context(asker: Asker, items: ItemQuerySet) -> dict[str, Any]:
    """The map of what the filters leave: a picture, and where its points are fetched from. Four queries, for visitors fewer."""
    concept = asker.concept
    ground = ground_picture(asker)
    kept_filters = {
        name: value for name, value in asker.asked.items() if value and name not in {*HOW_SHOWN, "nach"}
    }
    address = urlencode({**kept_filters, "v": content_version(concept, asker.actor)})
    asked = {name: value for name, value in kept_filters.items() if name not in {"rueckmeldung", "folge"}}
    if asked != kept_filters:
        items = left_by_filters(asker.about(asked), pages_of("contribution")).counted
    return {
        "balance": shown_balance(asker, items, asked, now=kept_filters),
        "balance_is_wider": asked != kept_filters,
        "point_map": {
            "picture": still_picture(asker, Still(address=f"{reverse('contribution-picture')}?{address}")),
            "is_crowd": True,
            "data": {
                "ground": ground_address(asker),
                "address": f"{reverse('contribution-points')}?{address}",
                "item": reverse("item", args=["ITEM"]),
            },
        },
        "has_map": ground is not None,
        "is_open": bool(concept and queries.takes_contributions(concept)),
    }


def one_point(asker: Asker, row: Contribution) -> dict[str, Any]:
    """The small map of a contribution that has a position. Two queries, for visitors one."""
    lon, lat = float(row.lon or 0), float(row.lat or 0)
    return {
        "picture": still_picture(asker, Still(points=[(lon, lat)], is_cropped=True)),
        "data": {
            "ground": ground_address(asker),
            "points": [{"id": row.pk, "title": row.item.title, "type": row.type, "lon": lon, "lat": lat}],
        },
    }


def picking_map(asker: Asker) -> dict[str, Any]:
    """The map on which a place is chosen."""
    return {
        "picture": still_picture(asker, Still()),
        "data": {"ground": ground_address(asker), "points": []},
        "pick": True,
    }


def contribution_detail(asker: Asker, item: Item) -> dict[str, Any]:
    """Format, place and answer of a contribution."""
    row = item.contribution
    format_item = row.format.item if row.format else None
    shows_format = format_item is not None and format_item.visibility == Visibility.PUBLIC
    moderates = rules.test_rule("participation.moderate", asker.actor)
    return {
        "format_item": format_item if shows_format else None,
        "about_item": Item.objects.visible_to(asker.actor).filter(pk=row.about_id).first()
        if row.about_id
        else None,
        "reply_day": date_words(row.replied_on),
        "late": late_words(row),
        "is_outside": row.lon is not None and is_outside(row, outline_of(item.concept)),
        **point_of(asker, row),
        "moderate_url": reverse("moderate", args=[item.pk]) if moderates else "",
        "comments": comments_on(asker, item) if row.original_id else [],
    }


def comments_on(asker: Asker, item: Item) -> list[dict[str, Any]]:
    """What others said to a contribution on the platform it came from, as far as the asker sees it. Two queries."""
    said = Item.objects.visible_to(asker.actor).filter(kind="contribution", contribution__about=item.pk)
    rows = list(
        pages_of("contribution").select(said).order_by("contribution__received_on", "pk")[:MOST_COMMENTS]
    )
    return contribution_rows(asker, rows) if rows else []


def point_of(asker: Asker, row: Contribution) -> dict[str, Any]:
    """The small map of a contribution and its position in words; empty without a position. One query."""
    if row.lon is None or row.lat is None:
        return {"point_map": None, "coordinates": ""}
    return {
        "point_map": one_point(asker, row),
        "coordinates": position_words(row.lat, row.lon),
    }


def _formats(asker: Asker) -> list[tuple[str, str]]:
    concept = asker.concept
    return queries.format_choices(concept, asker.actor) if concept else []


register_pages(
    ItemPages(
        kind="format",
        form=FormatForm,
        detail_template="participation/format.html",
        list_template="participation/format_list.html",
        detail=format_detail,
        list_context=format_list_context,
        facts=format_facts,
        in_fields=False,
        columns=(
            KindColumn("starts", lambda item: item.format.starts),
            KindColumn("precision", Choice("precision", "format")),
            KindColumn("ends", lambda item: item.format.ends),
            KindColumn("place", lambda item: item.format.place),
            KindColumn("people", lambda item: item.format.people),
            KindColumn("results", lambda item: item.format.results),
            KindColumn("open_from", lambda item: item.format.open_from),
            KindColumn("open_until", lambda item: item.format.open_until),
        ),
        reasons_empty=gettext_lazy("Ein Format steht am Anfang des Fadens."),
        consequences_empty=gettext_lazy("Was daraus folgt, steht bei den Beiträgen."),
    )
)
register_pages(
    ItemPages(
        kind="contribution",
        form=ContributionForm,
        detail_template="participation/contribution.html",
        list_template="participation/contribution_list.html",
        detail=contribution_detail,
        list_context=contribution_list_context,
        facts=contribution_facts,
        related=("contribution__format__item", "contribution__district__item"),
        mark=mark,
        prepare=attach_outcomes,
        row=row_of_contribution,
        sorts={"neueste": (gettext_lazy("neueste zuerst"), ("-sort_key", "-pk"))},
        default_sort="neueste",
        filters=(
            Filter(
                "art", gettext_lazy("Art"), lambda asker: Contribution.Type.choices,
                lambda items, value: items.filter(contribution__type=value), begins=True,
            ),
            place_filter("contribution"),
            Filter("format", gettext_lazy("Format"), _formats,
                   lambda items, value: items.filter(pk__in=Contribution.objects.filter(format=value).values("pk")),
                   format_title, begins=True),
            ABOUT_FILTER,
            Filter("rueckmeldung", gettext_lazy("Rückmeldung"),
                   lambda asker: [
                       ("ja", gettext_lazy("mit Rückmeldung")), ("nein", gettext_lazy("ohne Rückmeldung")),
                       ("wartet", gettext_lazy("ohne Rückmeldung, in der Frist")), ("ueberfaellig", gettext_lazy("Rückmeldung überfällig")),
                       ("uebernommen", gettext_lazy("aus einem früheren Verfahren, ohne Rückmeldung")),
                   ],
                   queries.answered),
            Filter("folge", gettext_lazy("Was daraus wurde"),
                   lambda asker: outcomes(), with_outcome),
        ),
        columns=(
            KindColumn("type", Choice("type", "contribution")),
            KindColumn("district", lambda item: district_name(item.contribution)),
            KindColumn("lon", lambda item: item.contribution.lon),
            KindColumn("lat", lambda item: item.contribution.lat),
            KindColumn("received_on", lambda item: item.contribution.received_on),
            KindColumn("reply", lambda item: item.contribution.reply, gettext_lazy("Rückmeldung")),
            KindColumn("replied_on", lambda item: item.contribution.replied_on, gettext_lazy("Rückmeldung am")),
            KindColumn("votes_for", lambda item: item.contribution.votes_for),
            KindColumn("votes_against", lambda item: item.contribution.votes_against),
        ),
        bulk_fields=("type", "format", "district"),
        reasons_empty=gettext_lazy("Ein Beitrag ist selbst ein Grund: So sieht es jemand, der hier lebt."),
        consequences_empty=gettext_lazy("Noch ist mit keinem Befund, Ziel oder Vorhaben verknüpft, was daraus wurde."),
    )
)  # fmt: skip
