"""Addresses of the portal."""

from django.urls import path

from . import feed, views
from .api import page as api_page
from .report import views as report

urlpatterns = [
    path("", views.start, name="start"),
    path("handlungsfelder/", views.field_list, name="field-list"),
    path("handlungsfelder/<slug:key>/", views.field_detail, name="field"),
    path("prozess/", views.process, name="process"),
    path("ueber/", views.about, name="about"),
    path("bericht/", report.concept_report, name="report"),
    path("bericht/<str:token>/", report.report_job, name="report-job"),
    path("bericht/<str:token>/datei/", report.report_file, name="report-file"),
    path("k/<str:item_id>/blatt.pdf", report.item_pdf, name="item-pdf"),
    path("aktuell.atom", feed.atom, name="feed"),
    path("api/", api_page.api, name="api"),
]
