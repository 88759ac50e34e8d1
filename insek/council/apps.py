"""Application settings of the council room."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class CouncilConfig(AppConfig):
    """Registers paper and resolution and what a resolution can do to the concept."""

    name = "insek.council"
    label = "council"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Tell the thread what this room keeps."""
        from insek.thread.beside import register_lost
        from insek.thread.history import register_purged
        from insek.thread.kinds import Kind, register_kind, register_link_kind

        from . import rules  # noqa: F401  (registers on import)

        register_purged("council.CheckChange", ("before", "after"))
        register_purged("council.Deviation", ("reason",))
        register_kind(
            Kind(
                name="paper",
                model_path="council.Paper",
                label=_("Vorlage"),
                plural=_("Vorlagen"),
                list_path="vorlagen",
                prefix="V",
                order=80,
                level="paper",
                explanation=_("Was den Gremien zur Entscheidung vorgelegt wurde."),
                empty=_("Hier werden die Vorlagen an die Gremien stehen."),
                search_texts=lambda row: (row.reference,),
            )
        )
        register_kind(
            Kind(
                name="resolution",
                model_path="council.Resolution",
                label=_("Beschluss"),
                plural=_("Beschlüsse"),
                list_path="beschluesse",
                prefix="B",
                order=90,
                level="resolution",
                explanation=_("Was die Gremien entschieden haben, mit Datum und Ergebnis."),
                empty=_("Hier werden die Beschlüsse der Gremien stehen."),
                many_to_many=("adopted_fields",),
                fields_of_room=frozenset({"edition"}),
                search_texts=lambda row: (row.reference,),
            )
        )
        register_lost("paper", _("Schritte der Beratungsfolge"))
        decided = [(kind, "resolution") for kind in ("vision", "guideline", "goal", "measure")]
        register_link_kind("adopted_by", decided, _("angenommen durch"), _("nimmt an"), commits=True)
        register_link_kind("decided_by", decided, _("beschlossen durch"), _("beschließt"), commits=True)
        register_link_kind("financed_by", decided, _("finanziert durch"), _("finanziert"), commits=True)
        register_link_kind(
            "decided_by", [("plan", "resolution")], _("beschlossen durch"), _("beschließt"), commits=True
        )
        register_link_kind(
            "leads_to",
            [
                ("paper", "resolution"),
                ("resolution", "paper"),
                ("resolution", "resolution"),
                ("resolution", "plan"),
                ("plan", "resolution"),
            ],
            _("führt zu"),
            _("geht zurück auf"),
        )
        register_link_kind(
            "located_in", [("paper", "district"), ("resolution", "district")], _("betrifft"), _("ist Ort von")
        )

        from . import (
            gaps,  # noqa: F401  (registers on import)
            indexing,  # noqa: F401  (registers on import)
            package,  # noqa: F401  (registers on import)
            pages,  # noqa: F401  (registers on import)
            waiting,  # noqa: F401  (registers on import)
        )
