"""New rows take their day from insek.clock. A default is not kept in the database, so nothing is written there."""

from django.db import migrations, models

import insek.clock


class Migration(migrations.Migration):
    dependencies = [("participation", "0005_people_rounded")]

    operations = [
        migrations.SeparateDatabaseAndState(
            state_operations=[
                migrations.AlterField(
                    "contribution",
                    "received_on",
                    models.DateField(default=insek.clock.today, verbose_name="Eingegangen am"),
                ),
            ]
        )
    ]
