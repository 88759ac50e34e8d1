"""Where the spatial concept is torn."""

from django.utils.translation import gettext_lazy as _

from insek.thread.gaps import Gap, items_without, register_gap
from insek.thread.models import Item

register_gap(
    Gap(
        name="feature_without_place",
        severity="warning",
        title=_("Raumelement ohne Ort"),
        advice=_("Zeichnen Sie das Raumelement auf der Karte."),
        link_choice="",
        find=lambda concept: Item.objects.filter(concept=concept, kind="feature", location__isnull=True),
    )
)
register_gap(
    Gap(
        name="feature_without_goal",
        severity="hint",
        title=_("Raumelement ohne Ziel"),
        advice=_("Verknüpfen Sie das Raumelement mit dem Ziel oder der Maßnahme, die es im Raum zeigt."),
        link_choice="gruende.shown_by.goal",
        find=lambda concept: items_without(concept, "feature", reason="shown_by"),
    )
)
