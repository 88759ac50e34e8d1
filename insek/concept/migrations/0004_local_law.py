"""What is law of one state becomes data of the concept; the words of levels need no English."""

from django.db import migrations, models


def enter_law(apps, schema_editor):
    """So far the program took the law of Rhineland-Palatinate for granted: cities of that state keep it."""
    apps.get_model("concept", "Concept").objects.filter(ags__startswith="07").update(
        hearing_norm="§ 75 Abs. 2 GemO"
    )


class Migration(migrations.Migration):
    dependencies = [("concept", "0003_filed_editions")]
    operations = [
        migrations.AddField(
            "concept",
            "hearing_norm",
            models.CharField(
                max_length=100,
                blank=True,
                default="",
                help_text="Where it is written that the body of a district is heard before the council decides; empty: it need not be.",
            ),
            preserve_default=False,
        ),
        migrations.AlterField("levelname", "singular_en", models.CharField(max_length=80, blank=True)),
        migrations.AlterField("levelname", "plural_en", models.CharField(max_length=80, blank=True)),
        migrations.RunPython(enter_law, migrations.RunPython.noop),
    ]
