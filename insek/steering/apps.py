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
        from insek.council.successions import register_done
        from insek.thread.carrying import register_staying
        from insek.thread.extensions import register_lost
        from insek.thread.kinds import register_validation

        from . import budget_models, labels, round_models  # noqa: F401  (registers on import; forms ask for them)
        from .queries import measures_done
        from .services import validate_goal_year

        register_validation("goal", validate_goal_year)
        register_done(measures_done)
        register_lost("measure", _("Antworten aus Berichtsrunden"))
        register_lost("indicator", _("Zielwerte"))
        register_staying(
            "steering.RoundAnswer",
            "measure",
            "it was said of the measure that was asked for; what was sent goes on as a report",
        )

        from . import (
            answering,  # noqa: F401  (registers on import)
            api,  # noqa: F401  (registers on import)
            budget_package,  # noqa: F401  (registers on import; before the rows that refer to it)
            budget_pages,  # noqa: F401  (registers on import)
            budget_rows,  # noqa: F401  (registers on import)
            budget_suggested,  # noqa: F401  (registers on import)
            budget_target,  # noqa: F401  (registers on import)
            coverage_suggested,  # noqa: F401  (registers on import)
            gaps,  # noqa: F401  (registers on import)
            how_far,  # noqa: F401  (registers on import)
            interplay,  # noqa: F401  (registers on import)
            missing,  # noqa: F401  (registers on import)
            pages,  # noqa: F401  (registers on import)
            round_told,  # noqa: F401  (registers on import)
            round_views,  # noqa: F401  (registers on import)
            round_waiting,  # noqa: F401  (registers on import)
            rows,  # noqa: F401  (registers on import)
            rules,  # noqa: F401  (registers on import)
            told,  # noqa: F401  (registers on import)
            waiting,  # noqa: F401  (registers on import)
        )
