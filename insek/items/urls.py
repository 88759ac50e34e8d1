"""Addresses that all kinds of item share, and one list for each kind."""

from django.urls import URLPattern, path, re_path

from insek.thread.kinds import all_kinds

from .views import (
    editing,
    gaps,
    histories,
    items,
    linking,
    lists,
    merging,
    ordering,
    own_fields,
    proposals,
    rounds,
    rows,
    saved_views,
    search,
    splitting,
    spreadsheets,
    undoing,
)


def kind_urls() -> list[URLPattern]:
    """List, table and form of every kind that the rooms registered."""
    patterns = []
    for kind in all_kinds():
        named = {"kind": kind.name}
        patterns += [
            path(f"{kind.list_path}/", lists.item_list, named, name=kind.list_name),
            path(f"{kind.list_path}/tabelle.csv", lists.item_table, named, name=f"{kind.name}-table"),
            path(
                f"{kind.list_path}/tabelle.xlsx",
                spreadsheets.item_workbook,
                named,
                name=f"{kind.name}-workbook",
            ),
            path(
                f"{kind.list_path}/ansicht-speichern",
                saved_views.view_create,
                named,
                name=f"{kind.name}-save-view",
            ),
            path(f"{kind.list_path}/neu", editing.item_create, named, name=f"{kind.name}-create"),
        ]
    return patterns


urlpatterns = [
    path("k/<item_id>", items.item_detail, name="item"),
    path("k/<item_id>/bearbeiten", editing.item_edit, name="item-edit"),
    path("k/<item_id>/verknuepfen", linking.item_link, name="item-link"),
    path("k/<item_id>/verlauf", histories.item_history, name="item-history"),
    path("k/<item_id>/verlauf/<int:change_id>/zuruecknehmen", undoing.item_undo, name="item-undo"),
    path("k/<item_id>/zusammenlegen", merging.item_merge, name="item-merge"),
    path("k/<item_id>/teilen", splitting.item_split, name="item-split"),
    path("umbau/<int:pk>/zuruecknehmen", merging.reshaping_undo, name="reshaping-undo"),
    path("k/<item_id>/loeschen", editing.item_delete, name="item-delete"),
    re_path(
        r"^k/(?P<item_id>[^/]+)/(?P<direction>gruende|folgen)/(?P<link_kind>[a-z_]+)$",
        items.item_thread,
        name="item-thread",
    ),
    path("geloescht/", undoing.deleted_list, name="deleted-list"),
    path("geloescht/<item_id>/", undoing.deleted_item, name="deleted-item"),
    path("verknuepfung/<int:link_id>", linking.link_edit, name="link-edit"),
    path("verknuepfung/<int:link_id>/loesen", linking.link_delete, name="link-delete"),
    path("suche/", search.search, name="search"),
    path("suche/vorschlaege/", search.suggestions, name="search-suggestions"),
    path("luecken/", gaps.gap_list, name="gap-list"),
    path("luecken/<slug:name>/", gaps.gap_detail, name="gap"),
    path("ansichten/", saved_views.view_list, name="saved-view-list"),
    path("ansichten/<int:pk>/", saved_views.view_edit, name="saved-view-edit"),
    path("ansichten/<int:pk>/loeschen", saved_views.view_delete, name="saved-view-delete"),
    path("ansicht/<int:pk>", saved_views.view_open, name="saved-view"),
    path("tabellen/<str:token>/", spreadsheets.workbook, name="workbook"),
    path("tabellen/<str:token>/datei", spreadsheets.workbook_file, name="workbook-file"),
    path("freigaben/", proposals.proposal_list, name="proposal-list"),
    path("freigaben/veroeffentlichen", proposals.release_many, name="proposal-release-many"),
    path("freigaben/<int:pk>/", proposals.proposal, name="proposal"),
    path("k/<item_id>/zeilen/<slug:sort>/neu", rows.row_create, name="row-create"),
    path("k/<item_id>/zeilen/<slug:sort>/<slug:key>/", rows.row_edit, name="row-edit"),
    path("k/<item_id>/zeilen/<slug:sort>/<slug:key>/loeschen", rows.row_delete, name="row-delete"),
    path("ordnen/<slug:name>/<slug:of>/", ordering.ordering, name="ordering"),
    path("eigene-felder/", own_fields.own_field_list, name="own-field-list"),
    path("eigene-felder/neu", own_fields.own_field_create, name="own-field-create"),
    path("eigene-felder/<int:pk>/", own_fields.own_field_edit, name="own-field-edit"),
    path("eigene-felder/<int:pk>/beenden", own_fields.own_field_end, name="own-field-end"),
    path("runden/", rounds.round_list, name="round-list"),
    path("runden/neu", rounds.round_create, name="round-create"),
    path("runden/<int:pk>/", rounds.round_edit, name="round"),
    *kind_urls(),
]
