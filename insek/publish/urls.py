"""Addresses of the portal."""

from django.urls import path

from . import views

urlpatterns = [
    path("", views.start, name="start"),
    path("handlungsfelder/", views.field_list, name="field-list"),
    path("handlungsfelder/<slug:key>/", views.field_detail, name="field"),
    path("prozess/", views.process, name="process"),
    path("ueber/", views.about, name="about"),
]
