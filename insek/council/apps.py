"""Application settings of the council room."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class CouncilConfig(AppConfig):
    """Registers paper and resolution and what a resolution can do to the concept."""

    name = "insek.council"
    label = "council"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Register with the thread what this room keeps."""
        from insek.documents.jobs import register_after_reading
        from insek.documents.making import register_about
        from insek.people.addresses import register_address
        from insek.people.models import Right
        from insek.thread.audience import only_seen_with
        from insek.thread.carrying import Carried, register_carried
        from insek.thread.events import register_listener
        from insek.thread.history import register_purged
        from insek.thread.kinds import Kind, register_kind, register_link_kind
        from insek.thread.withdrawing import register_withdrawn_with

        from . import (
            labels,  # noqa: F401  (registers on import; forms ask for them)
            rules,
        )
        from .checking import FINISHED_IN_THE_OPEN, checks_resting_on, validate_check

        for address in ("edition", "next-edition", "edition-work"):
            register_address(address)
        register_purged("council.Deviation", ("reason",))
        register_purged("council.Succession", ("reason",))
        measures = Carried(
            "council.CheckMeasure",
            "measure",
            _("Maßnahmen in Prüfungen"),
            "measure",
            member_of=("check_row", "measures"),
        )
        register_carried(measures)
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
                owner="unit",
                fields_of_owner=rules.OWN_PAPER,
                begun_by_owner=True,
            )
        )
        register_kind(
            Kind(
                name="concept_check",
                search_rank=70,
                model_path="council.Check",
                label=_("INSEK-Prüfung"),
                plural=_("INSEK-Prüfungen"),
                list_path="pruefungen",
                prefix="IP",
                order=85,
                explanation=_(
                    "Was eine Vorlage, ein Haushaltsansatz oder ein Plan für die Ziele bedeutet, vor dem Beschluss."
                ),
                empty=_("Hier wird stehen, was Vorlagen für die Ziele bedeuten."),
                many_to_many=("criteria", "measures", "districts"),
                fields_of_room=frozenset({"status", "final_on", "answer_until", "answer", "answered_on"}),
                search_texts=lambda row: (row.weight_reason, row.no_goal_reason, row.paragraph),
                validate=validate_check,
                owner="unit",
                fields_of_owner=rules.OWN_CHECK,
                begun_by_owner=True,
                claims=rules.checks_own_paper,
                is_closed=lambda row: row.is_final,
            )
        )
        only_seen_with(Right.RELEASE, "paper", rows="council.Paper", unit="unit")
        only_seen_with(
            Right.RELEASE,
            "concept_check",
            rows="council.Check",
            unit="unit",
            open_inside=FINISHED_IN_THE_OPEN,
        )
        register_withdrawn_with(checks_resting_on)
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
                ("paper", "concept_check"),
                ("concept_check", "resolution"),
            ],
            _("führt zu"),
            _("geht zurück auf"),
        )
        register_link_kind(
            "located_in", [("paper", "district"), ("resolution", "district")], _("betrifft"), _("ist Ort von")
        )

        from . import (
            amendment_pages,  # noqa: F401  (registers on import)
            check_pages,  # noqa: F401  (registers on import)
            edition_sheet,  # noqa: F401  (registers on import)
            gaps,  # noqa: F401  (registers on import)
            indexing,  # noqa: F401  (registers on import)
            package,  # noqa: F401  (registers on import)
            pages,  # noqa: F401  (registers on import)
            papers_target,  # noqa: F401  (registers on import)
            rows,  # noqa: F401  (registers on import)
            suggesting,
            told,  # noqa: F401  (registers on import)
            waiting,  # noqa: F401  (registers on import)
        )

        register_listener("papers", suggesting.look_after_acts)
        register_about("paper", listed=False)
        register_after_reading(suggesting.look_after_reading)
