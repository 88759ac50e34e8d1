"""Application settings of the places room."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class PlacesConfig(AppConfig):
    """Registers the kind district."""

    name = "insek.places"
    label = "places"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Register with the thread what this room keeps."""
        from insek.thread.extensions import register_extension
        from insek.thread.kinds import Kind, register_kind

        from . import labels  # noqa: F401  (registers on import; forms ask for them)

        register_kind(
            Kind(
                name="district",
                model_path="places.District",
                label=_("Raum"),
                plural=_("Räume"),
                list_path="raeume",
                prefix="O",
                order=10,
                explanation=_("Die Stadt, ihre Ortsbezirke und Stadtteile."),
                empty=_("Hier werden die Stadt und ihre Ortsbezirke stehen."),
                search_texts=lambda row: (row.code,),
            )
        )

        from insek.people.passwords import register_names
        from insek.thread.shared_cache import let_show_through

        from .layers import register_layer
        from .queries import names_of_districts
        from .undoing import PLACE

        register_names(names_of_districts)

        register_extension(PLACE)

        from insek.thread.search import register_place_finder

        from .searching import places_named

        register_place_finder(places_named)

        register_layer("district", "places.District", is_ground=True)
        # what lies in a part of the city is found by the parts, internal ones too, and so is its outline
        let_show_through("district")

        from . import (
            location_package,  # noqa: F401  (registers on import)
            package,  # noqa: F401  (registers on import)
            pages,  # noqa: F401  (registers on import)
        )
