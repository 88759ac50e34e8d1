"""Addresses of the portal."""

from django.urls import path

from . import embed, feed, history_feed, views
from .api import page as api_page
from .dossier import views as dossier
from .programme import views as programme
from .report import views as report
from .report import written

urlpatterns = [
    path("", views.start, name="start"),
    path("handlungsfelder/", views.field_list, name="field-list"),
    path("handlungsfelder/<slug:key>/", views.field_detail, name="field"),
    path("prozess/", views.process, name="process"),
    path("ueber/", views.about, name="about"),
    path("konzept.pdf", report.kept_pdf, {"form": "full"}, name="concept-full"),
    path("konzept-kurz.pdf", report.kept_pdf, {"form": "short"}, name="concept-short"),
    path("ausgaben/<slug:key>/ausgabe.pdf", report.kept_pdf, {"form": "full"}, name="edition-full"),
    path("ausgaben/<slug:key>/ausgabe-kurz.pdf", report.kept_pdf, {"form": "short"}, name="edition-short"),
    path("bericht/", report.concept_report, name="report"),
    path("bericht/<str:token>/", report.report_job, name="report-job"),
    path("bericht/<str:token>/datei/", report.report_file, name="report-file"),
    path("k/<str:item_id>/blatt.pdf", report.item_pdf, name="item-pdf"),
    path("k/<str:item_id>/bewertung.pdf", written.plan_file, {"format": "pdf"}, name="plan-written-pdf"),
    path("k/<str:item_id>/bewertung.docx", written.plan_file, {"format": "docx"}, name="plan-written-docx"),
    path("planwerke/bewertung.pdf", written.overview_file, {"format": "pdf"}, name="overview-written-pdf"),
    path("planwerke/bewertung.docx", written.overview_file, {"format": "docx"}, name="overview-written-docx"),
    path("einbetten/<str:item_id>/", embed.embed, name="embed"),
    path("aktuell.atom", feed.atom, name="feed"),
    path("k/<str:item_id>/aenderungen.atom", history_feed.history_atom, name="public-history-feed"),
    path("dossier/", dossier.dossier, name="dossier"),
    path("dossier/dossier.pdf", dossier.dossier_file, {"format": "pdf"}, name="dossier-pdf"),
    path("dossier/dossier.docx", dossier.dossier_file, {"format": "docx"}, name="dossier-docx"),
    path("kosten/gesamtmassnahme/", programme.programme, name="programme"),
    path(
        "kosten/gesamtmassnahme/kofi.pdf", programme.programme_file, {"format": "pdf"}, name="programme-pdf"
    ),
    path(
        "kosten/gesamtmassnahme/kofi.docx",
        programme.programme_file,
        {"format": "docx"},
        name="programme-docx",
    ),
    path("kosten/gesamtmassnahme/kofi.xlsx", programme.programme_workbook, name="programme-xlsx"),
    path("api/", api_page.api, name="api"),
]
