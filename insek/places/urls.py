"""Addresses of the places room."""

from django.urls import path, register_converter
from django.urls.converters import IntConverter

from . import map_package_views, setup_views, snapping, views
from .areas import views as areas
from .basemap import views as basemap
from .map_files import views as map_files
from .nearby import views as nearby
from .outside import views as outside
from .sheets import views as sheets


class SignedConverter(IntConverter):
    """A whole number that may be below zero."""

    regex = "-?[0-9]{1,4}"


register_converter(SignedConverter, "signed")

urlpatterns = [
    path("karte/", views.city_map_page, name="city-map"),
    path("karte/grund.json", views.map_ground_data, name="map-ground"),
    path("karte/kacheln/<int:z>/<int:x>/<int:y>.mvt", views.map_tile, name="tile"),
    path(
        "karte/grundkarte/<slug:generation>/<int:z>/<int:x>/<int:y>.mvt", basemap.base_tile, name="base-tile"
    ),
    path(
        "karte/grundbild/<int:level>/<signed:column>/<signed:row>.svg",
        basemap.base_picture,
        name="base-picture",
    ),
    path("karte/haltestellen.geojson", views.stops, name="stops"),
    path("karte/flaechen/<int:pk>.geojson", areas.area_layer_data, name="area-layer-data"),
    path("karte/fang.json", snapping.snap_lines, name="snap-lines"),
    path("karte/blatt/", sheets.map_sheet, name="map-sheet"),
    path("karte/blatt/<slug:token>/", sheets.map_sheet_state, name="map-sheet-state"),
    path("karte/blatt.pdf", sheets.map_sheet_pdf, name="map-sheet-pdf"),
    path("karte/<slug:kind>.gpkg", map_package_views.map_file, name="map-package"),
    path("umgebung/", nearby.nearby, name="nearby"),
    path("umgebung/vorschlaege.json", nearby.suggestions, name="place-suggestions"),
    path("karten-einrichten/", setup_views.map_setup, name="map-setup"),
    path("karten-einrichten/einlesen/", map_files.map_upload, name="map-upload"),
    path("karten-einrichten/einlesen/stand", map_files.map_reading, name="map-reading"),
    path("karten-einrichten/entfernen/<slug:sort>", map_files.map_remove, name="map-remove"),
    path("karten-einrichten/flaechen/<int:pk>/", areas.area_layer, name="area-layer"),
    path("karten-einrichten/flaechen/<int:pk>/loeschen", areas.area_layer_delete, name="area-layer-delete"),
    path("karten-einrichten/ebene/neu", outside.layer_create, name="outside-layer-create"),
    path("karten-einrichten/ebene/<int:pk>/", outside.layer_edit, name="outside-layer"),
    path("karten-einrichten/ebene/<int:pk>/loeschen", outside.layer_delete, name="outside-layer-delete"),
    path("k/<item_id>/ort", views.item_location, name="item-location"),
]
