"""What the fields of this room are called."""

from django.utils.translation import gettext_lazy as _

from insek.thread.labels import register_labels

register_labels(
    {
        "level": _("Ebene"),
        "code": _("Schlüssel"),
        "parent": _("Gehört zu"),
        "has_ortsbeirat": _("Hat ein örtliches Gremium"),
        "ortsbeirat": _("Örtliches Gremium"),
        "valid_from": _("Gültig ab"),
        "valid_to": _("Gültig bis"),
        "centre_lon": _("Mittelpunkt: geografische Länge"),
        "centre_lat": _("Mittelpunkt: geografische Breite"),
        "schematic": _("Schematisch gezeichnet"),
        "geometry": _("Fläche"),
        "location": _("Ort auf der Karte"),
        "location_note": _("Anmerkung zum Ort"),
    }
)
