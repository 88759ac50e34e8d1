"""Rows beside an item are declared once: acts, history, undo, restore, package, workbook and interface follow from it."""

from __future__ import annotations

import json
from datetime import date

import pytest
from django.apps import apps
from django.db import connection, models
from openpyxl import load_workbook

from insek.items.spreadsheets import write_workbook
from insek.package import package_files
from insek.package.tables import table_named
from insek.people.actors import PROGRAM
from insek.people.locking import Conflict
from insek.publish.api.kinds import api_kinds, schema_of_rows
from insek.release.models import Proposal
from insek.release.releases import release
from insek.release.restoring import restore_item
from insek.release.row_proposals import add_or_propose, change_or_propose, remove_or_propose, row_of
from insek.release.undo import plan_undo, undo_change
from insek.steering.models import MeasureTask, StatusReport
from insek.steering.rows import OVERRIDES, REPORTS, TASKS
from insek.steering.services import add_task, override_status, report_status
from insek.strategy.models import Measure
from insek.thread import rows as register
from insek.thread.identity import new_id
from insek.thread.models import Change, Item
from insek.thread.rows import RowField, Rows
from insek.thread.services import delete_item
from tests.factories import make_actor, make_concept, make_item, make_unit
from tests.reading import words


def make_pebble_model() -> type[models.Model]:
    """A sort of row that only one test knows: a step of a measure in all but its columns."""

    class Pebble(models.Model):
        key = models.CharField(max_length=8, unique=True, default=new_id)
        measure = models.ForeignKey(Measure, on_delete=models.CASCADE, related_name="+")
        title = models.CharField(max_length=50)
        weight = models.PositiveIntegerField(null=True, blank=True)
        found = models.DateField(null=True, blank=True)
        version = models.PositiveIntegerField(default=1)

        class Meta:
            app_label = "steering"
            db_table = "test_pebble"

        def __str__(self) -> str:
            return self.title

    return Pebble


PEBBLES = Rows(
    name="pebble", table="pebbles", model_path="steering.Pebble", kind="measure", owner="measure",
    label="Kiesel", plural="Kiesel", note="Pebbles of measures.", order=99, rule="steering.plan_steps",
    acts={"add": "Kiesel anlegen", "change": "Kiesel ändern", "remove": "Kiesel löschen"},
    fields=(
        RowField("title", "Name", "What it is called."),
        RowField("weight", "Gewicht", "Grams."),
        RowField("found", "Fundtag", "Day."),
    ),
)  # fmt: skip


@pytest.fixture
def pebble_model(transactional_db):
    """One declaration and its table, as a room would bring them; gone again afterwards."""
    model = make_pebble_model()
    with connection.schema_editor() as editor:
        editor.create_model(model)
    register.register_rows(PEBBLES)
    api_kinds.cache_clear()
    yield model
    register.forget_rows("pebble")
    with connection.schema_editor() as editor:
        editor.delete_model(model)
    apps.all_models["steering"].pop("pebble")
    apps.clear_cache()
    PEBBLES.__dict__.pop("model", None)
    api_kinds.cache_clear()


def test_one_declaration_brings_all_of_it(pebble_model):
    Pebble = pebble_model
    measure = make_item("measure")
    planner, lead = make_actor("planner"), make_actor("project-lead")

    # acts with and without release
    waiting = add_or_propose(PEBBLES, measure, {"title": "Granit", "weight": 12}, actor=planner)
    assert isinstance(waiting, Proposal)
    assert waiting.differences["pebble"][1]["title"] == "Granit"
    release(waiting, expected_version=1, actor=lead)
    pebble = Pebble.objects.get()
    pebble.measure.item = measure
    change_or_propose(PEBBLES, pebble, {"found": date(2026, 5, 1)}, expected_version=1, actor=lead)
    with pytest.raises(Conflict):
        change_or_propose(PEBBLES, pebble, {"weight": 1}, expected_version=1, actor=lead)

    # history and undo
    change = Change.objects.filter(item_id=measure.pk).first()
    assert change.differences["pebble"][1]["found"] == "2026-05-01"
    assert [step.name for step in plan_undo(change, measure, lead).open_steps] == ["pebble"]
    undo_change(change, actor=lead)
    assert Pebble.objects.get().found is None
    remove_or_propose(PEBBLES, row_of(PEBBLES, measure, pebble.key), expected_version=3, actor=lead)
    assert not Pebble.objects.exists()
    undo_change(Change.objects.filter(item_id=measure.pk).first(), actor=lead)
    assert (Pebble.objects.get().key, Pebble.objects.get().weight) == (pebble.key, 12)

    # package, workbook, interface
    files = package_files(measure.concept)
    assert files["pebbles.csv"].decode().splitlines() == [
        "key,measure,title,weight,found",
        f"{pebble.key},{measure.pk},Granit,12,",
    ]
    assert table_named("pebbles").column("weight").type == "integer"
    book = load_workbook(
        write_workbook(
            Item.objects.filter(pk=measure.pk),
            [],
            title="M",
            editable=frozenset(),
            kind="measure",
            actor=lead,
        )
    )
    assert [cell.value for cell in book["Kiesel"][2]] == [
        measure.pk,
        measure.number or None,
        measure.title,
        "Granit",
        12,
        None,
    ]
    assert api_kinds()["measure"].properties([measure_of(measure)])[measure.pk]["pebbles"] == [
        {"key": pebble.key, "title": "Granit", "weight": 12, "found": None}
    ]
    assert set(schema_of_rows(PEBBLES)["items"]["properties"]) == {"key", "title", "weight", "found"}

    # restore
    stone = delete_item(measure, expected_version=measure.version, actor=PROGRAM)
    assert not Pebble.objects.exists()
    restore_item(stone, actor=PROGRAM)
    assert (Pebble.objects.get().key, Pebble.objects.get().title) == (pebble.key, "Granit")


def measure_of(item: Item) -> Item:
    return api_kinds()["measure"].select(Item.objects.filter(pk=item.pk)).get()


@pytest.mark.django_db
def test_steps_reports_and_states_come_back_with_their_measure():
    measure = make_item("measure", responsible=make_unit("tiefbau")).measure
    task = add_task(measure, {"title": "Bau", "due": date(2027, 5, 1)}, actor=PROGRAM)
    report = report_status(measure, {"state": "delayed", "happened": "Frost."}, actor=PROGRAM)
    override = override_status(measure, state="at_risk", reason="Geld.", expected="", actor=PROGRAM)
    stone = delete_item(measure.item, expected_version=measure.item.version, actor=PROGRAM)
    restored = restore_item(stone, actor=PROGRAM)
    assert restored.lost == []
    item = Item.objects.select_related("measure").get(pk=measure.pk)
    assert [(row.key, row.due) for row in item.measure.tasks.all()] == [(task.key, date(2027, 5, 1))]
    assert [(row.key, row.happened) for row in item.measure.reports.all()] == [(report.key, "Frost.")]
    assert [(row.key, row.reason) for row in item.measure.overrides.all()] == [(override.key, "Geld.")]


@pytest.mark.django_db
def test_undoing_a_report_takes_it_back_and_keeps_it():
    measure = make_item("measure").measure
    report = report_status(measure, {"state": "on_track", "happened": "Gut."}, actor=PROGRAM)
    undo_change(Change.objects.filter(item_id=measure.pk).first(), actor=PROGRAM)
    stored = StatusReport.objects.get(pk=report.pk)
    assert stored.retracted_on is not None and stored.happened == "Gut."
    assert not StatusReport.objects.visible_to(PROGRAM).exists()
    change = Change.objects.filter(item_id=measure.pk).first()
    assert "kommt nicht zurück" in plan_undo(change, measure.item, PROGRAM).steps[0].problem


@pytest.mark.django_db
def test_undoing_a_state_set_by_hand_sets_the_one_before_again():
    measure = make_item("measure").measure
    one = override_status(measure, state="delayed", reason="Förderung.", expected="", actor=PROGRAM)
    override_status(measure, state="stopped", reason="Irrtum.", expected=one.key, actor=PROGRAM)
    undo_change(Change.objects.filter(item_id=measure.pk).first(), actor=PROGRAM)
    current = OVERRIDES.of_item(measure.item).get(taken_back_on=None)
    assert (current.state, current.reason) == ("delayed", "Förderung.")


@pytest.mark.django_db
def test_a_row_changed_again_is_left_alone_unless_asked():
    measure = make_item("measure").measure
    task = add_task(measure, {"title": "Bau"}, actor=PROGRAM)
    change_or_propose(TASKS, task, {"title": "Neubau"}, expected_version=1, actor=PROGRAM)
    change = Change.objects.filter(item_id=measure.pk).first()
    change_or_propose(TASKS, task, {"title": "Umbau"}, expected_version=2, actor=PROGRAM)
    [step] = plan_undo(change, measure.item, PROGRAM).steps
    assert step.changed_since
    undo_change(change, actor=PROGRAM, fields={"measure_task"})
    assert MeasureTask.objects.get().title == "Bau"


@pytest.mark.django_db
def test_history_and_undo_pages_name_every_column_of_a_row(as_role):
    measure = make_item("measure").measure
    report_status(measure, {"state": "on_track", "happened": "Gut.", "spent_eur": 120000}, actor=PROGRAM)
    lead = as_role("project-lead")
    page = words(lead.get(f"/k/{measure.pk}/verlauf"))
    for said in ("Bericht: Stand", "läuft nach Plan", "Bericht: Bisher ausgegeben (Euro)", "120"):
        assert said in page
    change = Change.objects.filter(item_id=measure.pk).first()
    page = words(lead.get(f"/k/{measure.pk}/verlauf/{change.pk}/zuruecknehmen"))
    assert "Was geschehen ist" in page and "Gut." in page


@pytest.mark.django_db
def test_a_line_of_an_older_history_is_still_read(as_role):
    measure = make_item("measure")
    Change.objects.create(
        concept=measure.concept, item_id=measure.pk, action="updated", version=1,
        differences={"measure_task": ["1. Bau", "1. Bau, erledigt am 2026-01-01"]},
    )  # fmt: skip
    assert "erledigt am 2026-01-01" in words(as_role("project-lead").get(f"/k/{measure.pk}/verlauf"))


def find(answer, name):
    """The value of this name, however deep it stands."""
    if isinstance(answer, dict):
        if name in answer:
            return answer[name]
        return next((found for value in answer.values() if (found := find(value, name)) is not None), None)
    return None


@pytest.mark.django_db
def test_an_internal_report_leaves_by_no_way(client):
    measure = make_item("measure").measure
    report_status(measure, {"state": "on_track", "happened": "Geheim.", "is_internal": True}, actor=PROGRAM)
    answer = json.loads(client.get(f"/api/v1/items/{measure.pk}").content)
    assert find(answer, "status_reports") == []
    assert REPORTS.is_public(StatusReport.objects.get()) is False
    concept = measure.item.concept
    assert b"Geheim" in package_files(concept)["status_reports.csv"]
    assert b"Geheim" not in package_files(concept, profile="public")["status_reports.csv"]


@pytest.mark.django_db
def test_rows_are_read_with_one_query_a_sort(django_assert_max_num_queries):
    concept = make_concept()
    measures = [make_item("measure", concept=concept, title=f"M {n}") for n in range(3)]
    for measure in measures:
        add_task(measure.measure, {"title": "Bau", "unit": make_unit("tiefbau")}, actor=PROGRAM)
    with django_assert_max_num_queries(1):
        found = register.by_item(TASKS, [item.pk for item in measures], PROGRAM)
        named = {str(row.unit) for each in found.values() for row in each}
    assert named == {str(make_unit("tiefbau"))}
