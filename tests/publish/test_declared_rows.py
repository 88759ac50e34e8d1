"""Every sort of row beside an item has, from its declaration alone, history, undo, restoring, a table and a property."""

import pytest

from insek.council.checking import set_goal
from insek.package import package_files
from insek.package.tables import table_of_rows
from insek.people.actors import PROGRAM
from insek.publish.api.kinds import api_kinds, schema_of_rows
from insek.release.restoring import restore_item
from insek.release.undo import plan_undo, undo_change
from insek.thread.models import Change, Item
from insek.thread.rows import all_rows
from insek.thread.services import delete_item
from tests.factories import make_item
from tests.publish.row_values import CHECKED
from tests.publish.test_release_word_for_word import CASES

pytestmark = pytest.mark.django_db


def draft_with_a_goal(item):
    """A check that is not finished, unlike that of the cases: a finished one is not changed any more."""
    Item.objects.filter(pk=item.pk).update(visibility="internal")
    type(item.concept_check).objects.update(
        status="draft", final_on=None, touches_no_goal=False, no_goal_reason=""
    )
    item = Item.objects.get(pk=item.pk)
    set_goal(item.concept_check, make_item("goal"), **CHECKED, expected_version=0, actor=PROGRAM)


PREPARE = {**{name: case.prepare for name, case in CASES.items()}, "check_goals": draft_with_a_goal}


@pytest.mark.parametrize("rows", all_rows(), ids=lambda rows: rows.table)
def test_a_declared_row_has_all_of_it(concept, rows):
    item = make_item(rows.kind, title="Stadtpark", visibility="internal")
    PREPARE[rows.table](item)
    row = rows.of_item(item).get()
    kept = rows.plain(row)

    line = Change.objects.filter(item_id=item.pk).first()
    assert line.differences[rows.name] == [None, kept]
    header, *lines = package_files(concept)[table_of_rows(rows).path].decode().splitlines()
    assert header.split(",")[:2] == ["key", rows.owner]
    assert lines[0].startswith(f"{row.key},{item.pk}")
    assert rows.table in api_kinds()[rows.kind].schema()["properties"]
    assert {"key", *(each.name for each in rows.fields)} <= set(schema_of_rows(rows)["items"]["properties"])

    item = Item.objects.get(pk=item.pk)
    stone = delete_item(item, expected_version=item.version, actor=PROGRAM)
    assert not rows.objects.exists()
    assert restore_item(stone, actor=PROGRAM).lost == []
    assert rows.plain(rows.of_item(item).get()) == kept

    [step] = plan_undo(line, Item.objects.get(pk=item.pk), PROGRAM).open_steps
    assert (step.name, step.changed_since) == (rows.name, False)
    undo_change(line, actor=PROGRAM)
    assert rows.life != "edited" or not rows.objects.exists()
