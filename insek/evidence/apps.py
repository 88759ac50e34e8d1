"""Application settings of the evidence room."""

from typing import Any

from django.apps import AppConfig
from django.apps import apps as all_apps
from django.db.models.signals import post_migrate
from django.utils.translation import gettext_lazy as _


def _make_total(using: str, apps: Any = all_apps, **said: object) -> None:
    """The breakdown that is all of it stands in every database, once the table is there."""
    try:
        breakdowns = apps.get_model("evidence", "Breakdown")._default_manager.using(using)
    except LookupError:
        return
    breakdowns.get_or_create(pk=0, defaults={"key": ""})


class EvidenceConfig(AppConfig):
    """Registers the kind indicator."""

    name = "insek.evidence"
    label = "evidence"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Register with the thread what this room keeps."""
        from insek.thread.extensions import register_lost
        from insek.thread.history import register_purged
        from insek.thread.kinds import Kind, register_kind

        from . import (
            gaps,  # noqa: F401  (registers on import)
            labels,  # noqa: F401  (registers on import; forms ask for them)
            rules,  # noqa: F401  (registers on import)
        )
        from .derived.rules_of_formulas import validate_formula

        register_kind(
            Kind(
                name="indicator",
                model_path="evidence.Indicator",
                label=_("Indikator"),
                plural=_("Indikatoren"),
                list_path="grundlagen",
                prefix="I",
                order=20,
                level="indicator",
                explanation=_("Zahlen zur Stadt, jede mit Stichtag und Quelle."),
                empty=_("Hier werden die Indikatoren mit ihren Zeitreihen stehen."),
                validate=validate_formula,
                search_texts=lambda row: (row.unit, row.unit_en, row.method),
            )
        )

        register_kind(
            Kind(
                name="scenario",
                model_path="evidence.Scenario",
                label=_("Szenario"),
                plural=_("Szenarien"),
                list_path="szenarien",
                prefix="SZ",
                order=23,
                explanation=_(
                    "Wie sich die Bevölkerung entwickeln kann: Annahmen, was aus ihnen folgt, und wie unsicher das ist."
                ),
                empty=_("Hier werden Szenarien der Bevölkerung stehen."),
            )
        )
        register_kind(
            Kind(
                name="reach",
                model_path="evidence.ReachAnalysis",
                label=_("Erreichbarkeit"),
                plural=_("Erreichbarkeiten"),
                list_path="erreichbarkeit",
                prefix="E",
                order=24,
                explanation=_(
                    "Wie weit es zur nächsten Schule, zum Spielplatz oder zur Haltestelle ist, und wie viele Menschen nah genug wohnen."
                ),
                empty=_("Hier wird stehen, wie weit es wohin ist."),
            )
        )
        post_migrate.connect(_make_total, sender=self)
        register_lost("indicator", _("Brüche in der Reihe"))
        register_lost("indicator", _("Schwelle kleiner Zahlen"))
        register_lost("indicator", _("Werte anderer Gebiete"))
        register_lost("scenario", _("berechnete Ergebnisse"))
        register_lost("reach", _("berechnete Ergebnisse"))

        from . import (
            also_published,  # noqa: F401  (registers on import)
            district_figures,  # noqa: F401  (registers on import)
            import_pages,  # noqa: F401  (registers on import)
            package,  # noqa: F401  (registers on import)
            pages,  # noqa: F401  (registers on import)
            part_tables,  # noqa: F401  (registers on import)
            reading_in,  # noqa: F401  (registers on import)
            told,  # noqa: F401  (registers on import)
        )
        from .comparison import (
            package as comparison_package,  # noqa: F401  (registers on import)
        )
        from .comparison import (
            shown as comparison_shown,  # noqa: F401  (registers on import)
        )
        from .derived import (
            jobs,  # noqa: F401  (registers on import)
        )
        from .reaching import (
            near,  # noqa: F401  (registers on import)
        )
        from .reaching import (
            package as reach_package,  # noqa: F401  (registers on import)
        )
        from .reaching import (
            pages as reach_pages,  # noqa: F401  (registers on import)
        )
        from .scenarios import (
            package as scenario_package,  # noqa: F401  (registers on import)
        )
        from .scenarios import (
            pages as scenario_pages,  # noqa: F401  (registers on import)
        )
        from .secrecy import (
            package as secrecy_package,  # noqa: F401  (registers on import)
        )
        from .secrecy import (
            pages as secrecy_pages,  # noqa: F401  (registers on import)
        )
        from .secrecy import (
            showing,  # noqa: F401  (registers on import)
        )
        from .sums import (
            shown as sums_shown,  # noqa: F401  (registers on import)
        )

        register_purged("evidence.ImportBatch", ("label",))
