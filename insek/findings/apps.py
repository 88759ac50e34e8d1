"""Application settings of the findings room."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class FindingsConfig(AppConfig):
    """Registers the kind finding and how evidence leads to it."""

    name = "insek.findings"
    label = "findings"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Register with the thread what this room keeps."""
        from insek.participation.about import let_speak_of
        from insek.participation.outcomes import register_outcome
        from insek.thread.kinds import Kind, register_kind, register_link_kind

        from . import gaps  # noqa: F401  (registers on import)

        register_kind(
            Kind(
                name="finding",
                model_path="findings.Finding",
                label=_("Befund"),
                plural=_("Befunde"),
                list_path="feststellungen",
                prefix="F",
                order=30,
                level="finding",
                explanation=_("Stärken, Schwächen, Chancen und Risiken der Stadt."),
                empty=_("Hier werden Stärken, Schwächen, Chancen und Risiken stehen."),
            )
        )
        evidence = [(kind, "finding") for kind in ("indicator", "plan", "contribution", "minutes")]
        register_link_kind("evidences", evidence, _("belegt"), _("belegt durch"))
        register_outcome("evidences", _("belegt einen Befund"))
        let_speak_of("finding")
        register_link_kind("located_in", [("finding", "district")], _("betrifft"), _("ist Ort von"))

        from . import (
            package,  # noqa: F401  (registers on import)
            pages,  # noqa: F401  (registers on import)
        )
