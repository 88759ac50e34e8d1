"""Application settings of the release step."""

from django.apps import AppConfig


class ReleaseConfig(AppConfig):
    """Proposals wait here; rooms register the acts that a release performs."""

    name = "insek.release"
    label = "release"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Make known what waits in the own area, what is purged, and what happens to proposals of a deleted item."""
        from insek.thread.carrying import register_staying
        from insek.thread.history import register_purged
        from insek.thread.services import register_before_deletion
        from insek.thread.setting_up import register_before_change

        from . import (
            also_published_rows,  # noqa: F401  (registers on import)
            reshaping,  # noqa: F401  (registers on import)
            row_proposals,  # noqa: F401  (registers on import)
            splitting,  # noqa: F401  (registers on import)
            waiting_changes,  # noqa: F401  (registers on import)
        )
        from .bundling import refuse_deletion, refuse_part
        from .models import PURGED, close_with

        register_before_deletion(refuse_deletion)
        register_before_change(refuse_part)
        register_before_deletion(close_with)
        register_staying("release.Proposal", "item", "What waits about an item keeps it from being merged.")
        register_purged("release.Proposal", PURGED, item="item")
