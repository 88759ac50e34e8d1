"""Addresses of the plans room beyond those of all items."""

from django.urls import path

from . import overview_views, rubric_views, subject_views, views, written_views

urlpatterns = [
    path("planwerke/gesamtschau/", overview_views.overview, name="plan-overview"),
    path("planwerke/gesamtschau/planwerke/", overview_views.overview_plans, name="plan-overview-plans"),
    path("planwerke/gesamtschau/zeit/", overview_views.overview_time, name="plan-overview-time"),
    path("planwerke/gesamtschau/gebiete/", overview_views.overview_areas, name="plan-overview-areas"),
    path("planwerke/gesamtschau/luecken/", overview_views.overview_gaps, name="plan-overview-gaps"),
    path(
        "planwerke/gesamtschau/kernaussagen/",
        overview_views.overview_statements,
        name="plan-overview-statements",
    ),
    path("planwerke/gesamtschau/vergleich/", subject_views.overview_subjects, name="plan-overview-subjects"),
    path("planwerke/massstab/", rubric_views.overview_rubric, name="plan-overview-rubric"),
    path("planwerke/massstab/aendern", rubric_views.change_rubric, name="plan-rubric-change"),
    path("planwerke/gesamtschau.csv", overview_views.overview_table, name="plan-overview-table"),
    path("planwerke/bewertung/", written_views.overview_written, name="overview-written"),
    path("planwerke/bewertung/schreiben", written_views.overview_text, name="overview-text"),
    path("planwerke/bewertung.xlsx", written_views.overview_written_table, name="overview-written-table"),
    path("k/<item_id>/bewertung/", written_views.plan_written, name="plan-written"),
    path("k/<item_id>/bewertung.xlsx", written_views.plan_written_table, name="plan-written-table"),
    path("k/<item_id>/bewertung/stellungnahme/<key>", written_views.plan_comment, name="plan-comment"),
    path("k/<item_id>/bewerten", views.appraise, name="plan-appraise"),
]
