"""Where the way of a paper is torn."""

from django.utils.translation import gettext_lazy as _

from insek.thread.gaps import Gap, register_gap

from .queries import papers_with_unheard_ortsbeirat, weighty_papers_without_check

register_gap(
    Gap(
        name="ortsbeirat_not_heard",
        severity="warning",
        title=_("Ortsbeirat nicht angehört"),
        advice=_(
            "Die Vorlage betrifft einen Ortsbezirk. Tragen Sie die Anhörung seines Ortsbeirats vor der Entscheidung des"
            " Stadtrats ein (§ 75 Abs. 2 GemO)."
        ),
        find=papers_with_unheard_ortsbeirat,
        mend="item",
    )
)
register_gap(
    Gap(
        name="paper_without_check",
        severity="hint",
        title=_("Vorlage ohne INSEK-Prüfung"),
        advice=_(
            "Die Vorlage berührt mehrere Handlungsfelder oder die ganze Stadt. Prüfen Sie sie an den Zielen, bevor der"
            " Rat entscheidet."
        ),
        find=weighty_papers_without_check,
        mend="item",
    )
)
