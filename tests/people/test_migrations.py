"""What a migration makes of the roles that an installation has."""

from importlib import import_module
from types import SimpleNamespace

import pytest
from django.apps import apps
from django.db import connection
from django.db.migrations.recorder import MigrationRecorder

from insek.people.models import Role

MIGRATION = import_module("insek.people.migrations.0003_lead_moderates")


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("key", "before", "after"),
    [
        ("project-lead", ["edit", "release"], ["edit", "release", "moderate"]),
        ("project-lead", ["moderate", "release"], ["moderate", "release"]),
        ("project-lead", ["edit"], ["edit"]),
        ("planner", ["release"], ["release"]),
    ],
)
def test_who_leads_a_project_moderates_where_the_role_releases(key, before, after):
    Role.objects.update_or_create(key=key, defaults={"name": "Rolle", "rights": before})
    MIGRATION.let_lead_moderate(apps, None)
    assert Role.objects.get(key=key).rights == after


@pytest.mark.django_db
def test_a_new_installation_has_no_roles_to_change():
    Role.objects.all().delete()
    MIGRATION.let_lead_moderate(apps, None)
    assert not Role.objects.exists()


def test_what_the_guard_of_version_0_1_kept_of_names_goes(db):
    forget_axes = import_module("insek.people.migrations.0004_tallies").forget_axes
    with connection.cursor() as cursor:
        cursor.execute("CREATE TABLE axes_accessattempt (username varchar(20))")
        cursor.execute("INSERT INTO axes_accessattempt VALUES ('erika')")
        MigrationRecorder(connection).record_applied("axes", "0001_initial")
        forget_axes(None, SimpleNamespace(connection=connection, execute=cursor.execute))
    assert "axes_accessattempt" not in connection.introspection.table_names()
    assert not [name for name in MigrationRecorder(connection).applied_migrations() if name[0] == "axes"]
