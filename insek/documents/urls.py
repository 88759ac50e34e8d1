"""Addresses of documents."""

from django.urls import path

from .views import documents, outline, reader

urlpatterns = [
    path("dokumente/", documents.document_list, name="document-list"),
    path("dokumente/hochladen", documents.document_upload, name="document-upload"),
    path("dokumente/suche", documents.document_search, name="document-search"),
    path("dokumente/<int:pk>/", documents.document, name="document"),
    path("dokumente/<int:pk>/aendern", documents.document_edit, name="document-edit"),
    path("dokumente/<int:pk>/loeschen", documents.document_delete, name="document-delete"),
    path("dokumente/<int:pk>/freigabe", documents.document_release, name="document-release"),
    path("dokumente/<int:pk>/neu-lesen", documents.document_again, name="document-again"),
    path("dokumente/<int:pk>/gliederung", outline.outline, name="document-outline"),
    path("dokumente/<int:pk>/datei", documents.document_file, name="document-file"),
    path("dokumente/<int:pk>/seite/<int:number>", reader.page, name="document-page"),
    path("dokumente/<int:pk>/seite/<int:number>/bild.jpg", reader.picture, name="document-picture"),
    path("dokumente/<int:pk>/seite/<int:number>/tabelle", reader.table, name="document-table"),
    path("dokumente/<int:pk>/seite/<int:number>/entnehmen", reader.take, name="document-take"),
]
