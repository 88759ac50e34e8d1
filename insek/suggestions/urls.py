"""Addresses of suggestions."""

from django.urls import path

from .views import queue, runs

urlpatterns = [
    path("vorschlaege/", queue.suggestion_queue, name="suggestion-queue"),
    path("vorschlaege/viele", queue.suggestion_many, name="suggestion-many"),
    path("vorschlaege/entschieden", queue.suggestion_decided, name="suggestion-decided"),
    path("vorschlaege/suchen", runs.suggestion_runs, name="suggestion-runs"),
    path("vorschlaege/<int:pk>/", queue.suggestion, name="suggestion"),
    path("vorschlaege/<int:pk>/zuruecknehmen", queue.suggestion_undo, name="suggestion-undo"),
]
