"""Of an indicator, place, part and period there is one value that counts."""

import django.db.models.deletion
from django.db import migrations, models
from django.db.models import Q

WITHOUT_VALUE = ["later", "meaningless", "protected", "uncertain", "unknown"]
REASON = "Ein Wert ist da, oder sein Status sagt, warum keiner da ist: geheim, unbekannt, später, nicht sicher genug, nicht sinnvoll."


class Migration(migrations.Migration):
    dependencies = [("evidence", "0010_days_of_periods")]

    operations = [
        migrations.AlterModelOptions("observation", options={"ordering": ["indicator", "district", "period_end", "period_start", "id"]}),
        migrations.AddField("observation", "breakdown", models.ForeignKey(default=0, help_text="0: all of it.", on_delete=django.db.models.deletion.PROTECT, related_name="+", to="evidence.breakdown")),
        migrations.AlterField("observation", "period_start", models.DateField(editable=False, help_text="First day of the period; follows from it.")),
        migrations.AlterField("observation", "period_end", models.DateField(editable=False, help_text="Last day of the period; follows from it.")),
        migrations.AddIndex("observation", models.Index(fields=["district", "indicator", "breakdown", "period_end", "period_start"], name="observation_of_district")),
        migrations.AddConstraint("observation", models.UniqueConstraint(condition=Q(superseded_by=None), fields=("indicator", "district", "breakdown", "period_start", "period_end"), name="observation_current_once")),
        migrations.AddConstraint("observation", models.CheckConstraint(condition=Q(value=None, quality__in=WITHOUT_VALUE) | (~Q(value=None) & ~Q(quality__in=WITHOUT_VALUE)), name="observation_value_or_reason", violation_error_message=REASON)),
        migrations.AddConstraint("observation", models.CheckConstraint(condition=Q(standard_error=None) | Q(standard_error__gte=0), name="observation_standard_error", violation_error_message="Die Unsicherheit kann nicht kleiner als null sein.")),
    ]  # fmt: skip
