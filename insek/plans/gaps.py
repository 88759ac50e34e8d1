"""Where the plans are torn."""

from django.db.models import Exists, OuterRef
from django.utils.translation import gettext_lazy as _

from insek.thread.gaps import Gap, register_gap
from insek.thread.models import Item

from .models import PlanAppraisal

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
