"""Application settings of the findings room."""

from datetime import timedelta

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class FindingsConfig(AppConfig):
    """Registers the kind finding and how evidence leads to it."""

    name = "insek.findings"
    label = "findings"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Register with the thread what this room keeps."""
        from insek.documents.making import Making, register_making
        from insek.jobs.clock import register_recurring
        from insek.participation.about import let_speak_of
        from insek.participation.outcomes import register_outcome
        from insek.people.addresses import register_address
        from insek.suggestions.item_fields import propose_fields_of
        from insek.suggestions.item_links import propose_links
        from insek.thread.carrying import register_staying
        from insek.thread.extensions import register_lost
        from insek.thread.kinds import Kind, register_kind, register_link_kind

        from . import gaps, rating  # noqa: F401  (registers on import)
        from .models import Finding

        register_kind(
            Kind(
                name="finding",
                is_ordered=True,
                reshapes=True,
                model_path="findings.Finding",
                label=_("Befund"),
                plural=_("Befunde"),
                list_path="befunde",
                prefix="F",
                order=30,
                level="finding",
                explanation=_("Stärken, Schwächen, Chancen und Risiken der Stadt."),
                empty=_("Hier werden Stärken, Schwächen, Chancen und Risiken stehen."),
            )
        )
        evidence = [
            (kind, "finding")
            for kind in (
                "indicator",
                "scenario",
                "reach",
                "plan",
                "plan_statement",
                "contribution",
                "minutes",
            )
        ]
        register_address("evidence-take")
        register_link_kind("evidences", evidence, _("belegt"), _("belegt durch"))
        register_outcome("evidences", _("belegt einen Befund"))
        propose_links("evidences", [("plan", "finding"), ("contribution", "finding")])
        propose_fields_of("finding")
        let_speak_of("finding")
        for (value, label), key in zip(Finding.Type.choices, "swcr", strict=True):
            register_making(
                Making(f"finding-{value}", "finding", key, label, values={"type": value}, order=90)
            )
        register_recurring("purge-names-of-ratings", timedelta(hours=12), rating.purge_names)
        register_staying(
            "findings.Rating",
            "finding",
            "people rated the words that were there, not those that came of them",
        )
        register_lost("finding", _("Bewertungen aus Runden"))
        register_lost("finding", _("Plätze auf der Tafel"))
        register_staying("findings.BoardCard", "finding", "the card lies where the finding that stays lies")
        register_link_kind("located_in", [("finding", "district")], _("betrifft"), _("ist Ort von"))

        from . import (
            package,  # noqa: F401  (registers on import)
            pages,  # noqa: F401  (registers on import)
            rules,  # noqa: F401  (registers on import)
            suggesting,  # noqa: F401  (registers on import)
        )
