"""Addresses of the evidence room beyond those of all items."""

from django.urls import path

from . import all_values_views, delivery_views, ranking_views, views
from .comparison import views as comparison_views
from .pictures import class_map_views, many_maps_views, profile_views, pyramid_views, scatter_views
from .reaching import views as reach_views
from .scenarios import views as scenario_views
from .secrecy import views as secrecy_views

urlpatterns = [
    path("k/<item_id>/werte", views.observation_create, name="observation-create"),
    path("k/<item_id>/werte.csv", views.observation_table, name="observation-table"),
    path("k/<item_id>/vorlage.csv", delivery_views.template, {"form": "csv"}, name="import-template-csv"),
    path("k/<item_id>/vorlage.xlsx", delivery_views.template, {"form": "xlsx"}, name="import-template-xlsx"),
    path("k/<item_id>/kleine-zahlen", secrecy_views.small_counts, name="small-counts"),
    path("k/<item_id>/kleine-zahlen.csv", secrecy_views.small_counts_table, name="small-counts-table"),
    path("k/<item_id>/rangfolge", ranking_views.indicator_ranking, name="indicator-ranking"),
    path("k/<item_id>/rangfolge.csv", ranking_views.indicator_ranking_table, name="indicator-ranking-table"),
    path("k/<item_id>/raumkarte", class_map_views.indicator_map, name="indicator-map"),
    path("k/<item_id>/raumkarte.<slug:form>", class_map_views.indicator_map_file, name="indicator-map-file"),
    path("k/<item_id>/kartenreihe", many_maps_views.indicator_maps, name="indicator-maps"),
    path(
        "k/<item_id>/kartenreihe.<slug:form>", many_maps_views.indicator_maps_file, name="indicator-maps-file"
    ),
    path("k/<item_id>/pyramide", pyramid_views.indicator_pyramid, name="indicator-pyramid"),
    path(
        "k/<item_id>/pyramide.<slug:form>",
        pyramid_views.indicator_pyramid_file,
        name="indicator-pyramid-file",
    ),
    path("steckbriefe/", profile_views.profiles, name="district-profiles"),
    path("k/<item_id>/steckbrief", profile_views.profile_page, name="district-profile"),
    path("k/<item_id>/steckbrief.<slug:form>", profile_views.profile_file, name="district-profile-file"),
    path("k/<item_id>/zusammenhang", scatter_views.indicator_scatter, name="indicator-scatter"),
    path(
        "k/<item_id>/zusammenhang.<slug:form>",
        scatter_views.indicator_scatter_file,
        name="indicator-scatter-file",
    ),
    path("zahlen/", all_values_views.all_values, name="all-values"),
    path("zahlen/vergleichsgebiete/", comparison_views.comparison_areas, name="comparison-areas"),
    path("zahlen/werte.csv", all_values_views.all_values_table, name="all-values-table"),
    path("zahlen/werte.xlsx", all_values_views.all_values_workbook, name="all-values-workbook"),
    path("zahlen/raeume.geojson", all_values_views.district_map, name="district-values"),
    path("zahlen-einlesen/", delivery_views.former_address, name="former-import"),
    path("zahlen-einlesen/<uuid:file>/", delivery_views.former_address, name="former-import-columns"),
    path("zahlen-einlesen/<uuid:file>/vorschau", delivery_views.former_address, name="former-import-preview"),
    path("zahlen-einlesen/lieferung/<int:batch_id>/", delivery_views.batch, name="import-batch"),
    path("zahlen-einlesen/lieferung/<int:batch_id>/zuruecknehmen", delivery_views.undo, name="import-undo"),
    path("szenarien/vergleich/", scenario_views.scenario_compare, name="scenario-compare"),
    path("k/<item_id>/rechnen", scenario_views.scenario_compute, name="scenario-compute"),
    path("k/<item_id>/rechnen/stand", scenario_views.scenario_state, name="scenario-state"),
    path("k/<item_id>/szenario.csv", scenario_views.scenario_table, name="scenario-table"),
    path("k/<item_id>/als-werte", scenario_views.scenario_publish, name="scenario-publish"),
    path("k/<item_id>/messen", reach_views.reach_compute, name="reach-compute"),
    path("k/<item_id>/messen/stand", reach_views.reach_state, name="reach-state"),
    path("k/<item_id>/erreichbarkeit.csv", reach_views.reach_table, name="reach-table"),
    path("k/<item_id>/erreichbarkeit.xlsx", reach_views.reach_workbook, name="reach-workbook"),
    path("k/<item_id>/was-waere-wenn", reach_views.reach_try, name="reach-try"),
    path("k/<item_id>/in-reichweite", reach_views.reach_near, name="reach-near"),
    path("k/<item_id>/als-indikator", reach_views.reach_take, name="reach-take"),
]
