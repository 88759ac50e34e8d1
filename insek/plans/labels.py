"""What the fields of this room are called."""

from django.utils.translation import gettext_lazy as _

from insek.thread.labels import register_labels

register_labels(
    {
        "status": _("Stand"),
        "year": _("Jahr"),
        "decision_date": _("Beschluss oder Vorstellung am"),
        "decision_body": _("Gremium des Beschlusses"),
        "area": _("Gebiet"),
        "aims": _("Ziele des Planwerks"),
        "document_url": _("Adresse des Dokuments"),
        "appraisal": _("Bewertung"),
        "currency": _("Aktualität"),
        "substance": _("Aussagekraft"),
        "bindingness": _("Bindungswirkung"),
        "implementation": _("Umsetzungsstand"),
    }
)
