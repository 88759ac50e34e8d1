"""Saved views are known by the room items now; their table stays as it is."""

from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [
        ("items", "0001_saved_views"),
        ("web", "0002_batches_to_intake"),
    ]

    operations = [
        migrations.SeparateDatabaseAndState(
            state_operations=[
                migrations.DeleteModel(
                    name="SavedView",
                ),
            ]
        )
    ]
