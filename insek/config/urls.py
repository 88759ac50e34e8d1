"""Addresses of the whole house; each room brings its own."""

from django.conf.urls.i18n import i18n_patterns
from django.urls import URLPattern, URLResolver, include, path

from insek.web.health import healthz, readyz

handler500 = "insek.web.busy.error_page"

urlpatterns: list[URLPattern | URLResolver] = [
    path("healthz", healthz, name="healthz"),
    path("readyz", readyz, name="readyz"),
    path("", include("insek.publish.found")),
    path("api/v1/", include("insek.publish.api.urls")),
    path("ogc/", include("insek.publish.ogc.urls")),
    *i18n_patterns(
        path("", include("insek.publish.urls")),
        path("", include("insek.publish.duties.urls")),
        path("", include("insek.publish.progress.urls")),
        path("", include("insek.publish.beginning.urls")),
        path("", include("insek.publish.staff.urls")),
        path("", include("insek.people.urls")),
        path("", include("insek.places.urls")),
        path("", include("insek.space.urls")),
        path("", include("insek.evidence.urls")),
        path("", include("insek.plans.urls")),
        path("", include("insek.strategy.urls")),
        path("", include("insek.findings.urls")),
        path("", include("insek.participation.urls")),
        path("", include("insek.council.urls")),
        path("", include("insek.steering.urls")),
        path("", include("insek.suggestions.urls")),
        path("", include("insek.documents.urls")),
        path("", include("insek.intake.urls")),
        path("", include("insek.notices.urls")),
        path("", include("insek.items.urls")),
        prefix_default_language=False,
    ),
]
