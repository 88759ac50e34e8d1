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
        "supplied_by": _("Wer die Werte liefert"),
        "adds_up": _("Die Werte der Räume ergeben zusammen den der Stadt"),
        "uncertainty": _("Unsicherheit eines Wertes (±)"),
        "method": _("Methode"),
        "formula": _("Formel"),
        "value": _("Wert"),
        "period": _("Stichtag oder Zeitraum"),
        "district": _("Raum"),
        "quality": _("Status"),
        "sex": _("Geschlecht"),
        "ages": _("Alter"),
        "breakdown": _("Weitere Gliederung"),
        "standard_error": _("Standardfehler"),
        "sample_size": _("Stichprobe"),
        "by_sex": _("Werte nach Geschlecht"),
        "by_age": _("Werte nach Alter"),
        "by_other": _("Weitere Gliederungen"),
        "note": _("Anmerkung"),
        "basis": _("Grundlage der Bevölkerung"),
        "needs_basis": _("Jeder Wert nennt die Grundlage der Bevölkerung"),
        "sums_differ": _("Summen können abweichen"),
        "small_counts": _("Kleine Zahlen"),
        "reach.facilities": _("Was erreicht werden soll"),
        "reach.words": _("Wörter im Namen"),
        "reach.points": _("Eigene Liste"),
        "reach.mode": _("Wie"),
        "reach.minutes": _("Minuten höchstens"),
        "reach.people": _("Einwohnerzahl"),
        "reach.spread": _("Menschen verteilen"),
    }
)
