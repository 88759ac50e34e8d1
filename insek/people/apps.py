"""Application settings of the people room."""

from typing import Any

from django.apps import AppConfig
from django.db.models.signals import post_migrate


class PeopleConfig(AppConfig):
    """People stand at the right end of the house: every room may import them."""

    name = "insek.people"
    label = "people"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Make the rules known and the default roles present."""
        from . import rules  # noqa: F401  (registers on import)

        post_migrate.connect(_create_default_roles, sender=self)


def _create_default_roles(**_kwargs: Any) -> None:
    """After every migration the roles that the program knows are there; what a city changed stays."""
    from .services import ensure_roles

    ensure_roles()
