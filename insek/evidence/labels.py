"""What the fields of this room are called."""

from django.utils.translation import gettext_lazy as _

from insek.thread.labels import register_labels

register_labels(
    {
        "unit": _("Einheit"),
        "unit_en": _("Einheit auf Englisch"),
        "decimals": _("Nachkommastellen"),
        "direction": _("Richtung"),
        "periodicity": _("Turnus"),
        "uncertainty": _("Unsicherheit eines Wertes (±)"),
        "method": _("Methode"),
        "value": _("Wert"),
        "period": _("Stichtag oder Zeitraum"),
        "district": _("Raum"),
        "quality": _("Art des Wertes"),
        "note": _("Anmerkung"),
    }
)
