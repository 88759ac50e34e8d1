"""Application settings of the public duties."""

from datetime import timedelta

from django.apps import AppConfig


class DutiesConfig(AppConfig):
    """Keeps the pages a public body must have, and feedback about the portal."""

    name = "insek.publish.duties"
    label = "duties"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Make the table of the package, the rules and the recurring work known."""
        from insek.jobs.clock import register_recurring

        from . import package, rules, waiting  # noqa: F401  (register on import)
        from .services import purge_contacts

        register_recurring("purge-feedback-contacts", timedelta(days=1), purge_contacts)
