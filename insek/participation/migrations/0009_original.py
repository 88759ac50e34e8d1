"""What contributions of other platforms keep of them: number, votes, topic."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("participation", "0008_format_opening")]

    operations = [
        migrations.AddField(
            model_name="contribution",
            name="original_id",
            field=models.CharField(
                blank=True,
                help_text="What it is called on the platform it came from; the source of the item names that.",
                max_length=100,
                verbose_name="Ursprüngliche Nummer",
            ),
        ),
        migrations.AddField(
            model_name="contribution",
            name="topic_there",
            field=models.CharField(blank=True, max_length=200, verbose_name="Thema auf der Plattform"),
        ),
        migrations.AddField(
            model_name="contribution",
            name="votes_against",
            field=models.PositiveIntegerField(blank=True, null=True, verbose_name="Stimmen dagegen"),
        ),
        migrations.AddField(
            model_name="contribution",
            name="votes_for",
            field=models.PositiveIntegerField(blank=True, null=True, verbose_name="Stimmen dafür"),
        ),
        migrations.AddIndex(
            model_name="contribution",
            index=models.Index(
                condition=models.Q(("original_id", ""), _negated=True),
                fields=["original_id"],
                name="contribution_original",
            ),
        ),
    ]
