"""The tables of checks of 0.1 have been read; their history stands with that of all items."""

from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("council", "0008_checks_as_items")]

    operations = [
        migrations.DeleteModel("FormerCheckMeasure"),
        migrations.DeleteModel("FormerCheckPlace"),
        migrations.DeleteModel("FormerCheckGoal"),
        migrations.DeleteModel("FormerCheckCriterion"),
        migrations.DeleteModel("FormerCheck"),
        migrations.DeleteModel("CheckChange"),
    ]
