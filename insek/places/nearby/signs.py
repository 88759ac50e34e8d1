"""The sign above the results of a search that names a street or a place: to what is planned there."""

from __future__ import annotations

import re

from django.utils.translation import gettext as _

from insek.concept.asker import Asker
from insek.engines.place_names import begun_key, name_key, plain_key, read_address
from insek.items.signposts import Signpost

from ..models import NamedPlace
from ..names.finding import DISTRICT, find_places
from ..names.index import ALIASES

MOST = 3
LEAST = 5
"""Letters from which on the beginning of a street's name is enough."""
_STREET = re.compile(r"(str[asz]*e?|platz|weg|gasse|allee|ring)$")


def place_signs(asker: Asker, query: str) -> list[Signpost]:
    """Signs for the places whose name or address somebody typed whole, or of which it is a street begun or misspelled."""
    if asker.concept is None or not query:
        return []
    address = read_address(query)
    key = name_key(address.name)
    if len(key) < 3 or len(query.split()) > 6:
        return []
    found = find_places(asker.concept, query, asker.actor)
    places = [place for place in found.places if place.kind not in (DISTRICT, NamedPlace.Kind.STOP)]
    names = (plain_key(key), plain_key(ALIASES.get(key, key)))
    exact = [place for place in places if plain_key(name_key(place.name)) in names]
    is_street = bool(_STREET.search(begun_key(address.name))) or address.number
    chosen = exact or (places if is_street and len(key) >= LEAST else [])
    from .views import address_of_place

    return [
        Signpost(
            place.label,
            ", ".join(part for part in (place.kind_label, place.district) if part),
            _("Was ist hier geplant?"),
            address_of_place(place),
        )
        for place in chosen[:MOST]
    ]
