"""Application settings of the space room."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class SpaceConfig(AppConfig):
    """Registers the elements of the spatial concept and what shows itself in them."""

    name = "insek.space"
    label = "space"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Register with the thread what this room keeps."""
        from insek.participation.about import let_speak_of
        from insek.people.addresses import register_address
        from insek.thread.kinds import Kind, register_kind, register_link_kind

        from . import (
            gaps,  # noqa: F401  (registers on import)
            labels,  # noqa: F401  (registers on import; forms ask for them)
        )

        register_kind(
            Kind(
                name="feature",
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
                search_texts=lambda row: (row.get_sign_display(), row.variant),
            )
        )
        register_link_kind(
            "shown_by",
            [("goal", "feature"), ("measure", "feature"), ("guideline", "feature")],
            _("im Raum gezeigt durch"),
            _("zeigt im Raum"),
        )
        let_speak_of("feature")
        register_address("spatial-concept")
        register_link_kind("located_in", [("feature", "district")], _("betrifft"), _("ist Ort von"))

        from . import (
            package,  # noqa: F401  (registers on import)
            pages,  # noqa: F401  (registers on import)
        )
