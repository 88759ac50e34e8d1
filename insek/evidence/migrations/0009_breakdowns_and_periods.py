"""Values of parts, of periods shorter or longer than a year, with a status where there is none, and how sure they are."""

from django.db import migrations, models

QUALITIES = [
    ("measured", "gezählt"), ("estimated", "geschätzt"), ("provisional", "vorläufig"), ("revised", "berichtigt"), ("limited", "eingeschränkt aussagekräftig"),
    ("nil", "nichts vorhanden"), ("less_than_half", "weniger als die Hälfte der kleinsten Einheit"), ("protected", "geheim"), ("unknown", "unbekannt oder geheim"),
    ("later", "später"), ("uncertain", "nicht sicher genug"), ("meaningless", "nicht sinnvoll"),
]  # fmt: skip
TURNS = [
    ("year", "jährlich"), ("half", "halbjährlich"), ("quarter", "vierteljährlich"), ("month", "monatlich"), ("school", "je Schuljahr"),
    ("years", "über mehrere Jahre"), ("irregular", "unregelmäßig"),
]  # fmt: skip


class Migration(migrations.Migration):
    dependencies = [("evidence", "0008_no_pending_imports")]

    operations = [
        migrations.CreateModel(
            name="Breakdown",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("sex", models.CharField(blank=True, choices=[("male", "männlich"), ("female", "weiblich"), ("diverse", "divers oder ohne Angabe")], max_length=8)),
                ("age_from", models.PositiveSmallIntegerField(default=0)),
                ("age_to", models.PositiveSmallIntegerField(blank=True, help_text="Up to below this age; empty: without end.", null=True)),
                ("other", models.CharField(blank=True, help_text="NAME=WORD, separated by semicolons.", max_length=300)),
                ("key", models.CharField(max_length=400, unique=True)),
            ],
        ),
        migrations.AddField("indicator", "by_sex", models.BooleanField(default=False, help_text="Whether there are values of men and women.")),
        migrations.AddField("indicator", "by_age", models.BooleanField(default=False, help_text="Whether there are values of ages and age groups.")),
        migrations.AddField("indicator", "by_other", models.CharField(blank=True, help_text="Names of further breakdowns, separated by semicolons.", max_length=300)),
        migrations.AlterField("indicator", "periodicity", models.CharField(choices=TURNS, default="year", max_length=10)),
        migrations.AlterField("seriesbreak", "period", models.CharField(max_length=21)),
        migrations.RemoveConstraint("observation", "observation_current_once"),
        migrations.RemoveIndex("observation", "observation_of_district"),
        migrations.AlterField("observation", "period", models.CharField(help_text="2024, 2024-06, 2024-12-31, 2024-Q1, 2024-H1, 2022/23, 2020-2022.", max_length=21)),
        migrations.AlterField("observation", "quality", models.CharField(choices=QUALITIES, default="measured", max_length=14)),
        migrations.AlterField("observation", "value", models.DecimalField(blank=True, decimal_places=6, max_digits=20, null=True)),
        migrations.AddField("observation", "standard_error", models.DecimalField(blank=True, decimal_places=6, help_text="Of this value, in the unit.", max_digits=20, null=True)),
        migrations.AddField("observation", "sample_size", models.PositiveIntegerField(blank=True, help_text="How many were asked or measured.", null=True)),
        migrations.AddField("observation", "period_start", models.DateField(editable=False, null=True)),
        migrations.AddField("observation", "period_end", models.DateField(editable=False, null=True)),
    ]  # fmt: skip
