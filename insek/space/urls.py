"""Addresses of the space room."""

from django.urls import path

from . import views

urlpatterns = [path("raumkonzept/", views.spatial_concept, name="spatial-concept")]
