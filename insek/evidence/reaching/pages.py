"""How analyses of reachability are shown: the answer first, then the districts, then what it rests on."""

from __future__ import annotations

from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from insek.concept.asker import Asker
from insek.items.pages import Choice, Filter, ItemPages, KindColumn, register_pages
from insek.people.actors import Right
from insek.thread.models import Item

from . import shown
from .forms import ReachForm
from .models import ReachAnalysis


def detail(asker: Asker, item: Item) -> dict[str, Any]:
    """The result with the links to what can be done with it."""
    context = shown.reach_detail(asker, item)
    return context | {"ways_on": shown.tool_links(item) if context["run"] else []}


def actions(asker: Asker, item: Item) -> list[tuple[str, Any]]:
    """Make an indicator of its result."""
    if not asker.actor.has(Right.EDIT):
        return []
    return [(reverse("reach-take", args=[item.pk]), _("Als Indikator übernehmen"))]


register_pages(
    ItemPages(
        kind="reach",
        form=ReachForm,
        detail_template="evidence/reach.html",
        facts=shown.short_facts,
        detail=detail,
        mark=lambda item: ("kind-reach", item.reach.get_mode_display()),
        actions=actions,
        filters=(
            Filter(
                "wie", gettext_lazy("Wie"), lambda asker: ReachAnalysis.Mode.choices,
                lambda items, value: items.filter(reach__mode=value),
            ),
        ),
        columns=(
            KindColumn("facilities", lambda item: item.reach.facilities),
            KindColumn("words", lambda item: item.reach.words),
            KindColumn("mode", Choice("mode", "reach")),
            KindColumn("minutes", lambda item: item.reach.minutes),
            KindColumn("spread", Choice("spread", "reach")),
        ),
        reasons_empty=gettext_lazy("Eine Erreichbarkeit steht am Anfang: Sie zeigt, was da ist."),
        consequences_empty=gettext_lazy("Noch beruft sich nichts im Konzept auf diese Erreichbarkeit."),
    )
)  # fmt: skip
