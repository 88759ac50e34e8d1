"""Application settings of the pages that all kinds share."""

from django.apps import AppConfig


class ItemsConfig(AppConfig):
    """Rooms declare the pages of their kinds here when the app starts."""

    name = "insek.items"
    label = "items"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Make known who may keep and share views."""
        from . import rules  # noqa: F401  (registers on import)
