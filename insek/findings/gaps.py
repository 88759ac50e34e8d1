"""Where findings are torn."""

from django.utils.translation import gettext_lazy as _

from insek.thread.gaps import Gap, items_without, register_gap

register_gap(
    Gap(
        name="finding_without_evidence",
        severity="warning",
        title=_("Feststellung ohne Beleg"),
        advice=_("Verknüpfen Sie die Feststellung mit dem Indikator, der sie belegt."),
        relation="gruende.evidences.indicator",
        find=lambda concept: items_without(concept, "finding", reason="evidences"),
    )
)
register_gap(
    Gap(
        name="finding_without_goal",
        severity="hint",
        title=_("Feststellung, aus der nichts folgt"),
        advice=_("Verknüpfen Sie die Feststellung mit dem Ziel oder der Leitlinie, die sie begründet."),
        relation="folgen.justifies.goal",
        find=lambda concept: items_without(concept, "finding", consequence="justifies"),
    )
)
