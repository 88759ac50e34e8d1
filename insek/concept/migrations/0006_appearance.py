"""Colour and logo of the city."""

import django.core.validators
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("concept", "0005_field_perspective_en")]
    operations = [
        migrations.AddField(
            "concept",
            "colour",
            models.CharField(
                blank=True,
                default="",
                help_text="Colour of links and buttons; empty: the program's.",
                max_length=7,
                validators=[
                    django.core.validators.RegexValidator(
                        "^#[0-9a-f]{6}$", "Bitte eine Farbe wie #2f6b4f angeben."
                    )
                ],
            ),
            preserve_default=False,
        ),
        migrations.AddField(
            "concept",
            "logo",
            models.FileField(blank=True, upload_to="logo/", default=""),
            preserve_default=False,
        ),
    ]
