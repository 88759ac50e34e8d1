"""The way back: values of parts have no place in the tables before, and go. In a migration of its own, as in 0010."""

from django.db import migrations


def take_parts_away(apps, schema_editor):
    """Values of parts only ever point to values of the same part."""
    rows = apps.get_model("evidence", "Observation").objects.order_by().exclude(breakdown=0)
    rows._raw_delete(schema_editor.connection.alias)


class Migration(migrations.Migration):
    dependencies = [("evidence", "0011_values_of_parts")]

    operations = [migrations.RunPython(migrations.RunPython.noop, take_parts_away)]
