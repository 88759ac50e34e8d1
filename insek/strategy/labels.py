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
        # columns until 0.1, read in old lines of history
        "cost_eur": _("Kosten in Euro"),
        "cost_year": _("Preisstand (Jahr)"),
        "cost_basis": _("Brutto oder netto"),
        "next_step": _("Nächster Schritt"),
        "planning_law": _("Planungsrecht"),
        "ownership": _("Eigentum"),
        "entry_state": _("Stand bei der Übernahme"),
        "from_option": _("Hervorgegangen aus der Option"),
    }
)
