"""Application settings of the pages that all kinds share."""

from django.apps import AppConfig


class WebConfig(AppConfig):
    """Makes known who may keep views and change many items, and what is cleared away."""

    name = "insek.web"
    label = "web"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Register rules, recurring work and what purging reaches."""
        from insek.thread.history import register_purged, register_purging

        from . import batches, bulk, rules, sheet_reading  # noqa: F401  (registers on import)

        register_purging(batches.purge_files)
        register_purged("web.Batch", ("label", "task", "problem"))
        register_purged("web.BatchEntry", ("title", "reason", "differences"))
