"""Application settings of the portal."""

from importlib import import_module

from django.apps import AppConfig, apps
from django.utils.module_loading import module_has_submodule


class PublishConfig(AppConfig):
    """The portal shows what the rooms keep; of its own it keeps reports for a day."""

    name = "insek.publish"
    label = "publish"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Make the chapters of the printed concept, the recurring work and what rooms say to programs known."""
        from insek.web.look import register_look

        from . import menu  # noqa: F401  (fills the menu)
        from .report import (  # noqa: F401  (registers on import)
            field_chapters,
            hints,
            measure_sheets,
            numbers,
            opening,
            plans,
            services,
            sources,
            space,
            standard,
            steering,
            taking_part,
            thread_register,
            views,
        )  # fmt: skip

        register_look(style="city-style", logo="city-logo")
        for room in apps.get_app_configs():
            if room.name.startswith("insek.") and room.module and module_has_submodule(room.module, "api"):
                import_module(f"{room.name}.api")
