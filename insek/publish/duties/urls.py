"""Addresses of the public duties."""

from django.urls import path

from . import views
from .titles import TITLES

urlpatterns = [
    *(path(f"{key}/", views.public_page, {"key": key}, name=key) for key in TITLES),
    path("seiten/<slug:key>/bearbeiten", views.page_edit, name="public-page-edit"),
    path("rueckmeldung/", views.feedback, name="feedback"),
    path("rueckmeldung/danke", views.feedback_thanks, name="feedback-thanks"),
    path("rueckmeldungen/", views.feedback_list, name="feedback-list"),
    path("rueckmeldungen/<int:pk>", views.feedback_answer, name="feedback-answer"),
]
