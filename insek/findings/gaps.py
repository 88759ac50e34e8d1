"""Where findings are torn."""

from django.utils.translation import gettext_lazy as _

from insek.thread.gaps import Gap, register_gap
from insek.thread.models import Item

from . import evidence

register_gap(
    Gap(
        name="finding_without_evidence",
        severity="warning",
        title=_("Befund ohne Beleg"),
        advice=_("Suchen Sie einen Beleg, oder sagen Sie, dass es eine Behauptung ohne Beleg ist."),
        link_choice="gruende.evidences.indicator",
        find=lambda concept: evidence.unproven(
            Item.objects.filter(concept=concept, kind="finding", finding__is_assertion=False)
        ),
    )
)
