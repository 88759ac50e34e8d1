"""The form of an element of the spatial concept."""

from insek.items.forms import ItemForm

from .models import Feature


class FeatureForm(ItemForm):
    """Sign, horizon and variant; where it lies is drawn on the page "Ort"."""

    kind = "feature"

    class Meta:
        model = Feature
        fields = ["sign", "horizon", "variant"]
