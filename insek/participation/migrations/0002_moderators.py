"""Installations that have the role moderator already give it its right; a role that a city changed stays."""

from typing import Any

from django.db import migrations


def give_right(apps: Any, schema_editor: Any) -> None:
    """New installations have no roles yet and get them afterwards."""
    roles = apps.get_model("people", "Role").objects
    roles.filter(key="moderator", rights=[]).update(rights=["moderate"])


class Migration(migrations.Migration):
    dependencies = [("participation", "0001_initial"), ("people", "0002_versions")]

    operations = [migrations.RunPython(give_right, migrations.RunPython.noop)]
