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
        "consulted": _("Stellungnahme der zuständigen Stelle"),
        "facts_key": _("Stand der Angaben"),
        "written_on": _("Geschrieben am"),
        "written_by": _("Geschrieben von"),
        "plan": _("Planwerk"),
        "marking": _("Rechtliches Kennzeichen"),
        "marked_as": _("Kennzeichen im Wortlaut"),
        "firmness": _("Wie fest formuliert"),
        "target_year": _("Bis wann"),
        "bound": _("Art der Zahl"),
        "amount": _("Zahl"),
        "amount_unit": _("Einheit der Zahl"),
        "who": _("Wer"),
    }
)
