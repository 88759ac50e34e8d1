from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("thread", "0016_internal_changes")]

    operations = [
        migrations.AddField(
            "item",
            "title_en",
            models.CharField(blank=True, max_length=300, default=""),
            preserve_default=False,
        ),
        migrations.AddField(
            "item", "text_en", models.TextField(blank=True, default=""), preserve_default=False
        ),
    ]
