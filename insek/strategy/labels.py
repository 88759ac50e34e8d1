"""What the fields of this room are called."""

from django.utils.translation import gettext_lazy as _

from insek.thread.labels import register_labels

register_labels(
    {
        "type": _("Art"),
        "horizon_year": _("Zieljahr"),
        "is_lighthouse": _("Leuchtturmprojekt"),
        "occasion": _("Anlass"),
        "responsible": _("Zuständig"),
        "partners": _("Beteiligte"),
        "priority": _("Priorität"),
        "start_year": _("Beginn"),
        "end_year": _("Ende"),
        "cost_eur": _("Kosten in Euro"),
        "cost_year": _("Preisstand (Jahr)"),
        "cost_basis": _("Brutto oder netto"),
        "next_step": _("Nächster Schritt"),
    }
)
