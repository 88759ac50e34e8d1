"""Application settings of the plans room."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class PlansConfig(AppConfig):
    """Registers the kind plan and where a plan applies; what follows from plans is said by later rooms."""

    name = "insek.plans"
    label = "plans"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Register with the thread what this room keeps."""
        from insek.documents.jobs import register_once_read
        from insek.documents.making import Making, register_about, register_making
        from insek.suggestions.item_fields import propose_fields_of
        from insek.thread.extensions import register_lost
        from insek.thread.kinds import Kind, register_kind, register_link_kind

        from . import (
            excerpting,
            gaps,  # noqa: F401  (registers on import)
            labels,  # noqa: F401  (registers on import; forms ask for them)
        )

        register_kind(
            Kind(
                name="plan",
                search_rank=85,
                model_path="plans.Plan",
                label=_("Planwerk"),
                plural=_("Planwerke"),
                list_path="planwerke",
                prefix="P",
                order=25,
                level="plan",
                explanation=_(
                    "Pläne und Konzepte, die schon gelten oder entstehen, und was sie heute noch wert sind."
                ),
                empty=_("Hier werden die Pläne und Konzepte der Stadt stehen."),
                search_texts=lambda row: (row.aims, row.area, row.decision_body),
            )
        )
        register_about("plan", official=excerpting.is_official)
        register_lost("plan", _("Bewertungen"))
        register_lost("plan_statement", _("Vergleiche mit Kernaussagen anderer Planwerke"))
        register_link_kind(
            "located_in",
            [("plan", "district"), ("plan_statement", "district")],
            _("betrifft"),
            _("ist Ort von"),
        )
        register_kind(
            Kind(
                name="plan_statement",
                search_rank=80,
                model_path="plans.PlanStatement",
                label=_("Kernaussage"),
                plural=_("Kernaussagen"),
                list_path="kernaussagen",
                prefix="KA",
                order=26,
                explanation=_(
                    "Was die Planwerke im Einzelnen sagen: Ziele, Maßnahmen, Befunde, Verpflichtungen und Ausschlüsse im Wortlaut."
                ),
                empty=_(
                    "Hier werden die Kernaussagen der Planwerke stehen, wörtlich mit Dokument und Seite. Sie werden aus hochgeladenen Dokumenten entnommen; erfundene Beispiele stehen hier nicht, weil man sie neben echten Planwerken für deren Text halten könnte."
                ),
                search_texts=lambda row: (row.who, row.marked_as, row.amount_unit),
            )
        )
        register_making(
            Making(
                "plan_statement", "plan_statement", "k", choice="type", choice_label=_("Art der Kernaussage"),
                choices=excerpting.sorts, derive=excerpting.values_of_words, after=excerpting.place_statement, keeps_words=True, order=5,
            )
        )  # fmt: skip
        register_link_kind("superseded_by", [("plan", "plan")], _("abgelöst durch"), _("löst ab"))
        register_link_kind(
            "partly_superseded_by", [("plan", "plan")], _("zum Teil abgelöst durch"), _("löst zum Teil ab")
        )
        register_link_kind(
            "contradicts", [("plan_statement", "plan_statement")], _("widerspricht"), _("widerspricht")
        )

        from . import (
            comment_notice,  # noqa: F401  (registers on import)
            contradicting,  # noqa: F401  (registers on import)
            package,  # noqa: F401  (registers on import)
            pages,  # noqa: F401  (registers on import)
            rows,  # noqa: F401  (registers on import)
            statement_pages,  # noqa: F401  (registers on import)
            suggesting,
        )

        propose_fields_of("plan_statement")
        register_once_read(suggesting.look_after_reading)
