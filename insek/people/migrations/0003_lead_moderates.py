"""Who leads the project moderates too, as in new installations: before, nobody but moderators saw a new contribution."""

from typing import Any

from django.db import migrations


def let_lead_moderate(apps: Any, schema_editor: Any) -> None:
    """Add the right where the role still releases; a role that the city changed otherwise stays as it is."""
    role = apps.get_model("people", "Role").objects.filter(key="project-lead").first()
    if role is not None and "release" in role.rights and "moderate" not in role.rights:
        role.rights = [*role.rights, "moderate"]
        role.save(update_fields=["rights"])


class Migration(migrations.Migration):
    dependencies = [("people", "0002_versions")]
    operations = [migrations.RunPython(let_lead_moderate, migrations.RunPython.noop)]
