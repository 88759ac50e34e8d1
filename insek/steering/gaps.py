"""Where the implementation is torn."""

from django.utils.translation import gettext_lazy as _

from insek.thread.gaps import Gap, register_gap

from .queries import with_late_target, with_overdue_step, without_report

register_gap(
    Gap(
        name="report_overdue",
        severity="hint",
        title=_("Maßnahme ohne Bericht aus den letzten zwölf Monaten"),
        advice=_(
            "Bitten Sie die zuständige Organisationseinheit um einen Bericht, oder berichten Sie selbst."
        ),
        find=without_report,
        mend="item",
    )
)
register_gap(
    Gap(
        name="task_overdue",
        severity="hint",
        title=_("Maßnahme mit überfälligem Schritt"),
        advice=_("Tragen Sie ein, wann der Schritt erledigt war, oder geben Sie ihm einen neuen Termin."),
        find=with_overdue_step,
        mend="item",
    )
)
register_gap(
    Gap(
        name="target_after_goal",
        severity="warning",
        title=_("Zielwert, der nach dem Jahr seines Zieles liegt"),
        advice=_("Ändern Sie das Jahr des Zieles oder das des Zielwertes; das Jahr des Zieles entscheidet."),
        find=with_late_target,
        mend="item",
    )
)
