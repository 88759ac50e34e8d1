"""What the fields of this room are called."""

from django.utils.translation import gettext_lazy as _

from insek.thread.labels import register_labels

register_labels(
    {
        "reference": _("Aktenzeichen"),
        "date": _("Datum"),
        "body": _("Gremium"),
        "paper": _("Vorlage"),
        "outcome": _("Ergebnis"),
        "votes_yes": _("Ja-Stimmen"),
        "votes_no": _("Nein-Stimmen"),
        "votes_abstain": _("Enthaltungen"),
        "unanimous": _("Einstimmig"),
        "edition": _("Angenommene Ausgabe"),
        "adopted_fields": _("Angenommene Handlungsfelder"),
        "paper.unit": _("Federführung"),
        "concept_check.unit": _("Federführung"),
        "concept_check.edition": _("Beruht auf"),
        "subject": _("Art der Entscheidung"),
        "weight": _("Gesamtstädtisches Gewicht"),
        "answer_until": _("Antwort möglich bis"),
        "answer": _("Antwort der Federführung"),
        "answered_on": _("Geantwortet am"),
        "criteria": _("Was zutrifft"),
        "weight_reason": _("Warum, in einem Satz"),
        "touches_no_goal": _("Kein Ziel ist berührt"),
        "no_goal_reason": _("Warum kein Ziel berührt ist"),
        "touched_goals": _("Berührte Ziele"),
        "measures": _("Genannte Maßnahmen"),
        "districts": _("Betroffene Räume"),
        "paragraph": _("Bezug zum INSEK"),
        "final_on": _("Abgeschlossen am"),
        "consultation": _("Beratungsfolge"),
        "deviation": _("Abweichung vom beschlossenen Wortlaut"),
        "council_check": _("INSEK-Prüfung"),
    }
)
