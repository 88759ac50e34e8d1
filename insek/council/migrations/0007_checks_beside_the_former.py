"""A check becomes an item: tables for it, beside those of 0.1, which the next migrations read and drop.

The former models keep their tables and only change their names in the state of the migrations.
"""

import django.db.models.deletion
from django.db import migrations, models

FORMER = ("Check", "CheckCriterion", "CheckGoal", "CheckPlace", "CheckMeasure")


def cascade(to: str, **more: object) -> models.ForeignKey:
    return models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, to=to, **more)  # type: ignore[arg-type]  # passed on as they are


def protect(to: str, **more: object) -> models.ForeignKey:
    return models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, to=to, **more)  # type: ignore[arg-type]  # passed on as they are


def key() -> tuple[str, models.Field]:
    return (
        "id",
        models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID"),
    )


def check(related_name: str = "+") -> tuple[str, models.Field]:
    return ("check_row", cascade("council.check", related_name=related_name))


class Migration(migrations.Migration):
    dependencies = [
        ("concept", "0002_versions"),
        ("council", "0006_day_of_entry"),
        ("places", "0001_initial"),
        ("strategy", "0001_initial"),
        ("thread", "0006_earlier_answers"),
    ]

    operations = [
        migrations.SeparateDatabaseAndState(
            state_operations=[
                *[migrations.RenameModel(name, f"Former{name}") for name in FORMER],
                *[
                    migrations.AlterModelTable(f"former{name.lower()}", f"council_{name.lower()}")
                    for name in FORMER
                ],
            ]
        ),
        migrations.CreateModel(
            name="Check",
            fields=[
                (
                    "item",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.CASCADE,
                        primary_key=True,
                        related_name="concept_check",
                        serialize=False,
                        to="thread.item",
                    ),
                ),
                (
                    "subject",
                    models.CharField(
                        choices=[
                            ("paper", "Vorlage"),
                            ("budget", "Haushaltsansatz"),
                            ("funding", "Förderantrag"),
                            ("land_use", "Bauleitplan"),
                        ],
                        default="paper",
                        max_length=10,
                    ),
                ),
                (
                    "weight",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("citywide", "von gesamtstädtischem Gewicht"),
                            ("local", "ohne gesamtstädtisches Gewicht"),
                        ],
                        help_text="Chosen by a person; empty: not looked at.",
                        max_length=8,
                    ),
                ),
                ("weight_reason", models.CharField(blank=True, max_length=500)),
                (
                    "touches_no_goal",
                    models.BooleanField(
                        default=False,
                        help_text="A result that a person chose; no goals without it: not looked at.",
                    ),
                ),
                ("no_goal_reason", models.CharField(blank=True, max_length=500)),
                (
                    "paragraph",
                    models.TextField(blank=True, help_text="Bezug zum INSEK; empty: made from the check."),
                ),
                (
                    "status",
                    models.CharField(
                        choices=[("draft", "Entwurf"), ("final", "abgeschlossen")],
                        default="draft",
                        max_length=5,
                    ),
                ),
                ("final_on", models.DateField(blank=True, null=True)),
                (
                    "edition",
                    protect(
                        "concept.edition",
                        blank=True,
                        null=True,
                        related_name="checks",
                        help_text="What it rests on; empty: the edition in force, kept when the check is finished.",
                    ),
                ),
                ("paper", protect("council.paper", blank=True, null=True, related_name="checks")),
                ("unit", protect("people.unit", blank=True, null=True, related_name="checks")),
            ],
            options={"db_table": "council_check_item"},
        ),
        migrations.CreateModel(
            name="CheckCriterion",
            fields=[key(), check(), ("criterion", protect("council.weightcriterion", related_name="checks"))],
            options={
                "db_table": "council_check_item_criterion",
                "constraints": [
                    models.UniqueConstraint(
                        fields=["check_row", "criterion"], name="check_item_criterion_once"
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="CheckGoal",
            fields=[
                key(),
                (
                    "effect",
                    models.CharField(
                        choices=[
                            ("conflicts", "steht im Widerspruch"),
                            ("hinders", "hemmt"),
                            ("neutral", "berührt ohne Richtung"),
                            ("supports", "unterstützt"),
                            ("strong", "unterstützt stark"),
                        ],
                        max_length=10,
                    ),
                ),
                ("reason", models.CharField(max_length=500)),
                (
                    "certainty",
                    models.CharField(
                        choices=[("high", "sicher"), ("medium", "wahrscheinlich"), ("low", "unsicher")],
                        default="medium",
                        max_length=6,
                    ),
                ),
                check("goals"),
                ("goal", protect("strategy.goal", related_name="checks")),
            ],
            options={
                "db_table": "council_check_item_goal",
                "ordering": ["goal__item__sort_key", "goal"],
                "constraints": [
                    models.UniqueConstraint(fields=["check_row", "goal"], name="check_item_goal_once"),
                    models.CheckConstraint(
                        condition=models.Q(("reason", ""), _negated=True), name="check_item_goal_has_reason"
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="CheckPlace",
            fields=[key(), check(), ("district", protect("places.district", related_name="checks"))],
            options={
                "db_table": "council_check_item_place",
                "constraints": [
                    models.UniqueConstraint(fields=["check_row", "district"], name="check_item_place_once")
                ],
            },
        ),
        migrations.CreateModel(
            name="CheckMeasure",
            fields=[key(), check(), ("measure", protect("strategy.measure", related_name="checks"))],
            options={
                "db_table": "council_check_item_measure",
                "constraints": [
                    models.UniqueConstraint(fields=["check_row", "measure"], name="check_item_measure_once")
                ],
            },
        ),
        migrations.AddField(
            model_name="check",
            name="criteria",
            field=models.ManyToManyField(
                blank=True, through="council.CheckCriterion", to="council.weightcriterion"
            ),
        ),
        migrations.AddField(
            model_name="check",
            name="districts",
            field=models.ManyToManyField(blank=True, through="council.CheckPlace", to="places.district"),
        ),
        migrations.AddField(
            model_name="check",
            name="measures",
            field=models.ManyToManyField(blank=True, through="council.CheckMeasure", to="strategy.measure"),
        ),
        migrations.AddConstraint(
            model_name="check",
            constraint=models.CheckConstraint(
                condition=models.Q(("final_on", None), ("status", "draft"))
                | models.Q(("final_on__isnull", False), ("status", "final")),
                name="check_item_final_has_date",
            ),
        ),
        migrations.AddConstraint(
            model_name="check",
            constraint=models.CheckConstraint(
                condition=models.Q(("touches_no_goal", False))
                | models.Q(("no_goal_reason", ""), _negated=True),
                name="check_item_no_goal_has_reason",
                violation_error_message="Bitte sagen Sie in einem Satz, warum kein Ziel berührt ist.",
            ),
        ),
    ]
