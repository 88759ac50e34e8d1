"""Application settings of the thread."""

from django.apps import AppConfig


class ThreadConfig(AppConfig):
    """The thread is imported by every room; rooms tell it their kinds when the app starts."""

    name = "insek.thread"
    label = "thread"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Make the rules known."""
        from . import rules  # noqa: F401  (registers on import)
