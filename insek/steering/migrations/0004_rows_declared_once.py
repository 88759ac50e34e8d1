"""Steps, reports and targets are declared once: what waits for its release is written as the acts of today are."""

from django.db import migrations, models

FROM = {
    "status_report": ("status_report_add", lambda old: {"key": "", "expected": "", "values": old}),
    "task_add": ("measure_task_add", lambda old: {"key": "", "expected": "", "values": old}),
    "task_change": ("measure_task_change", dict),
    "task_remove": ("measure_task_remove", dict),
    "target_remove": ("target_remove", dict),
}


def rewrite(apps, schema_editor):
    """Give proposals of 0.1 the names and the payload of the declared acts; decided ones too, so that all can be read."""
    proposals = apps.get_model("release", "Proposal").objects
    for proposal in proposals.filter(act__in=[*FROM, "target_set"]).iterator():
        if proposal.act == "target_set":
            changes = bool(proposal.payload.get("key"))
            proposal.act = "target_change" if changes else "target_add"
            if not changes:
                proposal.payload = {"key": "", "expected": "", "values": proposal.payload["values"]}
        else:
            proposal.act, payload = FROM[proposal.act]
            proposal.payload = payload(proposal.payload)
        proposal.save(update_fields=["act", "payload"])


class Migration(migrations.Migration):
    dependencies = [("steering", "0003_deferred"), ("release", "0001_proposals")]

    operations = [
        migrations.AddField(
            model_name="statusreport",
            name="retracted_on",
            field=models.DateField(blank=True, editable=False, null=True),
        ),
        migrations.RunPython(rewrite, migrations.RunPython.noop),
    ]
