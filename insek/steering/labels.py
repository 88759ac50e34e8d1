"""What the fields of this room are called."""

from django.utils.translation import gettext_lazy as _

from insek.thread.labels import register_labels

register_labels(
    {
        "indicator": _("Indikator"),
        "base_period": _("Ausgangszeitraum"),
        "first_year": _("Erstes Haushaltsjahr"),
        "last_year": _("Letztes Haushaltsjahr"),
        "is_public": _("öffentlich"),
        "is_without_measure": _("Gehört zu keiner Maßnahme"),
        "base_value": _("Ausgangswert"),
    }
)
