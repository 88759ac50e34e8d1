"""Contributions that were read in when an answer would have been due long since: nobody was promised one here."""

from datetime import timedelta
from typing import Any

from django.db import migrations, models

DAYS_TO_REPLY = 28


def say_taken_over(apps: Any, schema_editor: Any) -> None:
    """Those that have a number of another platform and came in more than four weeks before they were entered."""
    contributions = apps.get_model("participation", "Contribution")
    old = [
        row.pk
        for row in contributions.objects.exclude(original_id="").filter(reply="").select_related("item").only(
            "received_on", "item__created_at"
        )
        if row.received_on < row.item.created_at.date() - timedelta(days=DAYS_TO_REPLY)
    ]  # fmt: skip
    for start in range(0, len(old), 500):
        contributions.objects.filter(pk__in=old[start : start + 500]).update(taken_over=True)


class Migration(migrations.Migration):
    dependencies = [("participation", "0010_survey_questions")]

    operations = [
        migrations.AddField(
            model_name="contribution",
            name="taken_over",
            field=models.BooleanField(
                default=False,
                help_text="Was read in when an answer would have been due long since: nobody was promised one here.",
                verbose_name="Aus einem früheren Verfahren übernommen",
            ),
        ),
        migrations.RunPython(say_taken_over, migrations.RunPython.noop),
    ]
