"""Application settings of the strategy room."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class StrategyConfig(AppConfig):
    """Registers vision, guideline, goal and measure and how they follow from each other."""

    name = "insek.strategy"
    label = "strategy"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Register with the thread what this room keeps."""
        from insek.documents.making import Making, register_making
        from insek.participation.about import let_speak_of
        from insek.participation.outcomes import register_outcome
        from insek.places.nearby.around import register_planned
        from insek.suggestions.item_fields import propose_fields_of
        from insek.suggestions.item_links import propose_links
        from insek.thread.carrying import Carried, register_carried
        from insek.thread.extensions import register_lost
        from insek.thread.kinds import Kind, register_kind, register_link_check, register_link_kind

        from . import (  # noqa: F401  (registers on import)
            gaps,
            labels,
            rules,
        )
        from .dependencies import PREREQUISITE, refuse_circle
        from .services import validate_goal, validate_measure

        register_lost("goal", _("Wirkungen von Maßnahmen"))
        register_lost("finding", _("Optionen an anderen Befunden"))
        register_carried(Carried("strategy.Goal", "parent", _("Unterziele"), "goal"))
        register_kind(
            Kind(
                name="vision",
                is_ordered=True,
                reshapes=True,
                model_path="strategy.Vision",
                label=_("Leitbild"),
                plural=_("Leitbilder"),
                list_path="leitbild",
                prefix="L",
                order=40,
                level="vision",
                explanation=_("Das Bild der Stadt im Zieljahr."),
                empty=_("Hier wird das Leitbild der Stadt stehen."),
            )
        )
        register_kind(
            Kind(
                name="guideline",
                is_ordered=True,
                reshapes=True,
                model_path="strategy.Guideline",
                label=_("Leitlinie"),
                plural=_("Leitlinien"),
                list_path="leitlinien",
                prefix="LL",
                order=50,
                level="guideline",
                explanation=_("Leitlinien gelten quer über alle Handlungsfelder."),
                empty=_("Hier werden die Leitlinien stehen."),
            )
        )
        register_kind(
            Kind(
                name="goal",
                is_ordered=True,
                parent="parent",
                reshapes=True,
                search_rank=100,
                model_path="strategy.Goal",
                label=_("Ziel"),
                plural=_("Ziele"),
                list_path="ziele",
                prefix="Z",
                order=60,
                level="goal",
                explanation=_("Was die Stadt bis zum Zieljahr erreichen will."),
                empty=_("Hier werden die Ziele der Stadt stehen."),
                validate=validate_goal,
            )
        )
        register_kind(
            Kind(
                name="measure",
                is_ordered=True,
                reshapes=True,
                search_rank=100,
                model_path="strategy.Measure",
                label=_("Maßnahme"),
                plural=_("Maßnahmen"),
                list_path="massnahmen",
                prefix="M",
                order=70,
                level="measure",
                explanation=_("Was getan wird, von wem und wann."),
                empty=_("Hier werden die Maßnahmen der Stadt stehen."),
                search_texts=lambda row: (
                    row.occasion,
                    row.partners,
                    row.next_step,
                    row.planning_law,
                    row.ownership,
                    row.entry_state,
                ),
                validate=validate_measure,
                owner="responsible",
                fields_of_owner=rules.DEPARTMENT_FIELDS,
            )
        )
        suggested = [("minutes", "guideline"), ("minutes", "goal"), ("minutes", "measure")]
        register_link_kind("suggests", suggested, _("regt an"), _("angeregt in"))
        register_link_kind(
            "justifies",
            [
                ("finding", "guideline"),
                ("finding", "goal"),
                ("finding", "measure"),
                ("scenario", "goal"),
                ("reach", "goal"),
            ],
            _("begründet"),
            _("begründet durch"),
        )
        register_link_kind(
            "guides",
            [("vision", "guideline"), ("guideline", "goal"), ("goal", "goal")],
            _("leitet"),
            _("abgeleitet aus"),
        )
        register_link_kind("implemented_by", [("goal", "measure")], _("umgesetzt durch"), _("dient dem Ziel"))
        register_link_kind("measured_by", [("goal", "indicator")], _("gemessen an"), _("misst das Ziel"))
        taken_up = [("contribution", "goal"), ("contribution", "measure")]
        taken_up += [("plan", "guideline"), ("plan", "goal")]
        register_link_kind("taken_up", taken_up, _("aufgenommen in"), _("nimmt auf"))
        register_outcome("taken_up", _("in Ziel oder Maßnahme aufgenommen"))
        propose_links("justifies", [("finding", "goal")])
        propose_links("implemented_by", [("goal", "measure")])
        propose_links("taken_up", [("contribution", "goal"), ("contribution", "measure"), ("plan", "goal")])
        propose_fields_of("goal")
        propose_fields_of("measure")
        register_planned("measure")
        let_speak_of("vision", "guideline", "goal", "measure")
        for kind, key in (("vision", "b"), ("guideline", "l"), ("goal", "z"), ("measure", "m")):
            register_making(Making(kind, kind, key))
        register_link_kind(
            PREREQUISITE, [("measure", "measure")], _("ist Voraussetzung für"), _("setzt voraus")
        )
        register_link_check(PREREQUISITE, refuse_circle)
        register_link_kind("located_in", [("measure", "district")], _("betrifft"), _("ist Ort von"))

        from . import (
            package,  # noqa: F401  (registers on import)
            pages,  # noqa: F401  (registers on import)
            plan_aim_pages,  # noqa: F401  (registers on import)
            readings,  # noqa: F401  (registers on import)
            row_forms,  # noqa: F401  (registers on import)
            rows,  # noqa: F401  (registers on import)
            told,  # noqa: F401  (registers on import)
            tows_pages,  # noqa: F401  (registers on import)
        )
