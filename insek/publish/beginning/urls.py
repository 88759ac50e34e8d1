"""Addresses of the guide."""

from django.urls import path

from . import appearance, mail, views

urlpatterns = [
    path("einrichten/anfang/", views.overview, name="beginning"),
    path("einrichten/anfang/stadt/", views.city, name="beginning-city"),
    path("einrichten/anfang/handlungsfelder/", views.fields, name="beginning-fields"),
    path("einrichten/anfang/woerter/", views.levels, name="beginning-levels"),
    path("einrichten/anfang/recht/", views.law, name="beginning-law"),
    path("einrichten/anfang/raeume/", views.districts, name="beginning-districts"),
    path("einrichten/anfang/einheiten/", views.units, name="beginning-units"),
    path("einrichten/anfang/gremien/", views.bodies, name="beginning-bodies"),
    path("einrichten/anfang/mail/", mail.mail, name="beginning-mail"),
    path("einrichten/anfang/aussehen/", appearance.appearance, name="beginning-look"),
    path("stadt/logo", appearance.city_logo, name="city-logo"),
    path("stadt/farbe.css", appearance.city_style, name="city-style"),
]
