"""Application settings of the portal."""

from django.apps import AppConfig


class PublishConfig(AppConfig):
    """The portal keeps nothing of its own; it shows what the rooms keep."""

    name = "insek.publish"
    label = "publish"
    default_auto_field = "django.db.models.BigAutoField"
