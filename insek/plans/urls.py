"""Addresses of the plans room beyond those of all items."""

from django.urls import path

from . import views

urlpatterns = [
    path("planwerke/gesamtschau/", views.overview, name="plan-overview"),
    path("planwerke/gesamtschau.csv", views.overview_table, name="plan-overview-table"),
    path("k/<item_id>/bewerten", views.appraise, name="plan-appraise"),
]
