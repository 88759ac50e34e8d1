"""Questions of questionnaires with how often each answer was given."""

import django.db.models.deletion
from django.db import migrations, models

import insek.participation.survey_models
import insek.thread.identity


class Migration(migrations.Migration):
    dependencies = [("participation", "0009_original")]

    operations = [
        migrations.CreateModel(
            name="SurveyQuestion",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "key",
                    models.CharField(
                        default=insek.thread.identity.new_id, editable=False, max_length=8, unique=True
                    ),
                ),
                ("position", models.PositiveSmallIntegerField()),
                ("code", models.CharField(blank=True, max_length=60)),
                ("text", models.CharField(max_length=500)),
                (
                    "sort",
                    models.CharField(
                        choices=[
                            ("choice", "eine Antwort"),
                            ("several", "mehrere Antworten"),
                            ("number", "Zahl"),
                            ("text", "freier Text"),
                        ],
                        max_length=7,
                    ),
                ),
                ("answered", models.PositiveIntegerField()),
                ("missing", models.PositiveIntegerField(default=0)),
                (
                    "counts",
                    models.TextField(blank=True, validators=[insek.participation.survey_models.check_counts]),
                ),
                ("mean", models.DecimalField(blank=True, decimal_places=2, max_digits=14, null=True)),
                ("version", models.PositiveIntegerField(default=1, editable=False)),
                (
                    "format",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="survey_questions",
                        to="participation.format",
                    ),
                ),
            ],
            options={
                "ordering": ["format", "position"],
                "constraints": [
                    models.UniqueConstraint(fields=("format", "position"), name="survey_position_once")
                ],
            },
        )
    ]
