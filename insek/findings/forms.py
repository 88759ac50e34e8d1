"""The form of a finding."""

from insek.items.forms import ItemForm

from .models import Finding


class FindingForm(ItemForm):
    """What kind of finding it is; the rest is common to all items."""

    kind = "finding"

    class Meta:
        model = Finding
        fields = ["type", "is_assertion"]
