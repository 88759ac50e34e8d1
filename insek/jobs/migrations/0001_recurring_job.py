"""The table of recurring jobs comes from the room thread; it keeps its name, nothing changes in the database."""

from django.db import migrations, models


class Migration(migrations.Migration):
    initial = True

    dependencies = [
        ("thread", "0006_earlier_answers"),
    ]

    operations = [
        migrations.SeparateDatabaseAndState(
            state_operations=[
                migrations.CreateModel(
                    name="RecurringJob",
                    fields=[
                        ("name", models.CharField(max_length=60, primary_key=True, serialize=False)),
                        ("due_at", models.DateTimeField()),
                        ("last_run", models.DateTimeField(blank=True, null=True)),
                        ("failures", models.PositiveSmallIntegerField(default=0, help_text="In a row.")),
                        ("last_error", models.TextField(blank=True)),
                    ],
                    options={
                        "db_table": "thread_recurringjob",
                        "ordering": ["name"],
                    },
                ),
            ]
        )
    ]
