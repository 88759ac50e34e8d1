"""Saved views come from the room web; their table keeps its name, nothing changes in the database."""

import django.db.models.deletion
import django.utils.timezone
from django.conf import settings
from django.db import migrations, models


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
                    name="SavedView",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        ("kind", models.CharField(max_length=20)),
                        ("name", models.CharField(max_length=120, verbose_name="Name")),
                        ("query", models.TextField(blank=True, max_length=4000)),
                        ("shared", models.BooleanField(default=False, verbose_name="für alle mit Anmeldung")),
                        ("version", models.PositiveIntegerField(default=1, editable=False)),
                        (
                            "created_at",
                            models.DateTimeField(default=django.utils.timezone.now, editable=False),
                        ),
                        (
                            "concept",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="saved_views",
                                to="concept.concept",
                            ),
                        ),
                        (
                            "owner",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="saved_views",
                                to=settings.AUTH_USER_MODEL,
                            ),
                        ),
                    ],
                    options={
                        "db_table": "web_savedview",
                        "ordering": ["name", "id"],
                        "indexes": [models.Index(fields=["concept", "kind"], name="saved_view_of_list")],
                        "constraints": [
                            models.CheckConstraint(
                                condition=models.Q(("name", ""), _negated=True), name="saved_view_named"
                            ),
                            models.UniqueConstraint(
                                fields=("concept", "owner", "kind", "name"),
                                name="saved_view_name_once",
                                violation_error_message="Sie haben für diese Liste schon eine Ansicht mit diesem Namen.",
                            ),
                        ],
                    },
                ),
            ]
        )
    ]
