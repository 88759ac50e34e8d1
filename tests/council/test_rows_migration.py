"""A filled database of the commit before: steps and goals get keys, and what was written of them is read as today's."""

import pytest
from django.db import connection
from django.db.migrations.executor import MigrationExecutor

from insek.council.models import CheckGoal, Consultation
from insek.people.actors import PROGRAM
from insek.release.models import Proposal
from insek.release.releases import release
from insek.release.restoring import restore_item
from insek.release.undo import undo_change
from insek.thread.identity import derived_id
from insek.thread.models import Change, Tombstone
from tests.factories import make_body, make_item

BEFORE = [("council", "0009_drop_former_checks")]


@pytest.fixture
def migrated(transactional_db):
    """Go back to before, let a test fill it, and come forward again."""

    def run(fill):
        executor = MigrationExecutor(connection)
        executor.migrate(BEFORE)
        state = [*BEFORE, *executor.loader.graph.leaf_nodes("thread")]  # what lies below is as it is today
        fill(executor.loader.project_state(state).apps)
        executor = MigrationExecutor(connection)
        executor.migrate(executor.loader.graph.leaf_nodes())

    yield run
    executor = MigrationExecutor(connection)
    executor.migrate(executor.loader.graph.leaf_nodes())


def goal_words(goal, reason):
    return {"goal": goal.pk, "effect": "supports", "reason": reason, "certainty": "high", "title": "Worte"}


def test_keys_proposals_and_history_of_before(migrated):
    body, paper = make_body(), make_item("paper")
    one, two = make_item("goal"), make_item("goal")
    draft = {"visibility": "internal", "status": "draft", "final_on": None, "touches_no_goal": False}
    check = make_item("concept_check", **draft)

    def fill(apps):
        steps = apps.get_model("council", "Consultation").objects
        step = steps.create(paper_id=paper.pk, position=1, body_id=body.pk, role="decision")
        values = {
            "body": body.pk,
            "role": "hearing",
            "date": None,
            "position": None,
            "result": "",
            "held": None,
        }
        proposals = apps.get_model("release", "Proposal").objects
        for act, payload in (
            ("consultation", {"step": None, "version": 0, "values": values}),
            ("consultation", {"step": step.pk, "version": 1, "values": {**values, "result": "Ja"}}),
            ("consultation_remove", {"step": step.pk, "version": 1}),
        ):
            proposals.create(
                concept_id=paper.concept_id, item_id=paper.pk, item_kind="paper", act=act, payload=payload,
                differences={"consultation": ["1. Stadtrat", None]}, base_version=paper.version,
            )  # fmt: skip
        apps.get_model("council", "CheckGoal").objects.create(
            check_row_id=check.pk, goal_id=one.pk, effect="supports", reason="Neu", certainty="high"
        )
        said = [[goal_words(one, "Alt")], [goal_words(one, "Neu")]]
        both = [[], [goal_words(one, "Alt"), goal_words(two, "Alt")]]
        changes = apps.get_model("thread", "Change").objects
        for item_id, action, pair in (
            (check.pk, "updated", both), (check.pk, "updated", said), ("aaaaaaaa", "deleted", [said[1], None]),
        ):  # fmt: skip
            whole = {
                "title": ["Alte Prüfung", None],
                "visibility": ["internal", None],
                "subject": ["budget", None],
            }
            changes.create(
                concept_id=check.concept_id, item_id=item_id, action=action, version=1,
                differences={"touched_goals": pair, **(whole if action == "deleted" else {})},
            )  # fmt: skip
        apps.get_model("thread", "Tombstone").objects.create(
            id="aaaaaaaa", concept_id=check.concept_id, kind="concept_check", was_public=False
        )

    migrated(fill)
    key = derived_id("consultation", paper.pk, "1")
    assert Consultation.objects.get().key == key
    added, changed, removed = Proposal.objects.order_by("pk")
    assert (added.act, changed.act, removed.act) == (
        "consultation_add", "consultation_change", "consultation_remove",
    )  # fmt: skip
    release(added, expected_version=1, actor=PROGRAM)
    release(changed, expected_version=1, actor=PROGRAM)
    assert [(step.role, step.result) for step in Consultation.objects.order_by("pk")] == [
        ("hearing", "Ja"), ("hearing", ""),
    ]  # fmt: skip
    assert removed.payload == {"key": key, "version": 1}

    goal = CheckGoal.objects.get()
    line = Change.objects.filter(item_id=check.pk, differences__has_key="check_goal").get()
    assert line.differences["check_goal"][0] == {
        "key": goal.key, "goal": one.pk, "effect": "supports", "reason": "Alt", "certainty": "high",
    }  # fmt: skip
    undo_change(line, actor=PROGRAM)
    assert CheckGoal.objects.get().reason == "Alt"
    assert Change.objects.filter(differences__has_key="touched_goals").count() == 1
    back = restore_item(Tombstone.objects.get(pk="aaaaaaaa"), actor=PROGRAM)
    assert [row.reason for row in back.item.concept_check.goals.all()] == ["Neu"]
