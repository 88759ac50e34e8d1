"""The steps of papers and the goals of checks are declared once: they get keys, and what was written of them is as today's.

Proposals of steps get the acts of the declaration. Lines of history that held all goals of a check as one list are
read on as words; where one goal changed, or the check was thrown away with them, they become lines of these rows, so that they can
be taken back and restored. A key is made of what told the rows apart before, as for older packages (``council.former_package``).
"""

from __future__ import annotations

from typing import Any

from django.db import migrations, models

from insek.thread.identity import derived_id, new_id

COLUMNS = ("goal", "effect", "reason", "certainty")
OLD, ROW, ROWS = "touched_goals", "check_goal", "check_goals"


def give_keys(apps: Any, schema_editor: Any) -> None:
    steps, goals = apps.get_model("council", "Consultation"), apps.get_model("council", "CheckGoal")
    for step in steps.objects.iterator():
        steps.objects.filter(pk=step.pk).update(
            key=derived_id("consultation", step.paper_id, str(step.position))
        )
    for row in goals.objects.iterator():
        goals.objects.filter(pk=row.pk).update(key=derived_id("check_goal", row.check_row_id, row.goal_id))


def rewrite_proposals(apps: Any, schema_editor: Any) -> None:
    """Decided ones too, so that all can be read."""
    keys = dict(apps.get_model("council", "Consultation").objects.values_list("pk", "key"))
    proposals = apps.get_model("release", "Proposal").objects
    for proposal in proposals.filter(act__in=["consultation", "consultation_remove"]).iterator():
        was = proposal.payload
        known = {"key": keys.get(was.get("step"), ""), "version": was.get("version", 0)}
        if proposal.act == "consultation_remove":
            proposal.payload = known
        elif was.get("step"):
            proposal.act, proposal.payload = "consultation_change", {**known, "values": was["values"]}
        else:
            proposal.act = "consultation_add"
            proposal.payload = {"key": "", "expected": "", "values": was["values"]}
        proposal.save(update_fields=["act", "payload"])


def rewrite_history(apps: Any, schema_editor: Any) -> None:
    changes = apps.get_model("thread", "Change").objects
    for change in changes.filter(differences__has_key=OLD).iterator():
        before, after = (_rows(change.item_id, side) for side in change.differences[OLD])
        if change.action == "deleted":
            said: dict[str, Any] | None = {ROWS: [before, None]}
        else:
            said = _one(before, after)
        if said is not None:
            rest = {name: pair for name, pair in change.differences.items() if name != OLD}
            changes.filter(pk=change.pk).update(differences=rest | said)


def _rows(check: str, side: Any) -> list[dict[str, Any]]:
    return [
        {"key": derived_id(ROW, check, each["goal"]), **{name: each.get(name, "") for name in COLUMNS}}
        for each in side or []
    ]


def _one(before: list[dict[str, Any]], after: list[dict[str, Any]]) -> dict[str, Any] | None:
    """The one row that changed; None where several did."""
    was, now = ({row["key"]: row for row in side} for side in (before, after))
    changed = [key for key in was | now if was.get(key) != now.get(key)]
    return {ROW: [was.get(changed[0]), now.get(changed[0])]} if len(changed) == 1 else None


def key(**more: Any) -> models.CharField:
    return models.CharField(max_length=8, default=new_id, editable=False, **more)


class Migration(migrations.Migration):
    dependencies = [
        ("council", "0009_drop_former_checks"),
        ("release", "0001_proposals"),
        ("thread", "0010_search_waiting"),
    ]

    operations = [
        migrations.AddField("consultation", "key", key()),
        migrations.AddField("checkgoal", "key", key()),
        migrations.AddField("checkgoal", "version", models.PositiveIntegerField(default=1, editable=False)),
        migrations.RunPython(give_keys, migrations.RunPython.noop),
        migrations.AlterField("consultation", "key", key(unique=True)),
        migrations.AlterField("checkgoal", "key", key(unique=True)),
        migrations.RunPython(rewrite_proposals, migrations.RunPython.noop),
        migrations.RunPython(rewrite_history, migrations.RunPython.noop),
    ]
