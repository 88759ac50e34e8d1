"""Addresses of batches, and those of each kind for reading in and changing many."""

from django.urls import URLPattern, path

from insek.thread.kinds import all_kinds

from .views import batches, bulk, sheets


def kind_urls() -> list[URLPattern]:
    """Reading in and changing many, for every kind that the rooms registered."""
    patterns = []
    for kind in all_kinds():
        named = {"kind": kind.name}
        patterns += [
            path(f"{kind.list_path}/tabelle/einlesen", sheets.sheet_upload, named, name=f"{kind.name}-sheet"),
            path(f"{kind.list_path}/sammelaenderung", bulk.bulk_begin, named, name=f"{kind.name}-bulk"),
        ]
    return patterns


urlpatterns = [
    path("stapel/", batches.batch_list, name="batch-list"),
    path("stapel/<uuid:batch_id>/", batches.batch, name="batch"),
    path("stapel/<uuid:batch_id>/neu-pruefen", batches.batch_again, name="batch-again"),
    path("stapel/<uuid:batch_id>/zuruecknehmen", batches.batch_undo, name="batch-undo"),
    path("stapel/<uuid:batch_id>/verwerfen", batches.batch_discard, name="batch-discard"),
    *kind_urls(),
]
