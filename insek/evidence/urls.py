"""Addresses of the evidence room beyond those of all items."""

from django.urls import path

from . import import_views, views

urlpatterns = [
    path("k/<item_id>/werte", views.observation_create, name="observation-create"),
    path("k/<item_id>/werte.csv", views.observation_table, name="observation-table"),
    path("k/<item_id>/vorlage.csv", import_views.template, {"form": "csv"}, name="import-template-csv"),
    path("k/<item_id>/vorlage.xlsx", import_views.template, {"form": "xlsx"}, name="import-template-xlsx"),
    path("zahlen-einlesen/", import_views.upload, name="import-upload"),
    path("zahlen-einlesen/<uuid:pending_id>/", import_views.columns, name="import-columns"),
    path("zahlen-einlesen/<uuid:pending_id>/vorschau", import_views.preview, name="import-preview"),
    path("zahlen-einlesen/<uuid:pending_id>/verwerfen", import_views.discard, name="import-discard"),
    path("zahlen-einlesen/lieferung/<int:batch_id>/", import_views.batch, name="import-batch"),
    path("zahlen-einlesen/lieferung/<int:batch_id>/zuruecknehmen", import_views.undo, name="import-undo"),
]
