"""Application settings of the frame of a page."""

from django.apps import AppConfig


class WebConfig(AppConfig):
    """Base templates, components, static files and the registers of the frame."""

    name = "insek.web"
    label = "web"
    default_auto_field = "django.db.models.BigAutoField"
