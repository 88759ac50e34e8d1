"""Application settings of the portal."""

from django.apps import AppConfig


class PublishConfig(AppConfig):
    """The portal shows what the rooms keep; of its own it keeps reports for a day."""

    name = "insek.publish"
    label = "publish"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Make the chapters of the printed concept and the recurring work known."""
        from .report import services, standard, views  # noqa: F401
