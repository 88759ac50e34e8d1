"""Each layer of areas has a key of its own, by which a concept package names it."""

from django.db import migrations, models

import insek.thread.identity


def give_keys(apps, schema_editor):
    """Another key for each: adding the column gave all the same."""
    layers = apps.get_model("places", "AreaLayer").objects
    for pk in layers.values_list("pk", flat=True):
        layers.filter(pk=pk).update(key=insek.thread.identity.new_id())


class Migration(migrations.Migration):
    dependencies = [
        ("places", "0012_streets_without_place"),
    ]

    operations = [
        migrations.AddField(
            model_name="arealayer",
            name="key",
            field=models.SlugField(
                default=insek.thread.identity.new_id,
                help_text="Its name in the concept package.",
                max_length=20,
            ),
        ),
        migrations.RunPython(give_keys, migrations.RunPython.noop, elidable=True),
        migrations.AddConstraint(
            model_name="arealayer",
            constraint=models.UniqueConstraint(fields=("concept", "key"), name="area_layer_key_once"),
        ),
    ]
