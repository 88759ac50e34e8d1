"""Districts and their bodies are called neutrally; what they are called in one state becomes words of its cities."""

from typing import Any

from django.db import migrations, models

WORDS = {
    "ortsbezirk": ("Ortsbezirk", "Ortsbezirke", "local district", "local districts"),
    "ortsbeirat": ("Ortsbeirat", "Ortsbeiräte", "local advisory council", "local advisory councils"),
}
"""What the program called them before, for everybody; it is the law of Rhineland-Palatinate (07)."""


def name_levels(apps: Any, schema_editor: Any) -> None:
    """Cities of Rhineland-Palatinate go on calling them as before, unless they have words of their own."""
    names = apps.get_model("concept", "LevelName")
    for concept in apps.get_model("concept", "Concept").objects.filter(ags__startswith="07"):
        for level, (singular, plural, singular_en, plural_en) in WORDS.items():
            said = {
                "singular": singular,
                "plural": plural,
                "singular_en": singular_en,
                "plural_en": plural_en,
            }
            names.objects.get_or_create(concept=concept, level=level, defaults=said)


class Migration(migrations.Migration):
    dependencies = [("places", "0007_moments_that_are_kept"), ("concept", "0006_appearance")]

    operations = [
        migrations.AlterField(
            model_name="district",
            name="level",
            field=models.CharField(
                choices=[("city", "Gesamtstadt"), ("ortsbezirk", "Stadtbezirk"), ("stadtteil", "Stadtteil")],
                max_length=10,
            ),
        ),
        migrations.RunPython(name_levels, migrations.RunPython.noop),
    ]
