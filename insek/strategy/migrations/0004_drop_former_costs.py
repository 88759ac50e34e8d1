"""Costs of measures stand in lines: the columns they were in until 0.1 go."""

from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("strategy", "0003_move_costs")]

    operations = [
        migrations.RemoveField(
            model_name="measure",
            name="cost_basis",
        ),
        migrations.RemoveField(
            model_name="measure",
            name="cost_eur",
        ),
        migrations.RemoveField(
            model_name="measure",
            name="cost_year",
        ),
    ]
