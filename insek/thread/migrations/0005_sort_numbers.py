"""Lists order Z 1 before Z 1.1, whatever their titles are: the keys of all items are written anew."""

from typing import Any

from django.db import migrations

from insek.engines.text import sort_key

BATCH = 500


def write_keys(apps: Any, schema_editor: Any) -> None:
    """As ``services.set_sort_keys`` does it."""
    items = apps.get_model("thread", "Item").objects.using(schema_editor.connection.alias)
    changed = []
    for row in items.exclude(number="").only("number", "title", "sort_key").iterator(chunk_size=BATCH):
        key = f"{sort_key(row.number)} 00 {sort_key(row.title)}"[:120]
        if key != row.sort_key:
            row.sort_key = key
            changed.append(row)
    for start in range(0, len(changed), BATCH):
        items.bulk_update(changed[start : start + BATCH], ["sort_key"])


class Migration(migrations.Migration):
    dependencies = [("thread", "0004_release_step")]

    operations = [migrations.RunPython(write_keys, migrations.RunPython.noop)]
