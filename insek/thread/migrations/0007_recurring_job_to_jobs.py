"""The recurring jobs are known by the room jobs now; their table stays as it is."""

from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [
        ("jobs", "0001_recurring_job"),
        ("thread", "0006_earlier_answers"),
    ]

    operations = [
        migrations.SeparateDatabaseAndState(
            state_operations=[
                migrations.DeleteModel(
                    name="RecurringJob",
                ),
            ]
        )
    ]
