"""Application settings of the concept room."""

from django.apps import AppConfig


class ConceptConfig(AppConfig):
    """The concept is what every room hangs on."""

    name = "insek.concept"
    label = "concept"
    default_auto_field = "django.db.models.BigAutoField"
