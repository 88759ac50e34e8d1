"""Where findings are torn."""

from django.utils.translation import gettext_lazy as _

from insek.thread.gaps import Gap, items_without, register_gap

register_gap(
    Gap(
        name="finding_without_evidence",
        severity="warning",
        title=_("Befund ohne Beleg"),
        advice=_("Verknüpfen Sie den Befund mit dem Indikator, der ihn belegt."),
        link_choice="gruende.evidences.indicator",
        find=lambda concept: items_without(concept, "finding", reason="evidences"),
    )
)
