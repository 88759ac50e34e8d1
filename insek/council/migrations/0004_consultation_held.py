"""A hearing counts when the body had the matter before it: results of 0.1 that say it had not are marked so."""

from __future__ import annotations

from typing import Any

from django.db import migrations, models
from django.db.models import Q

NOT_HELD = ("abgesetzt", "vertagt", "ausgefallen", "zurückgestellt")


def mark_postponed(apps: Any, schema_editor: Any) -> None:
    """A step whose result begins with one of these words did not take place."""
    said = Q()
    for word in NOT_HELD:
        said |= Q(result__istartswith=word)
    apps.get_model("council", "Consultation").objects.filter(said).update(held=False)


class Migration(migrations.Migration):
    dependencies = [("council", "0003_check_history")]

    operations = [
        migrations.AddField(
            model_name="consultation",
            name="held",
            field=models.BooleanField(
                blank=True,
                help_text="Whether the body had the matter before it and could speak; empty: not known.",
                null=True,
            ),
        ),
        migrations.RunPython(mark_postponed, migrations.RunPython.noop),
    ]
