from django.db import migrations, models

TAKEN = ("vergleich", "am")


def give_free_keys(apps, schema_editor):
    """An edition under such a key had no page of its own; with another one it has."""
    editions = apps.get_model("concept", "Edition").objects
    for edition in editions.filter(key__in=TAKEN):
        before = edition.key
        edition.key = f"{before}-ausgabe"
        while editions.filter(concept=edition.concept_id, key=edition.key).exists():
            edition.key += "-neu"
        edition.save()
        apps.get_model("concept", "Field").objects.filter(
            concept=edition.concept_id, waits_for=before
        ).update(waits_for=edition.key)
        proposals = apps.get_model("release", "Proposal").objects.filter(
            concept=edition.concept_id, edition_key=before
        )
        proposals.update(edition_key=edition.key)


class Migration(migrations.Migration):
    dependencies = [("concept", "0009_waiting_fields"), ("release", "0002_bundles")]

    operations = [
        migrations.RunPython(give_free_keys, migrations.RunPython.noop, elidable=True),
        migrations.AddConstraint(
            model_name="edition",
            constraint=models.CheckConstraint(
                condition=models.Q(("key__in", ("vergleich", "am")), _negated=True),
                name="edition_key_is_free",
                violation_error_message="Unter diesem Kurznamen gibt es eine eigene Seite. Bitte nehmen Sie einen anderen.",
            ),
        ),
    ]
