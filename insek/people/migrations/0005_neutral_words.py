from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("people", "0004_tallies")]

    operations = [
        migrations.AlterField(
            model_name="body",
            name="kind",
            field=models.CharField(
                choices=[
                    ("council", "Rat"),
                    ("committee", "Ausschuss"),
                    ("ortsbeirat", "Örtliches Gremium"),
                    ("steering_group", "Steuerungsgruppe"),
                    ("board", "Verwaltungsspitze"),
                ],
                max_length=20,
            ),
        ),
    ]
