"""What a contribution speaks about: any public part of the concept, a district or a field of action."""

from __future__ import annotations

from collections import Counter
from typing import Any
from urllib.parse import urlencode

from django.urls import reverse
from django.utils.translation import gettext, gettext_lazy

from insek.concept.asker import Asker
from insek.concept.models import Concept
from insek.items.pages import MOST_CHOICES, Filter, add_to_detail, ask_with_detail, is_beside
from insek.items.ways_out import add_way_out
from insek.people.actors import ANONYMOUS, Actor
from insek.people.prepared import prepared
from insek.places.names.finding import DISTRICT, FoundPlace
from insek.thread.audience import gated
from insek.thread.identity import is_id
from insek.thread.kinds import kind_names
from insek.thread.models import Item, ItemQuerySet, Visibility
from insek.thread.shared_cache import cached
from insek.web.display import ShownItem, date_words, shown_item
from insek.web.listed import listed
from insek.web.richtext import plain_text

from . import queries
from .models import Contribution

SPOKEN_OF: list[str] = []
"""Kinds about which people say something; a district is the place of a contribution instead."""
SHOWN = 5
ANSWER = 140
"""Letters of an answer in a row; the page of the contribution has all of it."""
MOST_WORDS = 200
"""Letters of a search that go into the form."""


def speakable(concept: Concept, pk: object) -> Item | None:
    """The public item of an id about which something can be said. One query, none for what is no id."""
    if not isinstance(pk, str) or not is_id(pk):
        return None
    found = Item.objects.visible_to(ANONYMOUS).filter(concept=concept, kind__in=SPOKEN_OF, pk=pk).first()
    if found is not None:
        found.concept = concept
    return found


def beginning(asker: Asker, concept: Concept) -> dict[str, Any]:
    """What the form begins with, after ``?zu=``, ``?ort=``, ``?punkt=``, ``?feld=`` and the words of a search that found nothing (``?text=``).

    At most two queries; unknown values are nothing.
    """
    found: dict[str, Any] = {}
    wanted, place, key = (asker.asked.get(name, "") for name in ("zu", "ort", "feld"))
    if (item := speakable(concept, wanted)) is not None:
        found["about"] = item.pk
        fields = list(item.fields.all()[:2])
        if len(fields) == 1:
            found["topic"] = fields[0].pk
    if point := _point(asker.asked.get("punkt", "")):
        found["point"] = point
    if is_id(place):
        found["district"] = place
    if key and (field := next((field for field in asker.fields if field.key == key), None)):
        found["topic"] = field.pk
    if text := asker.asked.get("text", "").replace("\x00", "").strip()[:MOST_WORDS]:
        found["text"] = text
    return found


def _point(given: str) -> str:
    """Latitude and longitude as the field takes them; empty for what is none."""
    try:
        lat, lon = (float(part) for part in given[:40].split(","))
    except ValueError:
        return ""
    return f"{lat:.6f}, {lon:.6f}" if -90 <= lat <= 90 and -180 <= lon <= 180 else ""


def offer_to_say(asker: Asker, place: FoundPlace) -> dict[str, str] | None:
    """The way from a place to the form, with its point or district; none while nothing takes contributions."""
    if asker.concept is None or not queries.takes_contributions(asker.concept):
        return None
    words = {"ort": place.pk} if place.kind == DISTRICT else {"punkt": f"{place.lat:.5f},{place.lon:.5f}"}
    address = f"{reverse('contribute')}?{urlencode(words)}"
    return {"label": gettext("Zu diesem Ort etwas sagen"), "url": address}


def way_to_say(asker: Asker, query: str) -> dict[str, str] | None:
    """The way from a search that found nothing to the form, with the words that were searched for."""
    if asker.concept is None or not queries.takes_contributions(asker.concept):
        return None
    address = f"{reverse('contribute')}?{urlencode({'text': query})}"
    return {"label": gettext("Sagen Sie es der Stadt"), "url": address}


def said_about(asker: Asker, item: Item) -> dict[str, Any]:
    """What people said about an item, and the way to say something too. One query where there is anything."""
    concept = asker.concept
    if concept is None:
        return {}
    actor, by = asker.actor, "district" if item.kind == "district" else "about"
    said: list[Item] = []
    if is_beside(item, "said"):
        said = prepared(
            gated(actor, "said about", by),
            lambda pk: (
                Item.objects.visible_to(actor)
                .filter(kind="contribution", **{f"contribution__{by}": pk})
                .select_related("contribution")
                .order_by("-contribution__received_on", "pk")[: SHOWN + 1]
            ),
            item.pk,
        )
    names = kind_names(asker)
    open_now = item.visibility == Visibility.PUBLIC and queries.takes_contributions(concept)
    name = "ort" if item.kind == "district" else "zu"
    if not said and not open_now:
        return {}
    return {
        "said": listed(
            [said_row(entry, shown_item(entry, names)) for entry in said[:SHOWN]],
            all_url=f"{reverse('contribution-list')}?{name}={item.pk}" if len(said) > SHOWN else "",
            all_label=gettext("Alle Beiträge dazu"),
        )
        if said
        else None,
        "say_url": f"{reverse('contribute')}?{name}={item.pk}" if open_now else "",
        "closing_sections": ["participation/_said.html"],
    }


def said_row(entry: Item, shown: ShownItem) -> dict[str, Any]:
    """A contribution as a row: whether it is answered, and how the answer begins."""
    row = entry.contribution
    answered = bool(row.reply)
    state = (
        {"name": "completed", "icon": "check", "label": gettext("beantwortet")}
        if answered
        else {"name": "unknown", "icon": "calendar", "label": gettext("noch ohne Antwort")}
    )
    return {
        "item": shown,
        "state": state,
        "text": plain_text(row.reply, ANSWER) if answered else "",
        "fact": f"{row.get_type_display()}, {date_words(row.received_on)}",
    }


def _choices(asker: Asker) -> list[tuple[str, str]]:
    """The visible items that visible contributions speak about, of very many those spoken about most; by number.

    Two queries, for visitors kept until something changes.
    """
    concept, actor = asker.concept, asker.actor
    if concept is None:
        return []
    return cached(concept, actor, "spoken about", lambda: _spoken_about(concept, actor))


def _spoken_about(concept: Concept, actor: Actor) -> list[tuple[str, str]]:
    spoken = Item.objects.visible_to(actor).filter(
        kind="contribution", concept=concept, contribution__about__isnull=False
    )
    counts = Counter(spoken.order_by().values_list("contribution__about", flat=True))
    ids = [pk for pk, _count in counts.most_common(MOST_CHOICES)]
    rows = (
        Item.objects.visible_to(actor)
        .filter(pk__in=ids)
        .only("pk", "number", "title", "title_en", "sort_key")
    )
    return [(item.pk, str(item)) for item in rows.order_by("sort_key", "pk")]


def _spoken_of(asker: Asker, value: str) -> str | None:
    """What an item is called that is none of those spoken about most. One query."""
    return _title(asker, value, (*SPOKEN_OF, "district"))


def format_title(asker: Asker, value: str) -> str | None:
    """What a format is called that is none of the first. One query."""
    return _title(asker, value, ("format",))


def _title(asker: Asker, pk: str, kinds: tuple[str, ...]) -> str | None:
    """Number and title of a visible item of some kinds; None where there is none."""
    if not is_id(pk):
        return None
    found = Item.objects.visible_to(asker.actor).filter(concept=asker.concept, kind__in=kinds, pk=pk)
    return next((str(item) for item in found.only("pk", "number", "title", "title_en", "sort_key")), None)


def _about(items: ItemQuerySet, value: str) -> ItemQuerySet:
    """Begins with the contributions that name it: joined, the database looks through all that are public."""
    return items.filter(pk__in=Contribution.objects.filter(about=value).values("pk"))


ABOUT_FILTER = Filter("zu", gettext_lazy("Bezug"), _choices, _about, _spoken_of)


def let_speak_of(*kinds: str) -> None:
    """Let people say something about items of these kinds; a room above does so for its own."""
    for kind in kinds:
        if kind not in SPOKEN_OF:
            SPOKEN_OF.append(kind)
            ask_with_detail(kind, "said", lambda pk: Contribution.objects.filter(about=pk))
            add_to_detail(kind, said_about)


let_speak_of("indicator", "plan")
ask_with_detail("district", "said", lambda pk: Contribution.objects.filter(district=pk))
add_to_detail("district", said_about)
add_way_out(way_to_say)
