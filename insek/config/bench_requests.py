"""What `insek bench pages` asks for: addresses of each kind of page, drawn at random from what the city holds."""

from __future__ import annotations

import random
from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING
from urllib.parse import urlencode

if TYPE_CHECKING:
    from insek.thread.models import Item

SORTS = ("nummer", "titel", "neu")
MANY_LINKS = 10


@dataclass(frozen=True)
class RequestKind:
    """One kind of request: how it is called, and an address of it."""

    label: str
    address: Callable[[random.Random], str]
    signed_in: bool = False
    after_a_change: bool = False
    """Before each request something public changes, so that nothing kept still holds."""


def requests() -> list[RequestKind]:
    """All kinds of request, in the order of the table."""
    from django.db.models import Count
    from django.urls import reverse

    from insek.concept.models import Field
    from insek.people.actors import ANONYMOUS
    from insek.thread.models import Item

    public = Item.objects.visible_to(ANONYMOUS)
    chance = random.Random(3)
    said = list(public.filter(kind="contribution").only("sort_key", "title_key", "updated_at", "kind"))
    ids = list(public.values_list("pk", flat=True))
    linked = public.annotate(links=Count("consequences", distinct=True) + Count("reasons", distinct=True))
    linked_ids = list(
        linked.filter(links__gte=MANY_LINKS)
        .exclude(kind="district")
        .order_by("pk")
        .values_list("pk", flat=True)[:500]
    )
    fields = list(Field.objects.values_list("key", flat=True))
    places = list(public.filter(kind="district").values_list("pk", flat=True))
    formats = list(public.filter(kind="format").values_list("pk", flat=True))
    titles = [item.title for item in chance.sample(said, min(500, len(said)))]
    words = sorted({word for title in titles for word in title.split() if len(word) > 4 and word.isalpha()})
    contributions = reverse("contribution-list")

    def page_of_list(chance: random.Random) -> str:
        sort = chance.choice(SORTS)
        asked = {"sortierung": sort}
        if chance.random() < 0.7:
            asked["nach"] = _behind(sort, chance.choice(said))
        return f"{contributions}?{urlencode(asked)}"

    def filtered(chance: random.Random) -> str:
        filters = {
            "feld": chance.choice(fields),
            "art": chance.choice(("idea", "praise", "problem", "question")),
            "ort": chance.choice(places),
            "format": chance.choice(formats),
        }
        asked = {name: filters[name] for name in chance.sample(sorted(filters), chance.randint(1, 2))}
        return f"{contributions}?{urlencode(asked | {'sortierung': chance.choice(SORTS)})}"

    def searched(chance: random.Random) -> str:
        wanted = " ".join(chance.sample(words, chance.randint(1, 2)))
        return f"{reverse('search')}?{urlencode({'q': wanted})}"

    def ids_of(kind: str) -> list[str]:
        return list(public.filter(kind=kind).order_by("pk").values_list("pk", flat=True))

    def fixed(name: str) -> Callable[[random.Random], str]:
        return lambda chance: reverse(name)

    return [
        RequestKind("Startseite", fixed("start")),
        RequestKind("Liste der Beiträge", page_of_list),
        RequestKind("Liste, gefiltert", filtered),
        RequestKind("Suche", searched),
        RequestKind("Inhalt", lambda chance: reverse("item", args=[chance.choice(ids)])),
        RequestKind(
            "Inhalt mit vielen Verknüpfungen",
            lambda chance: reverse("item", args=[chance.choice(linked_ids)]),
        ),
        RequestKind("Stadtkarte", fixed("city-map")),
        RequestKind("Umsetzung", fixed("steering")),
        RequestKind("Eigener Bereich (Projektleitung)", fixed("home"), signed_in=True),
        RequestKind("Lücken", fixed("gap-list"), signed_in=True),
        *_newer_rooms(fixed, ids_of),
        *(
            RequestKind(
                f"{label} nach einer Änderung", fixed(name), signed_in=name == "gap-list", after_a_change=True
            )
            for label, name in (("Startseite", "start"), ("Umsetzung", "steering"), ("Lücken", "gap-list"))
        ),
    ]


def _newer_rooms(
    fixed: Callable[[str], Callable[[random.Random], str]], ids_of: Callable[[str], list[str]]
) -> list[RequestKind]:
    """Pages of plans, rounds of reports, checks, scenarios and the dossier; those of kinds of which the city has nothing are left out."""
    from django.urls import reverse

    kinds = [
        RequestKind("Gesamtschau der Pläne", fixed("plan-overview")),
        RequestKind("Pläne im Vergleich", fixed("plan-overview-subjects")),
        RequestKind("Wo steht die Stadt", fixed("city-health")),
        RequestKind("Zahlen", fixed("all-values")),
        RequestKind("Berichtsrunden", fixed("report-round-list"), signed_in=True),
        RequestKind("INSEK-Prüfungen", fixed("concept_check-list"), signed_in=True),
        RequestKind("Vorschläge des Programms", fixed("suggestion-queue"), signed_in=True),
    ]
    for label, kind, name, asked in (
        ("Planwerk", "plan", "item", ""),
        ("Prüfung", "concept_check", "item", ""),
        ("Szenario", "scenario", "item", ""),
        ("Dossier einer Maßnahme", "measure", "dossier", "von"),
    ):
        if some := ids_of(kind):

            def drawn(
                chance: random.Random, some: list[str] = some, name: str = name, asked: str = asked
            ) -> str:
                pk = chance.choice(some)
                return f"{reverse(name)}?{urlencode({asked: pk})}" if asked else reverse(name, args=[pk])

            kinds.append(RequestKind(label, drawn))
    return kinds


def change_something() -> None:
    """Write a line of history that counts for everybody: what is kept does not hold any more."""
    from insek.thread.models import Change, Item

    item = Item.objects.filter(visibility="public").only("pk", "concept_id", "version").first()
    assert item is not None
    Change.objects.create(
        concept_id=item.concept_id, item_id=item.pk, action=Change.Action.UPDATED, version=item.version,
        differences={}, internal=False,
    )  # fmt: skip


def _behind(sort: str, item: Item) -> str:
    """The cursor of the page behind an item."""
    from insek.items.filters_and_sorts import order_of
    from insek.items.pages import pages_of
    from insek.web.paging import cursor_behind

    return cursor_behind(item, order_of(pages_of("contribution"), sort))


def cookie_of_lead() -> str:
    """The cookie of somebody signed in as project lead."""
    from django.conf import settings
    from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY
    from django.contrib.sessions.backends.db import SessionStore

    from insek.people.models import Membership

    user = Membership.objects.filter(role__key="project-lead").select_related("user")[0].user
    session = SessionStore()
    session[SESSION_KEY] = str(user.pk)
    session[BACKEND_SESSION_KEY] = "django.contrib.auth.backends.ModelBackend"
    session[HASH_SESSION_KEY] = user.get_session_auth_hash()
    session.save()
    return f"{settings.SESSION_COOKIE_NAME}={session.session_key}"
