"""Batches come from the room web; their tables keep their names, nothing changes in the database."""

import uuid

import django.db.models.deletion
import django.utils.timezone
from django.conf import settings
from django.db import migrations, models

import insek.intake.models


class Migration(migrations.Migration):
    initial = True

    dependencies = [
        ("web", "0001_saved_views_and_batches"),
        ("concept", "0002_versions"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.SeparateDatabaseAndState(
            state_operations=[
                migrations.CreateModel(
                    name="Batch",
                    fields=[
                        (
                            "id",
                            models.UUIDField(
                                default=uuid.uuid4, editable=False, primary_key=True, serialize=False
                            ),
                        ),
                        ("kind", models.CharField(max_length=20)),
                        (
                            "origin",
                            models.CharField(
                                choices=[("bulk", "Sammeländerung"), ("sheet", "Eingelesene Tabelle")],
                                max_length=5,
                            ),
                        ),
                        (
                            "label",
                            models.CharField(
                                help_text="What is done, or the name of the file.", max_length=300
                            ),
                        ),
                        (
                            "language",
                            models.CharField(
                                default="de", help_text="Of the reasons that a job writes.", max_length=10
                            ),
                        ),
                        (
                            "task",
                            models.JSONField(
                                default=dict,
                                help_text="What shall be done with which items, and what was noticed.",
                            ),
                        ),
                        (
                            "data",
                            models.BinaryField(
                                default=b"",
                                help_text="The file that was uploaded, until its preview is made.",
                            ),
                        ),
                        (
                            "state",
                            models.CharField(
                                choices=[
                                    ("draft", "Auswahl"),
                                    ("preparing", "Vorschau wird erstellt"),
                                    ("ready", "Vorschau"),
                                    ("running", "wird ausgeführt"),
                                    ("done", "ausgeführt"),
                                    ("undoing", "wird zurückgenommen"),
                                    ("undone", "zurückgenommen"),
                                ],
                                default="draft",
                                max_length=9,
                            ),
                        ),
                        ("problem", models.TextField(blank=True, help_text="Why nothing was done.")),
                        ("done", models.PositiveIntegerField(default=0)),
                        ("total", models.PositiveIntegerField(default=0)),
                        (
                            "created_at",
                            models.DateTimeField(default=django.utils.timezone.now, editable=False),
                        ),
                        (
                            "touched_at",
                            models.DateTimeField(
                                default=django.utils.timezone.now,
                                help_text="When a job last wrote how far it is.",
                            ),
                        ),
                        (
                            "expires_at",
                            models.DateTimeField(db_index=True, default=insek.intake.models._tomorrow),
                        ),
                        (
                            "concept",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="+",
                                to="concept.concept",
                            ),
                        ),
                        (
                            "owner",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="+",
                                to=settings.AUTH_USER_MODEL,
                            ),
                        ),
                    ],
                    options={
                        "verbose_name_plural": "batches",
                        "db_table": "web_batch",
                    },
                ),
                migrations.CreateModel(
                    name="BatchEntry",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        (
                            "item_id",
                            models.CharField(
                                blank=True, help_text="Not a foreign key: it may be deleted.", max_length=8
                            ),
                        ),
                        ("title", models.CharField(max_length=400)),
                        (
                            "act",
                            models.CharField(
                                choices=[("change", "ändern"), ("create", "anlegen"), ("delete", "löschen")],
                                default="change",
                                max_length=6,
                            ),
                        ),
                        (
                            "result",
                            models.CharField(
                                choices=[
                                    ("planned", "vorgesehen"),
                                    ("unchanged", "ist schon so"),
                                    ("refused", "nicht möglich"),
                                    ("left", "nicht ausgewählt"),
                                    ("saved", "geändert"),
                                    ("proposed", "zur Freigabe vorgelegt"),
                                    ("created", "angelegt"),
                                    ("deleted", "gelöscht"),
                                    ("undone", "zurückgenommen"),
                                ],
                                default="planned",
                                max_length=9,
                            ),
                        ),
                        ("reason", models.TextField(blank=True)),
                        (
                            "differences",
                            models.JSONField(default=dict, help_text="Name of the field -> [before, after]."),
                        ),
                        (
                            "version",
                            models.PositiveIntegerField(
                                default=0, help_text="Of the item, before or after the change."
                            ),
                        ),
                        ("row", models.PositiveIntegerField(default=0, help_text="Line in the file.")),
                        (
                            "column",
                            models.CharField(
                                blank=True, help_text="Column in the file that was refused.", max_length=200
                            ),
                        ),
                        ("ticked", models.BooleanField(default=True)),
                        (
                            "is_public",
                            models.BooleanField(
                                default=False, help_text="Whether it would wait for its release."
                            ),
                        ),
                        (
                            "proposal",
                            models.BigIntegerField(
                                blank=True, help_text="The change that waits for release.", null=True
                            ),
                        ),
                        (
                            "batch",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="entries",
                                to="intake.batch",
                            ),
                        ),
                    ],
                    options={
                        "verbose_name_plural": "batch entries",
                        "db_table": "web_batchentry",
                        "ordering": ["batch", "id"],
                    },
                ),
                migrations.AddConstraint(
                    model_name="batch",
                    constraint=models.CheckConstraint(
                        condition=models.Q(
                            (
                                "state__in",
                                ["draft", "preparing", "ready", "running", "done", "undoing", "undone"],
                            )
                        ),
                        name="batch_state_known",
                    ),
                ),
                migrations.AddIndex(
                    model_name="batchentry",
                    index=models.Index(fields=["batch", "result"], name="batch_entry_result"),
                ),
            ]
        )
    ]
