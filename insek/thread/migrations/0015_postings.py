"""The index of search as tables of our own; what FTS5 and tsvector held goes, and a job reads all items again."""

import django.db.models.deletion
from django.db import migrations, models


def queue(apps, schema_editor):
    """Let the job write the postings of all items, as soon as a worker runs."""
    apps.get_model("thread", "SearchEntry").objects.update(waiting=True)
    event = apps.get_model("thread", "Event")
    concepts = apps.get_model("concept", "Concept").objects.values_list("pk", flat=True)
    event.objects.bulk_create(event(concept_id=pk, action="reindexed") for pk in concepts)


def drop(apps, schema_editor):
    schema_editor.execute("DROP TABLE thread_searchtext")


class Migration(migrations.Migration):
    dependencies = [
        ("thread", "0014_indexes_that_know_the_kind"),
    ]

    operations = [
        migrations.CreateModel(
            name="Word",
            fields=[
                (
                    "id",
                    models.BigIntegerField(
                        help_text="The number of the term (postings.py).", primary_key=True, serialize=False
                    ),
                ),
                ("term", models.CharField(max_length=64)),
            ],
        ),
        migrations.CreateModel(
            name="Posting",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "word",
                    models.BigIntegerField(
                        help_text="The number of the term; its row may come a moment later."
                    ),
                ),
                (
                    "weight",
                    models.PositiveSmallIntegerField(
                        help_text="Title before text, by the length of both and the kind."
                    ),
                ),
                (
                    "item",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="+",
                        to="thread.item",
                    ),
                ),
            ],
            options={
                "indexes": [models.Index(fields=["word", "-weight", "item"], name="posting_by_weight")],
                "constraints": [models.UniqueConstraint(fields=("item", "word"), name="posting_once")],
            },
        ),
        migrations.RunPython(queue, migrations.RunPython.noop),
        migrations.RunPython(drop, migrations.RunPython.noop),
    ]
