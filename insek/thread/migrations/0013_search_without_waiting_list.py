"""PostgreSQL puts new terms into the index at once: a list of what waits is read by every search until it is cleaned."""

from django.db import migrations

AT_ONCE = "ALTER INDEX thread_searchtext_terms SET (fastupdate = off)"
WAITING = "ALTER INDEX thread_searchtext_terms RESET (fastupdate)"
CLEANED = "SELECT gin_clean_pending_list('thread_searchtext_terms')"


def at_once(apps, schema_editor):
    if schema_editor.connection.vendor == "postgresql":
        schema_editor.execute(AT_ONCE)
        schema_editor.execute(CLEANED)


def waiting(apps, schema_editor):
    if schema_editor.connection.vendor == "postgresql":
        schema_editor.execute(WAITING)


class Migration(migrations.Migration):
    dependencies = [("thread", "0012_events")]
    operations = [migrations.RunPython(at_once, waiting)]
