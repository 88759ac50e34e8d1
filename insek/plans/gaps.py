"""Where the plans are torn."""

from django.db.models import Exists, OuterRef
from django.utils.translation import gettext_lazy as _

from insek.thread.gaps import Gap, register_gap
from insek.thread.models import Item, Link

from .models import PlanAppraisal

FOLLOWS = ("evidences", "taken_up")
"""Links by which something of the concept follows from a plan."""

register_gap(
    Gap(
        name="plan_without_appraisal",
        severity="warning",
        title=_("Planwerk ohne Bewertung"),
        advice=_("Bewerten Sie Aktualität, Aussagekraft und Bindungswirkung auf der Seite des Planwerks."),
        mend="item",
        find=lambda concept: Item.objects.filter(
            ~Exists(PlanAppraisal.objects.filter(plan=OuterRef("pk"))), concept=concept, kind="plan"
        ),
    )
)
register_gap(
    Gap(
        name="plan_without_consequence",
        severity="hint",
        title=_("Planwerk, aus dem nichts folgt"),
        advice=_(
            "Verknüpfen Sie das Planwerk mit dem Befund, den es belegt, oder mit dem Ziel, in das es eingeht."
        ),
        link_choice="folgen.evidences.finding",
        find=lambda concept: Item.objects.filter(
            ~Exists(Link.objects.filter(source=OuterRef("pk"), kind__in=FOLLOWS)),
            concept=concept,
            kind="plan",
        ),
    )
)
