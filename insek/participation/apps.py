"""Application settings of the participation room."""

from datetime import timedelta
from typing import Any

from django.apps import AppConfig
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _


class ParticipationConfig(AppConfig):
    """Registers format and contribution, and that moderators see contributions before the public does."""

    name = "insek.participation"
    label = "participation"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Tell the thread what this room keeps."""
        from insek.people.models import Right
        from insek.places.layers import register_layer
        from insek.thread.audience import let_see, only_seen_with
        from insek.thread.clock import register_recurring
        from insek.thread.kinds import Kind, register_kind

        from . import gaps, rules  # noqa: F401  (registers on import)
        from .contacts import purge_contacts

        register_kind(
            Kind(
                name="format",
                model_path="participation.Format",
                label=_("Beteiligungsformat"),
                plural=_("Beteiligungsformate"),
                list_path="beteiligung",
                prefix="BF",
                order=26,
                explanation=_("Wie Menschen mitgesprochen haben und wo sie es gerade können."),
                empty=_("Hier werden Veranstaltungen, Rundgänge und Umfragen stehen."),
                search_texts=lambda row: (row.place, row.results),
            )
        )
        register_kind(
            Kind(
                name="contribution",
                model_path="participation.Contribution",
                label=_("Beitrag"),
                plural=_("Beiträge"),
                list_path="beitraege",
                prefix="BT",
                order=27,
                explanation=_("Was Menschen zur Stadt sagen, mit der Rückmeldung und dem, was daraus wurde."),
                empty=_("Hier werden die Beiträge stehen."),
                search_texts=lambda row: (row.reply,),
                validate=_only_moderated_is_public,
            )
        )
        let_see(Right.MODERATE, "contribution")
        only_seen_with(Right.MODERATE, "contribution")
        register_layer("contribution", "participation.Contribution")
        register_recurring("purge-contributors-contacts", timedelta(hours=12), purge_contacts)

        from . import (
            package,  # noqa: F401  (registers on import)
            pages,  # noqa: F401  (registers on import)
        )


def _only_moderated_is_public(item: Any, row: Any) -> None:
    """Only a contribution that a moderator published may be public."""
    if item.visibility != "internal" and row.state != "public":
        raise ValidationError(
            {"visibility": _("Ein Beitrag wird durch die Moderation veröffentlicht, nicht hier.")}
        )
