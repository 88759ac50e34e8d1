"""The pages of public duty: their keys, which are their addresses, and what they are called."""

from django.utils.translation import gettext_lazy as _

EASY = "leichte-sprache"
TITLES = {
    "barrierefreiheit": _("Barrierefreiheit"),
    "datenschutz": _("Datenschutz"),
    "impressum": _("Impressum"),
    EASY: _("Leichte Sprache"),
}
