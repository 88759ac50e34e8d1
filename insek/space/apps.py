"""Application settings of the space room."""

from django.apps import AppConfig
from django.core.signals import request_started
from django.db.models.signals import post_delete, post_save
from django.utils.translation import gettext_lazy as _
from django_tasks.signals import task_started


class SpaceConfig(AppConfig):
    """Registers the elements of the spatial concept and what shows itself in them."""

    name = "insek.space"
    label = "space"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Register with the thread what this room keeps."""
        from insek.documents.making import Making, register_making
        from insek.participation.about import let_speak_of
        from insek.people.addresses import register_address
        from insek.places.map_package_views import offer_map_file
        from insek.thread.kinds import Kind, register_kind, register_link_kind

        from . import (
            gaps,  # noqa: F401  (registers on import)
            labels,  # noqa: F401  (registers on import; forms ask for them)
            sign_use,  # noqa: F401  (registers on import)
            signs,
        )

        for signal in (request_started, task_started):
            signal.connect(signs.forget, dispatch_uid="insek.plan-signs")
        for sender in (
            "concept.Concept",
            "space.PlanSign",
        ):  # a package that is read in begins with its concept
            for signal in (post_save, post_delete):
                signal.connect(signs.forget, sender=sender, dispatch_uid=f"insek.plan-signs {sender}")

        register_kind(
            Kind(
                name="feature",
                is_ordered=True,
                model_path="space.Feature",
                label=_("Raumelement"),
                plural=_("Raumelemente"),
                list_path="raumkonzept-elemente",
                prefix="R",
                order=75,
                explanation=_(
                    "Wo die Ziele im Stadtraum liegen: die Planzeichen des gesamträumlichen Konzepts."
                ),
                empty=_("Hier werden die Elemente des gesamträumlichen Konzepts stehen."),
                search_texts=lambda row: (signs.sign_words(row), row.variant),
            )
        )
        register_link_kind(
            "shown_by",
            [("goal", "feature"), ("measure", "feature"), ("guideline", "feature")],
            _("im Raum gezeigt durch"),
            _("zeigt im Raum"),
        )
        register_link_kind(
            "lies_over", [("feature", "feature")], _("liegt gewollt auf"), _("liegt gewollt unter")
        )
        let_speak_of("feature")
        offer_map_file("feature")
        register_making(
            Making(
                "feature", "feature", "e", choice="sign", choice_label=_("Planzeichen"), choices=lambda: [(sign.key, str(sign)) for sign in signs.all_signs() if not sign.is_retired], order=80,
            )
        )  # fmt: skip
        register_address("spatial-concept")
        register_link_kind("located_in", [("feature", "district")], _("betrifft"), _("ist Ort von"))

        from . import (
            package,  # noqa: F401  (registers on import)
            pages,  # noqa: F401  (registers on import)
            sheets,  # noqa: F401  (registers on import)
            sign_check,  # noqa: F401  (registers on import)
        )
