"""Application settings of the suggestions room."""

from django.apps import AppConfig


class SuggestionsConfig(AppConfig):
    """What a machine proposes; rooms above register what proposes and what accepting does."""

    name = "insek.suggestions"
    label = "suggestions"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Register with earlier rooms what this one adds."""
        from datetime import timedelta

        from insek.jobs.clock import register_recurring
        from insek.people.addresses import register_address
        from insek.release.changes import register_engine_words
        from insek.thread.carrying import register_staying
        from insek.thread.history import register_purged
        from insek.thread.services import register_before_deletion
        from insek.web.waiting import register_waiting

        from . import item_fields, item_links, rules, runs  # noqa: F401  (register on import)
        from .keeping import forget_waiting_about
        from .queries import waiting_suggestions
        from .register import engine_words
        from .vectors import forget_unused_vectors

        why = "A suggestion is about the item as it was read; the next run reads what became of it."
        for column in ("item", "other", "about"):
            register_staying("suggestions.Suggestion", column, why)
        register_staying("suggestions.SuggestionRun", "about", "A run looked at the item as it was.")
        register_purged(
            "suggestions.Suggestion", ("content", "why", "evidence", "changed_to", "note"), item="item"
        )
        register_before_deletion(forget_waiting_about)
        register_engine_words(engine_words)
        register_waiting("suggestions", 15, waiting_suggestions)
        register_recurring("forget-unused-vectors", timedelta(days=1), forget_unused_vectors)
        from . import package  # noqa: F401  (registers on import)

        register_address("suggestion-queue")
        register_address("suggestion-runs")
