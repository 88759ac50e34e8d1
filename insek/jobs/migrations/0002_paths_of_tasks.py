"""Tasks that wait in the queue of version 0.1 are found under the names they have now."""

from django.db import migrations

MOVED = {
    "insek.thread.clock.run_recurring": "insek.jobs.clock.run_recurring",
    "insek.web.batches.run_batch": "insek.intake.batches.run_batch",
}


def rename(apps, schema_editor):
    """Write the new name into every task that waits or runs."""
    results = apps.get_model("django_tasks_database", "DBTaskResult")
    for old, new in MOVED.items():
        results.objects.filter(task_path=old).update(task_path=new)


class Migration(migrations.Migration):
    dependencies = [("jobs", "0001_recurring_job"), ("django_tasks_database", "0001_initial")]

    operations = [migrations.RunPython(rename, migrations.RunPython.noop, elidable=False)]
