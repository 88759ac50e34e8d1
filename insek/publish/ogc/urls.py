"""Addresses of OGC API - Features; the same in every language."""

from django.urls import path

from ..api.http import public_reading
from . import views

urlpatterns = [
    path("", public_reading(views.landing), name="ogc-landing"),
    path("conformance", public_reading(views.conformance), name="ogc-conformance"),
    path("api", public_reading(views.api), name="ogc-api"),
    path("collections", public_reading(views.collections), name="ogc-collections"),
    path("collections/<str:name>", public_reading(views.collection), name="ogc-collection"),
    path("collections/<str:name>/items", public_reading(views.items), name="ogc-items"),
    path("collections/<str:name>/items/<str:item_id>", public_reading(views.feature), name="ogc-feature"),
    path("<path:rest>", public_reading(views.missing), name="ogc-missing"),
]
