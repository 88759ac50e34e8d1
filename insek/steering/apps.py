"""Application settings of the steering room."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class SteeringConfig(AppConfig):
    """Registers what measures, goals and indicators show of their implementation."""

    name = "insek.steering"
    label = "steering"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Register with the thread and the pages what this room adds."""
        from insek.thread.extensions import register_lost
        from insek.thread.kinds import register_validation

        from . import labels  # noqa: F401  (registers on import; forms ask for them)
        from .services import validate_goal_year

        register_validation("goal", validate_goal_year)
        register_lost("indicator", _("Zielwerte"))

        from . import (
            api,  # noqa: F401  (registers on import)
            gaps,  # noqa: F401  (registers on import)
            pages,  # noqa: F401  (registers on import)
            rows,  # noqa: F401  (registers on import)
            rules,  # noqa: F401  (registers on import)
            waiting,  # noqa: F401  (registers on import)
        )
