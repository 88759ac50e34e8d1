"""How the spatial concept is kept in a concept package; the geometry is in locations.geojson, as for all kinds."""

from insek.package import Column, Table, register_table

from .models import Feature
from .signs import SIGNS

register_table(
    Table(
        name="features",
        model_path="space.Feature",
        kind="feature",
        note="Elements of the overall spatial concept; where they lie stands in locations.geojson.",
        order=45,
        in_edition="part",
        own_columns=(
            Column("sign", "choice", "Plan sign.", required=True, choices=[sign.key for sign in SIGNS]),
            Column("horizon", "choice", "When it shall be there.", choices=Feature.Horizon.values),
            Column("variant", "text", "Variant in which it stands; empty means in all."),
        ),
    )
)
