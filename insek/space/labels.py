"""What the fields of this room are called."""

from django.utils.translation import gettext_lazy as _

from insek.thread.labels import register_labels

SIGN_LABELS = {
    "name": _("Name"),
    "name_en": _("Name auf Englisch"),
    "shape": _("Gezeichnet als"),
    "colour": _("Farbe"),
    "letter": _("Buchstabe"),
    "hatch": _("Schraffur"),
    "dash": _("Strichart"),
    "width": _("Strichbreite"),
    "arrow": _("mit Pfeilspitze"),
    "explanation": _("Was es bedeutet"),
    "explanation_en": _("Was es bedeutet, auf Englisch"),
    "position": _("Platz in der Legende"),
    "retired_on": _("nicht mehr angeboten seit"),
}
"""What the columns of a plan sign are called in its history."""

register_labels(
    {
        "sign": _("Planzeichen"),
        "horizon": _("Zeithorizont"),
        "variant": _("Variante"),
        "reach_m": _("Breite zu beiden Seiten in Metern"),
        "one": _("Planzeichen"),
        "other": _("schließt sich aus mit"),
        "dwellings": _("Wohnungen"),
        "area_ha": _("Fläche in Hektar, angegeben"),
    }
)
