"""Where the spatial concept is torn."""

from django.utils.translation import gettext_lazy as _

from insek.thread.gaps import Gap, items_without, register_gap
from insek.thread.models import Item

from .overlaps import unanswered
from .sign_check import contradictions

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
register_gap(
    Gap(
        name="sign_contradicts_shape",
        severity="warning",
        title=_("Planzeichen passt nicht zur Zeichnung"),
        advice=_(
            "Das Element ist als etwas anderes gezeichnet, als sein Planzeichen es vorsieht. Zeichnen Sie es neu, oder geben Sie ihm ein anderes Zeichen."
        ),
        link_choice="",
        find=lambda concept: Item.objects.filter(pk__in=[item.pk for item in contradictions(concept)]),
    )
)
register_gap(
    Gap(
        name="aims_that_conflict",
        severity="warning",
        title=_("Raumelemente widersprechen sich"),
        advice=_(
            "Nach den Regeln der Stadt schließen sich zwei Elemente aus, die übereinander liegen. Ändern Sie eines, oder sagen Sie, warum es so gewollt ist."
        ),
        mend="sign_conflicts",
        find=unanswered,
    )
)
