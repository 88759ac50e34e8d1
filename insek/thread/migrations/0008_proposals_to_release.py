"""Proposals are known by the room release now; their table stays as it is."""

from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [
        ("thread", "0007_recurring_job_to_jobs"),
        ("release", "0001_proposals"),
    ]

    operations = [
        migrations.SeparateDatabaseAndState(
            state_operations=[
                migrations.DeleteModel(
                    name="Proposal",
                ),
            ]
        )
    ]
