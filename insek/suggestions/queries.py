"""What can be asked of suggestions: the queue of a person, its filters, and what waits."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any
from urllib.parse import urlencode

from django.db.models import Count, F, Q
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from insek.concept.asker import Asker
from insek.concept.models import Concept
from insek.people.actors import Actor
from insek.thread.models import Item
from insek.web.waiting import SHOWN, Waiting, WaitingLine

from .models import Suggestion, SuggestionQuerySet
from .register import all_suggestion_kinds

MOST_ABOUTS = 100
STRONG, DOUBTFUL = "stark", "zweifelhaft"
ORDERS: dict[str, tuple[str, ...]] = {
    STRONG: ("later", "-confidence", "id"),
    DOUBTFUL: ("later", "confidence", "id"),
}


@dataclass(frozen=True)
class QueueChoice:
    """What a person filters the queue by, as the address says it."""

    kind: str = ""
    field: str = ""
    item: str = ""
    about: str = ""
    order: str = STRONG

    @property
    def query(self) -> str:
        """The same for an address; nothing where nothing is chosen."""
        names = {"art": self.kind, "feld": self.field, "inhalt": self.item, "zu": self.about}
        said = {name: value for name, value in names.items() if value}
        if self.order != STRONG:
            said["ordnung"] = self.order
        return f"?{urlencode(said)}" if said else ""

    def without(self, name: str) -> QueueChoice:
        """The same with one filter less."""
        return replace(self, **{name: ""})


def choice_of(asked: Mapping[str, Any]) -> QueueChoice:
    """What an address chooses; what it cannot mean is taken for nothing."""
    order = str(asked.get("ordnung", ""))
    return QueueChoice(
        kind=_short(asked.get("art")), field=_short(asked.get("feld")), item=_short(asked.get("inhalt")),
        about=_short(asked.get("zu")), order=order if order in ORDERS else STRONG,
    )  # fmt: skip


def _short(value: Any) -> str:
    text = str(value or "")
    return text if len(text) <= 50 and "\x00" not in text else ""


def chosen(concept: Concept, choice: QueueChoice, actor: Actor) -> SuggestionQuerySet:
    """The suggestions that a person filters for and may see, decided or not."""
    rows = Suggestion.objects.filter(concept=concept).visible_to(actor)
    if choice.kind:
        rows = rows.filter(kind=choice.kind)
    if choice.field:
        in_field = Item.objects.filter(fields__key=choice.field, concept=concept).values("pk")
        rows = rows.filter(Q(field_key=choice.field) | Q(item__in=in_field))
    if choice.item:
        rows = rows.filter(Q(item=choice.item) | Q(other=choice.item))
    if choice.about:
        rows = rows.filter(about=choice.about)
    return rows


def waiting_for(concept: Concept, choice: QueueChoice, actor: Actor) -> SuggestionQuerySet:
    """What waits, in the order that was chosen."""
    known = [kind.name for kind in all_suggestion_kinds()]
    return chosen(concept, choice, actor).waiting().filter(kind__in=known).order_by(*ORDERS[choice.order])


def next_for(rows: SuggestionQuerySet, actor: Actor) -> Suggestion | None:
    """The first that lies before nobody else; where all do, the first. One or two queries."""
    free = Q(held_by=None) | Q(held_by=actor.user_id) | Q(held_until__lt=timezone.now())
    some = rows.select_related("item", "other", "about")
    return some.filter(free).first() or some.first()


def counts_by_kind(concept: Concept, actor: Actor) -> list[tuple[str, str, int]]:
    """Name, plural and how many wait, for each kind of which some do. One query."""
    rows = waiting_for(concept, QueueChoice(), actor).order_by("kind").values("kind")
    counts = dict(rows.annotate(number=Count("pk")).values_list("kind", "number"))
    return [
        (kind.name, str(kind.plural), counts[kind.name])
        for kind in all_suggestion_kinds()
        if kind.name in counts
    ]


def abouts_of(waiting: SuggestionQuerySet) -> list[Item]:
    """What waiting suggestions belong to, such as plans; the first of them. One query."""
    named = waiting.exclude(about=None).order_by().values("about")
    return list(Item.objects.filter(pk__in=named)[:MOST_ABOUTS])


def last_decision_of(concept: Concept, actor: Actor, key: int) -> Suggestion | None:
    """A suggestion that this person decided and may take back. One query."""
    rows = Suggestion.objects.filter(concept=concept).visible_to(actor).decided()
    return rows.filter(pk=key, decider=actor.user_id).select_related("proposal").first()


def decided_lately(concept: Concept, choice: QueueChoice, actor: Actor) -> SuggestionQuerySet:
    """What was decided, the last first."""
    rows = chosen(concept, choice, actor).decided().select_related("decider", "proposal", "item", "other")
    return rows.filter(decided_at__isnull=False).order_by(F("decided_at").desc(), "-pk")


def waiting_suggestions(asker: Asker) -> Waiting | None:
    """What waits in the queue, for the own area of those who decide. One query."""
    if asker.concept is None or not (asker.actor.sees_internal and asker.actor.has("edit")):
        return None
    counts = counts_by_kind(asker.concept, asker.actor)
    queue = reverse("suggestion-queue")
    lines = [
        WaitingLine(
            plural, queue + QueueChoice(kind=name).query, _waiting_words(count), title_is_german=False
        )
        for name, plural, count in counts[:SHOWN]
    ]
    return Waiting(
        key="suggestions",
        heading=_("Vorschläge des Programms"),
        lines=lines,
        count=len(counts),
        more_url=queue if counts else "",
        more_label=_("Durchsehen und entscheiden"),
        empty=_("Kein Vorschlag wartet auf Ihre Entscheidung."),
    )


def _waiting_words(count: int) -> str:
    return ngettext("%(count)s wartet", "%(count)s warten", count) % {"count": count}
