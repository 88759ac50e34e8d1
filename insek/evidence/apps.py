"""Application settings of the evidence room."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class EvidenceConfig(AppConfig):
    """Registers the kind indicator."""

    name = "insek.evidence"
    label = "evidence"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Register with the thread what this room keeps."""
        from insek.thread.extensions import register_lost
        from insek.thread.history import register_purged, register_purging
        from insek.thread.kinds import Kind, register_kind

        from . import (
            gaps,  # noqa: F401  (registers on import)
            labels,  # noqa: F401  (registers on import; forms ask for them)
        )

        register_kind(
            Kind(
                name="indicator",
                model_path="evidence.Indicator",
                label=_("Indikator"),
                plural=_("Grundlagen"),
                list_path="grundlagen",
                prefix="I",
                order=20,
                level="indicator",
                explanation=_("Zahlen zur Stadt, jede mit Stichtag und Quelle."),
                empty=_("Hier werden die Indikatoren mit ihren Zeitreihen stehen."),
                search_texts=lambda row: (row.title_en, row.unit, row.method),
            )
        )

        register_lost("indicator", _("Brüche in der Reihe"))

        from . import (
            also_published,  # noqa: F401  (registers on import)
            import_pages,  # noqa: F401  (registers on import)
            package,  # noqa: F401  (registers on import)
            pages,  # noqa: F401  (registers on import)
        )
        from .import_services import purge_files

        register_purging(purge_files)
        register_purged("evidence.PendingImport", ("name", "columns"))
        register_purged("evidence.ImportBatch", ("label",))
