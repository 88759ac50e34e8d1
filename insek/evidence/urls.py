"""Addresses of the evidence room beyond those of all items."""

from django.urls import path

from . import views

urlpatterns = [
    path("k/<item_id>/werte", views.observation_create, name="observation-create"),
    path("k/<item_id>/werte.csv", views.observation_table, name="observation-table"),
]
