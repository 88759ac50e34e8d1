"""Batches are known by the room intake now; their tables stay as they are."""

from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [
        ("intake", "0001_batches"),
        ("web", "0001_saved_views_and_batches"),
    ]

    operations = [
        migrations.SeparateDatabaseAndState(
            state_operations=[
                migrations.RemoveField(
                    model_name="batchentry",
                    name="batch",
                ),
                migrations.DeleteModel(
                    name="Batch",
                ),
                migrations.DeleteModel(
                    name="BatchEntry",
                ),
            ]
        )
    ]
