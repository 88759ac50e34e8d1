"""Application settings of the progress reports."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class ProgressConfig(AppConfig):
    """Registers the kind, its pages, its table and its own words."""

    name = "insek.publish.progress"
    label = "progress"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Register with the thread what is kept here."""
        from insek.people.addresses import register_address
        from insek.thread.extensions import register_lost
        from insek.thread.kinds import Kind, register_kind

        from . import labels, rules  # noqa: F401  (register on import; forms ask for them)
        from .services import validate_report

        register_kind(
            Kind(
                name="progress_report",
                model_path="progress.ProgressReport",
                label=_("Fortschrittsbericht"),
                plural=_("Fortschrittsberichte"),
                list_path="fortschrittsberichte",
                prefix="FB",
                order=95,
                explanation=_(
                    "Was aus dem Konzept geworden ist: ausgegeben ändert sich ein Bericht nicht mehr."
                ),
                empty=_("Hier werden die Fortschrittsberichte stehen."),
                is_closed=lambda row: row.is_issued,
                validate=validate_report,
            )
        )
        register_lost("progress_report", _("erstellte Dateien und ihre Prüfsummen"))
        register_address("progress_report-list")
        register_address("progress_report-create")

        from . import (
            making,  # noqa: F401  (registers on import)
            package,  # noqa: F401  (registers on import)
            pages,  # noqa: F401  (registers on import)
            rows,  # noqa: F401  (registers on import)
        )
