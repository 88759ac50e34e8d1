"""Addresses of the council room beyond those of all items."""

from django.urls import path

from . import views

urlpatterns = [
    path("ausgaben/", views.edition_list, name="edition-list"),
    path("ausgaben/<slug:key>/", views.edition_detail, name="edition"),
    path("ausgaben/<slug:key>/beschliessen", views.edition_adopt, name="edition-adopt"),
    path("ausgaben/<slug:key>/paket.zip", views.edition_package, name="edition-package"),
]
