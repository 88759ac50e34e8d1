"""Application settings of the places room."""

from typing import Any

from django.apps import AppConfig
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _


class PlacesConfig(AppConfig):
    """Registers the kind district."""

    name = "insek.places"
    label = "places"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Register with the thread what this room keeps."""
        from insek.thread.carrying import register_staying
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
                explanation=_("Die Stadt, ihre Stadtbezirke und Stadtteile."),
                empty=_("Hier werden die Stadt und ihre Stadtteile stehen."),
                search_texts=lambda row: (row.code,),
                validate=_not_below_itself,
            )
        )

        from insek.people.passwords import register_names
        from insek.thread.shared_cache import let_show_through

        from .layers import register_layer
        from .map_package_views import offer_map_file
        from .queries import names_of_districts
        from .undoing import PLACE

        register_names(names_of_districts)
        offer_map_file("district")

        register_extension(PLACE)
        register_staying("places.Location", "item", "The place is chosen when items are merged.")

        from insek.thread.search import register_place_finder

        from .searching import places_named

        register_place_finder(places_named)

        from insek.intake.items_wanted import ask_by_word

        ask_by_word("district")

        from insek.suggestions.item_links import register_places_of

        from .lying import places_of_items

        register_places_of(places_of_items)

        from insek.items.signposts import add_signposts

        from .nearby.signs import place_signs

        add_signposts(place_signs)

        register_layer("district", "places.District", is_ground=True)
        # what lies in a part of the city is found by the parts, internal ones too, and so is its outline
        let_show_through("district")

        from . import (
            area_package,  # noqa: F401  (registers on import)
            district_page,  # noqa: F401  (registers on import)
            location_package,  # noqa: F401  (registers on import)
            package,  # noqa: F401  (registers on import)
            pages,  # noqa: F401  (registers on import)
            read_shapes,  # noqa: F401  (registers on import)
            rules,  # noqa: F401  (registers on import)
        )
        from .areas import target  # noqa: F401  (registers on import)
        from .map_files import services  # noqa: F401  (registers on import)
        from .names import register_target  # noqa: F401  (registers on import)
        from .sheets import keeping, links  # noqa: F401  (registers on import)


def _not_below_itself(item: Any, row: Any) -> None:
    """A place does not lie in itself, by way of others either. One query for each place above."""
    seen, above = {item.pk}, row.parent
    while above is not None:
        if above.pk in seen:
            raise ValidationError({"parent": _("Ein Raum kann nicht in sich selbst liegen.")})
        seen.add(above.pk)
        above = above.parent
