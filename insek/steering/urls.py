"""Addresses of the steering room."""

from django.urls import path

from . import (
    budget_views,
    dashboard,
    health_views,
    overview_views,
    ownership_views,
    report_views,
    round_views,
    tables,
    views,
)

urlpatterns = [
    path("haushalt/", budget_views.budget, name="budget"),
    path("haushalt/tabelle.xlsx", budget_views.budget_workbook, name="budget-workbook"),
    path("haushalt/<key>/bearbeiten", budget_views.budget_edit, name="budget-edit"),
    path("haushalt/<key>/tun", budget_views.budget_act, name="budget-act"),
    path("haushalt/<key>/<line_key>/", budget_views.budget_line, name="budget-line"),
    path("umsetzung/", dashboard.steering, name="steering"),
    path("wo-steht-die-stadt/", health_views.city_health, name="city-health"),
    path("abdeckung/", overview_views.coverage, name="coverage"),
    path("abdeckung/tabelle.xlsx", overview_views.coverage_table, name="coverage-table"),
    path("abdeckung/rahmen", overview_views.framework_take, name="framework-take"),
    path("zusammenspiel-der-ziele/", overview_views.goal_interplay, name="goal-interplay"),
    path("umsetzung/massnahmen.csv", tables.measure_table, name="steering-measures"),
    path("umsetzung/zielwerte.csv", tables.target_table, name="steering-targets"),
    path("umsetzung/regeln", dashboard.rules_page, name="steering-rules"),
    path("mein-bereich/berichtsrunden/", round_views.report_round_list, name="report-round-list"),
    path("mein-bereich/berichtsrunden/neu", round_views.report_round_edit, name="report-round-create"),
    path(
        "mein-bereich/berichtsrunden/zustaendigkeit",
        ownership_views.report_ownership,
        name="report-ownership",
    ),
    path("umsetzung/antworten", ownership_views.answer_shares, name="answer-shares"),
    path("umsetzung/antworten.csv", ownership_views.answer_shares_table, name="answer-shares-table"),
    path("mein-bereich/berichtsrunden/<key>/", round_views.report_round, name="report-round"),
    path(
        "mein-bereich/berichtsrunden/<key>/aendern", round_views.report_round_edit, name="report-round-edit"
    ),
    path(
        "mein-bereich/berichtsrunden/<key>/einheit/<unit_key>",
        round_views.report_round_unit,
        name="report-round-unit",
    ),
    path("k/<item_id>/bericht", views.report_create, name="report-create"),
    path("k/<item_id>/berichte", report_views.report_list, name="report-list"),
    path("k/<item_id>/berichte.csv", report_views.report_table, name="report-table"),
    path("k/<item_id>/schritte/neu", views.task_create, name="task-create"),
    path("k/<item_id>/schritte/<key>/", views.task_edit, name="task-edit"),
    path("k/<item_id>/schritte/<key>/loeschen", views.task_delete, name="task-delete"),
    path("k/<item_id>/stand", views.status_override, name="status-override"),
    path("k/<item_id>/stand/zuruecknehmen", views.status_take_back, name="status-take-back"),
    path("k/<item_id>/zielwerte/neu", views.target_create, name="target-create"),
    path("k/<item_id>/zielwerte/<key>/", views.target_edit, name="target-edit"),
    path("k/<item_id>/zielwerte/<key>/loeschen", views.target_delete, name="target-delete"),
]
