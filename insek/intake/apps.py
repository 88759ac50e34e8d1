"""Application settings of reading in and of bulk changes."""

from django.apps import AppConfig


class IntakeConfig(AppConfig):
    """What this room adds to lists, history and the clock is registered when the app starts."""

    name = "insek.intake"
    label = "intake"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Make the rules, the tools of lists and what is purged known."""
        from insek.people.addresses import register_address
        from insek.thread.history import register_purged, register_purging

        register_address("read-in", "intake-begin")

        from . import (  # noqa: F401  (register on import)
            batches,
            bulk,
            items_target,
            links_target,
            list_tools,
            offices_target,
            people_target,
            readings,
            releasing,
            rules,
            sheet_reading,
        )

        register_purging(batches.purge_files)
        register_purged("intake.Batch", ("label", "task", "problem"))
        register_purged("intake.BatchEntry", ("title", "reason", "differences", "parts", "notes", "shown"))
        register_purged("intake.KeptWord", ("word",))
