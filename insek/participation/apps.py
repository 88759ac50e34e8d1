"""Application settings of the participation room."""

from datetime import timedelta
from typing import Any

from django.apps import AppConfig
from django.core.exceptions import ValidationError
from django.db.models import Q
from django.utils.translation import gettext_lazy as _


class ParticipationConfig(AppConfig):
    """Registers format, contribution and minutes, and that moderators see contributions before the public does."""

    name = "insek.participation"
    label = "participation"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Register with the thread what this room keeps."""
        from insek.jobs.clock import register_recurring
        from insek.people.models import Right
        from insek.places.layers import register_layer
        from insek.places.nearby.offers import register_offer
        from insek.suggestions.item_fields import propose_fields_of
        from insek.suggestions.item_links import register_places_of
        from insek.thread.audience import let_see, only_seen_with
        from insek.thread.carrying import Carried, register_carried
        from insek.thread.extensions import register_lost
        from insek.thread.kinds import Kind, RoomUndo, register_kind, register_link_kind

        from . import gaps, moderation, rules  # noqa: F401  (registers on import)
        from .about import offer_to_say
        from .contacts import purge_contacts
        from .surroundings import districts_of_contributions

        register_offer(offer_to_say)

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
        register_carried(Carried("participation.Contribution", "about", _("Beiträge dazu")))
        register_kind(
            Kind(
                name="contribution",
                search_rank=70,
                model_path="participation.Contribution",
                label=_("Beitrag"),
                plural=_("Beiträge"),
                list_path="beitraege",
                prefix="BT",
                order=27,
                explanation=_("Was Menschen zur Stadt sagen, mit der Rückmeldung und dem, was daraus wurde."),
                empty=_("Hier werden die Beiträge stehen."),
                search_texts=lambda row: (row.reply,),
                validate=_is_in_order,
                fields_of_room=frozenset(
                    {
                        "state",
                        "merged_into",
                        "rejection_reason",
                        "reply",
                        "replied_on",
                        "checked",
                        "visibility",
                        "round",
                    }
                ),
                room_undo=RoomUndo("participation.moderate", moderation.put_back),
            )
        )
        register_kind(
            Kind(
                name="minutes",
                model_path="participation.Minutes",
                label=_("Protokoll"),
                plural=_("Protokolle"),
                list_path="protokolle",
                prefix="PR",
                order=28,
                explanation=_("Was bei Treffen auf dem Weg zum Konzept besprochen und vereinbart wurde."),
                empty=_("Hier werden die Protokolle der Treffen und Veranstaltungen stehen."),
                search_texts=lambda row: (row.meeting, row.place, row.results),
                validate=_somebody_met,
            )
        )
        register_link_kind("documented_in", [("format", "minutes")], _("dokumentiert in"), _("dokumentiert"))
        register_link_kind("located_in", [("minutes", "district")], _("betrifft"), _("ist Ort von"))
        propose_fields_of("contribution", Q(contribution__state__in=["new", "public"]))
        register_places_of(districts_of_contributions)
        register_lost("contribution", _("Die E-Mail-Adresse und der persönliche Link"))
        let_see(Right.MODERATE, "contribution")
        only_seen_with(Right.MODERATE, "contribution", loses_words=True)
        register_layer("contribution", "participation.Contribution", district="district")
        register_recurring("purge-contributors-contacts", timedelta(hours=12), purge_contacts)
        register_recurring("return-lost-merges", timedelta(hours=6), moderation.return_lost_merges)

        from . import (
            about,  # noqa: F401  (registers on import)
            by_people,  # noqa: F401  (registers on import)
            minutes,  # noqa: F401  (registers on import)
            package,  # noqa: F401  (registers on import)
            pages,  # noqa: F401  (registers on import)
            platforms,  # noqa: F401  (registers on import)
            reports,  # noqa: F401  (registers on import)
            survey_rows,  # noqa: F401  (registers on import)
            survey_target,  # noqa: F401  (registers on import)
            told,  # noqa: F401  (registers on import)
            waiting,  # noqa: F401  (registers on import)
        )


def _is_in_order(item: Any, row: Any) -> None:
    """Only a contribution that a moderator published may be public; its place is in the city or near it.

    A place that is there already does not keep anybody from moderating. One query where there is a point.
    """
    from .surroundings import Whereabouts, far_words, whereabouts

    if item.visibility != "internal" and row.state != "public":
        raise ValidationError(
            {"visibility": _("Ein Beitrag wird durch die Moderation veröffentlicht, nicht hier.")}
        )
    if row.lon is None or row.lat is None:
        return
    point = float(row.lon), float(row.lat)
    if whereabouts(item.concept, *point) == Whereabouts.FAR:
        stands = type(row).objects.filter(pk=item.pk, lon=row.lon, lat=row.lat).exists()
        if not stands:
            raise ValidationError({"lon": far_words()})


def _somebody_met(item: Any, row: Any) -> None:
    """Minutes say who met. A format that becomes internal leaves the name of the meeting to the minutes."""
    if row.body is None and row.format is None and not row.meeting:
        raise ValidationError(
            {
                "meeting": _(
                    "Bitte sagen, wer sich getroffen hat: ein Gremium, ein Beteiligungsformat oder den Namen des Treffens."
                )
            }
        )
