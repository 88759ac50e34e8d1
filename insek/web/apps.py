"""Application settings of the pages that all kinds share."""

from django.apps import AppConfig


class WebConfig(AppConfig):
    """Makes known who may keep and share views."""

    name = "insek.web"
    label = "web"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Register rules."""
        from . import rules  # noqa: F401  (registers on import)
