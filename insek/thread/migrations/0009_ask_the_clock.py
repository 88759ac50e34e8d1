"""New rows take their day from insek.clock. A default is not kept in the database, so nothing is written there."""

from django.db import migrations, models

import insek.clock


class Migration(migrations.Migration):
    dependencies = [("thread", "0008_proposals_to_release")]

    operations = [
        migrations.SeparateDatabaseAndState(
            state_operations=[
                migrations.AlterField("change", "at", models.DateTimeField(default=insek.clock.now)),
                migrations.AlterField(
                    "item", "created_at", models.DateTimeField(default=insek.clock.now, editable=False)
                ),
                migrations.AlterField(
                    "item", "updated_at", models.DateTimeField(default=insek.clock.now, editable=False)
                ),
                migrations.AlterField(
                    "link", "created_at", models.DateTimeField(default=insek.clock.now, editable=False)
                ),
                migrations.AlterField(
                    "tombstone", "deleted_at", models.DateTimeField(default=insek.clock.now)
                ),
            ]
        )
    ]
