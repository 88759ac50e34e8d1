"""Where the evidence is torn."""

from django.db.models import Exists, OuterRef
from django.utils.translation import gettext_lazy as _

from insek.thread.gaps import Gap, register_gap
from insek.thread.models import Item

from .models import Observation

register_gap(
    Gap(
        name="indicator_without_value",
        severity="warning",
        title=_("Indikator ohne Wert"),
        advice=_("Tragen Sie mindestens einen Wert mit Quelle ein."),
        find=lambda concept: Item.objects.filter(
            ~Exists(Observation.objects.current().filter(indicator=OuterRef("pk"), value__isnull=False)),
            concept=concept,
            kind="indicator",
            indicator__formula="",
        ),
        mend="observations",
    )
)
