"""Application settings of the plans room."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class PlansConfig(AppConfig):
    """Registers the kind plan and where a plan applies; what follows from plans is said by later rooms."""

    name = "insek.plans"
    label = "plans"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Register with the thread what this room keeps."""
        from insek.thread.extensions import register_lost
        from insek.thread.kinds import Kind, register_kind, register_link_kind

        from . import (
            gaps,  # noqa: F401  (registers on import)
            labels,  # noqa: F401  (registers on import; forms ask for them)
        )

        register_kind(
            Kind(
                name="plan",
                search_rank=85,
                model_path="plans.Plan",
                label=_("Planwerk"),
                plural=_("Planwerke"),
                list_path="planwerke",
                prefix="P",
                order=25,
                level="plan",
                explanation=_(
                    "Pläne und Konzepte, die schon gelten oder entstehen, und was sie heute noch wert sind."
                ),
                empty=_("Hier werden die Pläne und Konzepte der Stadt stehen."),
                search_texts=lambda row: (row.aims, row.area, row.decision_body),
            )
        )
        register_lost("plan", _("Bewertungen"))
        register_link_kind("located_in", [("plan", "district")], _("betrifft"), _("ist Ort von"))

        from . import (
            package,  # noqa: F401  (registers on import)
            pages,  # noqa: F401  (registers on import)
        )
