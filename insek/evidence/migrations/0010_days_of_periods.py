"""The breakdown that is all of it, and the first and last day of each period; in a migration of their own, since PostgreSQL
changes no table in the transaction in which its rows were changed."""

from django.db import migrations
from django.db.models import F

from insek.engines.periods import period_of


def fill(apps, schema_editor):
    """One statement for each period."""
    apps.get_model("evidence", "Breakdown").objects.get_or_create(pk=0, defaults={"key": ""})
    rows = apps.get_model("evidence", "Observation").objects.order_by()
    for text in rows.values_list("period", flat=True).distinct():
        found = period_of(text)
        rows.filter(period=text).update(period_start=found.start, period_end=found.end)


def empty(apps, schema_editor):
    """What the tables before cannot hold goes: other periods, and rows that say why there is no value; what they corrected stays corrected."""
    rows = apps.get_model("evidence", "Observation").objects.order_by()
    gone = rows.filter(value=None) | rows.exclude(period__regex=r"^[0-9]{4}(-[0-9]{2}(-[0-9]{2})?)?$")
    keys = list(gone.values_list("pk", flat=True))
    for start in range(0, len(keys), 400):
        some = keys[start : start + 400]
        rows.filter(superseded_by__in=some).exclude(pk__in=keys).update(superseded_by=F("pk"))
    for start in range(0, len(keys), 400):
        rows.filter(pk__in=keys[start : start + 400])._raw_delete(schema_editor.connection.alias)
    rows.filter(quality__in=["revised", "limited", "nil", "less_than_half"]).update(quality="measured")
    apps.get_model("evidence", "Indicator").objects.exclude(periodicity__in=["year", "irregular"]).update(
        periodicity="irregular"
    )


class Migration(migrations.Migration):
    dependencies = [("evidence", "0009_breakdowns_and_periods")]

    operations = [migrations.RunPython(fill, empty)]
