"""Addresses of the space room."""

from django.urls import path

from . import conflict_views, dividing_views, sign_views, sum_views, views

urlpatterns = [
    path("raumkonzept/", views.spatial_concept, name="spatial-concept"),
    path("raumkonzept/summen/", sum_views.spatial_sums, name="spatial-sums"),
    path("raumkonzept/summen/tabelle.csv", sum_views.spatial_sums_table, name="spatial-sums-table"),
    path("raumkonzept/summen/tabellen.xlsx", sum_views.spatial_sums_workbook, name="spatial-sums-workbook"),
    path("k/<item_id>/flaeche", dividing_views.feature_area, name="feature-area"),
    path("raumkonzept/planzeichen/", sign_views.sign_list, name="sign-list"),
    path("raumkonzept/planzeichen/neu", sign_views.sign_create, name="sign-create"),
    path("raumkonzept/planzeichen/<int:pk>/", sign_views.sign_edit, name="sign-edit"),
    path("raumkonzept/planzeichen/<int:pk>/schieben", sign_views.sign_move, name="sign-move"),
    path("raumkonzept/planzeichen/<int:pk>/beenden", sign_views.sign_end, name="sign-end"),
    path("raumkonzept/widersprueche/", conflict_views.conflict_list, name="sign-conflicts"),
    path("raumkonzept/widersprueche/antwort", conflict_views.conflict_answer, name="sign-conflict-answer"),
    path("raumkonzept/widersprueche/regel/neu", conflict_views.conflict_create, name="sign-conflict-create"),
    path(
        "raumkonzept/widersprueche/regel/<int:pk>/", conflict_views.conflict_edit, name="sign-conflict-edit"
    ),
    path(
        "raumkonzept/widersprueche/regel/<int:pk>/loeschen",
        conflict_views.conflict_delete,
        name="sign-conflict-delete",
    ),
]
