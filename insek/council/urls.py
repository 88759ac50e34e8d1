"""Addresses of the council room beyond those of all items."""

from django.urls import path

from . import check_editing, check_views, views, way_views

urlpatterns = [
    path("ausgaben/", views.edition_list, name="edition-list"),
    path("ausgaben/<slug:key>/", views.edition_detail, name="edition"),
    path("ausgaben/<slug:key>/beschliessen", views.edition_adopt, name="edition-adopt"),
    path("ausgaben/<slug:key>/paket.zip", views.edition_package, name="edition-package"),
    path("k/<item_id>/beratung/neu", way_views.consultation_create, name="consultation-create"),
    path("beratung/<int:pk>", way_views.consultation_edit, name="consultation-edit"),
    path("beratung/<int:pk>/loeschen", way_views.consultation_delete, name="consultation-delete"),
    path("pruefungen/", check_views.check_list, name="check-list"),
    path("pruefungen/neu", check_editing.check_create, name="check-create"),
    path("pruefungen/kriterien/", way_views.criterion_list, name="criterion-list"),
    path("pruefungen/kriterien/neu", way_views.criterion_create, name="criterion-create"),
    path("pruefungen/kriterien/<slug:key>", way_views.criterion_edit, name="criterion-edit"),
    path("pruefungen/<slug:key>/", check_views.check_detail, name="check"),
    path("pruefungen/<slug:key>/bearbeiten", check_editing.check_edit, name="check-edit"),
    path("pruefungen/<slug:key>/ziele", check_editing.check_find, name="check-find"),
    path("pruefungen/<slug:key>/ziele/<item_id>", check_editing.check_goal, name="check-goal"),
    path("pruefungen/<slug:key>/ohne/<item_id>", check_editing.check_leave_out, name="check-leave-out"),
    path("pruefungen/<slug:key>/absatz", check_editing.check_paragraph, name="check-paragraph"),
    path("pruefungen/<slug:key>/abschliessen", check_editing.check_finish, name="check-finish"),
    path("pruefungen/<slug:key>/loeschen", check_editing.check_delete, name="check-delete"),
    path("pruefungen/<slug:key>/verlauf", check_views.check_history, name="check-history"),
    path("pruefungen/<slug:key>/bezug.txt", check_views.check_text, name="check-text"),
    path("pruefungen/<slug:key>/bezug.docx", check_views.check_word, name="check-word"),
]
