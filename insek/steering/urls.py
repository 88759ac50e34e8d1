"""Addresses of the steering room."""

from django.urls import path

from . import dashboard, report_views, tables, views

urlpatterns = [
    path("umsetzung/", dashboard.steering, name="steering"),
    path("umsetzung/massnahmen.csv", tables.measure_table, name="steering-measures"),
    path("umsetzung/zielwerte.csv", tables.target_table, name="steering-targets"),
    path("umsetzung/regeln", dashboard.rules_page, name="steering-rules"),
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
