"""Application settings of the concept room."""

from django.apps import AppConfig
from django.core.signals import request_started


class ConceptConfig(AppConfig):
    """The concept is what every room hangs on."""

    name = "insek.concept"
    label = "concept"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """The names of levels are read once for each request; the name of the city is no password."""
        from insek.people.passwords import register_names

        from . import levels
        from .queries import names_of_cities

        register_names(names_of_cities)
        request_started.connect(levels.forget, dispatch_uid="insek.level-names")
