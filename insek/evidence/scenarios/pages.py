"""How scenarios are shown: what is assumed first, then what came out, how sure it is, and from what."""

from __future__ import annotations

from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from insek.concept.asker import Asker
from insek.items.pages import Choice, Filter, ItemPages, KindColumn, register_pages
from insek.people.actors import Right
from insek.thread.models import Item

from . import shown
from .forms import ScenarioForm
from .models import Scenario


def facts(item: Item) -> list[tuple[Any, Any]]:
    """The path, how far ahead, and what is assumed."""
    row = item.scenario
    ahead = ngettext("%(years)s Jahr voraus", "%(years)s Jahre voraus", row.years) % {"years": row.years}
    return [(_("Annahmen"), row.get_path_display()), (_("Reicht"), ahead), *shown.assumed_words(row)]


def actions(asker: Asker, item: Item) -> list[tuple[str, Any]]:
    """Make values of its result."""
    if not asker.actor.has(Right.EDIT):
        return []
    return [(reverse("scenario-publish", args=[item.pk]), _("Als Werte übernehmen"))]


register_pages(
    ItemPages(
        kind="scenario",
        form=ScenarioForm,
        detail_template="evidence/scenario.html",
        facts=facts,
        detail=shown.detail,
        mark=lambda item: ("kind-indicator", item.scenario.get_path_display()),
        actions=actions,
        filters=(
            Filter(
                "annahmen", gettext_lazy("Annahmen"), lambda asker: Scenario.Path.choices,
                lambda items, value: items.filter(scenario__path=value),
            ),
        ),
        columns=(
            KindColumn("path", Choice("path", "scenario")),
            KindColumn("years", lambda item: item.scenario.years),
            KindColumn("household_size", lambda item: item.scenario.household_size),
            KindColumn("reserve", lambda item: item.scenario.reserve),
            KindColumn("replacement", lambda item: item.scenario.replacement),
            KindColumn("density", lambda item: item.scenario.density),
            KindColumn("pipeline", lambda item: item.scenario.pipeline),
            KindColumn("inner_sites", lambda item: item.scenario.inner_sites),
            KindColumn("threshold", lambda item: item.scenario.threshold),
            KindColumn("births_change", lambda item: item.scenario.births_change),
            KindColumn("deaths_change", lambda item: item.scenario.deaths_change),
            KindColumn("net_migration", lambda item: item.scenario.net_migration),
            KindColumn("seed", lambda item: item.scenario.seed),
        ),
        reasons_empty=gettext_lazy("Ein Szenario steht am Anfang: Es zeigt, was aus Annahmen folgt."),
        consequences_empty=gettext_lazy("Noch beruft sich nichts im Konzept auf dieses Szenario."),
    )
)  # fmt: skip
