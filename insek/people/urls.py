"""Addresses of sign-in and of the administration of people."""

from django.contrib.auth import views
from django.urls import path

urlpatterns = [
    path("anmelden/", views.LoginView.as_view(redirect_authenticated_user=True), name="login"),
    path("abmelden/", views.LogoutView.as_view(), name="logout"),
    path("kennwort/", views.PasswordChangeView.as_view(), name="password_change"),
    path("kennwort/geaendert/", views.PasswordChangeDoneView.as_view(), name="password_change_done"),
]
