"""Addresses of sign-in and of the administration of people."""

from django.contrib.auth import views as auth
from django.urls import path

from .views import access, directory, factor, groups, persons, roles, service

urlpatterns = [
    path("anmelden/", access.SignIn.as_view(), name="login"),
    path("anmelden/noch-da", access.still_there, name="still-there"),
    path("anmelden/zweiter-faktor/", factor.ask, name="second-factor"),
    path("anmelden/dienst/", service.begin, name="service"),
    path("anmelden/dienst/zurueck/", service.returned, name="service-return"),
    path("abmelden/", access.SignOut.as_view(), name="logout"),
    path("kennwort/", auth.PasswordChangeView.as_view(), name="password_change"),
    path("kennwort/geaendert/", auth.PasswordChangeDoneView.as_view(), name="password_change_done"),
    path(
        "kennwort/waehlen/<uidb64>/<token>/", access.ChoosePassword.as_view(), name="password_reset_confirm"
    ),
    path("zweiter-faktor/", factor.own, name="own-factor"),
    path("zweiter-faktor/aendern", factor.own_change, name="own-factor-change"),
    path("personen/", persons.person_list, name="person-list"),
    path("personen/neu", persons.person_create, name="person-create"),
    path("personen/<int:pk>/", persons.person, name="person"),
    path("personen/<int:pk>/link", persons.person_link, name="person-link"),
    path("personen/<int:pk>/zweiter-faktor", factor.reset, name="factor-reset"),
    path("personen/<int:pk>/anmeldedienst", factor.service_unlink, name="service-unlink"),
    path("personen/gruppen/", groups.group_list, name="group-list"),
    path("personen/gruppen/neu", groups.group_create, name="group-create"),
    path("personen/gruppen/<int:pk>/", groups.group_edit, name="group-edit"),
    path("personen/gruppen/<int:pk>/entfernen", groups.group_remove, name="group-remove"),
    path("personen/<int:pk>/rolle", roles.role_give, name="role-give"),
    path("personen/rolle/<int:pk>/", roles.role_change, name="role-change"),
    path("personen/rolle/<int:pk>/entziehen", roles.role_end, name="role-end"),
    path("personen/rollen/", roles.role_list, name="role-list"),
    path("personen/rollen/verlauf/", roles.role_history, name="role-history"),
    path("personen/rollen/<slug:key>", roles.role_edit, name="role-edit"),
    path("personen/einheiten/", directory.unit_list, name="unit-list"),
    path("personen/einheiten/neu", directory.unit_create, name="unit-create"),
    path("personen/einheiten/<slug:key>/", directory.unit_edit, name="unit"),
    path("personen/gremien/", directory.body_list, name="body-list"),
    path("personen/gremien/neu", directory.body_create, name="body-create"),
    path("personen/gremien/<slug:key>/", directory.body_edit, name="body"),
]
