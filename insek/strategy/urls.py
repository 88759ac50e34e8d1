"""Addresses of the strategy room."""

from django.urls import path

from . import money_views, tows_views

urlpatterns = [
    path("kosten/", money_views.money, name="money"),
    path("kosten/tabelle.csv", money_views.money_table, name="money-table"),
    path("kosten/tabellen.xlsx", money_views.money_workbook, name="money-workbook"),
    path("befunde/tows/", tows_views.tows, name="tows"),
    path("befunde/tows/<str:cell>/neu", tows_views.tows_write, name="tows-write"),
    path("k/<item_id>/option/<slug:key>/wird", tows_views.tows_become, name="tows-become"),
]
