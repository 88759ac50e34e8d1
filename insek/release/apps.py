"""Application settings of the release step."""

from django.apps import AppConfig


class ReleaseConfig(AppConfig):
    """Proposals wait here; rooms register the acts that a release performs."""

    name = "insek.release"
    label = "release"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Make known what waits in the own area, what is purged, and what happens to proposals of a deleted item."""
        from insek.thread.history import register_purged
        from insek.thread.services import register_before_deletion

        from . import also_published_rows, row_proposals, waiting_changes  # noqa: F401  (registers on import)
        from .models import PURGED, close_with

        register_before_deletion(close_with)
        register_purged("release.Proposal", PURGED, item="item")
