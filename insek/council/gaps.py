"""Where the way of a paper is torn."""

from django.utils.translation import gettext_lazy as _

from insek.thread.gaps import Gap, register_gap

from .hearing import late_links, papers_of, unheard_links
from .queries import finished_checks_kept_inside, weighty_papers_without_check
from .successions import items_without_fate

register_gap(
    Gap(
        name="ortsbeirat_not_heard",
        severity="warning",
        title=_("Örtliches Gremium nicht angehört"),
        advice=_(
            "Die Vorlage betrifft einen Teil der Stadt, und sein Gremium ist nicht rechtzeitig angehört oder dafür vorgesehen."
            " Ist der Tag vorbei, tragen Sie ein, ob ihm die Sache vorlag."
        ),
        find=lambda concept: papers_of(unheard_links(concept)),
        mend="item",
    )
)
register_gap(
    Gap(
        name="ortsbeirat_heard_late",
        severity="warning",
        title=_("Örtliches Gremium zu spät angehört"),
        advice=_(
            "Zwischen Anhörung und Entscheidung liegen keine zwei Tage. So kann kaum in die Entscheidung eingehen, was das"
            " Gremium sagt."
        ),
        find=lambda concept: papers_of(late_links(concept)),
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
register_gap(
    Gap(
        name="check_not_public",
        severity="hint",
        title=_("Abgeschlossene INSEK-Prüfung nicht öffentlich"),
        advice=_(
            "Die Vorlage ist öffentlich, ihre Prüfung nicht. Veröffentlichen Sie die Prüfung, damit man sie lesen kann."
        ),
        find=finished_checks_kept_inside,
        mend="edit",
    )
)
register_gap(
    Gap(
        name="item_without_succession",
        severity="hint",
        title=_("Inhalt ohne Verbleib in der nächsten Ausgabe"),
        advice=_(
            "An einer Ausgabe wird gearbeitet, und niemand hat gesagt, was darin aus diesem Inhalt der geltenden wird. Stünde er"
            " nicht mehr darin, ließe sie sich so nicht einreichen."
        ),
        find=items_without_fate,
        mend="succession",
    )
)
