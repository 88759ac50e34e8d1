"""Addresses of the places room."""

from django.urls import path

from . import views

urlpatterns = [
    path("karte/", views.city_map_page, name="city-map"),
    path("karte/grund.json", views.map_ground_data, name="map-ground"),
    path("karte/kacheln/<int:z>/<int:x>/<int:y>.mvt", views.map_tile, name="tile"),
    path("karte/haltestellen.geojson", views.stops, name="stops"),
    path("k/<item_id>/ort", views.item_location, name="item-location"),
]
