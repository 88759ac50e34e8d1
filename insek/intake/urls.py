"""Addresses of batches, and those of each kind for reading in and changing many."""

from django.urls import URLPattern, path

from insek.thread.kinds import all_kinds

from .views import batches, bulk, linking_many, readings, sheets


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
    path("stapel/<uuid:batch_id>/verknuepfen", linking_many.batch_link, name="batch-link"),
    path("stapel/<uuid:batch_id>/neu-pruefen", batches.batch_again, name="batch-again"),
    path("stapel/<uuid:batch_id>/zuruecknehmen", batches.batch_undo, name="batch-undo"),
    path("stapel/<uuid:batch_id>/verwerfen", batches.batch_discard, name="batch-discard"),
    path("einlesen/", readings.home, name="intake-home"),
    path("einlesen/neu/<str:target>/", readings.begin, name="intake-begin"),
    path("einlesen/<uuid:batch_id>/", readings.reading, name="reading"),
    path("einlesen/<uuid:batch_id>/tabelle", readings.table, name="reading-table"),
    path("einlesen/<uuid:batch_id>/spalten", readings.columns, name="reading-columns"),
    path("einlesen/<uuid:batch_id>/woerter", readings.words, name="reading-words"),
    path("einlesen/<uuid:batch_id>/schreiben", readings.write, name="reading-write"),
    path("einlesen/<uuid:batch_id>/neu-pruefen", readings.again, name="reading-again"),
    path("einlesen/<uuid:batch_id>/zuruecknehmen", readings.take_back, name="reading-undo"),
    path("einlesen/<uuid:batch_id>/verwerfen", readings.discard, name="reading-discard"),
    *kind_urls(),
]
