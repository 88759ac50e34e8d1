"""Costs, funding, units taking part and effects on goals, as rows beside measures; what a fact sheet says of planning law and ground."""

from decimal import Decimal

import django.db.models.deletion
from django.db import migrations, models

import insek.thread.identity


class Migration(migrations.Migration):
    dependencies = [
        ("people", "0004_tallies"),
        ("strategy", "0001_initial"),
    ]

    operations = [
        migrations.AddField(
            model_name="measure",
            name="entry_state",
            field=models.CharField(
                blank=True,
                help_text="How it stood when it was entered, in the words of the office.",
                max_length=200,
            ),
        ),
        migrations.AddField(
            model_name="measure",
            name="ownership",
            field=models.TextField(blank=True, help_text="Whose ground it is (Eigentum)."),
        ),
        migrations.AddField(
            model_name="measure",
            name="planning_law",
            field=models.TextField(blank=True, help_text="What planning law it needs (Planungsrecht)."),
        ),
        migrations.CreateModel(
            name="CostLine",
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
                ("position", models.PositiveSmallIntegerField(default=1)),
                ("is_internal", models.BooleanField(default=False)),
                (
                    "standing",
                    models.CharField(
                        choices=[
                            ("fact", "Mit Quelle"),
                            ("working", "Arbeitsstand"),
                            ("example", "Beispiel"),
                        ],
                        default="working",
                        max_length=10,
                    ),
                ),
                ("source_title", models.CharField(blank=True, max_length=300)),
                ("note", models.TextField(blank=True, max_length=2000)),
                ("version", models.PositiveIntegerField(default=1, editable=False)),
                ("title", models.CharField(blank=True, max_length=200)),
                ("amount_eur", models.PositiveBigIntegerField(blank=True, null=True)),
                ("up_to_eur", models.PositiveBigIntegerField(blank=True, null=True)),
                (
                    "precision",
                    models.CharField(
                        choices=[
                            ("exact", "genau"),
                            ("about", "rund"),
                            ("at_least", "mindestens"),
                            ("at_most", "höchstens"),
                        ],
                        default="about",
                        max_length=8,
                    ),
                ),
                (
                    "rhythm",
                    models.CharField(
                        choices=[("once", "einmalig"), ("yearly", "jährlich")], default="once", max_length=6
                    ),
                ),
                ("from_year", models.PositiveSmallIntegerField(blank=True, null=True)),
                ("to_year", models.PositiveSmallIntegerField(blank=True, null=True)),
                ("price_year", models.PositiveSmallIntegerField(blank=True, null=True)),
                (
                    "basis",
                    models.CharField(
                        blank=True, choices=[("gross", "brutto"), ("net", "netto")], max_length=5
                    ),
                ),
                ("budget_product", models.CharField(blank=True, max_length=120)),
                (
                    "budget",
                    models.CharField(
                        blank=True,
                        choices=[("result", "Ergebnishaushalt"), ("financial", "Finanzhaushalt")],
                        max_length=9,
                    ),
                ),
                (
                    "duty",
                    models.CharField(
                        blank=True,
                        choices=[("obligatory", "pflichtig"), ("voluntary", "freiwillig")],
                        max_length=10,
                    ),
                ),
                ("is_follow_up", models.BooleanField(default=False)),
                ("proviso", models.CharField(blank=True, max_length=300)),
                (
                    "measure",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="cost_lines",
                        to="strategy.measure",
                    ),
                ),
            ],
            options={
                "ordering": ["measure", "position", "key"],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            ("up_to_eur", None), ("amount_eur__isnull", False), _connector="OR"
                        ),
                        name="cost_line_range_begins",
                        violation_error_message="Eine Spanne braucht auch den unteren Betrag.",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("up_to_eur", None), ("up_to_eur__gte", models.F("amount_eur")), _connector="OR"
                        ),
                        name="cost_line_range",
                        violation_error_message="Der obere Betrag der Spanne liegt unter dem unteren.",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("up_to_eur", None),
                            models.Q(("precision__in", ["at_least", "at_most"]), _negated=True),
                            _connector="OR",
                        ),
                        name="cost_line_one_bound",
                        violation_error_message="„mindestens“ und „höchstens“ haben nur einen Betrag. Für eine Spanne bitte „genau“ oder „rund“ wählen.",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("to_year", None),
                            ("from_year", None),
                            ("to_year__gte", models.F("from_year")),
                            _connector="OR",
                        ),
                        name="cost_line_years_in_order",
                        violation_error_message="Das letzte Jahr liegt vor dem ersten.",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(
                                ("from_year", None), ("from_year__range", (1900, 2200)), _connector="OR"
                            ),
                            models.Q(("to_year", None), ("to_year__range", (1900, 2200)), _connector="OR"),
                            models.Q(
                                ("price_year", None), ("price_year__range", (1900, 2200)), _connector="OR"
                            ),
                        ),
                        name="cost_line_years",
                        violation_error_message="Bitte ein Jahr zwischen 1900 und 2200 angeben.",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("standing", "fact"), _negated=True),
                            models.Q(("source_title", ""), _negated=True),
                            _connector="OR",
                        ),
                        name="cost_line_fact_has_source",
                        violation_error_message="„Mit Quelle“ braucht eine Quelle: Bitte die Quelle nennen.",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="FundingLine",
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
                ("position", models.PositiveSmallIntegerField(default=1)),
                ("is_internal", models.BooleanField(default=False)),
                (
                    "standing",
                    models.CharField(
                        choices=[
                            ("fact", "Mit Quelle"),
                            ("working", "Arbeitsstand"),
                            ("example", "Beispiel"),
                        ],
                        default="working",
                        max_length=10,
                    ),
                ),
                ("source_title", models.CharField(blank=True, max_length=300)),
                ("note", models.TextField(blank=True, max_length=2000)),
                ("version", models.PositiveIntegerField(default=1, editable=False)),
                ("source", models.CharField(max_length=200)),
                ("programme", models.CharField(blank=True, max_length=200)),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("idea", "Idee"),
                            ("applied", "beantragt"),
                            ("granted", "bewilligt"),
                            ("drawn", "abgerufen"),
                            ("refused", "abgelehnt"),
                        ],
                        default="idea",
                        max_length=7,
                    ),
                ),
                ("eligible_eur", models.PositiveBigIntegerField(blank=True, null=True)),
                ("share_percent", models.DecimalField(blank=True, decimal_places=2, max_digits=5, null=True)),
                ("amount_eur", models.PositiveBigIntegerField(blank=True, null=True)),
                ("own_share_eur", models.PositiveBigIntegerField(blank=True, null=True)),
                ("granted_from", models.CharField(blank=True, max_length=10)),
                ("granted_until", models.CharField(blank=True, max_length=10)),
                ("bound_until", models.CharField(blank=True, max_length=10)),
                (
                    "measure",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="funding_lines",
                        to="strategy.measure",
                    ),
                ),
            ],
            options={
                "ordering": ["measure", "position", "key"],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("source", ""), _negated=True),
                        name="funding_line_has_source",
                        violation_error_message="Bitte nennen, wer das Geld gibt.",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("share_percent", None),
                            ("share_percent__range", (Decimal("0"), Decimal("100"))),
                            _connector="OR",
                        ),
                        name="funding_line_share",
                        violation_error_message="Ein Fördersatz liegt zwischen 0 und 100 Prozent.",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("standing", "fact"), _negated=True),
                            models.Q(("source_title", ""), _negated=True),
                            _connector="OR",
                        ),
                        name="funding_line_fact_has_source",
                        violation_error_message="„Mit Quelle“ braucht eine Quelle: Bitte die Quelle nennen.",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="GoalEffect",
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
                (
                    "direction",
                    models.CharField(
                        choices=[
                            ("supports", "fördert"),
                            ("neutral", "berührt ohne Richtung"),
                            ("hinders", "hemmt"),
                        ],
                        max_length=8,
                    ),
                ),
                (
                    "strength",
                    models.CharField(
                        blank=True,
                        choices=[("strong", "stark"), ("medium", "mittel"), ("weak", "schwach")],
                        max_length=6,
                    ),
                ),
                (
                    "certainty",
                    models.CharField(
                        blank=True,
                        choices=[("high", "sicher"), ("medium", "wahrscheinlich"), ("low", "unsicher")],
                        max_length=6,
                    ),
                ),
                ("reason", models.CharField(blank=True, max_length=500)),
                ("version", models.PositiveIntegerField(default=1, editable=False)),
                (
                    "goal",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="effects",
                        to="strategy.goal",
                    ),
                ),
                (
                    "measure",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="effects",
                        to="strategy.measure",
                    ),
                ),
            ],
            options={
                "ordering": ["measure", "goal__item__sort_key", "key"],
                "constraints": [
                    models.UniqueConstraint(
                        fields=("measure", "goal"),
                        name="goal_effect_once",
                        violation_error_message="Die Wirkung auf dieses Ziel ist schon eingetragen.",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="TakingPart",
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
                ("task", models.CharField(blank=True, max_length=200)),
                ("version", models.PositiveIntegerField(default=1, editable=False)),
                (
                    "measure",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="units_taking_part",
                        to="strategy.measure",
                    ),
                ),
                (
                    "unit",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="people.unit"
                    ),
                ),
            ],
            options={
                "ordering": ["measure", "unit__name", "key"],
                "constraints": [
                    models.UniqueConstraint(
                        fields=("measure", "unit"),
                        name="taking_part_once",
                        violation_error_message="Diese Stelle wirkt schon mit.",
                    )
                ],
            },
        ),
    ]
