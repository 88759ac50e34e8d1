from django.db import migrations
from django.db.models import OuterRef, Subquery


def to_item(apps, schema_editor):
    """English titles of indicators are kept as those of all items are."""
    indicators = apps.get_model("evidence", "Indicator").objects.exclude(title_en="")
    apps.get_model("thread", "Item").objects.filter(pk__in=indicators.values("pk")).update(
        title_en=Subquery(indicators.filter(pk=OuterRef("pk")).values("title_en")[:1])
    )


def to_indicator(apps, schema_editor):
    """The way back."""
    items = apps.get_model("thread", "Item").objects.exclude(title_en="")
    apps.get_model("evidence", "Indicator").objects.filter(pk__in=items.values("pk")).update(
        title_en=Subquery(items.filter(pk=OuterRef("pk")).values("title_en")[:1])
    )


class Migration(migrations.Migration):
    dependencies = [("evidence", "0005_deliveries_in_pieces"), ("thread", "0017_english_version")]

    operations = [
        migrations.RunPython(to_item, to_indicator),
        migrations.RemoveField("indicator", "title_en"),
    ]
