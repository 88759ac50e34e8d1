"""Application settings of notices."""

from django.apps import AppConfig


class NoticesConfig(AppConfig):
    """What is told to whom; rooms above register what they have to tell."""

    name = "insek.notices"
    label = "notices"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Register with earlier rooms what this one adds."""
        from datetime import timedelta

        from insek.jobs.clock import register_recurring
        from insek.jobs.reaper import register_finder
        from insek.people.addresses import register_address

        from . import answer_notice, basic, following, links, outbox, persons, rules, sending  # noqa: F401  (register on import)

        register_recurring("tell-of-the-day", timedelta(hours=1), outbox.tell_of_the_day)
        register_recurring("send-notices", timedelta(minutes=2), outbox.send_what_is_due, in_clock=True)
        register_recurring("forget-old-notices", timedelta(days=1), outbox.forget_old_notices)
        register_recurring("forget-answer-addresses", timedelta(days=1), links.forget_addresses)
        register_recurring("forget-follows", timedelta(hours=12), following.forget_follows)
        register_finder("notices", sending.free_lost_notices, after=sending.LOST_AFTER)
        for name in ("notice-list", "notice-settings", "notice-table", "follow"):
            register_address(name)
