"""Application settings of the concept room."""

from django.apps import AppConfig
from django.core.signals import request_started


class ConceptConfig(AppConfig):
    """The concept is what every room hangs on."""

    name = "insek.concept"
    label = "concept"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """The names of levels are read once for each request."""
        from . import levels

        request_started.connect(levels.forget, dispatch_uid="insek.level-names")
