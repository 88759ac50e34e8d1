"""Addresses of the progress reports."""

from django.urls import path

from . import views

urlpatterns = [
    path("k/<item_id>/bericht/erstellen", views.progress_make, name="progress-make"),
    path("k/<item_id>/bericht/stand", views.progress_state, name="progress-state"),
    path("k/<item_id>/bericht/<name>", views.progress_file, name="progress-file"),
]
