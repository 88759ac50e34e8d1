"""Application settings of the thread."""

from django.apps import AppConfig
from django.core.signals import request_finished, request_started


class ThreadConfig(AppConfig):
    """The thread is imported by every room; rooms tell it their kinds when the app starts."""

    name = "insek.thread"
    label = "thread"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Make the rules known; the version of the content is asked once for each request."""
        from .history import register_purged

        register_purged("thread.Reshaping", ("reason", "log"), item="item_id")
        register_purged("thread.Lineage", ("reason", "before_title"), item="after")

        from .carrying import register_staying

        register_staying("thread.SearchEntry", "item", "Search forgets what is gone.")
        register_staying(
            "thread.OwnValue", "item", "What is entered in own fields stays with its item, as its text does."
        )
        register_staying("thread.Link", "source", "Links go on by themselves.")
        register_staying("thread.Link", "target", "Links go on by themselves.")

        from . import (
            english,  # noqa: F401  (registers on import)
            rules,  # noqa: F401  (registers on import)
            shared_cache,
        )

        request_started.connect(shared_cache.begin_request, dispatch_uid="insek.shared-cache-begin")
        request_finished.connect(shared_cache.end_request, dispatch_uid="insek.shared-cache-end")
