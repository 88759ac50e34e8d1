"""Addresses of the council room beyond those of all items."""

import re

from django.urls import path, re_path

from . import (
    check_views,
    comparison_views,
    decision_views,
    edition_acts,
    history_views,
    next_views,
    sheet_views,
    views,
    way_views,
)

urlpatterns = [
    path("ausgaben/", views.edition_list, name="edition-list"),
    path("ausgaben/vergleich/", comparison_views.edition_compare, name="edition-compare"),
    path("ausgaben/am/", comparison_views.in_force, name="in-force"),
    path("ausgaben/am/<str:day>/", comparison_views.in_force_on_day, name="in-force-on"),
    path("ausgaben/<slug:key>/verbleib/", next_views.succession, name="succession"),
    path("ausgaben/<slug:key>/arbeitsstand/", next_views.next_edition, name="next-edition"),
    path("ausgaben/<slug:key>/daran-arbeiten", next_views.edition_work, name="edition-work"),
    path("ausgaben/<slug:key>/", views.edition_detail, name="edition"),
    path("ausgaben/<slug:key>/einreichen", edition_acts.edition_file, name="edition-file"),
    path("ausgaben/<slug:key>/nicht-beschlossen", edition_acts.edition_withdraw, name="edition-withdraw"),
    path("ausgaben/<slug:key>/beschliessen", edition_acts.edition_adopt, name="edition-adopt"),
    path("ausgaben/<slug:key>/paket.zip", views.edition_package, name="edition-package"),
    path("ausgaben/<slug:key>/beratungsfassung.zip", views.filed_package, name="edition-filed-package"),
    path("ausgaben/<slug:key>/inhalt/", views.edition_contents, name="edition-contents"),
    path("ausgaben/<slug:key>/inhalt/<slug:part>", views.edition_item, name="edition-item"),
    path(
        "ausgaben/<slug:key>/inhalt/<slug:part>/abweichung",
        edition_acts.deviation_edit,
        name="deviation-edit",
    ),
    path("nummer/<slug:edition>/<path:number>", views.by_number, name="by-number"),
    path("k/<item_id>/aenderungen", history_views.public_changes, name="public-history"),
    path("k/<item_id>/beratung/neu", way_views.consultation_create, name="consultation-create"),
    path("k/<item_id>/beratung/<key>/", way_views.consultation_edit, name="consultation-edit"),
    path("k/<item_id>/beratung/<key>/loeschen", way_views.consultation_delete, name="consultation-delete"),
    path(
        "k/<item_id>/vorlagenaenderungen/<key>/uebernehmen",
        way_views.amendment_take_over,
        name="amendment-take-over",
    ),
    path("pruefungen/anteil/", decision_views.decision_share, name="decision-share"),
    path("pruefungen/anteil.xlsx", decision_views.decision_workbook, name="decision-workbook"),
    path("pruefungen/kriterien/", way_views.criterion_list, name="criterion-list"),
    path("pruefungen/kriterien/neu", way_views.criterion_create, name="criterion-create"),
    path("pruefungen/kriterien/<slug:key>", way_views.criterion_edit, name="criterion-edit"),
    path("k/<item_id>/pruefung/", sheet_views.check_sheet, name="check-sheet"),
    path("k/<item_id>/pruefen", sheet_views.check_begin, name="check-begin"),
    path("k/<item_id>/pruefung/fragen", sheet_views.check_ask, name="check-ask"),
    path("k/<item_id>/pruefung/antwort", sheet_views.check_answer, name="check-answer"),
    path("k/<item_id>/pruefung/ziele", check_views.check_find, name="check-find"),
    path("k/<item_id>/pruefung/ziele/<goal_id>", check_views.check_goal, name="check-goal"),
    path("k/<item_id>/pruefung/ohne/<goal_id>", check_views.check_leave_out, name="check-leave-out"),
    path("k/<item_id>/pruefung/absatz", check_views.check_paragraph, name="check-paragraph"),
    path("k/<item_id>/pruefung/abschliessen", check_views.check_finish, name="check-finish"),
    path("k/<item_id>/pruefung/bezug.txt", check_views.check_text, name="check-text"),
    path("k/<item_id>/pruefung/bezug.docx", check_views.check_word, name="check-word"),
    path("pruefungen/<slug:key>/", check_views.former_address, name="check-before"),
    re_path(
        rf"^pruefungen/(?P<key>[-a-z0-9_]+)/(?P<part>{'|'.join(map(re.escape, check_views.FORMER_PARTS))})$",
        check_views.former_address,
        name="check-part-before",
    ),
]
