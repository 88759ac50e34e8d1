"""New rows take their day from insek.clock. A default is not kept in the database, so nothing is written there."""

from django.db import migrations, models

import insek.clock


class Migration(migrations.Migration):
    dependencies = [("steering", "0001_initial")]

    operations = [
        migrations.SeparateDatabaseAndState(
            state_operations=[
                migrations.AlterField(
                    "statusreport", "reported_on", models.DateField(default=insek.clock.today)
                ),
                migrations.AlterField(
                    "statusoverride", "set_on", models.DateField(default=insek.clock.today)
                ),
            ]
        )
    ]
