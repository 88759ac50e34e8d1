"""Application settings of the jobs."""

from django.apps import AppConfig


class JobsConfig(AppConfig):
    """Rooms register their recurring work here when the app starts."""

    name = "insek.jobs"
    label = "jobs"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Make the recurring work of every installation known."""
        from . import recurring  # noqa: F401  (registers on import)
