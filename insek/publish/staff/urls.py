"""Addresses of the own area and of setting up."""

from django.urls import path

from . import home, setup

urlpatterns = [
    path("mein-bereich/", home.home, name="home"),
    path("einrichten/", setup.setup, name="setup"),
    path("einrichten/<slug:part>/neu", setup.setup_create, name="setup-create"),
    path("einrichten/<slug:part>/<int:pk>/", setup.setup_part, name="setup-part"),
    path("einrichten/<slug:part>/<int:pk>/loeschen", setup.setup_delete, name="setup-delete"),
]
