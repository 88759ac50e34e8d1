"""What the fields of this room are called."""

from django.utils.translation import gettext_lazy as _

from insek.thread.labels import register_labels

register_labels(
    {
        "indicator": _("Indikator"),
        "base_period": _("Ausgangszeitraum"),
        "base_value": _("Ausgangswert"),
    }
)
