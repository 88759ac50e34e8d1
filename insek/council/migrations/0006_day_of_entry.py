"""Of editions adopted by version 0.1, history knows the day on which they were frozen."""

from django.db import migrations
from django.utils import timezone


def say_when(apps, schema_editor):
    Resolution = apps.get_model("council", "Resolution")
    Change = apps.get_model("thread", "Change")
    adopted = Resolution.objects.filter(edition__isnull=False, edition__entered_on=None).exclude(
        edition__sha256=""
    )
    for resolution in adopted.select_related("edition"):
        frozen = Change.objects.filter(item_id=resolution.pk, action="frozen").order_by("-at", "-id").first()
        if frozen is not None:
            resolution.edition.entered_on = timezone.localtime(frozen.at).date()
            resolution.edition.save(update_fields=["entered_on"])


class Migration(migrations.Migration):
    dependencies = [
        ("council", "0005_editions_by_snapshot"),
        ("concept", "0003_filed_editions"),
        ("thread", "0006_earlier_answers"),
    ]

    operations = [migrations.RunPython(say_when, migrations.RunPython.noop)]
