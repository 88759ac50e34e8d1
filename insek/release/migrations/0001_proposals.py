"""Proposals come from the room thread; their table keeps its name, nothing changes in the database."""

import django.db.models.deletion
import django.utils.timezone
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    initial = True

    dependencies = [
        ("thread", "0006_earlier_answers"),
        ("concept", "0002_versions"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.SeparateDatabaseAndState(
            state_operations=[
                migrations.CreateModel(
                    name="Proposal",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        ("item_kind", models.CharField(max_length=20)),
                        ("act", models.CharField(max_length=30)),
                        (
                            "payload",
                            models.JSONField(default=dict, help_text="What the act needs to be performed."),
                        ),
                        (
                            "differences",
                            models.JSONField(
                                default=dict,
                                help_text="Name of the field -> [before, after]: as proposed, then as released.",
                            ),
                        ),
                        (
                            "base_version",
                            models.PositiveIntegerField(
                                help_text="The version of the item that the author saw."
                            ),
                        ),
                        ("note", models.TextField(blank=True, help_text="Why this change?")),
                        (
                            "answer",
                            models.TextField(
                                blank=True, help_text="Why it was sent back, or closed with its item."
                            ),
                        ),
                        (
                            "earlier_answers",
                            models.JSONField(
                                blank=True,
                                default=list,
                                help_text="Answers with which it was sent back before: a list of at (a moment in ISO 8601) and answer.",
                            ),
                        ),
                        (
                            "state",
                            models.CharField(
                                choices=[
                                    ("waiting", "wartet auf Freigabe"),
                                    ("released", "veröffentlicht"),
                                    ("returned", "zurückgegeben"),
                                    ("withdrawn", "zurückgezogen"),
                                ],
                                default="waiting",
                                max_length=10,
                            ),
                        ),
                        ("proposed_at", models.DateTimeField(default=django.utils.timezone.now)),
                        ("decided_at", models.DateTimeField(blank=True, null=True)),
                        ("version", models.PositiveIntegerField(default=1, editable=False)),
                        (
                            "author",
                            models.ForeignKey(
                                blank=True,
                                null=True,
                                on_delete=django.db.models.deletion.SET_NULL,
                                related_name="+",
                                to=settings.AUTH_USER_MODEL,
                            ),
                        ),
                        (
                            "concept",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="proposals",
                                to="concept.concept",
                            ),
                        ),
                        (
                            "decided_by",
                            models.ForeignKey(
                                blank=True,
                                null=True,
                                on_delete=django.db.models.deletion.SET_NULL,
                                related_name="+",
                                to=settings.AUTH_USER_MODEL,
                            ),
                        ),
                        (
                            "item",
                            models.ForeignKey(
                                db_constraint=False,
                                help_text="Without a constraint: a proposal outlives its item and says so.",
                                null=True,
                                on_delete=django.db.models.deletion.DO_NOTHING,
                                related_name="proposals",
                                to="thread.item",
                            ),
                        ),
                    ],
                    options={
                        "db_table": "thread_proposal",
                        "ordering": ["-proposed_at", "-id"],
                        "indexes": [
                            models.Index(
                                fields=["concept", "state", "-proposed_at", "-id"], name="proposal_by_state"
                            ),
                            models.Index(
                                fields=["author", "state", "-proposed_at", "-id"], name="proposal_by_author"
                            ),
                            models.Index(fields=["item", "state"], name="proposal_of_item"),
                        ],
                        "constraints": [
                            models.CheckConstraint(
                                condition=models.Q(
                                    ("state__in", ["waiting", "released", "returned", "withdrawn"])
                                ),
                                name="proposal_state_known",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    models.Q(("decided_at", None), ("state", "waiting")),
                                    models.Q(
                                        models.Q(("state", "waiting"), _negated=True),
                                        ("decided_at__isnull", False),
                                    ),
                                    _connector="OR",
                                ),
                                name="proposal_decided_at",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    models.Q(("state", "returned"), _negated=True),
                                    models.Q(("answer", ""), _negated=True),
                                    _connector="OR",
                                ),
                                name="proposal_returned_with_answer",
                            ),
                        ],
                    },
                ),
            ]
        )
    ]
