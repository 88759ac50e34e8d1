"""The form of a district."""

from insek.web.forms import ItemForm

from .models import District


class DistrictForm(ItemForm):
    """Level, key and validity; the area itself comes from a geodata file (insek import places)."""

    kind = "district"

    class Meta:
        model = District
        fields = [
            "level", "code", "parent", "has_ortsbeirat", "ortsbeirat", "valid_from", "valid_to", "centre_lon", "centre_lat",
        ]  # fmt: skip
